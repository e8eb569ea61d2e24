/* zygote_child.h: what zygote.c and the processes it starts have between them.
 *
 * Orders go to the zygote over a socket; what becomes of the children it writes on the board, which
 * no child can see. A job (head, request, descriptor) goes to the slot's child over the slot's own
 * socket, and the answer comes back in the slot's own memory. Whoever has news for the parent adds
 * one to `events` and wakes it. */
#pragma once

#include "orchestrator/zygote.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <sys/types.h>

enum {
    ZYGOTE_REQUEST_MAX = 64 << 10,
    ZYGOTE_RESULT_MAX = 64 << 20, /* address space; only pages that were written to cost memory */
    ZYGOTE_PAGE = 4096,
    /* how a child ends that cannot begin: its sandbox fails, or it cannot take the descriptor */
    ZYGOTE_EXIT_UNFIT = 3,
};

/* Shared with one child. The parent trusts nothing in it once the child has begun a job. */
typedef struct ZygoteSlot {
    _Atomic uint32_t events; /* futex */
    _Atomic uint64_t ready;  /* generation of the child that has set the next two */
    SandboxProtection protection;
    Error unfit;               /* why the sandbox could not be entered */
    _Atomic uint64_t given;    /* sequence of the newest job: a hint, it comes over the socket */
    _Atomic uint64_t answered; /* sequence of the job whose answer is below */
    _Atomic uint64_t result_size;
    _Atomic uint32_t tainted;
    /* A child asks for bytes of its descriptor and waits until `supplied` is what `asked` is. */
    _Atomic uint64_t ask_offset, ask_length, ask_ahead;
    _Atomic uint32_t asked;    /* counts up; those above are set before */
    _Atomic uint32_t supplied; /* futex */
    _Atomic uint32_t missing;  /* they cannot be had */
    alignas(ZYGOTE_PAGE) uint8_t result[ZYGOTE_RESULT_MAX];
} ZygoteSlot;

/* One slot's line on the board, written by the zygote alone. Generations count from 1. */
typedef struct ZygoteBoard {
    _Atomic uint64_t born;     /* generation of the newest child */
    _Atomic uint64_t died;     /* newest generation that is gone; the next two are its last words */
    _Atomic int status;        /* as from wait() */
    _Atomic long peak_kib;     /* most memory it ever held */
    _Atomic uint32_t failures; /* forks that did not work */
    _Atomic int fork_errno;    /* of the last one */
} ZygoteBoard;

/* Parent to zygote: the slot shall have a child of this generation, whatever has to die for it; or,
 * with `leave`, this generation shall die. To say it twice does no harm. The zygote sends one thing
 * only, when it is ready: an Error, of kind ERROR_NONE for success. */
typedef struct ZygoteOrder {
    uint64_t generation;
    uint32_t slot, leave;
} ZygoteOrder;

/* Parent to child, before the request. A child ignores what was meant for another generation: a
 * dead child's socket, with what was still in it, is its successor's. */
typedef struct ZygoteJobHead {
    uint64_t generation, sequence;
    bool spin; /* there is a core to spare: look for the next job a while before sleeping */
} ZygoteJobHead;

enum { ZYGOTE_FDS_MAX = 2 }; /* that come with a job */

/* Waking a core that has gone to sleep takes longer than most jobs: where nobody else needs the
 * core, it is kept awake for this long by looking instead of sleeping. */
enum { ZYGOTE_SPIN_NS = 50 * 1000 };
/* Looks until *value differs from `seen` or ZYGOTE_SPIN_NS are over. */
void zygote_spin(const _Atomic uint64_t *value, uint64_t seen);

/* What the zygote finds in its memory when it is forked. */
typedef struct ZygotePlan {
    const ZygoteOptions *options;
    unsigned slots;
    ZygoteBoard *board;        /* [slots] */
    ZygoteSlot *const *shared; /* [slots] */
    const int *sockets;        /* [slots], the children's ends */
    int control;
    pid_t parent;
} ZygotePlan;

/* The zygote's whole life. Ends when the control socket is closed or the parent dies. */
_Noreturn void zygote_serve(const ZygotePlan *plan);
