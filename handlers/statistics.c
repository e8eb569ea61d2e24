/* statistics.c: one Summary for each numeric variable, counts for the others. */
#include "handlers/statistics.h"

#include "core/time.h"
#include "handlers/missing_text.h"
#include "handlers/sentinels.h"

#include <math.h>
#include <string.h>

typedef enum Kind {
    KIND_NUMBERS,
    KIND_STRINGS,
    KIND_CHARS,   /* an array of single characters */
    KIND_COUNTED, /* compound, vlen, opaque: no statistics */
} Kind;

typedef struct Column {
    Kind kind;
    DataType type;              /* of the blocks' values */
    Summary *summary;           /* KIND_NUMBERS */
    StringView fill;            /* text that means missing; bytes NULL: none */
    uint64_t missing;           /* KIND_STRINGS, KIND_CHARS */
    VariableStatistics outcome; /* what is handed out */
} Column;

typedef struct State {
    size_t count;
    Column *columns;
    Dataset notes; /* begin() may not write to the dataset: end() passes these on */
} State;

static const StatisticsOptions standard_options = {.quantiles = true};

static Kind kind_of(const Var *v)
{
    DataType type = v->type == TYPE_ENUM ? v->base : v->type;
    if (type_is_numeric(type))
        return KIND_NUMBERS;
    if (type == TYPE_STRING)
        return KIND_STRINGS;
    return type == TYPE_CHAR ? KIND_CHARS : KIND_COUNTED;
}

static StringView fill_text(const Var *v)
{
    const char *text = var_attr_text(v, "_FillValue");
    if (!text)
        text = var_attr_text(v, "missing_value");
    return (StringView){.bytes = text, .length = text ? strlen(text) : 0};
}

static bool begin_column(State *s, const Var *v, const StatisticsOptions *o, Column *c, Error *e)
{
    c->kind = kind_of(v);
    c->type = v->type == TYPE_ENUM ? v->base : v->type;
    if (c->kind != KIND_NUMBERS) {
        c->fill = fill_text(v);
        return true;
    }
    Unpacking u;
    masking_of_variable(&s->notes, v, &o->masking, &u);
    const char *units = var_attr_text(v, "units");
    /* of a time they would be no finer than days or weeks; its coverage says more */
    u.want_quantiles = o->quantiles && !(units && time_units_look_like(units));
    c->summary = summary_new(s->notes.arena, &u);
    return c->summary || arena_full(s->notes.arena, e);
}

static bool begin(const Dataset *d, const void *options, void **state, Error *e)
{
    const StatisticsOptions *o = options ? options : &standard_options;
    State *s = arena_alloc(d->arena, sizeof *s);
    if (!s)
        return arena_full(d->arena, e);
    dataset_init(&s->notes, d->arena);
    s->count = d->var_count;
    s->columns = arena_array(d->arena, d->var_count, sizeof *s->columns);
    if (!s->columns)
        return arena_full(d->arena, e);
    for (size_t i = 0; i < s->count; i++)
        if (!begin_column(s, &d->vars[i], o, &s->columns[i], e))
            return false;
    *state = s;
    return true;
}

static bool text_is_fill(const Column *c, StringView text)
{
    return c->fill.bytes && text.length == c->fill.length &&
           memcmp(text.bytes, c->fill.bytes, text.length) == 0;
}

static void count_strings(Column *c, const Block *b)
{
    for (uint64_t i = 0; i < b->count; i++)
        c->missing += missing_text(b->strings[i]) || text_is_fill(c, b->strings[i]);
}

static void count_chars(Column *c, const Block *b)
{
    const char *bytes = b->values;
    for (uint64_t i = 0; c->fill.length == 1 && i < b->count; i++)
        c->missing += bytes[i] == c->fill.bytes[0];
}

static bool take_values(Column *c, const Dataset *d, const Block *b, Error *e)
{
    c->outcome.read += b->count;
    if (c->kind == KIND_COUNTED)
        return true;
    if (b->type != c->type)
        return error_coded(e, ERROR_DATA, "bad_block", "variable %s is %s, its values came as %s",
                           d->vars[b->var].name, type_name(c->type), type_name(b->type));
    if (c->kind == KIND_STRINGS)
        count_strings(c, b);
    else if (c->kind == KIND_CHARS)
        count_chars(c, b);
    else
        return summary_add(c->summary, b->values, b->count, e);
    return true;
}

static bool block(void *state, const Dataset *d, const Block *b, Error *e)
{
    State *s = state;
    if (b->var >= s->count)
        return error_coded(e, ERROR_DATA, "bad_block", "values of variable %zu of %zu", b->var,
                           s->count);
    Column *c = &s->columns[b->var];
    if (c->outcome.failed)
        return true;
    if (!b->failed)
        return take_values(c, d, b, e);
    c->outcome.failed = true;
    c->outcome.error = b->error;
    return true;
}

static void wire_column(Column *c, Wire *w)
{
    VariableStatistics *o = &c->outcome;
    wire_u64(w, &o->read);
    wire_u64(w, &c->missing);
    wire_bool(w, &o->failed);
    if (c->missing > o->read)
        wire_fail(w, "more missing than there are");
    if (o->failed)
        wire_error(w, &o->error);
    else if (c->kind == KIND_NUMBERS && o->read > 0)
        summary_wire(c->summary, w);
}

static void wire_state(void *state, Wire *w)
{
    State *s = state;
    uint64_t count = s->count;
    wire_u64(w, &count);
    if (count != s->count)
        wire_fail(w, "another number of variables");
    for (size_t i = 0; i < s->count && !w->failed; i++)
        wire_column(&s->columns[i], w);
}

/* Values behind a failure do not count: a file that is read whole does not come to them either. */
static bool merge_column(Column *c, const Column *later, Error *e)
{
    VariableStatistics *o = &c->outcome;
    if (o->failed)
        return true;
    o->read += later->outcome.read;
    c->missing += later->missing;
    if (later->outcome.failed) {
        o->failed = true;
        o->error = later->outcome.error;
        return true;
    }
    bool more = c->kind == KIND_NUMBERS && later->outcome.read > 0;
    return !more || summary_merge(c->summary, later->summary, e);
}

static bool merge(void *state, const void *later, Error *e)
{
    State *s = state;
    const State *other = later;
    for (size_t i = 0; i < s->count; i++)
        if (!merge_column(&s->columns[i], &other->columns[i], e))
            return false;
    return true;
}

static void end_column(Column *c, Dataset *d, const Var *v)
{
    SummaryResult *r = &c->outcome.result;
    if (c->outcome.failed)
        return;
    if (c->kind == KIND_NUMBERS) {
        summary_result(c->summary, r);
        sentinels_note(d, v, r);
        return;
    }
    /* formats need not send values that nobody can look at */
    bool unsent = c->kind == KIND_COUNTED && c->outcome.read == 0;
    r->n = unsent ? v->count : c->outcome.read;
    r->missing = c->missing;
    r->valid = r->n - r->missing;
    r->mean = r->std = (double)NAN;
}

static bool end(void *state, Dataset *d, Error *e)
{
    (void)e;
    State *s = state;
    for (size_t i = 0; i < s->notes.note_count; i++)
        dataset_note(d, "%s", s->notes.notes[i]);
    for (size_t i = 0; i < s->count; i++)
        end_column(&s->columns[i], d, &d->vars[i]);
    return true;
}

const VariableStatistics *statistics_of(void *state, size_t var)
{
    const State *s = state;
    return &s->columns[var].outcome;
}

const Handler handler_statistics = {
    .name = "statistics",
    .summary = "counts, extremes, mean, standard deviation, quantiles and histogram of every "
               "variable",
    .begin = begin,
    .block = block,
    .wire = wire_state,
    .merge = merge,
    .end = end,
};
