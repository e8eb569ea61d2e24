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
    s->fetched_bytes += j->fetched_bytes;
    s->object_bytes += j->fetched_bytes ? j->identity.size : 0;
    if (j->vanished || j->returned) {
        s->counts.vanished += j->vanished;
        s->counts.waiting += j->returned;
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
    if (s->interrupted || s->out_of_time)
        return EXIT_AGAIN;
    if (s->listing_faults)
        return EXIT_LISTING;
    if (c->seen == c->ignored && !s->endless && s->others == 0)
        return EXIT_NOTHING;
    if (c->failed + c->partial + s->set_aside + s->members.failed + s->members.partial)
        return EXIT_SOME_FAILED;
    return c->waiting && !s->endless ? EXIT_AGAIN : EXIT_DONE;
}

void run_summary_json(const RunSummary *s, Json *j)
{
    const RunCounts *n = &s->counts, *m = &s->members;
    const struct {
        const char *key;
        uint64_t value;
    } counts[] = {{"seen", n->seen},
                  {"done", n->done},
                  {"partial", n->partial},
                  {"failed", n->failed},
                  {"ignored", n->ignored},
                  {"skipped", n->skipped},
                  {"set_aside", s->set_aside},
                  {"waiting", n->waiting},
                  {"vanished", n->vanished},
                  {"other_shards", s->others},
                  {"listing_faults", s->listing_faults},
                  {"archives", s->archives},
                  {"members_done", m->done},
                  {"members_partial", m->partial},
                  {"members_failed", m->failed},
                  {"members_ignored", m->ignored},
                  {"bytes", n->bytes},
                  {"object_bytes", s->object_bytes},
                  {"fetched_bytes", s->fetched_bytes}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        json_key(j, counts[i].key);
        json_uint(j, counts[i].value);
    }
    json_key(j, "reasons");
    json_object_begin(j);
    for (size_t i = 0; i < s->reason_count; i++) {
        json_key(j, s->reasons[i].code);
        json_uint(j, s->reasons[i].count);
    }
    json_object_end(j);
    json_key(j, "seconds");
    json_double(j, s->seconds);
}
