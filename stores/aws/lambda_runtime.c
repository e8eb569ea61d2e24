/* lambda_runtime.c: one call after the other, on connections of its own.
 *
 * "Using the Lambda runtime API for custom runtimes", AWS Lambda Developer Guide. */
#include "stores/aws/lambda_runtime.h"

#include "core/json.h"
#include "core/text.h"
#include "stores/aws/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NEXT_TRIES = 3, POST_TRIES = 5, STATUS_TOO_LARGE = 413, STATUS_OVER = 500 };
static const double pause_first_s = 0.05, post_quiet_s = 10;

struct LambdaRuntime {
    Http *http;
    const atomic_bool *stop;
    char origin[300];
    HttpCall next; /* whose texts an invocation has */
    char id[128], trace[256];
};

static bool is_address(const char *api)
{
    const char *colon = strrchr(api, ':');
    uint64_t port;
    return colon && colon > api && !strpbrk(api, "/@?# \t\r\n") &&
           text_to_uint64(colon + 1, strlen(colon + 1), &port) && port > 0 && port < 65536;
}

bool lambda_runtime_open(const char *api, const atomic_bool *stop, LambdaRuntime **out, Error *e)
{
    if (!is_address(api) || strlen(api) >= sizeof((LambdaRuntime *)NULL)->origin - 8)
        return error_coded(e, ERROR_SETUP, "url",
                           "AWS_LAMBDA_RUNTIME_API is %.100s, but is HOST:PORT; Lambda sets it",
                           api);
    LambdaRuntime *r = calloc(1, sizeof *r);
    if (!r)
        return error_coded(e, ERROR_RETRY, "no_memory", "no memory for Lambda's Runtime API");
    r->stop = stop;
    snprintf(r->origin, sizeof r->origin, "http://%s", api);
    HttpOptions o = {.connections = 1, .connect_timeout_s = 1};
    if (!http_open(&o, &r->http, e)) {
        free(r);
        return false;
    }
    *out = r;
    return true;
}

void lambda_runtime_close(LambdaRuntime *r)
{
    if (!r)
        return;
    http_close(r->http);
    http_call_deinit(&r->next);
    free(r);
}

static void pause_after(int tries)
{
    double s = pause_first_s * (double)(1 << tries);
    struct timespec t = {(time_t)s, (long)((s - (double)(time_t)s) * 1e9)};
    nanosleep(&t, NULL);
}

static bool must_end(Error *e, const char *what)
{
    return error_coded(e, ERROR_SETUP, "container",
                       "Lambda's Runtime API: asked for %s it answers %d: this environment is "
                       "over",
                       what, STATUS_OVER);
}

/* ---- what is to be done */

static bool keep_header(const HttpCall *c, const char *name, char *out, size_t size)
{
    const char *value = http_header(c, name);
    snprintf(out, size, "%s", value ? value : "");
    return value && value[0] && strlen(value) < size;
}

static bool read_invocation(LambdaRuntime *r, LambdaInvocation *out, Error *e)
{
    const HttpCall *c = &r->next;
    const char *deadline = http_header(c, "lambda-runtime-deadline-ms");
    uint64_t deadline_ms = 0;
    if (!keep_header(c, "lambda-runtime-aws-request-id", r->id, sizeof r->id))
        return error_coded(e, ERROR_RETRY, "bad_reply",
                           "Lambda's Runtime API: an invocation has no request id");
    if (!keep_header(c, "lambda-runtime-trace-id", r->trace, sizeof r->trace))
        r->trace[0] = '\0';
    if (deadline && !text_to_uint64(deadline, strlen(deadline), &deadline_ms))
        return error_coded(e, ERROR_RETRY, "bad_reply",
                           "Lambda's Runtime API: the deadline \"%.40s\" is no time", deadline);
    *out = (LambdaInvocation){.id = r->id,
                              .trace = r->trace,
                              .deadline_s = (double)deadline_ms / 1000,
                              .event = c->body.bytes ? c->body.bytes : "",
                              .event_length = c->body.length};
    return true;
}

/* A wait without an end: the process may lie frozen meanwhile. */
static bool ask_once(LambdaRuntime *r, LambdaInvocation *out, Error *e)
{
    HttpRequest request = {
        .method = "GET", .origin = r->origin, .path = "/2018-06-01/runtime/invocation/next"};
    http_call_deinit(&r->next);
    r->next = (HttpCall){.quiet_s = -1, .no_proxy = true, .cancelled = r->stop};
    if (!http_exchange(r->http, &request, &r->next, e))
        return error_wrap(e, "Lambda's Runtime API");
    if (r->next.status == STATUS_OVER)
        return must_end(e, "the next invocation");
    if (r->next.status != 200)
        return error_coded(e, ERROR_RETRY, "refused",
                           "Lambda's Runtime API: asked for the next invocation it answers %d",
                           r->next.status);
    return read_invocation(r, out, e);
}

bool lambda_runtime_next(LambdaRuntime *r, LambdaInvocation *out, Error *e)
{
    for (int tries = 0;; tries++) {
        error_clear(e);
        if (ask_once(r, out, e))
            return true;
        if (e->kind != ERROR_RETRY || strcmp(e->code, "stopped") == 0)
            return false;
        Error last = *e;
        if (tries + 1 == NEXT_TRIES)
            return error_coded(e, ERROR_SETUP, "unavailable", "%s; %d times in a row", last.message,
                               NEXT_TRIES);
        pause_after(tries);
    }
}

/* ---- what came of it */

typedef struct Post {
    const char *what;    /* for messages: "the answer" */
    char path[256];      /* from "/2018-06-01/runtime/" on */
    const char *failure; /* its type; NULL: it is none */
    const char *body;
    size_t length;
} Post;

/* True where nothing is to be tried again: *status, or 0 with e. */
static bool post_once(LambdaRuntime *r, const Post *p, int *status, Error *e)
{
    char path[sizeof p->path + 32];
    HttpCall call = {.quiet_s = post_quiet_s, .no_proxy = true};
    HttpPair headers[] = {{"content-type", "application/json"},
                          {"lambda-runtime-function-error-type", p->failure}};
    HttpRequest request = {.method = "POST",
                           .origin = r->origin,
                           .path = path,
                           .headers = headers,
                           .header_count = p->failure ? 2 : 1,
                           .body = p->body,
                           .body_size = p->length};
    snprintf(path, sizeof path, "/2018-06-01/runtime/%s", p->path);
    bool whole = http_exchange(r->http, &request, &call, e);
    *status = whole ? call.status : 0;
    http_call_deinit(&call);
    bool passes = !whole || *status == 429 || *status > STATUS_OVER;
    return !passes;
}

/* An invocation that is not known any more was answered by the try whose reply was lost. */
static bool judge(const Post *p, int status, bool lost, Error *e)
{
    if (status / 100 == 2 || (lost && (status == 400 || status == 403)))
        return true;
    if (status == STATUS_OVER)
        return must_end(e, p->what);
    return error_coded(e, ERROR_RETRY, "refused", "Lambda's Runtime API: it answers %d to %s",
                       status, p->what);
}

/* *status: of the last reply, 0: there was none. */
static bool post(LambdaRuntime *r, const Post *p, int *status, Error *e)
{
    bool lost = false;
    for (int tries = 0; tries < POST_TRIES; tries++) {
        Error why = {0};
        if (post_once(r, p, status, &why))
            return judge(p, *status, lost, e);
        lost = lost || *status == 0;
        if (*status == 0)
            error_coded(e, ERROR_RETRY, why.code, "Lambda's Runtime API: %s: %s", p->what,
                        why.message);
        else
            judge(p, *status, lost, e);
        pause_after(tries);
    }
    return false;
}

static bool post_failure(LambdaRuntime *r, Post *p, const LambdaFailure *f, Error *e)
{
    auto_buffer Buffer text = {0};
    Json j = {.out = &text};
    int status;
    json_object_begin(&j);
    json_key(&j, "errorMessage");
    json_text(&j, f->message);
    json_key(&j, "errorType");
    json_text(&j, f->type);
    json_key(&j, "stackTrace");
    json_array_begin(&j);
    json_array_end(&j);
    json_object_end(&j);
    if (text.failed)
        return error_coded(e, ERROR_RETRY, "no_memory", "no memory for the answer to Lambda");
    p->failure = f->type;
    p->body = text.bytes;
    p->length = text.length;
    return post(r, p, &status, e);
}

bool lambda_runtime_respond(LambdaRuntime *r, const LambdaInvocation *i, const char *body,
                            size_t length, Error *e)
{
    Post p = {.what = "the answer", .body = body, .length = length};
    int status;
    snprintf(p.path, sizeof p.path, "invocation/%s/response", i->id);
    if (post(r, &p, &status, e))
        return true;
    if (status != STATUS_TOO_LARGE)
        return false;
    char message[128];
    snprintf(message, sizeof message, "the answer has %zu bytes, more than Lambda takes", length);
    error_clear(e);
    return lambda_runtime_fail(
        r, i, &(LambdaFailure){.type = "Weir.AnswerTooLarge", .message = message}, e);
}

bool lambda_runtime_fail(LambdaRuntime *r, const LambdaInvocation *i, const LambdaFailure *f,
                         Error *e)
{
    Post p = {.what = "the failure"};
    snprintf(p.path, sizeof p.path, "invocation/%s/error", i->id);
    return post_failure(r, &p, f, e);
}

bool lambda_runtime_fail_init(LambdaRuntime *r, const LambdaFailure *f, Error *e)
{
    Post p = {.what = "why it cannot begin", .path = "init/error"};
    return post_failure(r, &p, f, e);
}
