/* laz_gpstime.c: GPS time of formats 1, 3, 4, 5, and the sequences that formats 6-10 share. */
#include "formats/las/laz_gpstime.h"

#include "formats/las/laz_item.h"

/* Symbols of a multiple: 0: none fits; 1..500: so many times; 501..510: minus 1..10 times; then
 * (pointwise only) unchanged, then a time in full, then another sequence: the next, ... */
enum {
    MOST_TIMES = 500,
    MOST_MINUS = 10,
    BEHIND_MINUS = MOST_TIMES + MOST_MINUS + 1,
    FEW_TIMES = 10,
    ODD_STEPS_MAX = 3, /* the fourth one is the new step */
};

/* Contexts of differences. */
enum {
    AFTER_ZERO = 0,
    ONCE = 1,
    FEW = 2,
    MANY = 3,
    MOST = 4,
    MINUS = 5,
    MINUS_MOST = 6,
    NONE_FITS = 7,
    UPPER_HALF = 8,
    TIME_CONTEXTS = 9,
};

/* Which of two others or the same: an encoder goes to the right one at once. */
enum { MOST_SWITCHES = LAZ_TIME_SEQUENCES };

bool laz_times_create(LazTimes *t, bool unchanged, Arena *a)
{
    enum { OTHERS = 3, KINDS_AFTER_ZERO = 2 };
    return laz_model_create(&t->multiple, BEHIND_MINUS + unchanged + 1 + OTHERS, a) &&
           laz_model_create(&t->first, unchanged + KINDS_AFTER_ZERO + OTHERS, a) &&
           laz_integer_create(&t->diff, 32, TIME_CONTEXTS, a);
}

void laz_times_begin(LazTimes *t, uint64_t first)
{
    memset(t->time, 0, sizeof t->time);
    memset(t->step, 0, sizeof t->step);
    memset(t->odd_steps, 0, sizeof t->odd_steps);
    t->time[0] = first;
    t->current = t->newest = 0;
}

/* Steps are signed 32-bit numbers. */
LAZ_INLINE uint64_t widen(uint32_t step)
{
    return (uint64_t)(int64_t)(int32_t)step;
}

LAZ_INLINE void read_in_full(LazTimes *t, LazRange *r)
{
    uint32_t upper = (uint32_t)(t->time[t->current] >> 32);
    upper += laz_difference(r, &t->diff, UPPER_HALF);
    t->current = t->newest = (t->newest + 1) % LAZ_TIME_SEQUENCES;
    t->time[t->current] = (uint64_t)upper << 32 | laz_bits(r, 32);
    t->step[t->current] = 0;
    t->odd_steps[t->current] = 0;
}

LAZ_INLINE void add_step(LazTimes *t, uint32_t step, bool odd)
{
    unsigned now = t->current;
    t->time[now] += widen(step);
    if (odd && ++t->odd_steps[now] > ODD_STEPS_MAX) {
        t->step[now] = step;
        t->odd_steps[now] = 0;
    }
}

/* A step by a symbol of 0..510. */
LAZ_INLINE void read_step(LazTimes *t, LazRange *r, uint32_t symbol)
{
    uint32_t step = t->step[t->current];
    if (symbol == 1) {
        t->time[t->current] += widen(step + laz_difference(r, &t->diff, ONCE));
        t->odd_steps[t->current] = 0;
    } else if (symbol == 0) {
        add_step(t, laz_difference(r, &t->diff, NONE_FITS), true);
    } else if (symbol < MOST_TIMES) {
        unsigned context = symbol < FEW_TIMES ? FEW : MANY;
        add_step(t, symbol * step + laz_difference(r, &t->diff, context), false);
    } else if (symbol == MOST_TIMES) {
        add_step(t, MOST_TIMES * step + laz_difference(r, &t->diff, MOST), true);
    } else {
        uint32_t times = symbol - MOST_TIMES;
        bool most = times == MOST_MINUS;
        unsigned context = most ? MINUS_MOST : MINUS;
        add_step(t, 0U - times * step + laz_difference(r, &t->diff, context), most);
    }
}

LAZ_INLINE void read_after_zero(LazTimes *t, LazRange *r)
{
    unsigned now = t->current;
    t->step[now] = laz_difference(r, &t->diff, AFTER_ZERO);
    t->time[now] += widen(t->step[now]);
    t->odd_steps[now] = 0;
}

/* One symbol and what belongs to it. Another sequence: goes there and returns false. */
LAZ_INLINE bool read_one(LazTimes *t, LazRange *r, bool unchanged)
{
    uint32_t sequence;
    if (t->step[t->current] == 0) {
        uint32_t symbol = laz_symbol(r, &t->first);
        if (unchanged && symbol == 0)
            return true;
        symbol -= unchanged;
        if (symbol == 0) {
            read_after_zero(t, r);
            return true;
        }
        sequence = symbol - 1;
    } else {
        uint32_t symbol = laz_symbol_wide(r, &t->multiple);
        if (symbol < BEHIND_MINUS) {
            read_step(t, r, symbol);
            return true;
        }
        if (unchanged && symbol == BEHIND_MINUS)
            return true;
        sequence = symbol - BEHIND_MINUS - unchanged;
    }
    if (sequence == 0) {
        read_in_full(t, r);
        return true;
    }
    t->current = (t->current + sequence) % LAZ_TIME_SEQUENCES;
    return false;
}

COMPILED_TWICE uint64_t laz_times_next(LazTimes *t, LazRange *stream, bool unchanged)
{
    LazRange range = *stream;
    unsigned switches = 0;
    while (!read_one(t, &range, unchanged) && !range.impossible)
        range.impossible = ++switches > MOST_SWITCHES;
    *stream = range;
    return t->time[t->current];
}

static void *create_gpstime(size_t size, Arena *a)
{
    (void)size;
    LazTimes *t = arena_alloc(a, sizeof *t);
    return t && laz_times_create(t, true, a) ? t : NULL;
}

static void begin_gpstime(void *state, const uint8_t *first)
{
    laz_times_begin(state, laz_get64(first));
}

static void next_gpstime(void *state, LazRange *r, uint8_t *out)
{
    laz_put64(out, laz_times_next(state, r, true));
}

const LazPointItem laz_gpstime11_v2 = {
    .type = LAZ_GPSTIME11,
    .version = 2,
    .size = 8,
    .most_bytes = 8,
    .create = create_gpstime,
    .begin = begin_gpstime,
    .next = next_gpstime,
};
