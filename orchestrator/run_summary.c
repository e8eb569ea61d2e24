/* run_summary.c: what came of a run in numbers, and the exit code that follows. */
#include "orchestrator/run_summary.h"

#include <stdio.h>
#include <string.h>

static void count_reason(RunSummary *s, const char *code)
{
    for (size_t i = 0; i < s->reason_count; i++)
        if (strcmp(s->reasons[i].code, code) == 0) {
            s->reasons[i].count++;
            return;
        }
    if (s->reason_count == REASONS_MAX)
        return;
    RunReason *r = &s->reasons[s->reason_count++];
    snprintf(r->code, sizeof r->code, "%s", code);
    r->count = 1;
}

static void count_outcome(RunSummary *s, RunCounts *c, const Job *j)
{
    uint64_t *by_state[] = {[UNIT_DONE] = &c->done,
                            [UNIT_PARTIAL] = &c->partial,
                            [UNIT_FAILED] = &c->failed,
                            [UNIT_IGNORED] = &c->ignored,
                            [UNIT_WAITING] = &c->waiting};
    ++*by_state[j->outcome.state];
    c->bytes += j->identity.size;
    if (j->outcome.code[0] && j->outcome.state != UNIT_IGNORED)
        count_reason(s, j->outcome.code);
}

void run_count(RunSummary *s, const Job *j)
{
    if (j->vanished) {
        s->counts.vanished++;
        return;
    }
    count_outcome(s, &s->counts, j);
    s->archives += j->outcome.has_members;
    for (size_t i = 0; i < j->member_count; i++)
        count_outcome(s, &s->members, j->members[i]);
}

int run_exit_code(const RunSummary *s)
{
    const RunCounts *c = &s->counts;
    if (s->store_lost)
        return EXIT_STORE;
    if (s->interrupted)
        return EXIT_AGAIN;
    if (s->listing_faults)
        return EXIT_LISTING;
    if (c->seen == c->ignored && !s->endless && s->others == 0)
        return EXIT_NOTHING;
    if (c->failed + c->partial + s->set_aside + s->members.failed + s->members.partial)
        return EXIT_SOME_FAILED;
    return c->waiting && !s->endless ? EXIT_AGAIN : EXIT_DONE;
}
