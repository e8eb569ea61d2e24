/* lidar_source.h: what the files of the lidar handler share.
 *
 * The way of a ray: lidar_find (which variables of the dataset are its time, azimuth, velocity,
 * ...)
 * -> lidar_rays (blocks of variables -> rays that are whole) -> lidar_wind (rays -> scans ->
 * screened gates and wind profiles) -> lidar_derived (their statistics). */
#pragma once

#include "core/buffer.h"
#include "core/mask.h"
#include "handlers/lidar.h"
#include "handlers/vad.h"

typedef enum LidarRole {
    LIDAR_TIME,
    LIDAR_AZIMUTH,
    LIDAR_ELEVATION,
    LIDAR_VELOCITY, /* from here on: rays x gates */
    LIDAR_SIGNAL,   /* an intensity or a ratio in dB */
    LIDAR_BETA,
    LIDAR_SPEED, /* the instrument's own wind */
    LIDAR_DIRECTION,
    LIDAR_ROLES,
} LidarRole;

/* The values of one variable that are held: those of the rays that are not done with. */
typedef struct LidarColumn {
    size_t var;    /* NO_VAR: the file has none */
    size_t width;  /* values a ray */
    double factor; /* from the file's unit to that of the results: m s-1, degree, m */
    Unpacking unpacking;
    Mask mask;
    double *values;
    size_t first, count, capacity; /* in values[] */
} LidarColumn;

typedef enum LidarDerived {
    WIND_TIME,
    WIND_ELEVATION,
    WIND_HEIGHT, /* from here on: profiles x heights */
    WIND_SPEED,
    WIND_DIRECTION,
    WIND_EAST,
    WIND_NORTH,
    WIND_UP,
    WIND_RESIDUAL,
    WIND_CONDITION,
    WIND_RAYS,
    WIND_FLAG,
    WIND_SPEED_DIFFERENCE,
    WIND_DIRECTION_DIFFERENCE,
    SCREENED_SNR, /* from here on: rays x gates */
    SCREENED_VELOCITY,
    SCREENED_BETA,
    LIDAR_DERIVED,
} LidarDerived;

enum { LIDAR_FLAGS = 5 }; /* VAD_FEW_RAYS .. VAD_JUMP */

/* What happened, for the facts. */
typedef struct LidarCounts {
    uint64_t rays, still_rays; /* still: of a beam that does not go round */
    uint64_t profiles, short_scans, long_scans;
    size_t most_rays;             /* of a short scan */
    size_t rays_least, rays_most; /* of a profile */
    double height_least, height_most;
    uint64_t values, sound, flagged[LIDAR_FLAGS];
    uint64_t gates, screened;
    uint64_t compared, opposite; /* with the instrument's own; opposite: more than 150 degrees */
    double speed_sum, direction_sum;
} LidarCounts;

/* Sums of one gate's sound winds. */
typedef struct LidarMean {
    uint64_t count;
    double height, u, v, w;
} LidarMean;

typedef struct LidarSource {
    const char *group;  /* path of its variables */
    const char *prefix; /* of facts: "", "/group/" */
    const LidarOptions *options;
    LidarColumn columns[LIDAR_ROLES];
    size_t position;   /* WindCube's text instead of azimuth and elevation; NO_VAR: none */
    double slant_deg;  /* elevation of its slanted beams */
    double offset_deg; /* to be added to azimuths */
    size_t range;      /* variable, or NO_VAR */
    Unpacking range_unpacking;
    Mask range_mask;
    double range_factor;
    bool range_is_height;
    double *ranges;     /* gates */
    size_t range_count; /* so far */
    size_t gates;
    bool towards;       /* velocities are positive towards the lidar */
    bool is_intensity;  /* the signal; else a ratio */
    bool is_guessed_db; /* the file does not say that it is in dB */
    double signal_min;
    const char *signal_name, *signal_unit; /* " dB", "" */
    double second;                         /* of the time's unit; NAN: unknown */
    const char *time_units, *velocity_name, *velocity_units, *beta_name, *beta_units;
    const char *failed; /* why nothing more can be said; NULL: it can */
    size_t scan_rays_max;
    VadScan scan;                      /* of the rays looked at */
    VadFit *fits;                      /* gates */
    double (*beams)[VAD_COMPONENTS];   /* scan_rays_max */
    double *row;                       /* gates */
    Summary *summaries[LIDAR_DERIVED]; /* NULL: not derived */
    LidarMean *means;                  /* gates */
    LidarCounts counts;
    Arena *arena;
} LidarSource;

/* CF's standard names. */
#define lidar_velocity_away "radial_velocity_of_scatterers_away_from_instrument"
#define lidar_velocity_towards "radial_velocity_of_scatterers_toward_instrument"

enum { LIDAR_VALUES_MAX = 8 << 20, LIDAR_SCAN_RAYS_MAX = 4096, LIDAR_SOURCES_MAX = 64 };

/* lidar_find.c: the sources in a dataset, none where it has no rays. */
bool lidar_find(const Dataset *d, const LidarOptions *o, LidarSource **out, size_t *count,
                Error *e) MUST_CHECK;

/* lidar_rays.c: takes what the block has for this source. */
bool lidar_rays_take(LidarSource *s, const Block *b, Error *e) MUST_CHECK;
/* How many rays are whole. */
size_t lidar_rays_ready(const LidarSource *s);
/* The values of the first ray that is held; NULL where the file has no such variable. */
double *lidar_rays_values(LidarSource *s, LidarRole role);
void lidar_rays_drop(LidarSource *s, size_t rays);

/* lidar_wind.c: looks at the rays that are ready; `end`: no more will come. */
bool lidar_wind_advance(LidarSource *s, bool end, Error *e) MUST_CHECK;

/* lidar_derived.c */
bool lidar_derived_begin(LidarSource *s, Error *e) MUST_CHECK;
/* A row of one of the variables, as long as it has columns; WIND_RAYS and WIND_FLAG are rounded. */
bool lidar_derived_add(LidarSource *s, LidarDerived which, const double *row, Error *e) MUST_CHECK;
/* Appends what was derived. */
bool lidar_derived_end(const LidarSource *s, Derived **list, size_t *count, size_t *capacity,
                       Error *e) MUST_CHECK;

/* lidar_text.c: see handler_lidar in lidar.h. */
void lidar_profile_text(const LidarSource *s, Buffer *out);
