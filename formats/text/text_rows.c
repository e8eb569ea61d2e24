/* text_rows.c: text -> rows of cells, and which kind each row is. */
#include "formats/text/text_reader.h"

#include <string.h>

/* --- the splitter --------------------------------------------------------------------------- */

static bool by_lines(const TextLayout *l)
{
    return l->split != TEXT_SPLIT_CHARACTER && l->split != TEXT_SPLIT_BLANKS;
}

static CsvDialect dialect_of(const TextLayout *l)
{
    CsvDialect d = {.decimal = l->decimal ? l->decimal : '.'};
    if (l->split == TEXT_SPLIT_BLANKS)
        d.separator = ' ';
    else if (l->split == TEXT_SPLIT_CHARACTER)
        d.separator = l->separator;
    if (!by_lines(l)) {
        d.quote = l->quote;
        d.escapes = l->escapes;
    }
    for (size_t i = 0; l->comment && l->comment[i] && i + 1 < sizeof d.comment; i++)
        d.comment[i] = l->comment[i];
    return d;
}

static bool make_regex(TextSplitter *s, size_t *cells, Error *e)
{
    const char *pattern = s->table->layout.regex;
    TextSplit split = s->table->layout.split;
    if (split != TEXT_SPLIT_REGEX && split != TEXT_SPLIT_BETWEEN)
        return true;
    if (!pattern || !regex_new(pattern, s->arena, &s->regex, e))
        return pattern ? false : error_coded(e, ERROR_SETUP, "bad_value", "no regular expression");
    if (split == TEXT_SPLIT_REGEX && regex_groups(s->regex) > *cells)
        *cells = regex_groups(s->regex);
    s->groups = arena_array(s->arena, regex_groups(s->regex) + 1, sizeof *s->groups);
    return s->groups ? true : arena_full(s->arena, e);
}

bool text_splitter_init(TextSplitter *s, const TextTable *t, const Input *in, Arena *a, Error *e)
{
    *s = (TextSplitter){.table = t, .in = in, .arena = a, .dialect = dialect_of(&t->layout)};
    size_t cells = 0;
    for (size_t i = 0; i < t->record_count; i++)
        if (t->records[i].column_count > cells)
            cells = t->records[i].column_count;
    if (!make_regex(s, &cells, e) ||
        !csv_text_init(&s->text, in, t->layout.encoding, t->layout.bom_bytes, a, e))
        return false;
    s->columns = t->record_count == 1 && !by_lines(&t->layout) ? cells : 0;
    s->capacity = cells + 2; /* one too many, and the empty one behind a last separator */
    s->cells = arena_array(a, s->capacity, sizeof *s->cells);
    return s->cells ? text_splitter_rewind(s, e) : arena_full(a, e);
}

static bool refill(TextSplitter *s, Error *e)
{
    s->text.at = (size_t)(s->scanner.at - s->text.bytes);
    if (!csv_text_fill(&s->text, s->arena, e))
        return error_at(e, "line %llu", (unsigned long long)s->scanner.line);
    csv_scanner_resume(&s->scanner, s->text.bytes, s->text.length, s->text.ended && !s->window);
    return true;
}

static bool begin(TextSplitter *s, uint64_t from, uint64_t stop, Error *e)
{
    s->marked = false;
    csv_text_move(&s->text, from, stop);
    if (!csv_text_fill(&s->text, s->arena, e))
        return false;
    csv_scanner_init(&s->scanner, &s->dialect, s->text.bytes, s->text.length,
                     s->text.ended && !s->window);
    s->scanner.cells = s->cells;
    s->scanner.capacity = s->capacity;
    return true;
}

bool text_splitter_rewind(TextSplitter *s, Error *e)
{
    s->unfit = s->repaired = (CsvOddity){0};
    s->window = false;
    if (!begin(s, s->table->layout.bom_bytes, s->in->size, e))
        return false;
    while (s->scanner.line < s->table->layout.first_line) {
        uint64_t line = s->scanner.line;
        char *end = s->scanner.at;
        while (end < s->scanner.end && *end != '\n' && *end != '\r')
            end++;
        bool whole = end + 1 < s->scanner.end || s->text.ended; /* CR and LF stay together */
        if (whole)
            csv_pass_line(&s->scanner);
        else if (!refill(s, e))
            return false;
        if (s->text.ended && s->scanner.line == line && s->scanner.at >= s->scanner.end)
            break;
    }
    return true;
}

bool text_splitter_window(TextSplitter *s, uint64_t from, uint64_t stop, Error *e)
{
    s->window = true;
    from -= (from - s->table->layout.bom_bytes) % 2; /* of UTF-16 */
    if (!begin(s, from, stop, e))
        return false;
    csv_pass_line(&s->scanner);
    return true;
}

/* The line at `at`, which is all there if the result has bytes. */
static StringView line_here(const TextSplitter *s)
{
    const char *p = s->scanner.at, *end = s->scanner.end;
    size_t length = 0;
    while (p + length < end && p[length] != '\n' && p[length] != '\r')
        length++;
    bool cut = p + length >= end && !s->scanner.final;
    return cut ? (StringView){NULL, 0} : (StringView){p, length};
}

/* The text of the row last given. */
static StringView line_of(const TextSplitter *s)
{
    const char *p = s->scanner.record;
    size_t length = 0;
    while (p + length < s->scanner.end && p[length] != '\n' && p[length] != '\r')
        length++;
    return (StringView){p, length};
}

typedef enum Gate { GATE_ROW, GATE_MORE, GATE_PASS, GATE_END } Gate;

/* Looks at the line ahead of the scanner: the end marker, and lines that the format leaves out. */
static Gate look_ahead(TextSplitter *s)
{
    const TextLayout *l = &s->table->layout;
    if (!l->end_marker && !l->filter)
        return GATE_ROW;
    if (!csv_skip_to_record(&s->scanner))
        return GATE_MORE;
    StringView line = line_here(s);
    if (!line.bytes)
        return GATE_MORE;
    size_t length = l->end_marker ? strlen(l->end_marker) : 0;
    if (length > 0 && line.length >= length && memcmp(line.bytes, l->end_marker, length) == 0)
        return GATE_END;
    return !l->filter || l->filter(s->table->state, line) ? GATE_ROW : GATE_PASS;
}

/* The line of the scanner's record as cells. */
static bool cut_line(TextSplitter *s)
{
    StringView line = line_of(s);
    if (s->table->layout.split == TEXT_SPLIT_REGEX)
        return text_split_regex(s, line);
    if (s->table->layout.split == TEXT_SPLIT_BETWEEN)
        text_split_between(s, line);
    else
        text_split_widths(s, line, &s->table->records[0]);
    return true;
}

/* A record that the scanner has read. */
static bool take_record(TextSplitter *s, TextRow *row)
{
    if (by_lines(&s->table->layout) && !cut_line(s)) {
        csv_oddity(&s->unfit, s->scanner.record_line);
        return false;
    }
    *row = (TextRow){s->cells, s->scanner.count, s->scanner.record_line, s->scanner.unfinished};
    return true;
}

static bool next_split(TextSplitter *s, TextRow *row, bool *end, Error *e)
{
    while (!s->marked) {
        bool repaired = false;
        Gate gate = look_ahead(s);
        CsvScan scan = gate == GATE_MORE ? CSV_MORE : CSV_RECORD;
        if (gate == GATE_ROW)
            scan = csv_next_record(&s->scanner, s->columns, &repaired);
        if (repaired)
            csv_oddity(&s->repaired, s->scanner.record_line);
        if (gate == GATE_PASS) {
            csv_pass_line(&s->scanner);
        } else if (gate == GATE_END) {
            s->marked = true;
        } else if (scan == CSV_MORE) {
            if (s->text.ended)
                break;
            if (!refill(s, e))
                return false;
        } else if (scan != CSV_RECORD) {
            break;
        } else if (take_record(s, row)) {
            return true;
        }
    }
    *end = true;
    return true;
}

/* --- rows ----------------------------------------------------------------------------------- */

bool text_next_row(TextReader *r, TextRow *row, bool *end, Error *e)
{
    const TextTable *t = r->table;
    if (t->layout.rows_max > 0 && r->rows >= t->layout.rows_max) {
        *end = true;
        return true;
    }
    return t->source ? t->source->next(t->state, row, end, e)
                     : next_split(&r->splitter, row, end, e);
}

static bool fits(TextReader *r, const TextRows *rows, TextRow *row)
{
    const TextRecord *record = rows->record;
    if (r->kind_count > 1 && !r->table->source && r->table->layout.split == TEXT_SPLIT_WIDTHS) {
        text_split_widths(&r->splitter, line_of(&r->splitter), record);
        row->count = r->splitter.scanner.count;
    }
    if (record->key) {
        if (record->key_column >= row->count)
            return false;
        const CsvCell *c = &row->cells[record->key_column];
        const char *text = c->bytes;
        size_t length = c->length;
        csv_trim(&text, &length);
        if (strlen(record->key) != length || memcmp(record->key, text, length) != 0)
            return false;
    }
    if (!rows->regex)
        return true;
    StringView line = line_of(&r->splitter);
    return regex_split(rows->regex, line.bytes, line.length, NULL);
}

TextRows *text_kind_of(TextReader *r, TextRow *row)
{
    for (size_t i = 0; i < r->kind_count; i++)
        if (fits(r, &r->kinds[i], row))
            return &r->kinds[i];
    return NULL;
}
