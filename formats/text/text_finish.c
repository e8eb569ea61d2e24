/* text_finish.c: what is said of a table once its last row is read. */
#include "formats/text/text_reader.h"

#include <inttypes.h>

enum { NOTED_COLUMNS = 20 };

static void note_columns(const TextReader *r)
{
    static const char *const words[] = {"number", "whole number", "number", "text", "time"};
    const Dataset *d = r->base.dataset;
    size_t noted = 0;
    for (size_t i = 0; i < d->var_count && noted < NOTED_COLUMNS; i++) {
        const TextVar *tv = &r->vars[i];
        for (size_t k = 0; tv->slot && k < tv->slot_count && noted < NOTED_COLUMNS; k++) {
            const TextSlot *s = &tv->slot[k];
            if (s->contradictions == 0)
                continue;
            noted++;
            dataset_note(r->base.dataset,
                         "column %s: cells that are no %s and count as missing: %" PRIu64
                         ", the first in line %" PRIu64 ", '%s'",
                         d->vars[i].name, words[s->kind], s->contradictions, s->line, s->example);
        }
    }
}

void text_set_rows(TextReader *r)
{
    Dataset *d = r->base.dataset;
    d->rows = r->rows;
    d->rows_known = true;
    for (size_t i = 0; i < d->var_count; i++) {
        TextVar *tv = &r->vars[i];
        if (tv->from == TEXT_FROM_AXIS)
            continue;
        uint64_t rows = tv->from == TEXT_FROM_ALL ? r->rows : tv->rows->start + tv->rows->filled;
        tv->shape[0] = rows;
        d->dims[tv->dims[0]].length = rows;
        d->vars[i].count = rows * tv->width;
    }
}

static bool check_ragged(const TextReader *r, Error *e)
{
    uint64_t odd = r->short_rows.count + r->long_rows.count;
    if (csv_tolerates(odd, r->rows))
        return true;
    const CsvOddity *first = r->short_rows.count ? &r->short_rows : &r->long_rows;
    if (r->kind_count == 1)
        error_coded(e, ERROR_DATA, "ragged",
                    "%" PRIu64 " of %" PRIu64 " rows do not have the %zu cells of the header, the "
                    "first in line %" PRIu64,
                    odd, r->rows, r->kinds[0].cells_most, first->line);
    else
        error_coded(e, ERROR_DATA, "ragged",
                    "%" PRIu64 " of %" PRIu64 " rows do not have as many cells as their kind, the "
                    "first in line %" PRIu64,
                    odd, r->rows, first->line);
    return error_at(e, "line %" PRIu64, first->line);
}

/* What the header or the format promises of the table's end. */
static bool check_end(const TextReader *r, Error *e)
{
    const TextLayout *l = &r->table->layout;
    uint64_t line = r->splitter.scanner.line;
    if (l->rows_promised > r->rows) {
        error_coded(e, ERROR_DATA, "truncated", "%" PRIu64 " of the %" PRIu64 " rows%s%s", r->rows,
                    l->rows_promised, l->promised_by ? " that the header promises as " : "",
                    l->promised_by ? l->promised_by : "");
        return r->table->source ? false : error_at(e, "line %" PRIu64, line);
    }
    if (r->table->source || !l->end_marker || r->splitter.marked)
        return true;
    if (l->end == TEXT_END_NOTED)
        dataset_note(r->base.dataset, "the file ends without %s", l->end_marker);
    if (l->end != TEXT_END_REQUIRED)
        return true;
    error_coded(e, ERROR_DATA, "truncated", "the file ends without %s", l->end_marker);
    return error_at(e, "line %" PRIu64, line);
}

bool text_finish(TextReader *r, Error *e)
{
    Dataset *d = r->base.dataset;
    text_set_rows(r);
    if (!r->table->source)
        csv_note_bytes(d, &r->splitter.text);
    if (r->rows == 0)
        dataset_note(d, "the table has names but no rows");
    bool blanks = !r->table->source && r->table->layout.split == TEXT_SPLIT_BLANKS;
    csv_note_oddity(d, &r->short_rows,
                    blanks
                        ? "rows with too few cells, which cannot be told apart and count as missing"
                        : "rows with too few cells, the rest counts as missing");
    csv_note_oddity(d, &r->long_rows, "rows with too many cells, all of which count as missing");
    if (r->cut.count > 0)
        dataset_note(d, "the last line is cut and left out: %zu of %zu cells, line %" PRIu64,
                     r->cut_cells, r->cut_wanted, r->cut.line);
    csv_note_oddity(d, &r->splitter.unfit,
                    "lines that the regular expression does not fit, left out");
    csv_note_oddity(d, &r->splitter.repaired,
                    "lines with a quotation mark that is never closed, read as it is");
    if (r->other.count > 0)
        dataset_note(
            d, "lines of no known kind, left out: %" PRIu64 ", the first in line %" PRIu64 ", '%s'",
            r->other.count, r->other.line, r->other_example);
    note_columns(r);
    csv_note_oddity(d, &r->untimed, "rows whose cells make no time");
    if (!check_ragged(r, e) || !check_end(r, e))
        return false;
    return !r->table->finish || r->table->finish(r->table->state, d, e);
}
