/* watch.h: the variables whose values a convention's facts follow from, and what of the values is
 * kept: counts of flags, sums and extremes of numbers, the beginning of a text. */
#pragma once

#include "core/mask.h"
#include "handlers/conventions/flags.h"
#include "handlers/handler.h"

typedef enum WatchKind {
    WATCH_FLAGS,
    WATCH_NUMBERS,
    WATCH_TEXT,
} WatchKind;

enum { NUMBERS_KEPT = 64, TEXT_KEPT = 2048 };

/* Unpacked values; missing ones (masking.h) only as a count. */
typedef struct Numbers {
    Unpacking unpacking;
    Mask mask;
    size_t code_count;
    double codes[2]; /* stored values that stand for something else: counted apart */
    uint64_t coded[2];
    uint64_t count, missing;
    double first, last, min, max, sum;
    double kept[NUMBERS_KEPT]; /* the first ones */
} Numbers;

/* Characters as they stand in the file; of strings each with '\n' behind. */
typedef struct Text {
    char bytes[TEXT_KEPT];
    size_t length;
} Text;

typedef struct Watch {
    size_t var;
    WatchKind kind;
    bool broken;   /* the variable cannot be read to its end */
    uint64_t seen; /* values */
    Flags *flags;
    Numbers *numbers;
    Text *text;
    struct Watch *next; /* of the same variable */
} Watch;

typedef struct Watches {
    const Dataset *dataset;
    Arena *arena;
    Dataset notes;   /* to be passed on at the end: the dataset may not change before */
    Dataset scratch; /* notes that the statistics make too */
    size_t count;
    Watch **of_var; /* by variable, NULL: none */
    Watch **all;    /* in the order in which they were added */
    size_t capacity;
} Watches;

bool watches_begin(Watches *w, const Dataset *d, Error *e);
/* Each gives the watch, the one that is there already too, or NULL where the type does not fit (or
 * there is no room): numbers are numeric, text is char or string, flags are integers or char. */
Watch *watch_numbers(Watches *w, size_t var);
Watch *watch_text(Watches *w, size_t var);
Watch *watch_flags(Watches *w, size_t var);
/* What was watched, when all of it could be read; NULL else. */
const Numbers *watched_numbers(const Watches *w, size_t var);
const Text *watched_text(const Watches *w, size_t var);
const Flags *watched_flags(const Watches *w, size_t var);

bool watches_block(Watches *w, const Block *b, Error *e);
void watches_wire(Watches *w, Wire *wire);
void watches_merge(Watches *w, const Watches *later);
void watches_end(Watches *w);
