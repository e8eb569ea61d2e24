/* test_leap_seconds.c: GPS time to UTC around leap seconds, worked out by hand from IERS Bulletin
 * C.
 */
#include "core/leap_seconds.h"
#include "tests/support/cases.h"

#include <string.h>

typedef struct LeapCase {
    const char *gps, *utc; /* seconds since 1980-01-06 GPS; text */
    int64_t seconds;
    int32_t nanoseconds;
} LeapCase;

/* 1980-01-06 is 315964800 s after 1970. */
enum { EPOCH = 315964800 };

static const LeapCase leap_cases[] = {
    {"epoch", "1980-01-06T00:00:00Z", 0, 0},
    {"before there was GPS", "1979-12-31T00:00:00Z", -6 * 86400, 0},
    /* 1981-07-01 is day 542 */
    {"last second before the first one", "1981-06-30T23:59:59Z", 542 * 86400 - 1, 0},
    {"the first leap second", "1981-07-01T00:00:00Z", 542 * 86400, 0},
    {"behind it", "1981-07-01T00:00:00Z", 542 * 86400 + 1, 0},
    {"a second later", "1981-07-01T00:00:01Z", 542 * 86400 + 2, 0},
    /* 2017-01-01 is day 13510; 17 s before it, 18 s after */
    {"end of 2016", "2016-12-31T23:59:59.5Z", INT64_C(13510) * 86400 + 16, 500000000},
    {"2017", "2017-01-01T00:00:00Z", INT64_C(13510) * 86400 + 18, 0},
    /* the published week of the adjusted time: 10^9 s, 15 s ahead in 2011 */
    {"10^9 s", "2011-09-14T01:46:25Z", 1000000000, 0},
    {"2024-06-01", "2024-05-31T23:59:42Z", INT64_C(16218) * 86400, 0},
};

static void utc_of_gps(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(leap_cases); i++) {
        const LeapCase *c = &leap_cases[i];
        char text[INSTANT_TEXT_SIZE];
        Instant utc = leap_seconds_utc_of_gps((Instant){EPOCH + c->seconds, c->nanoseconds});
        instant_to_text(text, utc, CALENDAR_PROLEPTIC_GREGORIAN);
        if (strcmp(text, c->utc) != 0)
            fail_msg("%s: %s, not %s", c->gps, text, c->utc);
    }
}

static const Case cases[] = {{"utc_of_gps", utc_of_gps}};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
