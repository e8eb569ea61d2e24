/* test_text.c: numbers, sizes, UTF-8 and patterns against values worked out by hand or by Python.
 */
#include "core/text.h"
#include "tests/support/cases.h"

#include <string.h>

static void sizes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        uint64_t bytes;
    } rows[] = {
        {"64", true, 64},
        {"0", true, 0},
        {"64K", true, 65536},
        {"64k", true, 65536},
        {"64KiB", true, 65536},
        {"64 KiB", true, 65536},
        {"10MB", true, 10485760},
        {"1.5G", true, 1610612736},
        {"0.3K", true, 307},
        {"2T", true, 2199023255552},
        {"1P", true, 1125899906842624},
        {"15E", true, 17293822569102704640ULL},
        {"12B", true, 12},
        {"16E", false, 0},
        {"15.9999999999999999999E", false, 0},
        {"18446744073709551615", true, UINT64_MAX},
        {"18446744073709551616", false, 0},
        {"", false, 0},
        {"K", false, 0},
        {"-1", false, 0},
        {"-1K", false, 0},
        {"1KK", false, 0},
        {"1Ki", false, 0},
        {"1.2.3K", false, 0},
        {"1e3", false, 0},
        {"ten", false, 0},
        {"1\x0b", false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t bytes = 0;
        if (text_to_size(rows[i].text, &bytes) != rows[i].good || bytes != rows[i].bytes)
            fail_msg("'%s' is %llu bytes", rows[i].text, (unsigned long long)bytes);
    }
}

static void durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double seconds; /* -1: refused */
    } rows[] = {
        {"30", 30},      {"30s", 30},     {"5m", 300},    {"5min", 300}, {"2h", 7200},
        {"1d", 86400},   {"250ms", 0.25}, {"1.5h", 5400}, {"0", 0},      {"0.1s", 0.1},
        {"10 min", 600}, {"", -1},        {"s", -1},      {"-5s", -1},   {"5 s s", -1},
        {"5S", -1},      {"1e3s", -1},    {"1h30m", -1},  {"inf", -1},   {"5ks", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double seconds = -1;
        bool good = text_to_duration(rows[i].text, &seconds);
        if (good != (rows[i].seconds >= 0) || seconds != rows[i].seconds)
            fail_msg("'%s' is %g s", rows[i].text, seconds);
    }
}

static void people_sizes(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes;
        const char *text;
    } rows[] = {
        {0, "0 B"},
        {1023, "1023 B"},
        {1024, "1.0 KiB"},
        {1536, "1.5 KiB"},
        {1572864, "1.5 MiB"},
        {1048575, "1.0 MiB"}, /* 1023.999 KiB */
        {1047552, "1023.0 KiB"},
        {1073741824, "1.0 GiB"},
        {UINT64_MAX, "16.0 EiB"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[32];
        assert_int_equal(text_from_size(text, sizeof text, rows[i].bytes), strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
    char small[4];
    assert_int_equal(text_from_size(small, sizeof small, 1536), 3);
    assert_string_equal(small, "1.5");
}

static void people_counts(void **state)
{
    (void)state;
    static const struct {
        uint64_t count;
        const char *text;
    } rows[] = {
        {0, "0"},          {999, "999"},           {1000, "1,000"},
        {12004, "12,004"}, {1234567, "1,234,567"}, {UINT64_MAX, "18,446,744,073,709,551,615"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[32];
        assert_int_equal(text_from_count(text, sizeof text, rows[i].count), strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
}

static void people_durations(void **state)
{
    (void)state;
    static const struct {
        double seconds;
        const char *text;
    } rows[] = {
        {0, "0 s"},          {0.0001, "0 s"}, {0.25, "250 ms"},    {0.9996, "1.0 s"},
        {1.5, "1.5 s"},      {9.96, "10 s"},  {42.4, "42 s"},      {59.7, "1 min"},
        {200, "3 min 20 s"}, {3599.6, "1 h"}, {3900, "1 h 5 min"}, {86399, "1 d"},
        {183600, "2 d 3 h"}, {-5, "0 s"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[32];
        assert_int_equal(text_from_duration(text, sizeof text, rows[i].seconds),
                         strlen(rows[i].text));
        assert_string_equal(text, rows[i].text);
    }
}

/* Well-formed and ill-formed sequences of the Unicode Standard, section 3.9, table 3-7. */
static void utf8(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length, valid;
    } rows[] = {
        {"", 0, 0},
        {"plain", 5, 5},
        {"a\0b", 3, 3},
        {"caf\xc3\xa9", 5, 5},
        {"\xe2\x82\xac", 3, 3},
        {"\xf0\x9f\x8c\x8a", 4, 4},
        {"\xf4\x8f\xbf\xbf", 4, 4},
        {"\xf4\x90\x80\x80", 4, 0}, /* above U+10FFFF */
        {"\xed\xa0\x80", 3, 0},     /* a surrogate */
        {"\xc0\xaf", 2, 0},         /* overlong */
        {"\xe0\x80\xaf", 3, 0},     /* overlong */
        {"\xf0\x80\x80\xaf", 4, 0}, /* overlong */
        {"ab\x80", 3, 2},
        {"ab\xc3", 3, 2},
        {"12345678\xe2\x82", 10, 8},
        {"1234567\xff"
         "9",
         9, 7},
        {"\xfe", 1, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (text_valid_utf8(rows[i].bytes, rows[i].length) != rows[i].valid)
            fail_msg("row %zu: %zu bytes valid", i, text_valid_utf8(rows[i].bytes, rows[i].length));
}

static void printable(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *text;
        size_t width;
    } rows[] = {
        {"sgp.cdf", 7, "sgp.cdf", 7},
        {"a\nb\tc\r", 6, "a\\nb\\tc\\r", 9},
        {"\x1b[31m", 5, "\\x1b[31m", 8},
        {"\0", 1, "\\x00", 4},
        {"\x7f", 1, "\\x7f", 4},
        {"\xff.nc", 4, "\\xff.nc", 7},
        {"\xc3\xa9t\xc3\xa9", 5, "\xc3\xa9t\xc3\xa9", 3},
        {"\xc2\x9b", 2, "\\xc2\\x9b", 8},               /* CSI as one character */
        {"\xe2\x80\xae", 3, "\\xe2\\x80\\xae", 12},     /* right-to-left override */
        {"\xe6\xb0\xb4", 3, "\xe6\xb0\xb4", 2},         /* U+6C34 is Wide */
        {"e\xcc\x81", 3, "e\xcc\x81", 1},               /* U+0301 combines */
        {"\xf0\x9f\x8c\x8a", 4, "\xf0\x9f\x8c\x8a", 2}, /* U+1F30A is Wide */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        auto_buffer Buffer b = {0};
        text_printable(&b, rows[i].bytes, rows[i].length);
        assert_string_equal(b.bytes, rows[i].text);
        assert_int_equal(text_width(rows[i].bytes, rows[i].length), rows[i].width);
    }
}

static void nocase(void **state)
{
    (void)state;
    assert_true(text_equal_nocase("NaN", "nan"));
    assert_true(text_equal_nocase("", ""));
    assert_false(text_equal_nocase("nan", "nano"));
    assert_false(text_equal_nocase("nano", "nan"));
    assert_false(text_equal_nocase("[", "{"));
    assert_true(text_starts_nocase("Days since 1970", "days"));
    assert_true(text_starts_nocase("x", ""));
    assert_false(text_starts_nocase("day", "days"));
}

static void nearest(void **state)
{
    (void)state;
    static const char *const keys[] = {"separator", "decimal", "quote", "skip", "na", NULL};
    static const struct {
        const char *word, *meant;
    } rows[] = {
        {"sepparator", "separator"},
        {"seperator", "separator"},
        {"SEPARATOR", "separator"},
        {"separatr", "separator"},
        {"spearator", "separator"},
        {"decimals", "decimal"},
        {"qoute", "quote"},
        {"skp", "skip"},
        {"nan", "na"},
        {"colour", NULL},
        {"zz", NULL},
        {"", NULL},
        {"xkip", "skip"},
        {"x", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *found = text_nearest(rows[i].word, keys);
        if ((found == NULL) != (rows[i].meant == NULL) ||
            (found && strcmp(found, rows[i].meant) != 0))
            fail_msg("%s: %s", rows[i].word, found ? found : "none");
    }
    char long_word[200];
    memset(long_word, 's', sizeof long_word - 1);
    long_word[sizeof long_word - 1] = '\0';
    assert_null(text_nearest(long_word, keys));
}

static void globs(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *name;
        bool match;
    } rows[] = {
        {"", "", true},
        {"", "a", false},
        {"*", "", true},
        {"*", "a.nc", true},
        {"*", "a/b", false},
        {"*.nc", "a.nc", true},
        {"*.nc", "a.nc4", false},
        {"*.nc", "d/a.nc", false},
        {"*/*.nc", "d/a.nc", true},
        {"sgp*b1.????????.*.cdf", "sgpmetE13.b1.20190101.000000.cdf", true},
        {"sgp*b1.????????.*.cdf", "sgpmetE13.b1.2019010.000000.cdf", false},
        {"?", "/", false},
        {"a?c", "abc", true},
        {"a*b*c", "aXXbYYc", true},
        {"a*b*c", "aXXbYY", false},
        {"*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
        {"[a-c]x", "bx", true},
        {"[a-c]x", "dx", false},
        {"[!a-c]x", "dx", true},
        {"[^a-c]x", "ax", false},
        {"[]]", "]", true},
        {"[!]]", "]", false},
        {"[a-]", "-", true},
        {"[!a]", "/", false},
        {"[/]", "/", false},
        {"[", "[", true},
        {"[abc", "[abc", true},
        {"\\*", "*", true},
        {"\\*", "x", false},
        {"[\\]]", "]", true},
        {"**", "a/b/c", true},
        {"**", "", true},
        {"**/*.nc", "a.nc", true},
        {"**/*.nc", "x/y/a.nc", true},
        {"**/a.nc", "x/ba.nc", false},
        {"/data/**/raw/*.csv", "/data/raw/a.csv", true},
        {"/data/**/raw/*.csv", "/data/2019/01/raw/a.csv", true},
        {"/data/**/raw/*.csv", "/data/2019/01/draw/a.csv", false},
        {"/data/**", "/data/x/y", true},
        {"/data/**", "/date/x/y", false},
        {"a**b", "a/x/b", true},
        {"**/x/**/y/*", "p/x/q/x/y/z", true},
        {"**/x/**/y/*", "p/x/q/y/r/z", false},
        {"**/*a/b", "xa/c/ya/b", true},
        {"***", "a/b", true},
        {"caf?", "caf\xe9", true},
        {"[\x80-\xff]", "\xe9", true},
        {"a/*", "a/", true},
        {"abc", "ABC", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (text_glob(rows[i].pattern, rows[i].name) != rows[i].match)
            fail_msg("%s on %s", rows[i].pattern, rows[i].name);
}

/* Written for backtracking to explode: 2^100 steps in a naive matcher. */
static void glob_is_not_exponential(void **state)
{
    (void)state;
    char pattern[512] = "", name[1024];
    for (int i = 0; i < 100; i++)
        memcpy(pattern + 4L * i, i % 2 ? "a*a*" : "**/a", 5);
    memcpy(pattern + 400, "b", 2);
    memset(name, 'a', sizeof name - 1);
    for (size_t i = 7; i < sizeof name; i += 8)
        name[i] = '/';
    name[sizeof name - 1] = '\0';
    assert_false(text_glob(pattern, name));
}

static const Case cases[] = {
    {"sizes", sizes},
    {"durations", durations},
    {"people_sizes", people_sizes},
    {"people_counts", people_counts},
    {"people_durations", people_durations},
    {"utf8", utf8},
    {"printable", printable},
    {"nocase", nocase},
    {"nearest", nearest},
    {"globs", globs},
    {"glob_is_not_exponential", glob_is_not_exponential},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
