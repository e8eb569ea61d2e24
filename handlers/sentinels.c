/* sentinels.c: looks at both ends of the histogram for numbers that usually mean "missing". */
#include "handlers/sentinels.h"

#include "core/mask.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Magnitudes, of either sign. */
static const double sentinels[] = {
    99,      999,
    9999,    99999,
    999999,  9999999,
    99.9,    99.99,
    999.9,   999.99,
    9999.9,  9999.99,
    8888,    7777,
    88888,   777777,
    8888888, 32768,
    1e15,    1e20,
    1e30,    1e35,
    1e36,    9.969209968386869e+36, /* the default fill of netCDF in a file that is not netCDF */
};
static const char advice[] =
    "which looks like a missing value; declare it as missing_value if it is one";

enum {
    EMPTY_BINS = 4, /* a quarter of the range lies between the sentinel and the other values */
};
static const double tolerance = 6e-8;   /* half a last place of a float */
static const double unmistakable = 900; /* so large that a single one is worth a note */
static const double least_gap = 0.25;   /* to the next value, as a share of the sentinel itself */

static bool is_sentinel(double value)
{
    for (size_t i = 0; i < sizeof sentinels / sizeof *sentinels; i++)
        if (fabs(fabs(value) - sentinels[i]) <= tolerance * sentinels[i])
            return true;
    return false;
}

/* How many values stand at this end, 0 unless they stand apart: with nothing near them, neither by
 * the others' range (99 between 40 and 45) nor by their own size (99 beside 100). */
static uint64_t standing_apart(const SummaryResult *r, double value, bool low_end)
{
    size_t edge = low_end ? 0 : SUMMARY_HISTOGRAM_BINS - 1, empty = 0;
    while (empty + 1 < SUMMARY_HISTOGRAM_BINS &&
           r->histogram[low_end ? empty + 1 : edge - empty - 1] == 0)
        empty++;
    double range = number_to_double(r->max) - number_to_double(r->min);
    double gap = range * (double)empty / SUMMARY_HISTOGRAM_BINS;
    return empty >= EMPTY_BINS && gap >= least_gap * fabs(value) ? r->histogram[edge] : 0;
}

/* Percentages reach 99 and 99.9; so does what nearly always has one value. */
static bool is_ordinary(const Var *v, const SummaryResult *r, double value, uint64_t count)
{
    const char *units = var_attr_text(v, "units");
    bool percent = units && (strcmp(units, "%") == 0 || text_starts_nocase(units, "percent"));
    if (fabs(value) >= unmistakable)
        return false;
    return (percent && value >= 0) || count == 1 || count > r->valid / 2;
}

static bool is_code(const Var *v)
{
    return var_attr(v, "flag_values") || var_attr(v, "flag_masks") || var_attr(v, "flag_meanings");
}

static void look_at(Dataset *d, const Var *v, const SummaryResult *r, bool low_end)
{
    double value = number_to_double(low_end ? r->min : r->max);
    if (!is_sentinel(value))
        return;
    uint64_t count = standing_apart(r, value, low_end);
    if (count == 0 || count == r->valid || is_ordinary(v, r, value, count))
        return;
    dataset_note(d, "variable %s: %" PRIu64 " %s %.7g, far from all others, %s", v->name, count,
                 count == 1 ? "value is" : "values are", value, advice);
}

void sentinels_note(Dataset *d, const Var *v, const SummaryResult *r)
{
    if (!r->has_histogram || is_code(v))
        return;
    double min = number_to_double(r->min), max = number_to_double(r->max);
    if (min < max) {
        look_at(d, v, r, true);
        look_at(d, v, r, false);
    } else if (is_sentinel(min) && fabs(min) >= unmistakable) {
        dataset_note(d, "variable %s: every value is %.7g, %s", v->name, min, advice);
    }
}
