/* vad.h: wind profiles from conical scans of a Doppler lidar (velocity-azimuth display).
 *
 * Each beam measures the wind along itself. For a wind (u, v, w) that is the same all over the
 * scanned circle, a beam at azimuth a (clockwise from north) and elevation e sees
 *
 *     doppler = u sin(a) cos(e) + v cos(a) cos(e) + w sin(e)      (positive: away from the lidar)
 *
 * and u, v, w follow from four beams or more by least squares (E. Paschke, R. Leinweber and
 * V. Lehmann, Atmos. Meas. Tech. 8, 2251-2266, 2015, section 2). Functions on arrays: nothing here
 * knows of files. A missing value is NaN. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What is doubtful about a fit. */
enum {
    VAD_FEW_RAYS = 1,        /* fewer than rays_min: no result */
    VAD_SINGULAR = 2,        /* the beams do not determine all of u, v, w: no result */
    VAD_ILL_CONDITIONED = 4, /* they hardly do: see condition_max */
    VAD_RESIDUAL = 8,        /* the wind is not the same all over the circle: see rmse_max */
    VAD_JUMP = 16,           /* differs too much from the gate above or below: see jump_max */
};

typedef struct VadLimits {
    size_t rays_min;
    double condition_max, rmse_max, jump_max; /* m/s, but for the condition */
} VadLimits;

/* 4 rays, condition 10 (Paschke), 5 m/s, 20 m/s. */
extern const VadLimits vad_limits;

enum { VAD_COMPONENTS = 3 }; /* east, north, up */

typedef struct VadRays {
    const double (*beams)[VAD_COMPONENTS]; /* of each ray: vad_beams() */
    const double *doppler;                 /* rays x gates, m/s */
    size_t rays, gates;
} VadRays;

/* The directions of the beams as unit vectors. */
void vad_beams(const double *azimuth_deg, const double *elevation_deg, size_t rays,
               double (*beams)[VAD_COMPONENTS]);

typedef struct VadFit {
    double u, v, w;            /* eastward, northward, upward, m/s; NaN: no result */
    double speed;              /* horizontal, m/s */
    double from_direction_deg; /* where the wind comes from: 0 north, 90 east; NaN in still air */
    double rmse;               /* root of the mean square residual, m/s */
    double condition; /* of the matrix of beams, its columns scaled to unit length: 1 is best */
    size_t rays;      /* that had a value */
    unsigned flags;   /* VAD_...; 0: sound */
} VadFit;

/* One fit for each gate: `out` has room for r->gates. */
void vad_profile(const VadRays *r, const VadLimits *limits, VadFit *out);

/* Sets VAD_JUMP on both of two neighbouring results whose wind vectors differ by more than
 * limits->jump_max. Gates without a result are stepped over. vad_profile() has done it. */
void vad_flag_jumps(VadFit *fits, size_t gates, const VadLimits *limits);

/* A scan while its rays come in; all zero: none has come. */
typedef struct VadScan {
    size_t rays;
    size_t steps; /* azimuths, each counted where the beam comes to it; vertical rays have none */
    double elevation_deg; /* of the first ray that is not vertical */
    double first_deg, last_deg, step_deg, turned_deg, time_s;
    bool away; /* the beam was elsewhere than at its first azimuth */
} VadScan;

/* Adds the ray; false: it begins the next scan, and was not added. A scan ends where the beam comes
 * back to its first azimuth (within 1 degree, after it was elsewhere), has gone round once, is at
 * another elevation (by more than 1 degree), or where more than gap_max_s (commonly 30) passed
 * since the ray before. Several rays in a row at one azimuth are one step; vertical rays belong to
 * the scan they stand in. A time that is not known is NaN. */
bool vad_scan_takes(VadScan *s, double time_s, double azimuth_deg, double elevation_deg,
                    double gap_max_s);

/* 0 <= result < 360; NaN for still air. */
double vad_from_direction_deg(double u, double v);
/* Of a gate above the lidar. */
double vad_height_m(double range_m, double elevation_deg);
