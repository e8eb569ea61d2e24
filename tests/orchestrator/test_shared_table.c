/* test_shared_table.c: keys and rows of the shared table, and back. */
#include "orchestrator/shared_internal.h"

#include "tests/orchestrator/shared_commands.h"
#include "tests/support/cases.h"

static void partitions(void **state)
{
    (void)state;
    Arena a = {0};
    Error e = {0};
    const char *p;
    assert_ok(shared_partition("/data/ü x.nc", &a, &p, &e), &e);
    assert_string_equal(p, "/data/ü x.nc");
    arena_deinit(&a);
}

static const Case cases[] = {
    {"partitions", partitions},
};

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "--do") == 0)
        return do_command(argc - 2, argv + 2);
    return cases_main(argc, argv, cases, CASES(cases));
}
