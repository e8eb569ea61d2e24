/* s3_list.c: all keys below a prefix, several runs of them at the same time.
 *
 * A run is all keys behind `last` up to `bound`, in their order. Where calls are free, the longest
 * run that is not done is cut: what lies below its folder is asked for with a delimiter, and the
 * common prefixes of the reply become bounds. Any text may be a bound, so that a reply that is
 * cut, old or odd makes runs uneven and never loses a key. */
#include "stores/aws/s3_page.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    PAGES_BEFORE_CUT = 2, /* a run that is listed in so few calls is not worth another one */
    PAGES_BETWEEN = 16,   /* until a run that could not be cut is looked at again */
    STUCK_MOST = 10,      /* pages one after the other that tell again what is known */
    STRANGE_MOST = 10,    /* answers to the same question that have keys out of their order */
    EMPTY_MOST = 10000,   /* pages one after the other that tell nothing, but that there is more */
    KEY_SIZE = 1025,
};

typedef struct Run {
    char last[KEY_SIZE];  /* the key told last, or where it begins */
    char bound[KEY_SIZE]; /* its last possible key; "": the end of the listing */
    char *token;
    bool asking, cutting, done;
    unsigned pages, stuck, empty, strange;
    unsigned cut_at; /* pages after which it may be cut */
    unsigned deeper; /* folders below the one whose parts are known to be no bounds */
} Run;

struct S3Listing {
    Aws *aws;
    const char *bucket, *prefix;
    unsigned at_once;
    bool times;
    Arena arena;
    pthread_mutex_t lock;
    pthread_cond_t news;
    Run **runs;
    size_t run_count, run_capacity;
    unsigned calls; /* that run */
    bool cutting;
    atomic_bool closing;        /* also for calls that run */
    S3Page *ready, **ready_end; /* pages that wait for s3_list_next */
    unsigned ready_count;
    S3Page *current;
    size_t at;        /* in it */
    Error error;      /* no more is asked for */
    bool failed_told; /* the caller knows of it */
};

typedef struct Asked {
    S3Listing *listing;
    Run *run;
} Asked;

static void schedule(S3Listing *l);

/* ---- under the lock */

static void fail(S3Listing *l, const Error *e)
{
    if (l->error.kind == ERROR_NONE)
        l->error = *e;
}

static void fail_memory(S3Listing *l)
{
    Error e = {0};
    error_coded(&e, ERROR_RETRY, "no_memory", "listing s3://%s/%s: no memory", l->bucket,
                l->prefix);
    fail(l, &e);
}

/* One that is done, to be used anew: memory does not grow with the number of keys. */
static Run *used_run(const S3Listing *l)
{
    for (size_t i = 0; i < l->run_count; i++)
        if (l->runs[i]->done && !l->runs[i]->asking && !l->runs[i]->cutting)
            return l->runs[i];
    return NULL;
}

static Run *new_run(S3Listing *l)
{
    Run **grown =
        arena_grow(&l->arena, l->runs, &l->run_capacity, l->run_count + 1, sizeof *l->runs);
    Run *r = grown ? arena_alloc(&l->arena, sizeof *r) : NULL;
    if (!r) {
        fail_memory(l);
        return NULL;
    }
    l->runs = grown;
    l->runs[l->run_count++] = r;
    return r;
}

static bool add_run(S3Listing *l, const char *after, const char *bound)
{
    Run *used = used_run(l), *r = used ? used : new_run(l);
    if (!r)
        return false;
    *r = (Run){.cut_at = PAGES_BEFORE_CUT};
    memcpy(r->last, after, strlen(after) + 1);
    memcpy(r->bound, bound, strlen(bound) + 1);
    return true;
}

static bool is_behind(const Run *r, const char *key)
{
    return r->bound[0] && strcmp(key, r->bound) > 0;
}

/* Of a page all of whose keys lie behind the one told last, or are told once more: keeps what is
 * new and within the run, and sets r->last. */
static void trim(Run *r, S3Page *p, size_t known)
{
    size_t to = p->count;
    r->empty = to == 0 ? r->empty + 1 : 0;
    while (to > known && is_behind(r, p->objects[to - 1].key))
        to--;
    r->done = to < p->count || !p->token;
    r->stuck = known == to && to > 0 ? r->stuck + 1 : 0;
    p->objects += known;
    p->count = to - known;
    if (p->count > 0) {
        const char *key = p->objects[p->count - 1].key;
        memcpy(r->last, key, strlen(key) + 1);
    }
}

static void keep_token(S3Listing *l, Run *r, const S3Page *p)
{
    Error e = {0};
    free(r->token);
    r->token = NULL;
    if (r->done)
        return;
    /* the token of a page that only tells what is known leads back: go by the key */
    r->token = r->stuck > 0 ? NULL : strdup(p->token);
    if (r->stuck < STUCK_MOST && r->empty < EMPTY_MOST)
        return;
    error_coded(
        &e, ERROR_RETRY, "bad_reply",
        "listing s3://%s/%s: the service sends no new keys behind \"%.200s\", and says that "
        "there are more",
        l->bucket, l->prefix, r->last);
    fail(l, &e);
}

/* Asked for the same once more, a reply that was damaged or another's is whole. One that stays as
 * it is comes from a service whose order is another one: keys that it tells too late would be taken
 * for known. */
static void doubt(S3Listing *l, Run *r, S3Page *p, const char *why)
{
    Error e = {0};
    p->count = 0;
    if (++r->strange < STRANGE_MOST)
        return;
    r->strange = 0;
    error_coded(&e, ERROR_SETUP, "unordered",
                "listing s3://%s/%s: the service's list of keys %s, as S3 promises it: some would "
                "be missed, so that it is not listed",
                l->bucket, l->prefix, why);
    fail(l, &e);
}

static void take_page_of(S3Listing *l, Run *r, S3Page *p)
{
    size_t known = 0;
    while (known < p->count && strcmp(p->objects[known].key, r->last) <= 0)
        known++;
    bool again = known > 0 && known == p->count && strcmp(p->objects[known - 1].key, r->last) == 0;
    if (known > 0 && !again) {
        doubt(l, r, p, "is not in the order of the keys' bytes from page to page");
        return;
    }
    r->pages++;
    r->strange = 0;
    trim(r, p, known);
    keep_token(l, r, p);
}

static void put_ready(S3Listing *l, S3Page *p)
{
    p->next = NULL;
    *l->ready_end = p;
    l->ready_end = &p->next;
    l->ready_count++;
}

/* ---- replies, on an I/O thread */

static void page_arrived(S3Page *p)
{
    Asked *asked = p->context;
    S3Listing *l = asked->listing;
    Run *r = asked->run;
    pthread_mutex_lock(&l->lock);
    l->calls--;
    r->asking = false;
    if (strcmp(p->error.code, "unordered") == 0)
        doubt(l, r, p, "is not in the order of the keys' bytes");
    else if (p->error.kind != ERROR_NONE)
        fail(l, &p->error);
    else
        take_page_of(l, r, p);
    if (p->error.kind == ERROR_NONE && p->count > 0)
        put_ready(l, p);
    else
        s3_page_free(p);
    schedule(l);
    pthread_cond_broadcast(&l->news);
    pthread_mutex_unlock(&l->lock);
    free(asked);
}

/* The folder whose parts the rest of the run consists of: what its last key and its bound share, or
 * the prefix; and from there so many folders nearer to the last key. False: there are not so many.
 */
static bool folder_of(const S3Listing *l, const Run *r, unsigned deeper, char out[KEY_SIZE])
{
    size_t length = strlen(l->prefix), shared = 0;
    while (r->bound[shared] && r->bound[shared] == r->last[shared])
        shared++;
    while (shared > 0 && r->last[shared - 1] != '/')
        shared--;
    length = shared > length ? shared : length;
    if (strlen(r->last) < length)
        return false;
    for (; deeper > 0; deeper--) {
        const char *slash = strchr(r->last + length, '/');
        if (!slash)
            return false;
        length = (size_t)(slash + 1 - r->last);
    }
    memcpy(out, r->last, length);
    out[length] = '\0';
    return true;
}

/* The prefixes that lie in what is left of the run. */
static size_t bounds_in(const Run *r, const S3Page *p, const char **out)
{
    size_t count = 0;
    for (size_t i = 0; i < p->prefix_count; i++)
        if (strcmp(p->prefixes[i], r->last) > 0 && strlen(p->prefixes[i]) < KEY_SIZE &&
            (!r->bound[0] || strcmp(p->prefixes[i], r->bound) < 0))
            out[count++] = p->prefixes[i];
    return count;
}

/* Cuts the run into as many as there are calls to spare, at bounds that lie evenly. */
static void cut(S3Listing *l, Run *r, const char *const *bounds, size_t count)
{
    size_t pieces = l->at_once - l->calls;
    if (pieces > count)
        pieces = count;
    char end[KEY_SIZE];
    memcpy(end, r->bound, sizeof end);
    for (size_t i = pieces; i > 0; i--) {
        const char *begin = bounds[(i - 1) * count / pieces];
        if (strcmp(begin, r->last) <= 0 || !add_run(l, begin, end))
            continue;
        memcpy(end, begin, strlen(begin) + 1);
    }
    memcpy(r->bound, end, sizeof end);
}

static void bounds_arrived(S3Page *p)
{
    Asked *asked = p->context;
    S3Listing *l = asked->listing;
    Run *r = asked->run;
    pthread_mutex_lock(&l->lock);
    l->calls--;
    l->cutting = r->cutting = false;
    const char **bounds = arena_array(&p->arena, p->prefix_count + 1, sizeof *bounds);
    size_t count = bounds && p->error.kind == ERROR_NONE && !r->done ? bounds_in(r, p, bounds) : 0;
    char folder[KEY_SIZE];
    bool deeper = count == 0 && folder_of(l, r, r->deeper + 1, folder);
    r->deeper = deeper ? r->deeper + 1 : 0;
    r->cut_at = r->pages + (deeper ? 0 : count > 0 ? PAGES_BEFORE_CUT : PAGES_BETWEEN);
    if (count > 0)
        cut(l, r, bounds, count);
    s3_page_free(p);
    schedule(l);
    pthread_cond_broadcast(&l->news);
    pthread_mutex_unlock(&l->lock);
    free(asked);
}

/* ---- calls, under the lock */

static bool ask(S3Listing *l, Run *r, const S3Ask *what, void (*arrived)(S3Page *p))
{
    Asked *asked = malloc(sizeof *asked);
    if (asked)
        *asked = (Asked){l, r};
    if (asked && s3_page_ask(l->aws, what, arrived, asked)) {
        l->calls++;
        return true;
    }
    free(asked);
    fail_memory(l);
    return false;
}

static void begin_cut(S3Listing *l)
{
    Run *longest = NULL;
    for (size_t i = 0; i < l->run_count; i++) {
        Run *r = l->runs[i];
        if (!r->done && r->pages >= r->cut_at && (!longest || r->pages > longest->pages))
            longest = r;
    }
    char folder[KEY_SIZE];
    if (!longest || !folder_of(l, longest, longest->deeper, folder))
        return;
    S3Ask what = {.bucket = l->bucket,
                  .prefix = folder,
                  .after = longest->last,
                  .delimiter = "/",
                  .cancelled = &l->closing};
    l->cutting = longest->cutting = ask(l, longest, &what, bounds_arrived);
}

static Run *idle_run(const S3Listing *l)
{
    for (size_t i = 0; i < l->run_count; i++)
        if (!l->runs[i]->asking && !l->runs[i]->done)
            return l->runs[i];
    return NULL;
}

/* As many calls as are allowed, as long as pages are taken. */
static void schedule(S3Listing *l)
{
    while (!l->closing && l->error.kind == ERROR_NONE && l->calls < l->at_once &&
           l->ready_count < 2 * l->at_once) {
        Run *r = idle_run(l);
        if (!r)
            break;
        S3Ask what = {.bucket = l->bucket,
                      .prefix = l->prefix,
                      .after = r->last,
                      .token = r->token,
                      .times = l->times,
                      .cancelled = &l->closing};
        r->asking = ask(l, r, &what, page_arrived);
    }
    bool spare = !l->closing && l->error.kind == ERROR_NONE && l->calls + 1 < l->at_once &&
                 l->ready_count < l->at_once;
    if (spare && !l->cutting)
        begin_cut(l);
}

/* ---- the listing */

static void init_locks(S3Listing *l)
{
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->news, &steady);
    pthread_condattr_destroy(&steady);
}

bool s3_list_open(Aws *aws, const S3ListOptions *o, S3Listing **out, Error *e)
{
    S3Listing *l = calloc(1, sizeof *l);
    if (!l)
        return error_coded(e, ERROR_RETRY, "no_memory", "listing s3://%s: no memory", o->bucket);
    arena_init(&l->arena, 0);
    init_locks(l);
    l->aws = aws;
    l->times = o->times;
    l->at_once = o->at_once > 0 ? o->at_once : 1;
    l->ready_end = &l->ready;
    l->bucket = arena_string(&l->arena, o->bucket);
    l->prefix = arena_string(&l->arena, o->prefix);
    if (!l->bucket || !l->prefix || !add_run(l, "", "")) {
        arena_full(&l->arena, e);
        s3_list_close(l);
        return false;
    }
    pthread_mutex_lock(&l->lock);
    schedule(l);
    pthread_mutex_unlock(&l->lock);
    *out = l;
    return true;
}

static struct timespec deadline(double wait_s)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += (time_t)wait_s;
    t.tv_nsec += (long)((wait_s - (double)(time_t)wait_s) * 1e9);
    t.tv_sec += t.tv_nsec / 1000000000L;
    t.tv_nsec %= 1000000000L;
    return t;
}

/* The next page becomes l->current; pages that came before a failure are still told. */
static S3ListEvent take_page(S3Listing *l, double wait_s, Error *e)
{
    struct timespec until = deadline(wait_s);
    int timed_out = 0;
    if (l->failed_told) {
        l->failed_told = false;
        l->error = (Error){0};
        schedule(l);
    }
    while (!l->ready && l->error.kind == ERROR_NONE && l->calls > 0 && !timed_out)
        timed_out = pthread_cond_timedwait(&l->news, &l->lock, &until);
    S3Page *p = l->ready;
    if (p) {
        l->ready = p->next;
        if (!l->ready)
            l->ready_end = &l->ready;
        l->ready_count--;
        l->current = p;
        l->at = 0;
        schedule(l);
        return S3_LIST_OBJECT;
    }
    if (l->error.kind != ERROR_NONE) {
        *e = l->error;
        l->failed_told = true;
        return S3_LIST_FAILED;
    }
    return l->calls > 0 ? S3_LIST_LATER : S3_LIST_END;
}

S3ListEvent s3_list_next(S3Listing *l, double wait_s, S3Object *out, Error *e)
{
    if (!l->current || l->at == l->current->count) {
        s3_page_free(l->current);
        l->current = NULL;
        pthread_mutex_lock(&l->lock);
        S3ListEvent event = take_page(l, wait_s, e);
        pthread_mutex_unlock(&l->lock);
        if (event != S3_LIST_OBJECT)
            return event;
    }
    *out = l->current->objects[l->at++];
    return S3_LIST_OBJECT;
}

void s3_list_close(S3Listing *l)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    l->closing = true;
    while (l->calls > 0)
        pthread_cond_wait(&l->news, &l->lock);
    pthread_mutex_unlock(&l->lock);
    s3_page_free(l->current);
    while (l->ready) {
        S3Page *next = l->ready->next;
        s3_page_free(l->ready);
        l->ready = next;
    }
    for (size_t i = 0; i < l->run_count; i++)
        free(l->runs[i]->token);
    pthread_cond_destroy(&l->news);
    pthread_mutex_destroy(&l->lock);
    arena_deinit(&l->arena);
    free(l);
}
