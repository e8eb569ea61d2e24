/* worker.h: what a sandboxed child does with one descriptor, and the request that tells it. */
#pragma once

#include "orchestrator/config.h"
#include "orchestrator/zygote.h"

enum { REQUEST_SIZE = 1024 };

typedef struct Request {
    JobKind kind;
    uint32_t pipeline; /* index into Config.pipelines */
    const char *name;  /* last part of the name: a hint for probes; cut to fit */
} Request;

/* Encodes into out; returns the length. */
size_t request_encode(const Request *r, uint8_t out[REQUEST_SIZE]);

/* Context of the work: complete before the zygote is forked. */
typedef struct WorkerContext {
    const Config *config;
} WorkerContext;

/* ZygoteWork: context is a WorkerContext. The result is an encoded Report. */
size_t worker_work(void *context, ZygoteTask *task);
/* Loads the libraries of every format and the units database. */
bool worker_warm_up(void *context, Error *e);
