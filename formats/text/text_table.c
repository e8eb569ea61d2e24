/* text_table.c: opens a described table, and hands out its batches as blocks. */
#include "formats/text/text_reader.h"

#include <string.h>

/* --- the description ------------------------------------------------------------------------ */

static bool bad_header(Error *e, const char *what, size_t column, size_t columns)
{
    return error_coded(e, ERROR_DATA, "bad_header", "%s column %zu, but there are %zu columns",
                       what, column + 1, columns);
}

static bool check_stack(const TextRecord *record, const TextStack *stack, Error *e)
{
    size_t left = stack->first < record->column_count ? record->column_count - stack->first : 0;
    size_t width = 1;
    for (size_t i = 0; i < stack->axis_count && i < TEXT_AXES_MAX; i++) {
        size_t length = stack->axes[i].length;
        if (length == 0 || length > left / width)
            return bad_header(e, "a stack ends in", stack->first + width * length - 1,
                              record->column_count);
        width *= length;
    }
    return true;
}

static bool check_record(const TextTable *t, const TextRecord *record, Error *e)
{
    bool several = t->record_count > 1;
    if (record->column_count == 0 || record->column_count > CSV_COLUMNS_MAX)
        return error_coded(e, ERROR_DATA, "bad_header", "%zu columns", record->column_count);
    if (several && (!record->name || !record->name[0]))
        return error_coded(e, ERROR_DATA, "bad_header", "a kind of rows without a name");
    if (record->key && record->key_column >= record->column_count)
        return bad_header(e, "rows are told apart by", record->key_column, record->column_count);
    if (record->cells_min > record->column_count)
        return bad_header(e, "rows reach to", record->cells_min - 1, record->column_count);
    for (size_t i = 0; i < record->stack_count; i++)
        if (!check_stack(record, &record->stacks[i], e))
            return false;
    return true;
}

/* --- kinds ---------------------------------------------------------------------------------- */

static void plan_slots(TextRows *rows)
{
    const TextRecord *record = rows->record;
    for (size_t k = 0; k < record->column_count; k++) {
        const TextColumn *c = &record->columns[k];
        rows->slots[k] = (TextSlot){

            .as = c,
            .column = k,
            .kind = c->kind,
            .pattern = c->pattern,
            .var = c->kind == TEXT_SKIP ? NO_VAR : 0};
    }
    for (size_t i = 0; i < record->stack_count; i++) {
        const TextStack *stack = &record->stacks[i];
        size_t width = 1;
        for (size_t a = 0; a < stack->axis_count; a++)
            width *= stack->axes[a].length;
        for (size_t k = stack->first; k < stack->first + width; k++)
            rows->slots[k] =
                (TextSlot){.as = &stack->as,
                           .column = k,
                           .kind = stack->as.kind == TEXT_INTEGER ? TEXT_INTEGER : TEXT_NUMBER};
    }
    size_t own = text_clock_column(record);
    if (own == TEXT_NO_COLUMN)
        return;
    const TextTimePiece *p = &record->time.pieces[0];
    rows->slots[own].kind = p->piece == TEXT_SINCE ? TEXT_NUMBER : TEXT_TIME;
    rows->slots[own].pattern = p->pattern;
    rows->slots[own].since = p->piece == TEXT_SINCE ? p->units : NULL;
}

static bool make_kind(TextReader *r, TextRows *rows, const TextRecord *record, Error *e)
{
    *rows = (TextRows){.record = record, .time_var = NO_VAR, .cells_most = record->column_count};
    rows->cells_least = record->cells_min ? record->cells_min : record->column_count;
    rows->slots = arena_array(r->arena, record->column_count, sizeof *rows->slots);
    if (!rows->slots)
        return arena_full(r->arena, e);
    plan_slots(rows);
    if (record->regex && !regex_new(record->regex, r->arena, &rows->regex, e))
        return false;
    return text_clock_init(&rows->clock, &record->time, record->column_count, e);
}

static bool make_kinds(TextReader *r, Error *e)
{
    const TextTable *t = r->table;
    r->kinds = arena_array(r->arena, t->record_count, sizeof *r->kinds);
    if (!r->kinds)
        return arena_full(r->arena, e);
    r->kind_count = t->record_count;
    for (size_t i = 0; i < t->record_count; i++)
        if (!check_record(t, &t->records[i], e) || !make_kind(r, &r->kinds[i], &t->records[i], e))
            return false;
    return true;
}

bool text_table_open(const TextTable *t, const Input *in, Arena *a, Reader **out, Error *e)
{
    TextReader *r = arena_alloc(a, sizeof *r);
    Dataset *d = arena_alloc(a, sizeof *d);
    if (!r || !d)
        return arena_full(a, e);
    dataset_init(d, a);
    r->base.dataset = d;
    r->described = *t;
    r->table = &r->described;
    r->in = *in;
    r->arena = a;
    r->all_var = NO_VAR;
    r->decimal = t->layout.decimal ? t->layout.decimal : '.';
    if (!make_kinds(r, e) ||
        (!t->source && !text_splitter_init(&r->splitter, r->table, &r->in, a, e)) ||
        !text_survey(r, e) || !text_schema_make(r, e))
        return false;
    *out = &r->base;
    return true;
}

void text_table_close(Reader *r)
{
    (void)r; /* all of it is the arena's */
}

/* --- batches -------------------------------------------------------------------------------- */

static void take_stray(TextReader *r, const TextRow *row)
{
    if (r->other.count == 0 && row->count > 0) {
        const CsvCell *c = &row->cells[0];
        size_t shown = c->length < TEXT_EXAMPLE_SIZE - 1 ? c->length : TEXT_EXAMPLE_SIZE - 1;
        memcpy(r->other_example, c->bytes, shown);
        r->other_example[text_valid_utf8(r->other_example, shown)] = '\0';
    }
    csv_oddity(&r->other, row->line);
}

/* A last line that lacks cells is cut: so may be its last one. */
static bool is_cut(TextReader *r, const TextRows *rows, const TextRow *row)
{
    if (!row->unfinished || row->count >= rows->cells_least)
        return false;
    csv_oddity(&r->cut, row->line);
    r->cut_cells = row->count;
    r->cut_wanted = rows->cells_least;
    return true;
}

/* Takes the row in r->row; *stored is false where the batch is full. */
static bool take_row(TextReader *r, bool *stored, Error *e)
{
    TextRows *rows = text_kind_of(r, &r->row);
    *stored = true;
    if (!rows) {
        take_stray(r, &r->row);
        return true;
    }
    if (rows->record->ignored || is_cut(r, rows, &r->row))
        return true;
    return text_store(r, rows, &r->row, stored, e);
}

static void begin_batch(TextReader *r)
{
    for (size_t i = 0; i < r->kind_count; i++) {
        r->kinds[i].start += r->kinds[i].filled;
        r->kinds[i].filled = 0;
    }
    r->all_start += r->all_filled;
    r->all_filled = r->string_used = 0;
    r->next_var = 0;
}

static bool read_batch(TextReader *r, Error *e)
{
    bool stored = true;
    begin_batch(r);
    while (!r->ended) {
        if (!r->pending && !text_next_row(r, &r->row, &r->ended, e))
            return false;
        if (r->ended)
            break;
        if (!take_row(r, &stored, e))
            return false;
        r->pending = !stored;
        if (!stored)
            break;
    }
    return true;
}

/* --- blocks --------------------------------------------------------------------------------- */

/* The variable's values of this batch; false: there are none. */
static bool fill_block(TextReader *r, size_t var, Block *out)
{
    TextVar *tv = &r->vars[var];
    DataType type = r->base.dataset->vars[var].type;
    uint64_t start = r->all_start, count = r->all_filled;
    if (tv->from == TEXT_FROM_AXIS) {
        start = 0;
        count = tv->done ? 0 : 1;
        tv->done = true;
    } else if (tv->from == TEXT_FROM_ROWS) {
        start = tv->rows->start;
        count = tv->rows->filled;
    }
    *out = (Block){.var = var,
                   .type = type,
                   .start = start * tv->width,
                   .count = count * tv->width,
                   .values = type == TYPE_STRING ? NULL : tv->values,
                   .strings = type == TYPE_STRING ? tv->values : NULL};
    return count > 0;
}

static bool next_block(TextReader *r, Block *out)
{
    while (r->next_var < r->base.dataset->var_count)
        if (fill_block(r, r->next_var++, out))
            return true;
    return false;
}

/* The first bad cell of the variable's columns, where there are too many of them. */
static const TextSlot *failed_slot(const TextVar *tv, uint64_t *bad, uint64_t *present)
{
    const TextSlot *first = NULL;
    *bad = *present = 0;
    for (size_t k = 0; tv->slot && k < tv->slot_count; k++) {
        const TextSlot *s = &tv->slot[k];
        *bad += s->contradictions;
        *present += s->present;
        if (s->contradictions > 0 && (!first || s->line < first->line))
            first = s;
    }
    return text_tolerates(*bad, *present) ? NULL : first;
}

static bool next_failure(TextReader *r, Block *out)
{
    static const char *const words[] = {"number", "whole number", "number", "text", "time"};
    while (r->next_var < r->base.dataset->var_count) {
        size_t var = r->next_var++;
        const TextVar *tv = &r->vars[var];
        uint64_t bad, present;
        const TextSlot *s = failed_slot(tv, &bad, &present);
        if (!s)
            continue;
        *out = (Block){.var = var,
                       .type = r->base.dataset->vars[var].type,
                       .start = (tv->rows->start + tv->rows->filled) * tv->width,
                       .failed = true};
        error_coded(&out->error, ERROR_DATA, "bad_value",
                    "%llu of %llu values are no %s, the first is '%s'", (unsigned long long)bad,
                    (unsigned long long)present, words[s->kind], s->example);
        error_at(&out->error, "line %llu", (unsigned long long)s->line);
        return true;
    }
    return false;
}

bool text_table_next(Reader *reader, Block *out, bool *end, Error *e)
{
    TextReader *r = (TextReader *)reader;
    while (r->state == TEXT_READING) {
        if (next_block(r, out))
            return true;
        if (r->ended) {
            r->state = TEXT_FAILED_COLUMNS;
            r->next_var = 0;
        } else if (!read_batch(r, &r->failure)) {
            r->ended = true; /* what is in the batch counts */
        }
    }
    if (r->failure.kind != ERROR_NONE) {
        text_set_rows(r);
        *e = r->failure;
        return false;
    }
    if (r->state == TEXT_FAILED_COLUMNS && next_failure(r, out))
        return true;
    if (r->state == TEXT_FAILED_COLUMNS && !text_finish(r, e))
        return false;
    r->state = TEXT_DONE;
    *end = true;
    return true;
}
