/* test_source_directory.c: listings of trees that each case builds for itself; what must come out
 * is written down by hand. */
#include "tests/orchestrator/listing.h"

#include <sys/socket.h>
#include <sys/un.h>

static void a_tree(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a/", "a/1.nc", "a/b/", "a/b/2.nc", "a/empty/", "a/.hidden", "3.nc"));
    const char **all = LIST("3.nc", "a/.hidden", "a/1.nc", "a/b/2.nc");
    expect_paths(&f, LIST("."), all);
    expect_paths(&f, LIST(f.path), all);
    expect_paths(&f, LIST("a/.."), all);
    expect_paths(&f, LIST("./a/b/../.."), all);
    expect_paths(&f, LIST("a/b/"), LIST("a/b/2.nc"));
    expect_paths(&f, LIST("a//b"), LIST("a/b/2.nc"));
    expect_paths(&f, LIST("a/1.nc"), LIST("a/1.nc"));
    expect_paths(&f, LIST("a/empty"), LIST());
    folder_remove(&f);
}

static void identities(void **state)
{
    (void)state;
    Folder f = folder_make();
    make_file("x", "12345");
    struct timespec times[] = {{1600000000, 0}, {1500000000, 123456789}};
    assert_int_equal(utimensat(AT_FDCWD, "x", times, 0), 0);
    struct stat st;
    assert_int_equal(stat("x", &st), 0);
    int fd = open("huge", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    assert_int_equal(ftruncate(fd, INT64_C(5) << 30), 0); /* a hole: takes no room */
    close(fd);
    DirectoryOptions o = {.paths = strings(LIST("."))};
    Source *s;
    Error e = {0};
    assert_ok(source_directory_open(&o, &s, &e), &e);
    for (int i = 0; i < 2; i++) {
        Object object = {0};
        assert_int_equal(s->methods->next(s, &object, &e), SOURCE_OBJECT);
        if (strstr(object.uri, "huge")) {
            assert_true(object.identity.size == UINT64_C(5368709120));
            continue;
        }
        assert_true(object.identity.size == 5);
        assert_true(object.identity.mtime_ns == INT64_C(1500000000123456789));
        assert_true(object.identity.inode == st.st_ino && object.identity.device == st.st_dev);
    }
    s->methods->close(s); /* before its end */
    folder_remove(&f);
}

static void names_are_bytes(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("two words", "new\nline", "b\xff\xfe\x80", "-", "@x", "*", "?", "tab\t", "'\"\\",
               "d d\n/", "d d\n/\xc3\x28", "l\n -> two words"));
    const char **all = LIST("'\"\\", "*", "-", "?", "@x", "b\xff\xfe\x80", "d d\n/\xc3\x28",
                            "new\nline", "tab\t", "two words");
    expect_paths(&f, LIST("."), all);
    expect_paths(&f, LIST("*"), LIST("*")); /* exists: no pattern */
    expect_paths(&f, LIST("./@x", "./-", "b\xff\xfe\x80"), LIST("-", "@x", "b\xff\xfe\x80"));
    folder_remove(&f);
}

static void overlapping_paths(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a/", "a/1", "a/b/", "a/b/2", "a/b/c/", "a/b/c/3", "l -> a/b"));
    const char **all = LIST("a/1", "a/b/2", "a/b/c/3");
    expect_paths(&f, LIST("a", "a/b"), all);
    expect_paths(&f, LIST("a/b", "a"), all);
    expect_paths(&f, LIST("a/b/c", "a", "a/b", "a"), all);
    expect_paths(&f, LIST("a", "a/b/2", "a/1"), all);
    expect_paths(&f, LIST("a/b/2", "a/1", "a/1", "a/b/../b/2", "a"), all);
    expect_paths(&f, LIST("a", "l"), all);
    expect_paths(&f, LIST("l", "a"), LIST("a/1", "l/2", "l/c/3")); /* as it was named first */
    expect_paths(&f, LIST("a/b/2", "."), all);
    folder_remove(&f);
}

/* Two names of one inode are two files: only a link leads to the same one. */
static void hard_links(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a/", "a/1"));
    assert_int_equal(link("a/1", "a/2"), 0);
    expect_paths(&f, LIST("a"), LIST("a/1", "a/2"));
    expect_paths(&f, LIST("a/1", "a"), LIST("a/1", "a/2"));
    folder_remove(&f);
}

static const struct {
    const char *what;
    const char *build[12], *paths[4], *expected[8];
} link_cases[] = {
    {"into the tree", {"a/", "a/1", "a/l -> 1", "a/m -> l"}, {"a"}, {"a/1"}},
    {"to a directory of the tree", {"a/", "a/b/", "a/b/1", "a/l -> b"}, {"a"}, {"a/b/1"}},
    {"into a tree named later",
     {"a/", "a/l -> ../b", "a/m -> ../b/1", "b/", "b/1"},
     {"a", "b"},
     {"b/1"}},
    {"out of the tree", {"a/", "a/l -> ../x", "x"}, {"a"}, {"a/l"}},
    {"twice out of the tree", {"a/", "a/m -> ../x", "a/l -> ../x", "x"}, {"a"}, {"a/l"}},
    {"to a directory outside",
     {"a/", "a/l -> ../o", "o/", "o/1", "o/p/", "o/p/2"},
     {"a"},
     {"a/l/1", "a/l/p/2"}},
    {"twice to a directory outside",
     {"a/", "a/m -> ../o", "a/l -> ../o", "o/", "o/1"},
     {"a"},
     {"a/l/1"}},
    {"directory first, then one inside it",
     {"a/", "a/l -> ../o", "a/m -> ../o/p", "o/", "o/1", "o/p/", "o/p/2"},
     {"a"},
     {"a/l/1", "a/l/p/2"}},
    {"inner directory first",
     {"a/", "a/m -> ../o", "a/l -> ../o/p", "o/", "o/1", "o/p/", "o/p/2"},
     {"a"},
     {"a/l/2", "a/m/1"}},
    {"a file and its directory",
     {"a/", "a/l -> ../o/1", "a/m -> ../o", "o/", "o/1"},
     {"a"},
     {"a/m/1"}},
    {"link in a linked directory",
     {"a/", "a/l -> ../o", "o/", "o/n -> ../q", "q/", "q/1"},
     {"a"},
     {"a/l/n/1"}},
    {"loop to itself", {"a/", "a/1", "a/l -> ."}, {"a"}, {"a/1"}},
    {"loop to the parent", {"a/", "a/1", "a/b/", "a/b/l -> ..", "a/b/2"}, {"a"}, {"a/1", "a/b/2"}},
    {"loop over a directory outside",
     {"a/", "a/l -> ../o", "o/", "o/1", "o/k -> ../a"},
     {"a"},
     {"a/l/1"}},
    {"out to the parent", {"a/", "a/1", "a/l -> ..", "x"}, {"a"}, {"a/1", "a/l/x"}},
    {"dangling",
     {"a/", "a/l -> nowhere", "a/m -> 1/2", "a/1"},
     {"a"},
     {"a/1", "a/l (dangling symbolic link)", "a/m (dangling symbolic link)"}},
    {"to each other",
     {"a/", "a/l -> m", "a/m -> l"},
     {"a"},
     {"a/l (dangling symbolic link)", "a/m (dangling symbolic link)"}},
    {"into a hidden directory, as git-annex has them",
     {"a/", "a/.git/", "a/.git/k", "a/l -> .git/k", "a/m -> .git/k"},
     {"a"},
     {"a/.git (hidden directory)", "a/l"}},
    {"hidden link to a directory",
     {"a/", "a/.l -> ../o", "o/", "o/1"},
     {"a"},
     {"a/.l (hidden directory)"}},
    {"named links",
     {"o/", "o/1", "x", "l -> o", "m -> x", "n -> nowhere"},
     {"l", "m", "n"},
     {"l/1", "m", "n (dangling symbolic link)"}},
    {"named link with a slash", {"o/", "o/1", "l -> o"}, {"l/"}, {"l/1"}},
};

static void links_are_followed_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof link_cases / sizeof *link_cases; i++) {
        Folder f = folder_make();
        const char *paths[4], *expected[8];
        memcpy(paths, link_cases[i].paths, sizeof paths);
        memcpy(expected, link_cases[i].expected, sizeof expected);
        build(link_cases[i].build);
        DirectoryOptions o = {.paths = strings(paths)};
        expect_of(link_cases[i].what, &f, &o, expected);
        folder_remove(&f);
    }
}

static void special_files(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a/", "a/1", "a/to_fifo -> ../pipe", "a/null -> /dev/null"));
    assert_int_equal(mkfifo("a/fifo", 0644), 0);
    assert_int_equal(mkfifo("pipe", 0644), 0);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "a/socket"};
    assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
    close(fd);
    expect_paths(
        &f, LIST("a", "pipe"),
        LIST("a/1", "a/fifo (FIFO)", "a/null (device)", "a/socket (socket)", "pipe (FIFO)"));
    expect_paths(
        &f, LIST("a"),
        LIST("a/1", "a/fifo (FIFO)", "a/null (device)", "a/socket (socket)", "a/to_fifo (FIFO)"));
    folder_remove(&f);
}

static void hidden_directories(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a/", "a/.git/", "a/.git/config", "a/.git/o/", "a/.git/o/1", "a/.x", "a/b/",
               "a/b/.svn/", "a/b/.svn/2"));
    expect_paths(&f, LIST("a"),
                 LIST("a/.git (hidden directory)", "a/.x", "a/b/.svn (hidden directory)"));
    expect_paths(&f, LIST("a/.git"), LIST("a/.git/config", "a/.git/o/1")); /* named: wanted */
    expect_paths(
        &f, LIST("a", "a/.git/o"),
        LIST("a/.git (hidden directory)", "a/.git/o/1", "a/.x", "a/b/.svn (hidden directory)"));
    folder_remove(&f);
}

static void includes_and_excludes(void **state)
{
    (void)state;
    static const struct {
        const char *paths[3], *include[3], *exclude[3], *expected[8];
    } rows[] = {
        {{"a"}, {"*.nc"}, {0}, {"a/1.nc", "a/b/2.nc", "a/l.nc"}},
        {{"a"}, {"b/*"}, {0}, {"a/b/2.nc", "a/b/3.csv"}},
        {{"a"}, {0}, {"*.csv"}, {"a/1.nc", "a/b/2.nc", "a/b/3.csv (excluded by *.csv)", "a/l.nc"}},
        {{"a"}, {0}, {"b"}, {"a/1.nc", "a/b (excluded by b)", "a/l.nc"}},
        {{"a"},
         {0},
         {"b/2.*", "1*"},
         {"a/1.nc (excluded by 1*)", "a/b/2.nc (excluded by b/2.*)", "a/b/3.csv", "a/l.nc"}},
        {{"a"}, {"*.nc"}, {"2*", "*.csv"}, {"a/1.nc", "a/b/2.nc (excluded by 2*)", "a/l.nc"}},
        {{"a"}, {0}, {"l*"}, {"a/1.nc", "a/b/2.nc", "a/b/3.csv", "a/l.nc (excluded by l*)"}},
        {{"a/b", "a/1.nc"}, {"2*"}, {0}, {"a/b/2.nc"}},
        {{"a/b", "a/1.nc"},
         {0},
         {"b", "1.nc"},
         {"a/1.nc (excluded by 1.nc)", "a/b (excluded by b)"}},
    };
    Folder f = folder_make();
    build(LIST("a/", "a/1.nc", "a/b/", "a/b/2.nc", "a/b/3.csv", "a/l.nc -> ../x", "x"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *paths[3], *include[3], *exclude[3], *expected[8];
        memcpy(paths, rows[i].paths, sizeof paths);
        memcpy(include, rows[i].include, sizeof include);
        memcpy(exclude, rows[i].exclude, sizeof exclude);
        memcpy(expected, rows[i].expected, sizeof expected);
        DirectoryOptions o = {
            .paths = strings(paths), .include = strings(include), .exclude = strings(exclude)};
        expect(&f, &o, expected);
    }
    folder_remove(&f);
}

/* A link into what the patterns have left out of its tree is another name that is wanted. */
static void links_to_what_is_left_out(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a/", "a/raw/", "a/raw/1", "a/1.nc -> raw/1", "a/skip.nc -> raw/1", "a/2.nc"));
    DirectoryOptions o = {.paths = strings(LIST("a")), .exclude = strings(LIST("raw"))};
    expect(&f, &o, LIST("a/1.nc", "a/2.nc", "a/raw (excluded by raw)"));
    o = (DirectoryOptions){.paths = strings(LIST("a")), .include = strings(LIST("*.nc"))};
    expect(&f, &o, LIST("a/1.nc", "a/2.nc"));
    o.exclude = strings(LIST("1*"));
    expect(&f, &o, LIST("a/1.nc (excluded by 1*)", "a/2.nc", "a/skip.nc"));
    folder_remove(&f);
}

static void never_entered(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a/", "a/1", "a/out/", "a/out/ledger.db", "a/out/d/", "a/out/d/2", "a/l -> out",
               "a/m -> out/d", "a/n -> out/ledger.db", "o -> a/out", "z/", "z/up -> ../a"));
    const char *const spellings[] = {"a/out", "./a/../a/out/", "o"};
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        DirectoryOptions o = {.paths = strings(LIST("a")), .never = spellings[i]};
        expect(&f, &o, LIST("a/1"));
        o.paths = strings(LIST("a/out", "a/out/d", "a/out/ledger.db", "o", "a/1"));
        expect(&f, &o, LIST("a/1"));
        o.paths = strings(LIST("z"));
        expect(&f, &o, LIST("z/up/1"));
    }
    DirectoryOptions o = {.paths = strings(LIST("z", "a/1")), .never = "made/later"};
    Source *s;
    Error e = {0};
    Object object = {0};
    assert_ok(source_directory_open(&o, &s, &e), &e);
    build(LIST("made/", "made/later/", "made/later/x", "z/made -> ../made"));
    for (int i = 0; i < 4; i++) { /* a/1, then z/up -> a: l m n and out; nothing of made/later */
        SourceEvent event = s->methods->next(s, &object, &e);
        if (event == SOURCE_END)
            break;
        assert_null(strstr(object.uri, "later"));
        assert_true(i < 3);
    }
    s->methods->close(s);
    folder_remove(&f);
}

static const Case cases[] = {
    {"a_tree", a_tree},
    {"identities", identities},
    {"names_are_bytes", names_are_bytes},
    {"overlapping_paths", overlapping_paths},
    {"hard_links", hard_links},
    {"links_are_followed_once", links_are_followed_once},
    {"special_files", special_files},
    {"hidden_directories", hidden_directories},
    {"includes_and_excludes", includes_and_excludes},
    {"links_to_what_is_left_out", links_to_what_is_left_out},
    {"never_entered", never_entered},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
