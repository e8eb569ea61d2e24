/* test_units.c: units of instruments; factors from the SI brochure and NIST SP 811. */
#include "core/units.h"
#include "tests/support/cases.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *from, *to;
    double slope, intercept;
} known_conversions[] = {
    {"degC", "K", 1, 273.15},
    {"K", "degC", 1, -273.15},
    {"C", "K", 1, 273.15}, /* Celsius, not coulomb */
    {"deg C", "K", 1, 273.15},
    {"Deg C", "degC", 1, 0},
    {"\xc2\xb0"
     "C",
     "K", 1, 273.15},
    {"\xb0"
     "C",
     "K", 1, 273.15}, /* Latin-1 */
    {"\xc2\xba"
     "C",
     "K", 1, 273.15},
    {"degF", "degC", 5.0 / 9, -160.0 / 9},
    {"hPa", "Pa", 100, 0},
    {"hPa", "kPa", 0.1, 0},
    {"mb", "hPa", 1, 0}, /* millibar, not millibarn */
    {"millibars", "Pa", 100, 0},
    {"db", "Pa", 10000, 0}, /* decibar */
    {"mmHg", "Pa", 133.322387415, 0},
    {"torr", "hPa", 1.33322387415, 0},
    {"m/s", "km/h", 3.6, 0},
    {"m s-1", "m/s", 1, 0},
    {"dm/s", "m/s", 0.1, 0},
    {"knots", "m/s", 1852.0 / 3600, 0},
    {"%", "1", 0.01, 0},
    {"percent", "fraction", 0.01, 0},
    {"unitless", "1", 1, 0},
    {"oktas", "%", 12.5, 0},
    {"psu", "1", 1, 0},
    {"degN", "degree", 1, 0},
    {"deg from N", "degree", 1, 0},
    {"deg", "rad", 0.017453292519943295, 0},
    {"1/(m sr)", "km-1 sr-1", 1000, 0},
    {"W/m^2", "W m-2", 1, 0},
    {"w/m^2", "W m-2", 1, 0},
    {" m ", "mm", 1000, 0},
    {"seconds", "hours", 1.0 / 3600, 0},
};

static void conversions(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known_conversions / sizeof *known_conversions; i++) {
        double slope = 0, intercept = 0;
        Error e = {0};
        if (!units_linear(known_conversions[i].from, known_conversions[i].to, &slope, &intercept,
                          &e))
            fail_msg("%s", e.message);
        if (fabs(slope - known_conversions[i].slope) > 1e-15 * fabs(known_conversions[i].slope) ||
            fabs(intercept - known_conversions[i].intercept) >
                1e-13 * fabs(known_conversions[i].intercept))
            fail_msg("%s -> %s: %.17g, %.17g", known_conversions[i].from, known_conversions[i].to,
                     slope, intercept);
    }
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *named;
    } rows[] = {
        {"degC", "m", "cannot be converted"},
        {"Chad Pennington", "m", "\"Chad Pennington\" is not a unit"},
        {"m", "hh:mm:ss", "\"hh:mm:ss\" is not a unit"},
        {"N/A", "1", "is not a unit"},
        {"", "1", "is not a unit"},
        {" ", "1", "is not a unit"},
        {"dBm", "W", "not a straight line"},
        {"dB", "1", "not a straight line"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double slope = 7, intercept = 8;
        Error e = {0};
        if (units_linear(rows[i].from, rows[i].to, &slope, &intercept, &e))
            fail_msg("%s -> %s: %g, %g", rows[i].from, rows[i].to, slope, intercept);
        assert_int_equal(e.kind, ERROR_DATA);
        if (!strstr(e.message, rows[i].named))
            fail_msg("%s", e.message);
        assert_true(slope == 7 && intercept == 8);
    }
}

static void known(void **state)
{
    (void)state;
    static const char *const units[] = {
        "degC",   "degF", "deg",         "degree_N",     "degN",        "dm/s", "kPa",   "hPa",
        "mb",     "mmHg", "%",           "unitless",     "deg from N",  "m/s",  "m s-1", "1/(m sr)",
        "1",      "dBZ",  "dBm",         "count/us",     "mm/hr",       "psu",  "dB",    "ug/m^3",
        "1/cm^3", "uJ",   "\302\265atm", "watt meter-2", "1/(10^4*sr)", "level"};
    static const char *const not_units[] = {
        "",
        " ",
        "N/A",
        "n/a",
        "[sng]",
        "Chad Pennington",
        "hh:mm:ss",
        "meters above Mean Sea Level",
        "(vertical integral of quantity with unspecified units)",
        "\xff\xfe"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (!units_known(units[i]))
            fail_msg("'%s' is not known", units[i]);
    for (size_t i = 0; i < sizeof not_units / sizeof *not_units; i++)
        if (units_known(not_units[i]))
            fail_msg("'%s' is known", not_units[i]);
}

static void hostile_text(void **state)
{
    (void)state;
    char text[100000];
    static const char bytes[] = "(m^.@\xff";
    for (size_t i = 0; i + 1 < sizeof bytes; i++) {
        memset(text, bytes[i], sizeof text - 1);
        text[sizeof text - 1] = '\0';
        assert_false(units_known(text));
        text[250] = '\0';
        assert_false(bytes[i] != 'm' && units_known(text));
    }
}

static const Case cases[] = {
    {"conversions", conversions},
    {"refusals", refusals},
    {"known", known},
    {"hostile_text", hostile_text},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
