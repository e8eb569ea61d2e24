/* csv_sentences.c: "Missing values are -99.99": numbers that a comment calls missing.
 *
 * A number beside the word is not enough: "of 9999 records 12 are missing", "values above 99 are
 * invalid". It must be made of nines, words must say that it is the missing value, and what follows
 * may not make it a count or a measurement. A sentence that names columns speaks of these alone. */
#include "formats/csv/csv_sentences.h"

#include <ctype.h>
#include <string.h>

enum { TOKENS_MAX = 48 };

typedef enum TokenKind { TOKEN_NONE, TOKEN_WORD, TOKEN_NUMBER, TOKEN_MARK } TokenKind;

typedef struct Token {
    TokenKind kind;
    StringView text;
} Token;

typedef struct Sentence {
    Token tokens[TOKENS_MAX];
    size_t count;
} Sentence;

/* --- words ---------------------------------------------------------------------------------- */

static bool is_of_word(char c)
{
    return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_of_number(char c)
{
    return isdigit((unsigned char)c) || c == '.' || c == '+' || c == '-';
}

static Token next_token(const char **at, const char *end)
{
    const char *from = *at;
    if (is_of_word(*from)) {
        while (*at < end && (is_of_word(**at) || isdigit((unsigned char)**at)))
            ++*at;
        return (Token){TOKEN_WORD, {from, (size_t)(*at - from)}};
    }
    if (is_of_number(*from)) {
        while (*at < end && is_of_number(**at))
            ++*at;
        size_t length = (size_t)(*at - from);
        while (length > 1 && from[length - 1] == '.')
            length--;
        return (Token){TOKEN_NUMBER, {from, length}};
    }
    ++*at;
    return (Token){strchr("=:,/%<>", *from) ? TOKEN_MARK : TOKEN_NONE, {from, 1}};
}

static void take_tokens(StringView sentence, Sentence *s)
{
    const char *at = sentence.bytes, *end = at + sentence.length;
    s->count = 0;
    while (at < end && s->count < TOKENS_MAX) {
        Token t = next_token(&at, end);
        if (t.kind != TOKEN_NONE)
            s->tokens[s->count++] = t;
    }
}

static bool is_word(const Token *t, const char *const *words)
{
    for (const char *const *w = words; t->kind == TOKEN_WORD && *w; w++)
        if (strlen(*w) == t->text.length && strncasecmp(*w, t->text.bytes, t->text.length) == 0)
            return true;
    return false;
}

static bool is_mark(const Token *t, const char *marks)
{
    return t->kind == TOKEN_MARK && strchr(marks, t->text.bytes[0]);
}

static bool holds(StringView text, const char *const *parts)
{
    for (size_t i = 0; i < text.length; i++)
        for (const char *const *p = parts; *p; p++)
            if (text.length - i >= strlen(*p) && strncasecmp(text.bytes + i, *p, strlen(*p)) == 0)
                return true;
    return false;
}

static bool speaks_of_missing(StringView sentence)
{
    static const char *const words[] = {"missing",    "no data", "nodata", "not available",
                                        "fill value", "invalid", NULL};
    return holds(sentence, words);
}

/* "missing_value", "data", "flagged": what the number may be said of. */
static bool is_subject(const Token *t)
{
    static const char *const parts[] = {"missing", "fill", "value", "data", "invalid",
                                        "avail",   "flag", "code",  NULL};
    return t->kind == TOKEN_WORD && holds(t->text, parts);
}

/* --- columns -------------------------------------------------------------------------------- */

/* The header ahead of its units; words of every such sentence name no column. */
static bool is_column(const CsvColumn *c, const Token *t)
{
    static const char *const common[] = {"a",    "i",     "is",     "are",  "no",   "not",
                                         "data", "value", "values", "flag", "code", "missing",
                                         "time", "date",  "number", "fill", "in",   NULL};
    size_t length = strcspn(c->header, "([");
    while (length > 0 && c->header[length - 1] == ' ')
        length--;
    return length > 0 && length == t->text.length &&
           memcmp(c->header, t->text.bytes, length) == 0 && !is_word(t, common);
}

static size_t column_of(const CsvTable *t, const Token *token)
{
    for (size_t k = 0; token->kind == TOKEN_WORD && k < t->layout.columns; k++)
        if (is_column(&t->columns[k], token))
            return k;
    return CSV_NO_COLUMN;
}

/* --- numbers -------------------------------------------------------------------------------- */

/* Nines, as -999.9 and 99999 have: no sentence about missing values means another number. */
static bool is_nines(StringView v, double *out)
{
    size_t nines = 0;
    for (size_t i = 0; i < v.length; i++) {
        nines += v.bytes[i] == '9';
        if (!strchr("+-.90", v.bytes[i]))
            return false;
    }
    return nines >= 2 && text_to_double(v.bytes, v.length, '.', out);
}

/* What stands ahead says that the number is the missing value. */
static bool is_said(const CsvTable *t, const Sentence *s, size_t at)
{
    static const char *const verbs[] = {"is", "are",  "was", "were",  "be",     "as",
                                        "by", "with", "of",  "equal", "equals", NULL};
    static const char *const to[] = {"to", NULL};
    if (at == 0)
        return true;
    const Token *before = &s->tokens[at - 1], none = {0};
    const Token *ahead = at > 1 ? &s->tokens[at - 2] : &none;
    if (is_mark(before, "=:"))
        return is_subject(ahead) || column_of(t, ahead) != CSV_NO_COLUMN;
    return is_subject(before) || is_word(before, verbs) ||
           (is_word(before, to) && ahead->kind == TOKEN_WORD);
}

/* What follows does not make it a count, a part or a measurement. */
static bool stands_alone(const Sentence *s, size_t at, bool negative)
{
    static const char *const words[] = {
        "or",        "and",   "is",      "are",      "means",      "mean",   "indicates",
        "in",        "marks", "denotes", "indicate", "represents", "stands", "signifies",
        "for",       "as",    "where",   "when",     "if",         "used",   "denote",
        "represent", "mark",  "was",     "were",     NULL};
    if (at + 1 == s->count)
        return true;
    const Token *next = &s->tokens[at + 1];
    if (is_mark(next, "=:,/"))
        return true;
    if (is_subject(next)) /* "99 missing values" are counted */
        return negative || at + 2 == s->count;
    return is_word(next, words);
}

static void add(CsvSentinel *out, size_t *count, double value, size_t column)
{
    if (*count < CSV_SENTINELS_MAX)
        out[(*count)++] = (CsvSentinel){value, column};
}

/* A number of all columns, or of those that the sentence names. */
static void add_named(const CsvTable *t, const Sentence *s, size_t about, double value,
                      CsvSentinel *out, size_t *count)
{
    enum { SMALLEST_OF_ALL = 99 }; /* percent, minutes and flags reach it */
    size_t named = 0;
    for (size_t i = 0; i < s->count && about == CSV_NO_COLUMN; i++) {
        size_t column = column_of(t, &s->tokens[i]);
        if (column == CSV_NO_COLUMN)
            continue;
        add(out, count, value, column);
        named++;
    }
    if (named == 0 && (about != CSV_NO_COLUMN || value != SMALLEST_OF_ALL))
        add(out, count, value, about);
}

static void read_sentence(const CsvTable *t, StringView text, size_t about, CsvSentinel *out,
                          size_t *count)
{
    static const char *const list[] = {"or", "and", NULL};
    Sentence s;
    bool taken = false; /* the number before, and nothing but a comma since */
    take_tokens(text, &s);
    for (size_t i = 0; i < s.count; i++) {
        const Token *token = &s.tokens[i];
        double value;
        if (token->kind != TOKEN_NUMBER) {
            taken = taken && (is_mark(token, ",/") || is_word(token, list));
            continue;
        }
        taken = is_nines(token->text, &value) && (taken || is_said(t, &s, i)) &&
                stands_alone(&s, i, value < 0);
        if (taken)
            add_named(t, &s, about, value, out, count);
    }
}

/* The column that the comment begins with: "p: air pressure. Missing: -99.9" */
static size_t subject_of(const CsvTable *t, StringView comment)
{
    Sentence s;
    take_tokens(comment, &s);
    return s.count > 1 && is_mark(&s.tokens[1], ":=") ? column_of(t, &s.tokens[0]) : CSV_NO_COLUMN;
}

/* Sentences end in ". " and ";". */
void csv_sentences_read(const CsvTable *t, StringView comment, CsvSentinel out[CSV_SENTINELS_MAX],
                        size_t *count)
{
    const char *p = comment.bytes, *end = p + comment.length;
    size_t about = subject_of(t, comment);
    while (p < end) {
        const char *stop = p;
        while (stop < end && *stop != ';' && !(*stop == '.' && (stop + 1 == end || stop[1] == ' ')))
            stop++;
        StringView sentence = {p, (size_t)(stop - p)};
        if (speaks_of_missing(sentence))
            read_sentence(t, sentence, about, out, count);
        p = stop + 1;
    }
}
