/* zygote_internal.h: the caller's side of the zygote, as zygote.c makes it and zygote_job.c uses
 * it. */
#pragma once

#include "orchestrator/zygote_child.h"

/* One slot, as its thread sees it. */
typedef struct Caller {
    int socket;       /* our end of the child's socket */
    int child_socket; /* the other end, until the zygote has it */
    ZygoteSlot *shared;
    uint64_t wanted;   /* the oldest generation that may be given a job */
    uint64_t served;   /* the generation that the next count is of */
    unsigned jobs;     /* that it has done */
    uint64_t sequence; /* of the last job */
    uint32_t asks;     /* the child's newest ask that was seen to */
    uint8_t *copy;     /* of the last result */
    size_t copy_capacity;
} Caller;

struct Zygote {
    ZygoteOptions options;
    unsigned slots; /* two for each that the caller knows, and one for zygote_protection() */
    Caller *callers;
    ZygoteBoard *board;
    pid_t pid;
    int control, control_child; /* the other end, until the zygote has it */
    bool spin;                  /* there is a core for every caller and one for its child */
};
