/* las_conclude.c: what follows from all points: whether they are what the header says, and how
 * dense they lie. */
#include "formats/las/las_reader.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_SIZE = 512, WEEK_S = 604800, ADJUSTED_BY_S = 1000000000 };

static double value_of(Number n)
{
    return n.kind == NUMBER_DOUBLE ? n.d : n.kind == NUMBER_INT ? (double)n.i : (double)n.u;
}

/* Half a unit of the last stored digit, and what two doubles of that size may be off. */
static bool differ(double a, double b, double scale)
{
    const double rounding = 4 * 0x1p-52;
    return !(fabs(a - b) <= fabs(scale) / 2 + rounding * fmax(fabs(a), fabs(b)));
}

static void compare_bounds(Las *l, const SummaryResult *results)
{
    static const char axes[] = "xyz";
    const LasHeader *h = &l->header;
    bool agree = true;
    for (size_t i = 0; i < 3; i++) {
        double min = value_of(results[i].min), max = value_of(results[i].max);
        if (!differ(min, h->min[i], h->scale[i]) && !differ(max, h->max[i], h->scale[i]))
            continue;
        dataset_note(&l->dataset, "%c goes from %.12g to %.12g, the header says %.12g to %.12g",
                     axes[i], min, max, h->min[i], h->max[i]);
        agree = false;
    }
    if (agree)
        dataset_fact(&l->dataset, "bounds in the header: agree with the points");
}

static uint64_t count_of(const SummaryResult *r, int64_t value)
{
    for (size_t i = 0; i < r->count_count; i++)
        if (r->counts[i].value == value)
            return r->counts[i].count;
    return 0;
}

static void counts_text(char out[TEXT_SIZE], const uint64_t *counts, unsigned used)
{
    size_t length = 0;
    for (unsigned i = 0; i < used; i++)
        length += (size_t)snprintf(out + length, TEXT_SIZE - length, "%s%" PRIu64, i ? ", " : "",
                                   counts[i]);
}

/* Of returns 1, 2, ... as far as the header counts them. */
static void compare_returns(Las *l, const SummaryResult *r)
{
    const LasHeader *h = &l->header;
    uint64_t found[LAS_RETURNS_MAX];
    unsigned used = 1;
    bool agree = true;
    for (unsigned i = 0; i < h->return_count; i++) {
        found[i] = count_of(r, (int64_t)i + 1);
        agree = agree && found[i] == h->by_return[i];
        used = found[i] || h->by_return[i] ? i + 1 : used;
    }
    if (agree) {
        dataset_fact(&l->dataset, "counts per return in the header: agree with the points");
        return;
    }
    char is[TEXT_SIZE], said[TEXT_SIZE];
    counts_text(is, found, used);
    counts_text(said, h->by_return, used);
    dataset_note(&l->dataset, "points per return are %s, the header says %s", is, said);
}

/* Of the bounding box; degrees on a sphere as large as the earth. */
static double area_of(const Las *l, const SummaryResult *results)
{
    const double earth_radius_m = 6371008.8, degree = 3.14159265358979323846 / 180;
    double x[2], y[2];
    for (size_t i = 0; i < 2; i++) {
        x[i] = value_of(i ? results[0].max : results[0].min);
        y[i] = value_of(i ? results[1].max : results[1].min);
    }
    if (!l->crs.geographic)
        return (x[1] - x[0]) * (y[1] - y[0]);
    return earth_radius_m * earth_radius_m * (x[1] - x[0]) * degree *
           (sin(y[1] * degree) - sin(y[0] * degree));
}

static const char *unit_in_words(const char *units)
{
    if (!units)
        return "unit of x and y";
    if (strcmp(units, "m") == 0)
        return "metre";
    return strcmp(units, "foot") == 0 ? "foot" : "US survey foot";
}

static void tell_density(Las *l, const SummaryResult *results)
{
    double area = area_of(l, results);
    if (!(area > 0) || !isfinite(area) || l->crs.geocentric)
        return;
    double density = (double)results[0].n / area;
    dataset_fact(&l->dataset, "density: %.4g points per square %s of the bounding box", density,
                 l->crs.geographic ? "metre" : unit_in_words(l->crs.units));
}

/* Seconds of a week are fewer than these. */
static void check_week(Las *l, const SummaryResult *results)
{
    enum { MARGIN_S = 86400 };
    for (size_t i = 0; i < l->dataset.var_count; i++)
        if (strcmp(l->dataset.vars[i].name, "gps_time") == 0 && results[i].has_values &&
            value_of(results[i].max) > WEEK_S + MARGIN_S)
            dataset_note(&l->dataset,
                         "gps_time is %.10g at most, more than the 604800 s of a week: it may be "
                         "standard GPS time, though the header does not say so",
                         value_of(results[i].max));
}

/* Times that the header calls adjusted standard GPS time, though they look like others. */
static void check_standard(Las *l, const SummaryResult *r)
{
    double min = value_of(r->min), max = value_of(r->max);
    Dataset *d = &l->dataset;
    if (!r->has_values)
        return;
    if (min == 0 && max == 0)
        dataset_note(d, "gps_time is 0 for every point: it was never set, and 2011-09-14 is not "
                        "when they were measured");
    else if (min >= 0 && max <= WEEK_S)
        dataset_note(d,
                     "gps_time goes from %.10g to %.10g, as seconds of a GPS week do, though the "
                     "header says standard time: dates of September 2011 are wrong, probably",
                     min, max);
    else if (min == 0)
        dataset_note(d, "gps_time is 0 for the earliest points: they have no time, probably, and "
                        "2011-09-14 is not when they were measured");
    if (max >= ADJUSTED_BY_S)
        dataset_note(d,
                     "gps_time is %.12g at most, as standard GPS time is that was not made less "
                     "%d, though the header says so: dates are 31.7 years late, probably",
                     max, ADJUSTED_BY_S);
}

void las_conclude(Reader *r, const SummaryResult *results)
{
    Las *l = (Las *)r;
    uint64_t read = results[0].n;
    if (read < l->dataset.rows) /* a part has found that the rest is damaged */
        l->dataset.rows = read;
    if (read == 0 || !results[0].has_values)
        return;
    if (l->time_var == NO_VAR)
        check_week(l, results);
    else
        check_standard(l, &results[l->time_var]);
    if (read == l->header.points) {
        compare_bounds(l, results);
        compare_returns(l, &results[l->return_var]);
    }
    tell_density(l, results);
}
