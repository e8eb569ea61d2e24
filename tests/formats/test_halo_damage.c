/* test_halo_damage.c: rays of Halo Photonics lidars, damaged: whole rays count, the rest is named.
 */
#include "formats/halo/halo.h"

#include "tests/formats/text_open.h"

/* 7 lines, 3 gates of 30 m. */
#define HEADER                                                                                     \
    "Filename:\tStare_91.hpl\r\nSystem ID:\t91\r\nNumber of gates:\t3\r\n"                         \
    "Range gate length (m):\t30\r\nNo. of rays in file:\t2\r\n"                                    \
    "Start time:\t20221214 11:00:18.99\r\n****\r\n"
#define HOURS(h) h "   0.00  90.00\r\n"
#define GATE(g, v) "  " g " " v " 1.5 1.0E-6\r\n"
#define RAY(h, a, b, c) HOURS(h) GATE("0", a) GATE("1", b) GATE("2", c)
#define RAY_1 RAY("11.25", "1.0", "2.0", "3.0")
#define RAY_2 RAY("11.5", "4.0", "5.0", "6.0")

#define ONE_RAY                                                                                    \
    "time [hours since 2022-12-14 00:00:00] double: 11.25\n"                                       \
    "range [m] double: 15 45 75\nazimuth [degree] double: 0\nelevation [degree] double: 90\n"      \
    "doppler [m s-1] double: 1 2 3\nintensity [1] double: 1.5 1.5 1.5\n"                           \
    "beta [m-1 sr-1] double: 1e-06 1e-06 1e-06\nrows 1, time time\n"
#define TWO_RAYS                                                                                   \
    "time [hours since 2022-12-14 00:00:00] double: 11.25 11.5\n"                                  \
    "range [m] double: 15 45 75\nazimuth [degree] double: 0 0\nelevation [degree] double: 90 90\n" \
    "doppler [m s-1] double: 1 2 3 4 5 6\nintensity [1] double: 1.5 1.5 1.5 1.5 1.5 1.5\n"         \
    "beta [m-1 sr-1] double: 1e-06 1e-06 1e-06 1e-06 1e-06 1e-06\nrows 2, time time\n"
#define CUT(gates) "note: last ray incomplete: " gates " of 3 gates\n"

typedef struct DamageCase {
    const char *text, *expected;
} DamageCase;

static void check_all(const DamageCase *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_case(&format_halo, &(TextCase){"", list[i].text, 0, list[i].expected});
}

static void cut(void **state)
{
    (void)state;
    static const DamageCase list[] = {
        {HEADER RAY_1 HOURS("11.5") GATE("0", "4.0"), ONE_RAY CUT("1")},
        {HEADER RAY_1 HOURS("11.5") GATE("0", "4.0") GATE("1", "5.0") "  2 6.0", ONE_RAY CUT("2")},
        {HEADER RAY_1 HOURS("11.5") GATE("0", "4.0") "  1", ONE_RAY CUT("1")},
        {HEADER RAY_1 HOURS("11.5"), ONE_RAY CUT("0")},
        {HEADER RAY_1 "11.5   0.", ONE_RAY CUT("0")},
        {HEADER RAY_1 "1", ONE_RAY CUT("0")},
        {HEADER RAY_1 "\r\n\r\n", ONE_RAY},
    };
    check_all(list, CASES(list));
}

/* The last line without its end: only where its last number is surely whole. */
static void unfinished(void **state)
{
    (void)state;
#define UP_TO(last) HEADER RAY_1 HOURS("11.5") GATE("0", "4.0") GATE("1", "5.0") "  2 6.0 1.5 " last
    static const DamageCase list[] = {
        {UP_TO("1.0E-6"), TWO_RAYS},        {UP_TO("1.0E-6 "), TWO_RAYS},
        {UP_TO("1.0E-6\r"), TWO_RAYS},      {UP_TO("1.0E-1"), ONE_RAY CUT("2")}, /* of E-10 */
        {UP_TO("1.0E-"), ONE_RAY CUT("2")}, {UP_TO("1.0E"), ONE_RAY CUT("2")},
        {UP_TO("1."), ONE_RAY CUT("2")},    {UP_TO("1"), ONE_RAY CUT("2")},
        {UP_TO(""), ONE_RAY CUT("2")},
    };
    check_all(list, CASES(list));
}

static void nothing_whole(void **state)
{
    (void)state;
    static const DamageCase list[] = {
        {HEADER, "refused: no_rays at line 8: there are no rays behind the header\n"},
        {HEADER HOURS("11.5"),
         "refused: no_rays at line 8: there is no gate behind the first ray's line\n"},
        {HEADER HOURS("11.5") GATE("0", "1.0"),
         "refused: truncated at line 10: no ray is whole: the file ends behind 1 of the first "
         "one's 3 gates\n"},
        {"Filename:\tStare_91.hpl\r\nSystem ID:\t91\r\nNumber of gat",
         "refused: truncated at line 3: the file ends within its header, before the line ****\n"},
        {RAY_1, "refused: bad_header at line 1: it has no header: the day and the ranges of its "
                "rays are unknown\n"},
        {HEADER "11.25 0.00 90.00 1.0\r\n" GATE("0", "1.0"),
         "refused: bad_ray at line 8: a ray's line has 4 numbers, but it must be 3 (hours, "
         "azimuth, "
         "elevation) or 5 (pitch and roll too)\n"},
        {HEADER HOURS("11.25") "0 1.0 1.5\r\n", "refused: bad_ray at line 8: a gate's line has 3 "
                                                "numbers, but it must be 4 (gate, Doppler, "
                                                "intensity, beta) or 5 (spectral width too)\n"},
        {"", "refused: bad_header at line 1: it has no header: the day and the ranges of its rays "
             "are unknown\n"},
    };
    check_all(list, CASES(list));
}

/* The number of gates that the header says is not that of the rays. */
static void lying_header(void **state)
{
    (void)state;
#define SAYS(gates)                                                                                \
    "Filename:\tStare_91.hpl\r\nSystem ID:\t91\r\n" gates                                          \
    "Range gate length (m):\t30\r\nStart time:\t20221214 11:00:18.99\r\n****\r\n"
    static const DamageCase list[] = {
        {SAYS("Number of gates:\t5\r\n") RAY_1 RAY_2,
         TWO_RAYS "note: the header says 5 gates, but rays have 3\n"},
        {SAYS("Number of gates:\t4294967296\r\n") RAY_1 RAY_2,
         TWO_RAYS "note: the header says 4294967296 gates, but rays have 3\n"},
        {SAYS("Number of gates:\tmany\r\n") RAY_1 RAY_2, TWO_RAYS},
        {SAYS("") RAY_1, ONE_RAY},
        {SAYS("Number of gates:\t0\r\n") "11.1 0 90\r\n" RAY_1,
         ONE_RAY "fails: gates_change at line 8: rays with another number of gates than 3, left "
                 "out: 1, the first has 0\n"},
        {SAYS("Number of gates:\t4294967296\r\n") RAY_1,
         "refused: truncated at byte 216: the header says 4294967296 gates, more than there is "
         "room for in 216 bytes: no ray is whole\n"},
    };
    check_all(list, CASES(list));
}

static void other_gates(void **state)
{
    (void)state;
    static const DamageCase list[] = {
        /* fewer, then more */
        {HEADER RAY_1 RAY_2 HOURS("11.6") GATE("0", "1.0") HOURS("11.7") GATE("0", "1.0"),
         TWO_RAYS CUT("1") "fails: gates_change at line 18: rays with another number of gates than "
                           "3, left out: 1, "
                           "the first has 1\n"},
        {HEADER RAY_1 RAY("11.3", "7.0", "8.0", "9.0") GATE("3", "1.0") GATE("4", "1.0") RAY_2,
         TWO_RAYS
         "fails: gates_change at line 12: rays with another number of gates than 3, left out: 1, "
         "the first has 5\n"},
    };
    check_all(list, CASES(list));
}

static void damaged(void **state)
{
    (void)state;
    static const DamageCase list[] = {
        /* a gate is missing, a line is no numbers, a number too many */
        {HEADER RAY_1 HOURS("11.3") GATE("0", "7.0") GATE("2", "8.0") RAY_2,
         TWO_RAYS "fails: damaged at line 14: rays with damaged lines, left out: 1\n"},
        {HEADER RAY_1 HOURS("11.3") GATE("0", "7.0") "  1 x 1.5 1.0E-6\r\n" GATE("2", "8.0") RAY_2,
         TWO_RAYS "fails: damaged at line 14: rays with damaged lines, left out: 1\n"},
        {HEADER RAY_1 HOURS("11.3") GATE("0", "7.0") GATE("1", "1.0 2.0") GATE("2", "8.0") RAY_2,
         TWO_RAYS "fails: damaged at line 14: rays with damaged lines, left out: 1\n"},
        {HEADER RAY_1 "11.3 0.00\r\n" GATE("0", "7.0") RAY_2,
         TWO_RAYS "fails: damaged at line 12: rays with damaged lines, left out: 1\n"},
        {HEADER RAY_1 "power on\r\n" RAY_2,
         TWO_RAYS "note: lines between the rays that are no numbers, left out: 1, the first in "
                  "line 12\n"},
    };
    check_all(list, CASES(list));
}

/* The line is left out, the rest is as ever. */
static void damaged_first_line(void **state)
{
    (void)state;
    static const char header[] = HEADER RAY_1 RAY_2;
    char text[sizeof header];
    memcpy(text, header, sizeof header);
    text[1] = '\x01';
    text_case(&format_halo, &(TextCase){"", text, 0, TWO_RAYS});
}

static void nul_bytes(void **state)
{
    (void)state;
    static const char between[] = HEADER RAY_1 "\0\0\0\0" RAY_2;
    static const char within[] = HEADER RAY_1 HOURS("11.3") "  0 7.0\0\0\0" GATE("2", "8.0") RAY_2;
    text_case(&format_halo, &(TextCase){"", between, sizeof between - 1,
                                        TWO_RAYS "note: 4 NUL bytes were left out\n"});
    text_case(&format_halo,
              &(TextCase){"", within, sizeof within - 1,
                          TWO_RAYS
                          "note: 3 NUL bytes were left out\n"
                          "fails: damaged at line 13: rays with damaged lines, left out: 1\n"});
}

static void other_recording(void **state)
{
    (void)state;
    static const DamageCase list[] = {
        {HEADER RAY_1 "Filename:\tStare_91.hpl\r\nNumber of gates:\t3\r\n"
                      "Range gate length (m):\t18\r\n****\r\n" RAY_2,
         ONE_RAY "note: headers further down, where the recording was started again: 1, the first "
                 "in line 12\n"
                 "fails: header_changes at line 12: a header further down cannot be read or is for "
                 "other gates: nothing was read from there on\n"},
        {HEADER RAY_1 "Filename:\tStare_91.hpl\r\nNumber of ga",
         ONE_RAY "note: headers further down, where the recording was started again: 1, the first "
                 "in line 12\n"},
    };
    check_all(list, CASES(list));
}

/* A line longer than what is held in memory at a time. */
static void endless_line(void **state)
{
    (void)state;
    enum { LENGTH = 700000 };
    static const char begin[] = HEADER RAY_1;
    char *text = malloc(LENGTH);
    assert_non_null(text);
    memset(text, 'x', LENGTH);
    memcpy(text, begin, sizeof begin - 1);
    TextFile *f = text_open(&format_halo, "test", "", text, LENGTH);
    assert_ok(f->reader != NULL, &f->error);
    auto_buffer Buffer out = {0};
    text_tell(&format_halo, f->reader, &out);
    assert_memory_equal(out.bytes, ONE_RAY "note:", sizeof ONE_RAY + 4);
    text_close(&format_halo, f);
    free(text);
}

typedef struct ProbeCase {
    const char *name, *text;
    Sureness sure;
} ProbeCase;

static void probes(void **state)
{
    (void)state;
    static const ProbeCase list[] = {
        {"a.hpl", HEADER RAY_1, SURE_BY_CONTENT},
        {"a.csv", HEADER, SURE_BY_CONTENT},
        {"a.hpl", "Filename:\tStare_1", SURE_BY_CONTENT},
        {"a.txt", "Filename:\tStare_1", SURE_NO},
        {"a.txt", "F\x01lename\r\nSystem ID:\t1\r\nNumber of gates:\t1\r\n", SURE_BY_CONTENT},
        {"a.txt", "name,System ID:,Number of gates:\n", SURE_NO},
        {"a.txt", "Filename:\tx\r\nSystem ID:\t", SURE_BY_CONTENT},
        {"a.hpl", RAY_1 RAY_2, SURE_BY_LOOKS},
        {"a.txt", RAY_1 RAY_2, SURE_NO},
        {"a.hpl", "a,b\n1,2\n1,2\n1,2\n1,2\n1,2\n", SURE_NO},
        {"a.hpl", "", SURE_NO},
    };
    for (size_t i = 0; i < CASES(list); i++) {
        const char *text = list[i].text;
        Input in = {.fd = -1, .name = list[i].name, .head = (const uint8_t *)text};
        in.size = in.head_size = strlen(text);
        Probe p = {0};
        format_halo.probe(&in, NULL, &p);
        assert_int_equal(p.sure, list[i].sure);
        assert_true(p.evidence[0] != '\0');
    }
}

static const Case cases[] = {
    {"cut", cut},
    {"unfinished", unfinished},
    {"nothing_whole", nothing_whole},
    {"lying_header", lying_header},
    {"other_gates", other_gates},
    {"damaged", damaged},
    {"damaged_first_line", damaged_first_line},
    {"nul_bytes", nul_bytes},
    {"other_recording", other_recording},
    {"endless_line", endless_line},
    {"probes", probes},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
