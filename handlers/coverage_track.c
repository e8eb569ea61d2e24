/* coverage_track.c: the span of time of one variable, from its values. */
#include "handlers/coverage_track.h"

#include "core/leap_seconds.h"
#include "core/mask.h"
#include "handlers/time_variable.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { RUN = 1024 };

static void note(Track *s, const Var *v, const char *why)
{
    dataset_note(s->notes, "variable %s: %s", v->name, why);
}

static bool read_calendar(Track *s, const Var *v)
{
    const char *name = var_attr_text(v, "calendar");
    s->coverage.calendar = CALENDAR_STANDARD;
    bool given = name && name[strspn(name, " ")] != '\0';
    if (given && !calendar_from_text(name, &s->coverage.calendar)) {
        dataset_note(s->notes,
                     "variable %s: its calendar \"%s\" is not one that can be told in dates here",
                     v->name, name);
        return false;
    }
    if (s->coverage.calendar == CALENDAR_NONE)
        note(s, v, "calendar none has no dates");
    return s->coverage.calendar != CALENDAR_NONE;
}

static void read_units(Track *s, const Dataset *d, const Var *v)
{
    const Coverage *c = &s->coverage;
    const char *units = var_attr_text(v, "units");
    Error e = {0};
    s->decodable =
        (units && time_units_parse(units, c->calendar, &s->units, &e)) ||
        time_reference_begin(&s->reference, s->notes, d, c->time_var, c->calendar, &s->units);
    if (!s->decodable)
        note(s, v, units ? e.message : "it has no units, its dates cannot be told");
    else if (s->units.inexact_unit)
        note(s, v, "months and years are no fixed length, they are counted as UDUNITS does");
}

void track_begin(Track *s, const Dataset *d, size_t var, const MaskingOptions *o, Dataset *notes)
{
    *s = (Track){.notes = notes, .reference = {.var = NO_VAR}, .coverage = {.time_var = var}};
    const Var *v = &d->vars[var];
    masking_of_variable(notes, v, o, &s->unpacking);
    s->coordinate = v->dim_count == 1 && strcmp(d->dims[v->dims[0]].name, var_plain_name(v)) == 0;
    if (mask_init(&s->mask, &s->unpacking) && read_calendar(s, v))
        read_units(s, d, v);
}

static bool decode(const Track *s, Number n, Instant *out)
{
    const Unpacking *u = &s->unpacking;
    if (!u->has_scale && n.kind == NUMBER_INT)
        return time_units_decode_int(&s->units, n.i, out);
    if (!u->has_scale && n.kind == NUMBER_UINT && n.u <= INT64_MAX)
        return time_units_decode_int(&s->units, (int64_t)n.u, out);
    double value = number_to_double(n);
    return time_units_decode(&s->units, u->has_scale ? value * u->scale + u->offset : value, out);
}

static void widen(Coverage *c, Instant t)
{
    if (!c->known || instant_compare(t, c->first) < 0)
        c->first = t;
    if (!c->known || instant_compare(t, c->last) > 0)
        c->last = t;
    c->known = true;
}

static bool is_later(const Track *s, Number n)
{
    bool falling = s->unpacking.has_scale && s->unpacking.scale < 0;
    return falling ? number_less(n, s->previous) : number_less(s->previous, n);
}

static void take_value(Track *s, Number n)
{
    if (s->instants == 0)
        s->head = n;
    else if (!is_later(s, n))
        s->coverage.not_increasing++;
    s->previous = n;
    s->instants++;
}

/* Where the extremes of a run are instants, all its values are: decoding is monotonic. */
static bool take_extremes(Track *s, const void *values, const double *x, size_t count)
{
    Number min = {.kind = NUMBER_NONE}, max = min;
    Instant first, last;
    for (size_t i = 0; i < count; i++) {
        if (isnan(x[i]))
            continue;
        Number n = number_at(s->unpacking.type, values, i);
        min = min.kind == NUMBER_NONE || number_less(n, min) ? n : min;
        max = max.kind == NUMBER_NONE || number_less(max, n) ? n : max;
    }
    if (min.kind == NUMBER_NONE || !decode(s, min, &first) || !decode(s, max, &last))
        return false;
    widen(&s->coverage, first);
    widen(&s->coverage, last);
    return true;
}

static void take_run(Track *s, const void *values, size_t count)
{
    double x[RUN];
    uint64_t outside = 0;
    mask_run(&s->mask, values, count, x, &outside);
    bool all = take_extremes(s, values, x, count);
    for (size_t i = 0; i < count; i++) {
        if (isnan(x[i]))
            continue;
        Number n = number_at(s->unpacking.type, values, i);
        Instant t;
        if (!all && !decode(s, n, &t)) {
            s->coverage.undecodable++;
            continue;
        }
        if (!all)
            widen(&s->coverage, t);
        take_value(s, n);
    }
}

bool track_block(Track *s, const Dataset *d, const Block *b, Error *e)
{
    if (!s->decodable)
        return true;
    time_reference_block(&s->reference, b);
    s->broken |= b->failed && b->var == s->coverage.time_var;
    if (b->var != s->coverage.time_var || b->failed)
        return true;
    if (type_size(b->type) != type_size(s->unpacking.type))
        return error_coded(e, ERROR_DATA, "bad_block", "values of variable %s came as %s",
                           d->vars[b->var].name, type_name(b->type));
    const char *bytes = b->values;
    for (uint64_t done = 0; done < b->count; done += RUN) {
        size_t run = b->count - done < RUN ? (size_t)(b->count - done) : RUN;
        take_run(s, bytes + done * type_size(b->type), run);
    }
    return true;
}

static void wire_instant(Wire *w, Instant *t)
{
    uint64_t seconds = (uint64_t)t->seconds;
    uint32_t nanoseconds = (uint32_t)t->nanoseconds;
    wire_u64(w, &seconds);
    wire_below(w, &nanoseconds, 1000000000, "more than a second of nanoseconds");
    *t = (Instant){(int64_t)seconds, (int32_t)nanoseconds};
    if (!instant_is_possible(*t))
        wire_fail(w, "an instant that cannot be");
}

static void wire_stored(const Track *s, Wire *w, Number *n)
{
    static const uint64_t nothing = 0;
    number_wire(w, n);
    if (n->kind != number_at(s->unpacking.type, &nothing, 0).kind)
        wire_fail(w, "a number of another type");
}

void track_wire(Track *s, Wire *w)
{
    Coverage *c = &s->coverage;
    wire_bool(w, &c->known);
    if (c->known) {
        wire_instant(w, &c->first);
        wire_instant(w, &c->last);
    }
    wire_u64(w, &c->undecodable);
    wire_u64(w, &c->not_increasing);
    wire_bool(w, &s->broken);
    wire_u64(w, &s->instants);
    if (s->instants > 0) {
        wire_stored(s, w, &s->head);
        wire_stored(s, w, &s->previous);
    }
    if (s->reference.var != NO_VAR)
        time_reference_wire(&s->reference, w);
}

void track_merge(Track *s, const Track *other)
{
    if (s->reference.var != NO_VAR)
        time_reference_merge(&s->reference, &other->reference);
    if (s->broken)
        return;
    s->broken = other->broken;
    if (other->coverage.known) {
        widen(&s->coverage, other->coverage.first);
        widen(&s->coverage, other->coverage.last);
    }
    s->coverage.undecodable += other->coverage.undecodable;
    s->coverage.not_increasing += other->coverage.not_increasing;
    if (other->instants == 0)
        return;
    if (s->instants == 0)
        s->head = other->head;
    else if (!is_later(s, other->head))
        s->coverage.not_increasing++;
    s->previous = other->previous;
    s->instants += other->instants;
}

/* Moves everything from 1970-01-01 to the reference that a variable holds. */
static void apply_reference(Track *s, const Dataset *d)
{
    Coverage *c = &s->coverage;
    Instant r;
    if (!time_reference_end(&s->reference, &r)) {
        c->known = false;
        dataset_note(s->notes, "variable %s: its reference, variable %s, holds no date",
                     d->vars[c->time_var].name, d->vars[s->reference.var].name);
        return;
    }
    c->first = instant_add(c->first, r.seconds, r.nanoseconds);
    c->last = instant_add(c->last, r.seconds, r.nanoseconds);
}

/* Clocks of satellites know no leap seconds. */
static void apply_scale(Coverage *c, const Var *v)
{
    const char *scale = var_attr_text(v, "time_scale");
    if (!c->known || !scale || !text_equal_nocase(scale, "GPS"))
        return;
    c->first = leap_seconds_utc_of_gps(c->first);
    c->last = leap_seconds_utc_of_gps(c->last);
}

static void note_oddities(Track *s, const Var *v)
{
    const Coverage *c = &s->coverage;
    if (c->undecodable > 0)
        dataset_note(s->notes, "variable %s: %" PRIu64 " values are too large to be dates", v->name,
                     c->undecodable);
    if (c->not_increasing > 0 && s->coordinate)
        dataset_note(s->notes,
                     "variable %s: time does not increase at %" PRIu64 " of %" PRIu64 " steps",
                     v->name, c->not_increasing, s->instants - 1);
}

void track_end(Track *s, const Dataset *d)
{
    if (s->coverage.known && s->reference.var != NO_VAR)
        apply_reference(s, d);
    apply_scale(&s->coverage, &d->vars[s->coverage.time_var]);
    note_oddities(s, &d->vars[s->coverage.time_var]);
}
