/* output_table.c: rows for people: a table that fits the terminal.
 *
 * Every row is seen twice: once to measure, once to write. Where the columns do not fit, the long
 * texts are shortened first, then the least important column goes. The folder that all files have
 * in common is said once. */
#include "orchestrator/query_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 14, GAP = 2, REASON_MIN = 30, TEXT_WIDTH_MAX = 40 };

typedef struct Column {
    const char *title, *field;
    size_t least;      /* may be shortened to this; 0: never */
    unsigned dropping; /* the highest number goes first; 0: stays */
    bool right;
} Column;

static const Column file_columns[] = {
    {"state", "state", 0, 0, false},
    {"format", "format", 0, 2, false},
    {"model", "model", 0, 8, false},
    {"size", "size_bytes", 0, 6, true},
    {"rows", "rows", 0, 3, true},
    {"vars", "variables", 0, 4, true},
    {"first", "first_time", 0, 5, false},
    {"last", "last_time", 0, 7, false},
    {"notes", "notes", 0, 9, true},
    {"file", "uri", 32, 0, false},
    {0},
};

static const Column result_columns[] = {
    {"variable", "variable", 14, 0, false},
    {"units", "units", 6, 5, false},
    {"type", "type", 0, 9, false},
    {"shape", "shape", 0, 10, false},
    {"n", "n", 0, 6, true},
    {"missing", "missing", 0, 4, true},
    {"min", "min", 0, 1, true},
    {"mean", "mean", 0, 3, true},
    {"max", "max", 0, 2, true},
    {"std", "std", 0, 7, true},
    {"p05", "p05", 0, 12, true},
    {"p50", "p50", 0, 8, true},
    {"p95", "p95", 0, 11, true},
    {0},
};

static const Column failure_columns[] = {
    {"class", "class", 0, 3, false}, {"stage", "stage", 0, 4, false},
    {"code", "code", 0, 1, false},   {"try", "attempts", 0, 6, true},
    {"time", "time", 0, 5, false},   {"cleared", "cleared", 0, 2, false},
    {"file", "uri", 32, 0, false},   {0},
};

typedef struct TableLayout {
    const Column *columns;
    size_t count, indent;
    size_t fields[COLUMNS_MAX];                           /* index of each column's field */
    size_t widths[COLUMNS_MAX];                           /* 0: not shown */
    size_t uri, unit, state, format, reason, place, rule; /* fields, SIZE_MAX: has none */
    Buffer folder;                                        /* what all uris begin with */
    Buffer cell, group, last_group;
    uint64_t groups, members, states[UNIT_WAITING + 1];
} TableLayout;

static size_t field(const Output *o, const char *name)
{
    return query_field_index(o->fields, name, strlen(name));
}

static bool open_table(Output *o, Error *e)
{
    static const Column *const columns[] = {
        [QUERY_FILES] = file_columns,
        [QUERY_RESULTS] = result_columns,
        [QUERY_FAILURES] = failure_columns,
    };
    TableLayout *t = o->layout = calloc(1, sizeof *t);
    if (!t)
        return error_coded(e, ERROR_RETRY, "no_memory", "out of memory");
    t->columns = columns[o->options->table];
    t->indent = o->options->table == QUERY_RESULTS ? 2 : 0;
    for (; t->columns[t->count].title; t->count++)
        t->fields[t->count] = field(o, t->columns[t->count].field);
    t->uri = field(o, "uri");
    t->unit = field(o, "unit");
    t->state = field(o, "state");
    t->format = field(o, "format");
    t->reason = field(o, "reason");
    t->place = field(o, "place");
    t->rule = field(o, "rule");
    return true;
}

static void close_table(Output *o)
{
    TableLayout *t = o->layout;
    if (!t)
        return;
    buffer_deinit(&t->folder);
    buffer_deinit(&t->cell);
    buffer_deinit(&t->group);
    buffer_deinit(&t->last_group);
    free(t);
}

/* Keeps of the folder what this uri has too. */
static void common_folder(TableLayout *t, StringView uri, bool first)
{
    size_t length = 0;
    if (first)
        buffer_append(&t->folder, uri.bytes, uri.length);
    while (length < t->folder.length && length < uri.length &&
           t->folder.bytes[length] == uri.bytes[length])
        length++;
    while (length > 0 && t->folder.bytes[length - 1] != '/')
        length--;
    t->folder.length = length;
}

/* The file's path below the common folder, and the member. */
static void file_name(const TableLayout *t, const Cell *cells, Buffer *out)
{
    StringView uri = cells[t->uri].text, unit = cells[t->unit].text;
    text_printable(out, uri.bytes + t->folder.length, uri.length - t->folder.length);
    if (unit.length > 0) {
        buffer_string(out, ": ");
        text_printable(out, unit.bytes, unit.length);
    }
}

static StringView column_text(Output *o, size_t column, const Cell *cells)
{
    TableLayout *t = o->layout;
    size_t index = t->fields[column];
    buffer_clear(&t->cell);
    if (index == t->uri)
        file_name(t, cells, &t->cell);
    else
        table_cell(&t->cell, o->fields->fields[index].kind, &cells[index]);
    return (StringView){t->cell.bytes ? t->cell.bytes : "", t->cell.length};
}

/* A column without a single value is not shown. */
static void measure(Output *o, const Cell *cells)
{
    TableLayout *t = o->layout;
    common_folder(t, cells[t->uri].text, o->rows++ == 0);
    for (size_t i = 0; i < t->count; i++) {
        StringView text = column_text(o, i, cells);
        size_t width = text_width(text.bytes, text.length);
        if (width > t->widths[i])
            t->widths[i] = width;
    }
}

static size_t total_width(const TableLayout *t)
{
    size_t total = t->indent;
    for (size_t i = 0; i < t->count; i++)
        if (t->widths[i] > 0)
            total += t->widths[i] + GAP;
    return total > GAP ? total - GAP : 0;
}

/* Takes from the texts that may be shortened, the widest first, what is too much. */
static bool shrink(TableLayout *t, size_t limit)
{
    while (total_width(t) > limit) {
        size_t widest = SIZE_MAX;
        for (size_t i = 0; i < t->count; i++)
            if (t->columns[i].least > 0 && t->widths[i] > t->columns[i].least &&
                (widest == SIZE_MAX || t->widths[i] > t->widths[widest]))
                widest = i;
        if (widest == SIZE_MAX)
            return false;
        t->widths[widest]--;
    }
    return true;
}

static bool drop_column(TableLayout *t)
{
    size_t victim = SIZE_MAX;
    for (size_t i = 0; i < t->count; i++)
        if (t->widths[i] > 0 && t->columns[i].dropping > 0 &&
            (victim == SIZE_MAX || t->columns[i].dropping > t->columns[victim].dropping))
            victim = i;
    if (victim == SIZE_MAX)
        return false;
    t->widths[victim] = 0;
    return true;
}

static void fit(TableLayout *t, size_t limit)
{
    size_t natural[COLUMNS_MAX];
    memcpy(natural, t->widths, sizeof natural);
    while (!shrink(t, limit) && drop_column(t)) {
        for (size_t i = 0; i < t->count; i++)
            if (t->widths[i] > 0)
                t->widths[i] = natural[i];
    }
}

static void blanks(Buffer *out, size_t count)
{
    buffer_printf(out, "%*s", (int)count, "");
}

static size_t last_shown(const TableLayout *t)
{
    size_t last = 0;
    for (size_t i = 0; i < t->count; i++)
        if (t->widths[i] > 0)
            last = i;
    return last;
}

static const char *state_colour(StringView state)
{
    static const struct {
        const char *state, *colour;
    } colours[] = {
        {"done", "\033[32m"},   {"partial", "\033[33m"}, {"failed", "\033[31m"},
        {"ignored", "\033[2m"}, {"waiting", "\033[36m"},
    };
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
        if (strncmp(colours[i].state, state.bytes, state.length) == 0)
            return colours[i].colour;
    return "";
}

/* One cell, padded to its column; `text` fits or is shortened. */
static void put(Output *o, size_t column, StringView text, bool coloured)
{
    TableLayout *t = o->layout;
    const Column *c = &t->columns[column];
    auto_buffer Buffer cut = {0};
    bool name = strcmp(c->field, "uri") == 0 || strcmp(c->field, "variable") == 0;
    table_shorten(&cut, text, t->widths[column], name ? KEEP_NAME : KEEP_START);
    o->text.failed |= cut.failed;
    size_t pad = t->widths[column] - text_width(cut.bytes ? cut.bytes : "", cut.length);
    if (c->right)
        blanks(&o->text, pad);
    if (coloured)
        buffer_string(&o->text, state_colour(text));
    buffer_append(&o->text, cut.bytes, cut.length);
    if (coloured)
        buffer_string(&o->text, "\033[0m");
    if (column == last_shown(t))
        return;
    blanks(&o->text, c->right ? GAP : pad + GAP);
}

static void begin(Output *o)
{
    TableLayout *t = o->layout;
    if (o->rows == 0)
        return;
    for (size_t i = 0; i < t->count; i++) {
        size_t title = strlen(t->columns[i].title);
        if (t->widths[i] > 0 && t->widths[i] < title)
            t->widths[i] = title;
        if (o->options->width > 0 && t->columns[i].least > 0 && t->fields[i] != t->uri &&
            t->widths[i] > TEXT_WIDTH_MAX)
            t->widths[i] = TEXT_WIDTH_MAX;
    }
    if (o->options->width > 0)
        fit(t, o->options->width);
    if (t->folder.length > 1) {
        buffer_string(&o->text, "in ");
        text_printable(&o->text, t->folder.bytes, t->folder.length);
        buffer_char(&o->text, '\n');
    } else {
        t->folder.length = 0;
    }
    blanks(&o->text, t->indent);
    for (size_t i = 0; i < t->count; i++)
        if (t->widths[i] > 0)
            put(o, i, (StringView){t->columns[i].title, strlen(t->columns[i].title)}, false);
    buffer_char(&o->text, '\n');
}

/* The file's own line above its variables. */
static void group_line(Output *o, const Cell *cells)
{
    TableLayout *t = o->layout;
    size_t limit = o->options->width > 0 ? o->options->width : SIZE_MAX, room = limit;
    buffer_clear(&t->group);
    file_name(t, cells, &t->group);
    if (t->groups > 0 && t->group.length == t->last_group.length &&
        memcmp(t->group.bytes, t->last_group.bytes, t->group.length) == 0)
        return;
    t->groups++;
    StringView format =
        cells[t->format].kind == CELL_TEXT ? cells[t->format].text : (StringView){"", 0};
    if (format.length + GAP + REASON_MIN < limit)
        room = limit - format.length - GAP;
    table_shorten(&o->text, (StringView){t->group.bytes, t->group.length}, room, KEEP_NAME);
    if (room < limit || limit == SIZE_MAX) {
        blanks(&o->text, GAP);
        text_printable(&o->text, format.bytes, format.length);
    }
    buffer_char(&o->text, '\n');
    Buffer previous = t->last_group;
    t->last_group = t->group;
    t->group = previous;
}

static bool is_ignored(const TableLayout *t, const Cell *cells)
{
    return t->state != SIZE_MAX && strcmp(cells[t->state].text.bytes, "ignored") == 0;
}

/* Below its row why a unit failed, with the place where the reason does not name it, or by which
 * rule it is ignored. */
static void reason_lines(Output *o, const Cell *cells)
{
    TableLayout *t = o->layout;
    size_t indent = t->indent + 4, limit = o->options->width;
    const Cell *reason = &cells[is_ignored(t, cells) ? t->rule : t->reason];
    const Cell *place = &cells[t->place];
    if (reason->kind != CELL_TEXT)
        return;
    buffer_clear(&t->cell);
    text_printable(&t->cell, reason->text.bytes, reason->text.length);
    if (place->kind == CELL_TEXT &&
        !memmem(reason->text.bytes, reason->text.length, place->text.bytes, place->text.length)) {
        buffer_string(&t->cell, " (");
        text_printable(&t->cell, place->text.bytes, place->text.length);
        buffer_char(&t->cell, ')');
    }
    size_t width = limit == 0 ? 0 : limit > indent + REASON_MIN ? limit - indent : REASON_MIN;
    if (!t->cell.failed)
        table_wrap(&o->text, (StringView){t->cell.bytes, t->cell.length}, indent, width);
    o->text.failed |= t->cell.failed;
}

static void count_state(TableLayout *t, StringView state)
{
    for (size_t i = 0; i <= UNIT_WAITING; i++)
        if (strcmp(unit_state_name((UnitState)i), state.bytes) == 0)
            t->states[i]++;
}

static void row(Output *o, const Cell *cells)
{
    TableLayout *t = o->layout;
    if (o->options->table == QUERY_RESULTS)
        group_line(o, cells);
    blanks(&o->text, t->indent);
    for (size_t i = 0; i < t->count; i++) {
        if (t->widths[i] == 0)
            continue;
        StringView text = column_text(o, i, cells);
        if (text.length == 0 && t->columns[i].right)
            text = (StringView){"-", 1};
        put(o, i, text, o->options->colour && t->fields[i] == t->state);
    }
    while (o->text.length > 0 && o->text.bytes[o->text.length - 1] == ' ')
        o->text.length--;
    buffer_char(&o->text, '\n');
    reason_lines(o, cells);
    if (t->state != SIZE_MAX)
        count_state(t, cells[t->state].text);
    t->members += cells[t->unit].text.length > 0;
    o->rows++;
}

/* "53 files, 4 members of archives: 46 done, 4 failed" */
static void end_files(Output *o)
{
    const TableLayout *t = o->layout;
    const uint64_t files = o->rows - t->members;
    buffer_char(&o->text, '\n');
    if (files > 0)
        buffer_printf(&o->text, "%" PRIu64 " file%s%s", files, files == 1 ? "" : "s",
                      t->members > 0 ? ", " : "");
    if (t->members > 0)
        buffer_printf(&o->text, "%" PRIu64 " member%s of archives", t->members,
                      t->members == 1 ? "" : "s");
    const char *before = ": ";
    for (size_t i = 0; i <= UNIT_WAITING; i++) {
        if (t->states[i] == 0)
            continue;
        buffer_printf(&o->text, "%s%" PRIu64 " %s", before, t->states[i],
                      unit_state_name((UnitState)i));
        before = ", ";
    }
    buffer_char(&o->text, '\n');
}

static void end(Output *o)
{
    const TableLayout *t = o->layout;
    const char *plural = o->rows == 1 ? "" : "s";
    if (o->rows == 0)
        return;
    if (o->options->table == QUERY_FAILURES) {
        buffer_printf(&o->text, "\n%" PRIu64 " failed attempt%s\n", o->rows, plural);
        return;
    }
    if (o->options->table == QUERY_RESULTS) {
        buffer_printf(&o->text, "\n%" PRIu64 " variable%s in %" PRIu64 " file%s\n", o->rows, plural,
                      t->groups, t->groups == 1 ? "" : "s");
        return;
    }
    end_files(o);
}

const OutputMethods output_table = {
    .open = open_table,
    .measure = measure,
    .begin = begin,
    .row = row,
    .end = end,
    .close = close_table,
};
