/* pool.h: the OpenMP team. One thread keeps (lists, records, shows progress), the others work; they
 * share two queues and nothing else. */
#pragma once

#include "core/error.h"

/* What travels through the queues: the first member of the caller's own struct. */
typedef struct PoolItem PoolItem;
struct PoolItem {
    PoolItem *next;
};

typedef struct Pool Pool;

typedef struct PoolPlan {
    unsigned workers; /* worker threads besides the keeping one */
    /* On a worker's thread, 0 <= worker < workers: does the item, in place. */
    void (*work)(void *context, unsigned worker, PoolItem *item);
    /* On the calling thread: gives items, takes them back; when it returns the team ends. It must
     * have taken back everything it gave. */
    void (*keep)(void *context, Pool *pool);
    void *context;
} PoolPlan;

/* Runs the plan to its end. ERROR_RETRY where the team cannot be made (threads, memory). */
bool pool_run(const PoolPlan *plan, Error *e) MUST_CHECK;

/* Only from work(): runs `together` on this worker and on every other one that is free, or becomes
 * free before it has returned anywhere, and comes back when it has returned everywhere. It ends
 * when nothing is left to be claimed: whoever comes later would find nothing to do. Workers that
 * are free rather help than begin a new item. */
void pool_together(Pool *p, unsigned worker, void (*together)(void *context, unsigned worker),
                   void *context);

/* How many workers there are. */
unsigned pool_workers(const Pool *p);

/* Only from keep(): hands an item to the workers. */
void pool_give(Pool *p, PoolItem *item);
/* Only from keep(): a finished item, waiting for at most `wait_s`; NULL where there is none yet. */
PoolItem *pool_take(Pool *p, double wait_s);
