/* lidar.h: the handler of Doppler lidars: signal against noise, what is left without the noise, and
 * wind profiles from scans, one a scan. Any dataset will do that has a radial velocity of rays x
 * gates with each ray's azimuth and elevation: Halo Photonics, WindCube, netCDF. */
#pragma once

#include "handlers/handler.h"

typedef struct LidarOptions {
    double intensity_min;                         /* weaker gates are noise; Halo: SNR + 1 */
    double cnr_min;                               /* dB; 0: the file's own CNRThreshold, else -23 */
    int64_t rays_min;                             /* with a value, for a wind */
    double condition_max, residual_max, jump_max; /* as VadLimits */
    double gap_max_s;                             /* between two rays of a scan */
    bool towards; /* the radial velocities are positive towards the lidar; else as the file says */
    bool quantiles; /* of what is derived */
} LidarOptions;

/* Options: LidarOptions, never NULL. It holds one scan at a time where the file has ray after ray,
 * and whole variables where it has one after the other; both within bounds, beyond which a note
 * says that there is no wind. Derived: "/screened/..." and "/wind/...", rays or profiles x gates or
 * heights; nothing where the file has no rays. text(): the mean wind of each height. */
extern const Handler handler_lidar;
