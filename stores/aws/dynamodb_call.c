/* dynamodb_call.c: one operation on a table, its reply checked. */
#include "stores/aws/dynamodb_call.h"

#include "core/clock.h"
#include "core/text.h"
#include "stores/crc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* A page is 1 MB as the service counts, items by their keys 16 MB; as JSON with short names and
 * many escapes a page may be eight times as much. */
static const size_t reply_most = HTTP_BODY_MOST;

void patience_init(Patience *p, const DynamoTable *t)
{
    uint64_t seed = (uint64_t)(uintptr_t)p;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) < 0)
        seed ^= (uint64_t)(monotonic_s() * 1e9);
    *p = (Patience){.most = aws_settings(t->aws)->max_attempts};
    retry_init(&p->bucket, seed);
}

void patience_deinit(Patience *p)
{
    retry_deinit(&p->bucket);
}

bool patience_wait(Patience *p, const DynamoTable *t, AwsVerdict v, bool moved)
{
    Retry retry;
    if (moved)
        retry_succeeded(&p->bucket, p->cost);
    p->in_vain = moved ? 0 : p->in_vain + 1;
    /* where it moves, this is the first wait of many, and a short one */
    bool again = moved ? retry_again(&p->bucket, AWS_TRANSIENT, 1, 2, false, &retry)
                       : retry_again(&p->bucket, v, p->in_vain, p->most, false, &retry);
    if (!again)
        return false;
    p->cost = retry.cost;
    return dynamo_sleep(t, retry.delay_s);
}

bool dynamo_sleep(const DynamoTable *t, double seconds)
{
    const double slice_s = 0.1;
    double end_s = monotonic_s() + seconds;
    for (double left_s = seconds; left_s > 0 && !(t->stop && *t->stop);
         left_s = end_s - monotonic_s()) {
        struct timespec wait = {.tv_nsec = (long)(fmin(left_s, slice_s) * 1e9)};
        nanosleep(&wait, NULL);
    }
    return !(t->stop && *t->stop);
}

bool dynamo_stopped(const DynamoTable *t, const char *doing, Error *e)
{
    return error_coded(e, ERROR_RETRY, "stopped",
                       "DynamoDB table %s: %s: stopped before it was done", t->name, doing);
}

/* True where the reply has no checksum. */
static bool is_whole(const HttpCall *http, bool *whole, Error *e)
{
    const char *said = http_header(http, "x-amz-crc32");
    uint64_t sum;
    *whole = true;
    if (!said || http->status == 0)
        return true;
    Crc *crc = malloc(sizeof *crc);
    if (!crc)
        return error_coded(e, ERROR_RETRY, "no_memory", "no memory for a checksum");
    crc_begin(crc, CRC_32);
    if (http->body.length > 0)
        crc_add(crc, (const uint8_t *)http->body.bytes, http->body.length);
    *whole = text_to_uint64(said, strlen(said), &sum) && sum == crc_end(crc);
    free(crc);
    return true;
}

static bool read_reply(const Buffer *body, JsonNode **out, Error *e)
{
    auto_json JsonNode *reply = NULL;
    Error bad = {0};
    const char *bytes = body->bytes ? body->bytes : "";
    if (body->length > reply_most)
        return error_coded(e, ERROR_RETRY, "bad_reply",
                           "a reply of %zu bytes, more than the %zu "
                           "that there can be",
                           body->length, reply_most);
    if (text_valid_utf8(bytes, body->length) != body->length)
        return error_coded(e, ERROR_RETRY, "damaged", "the reply is not UTF-8");
    if (!json_tree_read(bytes, body->length, &reply, &bad))
        return error_coded(e, ERROR_RETRY, "damaged", "the reply is not understood: %s",
                           bad.message);
    if (!json_tree_is_object(reply))
        return error_coded(e, ERROR_RETRY, "bad_reply", "the reply is no JSON object");
    *out = reply;
    reply = NULL;
    return true;
}

/* A refusal whose bytes are damaged does not count as one. */
static bool judge(AwsCall *c, bool done, JsonNode **out, Error *e)
{
    bool whole;
    Error bad = {0};
    if (is_whole(&c->http, &whole, &bad) && !whole)
        error_coded(&bad, ERROR_RETRY, "damaged",
                    "the reply arrived damaged: its CRC-32 is not that of x-amz-crc32");
    if (bad.kind == ERROR_NONE && (!done || read_reply(&c->http.body, out, &bad)))
        return done;
    return error_coded(e, bad.kind, bad.code, "%s: %s", c->what, bad.message);
}

static bool ask_once(const DynamoTable *t, const DynamoRequest *r, JsonNode **out, Error *e)
{
    char target[64], what[320];
    snprintf(target, sizeof target, "DynamoDB_20120810.%s", r->operation);
    snprintf(what, sizeof what, "DynamoDB table %.255s: %s", t->name, r->doing);
    HttpPair headers[] = {{"content-type", "application/x-amz-json-1.0"}, {"x-amz-target", target}};
    AwsCall c = {.service = AWS_DYNAMODB,
                 .request = {.method = "POST",
                             .path = "/",
                             .headers = headers,
                             .header_count = sizeof headers / sizeof *headers,
                             .body = r->body->bytes,
                             .body_size = r->body->length},
                 .what = what,
                 .cancelled = t->stop};
    bool done = judge(&c, aws_do(t->aws, &c, e), out, e);
    aws_call_deinit(&c);
    return done;
}

bool dynamo_ask(const DynamoTable *t, const DynamoRequest *r, JsonNode **out, Error *e)
{
    if (r->body->failed)
        return error_coded(e, ERROR_RETRY, "no_memory", "DynamoDB table %s: %s: no memory", t->name,
                           r->doing);
    Patience p;
    patience_init(&p, t);
    bool done = ask_once(t, r, out, e);
    while (!done && strcmp(e->code, "damaged") == 0 && patience_wait(&p, t, AWS_TRANSIENT, false)) {
        error_clear(e);
        done = ask_once(t, r, out, e);
    }
    patience_deinit(&p);
    return done;
}
