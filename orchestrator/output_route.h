/* output_route.h: one entry of `outputs:`, read and checked. */
#pragma once

#include "orchestrator/key_template.h"
#include "orchestrator/query.h"

typedef struct OutputRoute {
    const char *to;     /* "s3://bucket/prefix" or a folder, as messages have it */
    const char *bucket; /* NULL: a folder */
    const char *prefix; /* of the keys; of a folder "out/" */
    QueryTable what;    /* QUERY_RESULTS, QUERY_FILES */
    const char *where;  /* expression over its fields, or NULL */
    KeyTemplate key;
} OutputRoute;
