/* csv_scan.c: text -> records of cells.
 *
 * Separators and line ends are found 64 bytes at a time. Line ends are LF, CR LF, CR, and CR CR LF,
 * in any mixture; what quotation marks mean follows RFC 4180, and Python's csv where that is silent
 * (text behind a closing mark belongs to the cell). */
#include "formats/csv/csv_table.h"

#include <string.h>

enum { BLOCK = 64, WORD = sizeof(uint64_t) };

static inline bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The high bit of every byte of v that is 0, and of no other. */
static inline uint64_t zero_bytes(uint64_t v)
{
    const uint64_t low = 0x7f7f7f7f7f7f7f7fULL;
    return ~(((v & low) + low) | v | low);
}

/* One bit for each of 64 bytes: is it the separator or a line end? */
static inline uint64_t find_ends(const char *p, char separator)
{
    const uint64_t ones = 0x0101010101010101ULL, gather = 0x0102040810204080ULL;
    uint64_t bits = 0;
    for (unsigned i = 0; i < BLOCK / WORD; i++) {
        uint64_t v;
        memcpy(&v, p + WORD * i, WORD);
        if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
            v = __builtin_bswap64(v);
        uint64_t hits = zero_bytes(v ^ ones * (uint8_t)separator) | zero_bytes(v ^ ones * '\n') |
                        zero_bytes(v ^ ones * '\r');
        bits |= (hits >> 7) * gather >> 56 << (WORD * i);
    }
    return bits;
}

/* The next separator or line end from p on; the line feed behind the text stops it. */
static inline char *next_end(CsvEnds *e, char *p, char separator)
{
    size_t offset = (size_t)(p - e->block);
    if (offset < BLOCK) {
        uint64_t bits = e->bits >> offset;
        if (bits)
            return p + __builtin_ctzll(bits);
        p = e->block + BLOCK;
    }
    for (;; p += BLOCK) {
        e->block = p;
        e->bits = find_ends(p, separator);
        if (e->bits)
            return p + __builtin_ctzll(e->bits);
    }
}

void csv_scanner_resume(CsvScanner *s, char *text, size_t length, bool final)
{
    s->at = s->record = text;
    s->end = text + length;
    s->final = final;
    s->ends = (CsvEnds){text, find_ends(text, s->dialect->separator)};
}

void csv_scanner_init(CsvScanner *s, const CsvDialect *d, char *text, size_t length, bool final)
{
    *s = (CsvScanner){.dialect = d, .line = 1};
    csv_scanner_resume(s, text, length, final);
}

/* The end of the line at p. */
static char *find_line_end(char *p)
{
    while (!is_line_end(*p))
        p++;
    return p;
}

static char *skip_blanks(char *p)
{
    while (is_blank(*p))
        p++;
    return p;
}

/* Where the line at `at` begins to say something: a TAB may stand for an empty cell. */
static char *line_start(const CsvScanner *s)
{
    char *p = s->at;
    while (*p == ' ' || (*p == '\t' && s->dialect->separator != '\t'))
        p++;
    return p;
}

/* Behind the line end at p, which may be the end of the text; NULL: more text is needed. */
static char *pass_line_end(CsvScanner *s, char *p)
{
    if (p >= s->end)
        return s->end;
    while (*p == '\r')
        p++;
    if (p >= s->end && !s->final)
        return NULL;
    if (p < s->end && *p == '\n')
        p++;
    s->line++;
    return p < s->end ? p : s->end;
}

void csv_pass_line(CsvScanner *s)
{
    char *next = pass_line_end(s, find_line_end(s->at));
    s->at = next ? next : s->end;
}

bool csv_take_comment(CsvScanner *s, StringView *out)
{
    const char *mark = s->dialect->comment;
    size_t length = strlen(mark);
    char *p = line_start(s);
    if (length == 0 || s->end - p < (ptrdiff_t)length || memcmp(p, mark, length) != 0)
        return false;
    char *from = p + length, *to = find_line_end(from);
    if (to >= s->end && !s->final)
        return false;
    char *next = pass_line_end(s, to);
    if (!next)
        return false;
    while (is_blank(*from))
        from++;
    while (to > from && is_blank(to[-1]))
        to--;
    *out = (StringView){from, (size_t)(to - from)};
    s->at = next;
    return true;
}

/* True if a comment begins at `at` whose end is not there yet. */
static bool comment_is_cut(CsvScanner *s)
{
    size_t length = strlen(s->dialect->comment);
    char *p = line_start(s);
    return length > 0 && !s->final &&
           (s->end - p < (ptrdiff_t)length || memcmp(p, s->dialect->comment, length) == 0);
}

/* A comment that is cut into as many cells as the rows are may be a row taken out. */
static void count_commented(CsvScanner *s, StringView comment, uint64_t line)
{
    size_t separators = 0;
    char separator = s->dialect->separator;
    for (size_t i = 0; i < comment.length && separator != ' '; i++)
        separators += comment.bytes[i] == separator;
    if (separators == 0 || separators + 1 != s->count)
        return;
    if (s->commented++ == 0)
        s->commented_line = line;
}

bool csv_skip_to_record(CsvScanner *s)
{
    StringView comment;
    for (;;) {
        char *p = line_start(s);
        if (p < s->end && !is_line_end(*p)) {
            if (!s->dialect->comment[0])
                return true;
            uint64_t line = s->line;
            if (!csv_take_comment(s, &comment))
                return !comment_is_cut(s);
            count_commented(s, comment, line);
            continue;
        }
        if (p >= s->end && !s->final)
            return false;
        char *next = pass_line_end(s, p);
        if (!next)
            return false;
        s->at = next;
        if (next >= s->end)
            return s->final;
    }
}

static uint64_t count_lines(const char *p, const char *end)
{
    uint64_t lines = 0;
    while ((p = memchr(p, '\n', (size_t)(end - p)))) {
        lines++;
        p++;
    }
    return lines;
}

/* True if the mark at p is behind an odd number of backslashes. */
static bool is_escaped(const char *p, const char *start)
{
    size_t slashes = 0;
    while (p > start && p[-1] == '\\') {
        slashes++;
        p--;
    }
    return slashes % 2 == 1;
}

/* The closing mark of the cell whose content starts at p, NULL if it is not there. */
static char *closing_quote(const CsvScanner *s, char *p, CsvCell *cell)
{
    char quote = s->dialect->quote;
    char *start = p;
    while (p < s->end && (p = memchr(p, quote, (size_t)(s->end - p)))) {
        bool escaped = s->dialect->escapes && is_escaped(p, start);
        bool doubled = !escaped && p + 1 < s->end && p[1] == quote;
        if (!escaped && !doubled)
            return p + 1 == s->end && !s->final ? NULL : p;
        cell->raw = true;
        p += doubled ? 2 : 1;
    }
    return NULL;
}

static char *find_blank(char *p)
{
    while (!is_blank(*p) && !is_line_end(*p))
        p++;
    return p;
}

/* A quoted cell whose opening mark is at p; gives back where it stops, NULL if it never does. */
static char *scan_quoted(CsvScanner *s, char *p, CsvCell *cell)
{
    *cell = (CsvCell){.bytes = p + 1, .quoted = true};
    char *close = closing_quote(s, p + 1, cell);
    if (!close)
        return NULL;
    char *stop = close + 1;
    bool runs = s->dialect->separator == ' ';
    while (*stop == ' ' && !runs)
        stop++;
    bool clean = is_line_end(*stop) || *stop == s->dialect->separator || (runs && is_blank(*stop));
    if (!clean) {
        cell->raw = true;
        stop = runs ? find_blank(stop) : next_end(&s->ends, stop, s->dialect->separator);
        close = stop;
    }
    cell->length = (uint32_t)(close - cell->bytes);
    uint64_t lines = count_lines(cell->bytes, close);
    s->line += lines;
    s->dubious |= !clean && lines > 0;
    return stop;
}

static inline void keep_cell(CsvScanner *s, CsvCell cell)
{
    if (s->count < s->capacity)
        s->cells[s->count] = cell;
    s->count++;
}

static inline CsvCell trimmed(char *from, char *to)
{
    while (from < to && is_blank(*from))
        from++;
    while (to > from && is_blank(to[-1]))
        to--;
    return (CsvCell){.bytes = from, .length = (uint32_t)(to - from)};
}

/* Fields with one separator between them; NULL: the text ends before the record does. */
static char *scan_separated(CsvScanner *s)
{
    char separator = s->dialect->separator, quote = s->dialect->quote;
    for (char *p = s->at;; p++) {
        char *q = p;
        while (*q == ' ')
            q++;
        if (quote && *q == quote && q < s->end) {
            CsvCell cell;
            p = scan_quoted(s, q, &cell);
            if (!p)
                return NULL;
            keep_cell(s, cell);
        } else {
            char *end = next_end(&s->ends, p, separator);
            keep_cell(s, trimmed(p, end));
            p = end;
        }
        if (p >= s->end || is_line_end(*p))
            return p;
    }
}

static char *scan_blank_runs(CsvScanner *s)
{
    char quote = s->dialect->quote;
    char *p = skip_blanks(s->at);
    while (p < s->end && !is_line_end(*p)) {
        CsvCell cell;
        if (quote && *p == quote) {
            p = scan_quoted(s, p, &cell);
            if (!p)
                return NULL;
        } else {
            char *end = find_blank(p);
            cell = (CsvCell){.bytes = p, .length = (uint32_t)(end - p)};
            p = end;
        }
        keep_cell(s, cell);
        p = skip_blanks(p);
    }
    return p;
}

CsvScan csv_scan_record(CsvScanner *s)
{
    uint64_t line = s->line;
    if (s->at >= s->end)
        return s->final ? CSV_END : CSV_MORE;
    s->count = 0;
    s->dubious = false;
    s->record = s->at;
    s->record_line = line;
    char *p = s->dialect->separator == ' ' ? scan_blank_runs(s) : scan_separated(s);
    if (!p || (p >= s->end && !s->final)) {
        s->line = line;
        return p || !s->final ? CSV_MORE : CSV_UNCLOSED;
    }
    s->unfinished = p >= s->end;
    char *next = pass_line_end(s, p);
    if (!next) {
        s->line = line;
        return CSV_MORE;
    }
    s->at = next;
    return CSV_RECORD;
}

/* The line at `at`, as if quotation marks meant nothing. */
static CsvScan scan_plain_line(CsvScanner *s)
{
    CsvDialect plain = *s->dialect;
    const CsvDialect *kept = s->dialect;
    plain.quote = 0;
    s->dialect = &plain;
    CsvScan scan = csv_scan_record(s);
    s->dialect = kept;
    return scan;
}

CsvScan csv_next_record(CsvScanner *s, size_t columns, bool *repaired)
{
    *repaired = false;
    if (!csv_skip_to_record(s))
        return CSV_MORE;
    CsvScanner before = *s;
    CsvScan scan = csv_scan_record(s);
    bool lines = scan == CSV_RECORD && s->line > before.line + 1;
    bool odd = s->dubious || (columns > 0 && s->count != columns);
    bool open = scan == CSV_UNCLOSED || (scan == CSV_MORE && s->end - s->at > CSV_RECORD_MAX);
    if (!open && !(lines && odd))
        return scan;
    bool any = open || columns == 0;
    *s = before;
    if (scan_plain_line(s) == CSV_RECORD && (s->count == columns || any)) {
        *repaired = true;
        return CSV_RECORD;
    }
    *s = before;
    return csv_scan_record(s);
}

void csv_cell_unquote(CsvCell *c, const CsvDialect *d)
{
    if (!c->raw)
        return;
    char *out = c->bytes;
    bool inside = true;
    for (uint32_t i = 0; i < c->length; i++) {
        char byte = c->bytes[i];
        bool next_is_quote = i + 1 < c->length && c->bytes[i + 1] == d->quote;
        if (inside && d->escapes && byte == '\\' && i + 1 < c->length &&
            (next_is_quote || c->bytes[i + 1] == '\\')) {
            *out++ = c->bytes[++i];
        } else if (inside && byte == d->quote) {
            inside = next_is_quote;
            if (next_is_quote)
                *out++ = c->bytes[i++];
        } else {
            *out++ = byte;
        }
    }
    c->length = (uint32_t)(out - c->bytes);
    c->raw = false;
}

char *csv_cell_copy(const CsvCell *c, const CsvDialect *d, Arena *a)
{
    char *copy = arena_copy(a, c->bytes, c->length);
    if (!copy)
        return NULL;
    CsvCell cell = *c;
    cell.bytes = copy;
    csv_cell_unquote(&cell, d);
    copy[cell.length] = '\0';
    return copy;
}
