/* parts.h: where a large file is cut into parts that several processes read at the same time.
 *
 * Where it is cut follows from the file alone, never from the machine or the number of threads: the
 * results of the parts are merged in their order, and so are the same bits however many work. */
#pragma once

#include "formats/format.h"

enum { PARTS_MAX = 64 };

/* What is read one after the other: a variable, all records, all points. It may be cut at multiples
 * of `step` in each row of `row` units, and at the ends of rows. Without units it cannot be cut. */
typedef struct PartStretch {
    uint64_t units, unit_bytes; /* bytes when decoded */
    uint64_t row, step;
} PartStretch;

/* From where on a part reads: the unit of a stretch, 0 <= unit < its units (or 0). */
typedef struct PartCut {
    size_t stretch;
    uint64_t unit;
} PartCut;

/* Part i goes from cuts[i] to cuts[i + 1]; the last cut is behind the last stretch. */
typedef struct PartPlan {
    size_t count; /* 1: not worth the while to be cut */
    PartCut cuts[PARTS_MAX + 1];
} PartPlan;

/* `variables` is how many there are: every part opens the file anew, which takes the longer the
 * more there are, so that parts are larger then. */
void parts_plan(const PartStretch *stretches, size_t count, size_t variables,
                const FormatLimits *limits, PartPlan *out);
/* Format.part was asked for a part that there is not: the file is another than before. */
bool parts_refuse(size_t index, size_t count, Error *e);
