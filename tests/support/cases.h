/* cases.h: a test program as a list of named cases.
 *
 *     static const Case cases[] = {{"empty_file", empty_file}, ...};
 *     int main(int argc, char **argv) { return cases_main(argc, argv, cases, CASES(cases)); }
 *
 * `PROGRAM --list` prints the names, `PROGRAM NAME` runs one, `PROGRAM` all. A case that cannot run
 * here calls case_skip("why"). */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

#include "core/error.h"

typedef struct Case {
    const char *name;
    void (*run)(void **state);
} Case;

#define CASES(array) (sizeof(array) / sizeof *(array))

int cases_main(int argc, char **argv, const Case *cases, size_t count);
_Noreturn void case_skip(const char *why);

/* Fails with the Error's message unless ok. */
static inline void case_must_work(bool ok, const Error *e, const char *file, int line)
{
    if (ok)
        return;
    print_error("%s:%d: %s (%s)\n", file, line, e->message, e->code);
    _fail(file, line);
}
#define assert_ok(ok, e) case_must_work(ok, e, __FILE__, __LINE__)
