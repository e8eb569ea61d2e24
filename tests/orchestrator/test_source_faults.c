/* test_source_faults.c: listings of what cannot be listed, vanishes, or is very large. */
#include "orchestrator/source_list.h"
#include "tests/orchestrator/listing.h"

#include <errno.h>
#include <sys/resource.h>

/* Runs as somebody who has no right to everything, whoever started the test. */
static void become_nobody(void)
{
    if (geteuid() == 0 && (setegid(65534) != 0 || seteuid(65534) != 0))
        case_skip("cannot become another user");
}

static void become_root_again(void)
{
    if (getuid() == 0) {
        assert_int_equal(seteuid(0), 0);
        assert_int_equal(setegid(0), 0);
    }
}

static void directories_without_permission(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a/", "a/1", "a/shut/", "a/shut/2", "a/blind/", "a/blind/3", "a/blind/4", "a/ok/",
               "a/ok/5", "a/l -> shut/2"));
    assert_int_equal(chmod("a/shut", 0), 0);
    assert_int_equal(chmod("a/blind", 0444), 0); /* names, but nothing about them */
    become_nobody();
    Listing *l = malloc(sizeof *l);
    assert_non_null(l);
    DirectoryOptions o = {.paths = strings(LIST("a"))};
    list_all(&f, &o, l);
    static const char *const expected[] = {"! permission", "! permission", "! permission", "a/1",
                                           "a/ok/5"};
    bool same = l->count == 5;
    for (size_t i = 0; same && i < 5; i++)
        same = strcmp(l->lines[i], expected[i]) == 0;
    bool named =
        strstr(l->trouble.message, f.path) && strstr(l->trouble.message, "ermission denied");
    ErrorKind kind = l->trouble.kind;
    o.paths = strings(LIST("a/shut"));
    list_all(&f, &o, l);
    bool root_too = l->count == 1 && strcmp(l->lines[0], "! permission") == 0 &&
                    strstr(l->trouble.message, "a/shut");
    o.paths = strings(LIST("a/shut/2"));
    list_all(&f, &o, l);
    bool file_too = l->count == 1 && strcmp(l->lines[0], "! permission") == 0;
    become_root_again();
    free(l);
    assert_int_equal(chmod("a/shut", 0755), 0);
    assert_int_equal(chmod("a/blind", 0755), 0);
    folder_remove(&f);
    assert_true(same);
    assert_true(named);
    assert_int_equal(kind, ERROR_DATA);
    assert_true(root_too);
    assert_true(file_too);
}

static void too_many_open_files(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a/", "a/b/", "a/b/c/", "a/b/c/d/", "a/b/c/d/1"));
    int next = dup(STDIN_FILENO);
    close(next);
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    struct rlimit low = {.rlim_cur = (rlim_t)next + 2, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    Listing *l = malloc(sizeof *l);
    DirectoryOptions o = {.paths = strings(LIST("a"))};
    list_all(&f, &o, l);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(l->count, 1);
    assert_string_equal(l->lines[0], "! too_many_open_files");
    assert_int_equal(l->trouble.kind, ERROR_RETRY);
    assert_non_null(strstr(l->trouble.message, "/a/b/c"));
    assert_non_null(strstr(l->trouble.message, "ulimit -n"));
    free(l);
    folder_remove(&f);
}

/* Descriptors for `more` others than there are. */
static struct rlimit few_descriptors(int more)
{
    struct rlimit before, low;
    int next = dup(STDIN_FILENO);
    close(next);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    low = before;
    low.rlim_cur = (rlim_t)(next + more);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    return before;
}

/* Lists a/ with so few descriptors; after three waits there are enough. */
static void list_in_shortage(int more, bool patient)
{
    DirectoryOptions o = {.paths = strings(LIST("a"))};
    Source *s;
    Error e = {0};
    SourceEvent event;
    int objects = 0, waits = 0, troubles = 0;
    assert_ok(source_directory_open(&o, &s, &e), &e);
    s->patient = patient;
    struct rlimit before = few_descriptors(more);
    do {
        Object object = {0};
        event = s->methods->next(s, &object, &e);
        objects += event == SOURCE_OBJECT;
        waits += event == SOURCE_WAIT;
        troubles += event == SOURCE_TROUBLE;
        if (waits == 3)
            setrlimit(RLIMIT_NOFILE, &before);
    } while (event != SOURCE_END);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    s->methods->close(s);
    assert_int_equal(waits, patient && more < 3 ? 3 : 0);
    assert_int_equal(troubles, !patient && more < 3);
    assert_int_equal(objects, patient ? 3 : more);
}

/* At every directory, the first one too, and nothing is told twice. */
static void shortage_is_waited_for(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a/", "a/b/", "a/b/1", "a/b/c/", "a/b/c/2", "a/3"));
    for (int more = 0; more <= 3; more++) {
        list_in_shortage(more, false);
        list_in_shortage(more, true);
    }
    folder_remove(&f);
}

/* Chosen, then gone: told, and no fault. */
static void gone_from_a_list(void **state)
{
    (void)state;
    static const SourceEvent expected[] = {SOURCE_OBJECT, SOURCE_GONE, SOURCE_GONE, SOURCE_GONE,
                                           SOURCE_END};
    Folder f = folder_make();
    build(LIST("there", "folder/"));
    StringList uris = strings(LIST("there", "gone", "there/below", "folder"));
    Source *s;
    Error e = {0};
    assert_ok(source_list_open(&uris, NULL, &s, &e), &e);
    for (size_t i = 0; i < CASES(expected); i++) {
        Object object = {0};
        e = (Error){0};
        assert_int_equal(s->methods->next(s, &object, &e), expected[i]);
        if (expected[i] == SOURCE_GONE)
            assert_non_null(strstr(e.message, uris.items[i]));
    }
    s->methods->close(s);
    folder_remove(&f);
}

/* What a listing would have told, were it there: none of them is. */
static void loses_what_it_lists(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        bool lost;
    } rows[] = {
        {"a/gone", true},         {"a/b/gone", true}, {"a/no/such/gone", true},
        {"a/out/gone", false},    {"b/gone", false},  {"gone", false},
        {"a/skip/d/gone", false}, {"ab/gone", false}, {"a/b", false},
    };
    Folder f = folder_make();
    build(LIST("a/", "a/b/", "a/out/", "a/skip/", "b/"));
    DirectoryOptions o = {
        .paths = strings(LIST("a")), .exclude = strings(LIST("skip/**")), .never = "a/out"};
    Source *s;
    Error e = {0};
    assert_ok(source_directory_open(&o, &s, &e), &e);
    Object object = {0};
    while (s->methods->next(s, &object, &e) != SOURCE_END)
        ;
    for (size_t i = 0; i < CASES(rows); i++) {
        char uri[256];
        snprintf(uri, sizeof uri, "%s/%s", f.path, rows[i].path);
        print_message("%s\n", uri);
        assert_int_equal(s->methods->lost(s, uri), rows[i].lost);
    }
    s->methods->close(s);
    folder_remove(&f);
}

static void far_too_deep(void **state)
{
    (void)state;
    Folder f = folder_make();
    int at = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; i < 10000; i++) {
        assert_int_equal(mkdirat(at, "d", 0755), 0);
        int below = openat(at, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(below >= 0);
        if (i < 255) /* levels 1 (the root) to 255 */
            assert_int_equal(mknodat(at, "f", S_IFREG | 0644, 0), 0);
        close(at);
        at = below;
    }
    close(at);
    DirectoryOptions o = {.paths = strings(LIST("."))};
    Source *s;
    Error e = {0};
    assert_ok(source_directory_open(&o, &s, &e), &e);
    int objects = 0, troubles = 0;
    for (;;) {
        Object object = {0};
        SourceEvent event = s->methods->next(s, &object, &e);
        if (event == SOURCE_END)
            break;
        objects += event == SOURCE_OBJECT;
        troubles += event == SOURCE_TROUBLE;
    }
    s->methods->close(s);
    assert_int_equal(objects, 255);
    assert_int_equal(troubles, 1);
    assert_string_equal(e.code, "too_deep");
    folder_remove(&f);
}

/* What vanishes between two calls is gone, and nothing else. */
static void vanishing(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a/", "a/d/", "a/d/e/"));
    for (int i = 0; i < 40; i++) {
        char name[32];
        snprintf(name, sizeof name, "a/d/e/%d", i);
        make_file(name, "");
    }
    DirectoryOptions o = {.paths = strings(LIST("a"))};
    Source *s;
    Error e = {0};
    Object object = {0};
    assert_ok(source_directory_open(&o, &s, &e), &e);
    assert_int_equal(s->methods->next(s, &object, &e), SOURCE_OBJECT); /* in the midst of e */
    for (int i = 0; i < 40; i++) {
        char name[32];
        snprintf(name, sizeof name, "a/d/e/%d", i);
        assert_int_equal(unlink(name), 0);
    }
    assert_int_equal(rmdir("a/d/e"), 0);
    assert_int_equal(rmdir("a/d"), 0);
    assert_int_equal(s->methods->next(s, &object, &e), SOURCE_END);
    s->methods->close(s);
    assert_ok(source_directory_open(&o, &s, &e), &e);
    assert_int_equal(rmdir("a"), 0); /* before it is begun: it was named, so this is told */
    assert_int_equal(s->methods->next(s, &object, &e), SOURCE_TROUBLE);
    assert_string_equal(e.code, "not_found");
    assert_int_equal(s->methods->next(s, &object, &e), SOURCE_END);
    s->methods->close(s);
    folder_remove(&f);
}

static void memory_stays_flat(void **state)
{
    (void)state;
    enum { FILES = 200000 };
    Folder f = folder_make();
    assert_int_equal(mkdir("a", 0755), 0);
    int at = open("a", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; i < FILES; i++) {
        char name[32];
        snprintf(name, sizeof name, "file-%06d.nc", i);
        if (mknodat(at, name, S_IFREG | 0644, 0) < 0)
            fail_msg("%s: %s", name, strerror(errno));
    }
    close(at);
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    DirectoryOptions o = {.paths = strings(LIST("a"))};
    Source *s;
    Error e = {0};
    assert_ok(source_directory_open(&o, &s, &e), &e);
    int objects = 0;
    Object object = {0};
    while (s->methods->next(s, &object, &e) == SOURCE_OBJECT)
        objects++;
    s->methods->close(s);
    getrusage(RUSAGE_SELF, &after);
    folder_remove(&f);
    assert_int_equal(objects, FILES);
    assert_true(after.ru_maxrss - before.ru_maxrss < 8 * 1024); /* KiB */
}

static const Case cases[] = {
    {"directories_without_permission", directories_without_permission},
    {"too_many_open_files", too_many_open_files},
    {"shortage_is_waited_for", shortage_is_waited_for},
    {"gone_from_a_list", gone_from_a_list},
    {"loses_what_it_lists", loses_what_it_lists},
    {"far_too_deep", far_too_deep},
    {"vanishing", vanishing},
    {"memory_stays_flat", memory_stays_flat},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
