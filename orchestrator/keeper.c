/* keeper.c: what every part of the keeping thread may have to do: pause, give up, settle. */
#include "orchestrator/keeper.h"

#include "core/text.h"

#include <math.h>
#include <time.h>

static const double pause_first_s = 0.25, pause_most_s = 5.0;

void keeper_say_paused(Keeper *k, const Error *why, double patience_s)
{
    char patience[64];
    if (k->told)
        return;
    k->told = true;
    text_from_duration(patience, sizeof patience, isinf(patience_s) ? 0 : patience_s);
    if (isinf(patience_s))
        progress_say(k->progress, "paused: %s; trying again until it works", why->message);
    else
        progress_say(k->progress, "paused: %s; trying again for %s", why->message, patience);
}

void keeper_lose_store(Keeper *k, const Error *e)
{
    k->sum->store_lost = true;
    k->sum->error = *e;
    k->over = true;
}

void keeper_settle(Keeper *k, uint64_t ticket, Settlement how)
{
    Source *s = k->plan->source;
    if (ticket && s->methods->settle)
        s->methods->settle(s, ticket, how);
}

double keeper_next_pause(double pause_s)
{
    if (pause_s <= 0)
        return pause_first_s;
    return pause_s * 2 < pause_most_s ? pause_s * 2 : pause_most_s;
}

bool keeper_must_end(const Keeper *k)
{
    return *k->plan->stop || (k->plan->deadline && deadline_is_over(k->plan->deadline));
}

void keeper_wait(const Keeper *k, double seconds)
{
    for (double waited = 0; waited < seconds && !keeper_must_end(k); waited += 0.05) {
        struct timespec t = {0, 50 * 1000 * 1000};
        nanosleep(&t, NULL);
    }
}
