/* cases.c: runs a test program's cases, one or all. */
#include "tests/support/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_SKIPPED = 77, MAX_CASES = 512 };

void case_skip(const char *why)
{
    fprintf(stderr, "skipped: %s\n", why);
    exit(EXIT_SKIPPED);
}

static int list(const Case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("%s%s", i ? "\n" : "", cases[i].name);
    return 0;
}

int cases_main(int argc, char **argv, const Case *cases, size_t count)
{
    if (argc > 1 && strcmp(argv[1], "--list") == 0)
        return list(cases, count);
    struct CMUnitTest tests[MAX_CASES];
    size_t n = 0;
    for (size_t i = 0; i < count && n < MAX_CASES; i++) {
        if (argc > 1 && strcmp(argv[1], cases[i].name) != 0)
            continue;
        tests[n++] = (struct CMUnitTest){cases[i].name, cases[i].run, NULL, NULL, NULL};
    }
    if (n == 0) {
        fprintf(stderr, "no case %s\n", argc > 1 ? argv[1] : "at all");
        return 1;
    }
    return _cmocka_run_group_tests(argv[0], tests, n, NULL, NULL);
}
