/* units.c: UDUNITS-2's only door. */
#include "core/units.h"

#include "core/text.h"

#include <math.h>
#include <string.h>
#include <udunits2.h>

enum {
    UNIT_TEXT_LIMIT = 256
}; /* longer than any unit; keeps the library's parser from deep text */

/* Spellings that UDUNITS does not know, or takes for something else than instruments mean by it:
 * "mb" is a millibarn there, "db" a decibarn, "C" a coulomb, "N/A" newton per ampere. Compared
 * without regard to case unless `exact`. NULL: not a unit. */
typedef struct Spelling {
    const char *text, *unit;
    bool exact;
} Spelling;

static const Spelling spellings[] = {
    {"C", "degC", true},
    {"deg C", "degC", false},
    {"deg. C", "degC", false},
    {"degrees C", "degC", false},
    {"\xc2\xba"
     "C",
     "degC", true}, /* the masculine ordinal for the degree sign */
    {"deg F", "degF", false},
    {"degrees F", "degF", false},
    {"deg K", "K", false},
    {"mb", "mbar", false},
    {"hpa", "hPa", false},
    {"db", "dbar", true},
    {"dB", "0.1 lg(re 1)", true},
    {"deg", "degree", false},
    {"degs", "degree", false},
    {"degT", "degree", false},
    {"degN", "degree", false},
    {"degE", "degree", false},
    {"deg true", "degree", false},
    {"degrees true", "degree", false},
    {"deg from N", "degree", false},
    {"w/m2", "W/m2", false},
    {"w/m^2", "W/m2", false},
    {"umol/kg", "umol/kg", false},
    {"unitless", "1", false},
    {"dimensionless", "1", false},
    {"none", "1", false},
    {"fraction", "1", false},
    {"ratio", "1", false},
    {"level", "1", false}, /* CF 3.1: layer, level, sigma_level, kept for COARDS */
    {"layer", "1", false},
    {"sigma_level", "1", false},
    {"psu", "1", false}, /* practical salinity is a pure number (CF standard name table) */
    {"pss-78", "1", false},
    {"okta", "0.125", false},
    {"oktas", "0.125", false},
    {"octas", "0.125", false},
    {"N/A", NULL, false},
    {"", NULL, true},
};

/* The library's database, read once a process: it takes 10 ms, a unit takes microseconds. */
static ut_system *database;

bool units_warm_up(Error *e)
{
    if (database)
        return true;
    ut_set_error_message_handler(ut_ignore); /* it would print */
    database = ut_read_xml(NULL);
    if (!database)
        return error_coded(e, ERROR_SETUP, "units_database",
                           "the unit database of UDUNITS-2 cannot be read (status %d): install "
                           "libudunits2-data, or set UDUNITS2_XML_PATH",
                           (int)ut_get_status());
    return true;
}

static void free_unit(ut_unit **unit)
{
    if (*unit)
        ut_free(*unit);
}

static void free_converter(cv_converter **converter)
{
    if (*converter)
        cv_free(*converter);
}

#define auto_unit __attribute__((cleanup(free_unit)))
#define auto_converter __attribute__((cleanup(free_converter)))

static const char *usual_spelling(const char *text)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        const Spelling *s = &spellings[i];
        if (s->exact ? strcmp(text, s->text) == 0 : text_equal_nocase(text, s->text))
            return s->unit;
    }
    return text;
}

/* NULL where it is no unit; the caller frees. */
static ut_unit *parse(const char *text)
{
    char trimmed[UNIT_TEXT_LIMIT];
    size_t length = strnlen(text, sizeof trimmed);
    if (length == sizeof trimmed || !database)
        return NULL;
    memcpy(trimmed, text, length + 1);
    ut_encoding encoding = text_valid_utf8(text, length) == length ? UT_UTF8 : UT_LATIN1;
    ut_trim(trimmed, encoding);
    const char *unit = usual_spelling(trimmed);
    return unit ? ut_parse(database, unit, encoding) : NULL;
}

bool units_known(const char *text)
{
    Error ignored = {0};
    if (!units_warm_up(&ignored))
        return false;
    auto_unit ut_unit *unit = parse(text);
    return unit != NULL;
}

/* Slope by a step so wide that the intercept cannot blur it; a third point shows whether the
 * conversion is a line at all (that of decibels is not). */
static bool measure(const cv_converter *c, double *slope, double *intercept)
{
    const double step = 0x1p60, probe = 0x1p20;
    double zero = cv_convert_double(c, 0);
    double inclination = (cv_convert_double(c, step) - zero) / step;
    double there = cv_convert_double(c, probe), expected = inclination * probe + zero;
    if (!isfinite(zero) || !isfinite(inclination) ||
        !(fabs(there - expected) <= 1e-9 * (fabs(inclination * probe) + fabs(zero))))
        return false;
    *slope = inclination;
    *intercept = zero;
    return true;
}

bool units_linear(const char *from, const char *to, double *slope, double *intercept, Error *e)
{
    if (!units_warm_up(e))
        return false;
    auto_unit ut_unit *a = parse(from);
    auto_unit ut_unit *b = parse(to);
    if (!a || !b)
        return error_coded(e, ERROR_DATA, "units", "\"%s\" is not a unit that UDUNITS knows",
                           a ? to : from);
    auto_converter cv_converter *c = ut_get_converter(a, b);
    if (!c)
        return error_coded(e, ERROR_DATA, "units", "\"%s\" cannot be converted to \"%s\"", from,
                           to);
    if (!measure(c, slope, intercept))
        return error_coded(e, ERROR_DATA, "units",
                           "the conversion from \"%s\" to \"%s\" is not a straight line", from, to);
    return true;
}
