/* moments.c: count, mean and squared deviations in blocks of 1,024 values and 8 lanes. */
#include "core/moments.h"

#include <math.h>
#include <string.h>

/* Two doubles at once, for loops that the compiler does not make vectors of by itself: 16 bytes are
 * what every x86-64 and arm64 has. The arithmetic of each half is that of plain doubles. */
typedef double Pair __attribute__((vector_size(16)));
typedef int64_t PairMask __attribute__((vector_size(16))); /* of a comparison: all bits or none */
enum { PAIRS = MOMENTS_LANES / 2 };

/* Distances between numbers beyond `huge` may be more than a double can be: blocks with such
 * numbers are summed `tiny` times as large, which is exact for all that counts beside them. */
static const double huge = 0x1p1000, tiny = 0x1p-600;

static Pair pair_load(const double *values)
{
    Pair p;
    memcpy(&p, values, sizeof p);
    return p;
}

static Pair pair_choose(PairMask mask, Pair yes, Pair no)
{
    return (Pair)((mask & (PairMask)yes) | (~mask & (PairMask)no));
}

/* The value where the mask is set, 0.0 elsewhere. */
static Pair pair_where(PairMask mask, Pair p)
{
    return (Pair)(mask & (PairMask)p);
}

/* One value into its lane. A missing one adds zero, which changes no bit of the sums. */
static void add_one(Moments *m, double value)
{
    size_t lane = m->position++ % MOMENTS_LANES;
    if (isnan(value))
        return;
    double d = value - m->shift;
    m->sums[lane] += d;
    m->squares[lane] += d * d;
    m->open_count++;
}

/* `groups` times 8 values, beginning at lane 0. Each lane adds in the order of add_one. */
static void add_groups(Moments *m, const double *values, size_t groups)
{
    Pair sums[PAIRS], squares[PAIRS];
    Pair counts = {0, 0};
    memcpy(sums, m->sums, sizeof sums);
    memcpy(squares, m->squares, sizeof squares);
    const Pair shift = {m->shift, m->shift}, one = {1, 1};
    for (size_t g = 0; g < groups; g++) {
        for (size_t p = 0; p < PAIRS; p++) {
            Pair x = pair_load(values + g * MOMENTS_LANES + 2 * p);
            PairMask valid = x == x;
            Pair d = pair_where(valid, x - shift);
            sums[p] += d;
            squares[p] += d * d;
            counts += pair_where(valid, one);
        }
    }
    memcpy(m->sums, sums, sizeof sums);
    memcpy(m->squares, squares, sizeof squares);
    m->open_count += (uint64_t)(counts[0] + counts[1]);
    m->position += groups * MOMENTS_LANES;
}

/* Values of one block: from m->position on, at most to its end. */
static void add_to_block(Moments *m, const double *values, size_t count)
{
    size_t i = 0;
    if (m->open_count == 0) {
        while (i < count && isnan(values[i]))
            i++;
        if (i == count) {
            m->position += count;
            return;
        }
        m->shift = values[i];
        m->position += i;
    }
    while (i < count && m->position % MOMENTS_LANES)
        add_one(m, values[i++]);
    size_t groups = (count - i) / MOMENTS_LANES;
    add_groups(m, values + i, groups);
    i += groups * MOMENTS_LANES;
    while (i < count)
        add_one(m, values[i++]);
}

static void find_extremes(const double *values, size_t count, RunFacts *facts)
{
    const Pair top = {INFINITY, INFINITY};
    Pair low[PAIRS] = {top, top, top, top}, high[PAIRS] = {-top, -top, -top, -top};
    size_t whole = count - count % MOMENTS_LANES;
    for (size_t i = 0; i < whole; i += MOMENTS_LANES) {
        for (size_t p = 0; p < PAIRS; p++) {
            Pair x = pair_load(values + i + 2 * p);
            low[p] = pair_choose(x < low[p], x, low[p]);
            high[p] = pair_choose(x > high[p], x, high[p]);
        }
    }
    double min = INFINITY, max = -INFINITY;
    for (size_t l = 0; l < MOMENTS_LANES; l++) {
        min = low[l / 2][l % 2] < min ? low[l / 2][l % 2] : min;
        max = high[l / 2][l % 2] > max ? high[l / 2][l % 2] : max;
    }
    for (size_t i = whole; i < count; i++) {
        min = values[i] < min ? values[i] : min;
        max = values[i] > max ? values[i] : max;
    }
    facts->min = min;
    facts->max = max;
}

static void shrink_block(Moments *m)
{
    m->shrunk = true;
    m->shift *= tiny;
    for (size_t l = 0; l < MOMENTS_LANES; l++) {
        m->sums[l] *= tiny;
        m->squares[l] *= tiny * tiny;
    }
}

static void add_shrunk(Moments *m, const double *values, size_t count)
{
    double x[MOMENTS_BLOCK];
    if (!m->shrunk)
        shrink_block(m);
    for (size_t i = 0; i < count; i++)
        x[i] = values[i] * tiny;
    add_to_block(m, x, count);
}

void moments_add(Moments *m, const double *values, size_t count, RunFacts *facts)
{
    find_extremes(values, count, facts);
    bool is_huge = facts->max > huge || facts->min < -huge;
    uint64_t before = m->count + m->open_count;
    while (count > 0) {
        size_t room = MOMENTS_BLOCK - m->position;
        size_t run = count < room ? count : room;
        if (is_huge || m->shrunk)
            add_shrunk(m, values, run);
        else
            add_to_block(m, values, run);
        if (m->position == MOMENTS_BLOCK)
            moments_close(m);
        values += run;
        count -= run;
    }
    facts->valid = m->count + m->open_count - before;
}

void moments_add_missing(Moments *m, uint64_t count)
{
    if (count >= MOMENTS_BLOCK - m->position) {
        count -= MOMENTS_BLOCK - m->position;
        moments_close(m);
    }
    m->position += count % MOMENTS_BLOCK;
}

static double sum_lanes(const double *v)
{
    return ((v[0] + v[4]) + (v[1] + v[5])) + ((v[2] + v[6]) + (v[3] + v[7]));
}

void moments_add_block(Moments *m, double first, double sum, double squares)
{
    m->position = m->open_count = MOMENTS_BLOCK;
    m->shift = first;
    m->sums[0] = sum;
    m->squares[0] = squares;
    moments_close(m);
}

void moments_close(Moments *m)
{
    Moments closed = {.count = m->count, .mean = m->mean, .m2 = m->m2};
    if (m->open_count > 0) {
        double sum = sum_lanes(m->sums);
        double mean = sum / (double)m->open_count;
        double m2 = sum_lanes(m->squares) - sum * mean;
        Moments block = {.count = m->open_count, .mean = m->shift + mean, .m2 = m2 < 0 ? 0 : m2};
        if (m->shrunk) {
            block.mean /= tiny;
            block.m2 = block.m2 / tiny / tiny; /* infinite where no double holds it */
        }
        moments_merge(&closed, &block, 0);
    }
    *m = closed;
}

void moments_merge(Moments *m, const Moments *later, double offset)
{
    if (later->count == 0)
        return;
    double mean = later->mean + offset;
    if (m->count == 0) {
        m->count = later->count;
        m->mean = mean;
        m->m2 = later->m2;
        return;
    }
    double share = (double)later->count / ((double)m->count + (double)later->count);
    double delta = mean - m->mean;
    m->m2 += later->m2 + delta * delta * ((double)m->count * share);
    m->mean = isfinite(delta) ? m->mean + delta * share : m->mean * (1 - share) + mean * share;
    m->count += later->count;
}
