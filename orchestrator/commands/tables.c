/* tables.c: weir tables create: the tables that many weirs share. */
#include "orchestrator/commands/commands.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"
#include "orchestrator/shared_table.h"

#include <stdio.h>
#include <string.h>

int command_tables(const Arguments *a, Arena *arena)
{
    Error e = {0};
    int code = EXIT_USAGE;
    (void)arena;
    if (a->operands.count != 2 || strcmp(a->operands.items[0], "create") != 0) {
        error_set(&e, ERROR_SETUP, "which tables? as in `weir tables create dynamodb:NAME`");
        return session_fail(&e, code);
    }
    Aws *aws = session_aws(&code, &e);
    if (!aws)
        return session_fail(&e, code);
    bool ok = shared_table_create(aws, a->operands.items[1], &e);
    aws_close(aws);
    if (!ok)
        return session_fail(&e, session_store_code(&e));
    fprintf(stderr, "weir: %s is ready\n", a->operands.items[1]);
    return EXIT_DONE;
}
