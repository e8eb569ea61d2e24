/* coverage.h: the handler that finds the time coordinate and the span of time a file covers. */
#pragma once

#include "core/time.h"
#include "handlers/handler.h"
#include "handlers/masking.h"

extern const Handler handler_coverage; /* options: MaskingOptions */

typedef struct Coverage {
    size_t time_var;     /* NO_VAR: none found; the first one where groups have one each */
    bool known;          /* first and last are set */
    Instant first, last; /* earliest and latest valid instant, whatever their order in the file */
    Calendar calendar;
    uint64_t undecodable;    /* valid numbers that are no instant */
    uint64_t not_increasing; /* steps <= 0 from one valid instant to the next in file order */
    bool rows_known;         /* several groups have a time each: rows is the sum of their lengths */
    uint64_t rows;
} Coverage;

/* What was found, after end(), in UTC also where the variable's attribute time_scale is "GPS".
 * Where the time variable cannot be decoded, known is false and a note in the dataset says why. */
const Coverage *coverage_of(void *state);
