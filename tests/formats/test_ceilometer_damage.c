/* test_ceilometer_damage.c: messages that are changed, broken off, cut, or not of one kind. */
#include "tests/formats/ceilometer_tell.h"

#define TWO "checksum_ok cloud_base_height_1 backscatter detection_status status time"
#define SECOND_ONLY                                                                                \
    "cloud_base_height_1: _ 150\n"                                                                 \
    "backscatter: _ _ _ _ 1.4e-07 2.7e-07 -1e-08 1.6e-07\ndetection_status: _ 1\n"                 \
    "status: _ 49280\ntime: 1586476858 1586476918\nCL31, rows 2\n"

static const MessageCase damaged[] = {
    /* a digit changed */
    {STAMP SOH "CL020221" STX "\r\n10 00160 ///// ///// 00000000C080\r\n  " SKY "\r\n" PAR
               "\r\n" GATES "\r\n" ETX "f323" EOT "\r\n" STAMP2 CL31,
     TWO,
     "checksum_ok: 0 1\n" SECOND_ONLY
     "note: messages with a wrong checksum, whose values are not used: 1, the first at byte 22\n"},
    {STAMP SOH "CL020221" STX "\r\n" ST "\r\n  " SKY "\r\n" PAR "\r\n" GATES "\r\n" ETX "f324" EOT
               "\r\n",
     "checksum_ok cloud_base_height_1",
     "checksum_ok: 0\ncloud_base_height_1: _\nCL31, rows 1\n"
     "note: messages with a wrong checksum, whose values are not used: 1, the first at byte 22\n"
     "fails: checksum at byte 22\n"},
    /* the next message begins with its own time: the first has no end */
    {STAMP SOH "CL020221" STX "\r\n" ST "\r\n  " SKY "\r\n" PAR "\r\n0000e00\r\n" STAMP2 CL31,
     "checksum_ok time",
     "checksum_ok: 1\ntime: 1586476918\nCL31, rows 1\n"
     "note: messages that break off without an end mark, left out: 1, the first at byte 22\n"},
    /* the instrument begins anew without one: still the logger's first record */
    {STAMP SOH "CL020221" STX "\r\n" ST "\r\n  " SKY "\r\n" PAR
               "\r\n0000e00\r\nInitializing... Ready\r\n" CL31 STAMP2 CL31,
     TWO,
     "checksum_ok: 0 1\n" SECOND_ONLY
     "note: messages in which the instrument begins anew, whose values are not used: 1, the first "
     "at byte 22\n"},
    /* the checksum is gone, its mark is not */
    {STAMP SOH "CL020221" STX "\r\n" ST "\r\n  " SKY "\r\n" PAR "\r\n" GATES "\r\n" ETX
               "\r\n" STAMP2 CL31,
     "checksum_ok cloud_base_height_1",
     "checksum_ok: _ 1\ncloud_base_height_1: 150 150\nCL31, rows 2\n"
     "note: messages without a checksum, used all the same: 1, the first at byte 22\n"},
    /* other gates than most: the profile only is not used */
    {STAMP CL31 STAMP CL31 STAMP2 SOH "CL020211" STX "\r\n" ST
                                      "\r\n00100 10 0005 098 +24 100 12 0003 L0016HN15 "
                                      "002\r\n" GATES "00011\r\n" ETX "4704" EOT,
     "checksum_ok cloud_base_height_1 backscatter",
     "checksum_ok: 1 1 1\ncloud_base_height_1: 150 150 150\n"
     "backscatter: 1.4e-07 2.7e-07 -1e-08 1.6e-07 1.4e-07 2.7e-07 -1e-08 1.6e-07 _ _ _ _\n"
     "CL31, rows 3\n"
     "note: profiles with other gates than most, which count as missing: 1, the first at byte "
     "392\n"},
    /* a right checksum over a number of gates that is wrong */
    {STAMP SOH "CL020211" STX "\r\n" ST
               "\r\n00100 10 0009 098 +24 100 12 0003 L0016HN15 002\r\n" GATES "\r\n" ETX
               "a61a" EOT,
     "checksum_ok cloud_base_height_1 backscatter",
     "checksum_ok: 1\ncloud_base_height_1: 150\nbackscatter: _ _ _ _ _ _ _ _ _\nCL31, rows 1\n"
     "note: messages whose lines are not as their header says, which count as missing: 1, the "
     "first at byte 22\n"},
    /* a sky condition beyond all sense, in a message that no checksum guards */
    {STAMP SOH "CL020221" STX "\r\n" ST "\r\n  300000000000 055\r\n" PAR "\r\n" GATES "\r\n" ETX
               "\r\n-\r\n",
     "sky_condition_status cloud_base_height_1",
     "sky_condition_status: _\ncloud_base_height_1: 150\nCL31, rows 1\n"
     "note: messages without a checksum, used all the same: 1, the first at byte 22\n"},
    {STAMP SOH "CL020221" STX "\r\n" ST "\r\n  300 055  5 170  0 ///  0 ///  0 ///\r\n" PAR
               "\r\n" GATES "\r\n" ETX "\r\n-\r\n",
     "sky_condition_status sky_condition_cover",
     "sky_condition_status: _\nsky_condition_cover: _ _ _ _ _\nCL31, rows 1\n"
     "note: messages without a checksum, used all the same: 1, the first at byte 22\n"},
    {"-Ceilometer Logfile \r\n-File created: 23/12/2024 00:00:00\r\n", "",
     "refused: no_messages at \n"},
    {"", "", "refused: no_messages at \n"},
    {STAMP SOH "CL020221" STX "\r\n" ST "\r\n" STAMP2 SOH "CL020221" STX "\r\n" ST "\r\n" STAMP2
               "x",
     "", "refused: truncated at byte 161\n"},
};

static void damaged_messages(void **state)
{
    (void)state;
    check_all(damaged, CASES(damaged));
}

/* A cut file never gives a value of the message that is cut. */
static void every_cut(void **state)
{
    static const char text[] = STAMP CL31 STAMP2 CL31;
    size_t first = sizeof STAMP CL31 - 1, whole = sizeof text - 1;
    (void)state;
    for (size_t cut = 0; cut < whole; cut++) {
        ReadFile f;
        read_all(&f, &format_ceilometer, text, cut);
        bool one = cut >= first - 3, two = cut >= whole - 3; /* EOT CR LF may be missing */
        assert_int_equal(f.d != NULL, one);
        if (f.d)
            assert_int_equal(f.d->rows, 1 + two);
        /* within the second message; its header is known as such from its last digit on */
        if (cut >= first + sizeof STAMP2 - 1 + sizeof SOH - 1 + 8 && !two) {
            assert_true(f.broken);
            assert_string_equal(f.error.code, "truncated");
        }
        read_close(&f);
    }
}

static const Case cases[] = {
    {"damaged_messages", damaged_messages},
    {"every_cut", every_cut},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
