/* session_table.c: a ledger for commands that only read: that in OUT, or what a shared table has.
 */
#include "orchestrator/session.h"

#include <inttypes.h>
#include <stdio.h>

static bool load(SharedTable *t, const char *store, Ledger *l, Error *e)
{
    uint64_t unfinished = 0;
    if (!shared_table_load(t, l, &unfinished, e))
        return false;
    if (unfinished > 0)
        fprintf(stderr,
                "weir: %s: %" PRIu64 " file%s left out, of which the rows are being written just "
                "now, or were when a weir died\n",
                store, unfinished, unfinished == 1 ? " is" : "s are");
    return true;
}

static bool read_table(Aws *aws, const char *store, const StringList *uris, Ledger *into, Error *e)
{
    SharedTable *t = NULL;
    bool ok =
        shared_table_open(aws, store, NULL, &t, e) &&
        (uris ? shared_table_bring(t, into, uris->items, uris->count, e) : load(t, store, into, e));
    shared_table_close(t);
    return ok;
}

bool session_ledger(const Arguments *a, const StringList *uris, Ledger **out, int *code, Error *e)
{
    if (!a->from) {
        if (ledger_open(a->run.out, LEDGER_READ, out, e))
            return true;
        *code = session_ledger_code(e);
        return false;
    }
    Ledger *l = NULL;
    Aws *aws = session_aws(code, e);
    bool ok = aws && ledger_open_temporary(&l, e) && read_table(aws, a->from, uris, l, e);
    aws_close(aws);
    if (ok) {
        *out = l;
        return true;
    }
    *code = session_store_code(e);
    ledger_close(l);
    return false;
}
