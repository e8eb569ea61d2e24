/* test_source_watch_trees.c: what happens to watched directories, and what the kernel cannot tell
 * of it. */
#include "tests/orchestrator/watching.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>

enum { STORM = 400 };

static void make_level(const char *path, int number)
{
    char file[80];
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        return;
    snprintf(file, sizeof file, "%s/%d.nc", path, number);
    make_file(file, "x");
}

/* mkdir -p with a file at each level, as fast as it goes. */
static void *storm(void *unused)
{
    (void)unused;
    char path[64];
    for (int i = 0; i < STORM; i++) {
        int length = snprintf(path, sizeof path, "%d", i % 20);
        for (int depth = 0; depth < 4; depth++) {
            make_level(path, i);
            length += snprintf(path + length, sizeof path - (size_t)length, "/%d", i % 3);
        }
    }
    return NULL;
}

static void directories_made_meanwhile(void **state)
{
    (void)state;
    Folder f = folder_make();
    Watched w = {0};
    watch_begin(&w, &f);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, storm, NULL), 0);
    go_on_for(&w, 0.5);
    pthread_join(thread, NULL);
    for (int i = 0; i < STORM; i++) {
        char file[80];
        snprintf(file, sizeof file, "%d/%d/%d/%d/%d.nc", i % 20, i % 3, i % 3, i % 3, i);
        await(&w, file);
        snprintf(file, sizeof file, "%d/%d.nc", i % 20, i);
        await(&w, file);
    }
    assert_int_equal(w.troubles, 0);
    watch_end(&w);
}

static void trees_moved(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("in/", "in/a/", "in/a/b/", "in/a/b/1.nc", "out/", "out/c/", "out/c/d/",
               "out/c/d/2.nc"));
    Watched w = {.options = {.directories = strings(LIST("in"))}};
    watch_begin(&w, &f);
    await(&w, "in/a/b/1.nc");
    assert_int_equal(rename("out/c", "in/c"), 0); /* in from elsewhere */
    await(&w, "in/c/d/2.nc");
    assert_int_equal(rename("in/a", "in/c/e"), 0); /* from here to there */
    await(&w, "in/c/e/b/1.nc");
    make_file("in/c/e/b/3.nc", "x"); /* under its new name */
    await(&w, "in/c/e/b/3.nc");
    assert_int_equal(rename("in/c", "out/c"), 0); /* out: nobody's business any more */
    make_file("out/c/d/4.nc", "x");
    make_file("in/5.nc", "x");
    await(&w, "in/5.nc");
    assert_int_equal(w.count, 5);
    build(LIST("in/c/", "in/c/d/", "in/c/d/6.nc")); /* and made anew */
    await(&w, "in/c/d/6.nc");
    assert_int_equal(w.troubles, 0);
    watch_end(&w);
}

static void deleted_and_made_anew(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("in/", "in/a/", "in/a/1.nc", "other/", "other/2.nc"));
    Watched w = {.options = {.directories = strings(LIST("in"))}};
    watch_begin(&w, &f);
    await(&w, "in/a/1.nc");
    assert_int_equal(rename("in", "away"), 0);
    await_said(&w, "/in is not there any more");
    make_file("away/a/3.nc", "x"); /* under no name that was asked for */
    assert_int_equal(rename("other", "in"), 0);
    await_said(&w, "/in is there again");
    await(&w, "in/2.nc");
    make_file("in/4.nc", "x");
    await(&w, "in/4.nc");
    for (int i = 0; i < 3; i++) { /* at once: not seen to be gone */
        char name[32];
        assert_int_equal(system("rm -rf in"), 0);
        snprintf(name, sizeof name, "in/again/%d.nc", i);
        build(LIST("in/", "in/again/", name));
        await(&w, name);
    }
    assert_int_equal(w.count, 6);
    assert_int_equal(w.troubles, 0);
    watch_end(&w);
}

static void events_lost(void **state)
{
    (void)state;
    Folder f = folder_make();
    Watched w = {0};
    watch_begin(&w, &f);
    make_file("before", "x");
    await(&w, "before");
    char name[32];
    assert_int_equal(mkdir("d", 0755), 0);
    for (int i = 0; i < 9000; i++) { /* three events each but in d, which is not watched yet; the
                                      * kernel keeps 16,384 */
        snprintf(name, sizeof name, "%s%d.nc", i % 4 ? "" : "d/", i);
        make_file(name, "x");
    }
    await_said(&w, "more changes than the kernel keeps");
    for (int i = 0; i < 9000; i++) {
        snprintf(name, sizeof name, "%s%d.nc", i % 4 ? "" : "d/", i);
        await(&w, name);
    }
    expect_told(&w, "before", 1); /* known: not told again by the second listing */
    make_file("d/after", "x");
    await(&w, "d/after");
    watch_end(&w);
}

static void symbolic_links(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("in/", "in/a/", "in/a/1.nc", "out/", "out/2.nc", "single.nc", "later.nc",
               "in/tree -> ../out", "in/file.nc -> ../single.nc", "in/twice.nc -> a/1.nc"));
    Watched w = {.options = {.directories = strings(LIST("in"))}};
    watch_begin(&w, &f);
    await(&w, "in/a/1.nc");
    await(&w, "in/tree/2.nc");
    await(&w, "in/file.nc");
    make_file("out/3.nc", "x"); /* in the directory that a link leads to */
    await(&w, "in/tree/3.nc");
    make_file("single.nc", "more"); /* the file that a link leads to */
    await_times(&w, "in/file.nc", 2);
    make_file("single.nc.new", "and more");
    assert_int_equal(rename("single.nc.new", "single.nc"), 0); /* another file takes its place */
    await_times(&w, "in/file.nc", 3);
    make_file("single.nc", "much more");
    await_times(&w, "in/file.nc", 4);
    assert_int_equal(symlink("../later.nc", "in/new.nc"), 0);
    assert_int_equal(symlink("a/1.nc", "in/again.nc"), 0);
    await(&w, "in/new.nc");
    assert_int_equal(w.count, 8);
    watch_end(&w);
}

static void overlapping(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a/", "a/b/"));
    Watched w = {.options = {.directories = strings(LIST("a/b", "a", "./a/../a"))}};
    watch_begin(&w, &f);
    build(LIST("a/1.nc", "a/b/2.nc", "a/c/", "a/c/3.nc"));
    await(&w, "a/1.nc");
    await(&w, "a/b/2.nc");
    await(&w, "a/c/3.nc");
    assert_int_equal(w.count, 3);
    watch_end(&w);
}

static void polled(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a/", "a/1.nc"));
    Watched w = {.options = {.poll_s = 0.2}};
    watch_begin(&w, &f);
    await(&w, "a/1.nc");
    build(LIST("b/", "b/2.nc", "b/3.nc.part", "l -> b"));
    await(&w, "b/2.nc");
    make_file("a/1.nc", "more");
    await_times(&w, "a/1.nc", 2);
    go_on_for(&w, 1); /* several listings */
    assert_int_equal(w.count, 3);
    assert_int_equal(rename("b/3.nc.part", "b/3.nc"), 0);
    await(&w, "b/3.nc");
    assert_int_equal(w.troubles + w.said_count, 0);
    watch_end(&w);
}

/* ---- worlds of their own: what is changed there changes nothing here */

/* In a child with namespaces of its own; `world` leaves with 77 where it cannot be had. */
static void in_a_world(int namespaces, void (*world)(void))
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (unshare(namespaces) < 0)
            _exit(77);
        world();
        _exit(0);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        case_skip("needs namespaces and the right to change them");
    assert_int_equal(status, 0);
}

/* A failed assertion ends the child by a signal or another code. */
static void must(bool ok)
{
    if (!ok)
        _exit(1);
}

static bool set_limit(const char *value)
{
    int fd = open("/proc/sys/user/max_inotify_watches", O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);
    close(fd);
    return ok;
}

static void few_watches(void)
{
    if (!set_limit("4"))
        _exit(77);
    Folder f = folder_make();
    build(LIST("a/", "b/", "c/", "d/", "e/", "f/", "f/g/", "a/1.nc", "f/1.nc", "f/l -> 1.nc"));
    Watched w = {.options = {.again_s = 0.3}};
    watch_begin(&w, &f);
    await(&w, "a/1.nc");
    await(&w, "f/1.nc");
    must(was_said(&w, "fs.inotify.max_user_watches"));
    const char **later =
        LIST("a/2.nc", "b/2.nc", "c/2.nc", "d/2.nc", "e/2.nc", "f/2.nc", "f/g/2.nc");
    build(later);
    for (size_t i = 0; later[i]; i++)
        await(&w, later[i]);
    build(LIST("e/h/", "e/h/3.nc", "f/i/", "f/i/3.nc"));
    await(&w, "e/h/3.nc");
    await(&w, "f/i/3.nc");
    must(w.count == 11 && w.said_count == 1 && w.troubles == 0);
    watch_end(&w);
}

static void watches_run_out(void **state)
{
    (void)state;
    in_a_world(CLONE_NEWUSER, few_watches);
}

static void without_inotify(void)
{
    int fd = open("/proc/sys/user/max_inotify_instances", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, "0", 1) != 1)
        _exit(77);
    close(fd);
    Folder f = folder_make();
    build(LIST("1.nc"));
    Watched w = {.options = {.again_s = 0.3}};
    watch_begin(&w, &f);
    must(was_said(&w, "fs.inotify.max_user_instances"));
    await(&w, "1.nc");
    make_file("2.nc", "x");
    await(&w, "2.nc");
    watch_end(&w);
}

static void inotify_runs_out(void **state)
{
    (void)state;
    in_a_world(CLONE_NEWUSER, without_inotify);
}

static void mounted_over(void)
{
    Folder f = folder_make();
    build(LIST("in/", "in/below.nc"));
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("weir", "in", "tmpfs", 0, "size=1m") < 0) {
        folder_remove(&f);
        _exit(77);
    }
    static const char *in[] = {"in"};
    Watched w = {.options = {.directories = {in, 1}}};
    build(LIST("in/1.nc"));
    watch_begin(&w, &f);
    await(&w, "in/1.nc");
    must(umount("in") == 0);
    await(&w, "in/below.nc");
    must(mount("weir", "in", "tmpfs", 0, "size=1m") == 0);
    build(LIST("in/2.nc"));
    await(&w, "in/2.nc");
    make_file("in/3.nc", "x");
    await(&w, "in/3.nc");
    must(umount("in") == 0);
    must(w.troubles == 0);
    watch_end(&w);
}

static void unmounted(void **state)
{
    (void)state;
    in_a_world(CLONE_NEWNS, mounted_over);
}

static const Case cases[] = {
    {"directories_made_meanwhile", directories_made_meanwhile},
    {"trees_moved", trees_moved},
    {"deleted_and_made_anew", deleted_and_made_anew},
    {"events_lost", events_lost},
    {"symbolic_links", symbolic_links},
    {"overlapping", overlapping},
    {"polled", polled},
    {"watches_run_out", watches_run_out},
    {"inotify_runs_out", inotify_runs_out},
    {"unmounted", unmounted},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
