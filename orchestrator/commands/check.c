/* check.c: weir check: is this configuration good, and what does it say? */
#include "orchestrator/commands/commands.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"

#include <stdio.h>

static void counted(size_t count, const char *word, const char *after)
{
    printf("%zu %s%s%s", count, word, count == 1 ? "" : "s", after);
}

static int check_file(const char *file, Arena *arena)
{
    Error e = {0};
    Config c;
    if (!config_load(file, arena, &c, &e))
        return session_fail(&e, EXIT_USAGE);
    printf("%s is good: ", file);
    counted(c.sources.count, "source", ", ");
    counted(c.rule_count, "rule", ", ");
    counted(c.pipeline_count, "pipeline", "\n");
    for (size_t i = 0; i < c.rule_count; i++)
        printf("  %s -> %s\n", c.rules[i].text,
               c.rules[i].ignore ? "ignored" : c.rules[i].pipeline->name);
    return EXIT_DONE;
}

int command_check(const Arguments *a, Arena *arena)
{
    Error e = {0};
    if (a->operands.count == 0) {
        error_set(&e, ERROR_SETUP, "which file? as in `weir check weir.yaml`");
        return session_fail(&e, EXIT_USAGE);
    }
    int worst = EXIT_DONE;
    for (size_t i = 0; i < a->operands.count; i++) {
        int code = check_file(a->operands.items[i], arena);
        worst = code > worst ? code : worst;
    }
    return worst;
}
