/* worker.h: what a sandboxed child does with one descriptor, and the request that tells it. */
#pragma once

#include "orchestrator/config.h"
#include "orchestrator/unpackers.h"
#include "orchestrator/zygote.h"

enum { REQUEST_SIZE = 2048 };

/* What is to be done of a job. */
typedef enum Phase {
    PHASE_FIRST,  /* all of it, or only: into how many parts the file is cut. Answer: a Report */
    PHASE_WHOLE,  /* all of it, whatever the size. Answer: a Report */
    PHASE_PART,   /* one part. Answer: bytes that only PHASE_MERGE understands */
    PHASE_MERGE,  /* all of it, from the answers of the parts. Answer: a Report */
    PHASE_UNPACK, /* a run of an archive's members into the extra descriptor. Answer: a Listing */
    PHASE_COUNT,
} Phase;

typedef struct Request {
    JobKind kind;
    uint32_t pipeline; /* index into Config.pipelines */
    const char *name;  /* last part of the name: a hint for probes; cut to fit */
    Phase phase;
    Window window;
    uint64_t head_bytes;     /* the rest of the descriptor's has to be asked for; 0: all is there */
    UnpackOrder unpack;      /* PHASE_UNPACK */
    uint32_t part;           /* PHASE_PART: its index */
    const PartPlace *places; /* PHASE_MERGE: in the extra descriptor */
    size_t place_count;
} Request;

/* Encodes into out; returns the length. */
size_t request_encode(const Request *r, uint8_t out[REQUEST_SIZE]);
/* Texts and lists go into the arena. False: it is none. */
bool request_decode(const uint8_t *bytes, size_t length, Arena *a, Request *out) MUST_CHECK;

/* Context of the work: complete before the zygote is forked. */
typedef struct WorkerContext {
    const Config *config;
    Unpackers unpackers; /* a child's own; they end with it */
} WorkerContext;

/* ZygoteWork: context is a WorkerContext. The result is an encoded Report, or that of a part. */
size_t worker_work(void *context, ZygoteTask *task);
/* Loads the libraries of every format and the units database. */
bool worker_warm_up(void *context, Error *e);
