/* lidar.c: the handler: blocks to the sources they belong to, and facts from what came of them. */
#include "handlers/lidar.h"

#include "handlers/lidar_source.h"

#include <inttypes.h>
#include <stdio.h>

typedef struct State {
    LidarSource *sources;
    size_t count;
    Derived *derived;
    size_t derived_count, derived_capacity;
} State;

static bool begin(const Dataset *d, const void *options, void **state, Error *e)
{
    State *s = arena_alloc(d->arena, sizeof *s);
    if (!s)
        return arena_full(d->arena, e);
    if (!lidar_find(d, options, &s->sources, &s->count, e))
        return false;
    *state = s;
    return true;
}

static bool block(void *state, const Dataset *d, const Block *b, Error *e)
{
    (void)d;
    State *s = state;
    for (size_t i = 0; i < s->count; i++)
        if (!lidar_rays_take(&s->sources[i], b, e) || !lidar_wind_advance(&s->sources[i], false, e))
            return false;
    return true;
}

/* --- facts ---------------------------------------------------------------------------------- */

static void tell_flags(const LidarSource *s, Dataset *d)
{
    static const char *const words[LIDAR_FLAGS] = {
        "too few rays", "beams that do not determine the wind", "beams that hardly determine it",
        "residual too large", "jump to the next height"};
    char text[256] = "";
    size_t length = 0;
    for (size_t i = 0; i < LIDAR_FLAGS; i++)
        if (s->counts.flagged[i] > 0 && length < sizeof text)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%s %" PRIu64,
                                       length ? ", " : "", words[i], s->counts.flagged[i]);
    if (length)
        dataset_fact(d, "%swind not sound: %s", s->prefix, text);
}

static void tell_profiles(const LidarSource *s, Dataset *d)
{
    const LidarCounts *c = &s->counts;
    dataset_fact(d,
                 "%swind: profiles %" PRIu64
                 ", heights %zu from %.4g m to %.5g m, rays a scan %zu to %zu, sound %" PRIu64
                 " of %" PRIu64 " values",
                 s->prefix, c->profiles, s->gates, c->height_least, c->height_most, c->rays_least,
                 c->rays_most, c->sound, c->values);
    tell_flags(s, d);
    if (c->compared == 0)
        return;
    dataset_fact(
        d,
        "%swind against the instrument's own: speed %+.3f m s-1, direction %+.2f degree in "
        "the mean of %" PRIu64 " values",
        s->prefix, c->speed_sum / (double)c->compared, c->direction_sum / (double)c->compared,
        c->compared);
    if (c->opposite * 2 > c->compared)
        dataset_note(d,
                     "the derived wind blows against the instrument's own: its radial velocities "
                     "are positive towards the lidar, probably (option towards)");
}

static void tell_none(const LidarSource *s, Dataset *d)
{
    const LidarCounts *c = &s->counts;
    if (s->failed)
        dataset_fact(d, "%swind: none: %s", s->prefix, s->failed);
    else if (c->short_scans > 0)
        dataset_fact(d,
                     "%swind: none: scans have %zu rays at the most, and a wind needs %" PRId64
                     " at three azimuths",
                     s->prefix, c->most_rays, s->options->rays_min);
    else if (c->long_scans > 0)
        dataset_fact(d, "%swind: none: scans of more than %zu rays", s->prefix, s->scan_rays_max);
    else
        dataset_fact(d, "%swind: none: the beam does not go round", s->prefix);
}

static void tell_left_out(const LidarSource *s, Dataset *d)
{
    const LidarCounts *c = &s->counts;
    if (s->failed)
        dataset_note(d, "rays were left out of the wind: %s", s->failed);
    if (c->short_scans > 0)
        dataset_note(d, "scans without a wind: %" PRIu64 " with %zu rays or fewer, or two azimuths",
                     c->short_scans, c->most_rays);
    if (c->long_scans > 0)
        dataset_note(d, "scans without a wind: %" PRIu64 " of more than %zu rays", c->long_scans,
                     s->scan_rays_max);
    if (c->still_rays > 0)
        dataset_note(d, "rays without a wind: %" PRIu64 ", the beam did not go round",
                     c->still_rays);
}

static void tell_screening(const LidarSource *s, Dataset *d)
{
    const LidarCounts *c = &s->counts;
    if (s->columns[LIDAR_SIGNAL].var == NO_VAR)
        dataset_fact(d, "%sscreened: nothing: the file has no strength of the signal", s->prefix);
    else if (c->gates > 0)
        dataset_fact(d, "%sscreened: %" PRIu64 " of %" PRIu64 " gates, %s below %g%s", s->prefix,
                     c->screened, c->gates, s->is_intensity ? "intensity" : "signal", s->signal_min,
                     s->signal_unit);
    if (s->columns[LIDAR_SIGNAL].var != NO_VAR && s->is_guessed_db)
        dataset_note(d, "variable %s has no units: taken for dB where noise is told from signal",
                     s->signal_name);
}

static bool end(void *state, Dataset *d, Error *e)
{
    State *s = state;
    if (s->count == 0)
        dataset_fact(d, "lidar: none: no radial velocity over range with azimuth and elevation");
    for (size_t i = 0; i < s->count; i++) {
        LidarSource *source = &s->sources[i];
        if (!lidar_wind_advance(source, true, e) ||
            !lidar_derived_end(source, &s->derived, &s->derived_count, &s->derived_capacity, e))
            return false;
        if (source->counts.profiles > 0) {
            tell_profiles(source, d);
            tell_left_out(source, d);
        } else {
            tell_none(source, d);
        }
        tell_screening(source, d);
    }
    return true;
}

static const Derived *derived(void *state, size_t *count)
{
    const State *s = state;
    *count = s->derived_count;
    return s->derived;
}

static void text(void *state, Buffer *out)
{
    const State *s = state;
    for (size_t i = 0; i < s->count; i++)
        lidar_profile_text(&s->sources[i], out);
}

const Handler handler_lidar = {
    .name = "lidar",
    .summary = "screens the gates of a Doppler lidar and derives wind profiles from its scans",
    .begin = begin,
    .block = block,
    .end = end,
    .derived = derived,
    .text = text,
};
