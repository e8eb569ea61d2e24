/* replay.c: list, choose by time, send; by the clock of then where that is asked for. */
#include "orchestrator/replay.h"

#include "core/clock.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CALLS = 16 };

static const double list_wait_s = 0.2, pause_first_s = 0.25, pause_most_s = 5, tick_s = 0.05;

typedef struct Made {
    const char *key, *etag, *time; /* the arena's */
    uint64_t size_bytes;
    Instant at;
    size_t number; /* in the listing */
} Made;

typedef struct Replay {
    const ReplayPlan *plan;
    ReplaySummary *sum;
    Arena arena;
    Made *kept; /* of --speed */
    size_t count, capacity;
    double start_s;
    uint64_t sent;
} Replay;

static bool is_over(Replay *r)
{
    r->sum->interrupted |= *r->plan->stop != 0;
    return r->sum->interrupted;
}

static void wait_until(Replay *r, double due_s)
{
    for (double left_s = due_s - monotonic_s(); left_s > 0 && !is_over(r);
         left_s = due_s - monotonic_s())
        nanosleep(&(struct timespec){.tv_nsec = (long)((left_s < tick_s ? left_s : tick_s) * 1e9)},
                  NULL);
}

/* The world is waited for. */
static bool send(Replay *r, bool all, Error *e)
{
    double until_s = monotonic_s() + r->plan->options->patience_s, pause_s = pause_first_s;
    bool told = false;
    while (!event_sender_send(r->plan->events, all, e)) {
        if (e->kind != ERROR_RETRY || monotonic_s() >= until_s || is_over(r))
            return false;
        if (!told)
            progress_say(r->plan->progress, "paused: %s; trying again", e->message);
        told = true;
        wait_until(r, monotonic_s() + pause_s);
        pause_s = 2 * pause_s < pause_most_s ? 2 * pause_s : pause_most_s;
        error_clear(e);
    }
    return true;
}

static bool send_one(Replay *r, const Made *m, Error *e)
{
    const ReplayPlan *plan = r->plan;
    double rate = plan->options->rate;
    S3Event v = {.name = strchr(m->etag, '-') ? "ObjectCreated:CompleteMultipartUpload"
                                              : "ObjectCreated:Put",
                 .bucket = plan->from.bucket,
                 .key = m->key,
                 .etag = m->etag,
                 .time = m->time,
                 .region = aws_settings(plan->aws)->region,
                 .size_bytes = m->size_bytes,
                 .size_known = true};
    if (rate > 0)
        wait_until(r, r->start_s + (double)r->sent / rate);
    if (is_over(r))
        return true;
    r->sent++;
    ProgressCounts c = {.files = r->sent};
    progress_update(plan->progress, &c);
    /* paced, each leaves when its time has come */
    bool paced = rate > 0 || plan->options->speed > 0;
    return event_sender_add(plan->events, &v, e) && send(r, paced, e);
}

static bool keep(Replay *r, const Made *m, Error *e)
{
    Made *grown = arena_grow(&r->arena, r->kept, &r->capacity, r->count + 1, sizeof *grown);
    Made copy = *m;
    copy.key = arena_string(&r->arena, m->key);
    copy.etag = arena_string(&r->arena, m->etag);
    copy.time = arena_string(&r->arena, m->time);
    copy.number = r->count;
    if (!grown || !copy.key || !copy.etag || !copy.time)
        return arena_full(&r->arena, e);
    r->kept = grown;
    r->kept[r->count++] = copy;
    return true;
}

static bool take(Replay *r, const S3Object *o, Error *e)
{
    Timestamp t;
    if (!o->modified || !timestamp_parse_iso(o->modified, strlen(o->modified), &t))
        return error_coded(e, ERROR_RETRY, "bad_reply", "s3://%s/%.200s: the list has no time",
                           r->plan->from.bucket, o->key);
    Made m = {.key = o->key,
              .etag = o->etag,
              .time = o->modified,
              .size_bytes = o->size_bytes,
              .at = t.instant};
    r->sum->seen++;
    if (instant_compare(m.at, r->plan->since) < 0 || instant_compare(m.at, r->plan->until) >= 0)
        return true;
    r->sum->chosen++;
    return r->plan->options->speed > 0 ? keep(r, &m, e) : send_one(r, &m, e);
}

/* A listing that fails is asked again for as long as there is patience. */
static bool list(Replay *r, S3Listing *l, Error *e)
{
    double failing_s = 0;
    while (!is_over(r)) {
        S3Object o;
        Error why = {0};
        S3ListEvent event = s3_list_next(l, list_wait_s, &o, &why);
        if (event == S3_LIST_END)
            break;
        if (event == S3_LIST_OBJECT && !take(r, &o, e))
            return false;
        if (event == S3_LIST_OBJECT)
            failing_s = 0;
        if (event != S3_LIST_FAILED)
            continue;
        if (failing_s <= 0) {
            failing_s = monotonic_s();
            progress_say(r->plan->progress, "paused: %s; trying again", why.message);
        }
        if (why.kind != ERROR_RETRY || monotonic_s() >= failing_s + r->plan->options->patience_s)
            return error_coded(e, why.kind, "listing", "%s", why.message);
        wait_until(r, monotonic_s() + pause_first_s);
    }
    return true;
}

static int by_time(const void *a, const void *b)
{
    const Made *x = a, *y = b;
    int order = instant_compare(x->at, y->at);
    return order ? order : (x->number > y->number) - (x->number < y->number);
}

static bool send_kept(Replay *r, Error *e)
{
    if (r->count == 0)
        return true;
    qsort(r->kept, r->count, sizeof *r->kept, by_time);
    Instant first = r->kept[0].at;
    double begin_s = monotonic_s();
    for (size_t i = 0; i < r->count && !is_over(r); i++) {
        const Made *m = &r->kept[i];
        double later_s = (double)(m->at.seconds - first.seconds) +
                         (double)(m->at.nanoseconds - first.nanoseconds) * 1e-9;
        wait_until(r, begin_s + later_s / r->plan->options->speed);
        if (!send_one(r, m, e))
            return false;
    }
    return true;
}

bool replay_all(const ReplayPlan *plan, ReplaySummary *out, Error *e)
{
    Replay r = {.plan = plan, .sum = out, .start_s = monotonic_s()};
    S3ListOptions o = {
        .bucket = plan->from.bucket, .prefix = plan->from.key, .at_once = CALLS, .times = true};
    S3Listing *l;
    *out = (ReplaySummary){0};
    if (!s3_list_open(plan->aws, &o, &l, e))
        return false;
    arena_init(&r.arena, 0);
    bool ok = list(&r, l, e) && send_kept(&r, e) && send(&r, true, e);
    arena_deinit(&r.arena);
    s3_list_close(l);
    return ok;
}
