/* test_text_number.c: numbers from and to text against values from Python, glibc and by hand. */
#include "core/text.h"
#include "tests/support/cases.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Tells 0 from -0. */
static bool same_bits(double a, double b)
{
    return a == b && signbit(a) == signbit(b);
}

/* Expected doubles in hexadecimal are Python's float(text).hex(). */
static void doubles(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } rows[] = {
        {"0", 0},
        {"7", 7},
        {"+7", 7},
        {"-273.15", -0x1.1126666666666p+8},
        {"0.1", 0x1.999999999999ap-4},
        {".5", 0.5},
        {"5.", 5},
        {"007.250", 7.25},
        {"1e3", 1000},
        {"1E+3", 1000},
        {"1d3", 1000},
        {"1.5D-1", 0.15},
        {"12345678", 12345678},
        {"1234567812345678", 1234567812345678},
        {"99.99", 0x1.8ff5c28f5c28fp+6},
        {"6.02214076e23", 0x1.fe185ca57c517p+78},
        {"8.5e22", 0x1.1ffdbf6b2b2ebp+76},
        {"1e22", 1e22},
        {"1e23", 0x1.52d02c7e14af6p+76},
        {"3.14159265358979323846", 0x1.921fb54442d18p+1},
        {"123456.7890123456789", 0x1.e240c9fcb68cdp+16},
        {"1.2345678901234567e-05", 0x1.9e409302678bap-17},
        {"1234567890123456789", 0x1.12210f47de981p+60},
        {"9223372036854775807", 0x1p63},
        {"18446744073709551615", 0x1p64},
        {"9007199254740993", 0x1p53},
        {"9007199254740993.0000000000000000000000000000001", 0x1.0000000000001p+53},
        {"9007199254740991.5", 0x1p53},
        {"7205759403792793.5", 0x1.999999999999ap+52},
        {"7205759403792794.5", 0x1.999999999999ap+52},
        {"1.00000000000000011102230246251565404236316680908203124", 1},
        {"1.00000000000000011102230246251565404236316680908203125", 1},
        {"1.00000000000000011102230246251565404236316680908203126", 0x1.0000000000001p0},
        {"0.000000000000000000000000012345678901234567", 0x1.e9100ee33efeap-87},
        {"5e-324", 0x1p-1074},
        {"2.4703282292062327208e-324", 0},
        {"2.4703282292062328e-324", 0x1p-1074},
        {"2.2250738585072011e-308", 0x0.fffffffffffffp-1022},
        {"1.7976931348623157e308", 0x1.fffffffffffffp+1023},
        {"179769313486231580793728971405301e276", 0x1.fffffffffffffp+1023},
        {"1.7976931348623159e308", HUGE_VAL},
        {"1e999999999999999999999", HUGE_VAL},
        {"1e-999999999999999999999", 0},
        {"0e999999999999999999999", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double value = -1;
        if (!text_to_double(rows[i].text, strlen(rows[i].text), '.', &value))
            fail_msg("%s is refused", rows[i].text);
        if (!same_bits(value, rows[i].value))
            fail_msg("%s is %a, not %a", rows[i].text, value, rows[i].value);
    }
}

static void no_doubles(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        " ",
        "+",
        "-",
        ".",
        "-.",
        "e5",
        "1e",
        "1e+",
        "1e5x",
        "1.2.3",
        "0x10",
        "nan",
        "NaN",
        "inf",
        "-Inf",
        "infinity",
        "1 ",
        " 1",
        "1,5",
        "--1",
        "+-1",
        "1e5.",
        "1_0",
        "1f",
        "12a",
        "1e--5",
        "12345678a",
        "\xef\xbc\x91",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double value = 42;
        if (text_to_double(texts[i], strlen(texts[i]), '.', &value))
            fail_msg("'%s' is taken for %g", texts[i], value);
        assert_true(value == 42);
    }
}

static void decimal_comma(void **state)
{
    (void)state;
    double value = 0;
    assert_true(text_to_double("-12,5e1", 7, ',', &value));
    assert_true(value == -125);
    assert_false(text_to_double("12.5", 4, ',', &value));
    assert_true(text_to_double("12,5", 2, ',', &value));
    assert_true(value == 12);
}

static void negative_zero(void **state)
{
    (void)state;
    double value = 1;
    assert_true(text_to_double("-0.0", 4, '.', &value));
    assert_true(value == 0 && signbit(value));
}

/* The text is read to its length and no byte further: the heap block ends there. */
static void ends_at_length(void **state)
{
    (void)state;
    static const char text[] = "12345678901234567";
    for (size_t n = 1; n < sizeof text; n++) {
        char *block = malloc(n);
        assert_non_null(block);
        memcpy(block, text, n);
        double value;
        assert_true(text_to_double(block, n, '.', &value));
        char copy[32];
        memcpy(copy, text, n);
        copy[n] = '\0';
        assert_true(value == strtod(copy, NULL));
        free(block);
    }
}

static uint64_t next_random(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

/* Against glibc's strtod, which is correctly rounded: digits and exponents of every size. */
static void random_doubles_equal_strtod(void **state)
{
    (void)state;
    uint64_t seed = 20190101;
    for (int i = 0; i < 200000; i++) {
        char text[64];
        size_t digits = 1 + next_random(&seed) % 24, n = 0;
        size_t mark = next_random(&seed) % (digits + 1);
        for (size_t k = 0; k < digits; k++) {
            if (k == mark)
                text[n++] = '.';
            text[n++] = (char)('0' + next_random(&seed) % 10);
        }
        if (next_random(&seed) % 2)
            n += (size_t)snprintf(text + n, sizeof text - n, "e%d",
                                  (int)(next_random(&seed) % 80) - 40);
        text[n] = '\0';
        double ours, theirs = strtod(text, NULL);
        assert_true(text_to_double(text, n, '.', &ours));
        if (!same_bits(ours, theirs))
            fail_msg("%s: %a, strtod says %a", text, ours, theirs);
    }
}

/* 17 digits that lie exactly between two doubles, or one unit beside: the rounding's hard cases. */
static void halfway_doubles_equal_strtod(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 100000; i++) {
        uint64_t odd = (1ULL << 53) + (next_random(&seed) >> 11) * 2 + 1;
        int power = (int)(next_random(&seed) % 4);
        char text[64];
        int n = snprintf(text, sizeof text, "%llu.%d", (unsigned long long)(odd >> power),
                         power ? (int)((odd << (3 - power) & 7) * 125) : 0);
        double ours, theirs = strtod(text, NULL);
        assert_true(text_to_double(text, (size_t)n, '.', &ours));
        if (!same_bits(ours, theirs))
            fail_msg("%s: %a, strtod says %a", text, ours, theirs);
    }
}

/* A thousand digits: 0.1 followed by zeros and a last 1 rounds as 0.1 does; 1 and a half unit and
 * something far behind rounds up. */
static void long_doubles(void **state)
{
    (void)state;
    char text[3000];
    memset(text, '0', sizeof text);
    text[1] = '.';
    text[2] = '1';
    text[sizeof text - 1] = '1';
    double value;
    assert_true(text_to_double(text, sizeof text, '.', &value));
    assert_true(value == 0.1);
    static const char tie[] = "1.00000000000000011102230246251565404236316680908203125";
    memset(text, '0', sizeof text);
    for (size_t i = 0; tie[i]; i++)
        text[i] = tie[i];
    assert_true(text_to_double(text, sizeof text, '.', &value));
    assert_true(value == 1);
    text[sizeof text - 1] = '1';
    assert_true(text_to_double(text, sizeof text, '.', &value));
    assert_true(value == 0x1.0000000000001p0);
    memset(text, '0', sizeof text);
    text[0] = '1';
    snprintf(text + sizeof text - 7, 7, "e-2992");
    assert_true(text_to_double(text, sizeof text - 1, '.', &value));
    assert_true(value == 1);
}

static void integers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_int, is_uint;
        int64_t i;
        uint64_t u;
    } rows[] = {
        {"0", true, true, 0, 0},
        {"-0", true, true, 0, 0},
        {"+12", true, true, 12, 12},
        {"0012", true, true, 12, 12},
        {"-12", true, false, -12, 0},
        {"9223372036854775807", true, true, INT64_MAX, INT64_MAX},
        {"9223372036854775808", false, true, 0, (uint64_t)INT64_MAX + 1},
        {"-9223372036854775808", true, false, INT64_MIN, 0},
        {"-9223372036854775809", false, false, 0, 0},
        {"18446744073709551615", false, true, 0, UINT64_MAX},
        {"18446744073709551616", false, false, 0, 0},
        {"99999999999999999999", false, false, 0, 0},
        {"", false, false, 0, 0},
        {"-", false, false, 0, 0},
        {"1.0", false, false, 0, 0},
        {"1e3", false, false, 0, 0},
        {" 1", false, false, 0, 0},
        {"1 ", false, false, 0, 0},
        {"0x1", false, false, 0, 0},
    };
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        int64_t i = 0;
        uint64_t u = 0;
        size_t length = strlen(rows[k].text);
        if (text_to_int64(rows[k].text, length, &i) != rows[k].is_int || i != rows[k].i)
            fail_msg("'%s' as int64: %lld", rows[k].text, (long long)i);
        if (text_to_uint64(rows[k].text, length, &u) != rows[k].is_uint || u != rows[k].u)
            fail_msg("'%s' as uint64: %llu", rows[k].text, (unsigned long long)u);
    }
}

/* The texts are Python's repr() of the same value in our notation. */
static void double_to_text(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0, "0"},
        {-0.0, "-0"},
        {1, "1"},
        {-2.5, "-2.5"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {100, "100"},
        {123456.789, "123456.789"},
        {0.0001, "0.0001"},
        {0.00012, "0.00012"},
        {0.00001, "1e-5"},
        {-1.25e-7, "-1.25e-7"},
        {1e15, "1000000000000000"},
        {1e16, "1e16"},
        {9007199254740992.0, "9007199254740992"},
        {123456789012345680.0, "1.2345678901234568e17"},
        {1e23, "1e23"},
        {0x1p89, "6.189700196426902e26"},
        {0x1p-24, "5.960464477539063e-8"},
        {0x1p-44, "5.684341886080802e-14"},
        {5e-324, "5e-324"},
        {0x3p-1074, "1.5e-323"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {-1.7976931348623157e308, "-1.7976931348623157e308"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[TEXT_NUMBER_SIZE];
        size_t length = text_from_double(text, rows[i].value);
        assert_string_equal(text, rows[i].text);
        assert_int_equal(length, strlen(text));
    }
}

static void double_round_trip(void **state)
{
    (void)state;
    uint64_t seed = 99;
    for (int i = 0; i < 50000; i++) {
        uint64_t bits = next_random(&seed);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        char text[TEXT_NUMBER_SIZE];
        size_t length = text_from_double(text, value);
        assert_in_range(length, 1, TEXT_NUMBER_SIZE - 1);
        double back = strtod(text, NULL);
        if (!same_bits(back, value))
            fail_msg("%a becomes %s", value, text);
    }
}

/* A decimal comma in the environment changes nothing. */
static void no_locale(void **state)
{
    (void)state;
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8"))
        case_skip("neither de_DE.UTF-8 nor fr_FR.UTF-8 is installed");
    double value = 0;
    char text[TEXT_NUMBER_SIZE];
    assert_true(text_to_double("1.5e-300", 8, '.', &value));
    assert_true(value == 1.5e-300);
    text_from_double(text, 0.1 + 0.2);
    assert_string_equal(text, "0.30000000000000004");
    setlocale(LC_ALL, "C");
}

static const Case cases[] = {
    {"doubles", doubles},
    {"no_doubles", no_doubles},
    {"decimal_comma", decimal_comma},
    {"negative_zero", negative_zero},
    {"ends_at_length", ends_at_length},
    {"random_doubles_equal_strtod", random_doubles_equal_strtod},
    {"halfway_doubles_equal_strtod", halfway_doubles_equal_strtod},
    {"long_doubles", long_doubles},
    {"integers", integers},
    {"double_to_text", double_to_text},
    {"double_round_trip", double_round_trip},
    {"no_locale", no_locale},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
