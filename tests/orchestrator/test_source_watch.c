/* test_source_watch.c: when a watched file is complete. */
#include "tests/orchestrator/watching.h"

static void what_is_there_first(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a/", "a/1.nc", "a/b/", "a/b/2.nc", ".git/", ".git/x", "3.nc", "old.part",
               "l -> nowhere", "out/", "out/ledger.db"));
    assert_int_equal(mkfifo("pipe", 0644), 0);
    Watched w = {.options = {.never = "out", .exclude = strings(LIST("3.*"))}};
    watch_begin(&w, &f);
    catch_up(&w);
    expect_told(&w, "a/1.nc", 1);
    expect_told(&w, "a/b/2.nc", 1);
    expect_told(&w, "3.nc (excluded by 3.*)", 1);
    expect_told(&w, ".git (hidden directory)", 1);
    expect_told(&w, "l (dangling symbolic link)", 1);
    expect_told(&w, "pipe (FIFO)", 1);
    assert_int_equal(w.count, 7);
    watch_end(&w);
}

static void filters_hold_for_events(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a/", "out/"));
    Watched w = {.options = {.never = "out",
                             .include = strings(LIST("a/*.nc", "catch_up_*")),
                             .exclude = strings(LIST("*_bad.nc"))}};
    watch_begin(&w, &f);
    catch_up(&w);
    build(LIST("a/1.nc", "a/1.csv", "1.nc", "a/2_bad.nc", "out/3.nc", "out/x/", "out/x/a/",
               ".hidden/", ".hidden/a/", ".hidden/a/1.nc"));
    assert_int_equal(mkfifo("a/pipe.nc", 0644), 0);
    catch_up(&w);
    await(&w, "a/1.nc");
    await(&w, "a/2_bad.nc (excluded by *_bad.nc)");
    await(&w, "a/pipe.nc (FIFO)");
    await(&w, ".hidden (hidden directory)");
    assert_int_equal(w.count, 6);
    watch_end(&w);
}

static void written_and_closed(void **state)
{
    (void)state;
    Folder f = folder_make();
    Watched w = {0};
    watch_begin(&w, &f);
    catch_up(&w);
    make_file("new", "1");
    await(&w, "new");
    int fd = open("slow", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(write(fd, "x", 1), 1);
        go_on_for(&w, 0.3); /* longer than it takes to settle */
    }
    expect_told(&w, "slow", 0);
    close(fd);
    await(&w, "slow");
    assert_int_equal(w.told[w.count - 1].identity.size, 3);
    fd = open("new", O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_int_equal(write(fd, "2", 1), 1);
    close(fd);
    await_times(&w, "new", 2);
    assert_int_equal(w.told[w.count - 1].identity.size, 2);
    watch_end(&w);
}

static void several_opens(void **state)
{
    (void)state;
    Folder f = folder_make();
    Watched w = {.options = {.settle_s = 0.4}};
    watch_begin(&w, &f);
    catch_up(&w);
    for (int i = 0; i < 8; i++) {
        int fd = open("grows", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        assert_int_equal(write(fd, "x", 1), 1);
        close(fd);
        go_on_for(&w, 0.1);
    }
    await(&w, "grows");
    assert_int_equal(w.told[w.count - 1].identity.size, 8);
    catch_up(&w);
    expect_told(&w, "grows", 1);
    watch_end(&w);
}

static void renamed(void **state)
{
    (void)state;
    Folder f = folder_make();
    Watched w = {.options = {.settle_s = 3, .incomplete = strings(LIST("*.upload"))}};
    watch_begin(&w, &f);
    build(LIST("1.nc.part", ".2.nc.Xa3f", "3.nc.tmp", "4.nc.upload", "5.nc.partial", "6.filepart",
               "7.swp"));
    go_on_for(&w, 3.5); /* longer than it takes to settle */
    assert_int_equal(w.count, 0);
    w.hasty = true;
    double start_s = monotonic_s();
    assert_int_equal(rename("1.nc.part", "1.nc"), 0);
    assert_int_equal(rename(".2.nc.Xa3f", "2.nc"), 0);
    make_file("8.nc.tmp", "x");
    assert_int_equal(rename("8.nc.tmp", "8.nc"), 0);
    await(&w, "1.nc");
    await(&w, "2.nc");
    await(&w, "8.nc");
    assert_true(monotonic_s() - start_s < 2.5); /* at once, not settled first */
    assert_int_equal(w.count, 3);
    watch_end(&w);
}

static void linked(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("in/", "outside"));
    Watched w = {.options = {.directories = strings(LIST("in"))}};
    watch_begin(&w, &f);
    assert_int_equal(link("outside", "in/hard"), 0); /* made whole: never opened, never closed */
    int fd = open("in", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0644);
    if (fd >= 0) {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        assert_int_equal(write(fd, "x", 1), 1);
        assert_int_equal(linkat(AT_FDCWD, path, AT_FDCWD, "in/nameless", AT_SYMLINK_FOLLOW), 0);
        close(fd);
        await(&w, "in/nameless");
    }
    await(&w, "in/hard");
    watch_end(&w);
}

static void times_are_set(void **state)
{
    (void)state;
    Folder f = folder_make();
    Watched w = {.hasty = true};
    watch_begin(&w, &f);
    make_file("a", "x");
    await(&w, "a");
    struct timespec past[] = {{1500000000, 0}, {1500000000, 0}};
    assert_int_equal(utimensat(AT_FDCWD, "a", past, 0), 0); /* another version */
    await_times(&w, "a", 2);
    assert_true(w.told[w.count - 1].identity.mtime_ns == INT64_C(1500000000000000000));
    struct timespec future[] = {{4000000000, 0}, {4000000000, 0}};
    make_file("b", "x");
    assert_int_equal(utimensat(AT_FDCWD, "b", future, 0), 0);
    await(&w, "b");
    watch_end(&w);
}

static void deleted_before_it_is_told(void **state)
{
    (void)state;
    Folder f = folder_make();
    Watched w = {0};
    watch_begin(&w, &f);
    catch_up(&w);
    build(LIST("a", "d/", "d/b"));
    step(&w);
    assert_int_equal(unlink("a"), 0);
    assert_int_equal(unlink("d/b"), 0);
    assert_int_equal(rmdir("d"), 0);
    catch_up(&w);
    assert_int_equal(w.count, 2);
    assert_int_equal(w.troubles + w.said_count, 0);
    watch_end(&w);
}

/* ---- sidecars */

static void sidecar_done(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("old.nc", "old.nc.done", "waits.nc"));
    Watched w = {.options = {.sidecar = ".done", .include = strings(LIST("*.nc", "*.done"))}};
    watch_begin(&w, &f);
    await(&w, "old.nc");
    await(&w, "old.nc.done (sidecar)");
    build(LIST("new.nc", "first.nc.done"));
    await(&w, "first.nc.done (sidecar)");
    go_on_for(&w, 0.3); /* longer than it takes to settle */
    assert_int_equal(w.count, 3);
    build(LIST("new.nc.done", "waits.nc.done", "first.nc"));
    await(&w, "new.nc");
    await(&w, "waits.nc");
    await(&w, "first.nc");
    expect_told(&w, "new.nc", 1);
    watch_end(&w);
}

/* The sums are md5sum's and sha256sum's. */
static void sidecar_sums(void **state)
{
    (void)state;
    Folder f = folder_make();
    make_file("old.nc", "hello\n");
    make_file("old.nc.md5", "b1946ac92492d2347c6235b4d2611184  old.nc\n");
    make_file("wrong.nc", "hellO\n");
    make_file("wrong.nc.md5", "b1946ac92492d2347c6235b4d2611184  wrong.nc\n");
    Watched w = {.options = {.sidecar = ".md5"}};
    watch_begin(&w, &f);
    await(&w, "old.nc");
    await_said(&w, "wrong.nc: its .md5 does not agree: it says b1946ac92492d2347c6235b4d2611184");
    make_file("none.nc", "x");
    make_file("none.nc.md5", "nothing of the kind\n");
    await_said(&w, "none.nc: its .md5 does not agree: no checksum of 32 digits in it");
    expect_told(&w, "wrong.nc", 0);
    make_file("wrong.nc", "hello\n"); /* sent again */
    await(&w, "wrong.nc");
    make_file("none.nc.md5", "MD5 (other) = b1946ac92492d2347c6235b4d2611184\n"
                             "MD5 (none.nc) = 9DD4E461268C8034F5C8564E155C67A6\n");
    await(&w, "none.nc");
    expect_told(&w, "old.nc", 1);
    assert_int_equal(w.said_count, 2);
    watch_end(&w);
}

static void sidecar_sha256(void **state)
{
    (void)state;
    Folder f = folder_make();
    Watched w = {.options = {.sidecar = ".sha256"}};
    watch_begin(&w, &f);
    int fd = open("large.nc", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    /* several steps; head -c 20M /dev/zero | sha256sum */
    assert_int_equal(ftruncate(fd, 20 << 20), 0);
    close(fd);
    make_file("large.nc.sha256",
              "5fa1e0f90d2a32cf1b6c0b7bc4a4a73b6d2b24ea0f7ed6a90e1ed3e0b6fd4f2f *large.nc\n");
    await_said(&w, "large.nc: its .sha256 does not agree: it says 5fa1");
    make_file("large.nc.sha256",
              "cd52d81e25f372e6fa4db2c0dfceb59862c1969cab17096da352b34950c973cc\n");
    await(&w, "large.nc");
    watch_end(&w);
}

/* ---- what becomes of what was told */

static void told_again_later(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a"));
    Watched w = {.hold = true};
    watch_begin(&w, &f);
    await(&w, "a");
    double pauses[2];
    for (size_t i = 0; i < 2; i++) {
        double start_s = monotonic_s();
        w.source->methods->settle(w.source, w.told[w.count - 1].ticket, SETTLED_LATER);
        await_times(&w, "a", 2 + i);
        pauses[i] = monotonic_s() - start_s;
    }
    assert_true(pauses[0] >= 1 && pauses[1] >= 2);
    w.source->methods->settle(w.source, w.told[w.count - 1].ticket, SETTLED);
    w.hold = false;
    catch_up(&w);
    expect_told(&w, "a", 3);
    watch_end(&w);
}

static void changed_while_it_is_read(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a"));
    Watched w = {.hold = true};
    watch_begin(&w, &f);
    await(&w, "a");
    uint64_t ticket = w.told[0].ticket;
    w.hold = false;
    make_file("a", "more");
    catch_up(&w);
    expect_told(&w, "a", 1); /* one reader at a time */
    w.source->methods->settle(w.source, ticket, SETTLED);
    await_times(&w, "a", 2);
    assert_int_equal(w.told[w.count - 1].identity.size, 4);
    watch_end(&w);
}

static void look_and_lost(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a", "d/"));
    Watched w = {0};
    watch_begin(&w, &f);
    await(&w, "a");
    Object o = {.uri = w.told[0].uri};
    Error e = {0};
    Arena a;
    arena_init(&a, 0);
    const SourceMethods *m = w.source->methods;
    make_file("a", "12345");
    assert_int_equal(m->look(w.source, &o, &a, &e), SOURCE_OBJECT);
    assert_int_equal(o.identity.size, 5);
    assert_false(m->lost(w.source, o.uri));
    assert_int_equal(unlink("a"), 0);
    assert_int_equal(m->look(w.source, &o, &a, &e), SOURCE_GONE);
    assert_true(m->lost(w.source, o.uri));
    assert_false(m->lost(w.source, "/elsewhere/a"));
    arena_deinit(&a);
    watch_end(&w);
}

static void is_it_behind(void **state)
{
    (void)state;
    Folder f = folder_make();
    struct timespec past[] = {{1500000000, 0}, {1500000000, 0}};
    build(LIST("a", "b"));
    assert_int_equal(utimensat(AT_FDCWD, "a", past, 0), 0);
    Watched w = {.options = {.settle_s = 1}};
    watch_begin(&w, &f);
    bool (*behind)(Source * s) = w.source->methods->behind;
    assert_true(behind(w.source)); /* nothing was listed yet */
    await(&w, "a");
    await(&w, "b");
    catch_up(&w);
    assert_false(behind(w.source));
    int fd = open("c", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    assert_false(behind(w.source)); /* it is being written */
    close(fd);
    go_on_for(&w, 0.01);
    assert_false(behind(w.source)); /* and may be written to again */
    await(&w, "c");
    struct stat st;
    assert_int_equal(stat("c", &st), 0);
    assert_int_equal(chmod("c", 0600), 0);
    double end_s = monotonic_s() + 1.5;
    while (monotonic_s() < end_s) /* it is due, but known */
        assert_false(behind(w.source));
    make_file("d.tmp", "x");
    assert_int_equal(rename("d.tmp", "d"), 0);
    assert_true(behind(w.source)); /* it is complete */
    await(&w, "d");
    assert_false(behind(w.source));
    w.hold = true;
    make_file("e", "x");
    await(&w, "e");
    assert_true(behind(w.source)); /* it is being read */
    w.source->methods->settle(w.source, w.told[w.count - 1].ticket, SETTLED_LATER);
    assert_true(behind(w.source)); /* it is to be read again */
    watch_end(&w);
}

static void more_than_there_is_room_for(void **state)
{
    (void)state;
    Folder f = folder_make();
    Watched w = {.options = {.most = 16}};
    watch_begin(&w, &f);
    catch_up(&w);
    char name[32];
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "%03d.nc", i);
        make_file(name, "x");
    }
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "%03d.nc", i);
        await(&w, name);
    }
    watch_end(&w);
}

static void refusals(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("file"));
    static const struct {
        const char *directory, *sidecar, *says;
    } cases[] = {{"missing", NULL, "missing"},
                 {"missing/below", NULL, "missing/below"},
                 {"file", NULL, "is no directory"},
                 {".", "", "--sidecar ``"},
                 {".", "a/b", "--sidecar `a/b`"}};
    for (size_t i = 0; i < CASES(cases); i++) {
        WatchOptions o = {.directories = {(const char *[]){cases[i].directory}, 1},
                          .sidecar = cases[i].sidecar,
                          .known = is_told,
                          .say = hear};
        Source *s;
        Error e = {0};
        assert_false(source_watch_open(&o, &s, &e));
        assert_int_equal(e.kind, ERROR_SETUP);
        if (!strstr(e.message, cases[i].says))
            fail_msg("'%s' does not say '%s'", e.message, cases[i].says);
    }
    folder_remove(&f);
}

static const Case cases[] = {
    {"what_is_there_first", what_is_there_first},
    {"filters_hold_for_events", filters_hold_for_events},
    {"written_and_closed", written_and_closed},
    {"several_opens", several_opens},
    {"renamed", renamed},
    {"linked", linked},
    {"times_are_set", times_are_set},
    {"deleted_before_it_is_told", deleted_before_it_is_told},
    {"sidecar_done", sidecar_done},
    {"sidecar_sums", sidecar_sums},
    {"sidecar_sha256", sidecar_sha256},
    {"told_again_later", told_again_later},
    {"changed_while_it_is_read", changed_while_it_is_read},
    {"look_and_lost", look_and_lost},
    {"is_it_behind", is_it_behind},
    {"more_than_there_is_room_for", more_than_there_is_room_for},
    {"refusals", refusals},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
