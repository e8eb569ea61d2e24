/* where_compare.c: one comparison of --where as SQL, its value checked against the field's kind. */
#include "orchestrator/query_internal.h"

#include "core/time.h"

#include <string.h>

static bool no_memory(Error *e)
{
    return error_coded(e, ERROR_RETRY, "no_memory", "--where: out of memory");
}

static bool add_value(Where *w, WhereValue value, Error *e)
{
    if (w->count == WHERE_VALUES_MAX)
        return error_coded(e, ERROR_SETUP, "where", "--where: more than %d values",
                           WHERE_VALUES_MAX);
    w->values[w->count++] = value;
    return true;
}

static bool add_text(Where *w, const char *text, Error *e)
{
    return text ? add_value(w, (WhereValue){.kind = WHERE_TEXT, .text = text}, e) : no_memory(e);
}

/* Length of the longest start of text that is YYYY[-MM[-DD[Thh[:mm[:ss[.fraction]]]]]], ending with
 * a whole part. The date need not exist in the civil calendar. */
static size_t time_length(const char *text)
{
    static const char shape[] = "0000-00-00T00:00:00";
    size_t at = 0, whole = 0;
    for (; shape[at]; at++) {
        bool fits = shape[at] == '0' ? text[at] >= '0' && text[at] <= '9' : text[at] == shape[at];
        if (!fits && !(shape[at] == 'T' && text[at] == ' '))
            return whole;
        if (shape[at] == '0' && shape[at + 1] != '0')
            whole = at + 1;
    }
    if (text[at] == '.')
        for (at++; text[at] >= '0' && text[at] <= '9';)
            at++;
    return at;
}

/* The start of what the ledger would write for a time: T between date and clock, UTC, no Z. */
static bool normal_time(Where *w, const Field *f, const char *value, const char **out, Error *e)
{
    enum { DATE_LENGTH = 10 };
    Timestamp stamp;
    char iso[INSTANT_TEXT_SIZE];
    size_t length = time_length(value), rest = strlen(value) - length;
    char *text;
    if (length > 0 && (rest == 0 || strcmp(value + length, "Z") == 0)) {
        text = arena_copy(&w->arena, value, length);
        if (text && length > DATE_LENGTH)
            text[DATE_LENGTH] = 'T';
    } else if (timestamp_parse_iso(value, strlen(value), &stamp) && stamp.has_zone) {
        length = instant_to_text(iso, stamp.instant, CALENDAR_STANDARD);
        text = arena_copy(&w->arena, iso, length - 1); /* without its Z */
    } else {
        return error_coded(e, ERROR_SETUP, "where",
                           "--where: %s is compared with a time such as 2019-01-31 or "
                           "2019-01-31T12:00:00Z, \"%s\" is none",
                           f->name, value);
    }
    *out = text;
    return text || no_memory(e);
}

/* A pattern for a path that does not say where it begins is held against the path's end. */
static const char *anchored(Arena *a, const char *pattern)
{
    if (*pattern == '/' || *pattern == '*' || strstr(pattern, "://"))
        return pattern;
    return arena_printf(a, "*/%s", pattern);
}

static bool glob(Where *w, const Field *f, WhereOperator op, const char *value, Error *e)
{
    bool name_only = f->kind == FIELD_PATH && !strchr(value, '/');
    buffer_printf(&w->sql, "%sifnull(%s(?, %s), 0)", op == WHERE_UNLIKE ? "NOT " : "",
                  name_only ? "name_glob" : "text_glob", f->where ? f->where : f->sql);
    if (name_only)
        return add_text(w, value, e);
    return add_text(w, f->kind == FIELD_PATH ? anchored(&w->arena, value) : value, e);
}

/* IS and IS NOT never give null; ifnull makes the others say no. */
static void compare(Where *w, const char *expression, WhereOperator op)
{
    static const char *const words[] = {
        [WHERE_EQUAL] = "IS",   [WHERE_DIFFERENT] = "IS NOT", [WHERE_LESS] = "<",
        [WHERE_AT_MOST] = "<=", [WHERE_MORE] = ">",           [WHERE_AT_LEAST] = ">=",
    };
    bool total = op == WHERE_EQUAL || op == WHERE_DIFFERENT;
    buffer_printf(&w->sql, total ? "%s %s ?" : "ifnull(%s %s ?, 0)", expression, words[op]);
}

static bool number(const Field *f, const char *value, WhereValue *out)
{
    uint64_t size;
    *out = (WhereValue){.kind = WHERE_INT};
    if (text_to_int64(value, strlen(value), &out->i))
        return true;
    out->kind = WHERE_DOUBLE;
    if (text_to_double(value, strlen(value), '.', &out->d))
        return true;
    if (f->kind != FIELD_SIZE || !text_to_size(value, &size))
        return false;
    out->d = (double)size;
    return true;
}

static bool compare_number(Where *w, const Field *f, WhereOperator op, const char *value, Error *e)
{
    WhereValue v;
    if (!number(f, value, &v))
        return error_coded(e, ERROR_SETUP, "where",
                           "--where: %s is compared with a number, \"%s\" is none", f->name, value);
    compare(w, f->where ? f->where : f->sql, op);
    return add_value(w, v, e);
}

/* As far as the time is written: starts of ISO texts sort as times do. */
static bool compare_time(Where *w, const Field *f, WhereOperator op, const char *value, Error *e)
{
    const char *text = "";
    auto_buffer Buffer expression = {0};
    if (!normal_time(w, f, value, &text, e))
        return false;
    buffer_printf(&expression, "substr(rtrim(%s, 'Z'), 1, %zu)", f->sql, strlen(text));
    if (expression.failed)
        return no_memory(e);
    compare(w, expression.bytes, op);
    return add_text(w, text, e);
}

bool where_compare(Where *w, const Field *f, WhereOperator op, const char *value, Error *e)
{
    if (op == WHERE_LIKE || op == WHERE_UNLIKE)
        return glob(w, f, op, value, e);
    if (f->kind == FIELD_TIME)
        return compare_time(w, f, op, value, e);
    if (f->kind == FIELD_NUMBER || f->kind == FIELD_SIZE)
        return compare_number(w, f, op, value, e);
    compare(w, f->where ? f->where : f->sql, op);
    return add_text(w, value, e);
}
