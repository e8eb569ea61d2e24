/* csv_dialect.c: comment mark, separator, quotation mark and decimal mark, by looking.
 *
 * Every candidate reads the sample; the one whose rows agree on their number of cells, and whose
 * cells are most like measurements, wins. A cell that still holds another candidate's separator
 * speaks against its own. */
#include "formats/csv/csv_options.h"
#include "formats/csv/csv_table.h"

#include <stdio.h>
#include <string.h>

enum { JUDGED_ROWS = 200, COMMENT_LINES = 400, NUMERIC_ROW_MIN = 4 };

static const char separators[] = {'\t', ';', '|', ',', ' '};

static const double agreement_min = 0.8, quality_min = 0.6, text_quality_min = 0.8;

/* --- comments ------------------------------------------------------------------------------- */

static const char *const comment_marks[] = {"#", "%", "//", "!", ";", "*"};
enum { COMMENT_MARKS = sizeof comment_marks / sizeof *comment_marks };

typedef struct CommentCount {
    size_t lines, top[COMMENT_MARKS], all[COMMENT_MARKS];
    size_t names; /* the first line may be names, the mark being the first */
} CommentCount;

/* "#" and "%" say it alone; the others must be followed by something that is no cell. */
static bool is_comment(const char *line, const char *end, const char *mark)
{
    size_t length = strlen(mark);
    if (end - line < (ptrdiff_t)length || memcmp(line, mark, length) != 0)
        return false;
    if (strchr("#%", mark[0]) || end - line == (ptrdiff_t)length)
        return true;
    char c = line[length];
    if (mark[0] == ';' && memchr(line + 1, ';', (size_t)(end - line - 1)))
        return false; /* ";a;b": the first cell is empty */
    return c == ' ' || c == mark[0] || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool same_separators(const char *a, const char *a_end, const char *b, const char *b_end)
{
    static const char marks[] = {'\t', ';', '|', ','};
    size_t all = 0;
    for (size_t i = 0; i < sizeof marks; i++) {
        size_t in_a = 0, in_b = 0;
        for (const char *p = a; p < a_end; p++)
            in_a += *p == marks[i];
        for (const char *p = b; p < b_end; p++)
            in_b += *p == marks[i];
        if (in_a != in_b)
            return false;
        all += in_a;
    }
    return all > 0;
}

/* "#ff0000,1" below "red,2" is a row; "#2024-01-01,5" below "2023-12-31,4" is one that somebody has
 * taken out. */
static bool is_row_below(const char *line, const char *end, const char *before,
                         const char *before_end)
{
    if (!before || !same_separators(line, end, before, before_end))
        return false;
    while (*before == '"' || *before == ' ')
        before++;
    return !strchr("+-.0123456789", *before);
}

/* A lone "#,name,value": the mark is a name itself, that of the row numbers. */
static bool is_name(const char *line, const char *end)
{
    return end - line > 2 && strchr("\t;|,", line[1]) &&
           memchr(line + 2, line[1], (size_t)(end - line - 2));
}

static void count_comments(const CsvText *sample, CommentCount *c)
{
    const char *before = NULL, *before_end = NULL;
    const char *p = sample->bytes + sample->at, *end = sample->bytes + sample->length;
    for (; p < end && c->lines < COMMENT_LINES; p++) {
        const char *line = p;
        while (p < end && *p != '\n' && *p != '\r')
            p++;
        while (line < p && *line == ' ')
            line++;
        if (line == p)
            continue;
        for (size_t i = 0; i < COMMENT_MARKS; i++)
            if (is_comment(line, p, comment_marks[i]) &&
                !(c->top[i] == 0 && is_row_below(line, p, before, before_end))) {
                c->top[i] += c->all[i] == c->lines;
                c->names += c->lines == 0 && is_name(line, p);
                c->all[i]++;
            }
        c->lines++;
        before = line;
        before_end = p;
    }
}

static const char *guess_comment(const CsvText *sample)
{
    CommentCount c = {0};
    count_comments(sample, &c);
    for (size_t i = 0; i < COMMENT_MARKS; i++)
        if (c.top[i] > c.names && c.all[i] < c.lines)
            return comment_marks[i];
    return c.all[0] > c.names && c.all[0] * 2 < c.lines ? comment_marks[0] : "";
}

/* --- how well a candidate fits -------------------------------------------------------------- */

typedef struct Candidate {
    CsvDialect dialect;
    CsvRows rows;
    CsvSpan span;
    double agreement, quality, numeric; /* 0..1; numeric: share of the cells that are not empty */
} Candidate;

/* The number of cells that most rows of the last half have; a single cell only counts alone. */
static size_t usual_length(const CsvRows *r)
{
    size_t best = 1, best_count = 0;
    size_t from = r->count < 8 ? 0 : r->count / 2;
    for (size_t i = from; i < r->count; i++) {
        size_t length = r->rows[i].count, count = 0;
        if (length == 1 || length == best)
            continue;
        for (size_t k = from; k < r->count && k < from + JUDGED_ROWS; k++)
            count += r->rows[k].count == length;
        if (count > best_count || (count == best_count && length > best)) {
            best = length;
            best_count = count;
        }
    }
    return best;
}

/* The longest run of rows of which four fifths have the usual length; it may end ahead of remarks
 * below the table. */
static void find_span(const CsvRows *r, size_t columns, CsvSpan *out)
{
    *out = (CsvSpan){.columns = columns, .first = r->count};
    size_t fitting = 0, seen = 0, end = r->count;
    while (end > 0 && r->rows[end - 1].count != columns)
        end--;
    for (size_t i = end; i-- > 0;) {
        bool fits = r->rows[i].count == columns;
        fitting += fits;
        seen++;
        if (fits && (double)fitting >= agreement_min * (double)seen)
            *out = (CsvSpan){columns, i, fitting, seen};
    }
    if (r->count - end > out->seen) /* that is no remark any more */
        *out = (CsvSpan){.columns = columns, .first = r->count};
}

static size_t count_words(const char *text, size_t length)
{
    size_t words = 0;
    for (size_t i = 0; i < length; i++)
        words += text[i] != ' ' && (i == 0 || text[i - 1] == ' ');
    return words;
}

/* What stands in code and in markup, hardly ever in a cell. */
static bool has_code_mark(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] == '{' || text[i] == '}' || text[i] == '<' || text[i] == '>' || text[i] == '=')
            return true;
    return false;
}

static bool is_number(const char *text, size_t length, char separator)
{
    double value;
    return text_to_double(text, length, '.', &value) ||
           (separator != ',' && text_to_double(text, length, ',', &value));
}

/* How much a cell is like one of a table of measurements. */
static double judge_cell(const CsvCell *c, char separator, size_t *numeric, size_t *filled)
{
    const double empty = 0.95, word = 0.9, sentence = 0.5, foreign = 0.3, broken = 0.4;
    enum { MANY_WORDS = 6 };
    if (c->length == 0)
        return c->quoted ? 1 : empty;
    ++*filled;
    bool other = separator == ' ' && !c->quoted && memchr(c->bytes, ',', c->length);
    if (is_number(c->bytes, c->length, c->quoted ? ';' : separator) ||
        (!other && csv_looks_like_time(c->bytes, c->length))) {
        ++*numeric;
        return 1;
    }
    if (c->quoted)
        return c->raw && memchr(c->bytes, '\n', c->length) ? broken : 1;
    if (csv_is_missing(c->bytes, c->length)) {
        --*filled;
        return 1;
    }
    for (size_t i = 0; i + 1 < sizeof separators; i++)
        if (memchr(c->bytes, separators[i], c->length))
            return foreign;
    if (has_code_mark(c->bytes, c->length))
        return foreign;
    return count_words(c->bytes, c->length) >= MANY_WORDS ? sentence : word;
}

static void judge(Candidate *c)
{
    const CsvRows *r = &c->rows;
    size_t cells = 0, numeric = 0, filled = 0;
    double sum = 0;
    size_t from = c->span.first + (c->span.seen > 1); /* the first row may be names */
    for (size_t i = from; i < r->count && i < from + JUDGED_ROWS; i++) {
        if (r->rows[i].count != c->span.columns)
            continue;
        for (size_t k = 0; k < r->rows[i].count; k++)
            sum += judge_cell(csv_row_cell(r, i, k), c->dialect.separator, &numeric, &filled);
        cells += r->rows[i].count;
    }
    c->agreement = c->span.seen ? (double)c->span.fitting / (double)c->span.seen : 0;
    c->quality = cells ? sum / (double)cells : 0;
    c->numeric = filled ? (double)numeric / (double)filled : 0;
}

static bool try(const CsvText *sample, const CsvOptions *o, Candidate *c, Arena *a, Error *e)
{
    if (!csv_rows_parse(&c->rows, sample, &c->dialect, o->skip, a, e))
        return false;
    find_span(&c->rows, c->dialect.separator ? usual_length(&c->rows) : 1, &c->span);
    judge(c);
    return true;
}

/* More is better; a candidate that makes no columns is worth nothing. */
static double worth(const Candidate *c)
{
    if (c->span.columns < 2 && c->dialect.separator != 0)
        return 0;
    const double runs = 0.95; /* blanks are everywhere, other marks are meant */
    return c->agreement * c->quality * (c->dialect.separator == ' ' ? runs : 1);
}

/* --- the choice ----------------------------------------------------------------------------- */

/* What to try for one mark: what the configuration says, or all that occur. */
typedef struct Choice {
    char marks[8];
    size_t count;
} Choice;

static bool choose_separator(const CsvOptions *o, const CsvText *sample, Choice *c, Error *e)
{
    const char *text = sample->bytes + sample->at;
    size_t length = sample->length - sample->at;
    c->count = 1;
    if (o->separator)
        return csv_mark("separator", o->separator, &c->marks[0], e);
    if (csv_declared_separator(text, length)) {
        c->marks[0] = text[strlen("sep=")];
        return true;
    }
    c->count = 0;
    for (size_t i = 0; i < sizeof separators; i++)
        if (memchr(text, separators[i], length))
            c->marks[c->count++] = separators[i];
    return true;
}

static bool choose_quote(const CsvOptions *o, const CsvText *sample, Choice *c, Error *e)
{
    c->count = 1;
    if (o->quote)
        return csv_mark("quote", o->quote, &c->marks[0], e);
    c->marks[0] = '"';
    if (memchr(sample->bytes, '\'', sample->length))
        c->marks[c->count++] = '\'';
    return true;
}

static bool has_escapes(const CsvText *sample)
{
    return memmem(sample->bytes, sample->length, "\\\"", 2) != NULL;
}

/* Tries every combination in a scratch arena and leaves the best dialect in *best. */
static bool try_all(const CsvText *sample, const CsvOptions *o, Candidate *best, Arena *scratch,
                    Error *e)
{
    const double clearly = 0.01; /* a candidate further down the list must be that much better */
    const double plainly = 0.1;  /* blanks, where every row has the same number of TABs */
    Choice separator, quote;
    if (!choose_separator(o, sample, &separator, e) || !choose_quote(o, sample, &quote, e))
        return false;
    Choice escapes = {.marks = {0, 1}, .count = has_escapes(sample) ? 2 : 1};
    if (o->escape) {
        escapes.count = 1;
        escapes.marks[0] = strcmp(o->escape, "backslash") == 0;
    }
    CsvDialect base = best->dialect;
    double best_worth = 0;
    for (size_t i = 0; i < separator.count * quote.count * escapes.count; i++) {
        Candidate c = {.dialect = base};
        c.dialect.separator = separator.marks[i / quote.count / escapes.count];
        c.dialect.quote = quote.marks[i / escapes.count % quote.count];
        c.dialect.escapes = escapes.marks[i % escapes.count];
        arena_reset(scratch);
        if (!try(sample, o, &c, scratch, e))
            return false;
        double w = worth(&c);
        bool in_tabs = best->dialect.separator == '\t' && best->agreement == 1;
        if (i > 0 && w <= best_worth + (in_tabs && c.dialect.separator == ' ' ? plainly : clearly))
            continue;
        best_worth = w;
        *best = c;
    }
    return true;
}

/* "1,234": a decimal comma, or one between thousands. */
static bool is_grouped(const CsvCell *c)
{
    enum { GROUP = 3 };
    const char *digits = c->bytes + (c->length > 0 && strchr("+-", c->bytes[0]));
    const char *comma = memchr(c->bytes, ',', c->length);
    return comma && *digits != '0' && comma - digits >= 1 && comma - digits <= GROUP &&
           c->bytes + c->length - comma == GROUP + 1;
}

/* '.' unless the numbers have commas. Where a comma separates cells, a quoted "1,234" is more
 * likely a thousand than a number with three decimals. */
static char guess_decimal(const CsvRows *r, const CsvSpan *span, char separator, bool *grouped)
{
    size_t points = 0, commas = 0, groups = 0;
    double value;
    for (size_t i = span->first; i < r->count; i++)
        for (size_t k = 0; k < r->rows[i].count; k++) {
            const CsvCell *c = csv_row_cell(r, i, k);
            if (separator == ',' && !c->quoted)
                continue;
            if (memchr(c->bytes, '.', c->length))
                points += text_to_double(c->bytes, c->length, '.', &value);
            else if (text_to_double(c->bytes, c->length, ',', &value)) {
                bool comma = memchr(c->bytes, ',', c->length);
                commas += comma;
                groups += comma && is_grouped(c);
            }
        }
    *grouped = commas > points && groups == commas;
    return commas > points && !(*grouped && separator == ',') ? ',' : '.';
}

static bool refuse(Error *e, const char *why)
{
    return error_coded(e, ERROR_DATA, "no_table", "%s", why);
}

/* A candidate that is good enough to be believed without being told. */
static bool check(const Candidate *c, const char *name, Error *e)
{
    bool runs = c->dialect.separator == ' ', single = c->dialect.separator == 0;
    bool lonely = c->span.seen < 2 && !csv_is_named(name, csv_table_endings);
    if (worth(c) == 0)
        return refuse(e, "no separator makes columns of it");
    if (c->agreement < agreement_min || c->quality < quality_min)
        return refuse(e, "its lines do not agree on a number of columns");
    if (single && c->numeric < 0.9)
        return refuse(e, "no separator makes columns of it, and it is no list of numbers");
    if (runs && (c->numeric < 0.5 || (double)c->span.columns * c->numeric < 1.5))
        return refuse(e, "lines of words, no table of numbers");
    if (lonely && (c->span.columns < NUMERIC_ROW_MIN || c->numeric < agreement_min))
        return refuse(e, "a single line, which is no row of numbers");
    if (!single && c->numeric < 0.05 && c->quality < text_quality_min)
        return refuse(e, "its columns hold sentences, no values");
    return true;
}

bool csv_dialect_guess(const CsvText *sample, const CsvOptions *o, CsvLayout *out, Arena *a,
                       Error *e)
{
    Arena scratch __attribute__((cleanup(arena_deinit)));
    arena_init(&scratch, a->ceiling);
    Candidate best = {.dialect.decimal = '.'};
    const char *comment = o->comment ? o->comment : guess_comment(sample);
    if (text_equal_nocase(comment, "none"))
        comment = "";
    snprintf(best.dialect.comment, sizeof best.dialect.comment, "%s", comment);
    Candidate single = best;
    if (!try_all(sample, o, &best, &scratch, e))
        return false;
    if (!o->separator && worth(&best) < quality_min * agreement_min) {
        single.dialect.quote = '"';
        arena_reset(&scratch);
        if (!try(sample, o, &single, &scratch, e))
            return false;
        best = single;
    }
    if (!o->separator && !check(&best, sample->in->name, e))
        return false;
    out->dialect = best.dialect;
    out->span = best.span;
    if (!csv_rows_parse(&out->rows, sample, &out->dialect, o->skip, a, e))
        return false;
    out->dialect.decimal =
        o->decimal ? o->decimal[0]
                   : guess_decimal(&out->rows, &out->span, out->dialect.separator, &out->grouped);
    return out->rows.count > 0 && out->span.seen > 0 ? true : refuse(e, "it has no rows");
}
