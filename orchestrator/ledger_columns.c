/* ledger_columns.c: which columns of a ledger travel, and whether rows from outside can be its. */
#include "orchestrator/ledger_internal.h"

#include <math.h>
#include <string.h>

typedef enum Kind {
    TEXT,
    LABEL, /* text that may be empty */
    STATE,
    CLASS,
    TIME,
    BITS, /* any integer */
    COUNT,
    SECONDS,
    STATISTIC,
    SHAPE,
    LIST,   /* counts with blanks between */
    COUNTED /* "0=1412 4=28" */
} Kind;

/* X(name, kind, whether it must be known). The first ones are also in `earlier`. */
#define FILES(X)                                                                                   \
    X(state, STATE, true)                                                                          \
    X(device, BITS, true)                                                                          \
    X(inode, BITS, true)                                                                           \
    X(size_bytes, COUNT, true)                                                                     \
    X(mtime_ns, BITS, true)                                                                        \
    X(attempts, COUNT, true)                                                                       \
    X(recorded, TIME, true)                                                                        \
    X(seconds, SECONDS, false)                                                                     \
    X(pipeline, TEXT, false)                                                                       \
    X(pipeline_hash, TEXT, false)                                                                  \
    X(work_key, TEXT, false)                                                                       \
    X(rule, TEXT, false)                                                                           \
    X(class, CLASS, false)                                                                         \
    X(stage, TEXT, false)                                                                          \
    X(code, TEXT, false)                                                                           \
    X(reason, TEXT, false)                                                                         \
    X(place, TEXT, false)                                                                          \
    X(format, TEXT, false)                                                                         \
    X(model, TEXT, false)                                                                          \
    X(convention, TEXT, false)                                                                     \
    X(evidence, TEXT, false)                                                                       \
    X(guessed, TEXT, false)                                                                        \
    X(rows, COUNT, false)                                                                          \
    X(variables, COUNT, false)                                                                     \
    X(groups, COUNT, false)                                                                        \
    X(time_variable, TEXT, false)                                                                  \
    X(first_time, TEXT, false)                                                                     \
    X(last_time, TEXT, false)                                                                      \
    X(notes, TEXT, false)                                                                          \
    X(facts, TEXT, false)                                                                          \
    X(members, COUNT, false)

#define VARIABLES(X)                                                                               \
    X(position, COUNT, true)                                                                       \
    X(variable, LABEL, true)                                                                       \
    X(units, TEXT, false)                                                                          \
    X(standard_name, TEXT, false)                                                                  \
    X(long_name, TEXT, false)                                                                      \
    X(type, TEXT, true)                                                                            \
    X(shape, SHAPE, true)                                                                          \
    X(n, COUNT, false)                                                                             \
    X(valid, COUNT, false)                                                                         \
    X(missing, COUNT, false)                                                                       \
    X(outside_valid_range, COUNT, false)                                                           \
    X(min, STATISTIC, false)                                                                       \
    X(max, STATISTIC, false)                                                                       \
    X(mean, STATISTIC, false)                                                                      \
    X(std, STATISTIC, false)                                                                       \
    X(first, STATISTIC, false)                                                                     \
    X(last, STATISTIC, false)                                                                      \
    X(p05, STATISTIC, false)                                                                       \
    X(p50, STATISTIC, false)                                                                       \
    X(p95, STATISTIC, false)                                                                       \
    X(histogram, LIST, false)                                                                      \
    X(counts, COUNTED, false)                                                                      \
    X(code, TEXT, false)                                                                           \
    X(reason, TEXT, false)                                                                         \
    X(place, TEXT, false)

#define FAILURES(X)                                                                                \
    X(stage, TEXT, false)                                                                          \
    X(class, CLASS, false)                                                                         \
    X(code, TEXT, false)                                                                           \
    X(reason, TEXT, false)                                                                         \
    X(place, TEXT, false)                                                                          \
    X(attempts, COUNT, true)                                                                       \
    X(time, TIME, true)                                                                            \
    X(cleared, TIME, false)                                                                        \
    X(cleared_by, TEXT, false)                                                                     \
    X(work_key, TEXT, false)

typedef struct Rule {
    Kind kind;
    bool needed;
} Rule;

#define NAME(name, kind, needed) #name,
#define RULE(name, kind, needed) {kind, needed},
#define AT_FILES(name, kind, needed) FILES_##name,
#define AT_VARIABLES(name, kind, needed) VARIABLES_##name,
#define AT_FAILURES(name, kind, needed) FAILURES_##name,

enum { FILES(AT_FILES) FILES_COUNT };
enum { VARIABLES(AT_VARIABLES) VARIABLES_COUNT };
enum { FAILURES(AT_FAILURES) FAILURES_COUNT };

static const char *const files_names[] = {FILES(NAME)};
static const char *const variables_names[] = {VARIABLES(NAME)};
static const char *const failures_names[] = {FAILURES(NAME)};
static const Rule files_rules[] = {FILES(RULE)};
static const Rule variables_rules[] = {VARIABLES(RULE)};
static const Rule failures_rules[] = {FAILURES(RULE)};

typedef struct Columns {
    const char *table;
    const char *const *names;
    const Rule *rules;
    size_t count;
} Columns;

static const Columns columns[] = {
    [LEDGER_FILES] = {"files", files_names, files_rules, FILES_COUNT},
    [LEDGER_VARIABLES] = {"variables", variables_names, variables_rules, VARIABLES_COUNT},
    [LEDGER_FAILURES] = {"failures", failures_names, failures_rules, FAILURES_COUNT},
};

const char *const *ledger_columns(LedgerTable table, size_t *count)
{
    *count = columns[table].count;
    return columns[table].names;
}

/* ---- one value */

static bool is_one_of(StringView text, const char *const *words)
{
    for (; *words; words++)
        if (strlen(*words) == text.length && memcmp(*words, text.bytes, text.length) == 0)
            return true;
    return false;
}

static bool is_state(StringView text)
{
    static const char *const words[] = {"done", "partial", "failed", "ignored", "waiting", NULL};
    return is_one_of(text, words);
}

static bool is_class(StringView text)
{
    static const char *const words[] = {"data", "world", "crash", "limit", NULL};
    return is_one_of(text, words);
}

/* As bind_now() writes it: the later one is the greater text. */
static bool is_time(StringView text)
{
    static const char form[] = "0000-00-00T00:00:00Z";
    if (text.length != sizeof form - 1)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        bool digit = text.bytes[i] >= '0' && text.bytes[i] <= '9';
        if (form[i] == '0' ? !digit : text.bytes[i] != form[i])
            return false;
    }
    return true;
}

static bool is_number(StringView text)
{
    uint64_t u;
    return text_to_uint64(text.bytes, text.length, &u);
}

static bool is_counted(StringView text)
{
    int64_t value;
    const char *equals = memchr(text.bytes, '=', text.length);
    size_t length = equals ? (size_t)(equals - text.bytes) : 0;
    return equals && text_to_int64(text.bytes, length, &value) &&
           is_number((StringView){equals + 1, text.length - length - 1});
}

static bool is_list(StringView text, char separator, bool (*is_item)(StringView item))
{
    for (size_t begin = 0; begin <= text.length;) {
        const char *item = text.bytes + begin;
        const char *end = memchr(item, separator, text.length - begin);
        size_t length = end ? (size_t)(end - item) : text.length - begin;
        if (!is_item((StringView){item, length}))
            return false;
        begin += length + 1;
    }
    return true;
}

static bool is_text(Kind kind, StringView text)
{
    uint64_t u;
    switch (kind) {
    case TEXT:
        return text.length > 0;
    case LABEL:
        return true;
    case STATE:
        return is_state(text);
    case CLASS:
        return is_class(text);
    case TIME:
        return is_time(text);
    case STATISTIC: /* beyond what an integer holds */
        return text_to_uint64(text.bytes, text.length, &u) && u > INT64_MAX;
    case SHAPE:
        return text.length == 0 || is_list(text, 'x', is_number);
    case LIST:
        return is_list(text, ' ', is_number);
    case COUNTED:
        return is_list(text, ' ', is_counted);
    case BITS:
    case COUNT:
    case SECONDS:
    default:
        return false;
    }
}

static bool is_double(Kind kind, double d)
{
    switch (kind) {
    case COUNT: /* beyond what an integer holds */
        return isfinite(d) && d >= 0x1p63;
    case SECONDS:
        return isfinite(d) && d >= 0;
    case STATISTIC:
        return !isnan(d);
    default:
        return false;
    }
}

static bool is_int(Kind kind, int64_t i)
{
    return kind == BITS || kind == STATISTIC || ((kind == COUNT || kind == SECONDS) && i >= 0);
}

static bool may_be(const Rule *rule, const LedgerValue *v)
{
    switch (v->kind) {
    case LEDGER_NULL:
        return !rule->needed;
    case LEDGER_INT:
        return is_int(rule->kind, v->i);
    case LEDGER_DOUBLE:
        return is_double(rule->kind, v->d);
    case LEDGER_TEXT:
        return v->text.length <= LEDGER_TEXT_MOST &&
               (v->text.length == 0 ||
                (v->text.bytes && !memchr(v->text.bytes, 0, v->text.length))) &&
               is_text(rule->kind, v->text);
    default:
        return false;
    }
}

/* ---- all of a file */

typedef struct Check {
    const char *uri, *unit; /* the unit is that of the last row of files */
    bool has_results;
    bool failures;    /* they have begun */
    int64_t position; /* of the next variable */
} Check;

static bool bad(const Check *c, const LedgerRow *row, const char *what, Error *e)
{
    return error_coded(e, ERROR_DATA, "bad_row", "%s: a wrong row of %s%s%s: %s", c->uri,
                       columns[row->table].table, row->unit[0] ? ", member " : "", row->unit, what);
}

static bool check_values(const Check *c, const LedgerRow *row, Error *e)
{
    const Columns *all = &columns[row->table];
    for (size_t i = 0; i < all->count; i++)
        if (!may_be(&all->rules[i], &row->values[i]))
            return bad(c, row, all->names[i], e);
    return true;
}

static bool is_word(const LedgerValue *v, const char *word)
{
    return v->text.length == strlen(word) && memcmp(v->text.bytes, word, v->text.length) == 0;
}

static bool check_file(Check *c, const LedgerRow *row, Error *e)
{
    bool first = !c->unit;
    if (first ? row->unit[0] != '\0' : strcmp(c->unit, row->unit) >= 0)
        return bad(c, row, first ? "the file itself is missing" : "out of order", e);
    const LedgerValue *state = &row->values[FILES_state];
    c->unit = row->unit;
    c->has_results = is_word(state, "done") || is_word(state, "partial");
    c->position = 0;
    return true;
}

static bool check_variable(Check *c, const LedgerRow *row, Error *e)
{
    const LedgerValue *position = &row->values[VARIABLES_position];
    if (!c->unit || strcmp(c->unit, row->unit) != 0)
        return bad(c, row, "its file is missing", e);
    if (!c->has_results)
        return bad(c, row, "its file has no results", e);
    if (position->kind != LEDGER_INT || position->i != c->position++)
        return bad(c, row, "position", e);
    return true;
}

static bool check_failure(const Check *c, const LedgerRow *row, Error *e)
{
    const LedgerValue *v = row->values;
    if (!c->unit)
        return bad(c, row, "its file is missing", e);
    if ((v[FAILURES_cleared].kind == LEDGER_NULL) != (v[FAILURES_cleared_by].kind == LEDGER_NULL))
        return bad(c, row, "cleared without cleared_by, or the other way round", e);
    return true;
}

static bool check_row(Check *c, const LedgerRow *row, Error *e)
{
    if (!check_values(c, row, e))
        return false;
    if (row->table == LEDGER_FAILURES) {
        c->failures = true;
        return check_failure(c, row, e);
    }
    if (c->failures)
        return bad(c, row, "out of order", e);
    return row->table == LEDGER_FILES ? check_file(c, row, e) : check_variable(c, row, e);
}

bool ledger_rows_check(const char *uri, const LedgerRow *rows, size_t count, Error *e)
{
    Check c = {.uri = uri};
    if (count == 0)
        return error_coded(e, ERROR_DATA, "bad_row", "%s: no row of the file itself", uri);
    for (size_t i = 0; i < count; i++)
        if (!check_row(&c, &rows[i], e))
            return false;
    return true;
}
