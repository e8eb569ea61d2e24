/* sqs_call.c: a request to SQS: JSON 1.0, always to the endpoint's root. */
#include "stores/aws/sqs_call.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *sqs_name(const SqsQueue *q)
{
    const char *slash = strrchr(q->url, '/');
    return slash ? slash + 1 : q->url;
}

int64_t sqs_seconds(double s, int64_t most)
{
    if (!(s > 0))
        return 0;
    return s < (double)most ? (int64_t)ceil(s) : most;
}

void sqs_call_begin(SqsCall *c, const SqsQueue *q, const char *action, const char *doing)
{
    *c = (SqsCall){.cancelled = q->cancelled};
    snprintf(c->target, sizeof c->target, "AmazonSQS.%s", action);
    snprintf(c->what, sizeof c->what, "queue %.128s: %s", sqs_name(q), doing);
    c->headers[0] = (HttpPair){"content-type", "application/x-amz-json-1.0"};
    c->headers[1] = (HttpPair){"x-amz-target", c->target};
    c->json = (Json){.out = &c->body};
    json_object_begin(&c->json);
    if (strstr(q->url, "://")) {
        json_key(&c->json, "QueueUrl");
        json_text(&c->json, q->url);
    }
}

bool sqs_call_ready(SqsCall *c, Error *e)
{
    json_object_end(&c->json);
    if (c->body.failed)
        return error_coded(e, ERROR_RETRY, "no_memory", "%s: no memory for the request", c->what);
    c->call.service = AWS_SQS;
    c->call.what = c->what;
    c->call.cancelled = c->cancelled;
    c->call.request = (HttpRequest){.method = "POST",
                                    .path = "/",
                                    .headers = c->headers,
                                    .header_count = 2,
                                    .body = c->body.bytes,
                                    .body_size = c->body.length};
    return true;
}

bool sqs_call_reply(const SqsCall *c, JsonNode **out, Error *e)
{
    Error why;
    const Buffer *body = &c->call.http.body;
    if (!json_tree_read(body->bytes ? body->bytes : "", body->length, out, &why))
        return error_coded(e, ERROR_RETRY, "bad_reply", "%s: the reply is damaged: %s", c->what,
                           why.message);
    if (json_tree_is_object(*out))
        return true;
    json_tree_cleanup(out);
    return error_coded(e, ERROR_RETRY, "bad_reply", "%s: the reply is no JSON object", c->what);
}

bool sqs_call_do(SqsCall *c, Aws *aws, JsonNode **reply, Error *e)
{
    return sqs_call_ready(c, e) && aws_do(aws, &c->call, e) && sqs_call_reply(c, reply, e);
}

void sqs_call_deinit(SqsCall *c)
{
    buffer_deinit(&c->body);
    aws_call_deinit(&c->call);
}
