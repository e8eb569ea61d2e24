/* lidar.h: the handler of Doppler lidars: signal against noise, what is left without the noise, and
 * wind profiles from scans, one a scan. Any dataset will do that has a radial velocity of rays x
 * gates with each ray's azimuth and elevation: Halo Photonics, WindCube, netCDF. */
#pragma once

#include "core/buffer.h"
#include "core/summary.h"
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
 * says that there is no wind. There is no wire() and no merge(): such a file is read whole. */
extern const Handler handler_lidar;

/* What follows from a file's own variables: a variable that it does not have. */
typedef struct Derived {
    const char *name;                              /* "/wind/wind_speed" */
    const char *units, *standard_name, *long_name; /* "" where there is none */
    DataType type;
    size_t rank;
    uint64_t shape[2]; /* profiles or rays, heights or gates */
    SummaryResult result;
} Derived;

/* After end(). NULL and 0 where the file has no rays. */
const Derived *lidar_derived(void *state, size_t *count);
/* After end(): the mean wind of each height as lines for a person; nothing where there is none. */
void lidar_text(void *state, Buffer *out);
