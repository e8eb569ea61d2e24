/* coverage.c: the span of time a file covers: of its time coordinate and, where every group has one
 * of its own (sweeps of a lidar), of all of them. */
#include "handlers/coverage.h"

#include "handlers/coverage_track.h"
#include "handlers/time_variable.h"

typedef struct State {
    Coverage coverage;
    Dataset notes; /* begin() may not write to the dataset: end() passes these on */
    Track *tracks; /* the first is that of coverage.time_var */
    size_t count;
} State;

static bool begin(const Dataset *d, const void *options, void **state, Error *e)
{
    State *s = arena_alloc(d->arena, sizeof *s);
    if (!s)
        return arena_full(d->arena, e);
    dataset_init(&s->notes, d->arena);
    size_t time_var = d->time_var != NO_VAR ? d->time_var : time_variable_find(d);
    s->coverage.time_var = time_var;
    *state = s;
    if (time_var == NO_VAR)
        return true;
    size_t twins[TIME_TWINS_MAX], count = time_variable_twins(d, time_var, twins);
    s->tracks = arena_array(d->arena, count + 1, sizeof *s->tracks);
    if (!s->tracks)
        return arena_full(d->arena, e);
    track_begin(&s->tracks[s->count++], d, time_var, options, &s->notes);
    for (size_t i = 0; i < count; i++)
        track_begin(&s->tracks[s->count++], d, twins[i], options, &s->notes);
    if (count == TIME_TWINS_MAX)
        dataset_note(&s->notes,
                     "more than %d groups have a time of their own: only the first count",
                     TIME_TWINS_MAX);
    return true;
}

static bool block(void *state, const Dataset *d, const Block *b, Error *e)
{
    State *s = state;
    for (size_t i = 0; i < s->count; i++)
        if (!track_block(&s->tracks[i], d, b, e))
            return false;
    return true;
}

static void wire_state(void *state, Wire *w)
{
    State *s = state;
    for (size_t i = 0; i < s->count && !w->failed; i++)
        track_wire(&s->tracks[i], w);
}

static bool merge(void *state, const void *later, Error *e)
{
    (void)e;
    State *s = state;
    const State *other = later;
    for (size_t i = 0; i < s->count; i++)
        track_merge(&s->tracks[i], &other->tracks[i]);
    return true;
}

static bool is_civil(Calendar c)
{
    return c == CALENDAR_STANDARD || c == CALENDAR_PROLEPTIC_GREGORIAN;
}

/* Dates of different calendars have no order, but for the civil ones. */
static bool is_comparable(State *s, const Dataset *d, const Coverage *c)
{
    if (!s->coverage.known || c->calendar == s->coverage.calendar ||
        (is_civil(c->calendar) && is_civil(s->coverage.calendar)))
        return true;
    dataset_note(&s->notes, "variable %s has another calendar than %s, its times are left out",
                 d->vars[c->time_var].name, d->vars[s->coverage.time_var].name);
    return false;
}

static void join(State *s, const Dataset *d, const Coverage *c)
{
    Coverage *all = &s->coverage;
    all->undecodable += c->undecodable;
    all->not_increasing += c->not_increasing;
    if (!c->known || !is_comparable(s, d, c))
        return;
    if (!all->known || instant_compare(c->first, all->first) < 0)
        all->first = c->first;
    if (!all->known || instant_compare(c->last, all->last) > 0)
        all->last = c->last;
    all->calendar = all->known ? all->calendar : c->calendar;
    all->known = true;
}

static bool end(void *state, Dataset *d, Error *e)
{
    (void)e;
    State *s = state;
    for (size_t i = 0; i < s->count; i++) {
        const Var *v = &d->vars[s->tracks[i].coverage.time_var];
        track_end(&s->tracks[i], d);
        join(s, d, &s->tracks[i].coverage);
        if (v->dim_count > 0 && s->count > 1)
            s->coverage.rows += v->shape[0];
    }
    if (s->count > 0 && !s->coverage.known)
        s->coverage.calendar = s->tracks[0].coverage.calendar;
    s->coverage.rows_known = s->count > 1;
    d->time_var = s->coverage.time_var;
    for (size_t i = 0; i < s->notes.note_count; i++)
        dataset_note(d, "%s", s->notes.notes[i]);
    return true;
}

const Coverage *coverage_of(void *state)
{
    return &((const State *)state)->coverage;
}

const Handler handler_coverage = {
    .name = "coverage",
    .summary = "finds the time coordinate and the earliest and latest instant",
    .begin = begin,
    .block = block,
    .wire = wire_state,
    .merge = merge,
    .end = end,
};
