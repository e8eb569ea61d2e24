/* lidar_wind.c: rays -> scans -> screened gates and wind profiles. */
#include "handlers/lidar_source.h"
#include "handlers/snr.h"

#include <math.h>

#define OPPOSITE_DEG 150

enum { STEPS_MIN = 3 /* azimuths: fewer do not tell u from v */ };

/* --- screening ------------------------------------------------------------------------------ */

/* `screen` false: the values as they are. */
static bool add_rays(LidarSource *s, LidarDerived which, const double *values, size_t rays,
                     Error *e)
{
    for (size_t i = 0; values && i < rays; i++)
        if (!lidar_derived_add(s, which, values + i * s->gates, e))
            return false;
    return true;
}

static bool add_snr(LidarSource *s, const double *signal, size_t rays, Error *e)
{
    for (size_t i = 0; s->is_intensity && i < rays; i++) {
        for (size_t g = 0; g < s->gates; g++)
            s->row[g] = snr_db_of_intensity(signal[i * s->gates + g]);
        if (!lidar_derived_add(s, SCREENED_SNR, s->row, e))
            return false;
    }
    return true;
}

/* Takes the noise out of what is held of the rays. */
static bool screen(LidarSource *s, size_t rays, Error *e)
{
    double *velocity = lidar_rays_values(s, LIDAR_VELOCITY), *beta;
    double *signal = lidar_rays_values(s, LIDAR_SIGNAL);
    size_t count = rays * s->gates;
    if (!signal || !velocity)
        return true;
    s->counts.gates += count;
    s->counts.screened += snr_screen(signal, s->signal_min, velocity, count);
    beta = lidar_rays_values(s, LIDAR_BETA);
    if (beta)
        (void)snr_screen(signal, s->signal_min, beta, count);
    return add_snr(s, signal, rays, e) && add_rays(s, SCREENED_VELOCITY, velocity, rays, e) &&
           add_rays(s, SCREENED_BETA, beta, rays, e);
}

/* --- profiles ------------------------------------------------------------------------------- */

static double height_of(const LidarSource *s, size_t gate)
{
    if (s->range == NO_VAR)
        return NAN;
    return s->range_is_height ? s->ranges[gate]
                              : vad_height_m(s->ranges[gate], s->scan.elevation_deg);
}

static void add_to_mean(LidarMean *m, const VadFit *f, double height)
{
    if (f->flags != 0)
        return;
    m->count++;
    m->height += height;
    m->u += f->u;
    m->v += f->v;
    m->w += f->w;
}

static void count_profile(LidarSource *s, size_t rays)
{
    LidarCounts *c = &s->counts;
    c->rays_least = c->profiles == 0 || rays < c->rays_least ? rays : c->rays_least;
    c->rays_most = rays > c->rays_most ? rays : c->rays_most;
    for (size_t g = 0; g < s->gates; g++) {
        double height = height_of(s, g);
        bool first = c->profiles == 0 && g == 0;
        c->height_least = first ? height : fmin(c->height_least, height);
        c->height_most = first ? height : fmax(c->height_most, height);
        c->sound += s->fits[g].flags == 0;
        add_to_mean(&s->means[g], &s->fits[g], height);
        for (unsigned flag = 0; flag < LIDAR_FLAGS; flag++)
            c->flagged[flag] += s->fits[g].flags >> flag & 1U;
    }
    c->values += s->gates;
    c->profiles++;
}

/* With the instrument's own wind of the scan's last ray. */
static void compare(LidarSource *s, const double *speed, const double *direction, size_t gate,
                    double out[2])
{
    const VadFit *f = &s->fits[gate];
    out[0] = out[1] = NAN;
    if (f->flags != 0 || !isfinite(speed[gate]) || !isfinite(direction[gate]))
        return;
    out[0] = f->speed - speed[gate];
    out[1] = remainder(f->from_direction_deg - direction[gate], 360);
    if (!isfinite(out[1]))
        return;
    s->counts.compared++;
    s->counts.opposite += fabs(out[1]) > OPPOSITE_DEG;
    s->counts.speed_sum += out[0];
    s->counts.direction_sum += out[1];
}

static bool add_differences(LidarSource *s, size_t rays, Error *e)
{
    const double *speed = lidar_rays_values(s, LIDAR_SPEED);
    const double *direction = lidar_rays_values(s, LIDAR_DIRECTION);
    double *turned = (double *)s->beams; /* done with, and at least as long */
    if (!speed || !direction)
        return true;
    for (size_t g = 0; g < s->gates; g++) {
        double differences[2];
        compare(s, speed + (rays - 1) * s->gates, direction + (rays - 1) * s->gates, g,
                differences);
        s->row[g] = differences[0];
        turned[g] = differences[1];
    }
    return lidar_derived_add(s, WIND_SPEED_DIFFERENCE, s->row, e) &&
           lidar_derived_add(s, WIND_DIRECTION_DIFFERENCE, turned, e);
}

static double value_of(const LidarSource *s, LidarDerived which, size_t gate)
{
    const VadFit *f = &s->fits[gate];
    bool sound = f->flags == 0;
    switch (which) {
    case WIND_HEIGHT:
        return height_of(s, gate);
    case WIND_SPEED:
        return sound ? f->speed : (double)NAN;
    case WIND_DIRECTION:
        return sound ? f->from_direction_deg : (double)NAN;
    case WIND_EAST:
        return sound ? f->u : (double)NAN;
    case WIND_NORTH:
        return sound ? f->v : (double)NAN;
    case WIND_UP:
        return sound ? f->w : (double)NAN;
    case WIND_RESIDUAL:
        return f->rmse;
    case WIND_CONDITION:
        return f->condition;
    case WIND_RAYS:
        return (double)f->rays;
    default:
        return (double)f->flags;
    }
}

static double time_of(LidarSource *s, size_t rays)
{
    const double *time = lidar_rays_values(s, LIDAR_TIME);
    return time ? time[0] + (time[rays - 1] - time[0]) / 2 : (double)NAN;
}

static bool add_profile(LidarSource *s, size_t rays, Error *e)
{
    double time = time_of(s, rays), elevation = s->scan.elevation_deg;
    if (!lidar_derived_add(s, WIND_TIME, &time, e) ||
        !lidar_derived_add(s, WIND_ELEVATION, &elevation, e))
        return false;
    for (LidarDerived which = WIND_HEIGHT; which <= WIND_FLAG; which++) {
        for (size_t g = 0; g < s->gates; g++)
            s->row[g] = value_of(s, which, g);
        if (!lidar_derived_add(s, which, s->row, e))
            return false;
    }
    return add_differences(s, rays, e);
}

static bool fit(LidarSource *s, size_t rays, Error *e)
{
    const LidarOptions *o = s->options;
    const VadLimits limits = {(size_t)o->rays_min, o->condition_max, o->residual_max, o->jump_max};
    vad_beams(lidar_rays_values(s, LIDAR_AZIMUTH), lidar_rays_values(s, LIDAR_ELEVATION), rays,
              s->beams);
    const VadRays r = {(const double(*)[VAD_COMPONENTS])s->beams,
                       lidar_rays_values(s, LIDAR_VELOCITY), rays, s->gates};
    vad_profile(&r, &limits, s->fits);
    for (size_t g = 0; s->towards && g < s->gates; g++) {
        VadFit *f = &s->fits[g];
        f->u = -f->u;
        f->v = -f->v;
        f->w = -f->w;
        f->from_direction_deg = vad_from_direction_deg(f->u, f->v);
    }
    count_profile(s, rays);
    return add_profile(s, rays, e);
}

/* --- scans ---------------------------------------------------------------------------------- */

/* The rays of the scan are looked at, all of them. */
static bool close_scan(LidarSource *s, Error *e)
{
    size_t rays = s->scan.rays;
    LidarCounts *c = &s->counts;
    if (rays == 0)
        return true;
    c->rays += rays;
    if (!screen(s, rays, e))
        return false;
    if (s->scan.steps <= 1) {
        c->still_rays += rays;
    } else if (rays == s->scan_rays_max) {
        c->long_scans++;
    } else if (rays < (size_t)s->options->rays_min || s->scan.steps < STEPS_MIN) {
        c->short_scans++;
        c->most_rays = rays > c->most_rays ? rays : c->most_rays;
    } else if (!fit(s, rays, e)) {
        return false;
    }
    lidar_rays_drop(s, rays);
    s->scan = (VadScan){.rays = 0};
    return true;
}

bool lidar_wind_advance(LidarSource *s, bool end, Error *e)
{
    size_t ready = s->failed ? 0 : lidar_rays_ready(s);
    while (s->scan.rays < ready) {
        size_t i = s->scan.rays;
        const double *time = lidar_rays_values(s, LIDAR_TIME);
        double time_s = time ? time[i] * s->second : (double)NAN;
        bool taken =
            i < s->scan_rays_max &&
            vad_scan_takes(&s->scan, time_s, lidar_rays_values(s, LIDAR_AZIMUTH)[i],
                           lidar_rays_values(s, LIDAR_ELEVATION)[i], s->options->gap_max_s);
        if (taken)
            continue;
        if (!close_scan(s, e))
            return false;
        ready -= i;
    }
    return !end || s->failed || close_scan(s, e);
}
