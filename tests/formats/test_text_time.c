/* test_text_time.c: the time of a row from its pieces. Instants are computed by hand or with
 * Python's datetime. */
#include "formats/text/text.h"

#include "tests/formats/text_open.h"

/* `times`: the time variable and its values, as text_open.h tells them. */
static void check(const char *options, const char *text, const char *times)
{
    auto_buffer Buffer out = {0};
    TextFile *f = text_open(&format_text, "test", options, text, strlen(text));
    assert_ok(f->reader != NULL, &f->error);
    text_tell(&format_text, f->reader, &out);
    const char *found = strstr(out.bytes, times);
    bool whole = found && (found == out.bytes || found[-1] == '\n') && found[strlen(times)] == '\n';
    if (!whole)
        fail_msg("%s is not in\n%s", times, out.bytes);
    text_close(&format_text, f);
}

#define TIME(name, options, text, times)                                                           \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        check(options, text, times);                                                               \
    }

TIME(own_column, "columns=t\ncolumns=x\ntime=t %d.%m.%Y %H:%M", "31.12.2020 23:59,1\n",
     "t time: 2020-12-31T23:59:00Z")
TIME(iso_column, "columns=t\ncolumns=x\ntime=t", "2020-12-31 23:59:01.25,1\n",
     "t time: 2020-12-31T23:59:01.25Z")
TIME(date_and_clock, "separator=;\ncolumns=d\ncolumns=c\ntime=d %d.%m.%Y\ntime=c %H:%M:%S",
     "14.05.2023;00:00:39\n14.05.2023;24:00:00\n15.05.2023;x\n",
     "time time: 2023-05-14T00:00:39Z 2023-05-15T00:00:00Z _")
TIME(parts,
     "separator=blanks\ntime=1 year\ntime=2 month\ntime=3 day\ntime=4 hours\ntime=5 minutes\n"
     "time=6 seconds",
     "2020 2 29 23 59 59.5\n2021 2 29 0 0 0\n69 Jan 1 0 0 0\n68 dec 31 12 0 0\n",
     "time time: 2020-02-29T23:59:59.5Z _ 1969-01-01T00:00:00Z 2068-12-31T12:00:00Z")
TIME(pivot, "time=1 year\ntime=2 day_of_year\ntime_pivot=30", "29,1\n30,1\n",
     "time time: 2029-01-01T00:00:00Z 1930-01-01T00:00:00Z")
TIME(pivot_of_a_pattern, "columns=t text\ntime=t %d/%m/%y\ntime_pivot=30", "01/02/29\n01/02/30\n",
     "t time: 2029-02-01T00:00:00Z 1930-02-01T00:00:00Z")
/* Day 60 of a leap year is 29 February; 60.25 is six hours later. */
TIME(day_of_year, "time=1 day_of_year\ntime_year=2020", "1\n60.25\n366.5\n",
     "time time: 2020-01-01T00:00:00Z 2020-02-29T06:00:00Z 2020-12-31T12:00:00Z")
/* 2019 has no day 366, and no year a day 0. */
TIME(day_beyond_the_year, "time=1 year\ntime=2 day_of_year",
     "2019,365\n2019,366\n2020,366\n2020,0\n",
     "time time: 2019-12-31T00:00:00Z _ 2020-12-31T00:00:00Z _")
TIME(day_of_year_and_hhmm, "separator=blanks\ntime=1 year\ntime=2 day_of_year\ntime=3 hhmm",
     "2022 199 2100\n2022 199 5\n2022 199 2400\n2022 199 1260\n",
     "time time: 2022-07-18T21:00:00Z 2022-07-18T00:05:00Z 2022-07-19T00:00:00Z _")
TIME(hhmmss, "time=1 %Y%m%d\ntime=2 hhmmss", "20210102,130509.5\n20210102,9\n20210102,246060\n",
     "time time: 2021-01-02T13:05:09.5Z 2021-01-02T00:00:09Z _")
TIME(unix_seconds, "time=1 unix", "0\n1000000000.5\n",
     "column_1 time: 1970-01-01T00:00:00Z 2001-09-09T01:46:40.5Z")
TIME(unix_ms, "time=1 unix_ms\ntime_zone=UTC\ncolumns=x skip", "1000000000500\n",
     "time time: 2001-09-09T01:46:40.5Z")
/* Excel's day 1 is 1900-01-01 by a calendar with a 29 February 1900: 43831 is 2020-01-01. */
TIME(excel, "time=1 excel\ncolumns=x skip", "43831\n43831.5\n",
     "time time: 2020-01-01T00:00:00Z 2020-01-01T12:00:00Z")
/* datenum('2020-01-01') is 737791. */
TIME(matlab, "time=1 matlab\ncolumns=x skip", "737791.25\n", "time time: 2020-01-01T06:00:00Z")
TIME(days_since, "time=1 days since 1950-01-01\ncolumns=x skip", "25567.75\n",
     "time time: 2020-01-01T18:00:00Z")
TIME(clock_of_a_date, "time=1 hours\ntime_date=2021-01-31", "0\n23.5\n24.5\n",
     "time time: 2021-01-31T00:00:00Z 2021-01-31T23:30:00Z 2021-02-01T00:30:00Z")
TIME(midnight, "time=1 %H:%M\ntime_date=2021-01-31\ntime_wraps=true\ncolumns=clock skip",
     "23:50\n23:55\n00:00\n00:05\n00:04\n23:59\n00:01\n",
     "time time: 2021-01-31T23:50:00Z 2021-01-31T23:55:00Z 2021-02-01T00:00:00Z "
     "2021-02-01T00:05:00Z "
     "2021-02-01T00:04:00Z 2021-02-01T23:59:00Z 2021-02-02T00:01:00Z")
TIME(zone, "time=1 %Y-%m-%d %H:%M\ntime_zone=+02:00\ncolumns=t text", "2021-01-01 01:00\n",
     "t time: 2020-12-31T23:00:00Z")
TIME(zone_in_the_cell, "time=1\ntime_zone=-05:00\ncolumns=t text",
     "2021-01-01T01:00:00Z\n2021-01-01T01:00:00+01:00\n2021-01-01T01:00:00\n",
     "t time: 2021-01-01T01:00:00Z 2021-01-01T00:00:00Z 2021-01-01T06:00:00Z")
TIME(row_number, "time=row 0.5 seconds\ntime_date=2021-01-31T12:00:00\ncolumns=x", "7\n7\n7\n",
     "time time: 2021-01-31T12:00:00Z 2021-01-31T12:00:00.5Z 2021-01-31T12:00:01Z")
TIME(missing_piece, "time=1 year\ntime=2 day_of_year\nmissing=-999", "2021,1\n2021,-999\n2021,\n",
     "time time: 2021-01-01T00:00:00Z _ _")
TIME(name_is_taken, "columns=time text\ncolumns=d\ntime=d %d.%m.%Y\ntime=1 %H:%M",
     "12:00,14.05.2023\n", "time_2 time: 2023-05-14T12:00:00Z")

/* A column of numbers that is the time keeps its numbers and gets the units. */
static void own_numbers(void **state)
{
    (void)state;
    text_case(&format_text,
              &(TextCase){"columns=timeJ\ncolumns=x\ntime=timeJ days since 2010-12-31",
                          "236.5,1\n237.25,2\n", 0,
                          "timeJ [days since 2010-12-31] double: 236.5 237.25\nx [] int64: 1 2\n"
                          "rows 2, time timeJ\n"});
}

#define CASE(name)                                                                                 \
    {                                                                                              \
#name, name                                                                                \
    }

static const Case cases[] = {
    CASE(own_column),
    CASE(iso_column),
    CASE(date_and_clock),
    CASE(parts),
    CASE(pivot),
    CASE(pivot_of_a_pattern),
    CASE(day_of_year),
    CASE(day_beyond_the_year),
    CASE(day_of_year_and_hhmm),
    CASE(hhmmss),
    CASE(unix_seconds),
    CASE(unix_ms),
    CASE(excel),
    CASE(matlab),
    CASE(days_since),
    CASE(clock_of_a_date),
    CASE(midnight),
    CASE(zone),
    CASE(zone_in_the_cell),
    CASE(row_number),
    CASE(missing_piece),
    CASE(name_is_taken),
    CASE(own_numbers),
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
