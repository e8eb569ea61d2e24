/* query.h: the questions people ask of a ledger, as rows: weir results, files, failures. */
#pragma once

#include "core/buffer.h"
#include "core/error.h"
#include "orchestrator/ledger.h"

#include <stdio.h>

typedef enum QueryTable { QUERY_FILES, QUERY_RESULTS, QUERY_FAILURES } QueryTable;
typedef enum QueryFormat { QUERY_TABLE_TEXT, QUERY_CSV, QUERY_NDJSON, QUERY_JSON } QueryFormat;

typedef struct QueryOptions {
    QueryTable table;
    QueryFormat format;
    const char *where; /* expression of --where, or NULL */
    const char *uri;   /* only rows of this file; NULL: of all */
    const char *unit;  /* and, with uri, of this unit; NULL: of all its units */
    bool all;          /* failures: the cleared ones too */
    unsigned width;    /* columns of the terminal for QUERY_TABLE_TEXT; 0: no limit */
    bool colour;
} QueryOptions;

/* Writes the rows to `out` in the contract's order (uri, unit, order in the file). ERROR_SETUP: the
 * expression is wrong (names the word and what is allowed). *rows counts what was written. */
bool query_write(Ledger *l, const QueryOptions *o, FILE *out, uint64_t *rows, Error *e) MUST_CHECK;

/* The uris and units that an expression selects from a table, for `retry`: calls `each` in order.
 */
typedef bool (*QueryEach)(void *context, const char *uri, const char *unit, Error *e);
bool query_units(Ledger *l, QueryTable table, const char *where, QueryEach each, void *context,
                 Error *e) MUST_CHECK;

/* What names are made of, of each unit of a file in order; of a file that is not known nothing. Its
 * texts live until `each` returns. */
struct KeyFacts;
typedef bool (*QueryFacts)(void *context, const struct KeyFacts *f, Error *e);
bool query_facts(Ledger *l, const char *uri, QueryFacts each, void *context, Error *e) MUST_CHECK;

/* Recent state of one unit as "key: value" lines for `explain`. */
bool query_explain(Ledger *l, const char *uri, const char *unit, Buffer *out, Error *e) MUST_CHECK;
