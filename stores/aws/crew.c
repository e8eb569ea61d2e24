/* crew.c: a queue of jobs as long as the crew is large, and the first error. */
#include "stores/aws/crew.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct Job {
    CrewWork *work;
    void *job;
} Job;

struct Crew {
    pthread_mutex_t lock;
    pthread_cond_t given, done;
    pthread_t *threads;
    Job *queue; /* a ring of `size` */
    unsigned size, started, first, waiting, working;
    bool closing;
    Error error;
};

static void *run(void *context)
{
    Crew *c = context;
    pthread_mutex_lock(&c->lock);
    for (;;) {
        while (c->waiting == 0 && !c->closing)
            pthread_cond_wait(&c->given, &c->lock);
        if (c->waiting == 0)
            break;
        Job j = c->queue[c->first];
        Error e = {0};
        c->first = (c->first + 1) % c->size;
        c->waiting--;
        c->working++;
        pthread_cond_broadcast(&c->done);
        pthread_mutex_unlock(&c->lock);
        bool ok = j.work(j.job, &e);
        pthread_mutex_lock(&c->lock);
        if (!ok && c->error.kind == ERROR_NONE)
            c->error = e;
        c->working--;
        pthread_cond_broadcast(&c->done);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

static bool start(Crew *c, unsigned threads, Error *e)
{
    c->threads = calloc(threads, sizeof *c->threads);
    c->queue = calloc(threads, sizeof *c->queue);
    c->size = threads;
    if (!c->threads || !c->queue)
        return error_coded(e, ERROR_RETRY, "no_memory", "no memory for %u threads", threads);
    for (; c->started < threads; c->started++) {
        int code = pthread_create(&c->threads[c->started], NULL, run, c);
        if (code)
            return error_errno(e, ERROR_RETRY, code, "starting a thread");
    }
    return true;
}

bool crew_open(unsigned threads, Crew **out, Error *e)
{
    Crew *c = calloc(1, sizeof *c);
    if (!c)
        return error_coded(e, ERROR_RETRY, "no_memory", "no memory for threads");
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->given, NULL);
    pthread_cond_init(&c->done, NULL);
    if (!start(c, threads, e)) {
        crew_close(c);
        return false;
    }
    *out = c;
    return true;
}

void crew_close(Crew *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->closing = true;
    pthread_cond_broadcast(&c->given);
    pthread_mutex_unlock(&c->lock);
    for (unsigned i = 0; i < c->started; i++)
        pthread_join(c->threads[i], NULL);
    pthread_cond_destroy(&c->given);
    pthread_cond_destroy(&c->done);
    pthread_mutex_destroy(&c->lock);
    free(c->threads);
    free(c->queue);
    free(c);
}

void crew_give(Crew *c, CrewWork *work, void *job)
{
    pthread_mutex_lock(&c->lock);
    while (c->waiting == c->size)
        pthread_cond_wait(&c->done, &c->lock);
    c->queue[(c->first + c->waiting++) % c->size] = (Job){work, job};
    pthread_cond_signal(&c->given);
    pthread_mutex_unlock(&c->lock);
}

bool crew_failing(Crew *c)
{
    pthread_mutex_lock(&c->lock);
    bool failing = c->error.kind != ERROR_NONE;
    pthread_mutex_unlock(&c->lock);
    return failing;
}

bool crew_wait(Crew *c, Error *e)
{
    pthread_mutex_lock(&c->lock);
    while (c->waiting + c->working > 0)
        pthread_cond_wait(&c->done, &c->lock);
    Error found = c->error;
    error_clear(&c->error);
    pthread_mutex_unlock(&c->lock);
    if (found.kind == ERROR_NONE)
        return true;
    *e = found;
    return false;
}
