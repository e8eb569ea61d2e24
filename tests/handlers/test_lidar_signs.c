/* test_lidar_signs.c: signs and units of what a lidar's file has, as the file says them. */
#include "tests/handlers/lidar_rays.h"

static Attr text(const char *name, const char *value)
{
    return (Attr){.name = name, .type = TYPE_CHAR, .count = strlen(value), .values = value};
}

/* The file says itself which way its velocities are positive. */
static void positive_towards(void **state)
{
    (void)state;
    static const char name[] = "radial_velocity_of_scatterers_toward_instrument";
    const Attr towards = text("standard_name", name);
    for (size_t k = 0; k < 2; k++) {
        Rays *r = new_rays();
        LidarOptions o = standard;
        o.towards = k > 0; /* says nothing new */
        circle(r, 12, 70);
        for (size_t i = 0; i < 12 * GATES; i++)
            r->doppler[i] = -r->doppler[i];
        derive_as(r, &o,
                  &(Names){.velocity = k ? "velocity" : "radial_velocity",
                           .signal = "intensity",
                           .of_velocity = &towards});
        expect_winds(r, 1);
        assert_string_equal(
            derived(r, k ? "/screened/velocity" : "/screened/radial_velocity")->standard_name,
            name);
        free_rays(r);
    }
}

/* Ratios that are no decibels: -23 dB are 0.00501. */
static void plain_ratios(void **state)
{
    (void)state;
    static const struct {
        const char *units;
        uint64_t valid, notes;
    } cases[] = {{"1", 2, 0}, {"dB", 3, 0}, {"", 3, 1}};
    for (size_t k = 0; k < CASES(cases); k++) {
        const Attr units = text("units", cases[k].units);
        Rays *r = new_rays();
        circle(r, 6, 62);
        for (size_t i = 0; i < 6; i++) {
            r->intensity[i * GATES] = 0.00502;
            r->intensity[i * GATES + 1] = 0.5;
            r->intensity[i * GATES + 2] = 0.0050;
        }
        derive_as(r, &standard,
                  &(Names){.velocity = "radial_velocity", .signal = "snr", .of_signal = &units});
        assert_int_equal(derived(r, "/wind/wind_speed")->result.valid, cases[k].valid);
        assert_int_equal(r->dataset.note_count, cases[k].notes);
        free_rays(r);
    }
}

/* Other units of velocities, angles and ranges than those of the results. */
static void other_units(void **state)
{
    (void)state;
    const Attr cm = text("units", "cm s-1"), radian = text("units", "radians");
    const Attr km = text("units", "km");
    Rays *r = new_rays();
    circle(r, 12, 70);
    for (size_t i = 0; i < 12; i++) {
        r->azimuth[i] *= M_PI / 180;
        r->elevation[i] *= M_PI / 180;
    }
    for (size_t i = 0; i < 12 * GATES; i++)
        r->doppler[i] *= 100;
    derive_as(r, &standard,
              &(Names){.velocity = "radial_velocity",
                       .signal = "intensity",
                       .of_velocity = &cm,
                       .of_angles = &radian,
                       .of_range = &km});
    expect_winds(r, 1);
    expect(r, "/wind/elevation", 70, 70, 1);
    /* 100 km sin 70, 300 km sin 70 */
    expect(r, "/wind/height", 93969.26207859084, 281907.7862357725, GATES);
    assert_string_equal(derived(r, "/screened/radial_velocity")->units, "m s-1");
    free_rays(r);
}

static const Case cases[] = {
    {"other_units", other_units},
    {"positive_towards", positive_towards},
    {"plain_ratios", plain_ratios},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
