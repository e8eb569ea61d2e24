/* test_probes.c: what all probes of a file share: the head as text, and an end where one is sure.
 */
#include "formats/csv/csv.h"
#include "formats/formats.h"
#include "formats/text/text_head.h"
#include "tests/support/cases.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static uint8_t head[INPUT_HEAD_SIZE];

static Input input_of(const char *bytes, size_t size)
{
    Input in;
    Error e = {0};
    int fd = memfd_create("probes", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    assert_ok(input_init(&in, fd, "probes.txt", head, &e), &e);
    return in;
}

/* --- the text of the head ------------------------------------------------------------------- */

typedef struct Ask {
    size_t lines_max;
    const char *lines; /* each with a bar behind it */
    bool whole;
} Ask;

typedef struct LookCase {
    const char *bytes;
    size_t size;
    Ask asks[4];
} LookCase;

#define BYTES(bytes) bytes, sizeof(bytes) - 1

static const LookCase looks[] = {
    {BYTES("a\nb\r\n\nd"),
     {{1, "a|", false}, {2, "a|b|", false}, {3, "a|b||", false}, {9, "a|b||d|", true}}},
    {BYTES("a\nb\r\n\nd"),
     {{9, "a|b||d|", true}, {4, "a|b||d|", true}, {3, "a|b||", false}, {1, "a|", false}}},
    {BYTES("\xff\xfe"
           "a\0\n\0\xe9\0"),
     {{1, "a|", false}, {2, "a|\xc3\xa9|", true}, {1, "a|", false}, {2, "a|\xc3\xa9|", true}}},
    {BYTES("\x80\n\xb0"),
     {{1, "\xe2\x82\xac|", false},
      {2, "\xe2\x82\xac|\xc2\xb0|", true},
      {1, "\xe2\x82\xac|", false},
      {0, "", false}}},
    {BYTES(""), {{1, "", true}, {5, "", true}, {1, "", true}, {5, "", true}}},
};

static void ask(const Input *in, const Ask *ask, size_t row)
{
    Arena a;
    TextHead h;
    Error e = {0};
    char lines[64] = "";
    arena_init(&a, 0);
    assert_ok(text_head_read(in, ask->lines_max, true, &h, &a, &e), &e);
    for (size_t i = 0; i < h.count; i++)
        snprintf(lines + strlen(lines), sizeof lines - strlen(lines), "%s|", h.lines[i].bytes);
    if (strcmp(lines, ask->lines) != 0 || h.whole != ask->whole)
        fail_msg("case %zu, %zu lines: %s whole %d", row, ask->lines_max, lines, h.whole);
    arena_deinit(&a);
}

/* Each probe for itself, and all of them together. */
static void head_is_shared(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(looks); i++) {
        TextLook look = {.taken = false};
        Input own = input_of(looks[i].bytes, looks[i].size), shared = own;
        shared.look = &look;
        for (size_t k = 0; k < CASES(looks[i].asks); k++) {
            ask(&own, &looks[i].asks[k], i);
            ask(&shared, &looks[i].asks[k], i);
        }
        text_look_deinit(&look);
        close(own.fd);
    }
}

/* --- the end of the probes ------------------------------------------------------------------ */

static Sureness sureness_of(const char *name, const Probe *probes, bool *asked_csv)
{
    Sureness sure = SURE_NO;
    for (size_t i = 0; formats_all[i]; i++) {
        if (strcmp(formats_all[i]->name, name) == 0)
            sure = probes[i].sure;
        if (formats_all[i] == &format_csv)
            *asked_csv = probes[i].evidence[0] != '\0';
    }
    return sure;
}

/* A logger's table might be read as CSV too, which is asked only where somebody wants to know. */
static void probes_end(void **state)
{
    (void)state;
    static const char table[] = "\"TOA5\",\"a\",\"CR1000\",\"1\",\"2\",\"3\",\"4\",\"t\"\n"
                                "\"TIMESTAMP\",\"T\"\n\"TS\",\"C\"\n\"\",\"Avg\"\n"
                                "\"2020-01-01 00:00:00\",1\n\"2020-01-01 00:01:00\",2\n";
    Arena a;
    Error e = {0};
    Probe probes[FORMATS_MAX];
    const void *options[FORMATS_MAX] = {NULL};
    Input in = input_of(table, strlen(table));
    arena_init(&a, 0);
    for (size_t i = 0; formats_all[i]; i++) {
        if (!formats_all[i]->options)
            continue;
        void *target = arena_alloc(&a, formats_all[i]->options_size);
        assert_ok(options_defaults(formats_all[i]->options, target, &a, &e), &e);
        options[i] = target;
    }
    for (int all = 0; all < 2; all++) {
        bool asked_csv = false;
        const Format *winner = formats_probe(&in, options, all, probes);
        assert_non_null(winner);
        assert_string_equal(winner->name, "toa5");
        assert_int_equal(sureness_of("toa5", probes, &asked_csv), SURE_BY_CONTENT);
        assert_int_equal(asked_csv, all);
    }
    arena_deinit(&a);
    close(in.fd);
}

static const Case cases[] = {
    {"head_is_shared", head_is_shared},
    {"probes_end", probes_end},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
