/* aws_attempt.c: one attempt of a call: where it goes, and the signature for just now. */
#include "stores/aws/aws_try.h"

#include <string.h>
#include <time.h>

AwsCall *aws_call_of(HttpCall *http)
{
    return (AwsCall *)((char *)http - offsetof(AwsCall, http));
}

bool aws_cancelled(const AwsCall *c)
{
    return c->cancelled && *c->cancelled;
}

void aws_attempt_clear(AwsTry *t)
{
    credentials_deinit(&t->credentials);
    signed_deinit(&t->signature);
    t->credentials = (Credentials){0};
    t->signature = (Signed){0};
    arena_reset(&t->arena);
}

/* Path and origin as the endpoint has them. */
static bool set_endpoint(AwsCall *c, Endpoint *endpoint, HttpRequest *r, Error *e)
{
    AwsTry *t = c->own;
    char region[32];
    bool elsewhere = c->bucket && aws_place_of(t->aws, c->bucket, region);
    EndpointFor of = {c->service, c->bucket, elsewhere ? region : NULL};
    if (!endpoint_resolve(&t->aws->settings, &of, &t->arena, endpoint, e))
        return false;
    t->region = arena_string(&t->arena, endpoint->region);
    r->origin = endpoint->origin;
    r->path = arena_printf(&t->arena, "%s%s", endpoint->path_prefix, r->path);
    return (t->region && r->path) || arena_full(&t->arena, e);
}

/* The request's own headers and those of the signature. */
static bool add_headers(AwsTry *t, HttpRequest *r, Error *e)
{
    size_t count = r->header_count + t->signature.header_count;
    HttpPair *headers = arena_array(&t->arena, count, sizeof *headers);
    if (!headers)
        return arena_full(&t->arena, e);
    if (r->header_count > 0)
        memcpy(headers, r->headers, r->header_count * sizeof *headers);
    memcpy(headers + r->header_count, t->signature.headers,
           t->signature.header_count * sizeof *headers);
    r->headers = headers;
    r->header_count = count;
    return true;
}

static bool sign(AwsCall *c, const Endpoint *endpoint, HttpRequest *r, Error *e)
{
    AwsTry *t = c->own;
    SignOptions o = {
        .credentials = &t->credentials,
        .region = t->region,
        .service = endpoint->signing_name,
        .now_s = time(NULL) + (time_t)aws_clock_ahead_s(t->aws),
        .s3 = c->service == AWS_S3,
        .unsigned_payload = c->unsigned_body,
        .normalize_path = c->service != AWS_S3,
    };
    return sign_request(r, &o, &t->signature, e) && add_headers(t, r, e);
}

/* The newest credentials; where those of the last attempt have expired, it waits for others. */
static bool take_credentials(AwsTry *t, Error *e)
{
    Credentials newest = {0};
    if (!credentials_get(t->aws->keeper, &newest, e))
        return false;
    t->waits = t->renewed_by_s > 0 && credentials_same(&newest, &t->credentials);
    if (t->waits) {
        credentials_deinit(&newest);
        return error_coded(e, ERROR_RETRY, "expired", "no new credentials yet");
    }
    t->renewed_by_s = 0;
    aws_attempt_clear(t);
    t->credentials = newest;
    return true;
}

bool aws_prepare(HttpCall *http, HttpRequest *request, Error *e)
{
    AwsCall *c = aws_call_of(http);
    AwsTry *t = c->own;
    Endpoint endpoint;
    if (!t)
        return error_coded(e, ERROR_RETRY, "no_memory", "no memory for the request");
    if (aws_cancelled(c))
        return error_coded(e, ERROR_RETRY, "stopped", "stopped before it was done");
    c->attempt++;
    if (!t->aws->keeper) {
        aws_attempt_clear(t);
    } else if (!take_credentials(t, e)) {
        c->attempt -= t->waits;
        return false;
    }
    if (c->restart)
        c->restart(c);
    *request = c->request;
    return set_endpoint(c, &endpoint, request, e) &&
           (!t->aws->keeper || sign(c, &endpoint, request, e));
}
