/* windcube_columns.c: which columns of the file are one variable over the heights.
 *
 * Version 2 writes the height ahead of each name ("40m Wind Speed (m/s)"). Version 1 and WLS70
 * number the names by the header's altitudes ("Vhm1"), but not all of them ("CNRm"): such a name
 * belongs to the block of columns it stands in. An empty column ends each block. */
#include "formats/windcube/windcube_reader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SPARE_CELLS = 64 };

#define NONE TEXT_NO_COLUMN

/* Variables over heights while they are found: which column of the file is at each height. */
typedef struct Grid {
    size_t *columns; /* variable * height_count + height */
    size_t *first;   /* a column of each variable, for its name */
    size_t count, capacity, first_capacity;
} Grid;

/* --- names ---------------------------------------------------------------------------------- */

/* "Wind Speed (m/s)" -> base and units. */
static bool split_units(WindcubeName *n, Arena *a)
{
    size_t length = strlen(n->text);
    const char *open = strrchr(n->text, '(');
    n->base = n->text;
    n->units = "";
    if (!open || open == n->text || n->text[length - 1] != ')')
        return true;
    size_t inside = (size_t)(n->text + length - 1 - (open + 1));
    n->units = text_copy(text_trimmed((StringView){open + 1, inside}), a);
    n->base = text_copy(text_trimmed((StringView){n->text, (size_t)(open - n->text)}), a);
    return n->units && n->base;
}

/* "40m Wind Speed" -> 40 and "Wind Speed"; NULL: no height. */
static const char *behind_height(const char *text, double *metres)
{
    size_t digits = strspn(text, "0123456789.");
    if (digits == 0 || text[digits] != 'm' || text[digits + 1] != ' ' ||
        !text_to_double(text, digits, '.', metres))
        return NULL;
    text += digits + 1;
    text += strspn(text, " ");
    return *text ? text : NULL;
}

/* "Avail.12" -> 12, and the length of "Avail"; 0: no number at its end. */
static uint64_t number_behind(const char *text, size_t *base_length)
{
    enum { DIGITS_MAX = 6 };
    size_t length = strlen(text), end = length;
    while (end > 0 && text[end - 1] >= '0' && text[end - 1] <= '9')
        end--;
    uint64_t number;
    if (end == 0 || end == length || length - end > DIGITS_MAX ||
        !text_to_uint64(text + end, length - end, &number))
        return 0;
    while (end > 1 && strchr("-._ ", text[end - 1]))
        end--;
    *base_length = end;
    return number;
}

static bool read_names(Windcube *w, Error *e)
{
    size_t count;
    StringView line = w->head.lines[w->names_line];
    const char **cells = text_cells(line, '\t', 0, &count, w->arena);
    if (!cells)
        return arena_full(w->arena, e);
    while (count > 0 && cells[count - 1][0] == '\0')
        count--;
    if (count > WINDCUBE_COLUMNS_MAX) {
        error_coded(e, ERROR_DATA, "bad_header", "%zu columns, more than the %d that are read",
                    count, WINDCUBE_COLUMNS_MAX);
        return error_at(e, "line %zu", w->names_line + 1);
    }
    w->names = arena_array(w->arena, count + 1, sizeof *w->names);
    w->cell_count = count + SPARE_CELLS;
    w->cells = arena_array(w->arena, w->cell_count, sizeof *w->cells);
    if (!w->names || !w->cells)
        return arena_full(w->arena, e);
    w->name_count = count;
    w->names_text = line.bytes;
    w->names_length = line.length;
    for (size_t i = 0; i < count; i++) {
        w->names[i].text = cells[i];
        if (!split_units(&w->names[i], w->arena))
            return arena_full(w->arena, e);
    }
    return true;
}

/* --- heights -------------------------------------------------------------------------------- */

static size_t height_of(Windcube *w, double metres)
{
    size_t h = 0;
    while (h < w->height_count && w->heights[h] != metres)
        h++;
    if (h == w->height_count)
        w->heights[w->height_count++] = metres;
    return h;
}

/* Version 2. False: no name has a height. */
static bool take_heights(Windcube *w)
{
    double metres;
    for (size_t i = 1; i < w->name_count; i++) {
        WindcubeName *n = &w->names[i];
        const char *base = behind_height(n->base, &metres);
        if (!base)
            continue;
        n->at_height = true;
        n->height = height_of(w, metres);
        n->base = base;
    }
    if (w->altitude_count > 0 && w->height_count > 0 && w->altitude_count != w->height_count)
        snprintf(w->heights_note, sizeof w->heights_note,
                 "the header lists %zu altitudes, the columns have %zu heights: the columns count",
                 w->altitude_count, w->height_count);
    return w->height_count > 0;
}

/* Another name with this base has the number. */
static bool has_number(const Windcube *w, const WindcubeName *n, uint64_t number)
{
    for (size_t i = 1; i < w->name_count; i++) {
        const WindcubeName *other = &w->names[i];
        if (other->number == number && other->base_length == n->base_length &&
            memcmp(other->text, n->text, n->base_length) == 0)
            return true;
    }
    return false;
}

/* The number counts the altitudes from 1, or is one of them. */
static bool numbered_height(const Windcube *w, const WindcubeName *n, size_t *height)
{
    if (n->number == 0)
        return false;
    if (n->number <= w->height_count && has_number(w, n, 1) && has_number(w, n, w->height_count)) {
        *height = (size_t)n->number - 1;
        return true;
    }
    for (size_t h = 0; h < w->altitude_count; h++)
        if (w->altitudes[h] == (double)n->number) {
            *height = h;
            return true;
        }
    return false;
}

/* The greatest number is how many altitudes there are, where the header does not list them. */
static void read_numbers(Windcube *w)
{
    uint64_t most = 0;
    for (size_t i = 1; i < w->name_count; i++) {
        WindcubeName *n = &w->names[i];
        n->number = number_behind(n->base, &n->base_length);
        if (n->number > most && n->number <= w->name_count)
            most = n->number;
    }
    w->height_count = w->altitude_count ? w->altitude_count : (size_t)most;
}

/* Version 1. */
static bool take_numbers(Windcube *w)
{
    size_t block = NONE, height;
    read_numbers(w);
    for (size_t i = 1; i < w->name_count; i++) {
        WindcubeName *n = &w->names[i];
        bool numbered = numbered_height(w, n, &height);
        if (n->text[0] == '\0')
            block = NONE;
        else if (numbered)
            block = height;
        if (block == NONE)
            continue;
        n->at_height = true;
        n->height = block;
        if (numbered && !(n->base = arena_copy(w->arena, n->base, n->base_length)))
            return false;
    }
    if (w->altitude_count == 0 && w->height_count > 0)
        snprintf(w->heights_note, sizeof w->heights_note,
                 "the header lists no altitudes: the heights are not known");
    return true;
}

static bool find_heights(Windcube *w, Error *e)
{
    w->heights = arena_array(w->arena, w->name_count + w->altitude_count + 1, sizeof *w->heights);
    if (!w->heights)
        return arena_full(w->arena, e);
    if (take_heights(w))
        return true;
    w->numbered = true;
    for (size_t h = 0; h < w->altitude_count; h++)
        w->heights[h] = w->altitudes[h];
    return take_numbers(w) ? true : arena_full(w->arena, e);
}

/* --- variables ------------------------------------------------------------------------------ */

static bool is_same(const WindcubeName *a, const WindcubeName *b)
{
    return strcmp(a->base, b->base) == 0 && strcmp(a->units, b->units) == 0;
}

static bool add_variable(Windcube *w, Grid *g, size_t column, Error *e)
{
    size_t heights = w->height_count, needed = (g->count + 1) * heights;
    if (needed > 2 * w->name_count + SPARE_CELLS) {
        error_coded(e, ERROR_DATA, "bad_header",
                    "the columns of the %zu heights are not the same ones", heights);
        return error_at(e, "line %zu", w->names_line + 1);
    }
    size_t *columns = arena_grow(w->arena, g->columns, &g->capacity, needed, sizeof *g->columns);
    if (columns)
        g->columns = columns;
    size_t *first =
        arena_grow(w->arena, g->first, &g->first_capacity, g->count + 1, sizeof *g->first);
    if (!columns || !first)
        return arena_full(w->arena, e);
    g->first = first;
    for (size_t h = 0; h < heights; h++)
        columns[g->count * heights + h] = NONE;
    first[g->count++] = column;
    return true;
}

/* Into the variable of the same name that has no column at this height yet. */
static bool place(Windcube *w, Grid *g, size_t column, Error *e)
{
    WindcubeName *n = &w->names[column];
    size_t v = 0;
    while (v < g->count && (g->columns[v * w->height_count + n->height] != NONE ||
                            !is_same(&w->names[g->first[v]], n)))
        v++;
    if (v == g->count && !add_variable(w, g, column, e))
        return false;
    g->columns[v * w->height_count + n->height] = column;
    n->variable = v;
    return true;
}

static bool find_variables(Windcube *w, Grid *g, Error *e)
{
    for (size_t i = 0; i < w->name_count; i++) {
        if (w->names[i].at_height) {
            if (!place(w, g, i, e))
                return false;
        } else if (w->names[i].text[0]) {
            w->scalar_count++;
        }
    }
    w->variable_count = g->count;
    return true;
}

/* --- for the engine ------------------------------------------------------------------------- */

static void make_time(Windcube *w)
{
    TextColumn *c = &w->columns[0];
    TextTime *time = &w->record.time;
    *c = (TextColumn){.name = "time", .long_name = w->names[0].text, .standard_name = "time"};
    w->record.row_dim = "time";
    if (w->zone_unknown) {
        *c = (TextColumn){.name = w->names[0].text, .kind = TEXT_STRING};
        return;
    }
    c->kind = TEXT_TIME;
    c->pattern = w->time_pattern;
    const char *what = w->statistics ? "end of the interval" : "time of the line of sight";
    c->comment =
        w->zone ? arena_printf(w->arena, "%s; written as %s, here UTC", what, w->zone)
                : arena_printf(w->arena, "%s; the file states no time zone, taken for UTC", what);
    time->pieces[time->count++] =
        (TextTimePiece){.column = 0, .piece = TEXT_PATTERN, .pattern = w->time_pattern};
    time->zone_s = w->zone_s;
}

static void make_scalars(Windcube *w)
{
    size_t k = 0;
    for (size_t i = 0; i < w->name_count; i++) {
        const WindcubeName *n = &w->names[i];
        if (n->at_height || n->text[0] == '\0')
            continue;
        TextColumn *c = &w->columns[k];
        w->file_column[k++] = i;
        windcube_describe(w, n, c);
        bool words = strcmp(n->base, "Position") == 0; /* 0, 90, 180, 270 or V */
        c->kind = words || !windcube_is_numeric(w, i) ? TEXT_STRING : TEXT_NUMBER;
        if (text_starts_nocase(n->base, "Pressure"))
            w->pressure = i;
    }
    make_time(w);
}

static void make_stacks(Windcube *w, const Grid *g)
{
    for (size_t v = 0; g->first && v < g->count; v++) {
        TextStack *s = &w->stacks[v];
        windcube_describe(w, &w->names[g->first[v]], &s->as);
        s->as.kind = TEXT_NUMBER;
        s->first = w->scalar_count + v * w->height_count;
        s->axis_count = 1;
        bool known = !w->numbered || w->altitude_count > 0;
        s->axes[0] = (TextAxis){.name = "range",
                                .length = w->height_count,
                                .coordinates = known ? w->heights : NULL,
                                .units = "m",
                                .long_name = w->altitude_key ? w->altitude_key : "Altitudes (m)"};
        memcpy(&w->file_column[s->first], &g->columns[v * w->height_count],
               w->height_count * sizeof *g->columns);
    }
}

bool windcube_columns_make(Windcube *w, Error *e)
{
    Grid g = {0};
    w->pressure = NONE;
    if (!read_names(w, e) || !find_heights(w, e) || !find_variables(w, &g, e))
        return false;
    size_t count = w->scalar_count + w->variable_count * w->height_count;
    w->columns = arena_array(w->arena, count, sizeof *w->columns);
    w->file_column = arena_array(w->arena, count, sizeof *w->file_column);
    w->stacks = arena_array(w->arena, w->variable_count + 1, sizeof *w->stacks);
    w->ordered = arena_array(w->arena, count, sizeof *w->ordered);
    if (!w->columns || !w->file_column || !w->stacks || !w->ordered)
        return arena_full(w->arena, e);
    windcube_samples(w);
    make_scalars(w);
    make_stacks(w, &g);
    w->record.columns = w->columns;
    w->record.column_count = count;
    w->record.stacks = w->stacks;
    w->record.stack_count = w->variable_count;
    return w->columns[0].comment || w->zone_unknown ? true : arena_full(w->arena, e);
}
