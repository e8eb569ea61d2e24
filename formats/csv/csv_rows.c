/* csv_rows.c: the records of a sample in memory, and where among them the table lies. */
#include "formats/csv/csv_table.h"

#include <ctype.h>
#include <string.h>

enum { JUDGED_BYTES = 128 * 1024, JUDGED_ROWS = 2000, STRAY_COLUMNS_MIN = 3 };

static bool add_row(CsvRows *r, const CsvScanner *s, Arena *a)
{
    struct CsvRow *rows = arena_grow(a, r->rows, &r->row_capacity, r->count + 1, sizeof *rows);
    if (!rows)
        return false;
    r->rows = rows;
    rows[r->count++] = (struct CsvRow){
        .first = r->cell_count, .count = s->count, .line = s->record_line, .start = s->record};
    r->cell_count += s->count;
    return true;
}

static void use_free_cells(const CsvRows *r, CsvScanner *s)
{
    s->cells = r->cells + r->cell_count;
    s->capacity = r->cell_capacity - r->cell_count;
}

/* Scans the record into the free end of the cells, which grows until it fits. False: arena full. */
static bool scan_row(CsvRows *r, CsvScanner *s, CsvScan *scan, Arena *a)
{
    const CsvScanner before = *s;
    size_t needed = r->cell_count + 1;
    do {
        CsvCell *cells = arena_grow(a, r->cells, &r->cell_capacity, needed, sizeof *cells);
        if (!cells)
            return false;
        r->cells = cells;
        *s = before;
        use_free_cells(r, s);
        bool repaired;
        *scan = csv_next_record(s, 0, &repaired);
        needed = r->cell_count + s->count;
    } while (*scan == CSV_RECORD && s->count > s->capacity);
    return true;
}

static bool take_comments(CsvRows *r, CsvScanner *s, Arena *a)
{
    uint64_t line = s->line;
    StringView text;
    while (csv_take_comment(s, &text)) {
        CsvComment *c =
            arena_grow(a, r->comments, &r->comment_capacity, r->comment_count + 1, sizeof *c);
        if (!c)
            return false;
        r->comments = c;
        c[r->comment_count++] = (CsvComment){.text = text, .line = line, .row = r->count};
        line = s->line;
    }
    return true;
}

/* Empty lines only. */
static void skip_empty(CsvScanner *s, const CsvDialect *d)
{
    CsvDialect without = *d;
    without.comment[0] = '\0';
    s->dialect = &without;
    (void)csv_skip_to_record(s);
    s->dialect = d;
}

size_t csv_declared_separator(const char *text, size_t length)
{
    static const char mark[] = "sep=";
    size_t known = strlen(mark) + 1;
    bool declared = length > known && text_starts_nocase(text, mark) &&
                    strchr("\r\n", text[known]) && !strchr("\r\n", text[known - 1]);
    return declared ? known : 0;
}

bool csv_rows_parse(CsvRows *r, const CsvText *sample, const CsvDialect *d, int64_t skip, Arena *a,
                    Error *e)
{
    CsvScanner s;
    *r = (CsvRows){0};
    csv_scanner_init(&s, d, sample->bytes + sample->at, sample->length - sample->at, sample->ended);
    while ((int64_t)s.line <= skip && s.at < s.end)
        csv_pass_line(&s);
    if (s.line == 1)
        s.at += csv_declared_separator(s.at, (size_t)(s.end - s.at));
    const char *stop = s.at + JUDGED_BYTES;
    CsvScan scan = CSV_RECORD;
    while (s.at < s.end && s.at < stop && r->count < JUDGED_ROWS && scan == CSV_RECORD) {
        const char *before = s.at;
        skip_empty(&s, d);
        if (!take_comments(r, &s, a))
            return arena_full(a, e);
        if (s.at != before)
            continue;
        if (!scan_row(r, &s, &scan, a) || (scan == CSV_RECORD && !add_row(r, &s, a)))
            return arena_full(a, e);
    }
    return true;
}

static size_t bom_length(const CsvCell *c)
{
    return c->length >= 3 && memcmp(c->bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

bool csv_is_names(const CsvLayout *l, const CsvCell *cells, size_t count)
{
    if (l->names_line == 0 || l->names_in_comment)
        return false;
    for (size_t k = 0; k < l->columns; k++) {
        size_t length = strlen(l->names[k]);
        if (k >= count)
            return false;
        size_t bom = k == 0 ? bom_length(&cells[k]) : 0; /* of a file put behind another */
        if (length + bom != cells[k].length ||
            strncasecmp(l->names[k], cells[k].bytes + bom, length) != 0)
            return false;
    }
    return true;
}

static bool is_known_name(const CsvLayout *l, const CsvCell *cell)
{
    for (size_t k = 0; k < l->columns; k++)
        if (strlen(l->names[k]) == cell->length &&
            memcmp(l->names[k], cell->bytes, cell->length) == 0)
            return true;
    return false;
}

static bool is_name_like(const CsvCell *c, char decimal)
{
    return c->length > 0 && isalpha((unsigned char)c->bytes[0]) && /* nearly no row comes further */
           csv_look(c->bytes, c->length, decimal) == LOOK_WORD &&
           !csv_looks_like_time(c->bytes, c->length);
}

bool csv_is_other_names(const CsvLayout *l, const CsvCell *cells, size_t count)
{
    size_t words = 0, known = 0;
    if (l->names_line == 0 || count != l->columns)
        return false;
    for (size_t k = 0; k < count; k++) {
        if (l->is_typed[k] && !is_name_like(&cells[k], l->dialect.decimal))
            return false;
        words += l->is_typed[k];
    }
    for (size_t k = 0; k < count && words > 1; k++)
        known += is_known_name(l, &cells[k]);
    return known > 0;
}

/* Words where the table begins with numbers or times; a single word anywhere. */
static bool is_stray(const CsvLayout *l, const CsvCell *cells, size_t count)
{
    if (count * 2 > l->columns || l->columns < STRAY_COLUMNS_MIN)
        return false;
    if (count > 1 && l->typed > 0 && !l->is_typed[0])
        return false;
    for (size_t k = 0; k < count; k++) {
        const CsvCell *c = &cells[k];
        if (csv_look(c->bytes, c->length, l->dialect.decimal) != LOOK_WORD ||
            csv_looks_like_time(c->bytes, c->length))
            return false;
    }
    return true;
}

CsvFit csv_fit(const CsvLayout *l, const CsvScanner *s, size_t *known)
{
    *known = l->columns;
    if (s->count == l->columns || s->count == l->span.columns)
        return CSV_FITS;
    *known = 0;
    if (s->count > l->columns)
        return CSV_LONG;
    if (is_stray(l, s->cells, s->count))
        return CSV_STRAY;
    if (l->dialect.separator != ' ') /* else nobody knows which are missing */
        *known = s->count - s->unfinished;
    return s->unfinished ? CSV_CUT : CSV_SHORT;
}

const CsvCell *csv_row_cell(const CsvRows *rows, size_t row, size_t column)
{
    const struct CsvRow *r = &rows->rows[row];
    return column < r->count ? &rows->cells[r->first + column] : NULL;
}
