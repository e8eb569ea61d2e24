/* test_prefix_times.c: prefixes of a span of time; expected values by hand and from GNU date. */
#include "orchestrator/prefix_times.h"

#include "core/buffer.h"
#include "tests/support/cases.h"

#include <string.h>

static Instant instant(const char *text)
{
    Timestamp t;
    assert_true(timestamp_parse_iso(text, strlen(text), &t));
    return t.instant;
}

typedef struct Span {
    const char *template, *since, *until;
    const char *prefixes; /* with blanks between */
} Span;

static const Span spans[] = {
    {"s3://b/%Y/%m/%d/", "2020-02-28", "2020-03-01",
     "s3://b/2020/02/28/ s3://b/2020/02/29/ s3://b/2020/03/01/"},
    {"s3://b/%Y-%j/", "2020-12-30T23:59:59Z", "2021-01-01",
     "s3://b/2020-365/ s3://b/2020-366/ "
     "s3://b/2021-001/"},
    {"s3://b/year=%Y/month=%m/", "2019-11-15", "2020-01-01T00:00:00Z",
     "s3://b/year=2019/month=11/ s3://b/year=2019/month=12/ s3://b/year=2020/month=01/"},
    {"s3://b/%Y", "2018-12-31T23:59:59Z", "2020-06-01", "s3://b/2018 s3://b/2019 s3://b/2020"},
    {"s3://b/%Y%m%d/%H_", "2019-12-31T22:30:00Z", "2020-01-01T00:00:00Z",
     "s3://b/20191231/22_ s3://b/20191231/23_ s3://b/20200101/00_"},
    {"s3://b/100%%/%Y%j%H", "2019-03-01T05:00:00Z", "2019-03-01T05:00:00Z",
     "s3://b/100%/201906005"},
    {"s3://b/%d.%m.%Y", "1969-12-31", "1970-01-01", "s3://b/31.12.1969 s3://b/01.01.1970"},
};

static void expanded(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(spans); i++) {
        Error e = {0};
        Arena a;
        StringList list;
        auto_buffer Buffer joined = {0};
        arena_init(&a, 0);
        assert_ok(prefix_times(spans[i].template, instant(spans[i].since), instant(spans[i].until),
                               &a, &list, &e),
                  &e);
        for (size_t n = 0; n < list.count; n++)
            buffer_printf(&joined, n ? " %s" : "%s", list.items[n]);
        assert_string_equal(joined.bytes, spans[i].prefixes);
        arena_deinit(&a);
    }
}

static void refused(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"s3://b/x/", "needs a date"},
        {"s3://b/%m/", "needs a date"},
        {"s3://b/%Y/%d", "needs a date"},
        {"s3://b/%Y/%m/%H", "needs a date"},
        {"s3://b/%Y/%Q", "%Q is no part"},
        {"s3://b/%Y/%", "is no part"},
        {"s3://b/%Y%m%d%H", "more than 10000 prefixes"},
    };
    for (size_t i = 0; i < CASES(wrong); i++) {
        Error e = {0};
        Arena a;
        StringList list;
        arena_init(&a, 0);
        assert_false(
            prefix_times(wrong[i][0], instant("2000-01-01"), instant("2019-01-01"), &a, &list, &e));
        assert_int_equal(e.kind, ERROR_SETUP);
        assert_non_null(strstr(e.message, wrong[i][1]));
        arena_deinit(&a);
    }
    Error e = {0};
    Arena a;
    StringList list;
    arena_init(&a, 0);
    assert_false(
        prefix_times("s3://b/%Y", instant("2019-01-02"), instant("2019-01-01"), &a, &list, &e));
    assert_non_null(strstr(e.message, "before --since"));
    arena_deinit(&a);
}

static void times(void **state)
{
    (void)state;
    const Instant now = {.seconds = 1560000000}; /* 2019-06-08T13:20:00Z */
    static const struct {
        const char *text;
        int64_t seconds;
    } good[] = {{"2019-06-01", 1559347200},
                {"2019-06-01T12:00:00Z", 1559390400},
                {"2019-06-01T12:00:00+02:00", 1559383200},
                {"36h", 1560000000 - 129600},
                {"7d", 1560000000 - 604800},
                {"0", 1560000000}};
    for (size_t i = 0; i < CASES(good); i++) {
        Error e = {0};
        Instant t;
        assert_ok(prefix_time_read("since", good[i].text, now, &t, &e), &e);
        assert_int_equal(t.seconds, good[i].seconds);
    }
    static const char *const bad[] = {"yesterday", "", "2019-13-01", "-3d", "2019-02-30"};
    for (size_t i = 0; i < CASES(bad); i++) {
        Error e = {0};
        Instant t;
        assert_false(prefix_time_read("since", bad[i], now, &t, &e));
        assert_non_null(strstr(e.message, "--since"));
    }
}

static const Case cases[] = {{"expanded", expanded}, {"refused", refused}, {"times", times}};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
