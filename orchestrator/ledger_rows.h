/* ledger_rows.h: all that a ledger knows of a file as rows that can travel: into the table that
 * many weirs share and back, or from one ledger into another. */
#pragma once

#include "core/text.h"
#include "orchestrator/ledger.h"

typedef enum LedgerTable { LEDGER_FILES, LEDGER_VARIABLES, LEDGER_FAILURES } LedgerTable;

/* As SQLite has it: an integer stays an integer, a double the same double. */
typedef struct LedgerValue {
    enum { LEDGER_NULL, LEDGER_INT, LEDGER_DOUBLE, LEDGER_TEXT } kind;
    union {
        int64_t i;
        double d;
        StringView text; /* any bytes but NUL */
    };
} LedgerValue;

typedef struct LedgerRow {
    LedgerTable table;
    const char *unit;          /* "": the file itself */
    const LedgerValue *values; /* one for each of ledger_columns(table) */
} LedgerRow;

/* The columns that travel, by the names of docs/ledger.md; what only one ledger can know (ids,
 * runs, starts, uri and unit themselves) is not among them. */
const char *const *ledger_columns(LedgerTable table, size_t *count);

/* Every row of a file that has an outcome, or none: for each unit in order, "" first, its row of
 * files and those of its variables; then the failures of all units, oldest first. What lives in a
 * row lives until `each` returns; false from it (with e) ends it. */
typedef bool LedgerEachRow(void *context, const LedgerRow *row, Error *e);
bool ledger_rows_each(Ledger *l, const char *uri, LedgerEachRow *each, void *context,
                      Error *e) MUST_CHECK;

/* Whether these can be all rows of a file. ERROR_DATA "bad_row" where they contradict each other or
 * the schema. */
bool ledger_rows_check(const char *uri, const LedgerRow *rows, size_t count, Error *e) MUST_CHECK;

/* Within a batch: what the ledger has of the file becomes these rows, in the order of
 * ledger_rows_each(), without a revision. Checks them first: nothing is changed where they cannot
 * be. */
bool ledger_rows_put(Ledger *l, const char *uri, const LedgerRow *rows, size_t count,
                     Error *e) MUST_CHECK;

/* The first file with an outcome behind `after` ("": of all), in order; false in *found: there is
 * none. `after` may be the text of `out`. */
bool ledger_next_uri(Ledger *l, const char *after, Buffer *out, bool *found, Error *e) MUST_CHECK;
/* Calls `each` for every file with an outcome, in order. */
bool ledger_each_uri(Ledger *l, bool (*each)(void *context, const char *uri, Error *e),
                     void *context, Error *e) MUST_CHECK;

/* How often a shared table's rows of the file had been replaced when they and the ledger's were
 * last the same; 0: never, or the ledger does not know the file. Set: within a batch. */
bool ledger_revision(Ledger *l, const char *uri, int64_t *out, Error *e) MUST_CHECK;
bool ledger_set_revision(Ledger *l, const char *uri, int64_t revision, Error *e) MUST_CHECK;

/* A ledger of this process alone, gone when it is closed; it spills to a file without a name. */
bool ledger_open_temporary(Ledger **out, Error *e) MUST_CHECK;
