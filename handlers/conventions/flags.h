/* flags.h: counts how often which flag is set, exactly, whatever the number of values.
 *
 * A test says of a value that (value & mask) == `value`. Bits: mask and value are that bit; codes,
 * of which a value is one: the mask has all bits of the type. */
#pragma once

#include "core/arena.h"
#include "core/summary.h"
#include "core/wire.h"

/* Rising: of the tests that a value fails, the last of these holds. */
typedef enum Verdict {
    VERDICT_GOOD,
    VERDICT_NONE, /* a flag that nobody has assessed */
    VERDICT_INDETERMINATE,
    VERDICT_BAD,
    VERDICT_MISSING,
    VERDICT_COUNT,
} Verdict;

typedef struct FlagTest {
    uint64_t mask, value;
    const char *label;      /* "bit 3", "code 2", "flag 4" */
    const char *meaning;    /* one line; "" */
    const char *assessment; /* the file's own word, or "" */
    Verdict verdict;
    uint64_t count; /* values that have it */
} FlagTest;

enum { FLAG_SLOTS = 64 };

typedef struct Flags {
    FlagTest *tests;
    size_t test_count, capacity;
    bool codes;     /* a value is one of the tests; else it may have several of them, or none */
    bool zero_good; /* codes: 0 is good although no test names it */
    bool assessed;  /* at least one test has a verdict */
    const char *dialect; /* how the file describes them */
    size_t size;         /* bytes of a value */
    bool is_char, is_signed;
    Unpacking unpacking; /* what is missing, for numbers */
    bool has_fill;
    char fill; /* for characters */
    uint64_t verdicts[VERDICT_COUNT];
    uint64_t unexplained; /* values with a bit or a code that no test names */
    struct {
        uint64_t value, count;
    } slots[FLAG_SLOTS]; /* values of which the tests have not been told yet */
} Flags;

/* All bits of a value's type. */
uint64_t flags_width(const Flags *f);
/* The test counts for nothing when the arena is full. */
void flags_add(Flags *f, Arena *a, const FlagTest *test);
/* A code that a test names is what the test says, although it may be the fill value too. */
void flags_prefer_tests(Flags *f);
/* Values of f->size bytes. */
void flags_block(Flags *f, const void *values, uint64_t count);
void flags_settle(Flags *f); /* before the counts are read, moved or merged */
void flags_wire(Flags *f, Wire *w);
void flags_merge(Flags *f, const Flags *later);
uint64_t flags_total(const Flags *f);
