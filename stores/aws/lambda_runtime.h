/* lambda_runtime.h: the Lambda Runtime API (2018-06-01): what Lambda wants done, and what came of
 * it.
 *
 * Plain HTTP to a host of the same machine; nothing is signed. Between an answer and the next
 * invocation the whole process may be stopped for hours: nothing here counts on time going by. */
#pragma once

#include "core/error.h"

#include <stdatomic.h>
#include <stddef.h>

typedef struct LambdaRuntime LambdaRuntime;

typedef struct LambdaInvocation {
    const char *id;    /* of the request */
    const char *trace; /* X-Ray's; "": none */
    double deadline_s; /* Unix time; 0: not told */
    const char *event; /* JSON */
    size_t event_length;
} LambdaInvocation;

typedef struct LambdaFailure {
    const char *type;    /* "Weir.Unsettled" */
    const char *message; /* one line */
} LambdaFailure;

/* `api`: "host:port" of AWS_LAMBDA_RUNTIME_API. `stop` set ends the waiting; may be NULL. Starts a
 * thread: after the last fork. ERROR_SETUP: no address. */
bool lambda_runtime_open(const char *api, const atomic_bool *stop, LambdaRuntime **out,
                         Error *e) MUST_CHECK;
void lambda_runtime_close(LambdaRuntime *r); /* accepts NULL */

/* The next invocation, however long it takes; its texts live until the next call of this.
 * ERROR_RETRY "stopped"; ERROR_SETUP: Lambda has asked to end ("container"), or three calls in a
 * row have failed. */
bool lambda_runtime_next(LambdaRuntime *r, LambdaInvocation *out, Error *e) MUST_CHECK;

/* Answers; repeated a few times where the call fails, and one whose reply was lost is not answered
 * twice. A body that Lambda finds too large is replaced by a failure. ERROR_SETUP "container": the
 * process is to end at once. Else ERROR_RETRY: Lambda has not got it. */
bool lambda_runtime_respond(LambdaRuntime *r, const LambdaInvocation *i, const char *body,
                            size_t length, Error *e) MUST_CHECK;
bool lambda_runtime_fail(LambdaRuntime *r, const LambdaInvocation *i, const LambdaFailure *f,
                         Error *e) MUST_CHECK;
/* The process cannot begin; it is to end with a code other than 0 then. */
bool lambda_runtime_fail_init(LambdaRuntime *r, const LambdaFailure *f, Error *e) MUST_CHECK;
