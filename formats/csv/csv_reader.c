/* csv_reader.c: rows -> batches of columns -> blocks.
 *
 * Cells of text stay where they are in the chunk: a batch ends with the chunk, and all its blocks
 * are handed out before the next chunk is read over them. */
#include "formats/csv/csv_reader.h"

#include "formats/csv/csv_names.h"
#include "formats/csv/csv_number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BATCH_ROWS = 2048, BATCH_CELLS = 256 * 1024 };

static const int64_t missing_integer = INT64_MIN;

/* --- the dataset ---------------------------------------------------------------------------- */

static bool has_extra_time(const CsvTable *t)
{
    return t->time.from == CSV_TIME_PARTS || t->time.from == CSV_TIME_JOINED;
}

static DataType type_of(CsvKind kind)
{
    return kind == CSV_INTEGER ? TYPE_INT64 : kind == CSV_TEXT ? TYPE_STRING : TYPE_DOUBLE;
}

static void add_text(Attr *attrs, size_t *count, const char *name, const char *text)
{
    if (text[0])
        attrs[(*count)++] = (Attr){name, TYPE_CHAR, strlen(text), text};
}

static bool make_variable(CsvReader *r, Var *v, const char *name, CsvKind kind, const char *units)
{
    static const size_t dims[] = {0};
    enum { ATTRS_MAX = 2 };
    Attr *attrs = arena_array(r->arena, ATTRS_MAX, sizeof *attrs);
    if (!attrs)
        return false;
    *v = (Var){.name = name,
               .type = type_of(kind),
               .base = type_of(kind),
               .dim_count = 1,
               .dims = dims,
               .shape = &r->dim.length,
               .attrs = attrs,
               .no_default_fill = true};
    add_text(attrs, &v->attr_count, "units", kind == CSV_TIME ? csv_time_units : units);
    if (kind == CSV_TIME)
        add_text(attrs, &v->attr_count, "calendar", "proleptic_gregorian");
    if (kind == CSV_INTEGER)
        attrs[v->attr_count++] = (Attr){"_FillValue", TYPE_INT64, 1, &missing_integer};
    return true;
}

static const char *units_of(CsvReader *r, const CsvColumn *c)
{
    if (c->units[0])
        return c->units;
    const char *units = csv_units_in_name(c->header, r->arena);
    bool number = c->kind == CSV_INTEGER || c->kind == CSV_NUMBER;
    return units && number && !csv_is_least(&r->table.layout, units) ? units : "";
}

static bool make_variables(CsvReader *r)
{
    CsvTable *t = &r->table;
    Dataset *d = r->base.dataset;
    size_t columns = t->layout.columns;
    d->vars = arena_array(r->arena, columns + 1, sizeof *d->vars);
    if (!d->vars)
        return false;
    for (size_t k = 0; k < columns; k++) {
        CsvColumn *c = &t->columns[k];
        if (!make_variable(r, &d->vars[k], c->name, c->kind, units_of(r, c)))
            return false;
    }
    d->var_count = columns;
    if (t->time.from == CSV_TIME_COLUMN)
        d->time_var = t->time.column;
    if (!has_extra_time(t))
        return true;
    const char *name = csv_unique_name(t, columns, "time", r->arena);
    d->time_var = d->var_count++;
    return name && make_variable(r, &d->vars[d->time_var], name, CSV_TIME, "");
}

static bool make_room(CsvReader *r)
{
    const CsvTable *t = &r->table;
    size_t vars = r->base.dataset->var_count, rows = BATCH_CELLS / vars;
    rows = rows < BATCH_ROWS ? rows + 1 : BATCH_ROWS;
    if (r->in.size < rows)
        rows = (size_t)r->in.size + 1; /* no row is shorter than a byte */
    r->batch_rows = rows;
    r->values = arena_array(r->arena, vars, sizeof *r->values);
    r->scanner.capacity = t->layout.span.columns + 1;
    r->scanner.cells = arena_array(r->arena, r->scanner.capacity, sizeof(CsvCell));
    for (size_t i = 0; r->values && i < vars; i++) {
        bool text = r->base.dataset->vars[i].type == TYPE_STRING;
        r->values[i].any = arena_array(r->arena, rows, text ? sizeof(StringView) : sizeof(double));
        if (!r->values[i].any)
            return false;
    }
    return r->values && r->scanner.cells;
}

bool csv_reader_init(CsvReader *r, Arena *a, Error *e)
{
    Dataset *d = r->base.dataset;
    r->dim = (Dim){.name = "row", .unlimited = true};
    r->root.path = "";
    d->dims = &r->dim;
    d->dim_count = 1;
    d->groups = &r->root;
    d->group_count = 1;
    d->model = "CSV";
    return make_variables(r) && make_room(r) ? true : arena_full(a, e);
}

/* --- cells ---------------------------------------------------------------------------------- */

static void contradict(CsvColumn *c, const CsvCell *cell, uint64_t line)
{
    if (c->contradictions++ > 0)
        return;
    size_t shown = cell->length < CSV_EXAMPLE_SIZE - 1 ? cell->length : CSV_EXAMPLE_SIZE - 1;
    c->contradiction_line = line;
    memcpy(c->contradiction, cell->bytes, shown);
    c->contradiction[text_valid_utf8(c->contradiction, shown)] = '\0';
}

/* The cell without the blanks that quotation marks have kept; false: it has none. */
static bool trim_cell(const CsvCell *cell, CsvCell *out)
{
    const char *text = cell->bytes;
    size_t length = cell->length;
    csv_trim(&text, &length);
    *out = (CsvCell){.bytes = cell->bytes + (text - cell->bytes), .length = (uint32_t)length};
    return length < cell->length;
}

/* A cell that is no number: missing, or a contradiction. */
static __attribute__((noinline)) void no_value(CsvReader *r, CsvColumn *c, const CsvCell *cell)
{
    c->absent++;
    if (!csv_missing_cell(&r->table, cell->bytes, cell->length))
        contradict(c, cell, r->scanner.record_line);
}

static double read_number(CsvReader *r, CsvColumn *c, const CsvCell *cell)
{
    double value;
    const CsvTable *t = &r->table;
    char decimal = t->layout.dialect.decimal;
    if (cell->length > 0 && (csv_quick_number(cell->bytes, cell->length, decimal, &value) ||
                             text_to_double(cell->bytes, cell->length, decimal, &value))) {
        if (t->missing_number_count == 0 || !csv_missing_number(t, value))
            return value;
    }
    CsvCell within;
    if (trim_cell(cell, &within))
        return read_number(r, c, &within);
    no_value(r, c, cell);
    return NAN;
}

static int64_t read_integer(CsvReader *r, CsvColumn *c, const CsvCell *cell)
{
    int64_t value;
    double number;
    const CsvTable *t = &r->table;
    CsvCell within;
    if (cell->length > 0 && text_to_int64(cell->bytes, cell->length, &value)) {
        if (t->missing_number_count == 0 || !csv_missing_number(t, (double)value))
            return value;
    } else if (trim_cell(cell, &within)) {
        return read_integer(r, c, &within);
    } else if (text_to_double(cell->bytes, cell->length, t->layout.dialect.decimal, &number) &&
               !csv_missing_number(t, number) && c->fractions++ == 0) {
        c->fraction_line = r->scanner.record_line;
    }
    no_value(r, c, cell);
    return missing_integer;
}

static double read_time(CsvReader *r, CsvColumn *c, const CsvCell *cell)
{
    double value;
    CsvCell within;
    if (csv_time_of_cell(c, cell->bytes, cell->length, &value))
        return value;
    if (trim_cell(cell, &within))
        return read_time(r, c, &within);
    no_value(r, c, cell);
    return NAN;
}

static StringView read_string(CsvReader *r, CsvCell *cell)
{
    const CsvTable *t = &r->table;
    csv_cell_unquote(cell, &t->layout.dialect);
    for (size_t i = 0; i < t->missing_count; i++)
        if (strlen(t->missing[i]) == cell->length &&
            memcmp(t->missing[i], cell->bytes, cell->length) == 0)
            return (StringView){"", 0};
    return (StringView){cell->bytes, cell->length};
}

/* --- rows ----------------------------------------------------------------------------------- */

static void count_stray(CsvReader *r)
{
    const CsvCell *c = &r->scanner.cells[0];
    if (r->strays.count == 0)
        snprintf(r->stray, sizeof r->stray, "%.*s", (int)c->length, c->bytes);
    csv_oddity(&r->strays, r->scanner.record_line);
}

/* Makes the record exactly as long as a row; cells that cannot be known are empty. False: it is no
 * row at all. */
static bool fit_row(CsvReader *r)
{
    const CsvLayout *l = &r->table.layout;
    CsvScanner *s = &r->scanner;
    size_t known;
    CsvFit fit = csv_fit(l, s, &known);
    if (fit == CSV_FITS)
        return true;
    if (fit == CSV_STRAY) {
        count_stray(r);
        return false;
    }
    CsvOddity *odd = fit == CSV_LONG ? &r->long_rows : fit == CSV_SHORT ? &r->short_rows : &r->cut;
    csv_oddity(odd, s->record_line);
    for (size_t k = known; k < l->columns; k++)
        s->cells[k] = (CsvCell){.bytes = s->end, .length = 0};
    return true;
}

static void store_row(CsvReader *r)
{
    CsvTable *t = &r->table;
    CsvCell *cells = r->scanner.cells;
    size_t row = r->filled, columns = t->layout.columns;
    if (has_extra_time(t)) { /* before text cells change in place */
        double *time = &r->values[columns].numbers[row];
        if (!csv_time_of_row(t, cells, time)) {
            *time = NAN;
            csv_oddity(&r->untimed, r->scanner.record_line);
        }
    }
    for (size_t k = 0; k < columns; k++) {
        CsvColumn *c = &t->columns[k];
        switch (c->kind) {
        case CSV_NUMBER:
            r->values[k].numbers[row] = read_number(r, c, &cells[k]);
            break;
        case CSV_INTEGER:
            r->values[k].integers[row] = read_integer(r, c, &cells[k]);
            break;
        case CSV_TIME:
            r->values[k].numbers[row] = read_time(r, c, &cells[k]);
            break;
        default:
            r->values[k].strings[row] = read_string(r, &cells[k]);
        }
    }
    r->filled++;
}

static void take_row(CsvReader *r)
{
    if (csv_is_names(&r->table.layout, r->scanner.cells, r->scanner.count)) {
        csv_oddity(&r->repeated, r->scanner.record_line);
        return;
    }
    if (csv_is_other_names(&r->table.layout, r->scanner.cells, r->scanner.count))
        r->renamed_line = r->scanner.record_line;
    else if (fit_row(r))
        store_row(r);
}

/* --- batches -------------------------------------------------------------------------------- */

/* Reads on behind what the scanner has not used up yet. */
static bool refill(CsvReader *r, Error *e)
{
    CsvText *text = &r->text;
    text->at = (size_t)(r->scanner.at - text->bytes);
    if (!csv_text_fill(text, r->arena, e))
        return error_at(e, "line %llu", (unsigned long long)r->scanner.line);
    csv_scanner_resume(&r->scanner, text->bytes, text->length, text->ended);
    return true;
}

static bool read_batch(CsvReader *r, Error *e)
{
    r->start += r->filled;
    r->filled = 0;
    while (r->filled < r->batch_rows && r->renamed_line == 0) {
        bool repaired = false;
        CsvScan scan = csv_next_record(&r->scanner, r->table.layout.span.columns, &repaired);
        if (repaired)
            csv_oddity(&r->repaired, r->scanner.record_line);
        if (scan == CSV_RECORD)
            take_row(r);
        else if (scan != CSV_MORE || r->filled > 0)
            return true;
        else if (!refill(r, e))
            return false;
    }
    return true;
}

static void put_block(const CsvReader *r, size_t var, Block *out)
{
    DataType type = r->base.dataset->vars[var].type;
    bool text = type == TYPE_STRING;
    *out = (Block){.var = var,
                   .type = type,
                   .start = r->start,
                   .count = r->filled,
                   .values = text ? NULL : r->values[var].any,
                   .strings = text ? r->values[var].strings : NULL};
}

/* True if the column is not what the samples of a large file have shown. */
static bool column_failed(const CsvReader *r, const CsvColumn *c, Error *e)
{
    uint64_t rows = r->start + r->filled, values = rows - c->absent + c->contradictions;
    const char *kind = csv_kind_names[c->kind];
    if (c->fractions > 0) {
        error_coded(e, ERROR_DATA, "type_changes",
                    "whole numbers in the samples, but line %llu has a decimal; set `types` to "
                    "%s=double",
                    (unsigned long long)c->fraction_line, c->name);
    } else if (c->kind != CSV_TEXT && c->contradictions * CSV_CONTRADICTION_MAX > values) {
        error_coded(e, ERROR_DATA, "type_changes",
                    "%llu of %llu values are no %s, the first is '%s'; set `types` to %s=string",
                    (unsigned long long)c->contradictions, (unsigned long long)values, kind,
                    c->contradiction, c->name);
        error_at(e, "line %llu", (unsigned long long)c->contradiction_line);
    }
    return e->kind != ERROR_NONE;
}

/* One failed block for each column that is not what it was taken for. */
static bool next_failure(CsvReader *r, Block *out)
{
    while (r->next_var < r->table.layout.columns) {
        size_t k = r->next_var++;
        Block block = {.var = k, .type = r->base.dataset->vars[k].type, .failed = true};
        block.start = r->start + r->filled;
        if (!column_failed(r, &r->table.columns[k], &block.error))
            continue;
        *out = block;
        return true;
    }
    return false;
}

bool csv_next(Reader *reader, Block *out, bool *end, Error *e)
{
    CsvReader *r = (CsvReader *)reader;
    size_t vars = reader->dataset->var_count;
    if (r->state == CSV_READING && (r->next_var == vars || r->filled == 0)) {
        r->next_var = 0;
        if (!read_batch(r, e))
            return false;
        if (r->filled == 0)
            r->state = CSV_FAILED_COLUMNS;
    }
    if (r->state == CSV_READING) {
        put_block(r, r->next_var++, out);
        return true;
    }
    if (r->state == CSV_FAILED_COLUMNS && next_failure(r, out))
        return true;
    if (r->state == CSV_FAILED_COLUMNS && !csv_finish(r, e))
        return false;
    r->state = CSV_DONE;
    *end = true;
    return true;
}
