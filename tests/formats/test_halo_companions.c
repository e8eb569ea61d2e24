/* test_halo_companions.c: background, housekeeping and wind profiles of Halo Photonics lidars. */
#include "formats/halo/halo.h"

#include "tests/formats/text_open.h"

static void check(const Format *format, const char *text, const char *expected)
{
    text_case(format, &(TextCase){"", text, 0, expected});
}

static void background(void **state)
{
    (void)state;
    check(&format_halo_background, "610890.000000\r\n14318556.375000\r\n-1.250000\r\n",
          "background [] double: 610890 14318556.375 -1.25\nrows 3, time none\n");
    check(&format_halo_background, "610890,000000\r\n14318556,375000\r\n",
          "background [] double: 610890 14318556.375\nrows 2, time none\n");
    check(&format_halo_background, "610890.00000014318556.375000-1.250000",
          "background [] double: 610890 14318556.375 -1.25\nrows 3, time none\n");
}

static void parameters(void **state)
{
    (void)state;
#define REST                                                                                       \
    "internal_temperature [degC] double: 24.5\ninternal_relative_humidity [%] double: 11\n"        \
    "supply_voltage [V] double: 23.9\nacquisition_card_temperature [degC] double: 38\n"            \
    "platform_pitch [degree] double: -0.1\nplatform_roll [degree] double: 0.2\n"                   \
    "rows 1, time time\n"
    check(&format_halo_parameters, "7/1/2021 1:05:09 PM\t24.5\t11\t23.9\t38.0\t-0.1\t0.2\r\n",
          "time time: 2021-07-01T13:05:09Z\n" REST);
    check(&format_halo_parameters, "01/07/2021 13:05:09\t24,5\t11\t23,9\t38,0\t-0,1\t0,2\r\n",
          "time time: 2021-07-01T13:05:09Z\n" REST);
    check(&format_halo_parameters, "12/31/2021 12:00:00 AM\t24.5\t11\t23.9\t38.0\t-0.1\t0.2\r\n",
          "time time: 2021-12-31T00:00:00Z\n" REST);
    check(&format_halo_parameters, "7/1/2021\t24.5\t11\n",
          "refused: bad_header at line 1: no line of a time (7/1/2021 1:05:09 PM or 01/07/2021 "
          "13:05:09) and six numbers, separated by TABs\n");
}

static void profile(void **state)
{
    (void)state;
    check(&format_halo_profile, "2\r\n   9 271.43   4.21\r\n  27 268.00 4.5\r\n",
          "height [m] double: 9 27\nwind_direction [degree] double: 271.43 268\n"
          "wind_speed [m s-1] double: 4.21 4.5\nrows 2, time none\n");
    check(&format_halo_profile, "two\n",
          "refused: bad_header at line 1: the first line is no number "
          "of levels\n");
    check(&format_halo_profile, "3\r\n   9 271.43   4.21\r\n  27 268.00 4.5\r\n",
          "height [m] double: 9 27\nwind_direction [degree] double: 271.43 268\n"
          "wind_speed [m s-1] double: 4.21 4.5\nrows 2, time none\n"
          "fails: truncated at line 4: 2 of the 3 rows that the header promises as number of "
          "levels\n");
}

static void attribute_of(const Format *format, const char *name, const char *text,
                         const char *expected)
{
    TextFile *f = text_open(format, name, "", text, strlen(text));
    assert_ok(f->reader != NULL, &f->error);
    const Group *g = &f->reader->dataset->groups[0];
    const Attr *a = attr_find(g->attrs, g->attr_count, "start_time");
    if (expected)
        assert_string_equal(a->values, expected);
    else
        assert_null(a);
    text_close(format, f);
}

/* The day comes first in the name of one, the year in that of the other. */
static void times_of_names(void **state)
{
    (void)state;
    static const char numbers[] = "1.000000\r\n", levels[] = "1\r\n9 1 1\r\n";
    attribute_of(&format_halo_background, "x-Background_141222-000013.txt", numbers,
                 "2022-12-14T00:00:13Z");
    attribute_of(&format_halo_background, "Background_321222-000013.txt", numbers, NULL);
    attribute_of(&format_halo_background, "Background_.txt", numbers, NULL);
    attribute_of(&format_halo_profile, "Processed_Wind_Profile_77_20260919_121707.hpl", levels,
                 "2026-09-19T12:17:07Z");
    attribute_of(&format_halo_profile, "a.hpl", levels, NULL);
}

typedef struct ProbeCase {
    const Format *format;
    const char *name, *text;
    Sureness sure;
} ProbeCase;

#define HOUSE "7/1/2021 1:05:09 PM\t24.5\t11\t23.9\t38.0\t-0.1\t0.2\r\n"
#define WIND "2\r\n   9 271.43   4.21\r\n  27 268.00 4.5\r\n"

static void check_probe(const ProbeCase *c)
{
    TextFile *f = calloc(1, sizeof *f);
    int fd = memfd_create("probe", MFD_CLOEXEC);
    size_t length = strlen(c->text);
    assert_non_null(f);
    assert_true(fd >= 0 && write(fd, c->text, length) == (ssize_t)length);
    bool ok = input_init(&f->in, fd, c->name, f->head, &f->error);
    assert_ok(ok, &f->error);
    Probe p = {0};
    c->format->probe(&f->in, NULL, &p);
    if (p.sure != c->sure)
        fail_msg("%s, '%s': %s", c->name, c->text, p.evidence);
    assert_true(p.evidence[0] != '\0');
    close(fd);
    free(f);
}

/* A table of one's own must not become one of these. */
static void probes(void **state)
{
    (void)state;
    static const ProbeCase list[] = {
        {&format_halo_background, "Background_141222-000013.txt", "1.000000\r\n", SURE_BY_CONTENT},
        {&format_halo_background, "eriswil-background_141222.csv", "1,0000002,000000",
         SURE_BY_CONTENT},
        {&format_halo_background, "Background_141222.txt",
         "1.000000\r\n2.000000\r\nx\r\n3.000000\r\n4.000000\r\n5.000000", SURE_BY_CONTENT},
        {&format_halo_background, "values.txt", "1.000000\r\n2.000000\r\n", SURE_NO},
        {&format_halo_background, "Background_141222.txt", "1.0\r\n2.5\r\n", SURE_NO},
        {&format_halo_background, "Background_141222.txt", "a,b\r\n1.000000,2\r\n", SURE_NO},
        {&format_halo_background, "Background_141222.txt", "", SURE_NO},
        {&format_halo_parameters, "system_parameters_91_202107.txt", HOUSE, SURE_BY_CONTENT},
        {&format_halo_parameters, "system_parameters_91_202107.txt", "time\ta\n" HOUSE,
         SURE_BY_CONTENT},
        {&format_halo_parameters, "logger.txt", HOUSE, SURE_NO},
        {&format_halo_parameters, "system_parameters.txt", "a\tb\n1\t2\n", SURE_NO},
        {&format_halo_profile, "Processed_Wind_Profile_1_20260919_121707.hpl", WIND,
         SURE_BY_CONTENT},
        {&format_halo_profile, "a.hpl", "5\r\n   9 271.43   4.21\r\n", SURE_BY_CONTENT},
        {&format_halo_profile, "a.txt", WIND, SURE_BY_LOOKS},
        {&format_halo_profile, "a.txt", "5\r\n   9 271.43   4.21\r\n", SURE_NO},
        {&format_halo_profile, "a.txt", "2\n9 361 4\n27 1 1\n", SURE_NO},
        {&format_halo_profile, "a.txt", "2\n27 1 4\n9 1 1\n", SURE_NO},
        {&format_halo_profile, "a.hpl", "a,b\n1,2\n", SURE_NO},
        {&format_halo_profile, "a.hpl", "", SURE_NO},
    };
    for (size_t i = 0; i < CASES(list); i++)
        check_probe(&list[i]);
}

static const Case cases[] = {
    {"background", background}, {"parameters", parameters},         {"profile", profile},
    {"probes", probes},         {"times_of_names", times_of_names},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
