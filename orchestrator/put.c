/* put.c: list, perhaps twice and in another order, and hand to a crew of threads. */
#include "orchestrator/put_one.h"

#include "core/clock.h"
#include "orchestrator/run.h"
#include "orchestrator/source.h"
#include "stores/aws/crew.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const double pause_first_s = 0.25, pause_most_s = 5, tick_s = 0.05;

typedef struct Put {
    const PutPlan *plan;
    Crew *crew;
    struct Queued **order; /* of --shuffle */
    size_t order_count, order_capacity;
    uint64_t chance; /* the generator's state */
    uint64_t begun;
    double start_s;

    pthread_mutex_t lock; /* for what follows, and what is told to a person */
    PutSummary sum;
    bool told; /* that it is paused */
} Put;

typedef struct Queued {
    Put *put;
    PutItem item;
    char texts[];
} Queued;

static bool is_over(Put *p)
{
    pthread_mutex_lock(&p->lock);
    p->sum.interrupted |= *p->plan->stop != 0;
    bool over = p->sum.interrupted || p->sum.error.kind != ERROR_NONE;
    pthread_mutex_unlock(&p->lock);
    return over;
}

static void wait_s(Put *p, double seconds)
{
    for (double end_s = monotonic_s() + seconds; !is_over(p) && monotonic_s() < end_s;) {
        double left_s = end_s - monotonic_s();
        double s = left_s < tick_s ? left_s : tick_s;
        if (s > 0)
            nanosleep(&(struct timespec){.tv_nsec = (long)(s * 1e9)}, NULL);
    }
}

/* ---- on a thread of the crew */

static void count(Put *p, PutOutcome how, uint64_t bytes)
{
    PutSummary *s = &p->sum;
    pthread_mutex_lock(&p->lock);
    s->written += how == PUT_WRITTEN;
    s->there += how == PUT_THERE;
    s->kept += how == PUT_KEPT;
    s->bytes += how == PUT_WRITTEN ? bytes : 0;
    if (p->told)
        progress_say(p->plan->progress, "going on");
    p->told = false;
    ProgressCounts c = {.files = s->written + s->kept + s->failed,
                        .failed = s->failed,
                        .skipped = s->there,
                        .bytes = s->bytes};
    progress_update(p->plan->progress, &c);
    pthread_mutex_unlock(&p->lock);
}

static void say_paused(Put *p, const Error *why)
{
    pthread_mutex_lock(&p->lock);
    if (!p->told)
        progress_say(p->plan->progress, "paused: %s; trying again", why->message);
    p->told = true;
    pthread_mutex_unlock(&p->lock);
}

/* One file's fault, or the end of it all. */
static void fail(Put *p, const Error *e)
{
    pthread_mutex_lock(&p->lock);
    if (e->kind != ERROR_DATA && p->sum.error.kind == ERROR_NONE && !*p->plan->stop)
        p->sum.error = *e;
    if (e->kind == ERROR_DATA) {
        p->sum.failed++;
        progress_say(p->plan->progress, "%s", e->message);
    }
    pthread_mutex_unlock(&p->lock);
}

/* The world is waited for. */
static bool patiently(Put *p, bool (*step)(Put *p, void *context, Error *e), void *context)
{
    double until_s = monotonic_s() + p->plan->options->patience_s, pause_s = pause_first_s;
    for (;;) {
        Error e = {0};
        if (step(p, context, &e))
            return true;
        if (e.kind != ERROR_RETRY || monotonic_s() >= until_s || is_over(p)) {
            fail(p, &e);
            return false;
        }
        say_paused(p, &e);
        wait_s(p, pause_s);
        pause_s = 2 * pause_s < pause_most_s ? 2 * pause_s : pause_most_s;
    }
}

static bool write_step(Put *p, void *context, Error *e)
{
    const Queued *q = context;
    PutOutcome how;
    uint64_t bytes;
    if (!put_one(p->plan, &q->item, &how, &bytes, e))
        return false;
    count(p, how, bytes);
    return true;
}

static bool send_step(Put *p, void *context, Error *e)
{
    return event_sender_send(p->plan->events, *(const bool *)context, e);
}

static bool work(void *job, Error *e)
{
    (void)e; /* what fails is told by itself */
    Queued *q = job;
    Put *p = q->put;
    bool all = false;
    if (!is_over(p) && patiently(p, write_step, q) && p->plan->events)
        (void)patiently(p, send_step, &all);
    free(q);
    return true;
}

/* ---- listing */

static void give(Put *p, Queued *q)
{
    double rate = p->plan->options->rate;
    double due_s = rate > 0 ? p->start_s + (double)p->begun / rate : 0;
    wait_s(p, due_s - monotonic_s());
    p->begun++;
    crew_give(p->crew, work, q);
}

/* SplitMix64: Steele, Lea, Flood 2014, figure 17. */
static uint64_t chance(Put *p)
{
    uint64_t z = p->chance += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static bool offer(Put *p, const char *path, const char *key, bool again, Error *e)
{
    const char *prefix = p->plan->to.key;
    size_t path_size = strlen(path) + 1, key_size = strlen(prefix) + strlen(key) + 1;
    Queued *q = malloc(sizeof *q + path_size + key_size);
    if (!q)
        return error_coded(e, ERROR_RETRY, "no_memory", "no memory for the list of files");
    memcpy(q->texts, path, path_size);
    char *whole = q->texts + path_size;
    memcpy(whole, prefix, strlen(prefix));
    memcpy(whole + strlen(prefix), key, strlen(key) + 1);
    q->put = p;
    q->item = (PutItem){.path = q->texts, .key = whole, .again = again};
    if (p->plan->options->shuffle == 0) {
        give(p, q);
        return true;
    }
    if (p->order_count == p->order_capacity) {
        size_t capacity = p->order_capacity ? 2 * p->order_capacity : 1024;
        Queued **grown = reallocarray(p->order, capacity, sizeof(Queued *));
        if (!grown) {
            free(q);
            return error_coded(e, ERROR_RETRY, "no_memory", "no memory for the list of files");
        }
        p->order = grown;
        p->order_capacity = capacity;
    }
    p->order[p->order_count++] = q;
    return true;
}

static bool take_object(Put *p, const PutRoot *root, const Object *o, Error *e)
{
    const char *key = put_key(root, o->uri);
    if (o->ignored_by)
        return true;
    p->sum.files++;
    if (!offer(p, o->uri, key, false, e))
        return false;
    bool twice = chance(p) % 100 < (uint64_t)p->plan->options->duplicate;
    return !twice || offer(p, o->uri, key, true, e);
}

static bool list_from(Put *p, const PutRoot *root, Source *s, Error *e)
{
    Object o = {0};
    Error trouble = {0};
    SourceEvent event;
    do {
        event = s->methods->next(s, &o, &trouble);
        if (event == SOURCE_OBJECT && !take_object(p, root, &o, e))
            return false;
        if (event == SOURCE_TROUBLE) {
            p->sum.listing_faults++;
            pthread_mutex_lock(&p->lock);
            progress_say(p->plan->progress, "%s", trouble.message);
            pthread_mutex_unlock(&p->lock);
        }
    } while (event != SOURCE_END && !is_over(p));
    return true;
}

static bool list_all(Put *p, const PutRoot *roots, Error *e)
{
    const StringList *paths = p->plan->paths;
    for (size_t i = 0; i < paths->count; i++) {
        DirectoryOptions o = {.paths = {.items = &paths->items[i], .count = 1}};
        Source *s;
        if (!source_directory_open(&o, &s, e))
            return false;
        bool ok = list_from(p, &roots[i], s, e);
        s->methods->close(s);
        if (!ok)
            return false;
    }
    return true;
}

/* Fisher and Yates. */
static void give_shuffled(Put *p)
{
    for (size_t i = p->order_count; i > 1; i--) {
        size_t k = (size_t)(chance(p) % i);
        Queued *q = p->order[k];
        p->order[k] = p->order[i - 1];
        p->order[i - 1] = q;
    }
    for (size_t i = 0; i < p->order_count; i++)
        give(p, p->order[i]);
    free(p->order);
}

bool put_all(const PutPlan *plan, PutSummary *out, Error *e)
{
    Put p = {.plan = plan,
             .chance = (uint64_t)plan->options->shuffle,
             .start_s = monotonic_s(),
             .lock = PTHREAD_MUTEX_INITIALIZER};
    Arena a;
    PutRoot *roots;
    Error ignored;
    bool all = true;
    arena_init(&a, 0);
    bool ok = put_roots(plan->paths, &a, &roots, e) &&
              crew_open((unsigned)plan->options->jobs, &p.crew, e);
    if (ok) {
        ok = list_all(&p, roots, e);
        give_shuffled(&p);
        ok &= crew_wait(p.crew, &ignored); /* no job says that it has failed */
        crew_close(p.crew);
    }
    if (ok && plan->events && p.sum.error.kind == ERROR_NONE)
        (void)patiently(&p, send_step, &all);
    arena_deinit(&a);
    *out = p.sum;
    return ok;
}

int put_exit_code(const PutSummary *s)
{
    if (s->error.kind == ERROR_SETUP)
        return EXIT_USAGE;
    if (s->error.kind != ERROR_NONE)
        return EXIT_STORE;
    if (s->interrupted)
        return EXIT_AGAIN;
    if (s->listing_faults > 0)
        return EXIT_LISTING;
    if (s->failed > 0)
        return EXIT_SOME_FAILED;
    return s->files > 0 ? EXIT_DONE : EXIT_NOTHING;
}
