/* lidar_rays.h: rays of winds that are known, handed in as blocks of a dataset; what came of them.
 */
#pragma once

#include "handlers/lidar.h"

#include "tests/support/cases.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RAYS_MAX = 9000, GATES = 3, VARS_MAX = 9 };

static const LidarOptions standard = {.intensity_min = 1.008,
                                      .rays_min = 4,
                                      .condition_max = 10,
                                      .residual_max = 5,
                                      .jump_max = 20,
                                      .gap_max_s = 30,
                                      .quantiles = true};

/* A wind that turns and grows with the gate. */
static const double winds[GATES][3] = {{5, 0, 0.5}, {6, -3, 0}, {0, -8, -0.25}};

typedef struct Rays {
    Arena arena;
    size_t count;
    double time[RAYS_MAX], azimuth[RAYS_MAX], elevation[RAYS_MAX];
    double doppler[RAYS_MAX * GATES], intensity[RAYS_MAX * GATES];
    const Derived *derived;
    size_t derived_count;
    Dataset dataset;
} Rays;

static inline void add(Rays *r, double azimuth, double elevation)
{
    size_t i = r->count++;
    double a = azimuth * M_PI / 180, e = elevation * M_PI / 180;
    assert_true(i < RAYS_MAX);
    r->time[i] = 43200 + 2 * (double)i;
    r->azimuth[i] = azimuth;
    r->elevation[i] = elevation;
    for (size_t g = 0; g < GATES; g++) {
        const double *w = winds[g];
        r->doppler[i * GATES + g] = w[0] * sin(a) * cos(e) + w[1] * cos(a) * cos(e) + w[2] * sin(e);
        r->intensity[i * GATES + g] = 1.5;
    }
}

static inline void circle(Rays *r, size_t rays, double elevation)
{
    for (size_t i = 0; i < rays; i++)
        add(r, 360.0 * (double)i / (double)rays, elevation);
}

static inline Rays *new_rays(void)
{
    Rays *r = calloc(1, sizeof *r);
    assert_non_null(r);
    return r;
}

static inline void free_rays(Rays *r)
{
    arena_deinit(&r->arena);
    free(r);
}

/* --- a dataset ------------------------------------------------------------------------------ */

typedef struct Names {
    const char *velocity, *signal;
    bool whole_variables; /* as netCDF has them; else a few rays at a time */
    const Attr *of_velocity, *of_signal, *of_angles, *of_range; /* NULL: none */
} Names;

static const Attr second_units = {.name = "units",
                                  .type = TYPE_CHAR,
                                  .count = sizeof "seconds since 2024-06-02" - 1,
                                  .values = "seconds since 2024-06-02"};
enum { TIME, RANGE, AZIMUTH, ELEVATION, VELOCITY, SIGNAL, VARS };
static const size_t dims_of[VARS][2] = {[TIME] = {0},      [RANGE] = {1},       [AZIMUTH] = {0},
                                        [ELEVATION] = {0}, [VELOCITY] = {0, 1}, [SIGNAL] = {0, 1}};

static inline void describe(Rays *r, const Names *n, Dim *dims, Group *root, Var *vars)
{
    const char *const names[VARS] = {"time",      "range",     "azimuth",
                                     "elevation", n->velocity, n->signal};
    dims[0] = (Dim){.name = "time", .length = 0, .unlimited = true}; /* not known yet */
    dims[1] = (Dim){.name = "range", .length = GATES};
    *root = (Group){.path = ""};
    for (size_t i = 0; i < VARS; i++)
        vars[i] = (Var){.name = names[i],
                        .type = TYPE_DOUBLE,
                        .base = TYPE_DOUBLE,
                        .dim_count = i >= VELOCITY ? 2 : 1,
                        .dims = dims_of[i],
                        .attrs = &second_units,
                        .attr_count = i == TIME};
    const Attr *const more[VARS] = {
        [RANGE] = n->of_range, [AZIMUTH] = n->of_angles, [ELEVATION] = n->of_angles};
    for (size_t i = RANGE; i <= ELEVATION; i++) {
        vars[i].attrs = more[i];
        vars[i].attr_count = more[i] != NULL;
    }
    vars[VELOCITY].attrs = n->of_velocity;
    vars[VELOCITY].attr_count = n->of_velocity != NULL;
    vars[SIGNAL].attrs = n->of_signal;
    vars[SIGNAL].attr_count = n->of_signal != NULL;
    dataset_init(&r->dataset, &r->arena);
    r->dataset.groups = root;
    r->dataset.group_count = 1;
    r->dataset.dims = dims;
    r->dataset.dim_count = 2;
    r->dataset.vars = vars;
    r->dataset.var_count = VARS;
}

static inline void hand_in(Rays *r, void *state, size_t from, size_t count)
{
    static const double range[GATES] = {100, 200, 300};
    const double *const values[VARS] = {r->time,      range,      r->azimuth,
                                        r->elevation, r->doppler, r->intensity};
    Error e = {0};
    for (size_t i = 0; i < VARS; i++) {
        size_t each = i >= VELOCITY ? GATES : 1;
        Block b = {.var = i,
                   .type = TYPE_DOUBLE,
                   .start = from * each,
                   .count = count * each,
                   .values = values[i] + from * each};
        if (i == RANGE) {
            b.start = 0;
            b.count = GATES;
            b.values = range;
        }
        if (i != RANGE || from == 0)
            assert_ok(handler_lidar.block(state, &r->dataset, &b, &e), &e);
    }
}

static inline void derive_as(Rays *r, const LidarOptions *o, const Names *n)
{
    Dim dims[2];
    Group root;
    Var vars[VARS];
    Error e = {0};
    void *state = NULL;
    size_t step = n->whole_variables ? r->count : 7;
    describe(r, n, dims, &root, vars);
    assert_ok(handler_lidar.begin(&r->dataset, o, &state, &e), &e);
    for (size_t i = 0; i < r->count; i += step)
        hand_in(r, state, i, r->count - i < step ? r->count - i : step);
    assert_ok(handler_lidar.end(state, &r->dataset, &e), &e);
    r->derived = handler_lidar.derived(state, &r->derived_count);
}

static inline void derive(Rays *r)
{
    derive_as(r, &standard, &(Names){.velocity = "doppler", .signal = "intensity"});
}

/* --- what came of it ------------------------------------------------------------------------ */

static inline const Derived *derived(const Rays *r, const char *name)
{
    for (size_t i = 0; i < r->derived_count; i++)
        if (strcmp(r->derived[i].name, name) == 0)
            return &r->derived[i];
    return NULL;
}

static inline double as_double(Number n)
{
    return n.kind == NUMBER_INT ? (double)n.i : n.d;
}

/* Least, greatest, first and mean of a variable and how many are valid. */
static inline void expect(const Rays *r, const char *name, double min, double max, uint64_t valid)
{
    const Derived *v = derived(r, name);
    assert_non_null(v);
    if (v->result.valid != valid)
        fail_msg("%s: %llu valid instead of %llu", name, (unsigned long long)v->result.valid,
                 (unsigned long long)valid);
    if (valid > 0 && (fabs(as_double(v->result.min) - min) > 1e-9 ||
                      fabs(as_double(v->result.max) - max) > 1e-9))
        fail_msg("%s: %.12g .. %.12g instead of %.12g .. %.12g", name, as_double(v->result.min),
                 as_double(v->result.max), min, max);
}

static inline void expect_fact(const Rays *r, const char *fact)
{
    for (size_t i = 0; i < r->dataset.fact_count; i++)
        if (strcmp(r->dataset.facts[i], fact) == 0)
            return;
    for (size_t i = 0; i < r->dataset.fact_count; i++)
        print_message("  says %s\n", r->dataset.facts[i]);
    fail_msg("does not say: %s", fact);
}

static inline void expect_note(const Rays *r, const char *note)
{
    for (size_t i = 0; i < r->dataset.note_count; i++)
        if (strcmp(r->dataset.notes[i], note) == 0)
            return;
    fail_msg("does not note: %s (%zu notes)", note, r->dataset.note_count);
}

/* The winds above, `profiles` times. */
static inline void expect_winds(const Rays *r, uint64_t profiles)
{
    expect(r, "/wind/eastward_wind", 0, 6, profiles * GATES);
    expect(r, "/wind/northward_wind", -8, 0, profiles * GATES);
    expect(r, "/wind/upward_air_velocity", -0.25, 0.5, profiles * GATES);
    expect(r, "/wind/wind_speed", 5, 8, profiles * GATES);
    /* from west; 270 + atan(3 / 6); from north */
    expect(r, "/wind/wind_from_direction", 0, 296.565051177078, profiles * GATES);
    expect(r, "/wind/residual", 0, 0, profiles * GATES);
    expect(r, "/wind/flag", 0, 0, profiles * GATES);
    assert_int_equal(derived(r, "/wind/wind_speed")->shape[0], profiles);
    assert_int_equal(derived(r, "/wind/wind_speed")->shape[1], GATES);
}
