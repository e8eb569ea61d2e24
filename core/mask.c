/* mask.c: missing values and valid range of a run of stored values. */
#include "core/mask.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* A missing_value given unpacked has gone through at most one rounding to float. */
static const double unpacked_tolerance = FLT_EPSILON;

#define SIGNED_CASE(constant, ctype)                                                               \
    case constant:                                                                                 \
        return (Number)                                                                            \
        {                                                                                          \
            .kind = NUMBER_INT, .i = ((const ctype *)values)[index]                                \
        }
#define UNSIGNED_CASE(constant, ctype)                                                             \
    case constant:                                                                                 \
        return (Number)                                                                            \
        {                                                                                          \
            .kind = NUMBER_UINT, .u = ((const ctype *)values)[index]                               \
        }
#define FLOAT_CASE(constant, ctype)                                                                \
    case constant:                                                                                 \
        return (Number)                                                                            \
        {                                                                                          \
            .kind = NUMBER_DOUBLE, .d = (double)((const ctype *)values)[index]                     \
        }

Number number_at(DataType type, const void *values, size_t index)
{
    switch (type) {
        SIGNED_CASE(TYPE_BYTE, int8_t);
        UNSIGNED_CASE(TYPE_UBYTE, uint8_t);
        SIGNED_CASE(TYPE_SHORT, int16_t);
        UNSIGNED_CASE(TYPE_USHORT, uint16_t);
        SIGNED_CASE(TYPE_INT, int32_t);
        UNSIGNED_CASE(TYPE_UINT, uint32_t);
        SIGNED_CASE(TYPE_INT64, int64_t);
        UNSIGNED_CASE(TYPE_UINT64, uint64_t);
        FLOAT_CASE(TYPE_FLOAT, float);
        FLOAT_CASE(TYPE_DOUBLE, double);
    default:
        return (Number){.kind = NUMBER_NONE};
    }
}

double number_to_double(Number n)
{
    switch (n.kind) {
    case NUMBER_INT:
        return (double)n.i;
    case NUMBER_UINT:
        return (double)n.u;
    case NUMBER_DOUBLE:
        return n.d;
    default:
        return NAN;
    }
}

bool number_less(Number a, Number b)
{
    switch (a.kind) {
    case NUMBER_INT:
        return a.i < b.i;
    case NUMBER_UINT:
        return a.u < b.u;
    default:
        return a.d < b.d;
    }
}

/* Whole numbers of either sign: negative and the distance from zero. */
static bool to_whole(Number n, bool *negative, uint64_t *magnitude)
{
    *negative = false;
    switch (n.kind) {
    case NUMBER_INT:
        *negative = n.i < 0;
        *magnitude = n.i < 0 ? 0 - (uint64_t)n.i : (uint64_t)n.i;
        return true;
    case NUMBER_UINT:
        *magnitude = n.u;
        return true;
    case NUMBER_DOUBLE:
        if (!(fabs(n.d) < 0x1p64) || n.d != trunc(n.d))
            return false;
        *negative = n.d < 0;
        *magnitude = (uint64_t)fabs(n.d);
        return true;
    default:
        return false;
    }
}

static bool to_integer(Number n, DataType type, Number *out)
{
    bool negative;
    uint64_t magnitude;
    if (!to_whole(n, &negative, &magnitude))
        return false;
    unsigned bits = 8 * (unsigned)type_size(type);
    bool is_unsigned =
        type == TYPE_UBYTE || type == TYPE_USHORT || type == TYPE_UINT || type == TYPE_UINT64;
    if (is_unsigned) {
        if ((negative && magnitude > 0) || magnitude > UINT64_MAX >> (64 - bits))
            return false;
        *out = (Number){.kind = NUMBER_UINT, .u = magnitude};
        return true;
    }
    uint64_t top = UINT64_C(1) << (bits - 1);
    if (magnitude > top || (magnitude == top && !negative))
        return false;
    *out = (Number){.kind = NUMBER_INT, .i = (int64_t)(negative ? 0 - magnitude : magnitude)};
    return true;
}

bool number_convert(Number n, DataType type, Number *out)
{
    if (type_is_integer(type))
        return to_integer(n, type, out);
    double d = number_to_double(n);
    if ((type != TYPE_FLOAT && type != TYPE_DOUBLE) || n.kind == NUMBER_NONE)
        return false;
    if (type == TYPE_FLOAT && fabs(d) <= FLT_MAX)
        d = (double)(float)d;
    *out = (Number){.kind = NUMBER_DOUBLE, .d = d};
    return true;
}

bool mask_init(Mask *m, const Unpacking *u)
{
    if (!type_is_numeric(u->type))
        return false;
    *m = (Mask){.unpacking = u, .min = -INFINITY, .max = INFINITY};
    for (size_t i = 0; i < u->mask_count; i++) {
        Number n;
        if (!number_convert(u->masks[i], u->type, &n))
            continue;
        m->masks[m->count] = number_to_double(n);
        m->wide[m->count++] = n.u;
    }
    Number low = {.kind = NUMBER_INT, .i = INT64_MIN}, high = {.kind = NUMBER_INT, .i = INT64_MAX};
    if (u->type == TYPE_UINT64) {
        low = (Number){.kind = NUMBER_UINT, .u = 0};
        high = (Number){.kind = NUMBER_UINT, .u = UINT64_MAX};
    }
    m->wide_min = low.u;
    m->wide_max = high.u;
    if (u->has_min && number_convert(u->valid_min, u->type, &low)) {
        m->min = number_to_double(low);
        m->wide_min = low.u;
    }
    if (u->has_max && number_convert(u->valid_max, u->type, &high)) {
        m->max = number_to_double(high);
        m->wide_max = high.u;
    }
    return true;
}

/* Types that a double holds exactly: converts them and puts NaN for a, b and what is not finite
 * (x * 0 is 0 or NaN). A mask of NaN equals nothing. The form of the loop is one that the compiler
 * makes vectors of. */
#define DEFINE_CONVERT(ctype)                                                                      \
    static void convert_##ctype(const void *values, size_t count, double a, double b,              \
                                double *restrict out)                                              \
    {                                                                                              \
        const ctype *v = values;                                                                   \
        const double none = (double)NAN;                                                           \
        for (size_t i = 0; i < count; i++) {                                                       \
            double x = (double)v[i];                                                               \
            double y = x == a ? none : x;                                                          \
            y = x == b ? none : y;                                                                 \
            out[i] = y + x * 0.0;                                                                  \
        }                                                                                          \
    }

DEFINE_CONVERT(int8_t)
DEFINE_CONVERT(uint8_t)
DEFINE_CONVERT(int16_t)
DEFINE_CONVERT(uint16_t)
DEFINE_CONVERT(int32_t)
DEFINE_CONVERT(uint32_t)
DEFINE_CONVERT(float)
DEFINE_CONVERT(double)

typedef void Convert(const void *values, size_t count, double a, double b, double *out);

static Convert *const converts[TYPE_COUNT] = {
    [TYPE_BYTE] = convert_int8_t,   [TYPE_UBYTE] = convert_uint8_t,
    [TYPE_SHORT] = convert_int16_t, [TYPE_USHORT] = convert_uint16_t,
    [TYPE_INT] = convert_int32_t,   [TYPE_UINT] = convert_uint32_t,
    [TYPE_FLOAT] = convert_float,   [TYPE_DOUBLE] = convert_double,
};

static double mask_or_none(const Mask *m, size_t index)
{
    return index < m->count ? m->masks[index] : (double)NAN;
}

static void convert_run(const Mask *m, const void *values, size_t count, double *out)
{
    converts[m->unpacking->type](values, count, mask_or_none(m, 0), mask_or_none(m, 1), out);
    for (size_t k = 2; k < m->count; k++) /* rare: a vector of missing_value */
        for (size_t i = 0; i < count; i++)
            out[i] = out[i] == m->masks[k] ? (double)NAN : out[i];
}

/* How many valid values lie outside the valid range; none where that makes them missing. */
static uint64_t check_range(const Mask *m, size_t count, double *out)
{
    uint64_t outside = 0;
    for (size_t i = 0; i < count; i++)
        outside += (out[i] < m->min) | (out[i] > m->max);
    if (!m->unpacking->limits_mask)
        return outside;
    for (size_t i = 0; outside && i < count; i++)
        if (out[i] < m->min || out[i] > m->max)
            out[i] = (double)NAN;
    return 0;
}

static bool is_masked(const Mask *m, uint64_t bits)
{
    for (size_t k = 0; k < m->count; k++)
        if (m->wide[k] == bits)
            return true;
    return false;
}

/* 64-bit integers: compared before they are rounded to double. */
static uint64_t convert_wide(const Mask *m, const void *values, size_t count, double *out)
{
    bool is_signed = m->unpacking->type == TYPE_INT64;
    /* flipping the sign bit puts signed numbers into the order of unsigned ones */
    uint64_t flip = is_signed ? UINT64_C(1) << 63 : 0;
    uint64_t min = m->wide_min ^ flip, max = m->wide_max ^ flip, outside = 0;
    const uint64_t *v = values;
    for (size_t i = 0; i < count; i++) {
        bool missing = is_masked(m, v[i]);
        bool out_of_range = !missing && ((v[i] ^ flip) < min || (v[i] ^ flip) > max);
        if (m->unpacking->limits_mask)
            missing |= out_of_range;
        else
            outside += out_of_range;
        double x = is_signed ? (double)(int64_t)v[i] : (double)v[i];
        out[i] = missing ? (double)NAN : x;
    }
    return outside;
}

static void mask_unpacked(const Unpacking *u, size_t count, double *out)
{
    double scale = u->has_scale ? u->scale : 1, offset = u->has_scale ? u->offset : 0;
    for (size_t k = 0; k < u->unpacked_mask_count; k++) {
        double mask = u->unpacked_masks[k];
        for (size_t i = 0; i < count; i++)
            if (fabs(out[i] * scale + offset - mask) <= unpacked_tolerance * fabs(mask))
                out[i] = (double)NAN;
    }
}

void mask_run(const Mask *m, const void *values, size_t count, double *out, uint64_t *outside)
{
    const Unpacking *u = m->unpacking;
    bool wide = u->type == TYPE_INT64 || u->type == TYPE_UINT64;
    if (wide) {
        *outside += convert_wide(m, values, count, out);
        mask_unpacked(u, count, out);
        return;
    }
    convert_run(m, values, count, out);
    mask_unpacked(u, count, out);
    if (u->has_min || u->has_max)
        *outside += check_range(m, count, out);
}

void number_wire(Wire *w, Number *n)
{
    uint32_t kind = (uint32_t)n->kind;
    wire_below(w, &kind, NUMBER_DOUBLE + 1, "unknown kind of number");
    n->kind = kind;
    wire_u64(w, &n->u);
    if (n->kind == NUMBER_DOUBLE && !isfinite(n->d))
        wire_fail(w, "a number is not finite");
}
