/* arm.c: files of the Atmospheric Radiation Measurement facility: which datastream, and whether its
 * two clocks (time; base_time and time_offset) agree. */
#include "handlers/conventions/convention.h"
#include "handlers/conventions/schema.h"

#include "core/time.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Site (3), class, facility, level: sgpmetE13.b1 */
static const char datastream[] =
    "[a-z][a-z][a-z]*[A-Z][0-9].[abcs0][0-9] [a-z][a-z][a-z]*[A-Z][0-9][0-9].[abcs0][0-9]";
static const double clock_tolerance_s = 1e-3;

static const char *stream_of(const Dataset *d)
{
    static const char *const names[] = {"datastream", "zeb_platform"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = schema_text(d, 0, names[i]);
        if (text && schema_matches(datastream, text))
            return text;
    }
    return NULL;
}

static bool has_both_clocks(const Dataset *d)
{
    return schema_has_var(d, 0, "base_time") && schema_has_var(d, 0, "time_offset");
}

bool arm_see(const Dataset *d, Buffer *evidence)
{
    const char *stream = stream_of(d);
    bool clocks = has_both_clocks(d);
    if (stream)
        evidence_add(evidence, "datastream \"%s\"", stream);
    if (clocks)
        evidence_add(evidence, "variables base_time and time_offset");
    return stream || clocks;
}

void arm_watch(Watches *w)
{
    if (!has_both_clocks(w->dataset))
        return;
    watch_numbers(w, schema_var(w->dataset, 0, "base_time"));
    watch_numbers(w, schema_var(w->dataset, 0, "time_offset"));
    watch_numbers(w, schema_var(w->dataset, 0, "time"));
}

static const char *level_words(const char *level)
{
    static const struct {
        const char *level, *words;
    } known[] = {
        {"00", "raw, as the instrument wrote it"},
        {"a0", "raw, converted to netCDF"},
        {"a", "calibrated"},
        {"b", "calibrated, with quality checks"},
        {"c", "derived, a value-added product"},
        {"s", "summary"},
    };
    for (size_t i = 0; level && i < sizeof known / sizeof *known; i++)
        if (strncmp(level, known[i].level, strlen(known[i].level)) == 0)
            return known[i].words;
    return NULL;
}

static void tell_stream(Dataset *d)
{
    const char *stream = stream_of(d);
    const char *level = schema_text(d, 0, "data_level");
    if (stream && !level)
        level = strrchr(stream, '.') + 1;
    const char *words = level_words(level);
    if (stream)
        dataset_fact(d, "ARM datastream: %s", stream);
    if (words)
        dataset_fact(d, "ARM data level: %s, %s", schema_phrase(d->arena, level, strlen(level), 20),
                     words);
}

/* Seconds since 1970 of the first value, the last one and the mean. */
typedef struct Clock {
    uint64_t count;
    double first, last, mean;
} Clock;

static void shift(Clock *c, const TimeUnits *u)
{
    double unit = (double)u->unit_ns / 1e9;
    double zero = (double)u->reference.seconds + (double)u->reference.nanoseconds / 1e9;
    c->first = c->first * unit + zero;
    c->last = c->last * unit + zero;
    c->mean = c->mean * unit + zero;
}

/* False where there are no such values. *dated: its units say since when it counts. */
static bool read_clock(const Watches *w, const char *name, Clock *out, bool *dated)
{
    size_t var = schema_var(w->dataset, 0, name);
    const Numbers *n = watched_numbers(w, var);
    if (!n || n->count == 0)
        return false;
    const char *units = var_attr_text(&w->dataset->vars[var], "units");
    TimeUnits u;
    Error e = {0};
    *out = (Clock){n->count, n->first, n->last, n->sum / (double)n->count};
    *dated = units && time_units_parse(units, CALENDAR_STANDARD, &u, &e);
    if (*dated)
        shift(out, &u);
    return true;
}

static bool agree(const Clock *a, const Clock *b)
{
    return fabs(a->first - b->first) <= clock_tolerance_s &&
           fabs(a->last - b->last) <= clock_tolerance_s &&
           fabs(a->mean - b->mean) <= clock_tolerance_s;
}

static const char *date_text(Arena *a, double seconds)
{
    char text[INSTANT_TEXT_SIZE];
    double whole = floor(seconds);
    if (!(fabs(whole) < 1e12))
        return "no date";
    Instant t = {(int64_t)whole, (int32_t)((seconds - whole) * 1000) * 1000000};
    instant_to_text(text, t, CALENDAR_STANDARD);
    const char *copy = arena_string(a, text);
    return copy ? copy : "";
}

/* base_time is the zero of time_offset, whose units should say the same. */
static void check_zero(const Watches *w, Dataset *d, const Clock *base, Clock *offset, bool dated)
{
    if (!dated) {
        offset->first += base->first;
        offset->last += base->last;
        offset->mean += base->mean;
        return;
    }
    TimeUnits u;
    Error e = {0};
    size_t var = schema_var(w->dataset, 0, "time_offset");
    const char *units = var_attr_text(&d->vars[var], "units");
    if (units && time_units_parse(units, CALENDAR_STANDARD, &u, &e) &&
        fabs((double)u.reference.seconds - base->first) > clock_tolerance_s)
        dataset_note(d, "variable time_offset counts from %s by its units, base_time is %s",
                     date_text(d->arena, (double)u.reference.seconds),
                     date_text(d->arena, base->first));
}

static void tell_clocks(const Watches *w, Dataset *d)
{
    Clock base, offset, time;
    bool dated, offset_dated;
    if (!read_clock(w, "base_time", &base, &dated) ||
        !read_clock(w, "time_offset", &offset, &offset_dated))
        return;
    dataset_fact(d, "base_time: %s", date_text(d->arena, base.first));
    check_zero(w, d, &base, &offset, offset_dated);
    if (!read_clock(w, "time", &time, &dated) || !dated)
        return;
    if (time.count == offset.count && agree(&time, &offset))
        dataset_fact(d, "time is base_time + time_offset: the same first, last and mean instant");
    else
        dataset_note(d,
                     "time is not base_time + time_offset: %" PRIu64 " values from %s to %s, but "
                     "%" PRIu64 " from %s to %s, on average %.6g s later",
                     time.count, date_text(d->arena, time.first), date_text(d->arena, time.last),
                     offset.count, date_text(d->arena, offset.first),
                     date_text(d->arena, offset.last), offset.mean - time.mean);
}

void arm_tell(const Watches *w, Dataset *d)
{
    tell_stream(d);
    tell_clocks(w, d);
}
