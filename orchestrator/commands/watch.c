/* watch.c: weir watch: what follows, a queue or directories? */
#include "orchestrator/commands/commands.h"

int command_watch(const Arguments *a, Arena *arena)
{
    (void)arena;
    return a->queue ? watch_queue(a) : watch_directories(a);
}

int command_work(const Arguments *a, Arena *arena)
{
    (void)arena;
    return watch_queue(a);
}
