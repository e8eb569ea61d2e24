/* statistics.h: the handler that summarises every variable. */
#pragma once

#include "core/summary.h"
#include "handlers/handler.h"
#include "handlers/masking.h"

typedef struct StatisticsOptions {
    MaskingOptions masking;
    bool quantiles; /* default true */
} StatisticsOptions;

extern const Handler handler_statistics;

typedef struct VariableStatistics {
    SummaryResult result; /* all zero where failed */
    bool failed;          /* the variable could not be read; error says why */
    Error error;
    uint64_t read; /* elements seen before the failure or the end */
} VariableStatistics;

/* The results after end(): one per variable of the dataset, in its order. For text: n, valid
 * (neither empty nor a missing token) and missing are set, has_values is false. Variables of a type
 * that has no statistics (compound, vlen, opaque): n = valid = count as far as read. */
const VariableStatistics *statistics_of(void *state, size_t var);
