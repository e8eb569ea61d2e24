/* laz_variants.h: the compressed files of tests/cases/laz. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct Variant {
    const char *name;
    size_t chunks;
    bool channels, extra;
} Variant;

/* Made by LASzip and lazrs: see make.py in that folder. */
static const Variant variants[] = {
    {"format5_version1", 3, true, true},       {"format5_version2", 3, true, true},
    {"format1_one_chunk", 1, true, false},     {"format3_varying", 4, true, false},
    {"format7_version3", 3, true, true},       {"format8_varying", 4, true, true},
    {"format10_one_channel", 3, false, false}, {"format10_version4", 3, true, true},
};
enum { VARIANTS = sizeof variants / sizeof *variants };
