/* shared_table.h: what many weirs know together: two DynamoDB tables beside their ledgers.
 *
 * A weir works with its own ledger. With a shared table it asks there first about a file that its
 * ledger does not know in this version, and what it records it writes there before its own ledger
 * has it for good. For each file the table has the rows that the ledger has (ledger_rows.h), under
 * a manifest that is written last and only where nobody else has written it meanwhile. */
#pragma once

#include "orchestrator/ledger_rows.h"
#include "stores/aws/aws.h"

typedef struct SharedTable SharedTable;

/* "dynamodb:NAME": the tables NAME and NAME-failures. ERROR_SETUP: a name that cannot be; the
 * tables are not there ("no_such_table": `weir tables create`) or are something else. */
bool shared_table_open(Aws *aws, const char *store, const atomic_bool *stop, SharedTable **out,
                       Error *e) MUST_CHECK;
void shared_table_close(SharedTable *t); /* accepts NULL */
/* Makes the tables, or finds them made. */
bool shared_table_create(Aws *aws, const char *store, Error *e) MUST_CHECK;

/* What the table knows of these files replaces what the ledger has of them; of a file that it does
 * not know the ledger keeps its own. Begins and commits a batch of the ledger. */
bool shared_table_bring(SharedTable *t, Ledger *l, const char *const *uris, size_t count,
                        Error *e) MUST_CHECK;

/* Within a batch, after the outcomes of these files: the table gets what the ledger has of them.
 * overtaken[i]: another weir has recorded uris[i] since it was brought; of that file the table
 * keeps what the other wrote, and the batch must be rolled back and the file brought and judged
 * again. */
bool shared_table_send(SharedTable *t, Ledger *l, const char *const *uris, size_t count,
                       bool *overtaken, Error *e) MUST_CHECK;

/* Everything, into an empty ledger. *unfinished: files left out whose rows are being written. */
bool shared_table_load(SharedTable *t, Ledger *into, uint64_t *unfinished, Error *e) MUST_CHECK;
