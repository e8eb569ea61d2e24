/* sqs_world.h: queues of a server that says what it is told to say. */
#pragma once

#include "stores/aws/sqs.h"
#include "tests/stores/aws_world.h"

#define JSON(body) REPLY("200 OK", "content-type: application/x-amz-json-1.0\r\n", body)
#define SAYS(status, code)                                                                         \
    REPLY(status, "x-amzn-requestid: 3b1e\r\n",                                                    \
          "{\"__type\":\"com.amazonaws.sqs#" code "\",\"message\":\"No.\"}")
#define URL "https://sqs.eu-central-1.amazonaws.com/123456789012/argo"
static inline SqsQueue queue_of(World *w, bool fifo)
{
    open_aws(w);
    return (SqsQueue){.aws = w->aws, .url = fifo ? URL ".fifo" : URL, .fifo = fifo};
}

/* What the nth request says to which action. */
static inline void assert_asked(World *w, size_t n, const char *action, const char *body)
{
    char target[96];
    snprintf(target, sizeof target, "\r\nx-amz-target: AmazonSQS.%s\r\n", action);
    assert_true(said(w, n, "POST / HTTP/1.1\r\n"));
    assert_true(said(w, n, target));
    assert_true(said(w, n, "\r\ncontent-type: application/x-amz-json-1.0\r\n"));
    assert_true(said(w, n, "/sqs/aws4_request"));
    const char *end = strstr(w->server.requests[n], "\r\n\r\n");
    assert_non_null(end);
    assert_string_equal(end + 4, body);
}
