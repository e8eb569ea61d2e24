/* zygote.h: children that can do nothing but compute, for each thread of the pool.
 *
 * The zygote is forked as the first act of main, before OpenMP, libcurl, SQLite or a credential; it
 * is single-threaded, warms the libraries up and forks the children on demand. Each child serves
 * one caller thread ("slot"), gets one descriptor at a time and leaves its answer in shared memory.
 * A child that dies costs its own job. What lasts longer than a job has a second child of the slot:
 * the two never work at the same time. */
#pragma once

#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct Zygote Zygote;

/* A job as the child sees it. */
typedef struct ZygoteTask {
    int fd, extra_fd; /* -1: none; closed after the work */
    const uint8_t *request;
    size_t request_size;
    uint8_t *result; /* room for `capacity` bytes, which the work writes */
    size_t capacity;
    bool tainted;            /* set by the work: do not use this child again (a parser error) */
    struct ZygoteSlot *slot; /* zygote_ask()'s */
} ZygoteTask;

/* Bytes of a job's descriptor that are not there yet. */
typedef struct ZygoteAsk {
    uint64_t offset, length; /* those that are needed */
    uint64_t ahead;          /* how many behind them are likely to be needed next */
} ZygoteAsk;

/* In the work: waits until the bytes needed are there, which ZygoteJob.supply sees to. False: they
 * cannot be had, and the work should come to its end. */
bool zygote_ask(ZygoteTask *task, const ZygoteAsk *ask);

/* The work a child does on one descriptor. Returns how many bytes of result it has written. */
typedef size_t (*ZygoteWork)(void *context, ZygoteTask *task);

typedef struct ZygoteOptions {
    unsigned slots;                           /* how many children work at the same time */
    uint64_t memory_bytes;                    /* RLIMIT_DATA of a child */
    uint64_t output_bytes;                    /* RLIMIT_FSIZE: of what a job may write */
    unsigned recycle_after;                   /* good jobs before a child is replaced; 0: never */
    bool (*warm_up)(void *context, Error *e); /* in the zygote, once; may be NULL */
    ZygoteWork work;
    void *context;   /* inherited by fork: must be complete before zygote_start */
    bool no_seccomp; /* debug, ASan and valgrind builds */
} ZygoteOptions;

typedef enum ZygoteVerdict {
    ZYGOTE_ANSWERED, /* result is set */
    ZYGOTE_CRASHED,  /* signal or exit in mid-job */
    ZYGOTE_TIMEOUT,
    ZYGOTE_MEMORY,    /* the child gave up for lack of memory, or the kernel killed it for it */
    ZYGOTE_KILLED,    /* SIGKILL, while it used little memory: the world's doing, not the job's */
    ZYGOTE_FORBIDDEN, /* seccomp: it tried something else than to compute; never retried */
    ZYGOTE_LOST,      /* the zygote itself is gone: nothing will work any more */
} ZygoteVerdict;

typedef struct ZygoteAnswer {
    ZygoteVerdict verdict;
    int signal;            /* of a crash, or 0 */
    int exit_status;       /* of an exit in mid-job */
    const uint8_t *result; /* a private copy, valid until the slot's next job */
    size_t result_size;
    uint64_t generation; /* which child of this slot served: counts up with every new one */
} ZygoteAnswer;

/* Forks the zygote. Call before anything else that starts threads or opens what a child must not
 * have. The zygote and all children die with the caller. It wipes its environment: nothing that
 * children use may point into it. ERROR_RETRY if it was killed while it warmed up, else
 * ERROR_SETUP. */
bool zygote_start(const ZygoteOptions *o, Zygote **out, Error *e) MUST_CHECK;
void zygote_stop(Zygote *z); /* accepts NULL */

/* What comes of a child's wish. */
typedef enum ZygoteSupply {
    ZYGOTE_SUPPLIED,
    ZYGOTE_NOT_SUPPLIED, /* it is told so */
    ZYGOTE_ASK_REFUSED,  /* it could not ask that in its right mind: it has crashed */
} ZygoteSupply;

/* A job as its caller orders it. */
typedef struct ZygoteJob {
    unsigned slot;       /* below ZygoteOptions.slots */
    int fd;              /* remains the caller's; -1: none */
    int extra_fd;        /* the same, with an fd only; 0: none, standard input is never it */
    const void *request; /* for the work; at most 64 KiB */
    size_t request_size;
    double deadline_s; /* from when the child is handed the job */
    bool fresh;        /* on a child that has done nothing yet */
    bool aside;        /* on the slot's other child, which does nothing but such jobs */
    /* Called while zygote_job() waits, for bytes of fd that the child asks for; what it asks is not
     * to be trusted. The time that it takes is not the job's. NULL: no child may ask. */
    ZygoteSupply (*supply)(void *context, const ZygoteAsk *ask);
    void *supply_context;
} ZygoteJob;

/* Runs one job on the slot's child and waits for it. Different slots may be used from different
 * threads at the same time; one slot from one thread. False only for faults of the world
 * (ERROR_RETRY: EMFILE, ENOMEM) or ERROR_SETUP; what becomes of the job itself is in *out. */
bool zygote_job(Zygote *z, const ZygoteJob *job, ZygoteAnswer *out, Error *e) MUST_CHECK;

/* Which protection is in force, as found by trying it in a child: for doctor and the run's first
 * line.
 */
typedef struct SandboxProtection {
    int landlock_abi; /* 0: the kernel has none */
    bool seccomp;
    bool no_new_privs;
    bool oom_score;
    const char *missing; /* a sentence on what is missing and what that means, or NULL */
} SandboxProtection;
bool zygote_protection(Zygote *z, SandboxProtection *out, Error *e) MUST_CHECK;
