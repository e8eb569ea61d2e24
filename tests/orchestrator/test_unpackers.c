/* test_unpackers.c: which run goes on with an archive that is open, and which begins anew. What an
 * archive was read from is overwritten: only one that is still open has members then. */
#include "orchestrator/unpackers.h"
#include "tests/support/make_archive.h"

typedef struct Fixture {
    Unpackers unpackers;
    Arena arena;
    int out;
    Listing said;
} Fixture;

/* A tar of four members, one a run. */
typedef struct Tar {
    int fd;
    uint8_t head[INPUT_HEAD_SIZE];
    Input in;
} Tar;

static void start(Fixture *f)
{
    *f = (Fixture){.out = memfd_create("out", MFD_CLOEXEC)};
    assert_true(f->out >= 0);
    arena_init(&f->arena, 0);
}

static void stop(Fixture *f)
{
    unpackers_close(&f->unpackers, 0);
    arena_deinit(&f->arena);
    close(f->out);
}

static void open_tar(Tar *t, char letter)
{
    Made m = {.length = 0};
    Error e = {0};
    for (int i = 0; i < 4; i++)
        made_tar(&m, (const char[]){letter, (char)('0' + i), '\0'}, '0', "1,2\n");
    made_tar_end(&m);
    t->fd = made_file(&m);
    assert_ok(input_init(&t->in, t->fd, "x.tar", t->head, &e), &e);
}

static void wipe(const Tar *t)
{
    assert_int_equal(ftruncate(t->fd, 0), 0);
    assert_int_equal(ftruncate(t->fd, (off_t)t->in.size), 0);
}

/* The name of the one member of the run, or "". */
static const char *run(Fixture *f, const Tar *t, uint64_t depth, uint64_t first)
{
    UnpackOrder o = {.out = f->out,
                     .depth = depth,
                     .first = first,
                     .run_bytes = 1,
                     .run_members = 100,
                     .bytes_left = 1 << 20,
                     .entries_left = 100,
                     .member_bytes = 1 << 20};
    unpackers_run(&f->unpackers, &t->in, &o, &f->arena, &f->said);
    assert_int_equal(f->said.error.kind, ERROR_NONE);
    assert_true(f->said.unpacked.count <= 1);
    return f->said.unpacked.count ? f->said.unpacked.members[0].name : "";
}

static void goes_on(void **state)
{
    (void)state;
    Fixture f;
    Tar a;
    start(&f);
    open_tar(&a, 'a');
    assert_string_equal(run(&f, &a, 0, 0), "a0");
    wipe(&a);
    assert_string_equal(run(&f, &a, 0, 1), "a1");
    assert_string_equal(run(&f, &a, 0, 2), "a2");
    assert_string_equal(run(&f, &a, 0, 3), "a3");
    assert_false(f.said.unpacked.more);
    assert_null(f.unpackers.open[0]);
    close(a.fd);
    stop(&f);
}

static void begins_anew(void **state)
{
    (void)state;
    static const struct {
        uint64_t first;
        const char *name;
    } rows[] = {{0, "b0"}, {1, "b1"}, {3, "b3"}}; /* it is open at 2 */
    for (size_t i = 0; i < CASES(rows); i++) {
        Fixture f;
        Tar a, b;
        start(&f);
        open_tar(&a, 'a');
        open_tar(&b, 'b');
        run(&f, &a, 0, 0);
        assert_string_equal(run(&f, &a, 0, 1), "a1");
        assert_string_equal(run(&f, &b, 0, rows[i].first), rows[i].name);
        close(a.fd);
        close(b.fd);
        stop(&f);
    }
}

static void others_in_it(void **state)
{
    (void)state;
    Fixture f;
    Tar a, b, c;
    start(&f);
    open_tar(&a, 'a');
    open_tar(&b, 'b');
    open_tar(&c, 'c');
    assert_string_equal(run(&f, &a, 0, 0), "a0");
    wipe(&a);
    assert_string_equal(run(&f, &b, 1, 0), "b0");
    assert_string_equal(run(&f, &c, 2, 0), "c0");
    wipe(&b);
    assert_string_equal(run(&f, &b, 1, 1), "b1"); /* stays open */
    assert_null(f.unpackers.open[2]);             /* it was in b0 */
    assert_string_equal(run(&f, &a, 0, 1), "a1");
    assert_null(f.unpackers.open[1]);
    assert_string_equal(run(&f, &c, 1, 0), "c0"); /* not b */
    assert_string_equal(run(&f, &a, 0, 2), "a2");
    close(a.fd);
    close(b.fd);
    close(c.fd);
    stop(&f);
}

static const Case cases[] = {
    {"goes_on", goes_on},
    {"begins_anew", begins_anew},
    {"others_in_it", others_in_it},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
