/* test_path_split.c: paths as folder and last part; by dirname(1) and basename(1), but for what
 * names no entry of its own. */
#include "orchestrator/path_split.h"
#include "tests/support/cases.h"

#include <string.h>

static const struct {
    const char *path, *folder, *name;
} splits[] = {
    {"a", "", "a"},
    {"a/b", "a/", "b"},
    {"/a", "/", "a"},
    {"/a/b.nc", "/a/", "b.nc"},
    {"a/b/", "a/", "b"},
    {"a/b///", "a/", "b"},
    {"a//b", "a//", "b"},
    {"./a", "./", "a"},
    {"../a", "../", "a"},
    {"...", "", "..."},
    {"a/...", "a/", "..."},
    {".a", "", ".a"},
    {"a.", "", "a."},
    {"..a", "", "..a"},
    /* nothing of their own */
    {"", "", ""},
    {"/", "/", ""},
    {"//", "/", ""},
    {".", ".", ""},
    {"..", "..", ""},
    {"a/.", "a/.", ""},
    {"a/..", "a/..", ""},
    {"a/../", "a/..", ""},
    {"/..", "/..", ""},
};

static void folder_and_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(splits); i++) {
        PathSplit s = path_split(splits[i].path);
        print_message("%s\n", splits[i].path);
        assert_int_equal(s.folder, strlen(splits[i].folder));
        assert_int_equal(s.name, strlen(splits[i].name));
        assert_memory_equal(splits[i].path, splits[i].folder, s.folder);
        assert_memory_equal(splits[i].path + s.folder, splits[i].name, s.name);
    }
}

static const Case cases[] = {{"folder_and_name", folder_and_name}};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
