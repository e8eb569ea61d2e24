/* help.c: weir help, manual, completion, version. */
#include "orchestrator/help.h"

#include "orchestrator/commands/commands.h"
#include "orchestrator/run.h"

#include <stdio.h>

int command_help(const Arguments *a, Arena *arena)
{
    (void)arena;
    if (a->operands.count == 0)
        return help_overview();
    const Command *c = command_find(a->operands.items[0]);
    return c ? help_command(c) : help_unknown_command(a->operands.items[0]);
}

int command_manual(const Arguments *a, Arena *arena)
{
    (void)a;
    (void)arena;
    return help_manual();
}

int command_completion(const Arguments *a, Arena *arena)
{
    (void)arena;
    if (a->operands.count == 1 && help_completion(a->operands.items[0]))
        return EXIT_DONE;
    fputs("weir: completion for which shell? bash or zsh\n", stderr);
    return EXIT_USAGE;
}

int command_version(const Arguments *a, Arena *arena)
{
    (void)a;
    (void)arena;
    puts("weir " WEIR_VERSION);
    return EXIT_DONE;
}
