/* time_reference.c: reads the reference of times from another variable. */
#include "handlers/time_reference.h"

#include "handlers/masking.h"
#include "handlers/time_variable.h"

#include <math.h>
#include <string.h>

static const char epoch_units[] = "seconds since 1970-01-01";

bool time_reference_begin(TimeReference *r, Dataset *notes, const Dataset *d, size_t time_var,
                          Calendar calendar, TimeUnits *out)
{
    size_t var = time_variable_reference(d, time_var);
    const char *units = var_attr_text(&d->vars[time_var], "units");
    if (var == NO_VAR || var == time_var)
        return false;
    if (!units)
        units = "seconds";
    Error e = {0};
    const char *unit = arena_copy(d->arena, units, strcspn(units, " "));
    const char *text = unit ? arena_printf(d->arena, "%s since 1970-01-01", unit) : NULL;
    if (!text || !time_units_parse(text, calendar, out, &e))
        return false;
    const Var *v = &d->vars[var];
    *r = (TimeReference){.var = var, .arena = d->arena, .calendar = calendar, .unit = unit};
    r->numeric = type_is_numeric(v->type);
    if (!r->numeric)
        return true;
    masking_of_variable(notes, v, NULL, &r->unpacking);
    const char *own = var_attr_text(v, "units");
    return time_units_parse(own ? own : epoch_units, calendar, &r->units, &e);
}

/* The first valid number. */
static void take_number(TimeReference *r, const Block *b)
{
    Mask mask;
    double x;
    uint64_t outside = 0;
    if (r->known || b->type != r->unpacking.type || !mask_init(&mask, &r->unpacking))
        return;
    mask_run(&mask, b->values, 1, &x, &outside);
    if (r->unpacking.has_scale)
        x = x * r->unpacking.scale + r->unpacking.offset;
    r->known = !isnan(x) && time_units_decode(&r->units, x, &r->instant);
}

static void take_text(TimeReference *r, const char *bytes, size_t length)
{
    size_t room = sizeof r->text - 1 - r->length;
    if (length > room)
        length = room;
    if (length > 0)
        memcpy(r->text + r->length, bytes, length);
    r->length += length;
}

void time_reference_block(TimeReference *r, const Block *b)
{
    r->broken |= b->failed && b->var == r->var;
    if (b->var != r->var || b->count == 0 || b->failed)
        return;
    if (r->numeric) {
        take_number(r, b);
        return;
    }
    if (b->type == TYPE_STRING)
        take_text(r, b->strings[0].bytes, b->strings[0].length);
    else if (b->type == TYPE_CHAR)
        take_text(r, b->values, (size_t)b->count);
}

void time_reference_wire(TimeReference *r, Wire *w)
{
    uint64_t seconds = (uint64_t)r->instant.seconds;
    uint32_t nanoseconds = (uint32_t)r->instant.nanoseconds;
    uint32_t length = (uint32_t)r->length;
    wire_bool(w, &r->broken);
    wire_bool(w, &r->known);
    wire_u64(w, &seconds);
    wire_below(w, &nanoseconds, 1000000000, "more than a second of nanoseconds");
    r->instant = (Instant){(int64_t)seconds, (int32_t)nanoseconds};
    if (!instant_is_possible(r->instant))
        wire_fail(w, "an instant that cannot be");
    wire_below(w, &length, sizeof r->text, "a reference that is too long");
    r->length = length;
    for (size_t i = 0; i < length; i++)
        wire_u8(w, (uint8_t *)&r->text[i]);
}

void time_reference_merge(TimeReference *r, const TimeReference *later)
{
    if (r->broken)
        return;
    r->broken = later->broken;
    take_text(r, later->text, later->length);
    if (!r->known && later->known) {
        r->known = true;
        r->instant = later->instant;
    }
}

bool time_reference_end(TimeReference *r, Instant *out)
{
    if (!r->numeric) {
        TimeUnits units;
        Error e = {0};
        const char *text = arena_printf(r->arena, "%s since %s", r->unit, r->text);
        r->known = text && time_units_parse(text, r->calendar, &units, &e);
        if (r->known)
            r->instant = units.reference;
    }
    if (r->known)
        *out = r->instant;
    return r->known;
}
