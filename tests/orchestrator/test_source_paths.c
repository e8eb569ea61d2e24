/* test_source_paths.c: what users name: files, patterns, lists. */
#include "tests/orchestrator/listing.h"

static void patterns_of_the_shell(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a/", "a/1.nc", "a/2.csv", "b/", "b/3.nc", "b/c/", "b/c/4.nc"));
    expect_paths(&f, LIST("*/*.nc"), LIST("a/1.nc", "b/3.nc"));
    expect_paths(&f, LIST("[b]"), LIST("b/3.nc", "b/c/4.nc"));
    folder_remove(&f);
}

static void paths_that_do_not_exist(void **state)
{
    (void)state;
    Folder f = folder_make();
    build(LIST("a"));
    const char *const missing[] = {"nothing", "no/thing", "*.nc", "a/", "a/b", "", "@nothing"};
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
        DirectoryOptions o = {.paths = strings(LIST("a", missing[i]))};
        Source *s = NULL;
        Error e = {0};
        assert_false(source_directory_open(&o, &s, &e));
        assert_null(s);
        assert_int_equal(e.kind, ERROR_SETUP);
        assert_string_equal(e.code, "not_found");
        assert_non_null(strstr(e.message, missing[i] + (missing[i][0] == '@')));
    }
    folder_remove(&f);
}

static void write_list(const char *path, const char *bytes, size_t length)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_int_equal(write(fd, bytes, length), length);
    close(fd);
}

static void lists(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *expected[6];
    } rows[] = {
#define BYTES(text) (text), sizeof(text) - 1
        {BYTES("a/1\na/2\n"), {"a/1", "a/2"}},
        {BYTES("a/1\n\n\na/2"), {"a/1", "a/2"}},
        {BYTES("a/1\0a/2\0"), {"a/1", "a/2"}},
        {BYTES("a/new\nline\0a/2"), {"a/2", "a/new\nline"}},
        {BYTES("a"), {"a/1", "a/2", "a/new\nline"}},
        {BYTES("a\na/1\n./a/2\n"), {"a/1", "a/2", "a/new\nline"}},
        {BYTES(""), {0}},
        {BYTES("\n"), {0}},
        {BYTES("\0"), {0}},
        {BYTES("a/1\nmissing\na/2\n"), {"! not_found", "a/1", "a/2"}},
        {BYTES("a/1\nno/such\na/*\n"), {"! not_found", "! not_found", "a/1"}},
        {BYTES("-\n@list\n"), {"! not_found", "! not_found"}},
#undef BYTES
    };
    Folder f = folder_make();
    build(LIST("a/", "a/1", "a/2", "a/new\nline", "empty/"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *expected[6];
        memcpy(expected, rows[i].expected, sizeof expected);
        write_list("l.txt", rows[i].bytes, rows[i].length);
        expect_paths(&f, LIST("@l.txt"), expected);
        bool whole = !expected[0] || expected[0][0] != '!';
        if (whole) /* what was told once is not told again */
            expect_paths(&f, LIST("@l.txt", "empty", "@l.txt"), expected);
        int before = dup(STDIN_FILENO), list = open("l.txt", O_RDONLY | O_CLOEXEC);
        dup2(list, STDIN_FILENO);
        expect_paths(&f, LIST("-", "empty"), expected);
        dup2(before, STDIN_FILENO);
        close(before);
        close(list);
    }
    folder_remove(&f);
}

/* The names that end in 0000, 0001, ... come out in this order. */
static void expect_numbered(const char *list, int files)
{
    DirectoryOptions o = {.paths = strings(LIST(list))};
    Source *s;
    Error e = {0};
    Object object = {0};
    assert_ok(source_directory_open(&o, &s, &e), &e);
    for (int i = 0; i < files; i++) {
        char number[16];
        snprintf(number, sizeof number, "/%04d", i);
        if (s->methods->next(s, &object, &e) != SOURCE_OBJECT || object.uri_length < 5 ||
            strcmp(object.uri + object.uri_length - 5, number) != 0)
            fail_msg("%s: no name with %s", list, number);
    }
    assert_int_equal(s->methods->next(s, &object, &e), SOURCE_END);
    s->methods->close(s);
}

/* Names across the borders of the blocks that are read, more of them than one block holds. */
static void long_list(void **state)
{
    (void)state;
    enum { FILES = 3000 };
    static char bytes[FILES * 64];
    Folder f = folder_make();
    assert_int_equal(mkdir("a-name-that-makes-the-list-long-enough", 0755), 0);
    size_t length = 0;
    for (int i = 0; i < FILES; i++) {
        char name[64];
        snprintf(name, sizeof name, "a-name-that-makes-the-list-long-enough/%04d", i);
        assert_int_equal(mknod(name, S_IFREG | 0644, 0), 0);
        length += (size_t)snprintf(bytes + length, sizeof bytes - length, "%s\n", name);
    }
    write_list("lines", bytes, length);
    for (size_t i = 0; i < length; i++)
        bytes[i] = bytes[i] == '\n' ? '\0' : bytes[i];
    write_list("nuls", bytes, length);
    expect_numbered("@lines", FILES);
    expect_numbered("@nuls", FILES);
    folder_remove(&f);
}

static void lists_that_are_none(void **state)
{
    (void)state;
    static char bytes[200000];
    Folder f = folder_make();
    build(LIST("1", "d/"));
    memset(bytes, 'x', sizeof bytes);
    write_list("list", bytes, sizeof bytes);
    expect_paths(&f, LIST("@list", "1"), LIST("! list", "1"));
    memset(bytes, '\n', sizeof bytes);
    bytes[100000] = 'y';
    bytes[100001] = '\0'; /* none in the first block */
    write_list("list", bytes, sizeof bytes);
    expect_paths(&f, LIST("@list", "1"), LIST("! list", "1"));
    expect_paths(&f, LIST("@d", "1"), LIST("! is_directory", "1"));
    folder_remove(&f);
}

static const Case cases[] = {
    {"patterns_of_the_shell", patterns_of_the_shell},
    {"paths_that_do_not_exist", paths_that_do_not_exist},
    {"lists", lists},
    {"long_list", long_list},
    {"lists_that_are_none", lists_that_are_none},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
