/* deadline.h: a run that somebody else ends at a certain time, and takes for failed then: what may
 * still begin, and when everything stops so that it can be told what came of it. */
#pragma once

#include "core/error.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

enum { DEADLINE_TIMES = 64 };

typedef struct Deadline {
    double last_s; /* monotonic: when the run is ended from outside */
    double end_s;  /* monotonic: what runs is stopped */
    double share_s;
    volatile sig_atomic_t over; /* raised by the one who keeps the run, once end_s has come */
    pthread_mutex_t lock;
    double times_s[DEADLINE_TIMES]; /* that the newest files have taken */
    size_t count;
    atomic_bool passed; /* end_s has: for calls that wait for a service */
    pthread_t watch;    /* raises it */
    pthread_cond_t changed;
    bool begun, closing;
} Deadline;

/* Starts a thread: after the last fork. It stays where it is until deadline_deinit(). */
bool deadline_init(Deadline *d, Error *e) MUST_CHECK;
void deadline_deinit(Deadline *d); /* of one that was initialised */

/* Another run, which is ended after `left_s`. What earlier runs have noted stays. */
void deadline_begin(Deadline *d, double left_s);
/* A file took so long. From any thread. */
void deadline_note(Deadline *d, double seconds);
/* Whether one more file may begin: 10 s are left, and twice the median of what files take; of a
 * short run half is enough, but 1 s at least. From any thread. */
bool deadline_allows(Deadline *d);
bool deadline_is_over(const Deadline *d);
