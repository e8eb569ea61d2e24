/* session_store.c: AWS, and what a run writes to. Nothing of AWS happens to those who name none. */
#include "orchestrator/session.h"

#include "orchestrator/stop.h"

#include <string.h>

enum { CONNECTIONS = 64 };

bool session_reach(Session *s, Error *e)
{
    AwsOptions o = {.connections = CONNECTIONS, .version = WEIR_VERSION};
    if (!s->aws && !aws_open(&o, &s->aws, e))
        return false;
    const RunOptions *r = &s->config->run;
    FetchOptions f = {
        .aws = s->aws, .folder = r->out, .ahead_bytes = r->ahead_bytes, .ranges = r->ranges};
    return s->fetcher || fetcher_open(&f, &s->fetcher, e);
}

/* The table that other weirs record in, too, and the outputs, where there are any. */
static bool share(Session *s, Error *e)
{
    const char *store = s->config->run.store;
    if ((store || outputs_remote(s->config)) && !session_reach(s, e))
        return false;
    const atomic_bool *cut = s->cut ? s->cut : stop_asked();
    return (!store || s->shared || shared_table_open(s->aws, store, cut, &s->shared, e)) &&
           (s->outputs || outputs_open(s->config, s->aws, s->cut, &s->outputs, e));
}

bool session_record(Session *s, Error *e)
{
    return ledger_open(s->config->run.out, LEDGER_WRITE, &s->ledger, e) && share(s, e);
}

Aws *session_aws(int *code, Error *e)
{
    AwsOptions o = {.connections = 1, .version = WEIR_VERSION};
    Aws *aws = NULL;
    if (aws_open(&o, &aws, e))
        return aws;
    *code = session_store_code(e);
    return NULL;
}

/* ---- exit codes */

int session_record_code(const Session *s, const Error *e)
{
    return s->ledger ? session_store_code(e) : session_ledger_code(e);
}

int session_store_code(const Error *e)
{
    return e->kind == ERROR_SETUP ? EXIT_USAGE : EXIT_STORE;
}

int session_ledger_code(const Error *e)
{
    static const char *const mistakes[] = {"no_ledger", "not_a_ledger", "newer_version",
                                           "older_version"};
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        if (strcmp(e->code, mistakes[i]) == 0)
            return EXIT_USAGE;
    return strcmp(e->code, "locked") == 0 ? EXIT_AGAIN : EXIT_STORE;
}
