/* test_ceilometer.c: messages of each make, as loggers keep them. */
#include "tests/formats/ceilometer_tell.h"

#define LINES "cloud_base_height_1 sky_condition_height backscatter checksum_ok time"
#define ONE_ROW                                                                                    \
    "cloud_base_height_1: 150\nsky_condition_height: 550 1700 _ _ _\n"                             \
    "backscatter: 1.4e-07 2.7e-07 -1e-08 1.6e-07\nchecksum_ok: 1\n"

static const MessageCase kinds[] = {
    {STAMP CL31,
     "time range backscatter cloud_base_height_1 cloud_base_height_2 vertical_visibility "
     "detection_status warning_status status checksum_ok sky_condition_status sky_condition_cover "
     "sky_condition_height scale range_resolution laser_pulse_energy laser_temperature "
     "window_transmission tilt_angle background_light pulse_count sample_rate backscatter_sum "
     "cloud_base_height_4",
     "time: 1586476858\nrange: 5 15 25 35\nbackscatter: 1.4e-07 2.7e-07 -1e-08 1.6e-07\n"
     "cloud_base_height_1: 150\ncloud_base_height_2: _\nvertical_visibility: _\n"
     "detection_status: 1\nwarning_status: 0\nstatus: 49280\nchecksum_ok: 1\n"
     "sky_condition_status: 3\nsky_condition_cover: 3 5 0 0 0\n"
     "sky_condition_height: 550 1700 _ _ _\nscale: 100\nrange_resolution: 10\n"
     "laser_pulse_energy: 98\nlaser_temperature: 24\nwindow_transmission: 100\ntilt_angle: 12\n"
     "background_light: 3\npulse_count: 16\nsample_rate: 15\nbackscatter_sum: 0.0002\n"
     "cloud_base_height_4: none\nCL31, rows 1\n"},
    /* feet, another scale, minus signs */
    {STAMP SOH "CL020211" STX "\r\n30 00100 01000 10000 00000000C000\r\n"
               "00200 05 0004 099 -05 098 -3 0120 L0016HN15 999\r\n" GATES "\r\n" ETX "3b66" EOT,
     "range backscatter cloud_base_height_1 cloud_base_height_2 cloud_base_height_3 "
     "laser_temperature tilt_angle backscatter_sum sky_condition_cover",
     "range: 2.5 7.5 12.5 17.5\nbackscatter: 2.8e-07 5.4e-07 -2e-08 3.2e-07\n"
     "cloud_base_height_1: 30.48\ncloud_base_height_2: 304.8\ncloud_base_height_3: 3048\n"
     "laser_temperature: -5\ntilt_angle: -3\nbackscatter_sum: 0.1998\nsky_condition_cover: none\n"
     "CL31, rows 1\n"},
    /* full obscuration */
    {STAMP SOH "CL020211" STX "\r\n4W 00100 00030 ///// 008080000080\r\n" PAR "\r\n" GATES
               "\r\n" ETX "1d83" EOT,
     "cloud_base_height_1 cloud_base_height_2 vertical_visibility highest_signal detection_status "
     "warning_status status",
     "cloud_base_height_1: _\ncloud_base_height_2: _\nvertical_visibility: 100\n"
     "highest_signal: 30\ndetection_status: 4\nwarning_status: 1\nstatus: 551903297664\n"
     "CL31, rows 1\n"},
    /* without a profile */
    {STAMP SOH "CL020215" STX "\r\n/A ///// ///// ///// 800000000080\r\n" ETX "2df6" EOT,
     "range backscatter scale detection_status warning_status status",
     "range: none\nbackscatter: none\nscale: none\ndetection_status: _\nwarning_status: 2\n"
     "status: 140737488355456\nCL31, rows 1\n"},
    /* four digits of sky condition, vertical visibility in it */
    {STAMP SOH "CL020026" STX "\r\n20 00150 00300 ///// 00000000C080\r\n"
               "  9 0012  0 ////  0 ////  0 ////  0 ////\r\n"
               "00100 10 0003 098 +24 100 12 0003 L0032HN15 002\r\n0000e0001bfffff\r\n" ETX
               "fb47" EOT,
     "cloud_base_height_2 sky_condition_status sky_condition_vertical_visibility "
     "sky_condition_cover range",
     "cloud_base_height_2: 300\nsky_condition_status: 9\nsky_condition_vertical_visibility: 120\n"
     "sky_condition_cover: _ _ _ _ _\nrange: 5 15 25\nCL51, rows 1\n"},
    {"%%% 2025/03/06 00:00:15 %%%\n" SOH "CS0014004" STX
     "\r\n5A 098 00500 00120 ///// ///// 800000000400\r\n"
     "  1 0766  0 ////  0 ////  0 ////  0 ////\r\n00100 05 0004 100 +39 13 0071 0200 30 "
     "010\r\n" GATES "\r\n" ETX "3bda" EOT "\r\n",
     "time range cloud_base_height_1 cloud_base_height_4 vertical_visibility highest_signal "
     "window_transmission tilt_angle pulse_count sample_rate backscatter_sum sky_condition_height",
     "time: 1741219215\nrange: 2.5 7.5 12.5 17.5\ncloud_base_height_1: _\ncloud_base_height_4: _\n"
     "vertical_visibility: 500\nhighest_signal: 120\nwindow_transmission: 98\ntilt_angle: 13\n"
     "pulse_count: 200\nsample_rate: 30\nbackscatter_sum: 0.001\n"
     "sky_condition_height: 7660 _ _ _ _\nCS135, rows 1\n"},
    /* four cloud bases in feet; the next record follows the checksum at once */
    {"2023-06-12T00:00:06.5," SOH "CS0014002" STX
     "\r\n40 098 00500 01200 03000 10000 000000000000\r\n"
     "00100 05 0004 100 +39 13 0071 0200 30 010\r\n" GATES "\r\n" ETX
     "37372023-06-12T00:00:16.5," SOH "CS0014002" STX
     "\r\n40 098 00500 01200 03000 10000 000000000000\r\n"
     "00100 05 0004 100 +39 13 0071 0200 30 010\r\n" GATES "\r\n" ETX "3737",
     "time cloud_base_height_1 cloud_base_height_4 vertical_visibility checksum_ok",
     "time: 1686528006.5 1686528016.5\ncloud_base_height_1: 152.4 152.4\n"
     "cloud_base_height_4: 3048 3048\nvertical_visibility: _ _\nchecksum_ok: 1 1\nCS135, rows 2\n"},
};

static void each_kind(void **state)
{
    (void)state;
    check_all(kinds, CASES(kinds));
}

/* Sixteen lines of sixteen gates: 1 in the first gate, -2 in the last. */
static void ct25k_text(Buffer *out, const char *status, const char *last_line)
{
    buffer_printf(out,
                  "\n-2020-10-29 23:59:18\r\n" SOH "CT02073" STX "\r\n%s\r\n"
                  "100 N  99 +22  85  200 -15    6 LF7HN1 172\r\n",
                  status);
    for (int i = 0; i < 16; i++) {
        buffer_printf(out, "%03d%s", i * 16, i == 0 ? "0001" : "0000");
        for (int k = 1; k < 15; k++)
            buffer_string(out, "0000");
        buffer_printf(out, "%s\r\n", i == 15 ? "FFFE" : "0000");
    }
    buffer_printf(out, "  8 104  0 ///  0 ///  0 ///\r\n%s", last_line);
}

static void ct25k(void **state)
{
    static const char names[] =
        "cloud_base_height_1 vertical_visibility sky_condition_height sky_condition_cover "
        "receiver_sensitivity window_contamination tilt_angle backscatter_sum checksum_ok "
        "range_resolution pulse_count";
    static const char end[] =
        "receiver_sensitivity: 85\nwindow_contamination: 200\ntilt_angle: -15\n"
        "backscatter_sum: 0.0172\nchecksum_ok: none\nrange_resolution: 30\npulse_count: none\n"
        "CT25K, rows 1\n";
    auto_buffer Buffer metres = {0}, feet = {0}, expected = {0};
    (void)state;
    ct25k_text(&metres, "10 01220 ///// ///// 00000100", ETX "\r\n");
    buffer_printf(&expected,
                  "cloud_base_height_1: 1220\nvertical_visibility: _\n"
                  "sky_condition_height: 1040 _ _ _\nsky_condition_cover: 8 0 0 0\n%s",
                  end);
    check(metres.bytes, metres.length, names, expected.bytes);
    /* without ETX all lines are there all the same; 0x100 of the status is off */
    ct25k_text(&feet, "40 01000 ///// ///// 00000080", "");
    buffer_clear(&expected);
    buffer_printf(&expected,
                  "cloud_base_height_1: _\nvertical_visibility: 304.8\n"
                  "sky_condition_height: 3169.92 _ _ _\nsky_condition_cover: 8 0 0 0\n%s",
                  end);
    check(feet.bytes, feet.length, names, expected.bytes);
}

static void ct25k_profile(void **state)
{
    auto_buffer Buffer text = {0};
    ReadFile f;
    double beta[256];
    (void)state;
    ct25k_text(&text, "10 01220 ///// ///// 00000100", ETX "\r\n");
    read_all(&f, &format_ceilometer, text.bytes, text.length);
    assert_ok(f.d && !f.broken, &f.error);
    size_t i = read_index(&f, "backscatter");
    assert_int_equal(f.vars[i].size, sizeof beta);
    memcpy(beta, f.vars[i].bytes, sizeof beta);
    assert_true(fabs(beta[0] - 1e-7) < 1e-20 && fabs(beta[255] + 2e-7) < 1e-20);
    for (size_t k = 1; k < 255; k++)
        assert_true(beta[k] == 0);
    read_close(&f);
}

/* What loggers put ahead of a message and take out of it. */
static const MessageCase loggers[] = {
    {"-Ceilometer Logfile \r\n-File created: 10/04/2020 00:00:00\r\n" STAMP CL31, LINES,
     ONE_ROW "time: 1586476858\nCL31, rows 1\n"},
    /* LF, without SOH, STX, ETX and the blanks of the sky condition */
    {"2020-04-10 00:00:58,CL020221\n" ST "\n" SKY "\n" PAR "\n" GATES "\nf323" EOT "\n", LINES,
     ONE_ROW "time: 1586476858\nCL31, rows 1\n"},
    /* nothing left of the marks */
    {"-2020-04-10 00:00:58\nCL020221\n" ST "\n  " SKY "\n" PAR "\n" GATES "\nf323\n", LINES,
     ONE_ROW "time: 1586476858\nCL31, rows 1\n"},
    /* control characters turned into U+FFFD */
    {"-2020-04-10 00:00:58\n\xef\xbf\xbd"
     "CL020221\xef\xbf\xbd\n" ST "\n  " SKY "\n" PAR "\n" GATES "\n\xef\xbf\xbd"
     "f323\xef\xbf\xbd\n",
     LINES, ONE_ROW "time: 1586476858\nCL31, rows 1\n"},
    /* a time ahead of every line */
    {"2020-04-10T00:00:58.5 CL020221\n2020-04-10T00:00:58.6 " ST "\n2020-04-10T00:00:58.7   " SKY
     "\n2020-04-10T00:00:58.8 " PAR "\n2020-04-10T00:00:59.1 " GATES
     "\n2020-04-10T00:00:59.2 f323\n",
     LINES, ONE_ROW "time: 1586476858.5\nCL31, rows 1\n"},
    {"1586476858.25\n" CL31, LINES, ONE_ROW "time: 1586476858.25\nCL31, rows 1\n"},
    {"2020-04-10T02:00:58+02:00," CL31, LINES, ONE_ROW "time: 1586476858\nCL31, rows 1\n"},
    {"{\"fmisid\":100907,\"interval\":1,\"\n\n" STAMP CL31, LINES,
     ONE_ROW "time: 1586476858\nCL31, rows 1\n"},
    {CL31, LINES,
     ONE_ROW "time: none\nCL31, rows 1\n"
             "note: no message has a time: the logger has written none\n"},
    {STAMP CL31 CL31, "time checksum_ok",
     "time: 1586476858 _\nchecksum_ok: 1 1\nCL31, rows 2\n"
     "note: messages without a time of their own: 1, the first at byte 185\n"},
    /* a time that does not exist */
    {"-2020-04-10 00:99:58\r\n" CL31 STAMP2 CL31, "time",
     "time: _ 1586476918\nCL31, rows 2\n"
     "note: messages without a time of their own: 1, the first at byte 22\n"},
};

static void what_loggers_do(void **state)
{
    (void)state;
    check_all(loggers, CASES(loggers));
}

static const MessageCase tables[] = {
    {"DATE TIME 15 30 45\n01.02.03 00:00 1000000 -2 0\n01.02.03 00:01 3 4 5\n",
     "time range backscatter checksum_ok detection_status",
     "time: 1044057600 1044057660\nrange: 15 30 45\n"
     "backscatter: 0.000225 -1.8e-09 0 6.75e-10 3.6e-09 1.0125e-08\nchecksum_ok: none\n"
     "detection_status: none\nLD40, rows 2\n"},
    {"DATE\tTIME\t15\t30\r\n01.02.2003\t00:00:30\t1\t2\r\n01.02.2003\t00:01:30\t1\r\n",
     "time backscatter",
     "time: 1044057630 1044057690\nbackscatter: 2.25e-10 1.8e-09 _ _\nLD40, rows 2\n"
     "note: lines with another number of values, which count as missing: 1, the first at byte "
     "42\n"},
    {"DATE TIME 15 30\n01.02.03 00:00 1 2\n01.02.03 00:01 1", "backscatter",
     "backscatter: 2.25e-10 1.8e-09\nLD40, rows 1\nfails: truncated at byte 51\n"},
    {"DATE TIME 15 30\n", "", "refused: no_messages at \n"},
};

static void ld40(void **state)
{
    (void)state;
    check_all(tables, CASES(tables));
}

static void expect_attr(const ReadFile *f, const char *name, const char *value)
{
    const Attr *a = attr_find(f->d->groups[0].attrs, f->d->groups[0].attr_count, name);
    assert_non_null(a);
    assert_string_equal(a->values, value);
}

static void attributes(void **state)
{
    static const char text[] = "Name of the PI: A. Person\n-File created: 10/04/2020\n" STAMP CL31;
    ReadFile f;
    double mask;
    (void)state;
    read_all(&f, &format_ceilometer, text, sizeof text - 1);
    assert_ok(f.d && !f.broken, &f.error);
    expect_attr(&f, "Name_of_the_PI", "A. Person");
    expect_attr(&f, "File_created", "10/04/2020");
    expect_attr(&f, "instrument_model", "CL31");
    expect_attr(&f, "unit_id", "0");
    expect_attr(&f, "software_level", "202");
    expect_attr(&f, "message_number", "2");
    expect_attr(&f, "message_subclass", "1");
    expect_attr(&f, "measurement_parameters", "L0016HN15");
    expect_attr(&f, "unit_of_heights_in_file", "metres");
    const Var *v = read_var(&f, "backscatter");
    assert_string_equal(var_attr_text(v, "units"), "sr-1 m-1");
    assert_string_equal(var_attr_text(v, "standard_name"),
                        "volume_attenuated_backwards_scattering_function_in_air");
    v = read_var(&f, "status");
    assert_true(attr_number(var_attr(v, "flag_masks"), 0, &mask));
    assert_true(mask == 0x800000000000);
    assert_int_equal(strncmp(var_attr_text(v, "flag_meanings"), "transmitter_shut_off_alarm ", 27),
                     0);
    assert_string_equal(f.d->vars[f.d->time_var].name, "time");
    read_close(&f);
}

/* More rows than one batch has. */
static void many_messages(void **state)
{
    enum { MESSAGES = 20000 };
    auto_buffer Buffer text = {0};
    ReadFile f;
    (void)state;
    for (int i = 0; i < MESSAGES; i++)
        buffer_printf(&text, "%d\n%s", 1586476858 + i, CL31);
    read_all(&f, &format_ceilometer, text.bytes, text.length);
    assert_ok(f.d && !f.broken, &f.error);
    assert_int_equal(f.d->rows, MESSAGES);
    size_t time = read_index(&f, "time"), beta = read_index(&f, "backscatter");
    assert_int_equal(f.vars[beta].n, 4 * MESSAGES);
    for (int i = 0; i < MESSAGES; i++) {
        double value;
        memcpy(&value, f.vars[time].bytes + (size_t)i * sizeof value, sizeof value);
        assert_true(value == 1586476858 + i);
        memcpy(&value, f.vars[beta].bytes + ((size_t)i * 4 + 1) * sizeof value, sizeof value);
        assert_true(fabs(value - 2.7e-7) < 1e-20);
    }
    read_close(&f);
}

static void probes(void **state)
{
    static const struct {
        const char *text;
        Sureness sure;
    } probed[] = {
        {STAMP CL31, SURE_BY_CONTENT},
        {"2025-02-02 00:00:03,CL018121\n1W 00440 ///// ///// 00008004C080\n", SURE_BY_CONTENT},
        {SOH "CT02073" STX "\r\n", SURE_BY_CONTENT},
        {"-Ceilometer Logfile \r\n", SURE_BY_CONTENT},
        {"DATE TIME 15 30 45\n01.02.03 00:00 1 2 3\n", SURE_BY_CONTENT},
        {"DATE TIME TEMP 30\n", SURE_NO},
        {"DATE TIME 45 30\n", SURE_NO},
        {"time,station\n2025-02-02,CS12345\n", SURE_NO},
        {"CL020221\n10 apples\n", SURE_NO},
        {"", SURE_NO},
    };
    (void)state;
    for (size_t i = 0; i < CASES(probed); i++) {
        Probe p = {0};
        Input in = {.size = strlen(probed[i].text),
                    .head_size = strlen(probed[i].text),
                    .head = (const uint8_t *)probed[i].text,
                    .name = "a.nc"};
        format_ceilometer.probe(&in, NULL, &p);
        assert_int_equal(p.sure, probed[i].sure);
        assert_true(p.evidence[0] != '\0');
    }
}

static const Case cases[] = {
    {"each_kind", each_kind},
    {"ct25k", ct25k},
    {"ct25k_profile", ct25k_profile},
    {"what_loggers_do", what_loggers_do},
    {"ld40", ld40},
    {"attributes", attributes},
    {"many_messages", many_messages},
    {"probes", probes},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
