/* test_lidar.c: winds and screened gates of rays that are known. */
#include "tests/handlers/lidar_rays.h"

/* --- cases ---------------------------------------------------------------------------------- */

static void scans(void **state)
{
    (void)state;
    static const struct {
        size_t rays, turns;
        bool whole;
    } cases[] = {{4, 5, false}, {6, 3, false}, {12, 24, false}, {72, 2, false}, {6, 3, true}};
    for (size_t k = 0; k < CASES(cases); k++) {
        Rays *r = new_rays();
        for (size_t i = 0; i < cases[k].turns; i++)
            circle(r, cases[k].rays, 70);
        derive_as(r, &standard,
                  &(Names){.velocity = "radial_velocity",
                           .signal = "intensity",
                           .whole_variables = cases[k].whole});
        expect_winds(r, cases[k].turns);
        expect(r, "/wind/rays", (double)cases[k].rays, (double)cases[k].rays,
               cases[k].turns * GATES);
        /* 100 sin 70, 300 sin 70 */
        expect(r, "/wind/height", 93.96926207859084, 281.9077862357725, cases[k].turns * GATES);
        expect(r, "/wind/elevation", 70, 70, cases[k].turns);
        double middle = (double)(cases[k].rays - 1), turn = 2 * (double)cases[k].rays;
        expect(r, "/wind/time", 43200 + middle,
               43200 + middle + turn * (double)(cases[k].turns - 1), cases[k].turns);
        assert_string_equal(derived(r, "/wind/time")->units, "seconds since 2024-06-02");
        assert_int_equal(r->dataset.note_count, 0);
        free_rays(r);
    }
}

/* Beams with noise: the first gate of one ray, the second of nine of twelve, all of the third. */
static void weak_signals(void **state)
{
    (void)state;
    Rays *r = new_rays();
    circle(r, 12, 75);
    for (size_t i = 0; i < 12; i++) {
        r->intensity[i * GATES] = i == 5 ? 1.0079 : 1.008;
        r->intensity[i * GATES + 1] = i < 9 ? 1.001 : 1.2;
        r->intensity[i * GATES + 2] = i < 6 ? NAN : 0.999;
        r->doppler[i * GATES] += i == 5 ? 15 : 0; /* what noise looks like */
    }
    derive(r);
    expect(r, "/wind/wind_speed", 5, 5, 1);
    expect(r, "/wind/rays", 0, 11, GATES);
    expect(r, "/wind/flag", 0, 1, GATES);
    expect(r, "/screened/doppler", as_double(derived(r, "/screened/doppler")->result.min),
           as_double(derived(r, "/screened/doppler")->result.max), 14);
    /* 10 log10(0.008), 10 log10(0.2); where the ratio is not above 0 there is none */
    expect(r, "/screened/snr", -30, -6.98970004336, 24);
    expect_fact(r, "wind: profiles 1, heights 3 from 96.59 m to 289.78 m, rays a scan 12 to 12, "
                   "sound 1 of 3 values");
    expect_fact(r, "wind not sound: too few rays 2");
    expect_fact(r, "screened: 22 of 36 gates, intensity below 1.008");
    assert_null(derived(r, "/screened/beta"));
    free_rays(r);
}

static void no_wind(void **state)
{
    (void)state;
    Rays *r = new_rays();
    for (size_t i = 0; i < 5000; i++)
        add(r, 12, 90); /* a stare, longer than what is held */
    derive(r);
    expect_fact(r, "wind: none: the beam does not go round");
    expect_fact(r, "screened: 0 of 15000 gates, intensity below 1.008");
    assert_null(derived(r, "/wind/wind_speed"));
    expect(r, "/screened/doppler", -0.25, 0.5, 15000);
    free_rays(r);

    r = new_rays();
    add(r, 0, 75);
    add(r, 60, 75);
    derive(r);
    expect_fact(r, "wind: none: scans have 2 rays at the most, and a wind needs 4 at three "
                   "azimuths");
    free_rays(r);

    r = new_rays();
    for (size_t i = 0; i <= 90; i++)
        add(r, 45, 2 * (double)i); /* from horizon to horizon */
    derive(r);
    expect_fact(r, "wind: none: the beam does not go round");
    free_rays(r);
}

/* Steps so small that the beam does not come round within the rays that are held; what remains is a
 * sector of three degrees, which hardly determines a wind. */
static void endless_scan(void **state)
{
    (void)state;
    Rays *r = new_rays();
    for (size_t i = 0; i < 8500; i++)
        add(r, 20 + 0.01 * (double)i, 75);
    derive(r);
    expect(r, "/wind/flag", 4, 4, GATES);
    expect(r, "/wind/rays", 308, 308, GATES); /* 8500 - 2 x 4096 */
    expect_note(r, "scans without a wind: 2 of more than 4096 rays");
    free_rays(r);
}

/* A level scan, one at 35 degrees, a pause within the third. */
static void several_elevations(void **state)
{
    (void)state;
    Rays *r = new_rays();
    circle(r, 8, 0);
    circle(r, 8, 35);
    circle(r, 8, 70);
    circle(r, 8, 70);
    for (size_t i = 28; i < 32; i++)
        r->time[i] += 31;
    derive(r);
    /* two halves of the last: each a half circle of four beams */
    const Derived *flags = derived(r, "/wind/flag");
    assert_int_equal(flags->shape[0], 5);
    expect(r, "/wind/flag", 0, 2, 15);
    expect(r, "/wind/elevation", 0, 70, 5);
    expect(r, "/wind/wind_speed", 5, 8, 12);
    expect(r, "/wind/upward_air_velocity", -0.25, 0.5, 12);
    expect_fact(r, "wind not sound: beams that do not determine the wind 3");
    free_rays(r);
}

/* A second harmonic of 8 m/s leaves 8 / root 2; opposite signs turn the wind round. */
static void options(void **state)
{
    (void)state;
    Rays *r = new_rays();
    LidarOptions o = standard;
    circle(r, 24, 70);
    for (size_t i = 0; i < 24; i++)
        r->doppler[i * GATES] += 8 * cos(2 * r->azimuth[i] * M_PI / 180);
    derive(r);
    expect(r, "/wind/flag", 0, 8, GATES);
    expect(r, "/wind/residual", 0, 5.65685424949238, GATES);
    expect(r, "/wind/wind_speed", 6.70820393249937, 8, 2); /* root of 36 + 9 */
    free_rays(r);

    r = new_rays();
    o.towards = true;
    circle(r, 24, 70);
    derive_as(r, &o, &(Names){.velocity = "doppler", .signal = "intensity"});
    expect(r, "/wind/eastward_wind", -6, 0, GATES);
    expect(r, "/wind/upward_air_velocity", -0.5, 0.25, GATES);
    expect(r, "/wind/wind_from_direction", 90, 180, GATES);
    free_rays(r);

    r = new_rays();
    o = standard;
    o.rays_min = 6;
    circle(r, 5, 70);
    derive_as(r, &o, &(Names){.velocity = "doppler", .signal = "intensity"});
    expect_fact(r, "wind: none: scans have 5 rays at the most, and a wind needs 6 at three "
                   "azimuths");
    free_rays(r);
}

/* Ratios in dB: -23 unless the option says otherwise. */
static void ratios(void **state)
{
    (void)state;
    static const struct {
        double option;
        uint64_t valid;
    } cases[] = {{0, 2}, {-20, 1}, {-30, 3}};
    for (size_t k = 0; k < CASES(cases); k++) {
        Rays *r = new_rays();
        LidarOptions o = standard;
        o.cnr_min = cases[k].option;
        circle(r, 6, 62);
        for (size_t i = 0; i < 6; i++) {
            r->intensity[i * GATES] = -10;
            r->intensity[i * GATES + 1] = -23;
            r->intensity[i * GATES + 2] = -23.1;
        }
        derive_as(r, &o, &(Names){.velocity = "radial_wind_speed", .signal = "cnr"});
        assert_int_equal(derived(r, "/wind/wind_speed")->result.valid, cases[k].valid);
        assert_null(derived(r, "/screened/snr"));
        free_rays(r);
    }
}

static void no_lidar(void **state)
{
    (void)state;
    Rays *r = new_rays();
    circle(r, 4, 70);
    derive_as(r, &standard, &(Names){.velocity = "air_temperature", .signal = "humidity"});
    assert_int_equal(r->derived_count, 0);
    expect_fact(r, "lidar: none: no radial velocity over range with azimuth and elevation");
    free_rays(r);
}

/* A velocity that breaks off: what came before counts. */
static void broken_variable(void **state)
{
    (void)state;
    Rays *r = new_rays();
    Dim dims[2];
    Group root;
    Var vars[VARS];
    Error e = {0};
    void *handler = NULL;
    circle(r, 6, 70);
    circle(r, 6, 70);
    describe(r, &(Names){.velocity = "doppler", .signal = "intensity"}, dims, &root, vars);
    assert_ok(handler_lidar.begin(&r->dataset, &standard, &handler, &e), &e);
    hand_in(r, handler, 0, 7); /* one scan, and the ray that ends it */
    assert_ok(
        handler_lidar.block(handler, &r->dataset, &(Block){.var = VELOCITY, .failed = true}, &e),
        &e);
    hand_in(r, handler, 7, 5);
    assert_ok(handler_lidar.end(handler, &r->dataset, &e), &e);
    r->derived = handler_lidar.derived(handler, &r->derived_count);
    expect_winds(r, 1);
    expect_note(r, "rays were left out of the wind: a variable of its rays cannot be read");
    free_rays(r);
}

int main(int argc, char **argv)
{
    static const Case cases[] = {
        {"scans", scans},
        {"weak_signals", weak_signals},
        {"no_wind", no_wind},
        {"endless_scan", endless_scan},
        {"several_elevations", several_elevations},
        {"options", options},
        {"ratios", ratios},
        {"no_lidar", no_lidar},
        {"broken_variable", broken_variable},
    };
    return cases_main(argc, argv, cases, CASES(cases));
}
