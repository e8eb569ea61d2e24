/* shared_table.c: the two tables of a store, found or made. */
#include "orchestrator/shared_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static const char scheme[] = "dynamodb:", failures[] = "-failures";
enum { NAME_LEAST = 3, NAME_MOST = 255 - (sizeof failures - 1) };

bool shared_no_memory(Error *e)
{
    return error_coded(e, ERROR_RETRY, "no_memory", "no memory for rows of the shared table");
}

/* The service's rule for names of tables. */
static bool read_store(const char *store, const char **name, Error *e)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789_.-";
    bool known = strncmp(store, scheme, sizeof scheme - 1) == 0;
    const char *at = known ? store + sizeof scheme - 1 : store;
    size_t length = strlen(at);
    if (!known)
        return error_coded(e, ERROR_SETUP, "usage",
                           "\"%.200s\" is no table that can be shared; it is dynamodb:NAME", store);
    if (length < NAME_LEAST || length > NAME_MOST || strspn(at, letters) != length)
        return error_coded(
            e, ERROR_SETUP, "usage",
            "\"%.200s\": the name of a table has %d to %zu letters, digits and . _ -", store,
            NAME_LEAST, (size_t)NAME_MOST);
    *name = at;
    return true;
}

static bool name_tables(SharedTable *t, Aws *aws, const char *store, const atomic_bool *stop,
                        Error *e)
{
    const char *name;
    if (!read_store(store, &name, e))
        return false;
    t->name = strdup(name);
    if (!t->name || asprintf(&t->failures_name, "%s%s", name, failures) < 0) {
        t->failures_name = NULL;
        return shared_no_memory(e);
    }
    t->rows = (DynamoTable){
        .aws = aws, .name = t->name, .partition_key = "pk", .sort_key = "sk", .stop = stop};
    t->failures = t->rows;
    t->failures.name = t->failures_name;
    return true;
}

static bool check(const DynamoTable *t, const char *store, Error *e)
{
    if (dynamo_check(t, e))
        return true;
    if (strcmp(e->code, "no_such_table") != 0)
        return false;
    return error_coded(e, ERROR_SETUP, "no_such_table",
                       "there is no DynamoDB table %s in this region and account; `weir tables "
                       "create %s` makes it",
                       t->name, store);
}

bool shared_table_open(Aws *aws, const char *store, const atomic_bool *stop, SharedTable **out,
                       Error *e)
{
    SharedTable *t = calloc(1, sizeof *t);
    uint64_t random;
    if (!t)
        return shared_no_memory(e);
    bool ok = name_tables(t, aws, store, stop, e) && check(&t->rows, store, e) &&
              check(&t->failures, store, e) && crew_open(SHARED_AT_ONCE, &t->crew, e);
    if (ok && getrandom(&random, sizeof random, 0) != sizeof random)
        ok = error_coded(e, ERROR_RETRY, "no_random", "no random number for the shared table");
    if (!ok) {
        shared_table_close(t);
        return false;
    }
    snprintf(t->writer, sizeof t->writer, "%012" PRIx64, random >> 16);
    *out = t;
    return true;
}

void shared_table_close(SharedTable *t)
{
    if (!t)
        return;
    crew_close(t->crew);
    free(t->name);
    free(t->failures_name);
    free(t);
}

bool shared_table_create(Aws *aws, const char *store, Error *e)
{
    SharedTable t = {0};
    bool ok = name_tables(&t, aws, store, NULL, e) && dynamo_create(&t.rows, e) &&
              dynamo_create(&t.failures, e);
    free(t.name);
    free(t.failures_name);
    return ok;
}
