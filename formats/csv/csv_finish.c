/* csv_finish.c: what is said of a table once its last row is read. */
#include "formats/csv/csv_reader.h"

#include <inttypes.h>
#include <string.h>

enum { NOTED_COLUMNS = 20 };

static void note_columns(const CsvReader *r)
{
    static const char *const words[] = {"whole number", "number", "time", "text"};
    size_t noted = 0;
    const CsvTable *t = &r->table;
    for (size_t k = 0; k < t->layout.columns && noted < NOTED_COLUMNS; k++) {
        const CsvColumn *c = &t->columns[k];
        if (c->contradictions == 0)
            continue;
        noted++;
        dataset_note(r->base.dataset,
                     "column %s: cells that are no %s and count as missing: %" PRIu64
                     ", the first in line %" PRIu64 ", '%s'",
                     c->name, words[c->kind], c->contradictions, c->contradiction_line,
                     c->contradiction);
    }
}

/* Text that a person would take for numbers. */
static void note_dressed(const CsvReader *r)
{
    size_t noted = 0;
    const CsvTable *t = &r->table;
    bool has_parts = t->time.from == CSV_TIME_PARTS;
    for (size_t k = 0; k < t->layout.columns && noted < NOTED_COLUMNS; k++) {
        const CsvColumn *c = &t->columns[k];
        bool timed = k == t->time.date || k == t->time.clock;
        if (c->kind != CSV_TEXT || c->ambiguous || (has_parts && timed) ||
            c->dressed * 2 < c->values || !c->example)
            continue;
        noted++;
        dataset_note(r->base.dataset, "column %s: cells like '%s' are text, no numbers", c->name,
                     c->example);
    }
}

static void set_rows(CsvReader *r, uint64_t rows)
{
    Dataset *d = r->base.dataset;
    d->rows = rows;
    d->rows_known = true;
    r->dim.length = rows;
    for (size_t i = 0; i < d->var_count; i++)
        d->vars[i].count = rows;
}

bool csv_finish(CsvReader *r, Error *e)
{
    const CsvLayout *l = &r->table.layout;
    uint64_t rows = r->start + r->filled, odd = r->short_rows.count + r->long_rows.count;
    Dataset *d = r->base.dataset;
    set_rows(r, rows);
    if (r->text.encoding != CSV_UTF8)
        dataset_note(d, "converted from %s to UTF-8", csv_encoding_names[r->text.encoding]);
    csv_note_bytes(d, &r->text);
    if (rows == 0)
        dataset_note(d, "the table has names but no rows");
    csv_note_oddity(d, &r->short_rows,
                    l->dialect.separator == ' '
                        ? "rows with too few cells, which cannot be told apart and count as missing"
                        : "rows with too few cells, the rest counts as missing");
    csv_note_oddity(d, &r->long_rows, "rows with too many cells, all of which count as missing");
    csv_note_oddity(d, &r->cut, "rows cut at the end of the file");
    csv_note_oddity(d, &r->repeated, "lines that repeat the names, left out");
    CsvOddity commented = {r->scanner.commented, r->scanner.commented_line};
    csv_note_oddity(d, &commented, "comments that look like rows, left out");
    csv_note_oddity(d, &r->repaired,
                    "lines with a quotation mark that is never closed, read as it is");
    if (r->strays.count > 0)
        dataset_note(
            d, "lines that are no rows, left out: %" PRIu64 ", the first in line %" PRIu64 ", '%s'",
            r->strays.count, r->strays.line, r->stray);
    note_columns(r);
    csv_note_oddity(d, &r->untimed, "rows whose columns of date and clock make no time");
    note_dressed(r);
    if (r->renamed_line > 0) {
        error_coded(e, ERROR_DATA, "columns_change",
                    "line %" PRIu64 " names other columns, or these in another order: the %" PRIu64
                    " rows above it are read, what follows is another table",
                    r->renamed_line, rows);
        return error_at(e, "line %" PRIu64, r->renamed_line);
    }
    if (csv_tolerates(odd, rows))
        return true;
    const CsvOddity *first = r->short_rows.count ? &r->short_rows : &r->long_rows;
    error_coded(e, ERROR_DATA, "ragged",
                "%" PRIu64 " of %" PRIu64 " rows do not have %zu cells, the first in line %" PRIu64,
                odd, rows, l->columns, first->line);
    return error_at(e, "line %" PRIu64, first->line);
}
