/* windcube_rows.c: the lines of the table as rows in the engine's order: columns without heights,
 * then each variable's heights side by side.
 *
 * The empty column behind each height shows whether a row's cells are where they should be: a row
 * with another number of cells, or with a value there, keeps its time and nothing else. */
#include "formats/windcube/windcube_reader.h"

#include <inttypes.h>
#include <string.h>

enum { TOLERATED_ROWS = 2, TOLERATED_PART = 5 /* one row in five */ };

static const char no_bytes[16];
#define EMPTY_CELL ((CsvCell){.bytes = (char *)(uintptr_t)no_bytes})

/* --- lines ---------------------------------------------------------------------------------- */

size_t windcube_split(const Windcube *w, StringView line)
{
    const char *p = line.bytes, *end = p + line.length;
    for (size_t count = 0;; count++) {
        const char *stop = memchr(p, '\t', (size_t)(end - p));
        const char *last = stop ? stop : end, *first = p;
        while (first < last && *first == ' ')
            first++;
        while (first < last && last[-1] == ' ')
            last--;
        if (count < w->cell_count)
            w->cells[count] =
                (CsvCell){.bytes = (char *)(uintptr_t)first, .length = (uint32_t)(last - first)};
        if (!stop)
            return count + 1;
        p = stop + 1;
    }
}

static bool is_first_line(StringView line)
{
    return text_starts_nocase(line.bytes, "HeaderSize=") ||
           text_starts_nocase(line.bytes, "HeaderLength=");
}

static bool is_same_names(const Windcube *w, StringView line)
{
    return line.length == w->names_length && memcmp(line.bytes, w->names_text, line.length) == 0;
}

static void count_stray(Windcube *w)
{
    if (w->stray++ == 0)
        w->stray_line = w->lines.line;
}

/* A header within the file: another file was appended to it. True: the line is part of one. */
static bool pass_header(Windcube *w, StringView line)
{
    if (is_first_line(line)) {
        w->in_header = true;
        if (w->appended++ == 0)
            w->appended_line = w->lines.line;
    }
    bool names = windcube_is_names(line);
    if (names) {
        w->in_header = false;
        w->foreign = !is_same_names(w, line);
        w->foreign_line = w->foreign ? w->lines.line : w->foreign_line;
    }
    return names || w->in_header;
}

/* --- rows ----------------------------------------------------------------------------------- */

bool windcube_fits(const Windcube *w, size_t count)
{
    if (count < w->name_count || count > w->cell_count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (w->cells[i].length > 0 && (i >= w->name_count || w->names[i].text[0] == '\0'))
            return false;
    return true;
}

static void reorder(Windcube *w)
{
    for (size_t k = 0; k < w->record.column_count; k++) {
        size_t i = w->file_column[k];
        w->ordered[k] = i == TEXT_NO_COLUMN ? EMPTY_CELL : w->cells[i];
    }
}

static void keep_time_only(Windcube *w, size_t count)
{
    if (w->odd++ == 0) {
        w->odd_line = w->lines.line;
        w->odd_cells = count;
    }
    w->ordered[0] = w->cells[0];
    for (size_t k = 1; k < w->record.column_count; k++)
        w->ordered[k] = EMPTY_CELL;
}

static void look_at_pressure(Windcube *w)
{
    double value;
    const CsvCell *c = w->pressure == TEXT_NO_COLUMN ? NULL : &w->cells[w->pressure];
    if (c && text_to_double(c->bytes, c->length, w->decimal, &value)) {
        w->pressure_lives |= value != 0;
        w->pressure_zero |= value == 0;
    }
}

/* False: it is the file's last row, and not whole. */
static bool take_row(Windcube *w, StringView line, TextRow *row)
{
    size_t count = windcube_split(w, line);
    bool whole = windcube_fits(w, count);
    size_t usual = w->usual_count ? w->usual_count : w->name_count;
    if (w->lines.unfinished && count < usual) {
        w->cut_line = w->lines.line;
        w->cut_cells = count;
        return false;
    }
    if (whole) {
        if (w->usual_count == 0)
            w->usual_count = count;
        look_at_pressure(w);
        reorder(w);
    } else {
        keep_time_only(w, count);
    }
    w->rows++;
    *row = (TextRow){w->ordered, w->record.column_count, w->lines.line, false};
    return true;
}

static bool next_row(void *state, TextRow *row, bool *end, Error *e)
{
    Windcube *w = state;
    StringView line;
    while (text_lines_next(&w->lines, &line, end, e)) {
        if (*end)
            return true;
        if (text_trimmed(line).length == 0 || pass_header(w, line))
            continue;
        if (w->foreign || (!memchr(line.bytes, '\t', line.length) && !w->lines.unfinished)) {
            count_stray(w);
            continue;
        }
        if (take_row(w, line, row))
            return true;
    }
    return false;
}

static bool rewind_rows(void *state, Error *e)
{
    Windcube *w = state;
    w->rows = w->odd = w->stray = w->appended = w->foreign_line = w->cut_line = 0;
    w->usual_count = 0;
    w->in_header = w->foreign = w->pressure_lives = w->pressure_zero = false;
    return text_lines_rewind(&w->lines, e);
}

const TextSource windcube_source = {.next = next_row, .rewind = rewind_rows};

bool windcube_rows_open(Windcube *w, const Input *in, Error *e)
{
    return text_lines_open(&w->lines, in, &w->head, w->names_line + 2, w->arena, e);
}

/* --- the end -------------------------------------------------------------------------------- */

static void note_text(const Windcube *w, Dataset *d)
{
    const CsvText *t = &w->lines.text;
    if (t->nuls > 0)
        dataset_note(d, "%" PRIu64 " NUL bytes were left out", t->nuls);
    if (t->foreign > 0)
        dataset_note(d, "%" PRIu64 " bytes that are no UTF-8 were read as windows-1252",
                     t->foreign);
    if (w->appended > 0)
        dataset_note(d,
                     "further headers within the file were passed over: %" PRIu64
                     ", the first in line %" PRIu64,
                     w->appended, w->appended_line);
    if (w->stray > 0)
        dataset_note(d,
                     "lines that are no rows of the table, left out: %" PRIu64
                     ", the first in line %" PRIu64,
                     w->stray, w->stray_line);
    if (w->odd > 0)
        dataset_note(d,
                     "rows that do not have the cells of the %zu columns, of which only the time "
                     "counts: %" PRIu64 ", the first in line %" PRIu64 " with %zu cells",
                     w->name_count, w->odd, w->odd_line, w->odd_cells);
    if (w->pressure_zero && !w->pressure_lives)
        dataset_note(d, "Pressure is 0 in every row: the instrument has no weather sensor, and its "
                        "other zeros are no measurements either, probably");
}

bool windcube_finish(void *state, Dataset *d, Error *e)
{
    Windcube *w = state;
    note_text(w, d);
    if (w->cut_line > 0) {
        error_coded(e, ERROR_DATA, "truncated",
                    "the last row is cut and left out: %zu of %zu cells", w->cut_cells,
                    w->usual_count ? w->usual_count : w->name_count);
        return error_at(e, "line %" PRIu64, w->cut_line);
    }
    if (w->foreign_line > 0) {
        error_coded(e, ERROR_DATA, "bad_header",
                    "a file with other columns was appended in line %" PRIu64 ": split it off",
                    w->foreign_line);
        return error_at(e, "line %" PRIu64, w->foreign_line);
    }
    if (w->in_header) {
        error_coded(e, ERROR_DATA, "truncated",
                    "the file ends within the header that begins again");
        return error_at(e, "line %" PRIu64, w->lines.line);
    }
    if (w->odd <= TOLERATED_ROWS || w->odd * TOLERATED_PART <= w->rows)
        return true;
    error_coded(e, ERROR_DATA, "ragged",
                "%" PRIu64 " of %" PRIu64 " rows do not have the cells of the %zu columns", w->odd,
                w->rows, w->name_count);
    return error_at(e, "line %" PRIu64, w->odd_line);
}
