/* test_vad.c: winds that are known, seen along beams, and found again. */
#include "handlers/snr.h"
#include "handlers/vad.h"

#include "tests/support/cases.h"

#include <math.h>
#include <string.h>

enum { RAYS_MAX = 128, GATES_MAX = 4 };

/* What a scan sees of a wind. */
typedef struct Scan {
    double azimuth[RAYS_MAX], elevation[RAYS_MAX], time[RAYS_MAX];
    double beams[RAYS_MAX][VAD_COMPONENTS];
    double doppler[RAYS_MAX * GATES_MAX];
    VadRays rays;
} Scan;

typedef struct Wind {
    double u, v, w;
} Wind;

static void add_ray(Scan *s, double azimuth, double elevation)
{
    size_t i = s->rays.rays++;
    assert_true(i < RAYS_MAX);
    s->azimuth[i] = azimuth;
    s->elevation[i] = elevation;
    s->time[i] = (double)i;
}

static void circle(Scan *s, size_t rays, double elevation)
{
    *s = (Scan){.rays = {.rays = 0}};
    for (size_t i = 0; i < rays; i++)
        add_ray(s, 360.0 * (double)i / (double)rays, elevation);
}

/* The same formula as in the header, written down once more. */
static void see(Scan *s, size_t gates, const Wind *winds)
{
    for (size_t i = 0; i < s->rays.rays; i++) {
        double a = s->azimuth[i] * M_PI / 180, e = s->elevation[i] * M_PI / 180;
        for (size_t g = 0; g < gates; g++)
            s->doppler[i * gates + g] =
                winds[g].u * sin(a) * cos(e) + winds[g].v * cos(a) * cos(e) + winds[g].w * sin(e);
    }
    vad_beams(s->azimuth, s->elevation, s->rays.rays, s->beams);
    s->rays.beams = (const double(*)[VAD_COMPONENTS])s->beams;
    s->rays.doppler = s->doppler;
    s->rays.gates = gates;
}

static VadFit fit(const Scan *s)
{
    VadFit f[GATES_MAX];
    vad_profile(&s->rays, &vad_limits, f);
    return f[0];
}

static void is_near(double got, double wanted, double within)
{
    if (!(fabs(got - wanted) <= within))
        fail_msg("%.17g instead of %.17g", got, wanted);
}

static void expect_wind(const VadFit *f, const Wind *w, double within)
{
    is_near(f->u, w->u, within);
    is_near(f->v, w->v, within);
    is_near(f->w, w->w, within);
}

/* --- directions ----------------------------------------------------------------------------- */

static void directions(void **state)
{
    (void)state;
    static const struct {
        double u, v, from;
    } cases[] = {{0, -5, 0},  {-5, 0, 90},  {0, 5, 180},  {5, 0, 270},
                 {3, 3, 225}, {-3, -3, 45}, {3, -3, 315}, {-3, 3, 135}};
    for (size_t i = 0; i < CASES(cases); i++)
        is_near(vad_from_direction_deg(cases[i].u, cases[i].v), cases[i].from, 1e-12);
    assert_true(isnan(vad_from_direction_deg(0, 0)));
    double almost_north = vad_from_direction_deg(1e-20, -5);
    assert_true(almost_north >= 0 && almost_north < 360);
    is_near(vad_height_m(9, 85), 8.965752283242, 1e-9); /* 9 sin 85 */
}

/* By hand: beams at 45 degrees to north, east, south, west see 1, 3, -1, -3 over root 2. */
static void by_hand(void **state)
{
    (void)state;
    Scan s;
    circle(&s, 4, 45);
    see(&s, 1, &(Wind){0, 0, 0});
    static const double seen[] = {1, 3, -1, -3};
    for (size_t i = 0; i < CASES(seen); i++)
        s.doppler[i] = seen[i] / sqrt(2);
    VadFit f = fit(&s);
    expect_wind(&f, &(Wind){3, 1, 0}, 1e-14);
    is_near(f.speed, sqrt(10), 1e-14);
    is_near(f.from_direction_deg, 251.565051177078, 1e-11); /* 180 + atan 3 */
    is_near(f.rmse, 0, 1e-14);
    is_near(f.condition, 1, 1e-12);
    assert_int_equal(f.rays, 4);
    assert_int_equal(f.flags, 0);
}

/* --- exact winds ---------------------------------------------------------------------------- */

static void exact(void **state)
{
    (void)state;
    static const Wind winds[] = {
        {10, 0, 0}, {0, -7.5, 0.25}, {-3.25, 4.5, -1}, {0.01, 0.02, 0}, {60, -45, 5}};
    static const double elevations[] = {15, 35.3, 62, 75, 85};
    static const size_t rays[] = {4, 5, 6, 12, 24, 72};
    for (size_t k = 0; k < CASES(winds); k++)
        for (size_t e = 0; e < CASES(elevations); e++)
            for (size_t n = 0; n < CASES(rays); n++) {
                Scan s;
                circle(&s, rays[n], elevations[e]);
                see(&s, 1, &winds[k]);
                VadFit f = fit(&s);
                expect_wind(&f, &winds[k], 1e-11);
                is_near(f.rmse, 0, 1e-12);
                is_near(f.condition, 1, 1e-9); /* beams that stand evenly */
                assert_int_equal(f.flags, 0);
            }
}

/* Four beams and a vertical one, as a WindCube has them. */
static void vertical_beam(void **state)
{
    (void)state;
    Scan s;
    Wind wind = {4, -8, 1.5};
    circle(&s, 4, 62);
    add_ray(&s, 0, 90);
    see(&s, 1, &wind);
    VadFit f = fit(&s);
    expect_wind(&f, &wind, 1e-12);
    assert_int_equal(f.rays, 5);
    assert_int_equal(f.flags, 0);
}

static void repeated_azimuths(void **state)
{
    (void)state;
    Scan s = {.rays = {.rays = 0}};
    Wind wind = {4, -8, 1.5};
    for (size_t step = 0; step < 6; step++)
        for (size_t again = 0; again < 5; again++)
            add_ray(&s, 60.0 * (double)step, 70);
    see(&s, 1, &wind);
    VadFit f = fit(&s);
    expect_wind(&f, &wind, 1e-12);
    assert_int_equal(f.rays, 30);
    assert_int_equal(f.flags, 0);
}

/* Each gate has values in other rays. */
static void missing_values(void **state)
{
    (void)state;
    static const Wind winds[] = {{1, 2, 3}, {-4, 5, 0.5}, {7, 7, 7}, {9, 9, 9}};
    Scan s;
    VadFit f[GATES_MAX];
    circle(&s, 8, 75);
    see(&s, GATES_MAX, winds);
    for (size_t i = 0; i < 8; i++) {
        s.doppler[i * GATES_MAX + 1] = i % 2 ? s.doppler[i * GATES_MAX + 1] : NAN;
        s.doppler[i * GATES_MAX + 2] = i < 3 ? s.doppler[i * GATES_MAX + 2] : INFINITY;
        s.doppler[i * GATES_MAX + 3] = NAN;
    }
    vad_profile(&s.rays, &vad_limits, f);
    expect_wind(&f[0], &winds[0], 1e-12);
    expect_wind(&f[1], &winds[1], 1e-12);
    assert_int_equal(f[0].rays, 8);
    assert_int_equal(f[1].rays, 4);
    assert_int_equal(f[2].rays, 3);
    for (size_t g = 2; g < GATES_MAX; g++) {
        assert_int_equal(f[g].flags, VAD_FEW_RAYS);
        assert_true(isnan(f[g].u) && isnan(f[g].w) && isnan(f[g].speed) && isnan(f[g].rmse));
    }
}

static void still_air(void **state)
{
    (void)state;
    Scan s;
    circle(&s, 12, 75);
    see(&s, 1, &(Wind){0, 0, 0});
    VadFit f = fit(&s);
    assert_true(f.speed == 0 && isnan(f.from_direction_deg));
    assert_int_equal(f.flags, 0);
}

/* --- geometry ------------------------------------------------------------------------------- */

static void singular(void **state)
{
    (void)state;
    static const struct {
        double azimuth[6], elevation[6];
    } cases[] = {
        {{0, 0, 0, 0, 0, 0}, {70, 70, 70, 70, 70, 70}},       /* one direction */
        {{0, 180, 0, 180, 0, 180}, {70, 70, 70, 70, 70, 70}}, /* one plane */
        {{0, 60, 120, 180, 240, 300}, {0, 0, 0, 0, 0, 0}},    /* level: nothing of w */
        {{0, 60, 120, 180, 240, 300}, {90, 90, 90, 90, 90, 90}},
        {{30, 210, 30, 210, 30, 210}, {20, 40, 60, 80, 30, 50}}, /* an upright plane */
    };
    for (size_t k = 0; k < CASES(cases); k++) {
        Scan s = {.rays = {.rays = 0}};
        for (size_t i = 0; i < 6; i++)
            add_ray(&s, cases[k].azimuth[i], cases[k].elevation[i]);
        see(&s, 1, &(Wind){5, 5, 1});
        VadFit f = fit(&s);
        assert_int_equal(f.flags, VAD_SINGULAR);
        assert_true(isnan(f.u) && isnan(f.v) && isnan(f.w));
    }
}

/* A sector of 30 degrees: exact without noise, but nothing to rely on. */
static void ill_conditioned(void **state)
{
    (void)state;
    Scan s = {.rays = {.rays = 0}};
    Wind wind = {5, -2, 0.5};
    for (size_t i = 0; i < 7; i++)
        add_ray(&s, 5.0 * (double)i, 70);
    see(&s, 1, &wind);
    VadFit f = fit(&s);
    expect_wind(&f, &wind, 1e-9);
    is_near(f.condition, 171.26076984458814, 1e-6); /* numpy.linalg.cond of the scaled columns */
    assert_int_equal(f.flags, VAD_ILL_CONDITIONED);
}

/* --- what does not fit ---------------------------------------------------------------------- */

/* A second harmonic is orthogonal to the wind: it stays in the residual, 2 / root 2. */
static void residual(void **state)
{
    (void)state;
    Scan s;
    Wind wind = {5, -2, 0.5};
    circle(&s, 24, 75);
    see(&s, 1, &wind);
    for (size_t i = 0; i < 24; i++)
        s.doppler[i] += 2 * cos(2 * s.azimuth[i] * M_PI / 180);
    VadFit f = fit(&s);
    expect_wind(&f, &wind, 1e-12);
    is_near(f.rmse, sqrt(2), 1e-12);
    assert_int_equal(f.flags, 0);
    for (size_t i = 0; i < 24; i++)
        s.doppler[i] += 6 * cos(2 * s.azimuth[i] * M_PI / 180);
    f = fit(&s);
    is_near(f.rmse, 8 / sqrt(2), 1e-12);
    assert_int_equal(f.flags, VAD_RESIDUAL);
}

/* Deterministic noise of standard deviation s: u and v are uncertain by s sqrt(2/n) / cos e, w by
 * s / (sqrt(n) sin e); five of these are a bound. */
static void noise(void **state)
{
    (void)state;
    enum { RAYS = 72 };
    const double deviation = 0.3, elevation = 60 * M_PI / 180;
    Scan s;
    Wind wind = {8, 3, -0.4};
    uint32_t random = 12345;
    for (int trial = 0; trial < 100; trial++) {
        circle(&s, RAYS, 60);
        see(&s, 1, &wind);
        for (size_t i = 0; i < RAYS; i++) {
            random = random * 1664525u + 1013904223u; /* uniform: deviation is width / root 12 */
            s.doppler[i] += deviation * sqrt(12) * (random / 4294967296.0 - 0.5);
        }
        VadFit f = fit(&s);
        is_near(f.u, wind.u, 5 * deviation * sqrt(2.0 / RAYS) / cos(elevation));
        is_near(f.v, wind.v, 5 * deviation * sqrt(2.0 / RAYS) / cos(elevation));
        is_near(f.w, wind.w, 5 * deviation / (sqrt(RAYS) * sin(elevation)));
        is_near(f.rmse, deviation, 0.1);
        assert_int_equal(f.flags, 0);
    }
}

static void jumps(void **state)
{
    (void)state;
    static const Wind winds[] = {{5, 0, 0}, {24.9, 0, 0}, {24.9, 20.1, 0}, {25, 0.2, 0}};
    Scan s;
    VadFit f[GATES_MAX];
    circle(&s, 12, 75);
    see(&s, GATES_MAX, winds);
    vad_profile(&s.rays, &vad_limits, f);
    assert_int_equal(f[0].flags, 0);
    assert_int_equal(f[1].flags, VAD_JUMP);
    assert_int_equal(f[2].flags, VAD_JUMP);
    assert_int_equal(f[3].flags, 0);
    for (size_t i = 0; i < 12; i++)
        s.doppler[i * GATES_MAX + 2] = NAN; /* its neighbours are neighbours now */
    vad_profile(&s.rays, &vad_limits, f);
    assert_int_equal(f[1].flags, 0);
    assert_int_equal(f[2].flags, VAD_FEW_RAYS);
    assert_int_equal(f[3].flags, 0);
}

/* --- scans ---------------------------------------------------------------------------------- */

typedef struct SplitCase {
    const char *what;
    double azimuths[20]; /* -1 ends; 1000 + a: a pause of 31 s before; 2000: vertical; 3000 + a: at
                            35 degrees instead of 75 */
    size_t ends[6];
} SplitCase;

static const SplitCase splits[] = {
    {"two turns", {0, 90, 180, 270, 0, 90, 180, 270, -1}, {4, 8}},
    {"to the north twice", {0, 120, 240, 360, 120, 240, -1}, {3, 6}},
    {"steps of two rays", {0, 0, 90, 90, 180, 180, 270, 270, 0, 0, -1}, {8, 10}},
    {"not the same azimuths", {10, 100, 190, 280, 15, 105, 195, 285, -1}, {4, 8}},
    {"counter-clockwise", {350, 230, 110, 350, 230, -1}, {3, 5}},
    {"opposite beams", {0, 180, 90, 270, 0, 180, 90, 270, -1}, {4, 8}},
    {"with a vertical beam", {0, 90, 180, 270, 2000, 0, 90, 180, 270, 2000, -1}, {5, 10}},
    {"a pause", {0, 60, 1120, 180, -1}, {2, 4}},
    {"an unfinished scan", {0, 60, 120, -1}, {3}},
    {"across the north", {300, 340, 20, 60, -1}, {4}},
    {"another elevation", {0, 90, 180, 3090, 3180, 3270, -1}, {3, 6}},
    {"back and forth", {10, 20, 30, 20, 10, 20, 30, -1}, {4, 7}},
};

static void fly(Scan *s, const double *azimuths)
{
    double clock = 0;
    *s = (Scan){.rays = {.rays = 0}};
    for (size_t i = 0; azimuths[i] >= 0; i++) {
        double a = azimuths[i];
        bool vertical = a == 2000, low = a >= 3000;
        double slanted = low ? 35 : 75;
        add_ray(s, vertical ? 45 : fmod(a, 1000), vertical ? 90 : slanted);
        clock += a >= 1000 && a < 2000 ? 31 : 1;
        s->time[i] = clock;
    }
}

static void expect_ends(const SplitCase *c)
{
    Scan s;
    fly(&s, c->azimuths);
    size_t at = 0, rays = s.rays.rays;
    for (size_t i = 0; at < rays; i++) {
        size_t end = at;
        VadScan scan = {0};
        while (end < rays &&
               vad_scan_takes(&scan, s.time[end], s.azimuth[end], s.elevation[end], 30))
            end++;
        assert_int_equal(scan.rays, end - at);
        if (end != c->ends[i])
            fail_msg("%s: scan %zu ends at %zu instead of %zu", c->what, i, end, c->ends[i]);
        at = end;
    }
}

static void scans(void **state)
{
    (void)state;
    for (size_t k = 0; k < CASES(splits); k++)
        expect_ends(&splits[k]);
}

/* How many azimuths a scan has: a stare has one, an upright beam none. */
static void steps(void **state)
{
    (void)state;
    static const struct {
        double azimuth[6], elevation[6];
        size_t steps;
    } cases[] = {
        {{0, 60, 120, 180, 240, 300}, {75, 75, 75, 75, 75, 75}, 6},
        {{0, 0, 0, 90, 90, 90}, {75, 75, 75, 75, 75, 75}, 2},
        {{10, 10.5, 11, 11.5, 12, 12.5}, {75, 75, 75, 75, 75, 75}, 2}, /* more than 1 degree */
        {{359.8, 0.1, 359.9, 0, 0.2, 359.7}, {75, 75, 75, 75, 75, 75}, 1},
        {{0, 0, 0, 0, 0, 0}, {90, 90, 90, 90, 90, 90}, 0},
        {{0, 120, 240, NAN, 50, 50}, {75, 75, 75, 75, 90, 90.3}, 3},
    };
    for (size_t k = 0; k < CASES(cases); k++) {
        VadScan s = {0};
        for (size_t i = 0; i < 6; i++)
            assert_true(vad_scan_takes(&s, NAN, cases[k].azimuth[i], cases[k].elevation[i], 30));
        if (s.steps != cases[k].steps)
            fail_msg("case %zu: %zu steps", k, s.steps);
    }
}

/* --- signal and noise ----------------------------------------------------------------------- */

static void snr(void **state)
{
    (void)state;
    is_near(snr_of_intensity(1.25), 0.25, 0);
    is_near(snr_db_of_intensity(2), 0, 0);
    is_near(snr_db_of_intensity(1.01), -20, 1e-9);
    is_near(snr_db_of_intensity(1.008), -20.969100130080562, 1e-9); /* Python's math.log10 */
    assert_true(isnan(snr_db_of_intensity(1)) && isnan(snr_db_of_intensity(0.99)));
    assert_true(isnan(snr_db_of_intensity(NAN)));
    is_near(snr_intensity_of_db(-20), 1.01, 1e-15);
}

static void screening(void **state)
{
    (void)state;
    double beta[] = {1e-6, 2e-6, 3e-6, 4e-6, NAN};
    static const double intensity[] = {1.008, 1.0079, NAN, 5, 5};
    assert_int_equal(snr_screen(intensity, SNR_INTENSITY_MIN, beta, CASES(beta)), 2);
    assert_true(beta[0] == 1e-6 && isnan(beta[1]) && isnan(beta[2]) && beta[3] == 4e-6);
    assert_true(isnan(beta[4]));
}

int main(int argc, char **argv)
{
    static const Case cases[] = {
        {"directions", directions},
        {"by_hand", by_hand},
        {"exact", exact},
        {"vertical_beam", vertical_beam},
        {"repeated_azimuths", repeated_azimuths},
        {"missing_values", missing_values},
        {"still_air", still_air},
        {"singular", singular},
        {"ill_conditioned", ill_conditioned},
        {"residual", residual},
        {"noise", noise},
        {"jumps", jumps},
        {"scans", scans},
        {"steps", steps},
        {"snr", snr},
        {"screening", screening},
    };
    return cases_main(argc, argv, cases, CASES(cases));
}
