/* where.c: the grammar of --where.
 *
 * A recursive descent over or, and, not, comparison that writes the SQL as it reads. Nothing of the
 * expression's text reaches the SQL: only field expressions from the table, operators and `?`. */
#include "orchestrator/query_internal.h"

#include <string.h>

enum { DEPTH_MAX = 50, WORD_MAX = 64 };

typedef struct Parser {
    const FieldTable *table;
    const char *text, *at;
    Where *out;
    unsigned depth;
} Parser;

typedef struct OperatorWord {
    const char *word;
    WhereOperator meaning;
} OperatorWord;

/* Longer words first. */
static const OperatorWord operators[] = {
    {"==", WHERE_EQUAL},    {"!=", WHERE_DIFFERENT}, {"<>", WHERE_DIFFERENT}, {"<=", WHERE_AT_MOST},
    {">=", WHERE_AT_LEAST}, {"!~", WHERE_UNLIKE},    {"=", WHERE_EQUAL},      {"<", WHERE_LESS},
    {">", WHERE_MORE},      {"~", WHERE_LIKE},
};

static bool wrong(const Parser *p, const char *at, const char *what, Error *e)
{
    if (!*at)
        return error_coded(e, ERROR_SETUP, "where", "--where: %s at the end of \"%s\"", what,
                           p->text);
    return error_coded(e, ERROR_SETUP, "where", "--where: %s at \"%.40s\" (column %zu)", what, at,
                       (size_t)(at - p->text) + 1);
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void skip_blanks(Parser *p)
{
    while (blank(*p->at))
        p->at++;
}

/* Takes a word of the grammar where one stands, whatever its case. */
static bool take_word(Parser *p, const char *word)
{
    skip_blanks(p);
    size_t length = strlen(word);
    if (!text_starts_nocase(p->at, word) || name_char(p->at[length]))
        return false;
    p->at += length;
    return true;
}

static bool take_char(Parser *p, char c)
{
    skip_blanks(p);
    if (*p->at != c)
        return false;
    p->at++;
    return true;
}

static void sql(Parser *p, const char *text)
{
    buffer_string(&p->out->sql, text);
}

static bool unknown_field(const Parser *p, const char *name, Error *e)
{
    const char *names[FIELDS_MAX + 1] = {NULL};
    auto_buffer Buffer all = {0};
    for (size_t i = 0; i < p->table->known; i++) {
        names[i] = p->table->fields[i].name;
        buffer_string(&all, i > 0 ? ", " : "");
        buffer_string(&all, names[i]);
    }
    const char *nearest = text_nearest(name, names);
    if (nearest)
        return error_coded(e, ERROR_SETUP, "where",
                           "--where: there is no field \"%s\"; did you mean \"%s\"?", name,
                           nearest);
    return error_coded(e, ERROR_SETUP, "where", "--where: there is no field \"%s\"; there are %s",
                       name, all.bytes);
}

static const Field *take_field(Parser *p, Error *e)
{
    skip_blanks(p);
    const char *start = p->at;
    while (name_char(*p->at))
        p->at++;
    size_t length = (size_t)(p->at - start);
    if (length == 0) {
        wrong(p, start, "expected the name of a field", e);
        return NULL;
    }
    size_t index = query_field_index(p->table, start, length);
    if (index != SIZE_MAX)
        return &p->table->fields[index];
    char name[WORD_MAX] = {0};
    memcpy(name, start, length < sizeof name ? length : sizeof name - 1);
    unknown_field(p, name, e);
    return NULL;
}

static bool take_operator(Parser *p, WhereOperator *out, Error *e)
{
    skip_blanks(p);
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        size_t length = strlen(operators[i].word);
        if (strncmp(p->at, operators[i].word, length) != 0)
            continue;
        p->at += length;
        *out = operators[i].meaning;
        return true;
    }
    return wrong(p, p->at, "expected one of = != < <= > >= ~ !~ or `is null`", e);
}

/* 'quoted' or "quoted", the quote itself doubled. */
static char *take_quoted(Parser *p, char *text, Error *e)
{
    const char *start = p->at;
    char quote = *p->at++, *end = text;
    while (*p->at && (*p->at != quote || p->at[1] == quote)) {
        p->at += *p->at == quote;
        *end++ = *p->at++;
    }
    if (!*p->at) {
        wrong(p, start, "this quote has no end", e);
        return NULL;
    }
    p->at++;
    return text;
}

/* Quoted, or bare up to a blank or a parenthesis. */
static char *take_value(Parser *p, Error *e)
{
    skip_blanks(p);
    char *text = arena_alloc(&p->out->arena, strlen(p->at) + 1), *end = text;
    if (!text) {
        error_coded(e, ERROR_RETRY, "no_memory", "--where: out of memory");
        return NULL;
    }
    if (*p->at == '"' || *p->at == '\'')
        return take_quoted(p, text, e);
    while (*p->at && !blank(*p->at) && *p->at != ')' && *p->at != '(')
        *end++ = *p->at++;
    if (end > text)
        return text;
    wrong(p, p->at, "expected a value", e);
    return NULL;
}

/* field OP value | field is [not] null */
static bool comparison(Parser *p, Error *e)
{
    WhereOperator op = WHERE_EQUAL;
    const Field *f = take_field(p, e);
    if (!f)
        return false;
    if (take_word(p, "is")) {
        bool negated = take_word(p, "not");
        if (!take_word(p, "null"))
            return wrong(p, p->at, "expected `null`", e);
        sql(p, f->sql);
        sql(p, negated ? " IS NOT NULL" : " IS NULL");
        return true;
    }
    if (!take_operator(p, &op, e))
        return false;
    const char *value = take_value(p, e);
    return value && where_compare(p->out, f, op, value, e);
}

static bool any_of(Parser *p, Error *e);

static bool factor(Parser *p, Error *e)
{
    if (++p->depth > DEPTH_MAX)
        return wrong(p, p->at, "nested too deep", e);
    bool ok;
    if (take_word(p, "not")) {
        sql(p, "NOT ");
        ok = factor(p, e);
    } else {
        bool group = take_char(p, '(');
        sql(p, "(");
        ok = group ? any_of(p, e) : comparison(p, e);
        if (ok && group && !take_char(p, ')'))
            return wrong(p, p->at, "expected )", e);
        sql(p, ")");
    }
    p->depth--;
    return ok;
}

static bool all_of(Parser *p, Error *e)
{
    if (!factor(p, e))
        return false;
    while (take_word(p, "and")) {
        sql(p, " AND ");
        if (!factor(p, e))
            return false;
    }
    return true;
}

static bool any_of(Parser *p, Error *e)
{
    if (!all_of(p, e))
        return false;
    while (take_word(p, "or")) {
        sql(p, " OR ");
        if (!all_of(p, e))
            return false;
    }
    return true;
}

bool where_parse(const FieldTable *t, const char *expression, Where *out, Error *e)
{
    if (!expression)
        return true;
    Parser p = {.table = t, .text = expression, .at = expression, .out = out};
    if (!any_of(&p, e))
        return false;
    skip_blanks(&p);
    if (*p.at)
        return wrong(&p, p.at, "expected `and`, `or` or the end", e);
    return !out->sql.failed || error_coded(e, ERROR_RETRY, "no_memory", "--where: out of memory");
}

void where_deinit(Where *w)
{
    buffer_deinit(&w->sql);
    arena_deinit(&w->arena);
}
