/* text_number.c: numbers to and from text.
 *
 * text_to_double is the hot path of every text reader. Three ways, each exact: a mantissa and a
 * power of ten that are both exact doubles need one rounding (Clinger 1990); up to 19 digits with
 * at most 27 decimals need one 128-bit integer division; the rest goes to strtod. */
#include "core/text.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    EXACT_DIGITS = 19,    /* any 19 digits fit into 64 bits */
    EXACT_POWER = 22,     /* 10^22 is the last power of ten that is an exact double */
    DIVIDE_POWER = 27,    /* 5^27 is the last power of five that fits into 64 bits */
    SLOW_DIGITS = 800,    /* no double needs more than 768 digits to be told from its neighbour */
    EXPONENT_MAX = 99999, /* far outside the range of a double */
    MANTISSA_BITS = 53,
};

static const double powers_of_ten[EXACT_POWER + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

static const uint64_t powers_of_five[DIVIDE_POWER + 1] = {
    1ULL,
    5ULL,
    25ULL,
    125ULL,
    625ULL,
    3125ULL,
    15625ULL,
    78125ULL,
    390625ULL,
    1953125ULL,
    9765625ULL,
    48828125ULL,
    244140625ULL,
    1220703125ULL,
    6103515625ULL,
    30517578125ULL,
    152587890625ULL,
    762939453125ULL,
    3814697265625ULL,
    19073486328125ULL,
    95367431640625ULL,
    476837158203125ULL,
    2384185791015625ULL,
    11920928955078125ULL,
    59604644775390625ULL,
    298023223876953125ULL,
    1490116119384765625ULL,
    7450580596923828125ULL,
};

/* A number as written: the digits around the mark, and the exponent behind them. */
typedef struct Decimal {
    bool negative;
    const char *whole, *fraction;
    size_t whole_length, fraction_length;
    uint64_t mantissa; /* all digits, modulo 2^64 */
    int64_t exponent;  /* as written, within +-10^15 */
} Decimal;

static bool is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* Eight digits at once (D. Lemire, "Quickly parsing eight digits", 2018); little-endian only. */
static bool eight_digits(const char *p, uint64_t *mantissa)
{
    if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
        return false;
    uint64_t v;
    memcpy(&v, p, sizeof v);
    uint64_t over_nine = v + 0x4646464646464646ULL, under_zero = v - 0x3030303030303030ULL;
    if ((over_nine | under_zero) & 0x8080808080808080ULL)
        return false;
    v = under_zero * 10 + (under_zero >> 8);
    uint64_t low = (v & 0x000000FF000000FFULL) * 0x000F424000000064ULL;
    uint64_t high = ((v >> 16) & 0x000000FF000000FFULL) * 0x0000271000000001ULL;
    *mantissa = *mantissa * 100000000 + ((low + high) >> 32);
    return true;
}

/* Adds the run of digits at p to the mantissa; returns its end. */
static const char *read_digits(const char *p, const char *end, uint64_t *mantissa)
{
    while (end - p >= 8 && eight_digits(p, mantissa))
        p += 8;
    uint64_t m = *mantissa;
    for (; p < end && is_digit(*p); p++)
        m = m * 10 + (uint64_t)(*p - '0');
    *mantissa = m;
    return p;
}

/* Sign and digits behind the e; all of p..end. */
static bool read_exponent(const char *p, const char *end, int64_t *out)
{
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end)
        return false;
    int64_t value = 0;
    for (; p < end; p++) {
        if (!is_digit(*p))
            return false;
        if (value < 100000000000000)
            value = value * 10 + (*p - '0');
    }
    *out = negative ? -value : value;
    return true;
}

static bool read_decimal(const char *text, size_t length, char mark, Decimal *out)
{
    const char *p = text, *end = text + length;
    *out = (Decimal){.negative = length > 0 && *p == '-'};
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    out->whole = p;
    p = read_digits(p, end, &out->mantissa);
    out->whole_length = (size_t)(p - out->whole);
    if (p < end && *p == mark) {
        out->fraction = ++p;
        p = read_digits(p, end, &out->mantissa);
        out->fraction_length = (size_t)(p - out->fraction);
    }
    if (out->whole_length + out->fraction_length == 0)
        return false;
    if (p == end)
        return true;
    if ((*p | 0x20) != 'e' && (*p | 0x20) != 'd')
        return false;
    return read_exponent(p + 1, end, &out->exponent);
}

/* mantissa / 10^power, correctly rounded; mantissa > 0, power <= 27. The quotient by 5^power is
 * taken to 64 bits and a remainder, so that the round to 53 bits (half to even) is exact. */
static double divide_exactly(uint64_t mantissa, int64_t power)
{
    uint64_t divisor = powers_of_five[power];
    int up = __builtin_clzll(mantissa), down = __builtin_clzll(divisor);
    mantissa <<= up;
    divisor <<= down;
    int shift = mantissa < divisor ? 64 : 63; /* quotient in [2^63, 2^64) */
    unsigned __int128 dividend = (unsigned __int128)mantissa << shift;
    uint64_t quotient = (uint64_t)(dividend / divisor);
    bool rest = dividend % divisor != 0;
    const int spare = 64 - MANTISSA_BITS;
    uint64_t half = 1ULL << (spare - 1), low = quotient & (2 * half - 1);
    uint64_t rounded = quotient >> spare;
    if (low > half || (low == half && (rest || (rounded & 1))))
        rounded++;
    return ldexp((double)rounded, spare - shift - up + down - (int)power);
}

typedef struct SlowNumber {
    char text[SLOW_DIGITS + 32];
    size_t digits;
    int64_t exponent;
    bool dropped; /* digits other than 0 did not fit */
} SlowNumber;

static void slow_digits(SlowNumber *s, const char *p, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (s->digits == 0 && p[i] == '0')
            continue;
        if (s->digits < SLOW_DIGITS) {
            s->text[s->digits++] = p[i];
        } else {
            s->exponent++;
            s->dropped |= p[i] != '0';
        }
    }
}

/* strtod in the C locale, on the number rewritten as DIGITSeEXPONENT. Nothing is opened for the C
 * locale: it is a constant of the C library, also in a sandbox. */
static double convert_slowly(const Decimal *d)
{
    SlowNumber s = {.exponent = d->exponent - (int64_t)d->fraction_length};
    slow_digits(&s, d->whole, d->whole_length);
    slow_digits(&s, d->fraction, d->fraction_length);
    if (s.digits == 0)
        return 0;
    if (s.dropped) { /* keeps a tie from looking like one */
        s.text[s.digits++] = '1';
        s.exponent--;
    }
    if (s.exponent > EXPONENT_MAX)
        s.exponent = EXPONENT_MAX;
    if (s.exponent < -EXPONENT_MAX)
        s.exponent = -EXPONENT_MAX;
    snprintf(s.text + s.digits, sizeof s.text - s.digits, "e%d", (int)s.exponent);
    locale_t c = newlocale(LC_ALL_MASK, "C", NULL);
    double value = strtod_l(s.text, NULL, c);
    freelocale(c);
    return value;
}

static double convert(const Decimal *d)
{
    if (d->whole_length + d->fraction_length > EXACT_DIGITS)
        return convert_slowly(d);
    int64_t exponent = d->exponent - (int64_t)d->fraction_length;
    if (d->mantissa <= 1ULL << MANTISSA_BITS) {
        if (exponent <= 0 && exponent >= -EXACT_POWER)
            return (double)d->mantissa / powers_of_ten[-exponent];
        if (exponent > 0 && exponent <= EXACT_POWER)
            return (double)d->mantissa * powers_of_ten[exponent];
    } else if (exponent <= 0 && exponent >= -DIVIDE_POWER) {
        return divide_exactly(d->mantissa, -exponent);
    }
    return convert_slowly(d);
}

bool text_to_double(const char *text, size_t length, char decimal, double *out)
{
    Decimal d;
    if (!read_decimal(text, length, decimal, &d))
        return false;
    double value = convert(&d);
    *out = d.negative ? -value : value;
    return true;
}

/* Digits only, at least one, at most `limit`. */
static bool read_whole(const char *p, size_t length, uint64_t limit, uint64_t *out)
{
    if (length == 0)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(p[i]) || __builtin_mul_overflow(value, 10ULL, &value) ||
            __builtin_add_overflow(value, (uint64_t)(p[i] - '0'), &value))
            return false;
    }
    *out = value;
    return value <= limit;
}

bool text_to_int64(const char *text, size_t length, int64_t *out)
{
    bool negative = length > 0 && text[0] == '-';
    size_t sign = length > 0 && (negative || text[0] == '+');
    uint64_t value;
    if (!read_whole(text + sign, length - sign, (uint64_t)INT64_MAX + negative, &value))
        return false;
    *out = negative ? (int64_t)-value : (int64_t)value;
    return true;
}

bool text_to_uint64(const char *text, size_t length, uint64_t *out)
{
    bool negative = length > 0 && text[0] == '-';
    size_t sign = length > 0 && (negative || text[0] == '+');
    uint64_t value;
    if (!read_whole(text + sign, length - sign, negative ? 0 : UINT64_MAX, &value))
        return false;
    *out = value;
    return true;
}

/* digits * 10^exponent, where the digits stand for d.ddd: plain from 1e-4 up to 1e16. */
static size_t write_number(char out[TEXT_NUMBER_SIZE], bool negative, const char *digits,
                           int exponent)
{
    int count = (int)strlen(digits);
    const char *sign = negative ? "-" : "";
    int n;
    if (exponent < -4 || exponent > 15)
        n = snprintf(out, TEXT_NUMBER_SIZE, "%s%.1s%s%se%d", sign, digits, count > 1 ? "." : "",
                     digits + 1, exponent);
    else if (exponent < 0)
        n = snprintf(out, TEXT_NUMBER_SIZE, "%s0.%.*s%s", sign, -exponent - 1, "000", digits);
    else if (count <= exponent + 1)
        n = snprintf(out, TEXT_NUMBER_SIZE, "%s%s%.*s", sign, digits, exponent + 1 - count,
                     "0000000000000000");
    else
        n = snprintf(out, TEXT_NUMBER_SIZE, "%s%.*s.%s", sign, exponent + 1, digits,
                     digits + exponent + 1);
    return (size_t)n;
}

typedef struct Shortest {
    char digits[24];
    int exponent;
} Shortest;

/* Takes the digits of printf's "d.ddde-XX" (whatever its mark), adds `up` to the last one. False:
 * it does not read back as the value. */
static bool try_digits(Shortest *s, double value, int precision, int up)
{
    char text[40];
    snprintf(text, sizeof text, "%.*e", precision - 1, value);
    const char *e = strchr(text, 'e');
    uint64_t mantissa = 0;
    for (const char *p = text; p < e; p++)
        if (is_digit(*p))
            mantissa = mantissa * 10 + (uint64_t)(*p - '0');
    int64_t exponent;
    if (!read_exponent(e + 1, e + strlen(e), &exponent))
        return false;
    mantissa += (uint64_t)up;
    int last = (int)exponent - (precision - 1);
    int length = snprintf(text, sizeof text, "%llue%d", (unsigned long long)mantissa, last);
    double back;
    if (!text_to_double(text, (size_t)length, '.', &back) || back != value)
        return false;
    while (mantissa % 10 == 0) {
        mantissa /= 10;
        last++;
    }
    length = snprintf(s->digits, sizeof s->digits, "%llu", (unsigned long long)mantissa);
    s->exponent = last + length - 1;
    return true;
}

size_t text_from_double(char out[TEXT_NUMBER_SIZE], double value)
{
    bool negative = signbit(value) != 0;
    value = fabs(value);
    if (value == 0)
        return write_number(out, negative, "0", 0);
    Shortest s = {0};
    /* Below 15 digits every decimal is the nearest one of its double, except near zero. */
    int precision = value < 1e-290 ? 1 : 15;
    /* At a power of two the double below is closer than the one above: where the nearest decimal
     * falls short, the next one up may still do. */
    int unused;
    bool lopsided = frexp(value, &unused) == 0.5;
    while (!try_digits(&s, value, precision, 0)) {
        if (lopsided && try_digits(&s, value, precision, 1))
            break;
        precision++;
    }
    return write_number(out, negative, s.digits, s.exponent);
}
