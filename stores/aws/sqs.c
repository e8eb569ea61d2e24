/* sqs.c: a queue by its URL or name, and how full it is. */
#include "stores/aws/sqs.h"

#include "core/text.h"
#include "stores/aws/sqs_call.h"
#include "stores/aws/url.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MOST = 80, URL_MOST = 2048 };

static const char fifo[] = ".fifo";

static bool is_fifo(const char *name)
{
    size_t length = strlen(name), end = strlen(fifo);
    return length > end && strcmp(name + length - end, fifo) == 0;
}

static bool is_name(const char *name)
{
    size_t length = strlen(name) - (is_fifo(name) ? strlen(fifo) : 0);
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    return length > 0 && strlen(name) <= NAME_MOST && strspn(name, letters) == length;
}

/* The region in sqs.eu-west-1.amazonaws.com, or "" where the host does not say it. */
static void region_of(const char *host, char *out, size_t size)
{
    static const char begin[] = "sqs.", end[] = ".amazonaws.com";
    size_t skip = strlen(begin);
    const char *found = strncmp(host, begin, skip) == 0 ? strstr(host, end) : NULL;
    size_t length = found && found >= host + skip ? (size_t)(found - host) - skip : 0;
    snprintf(out, size, "%.*s", (int)(length < size ? length : 0), host + skip * (length > 0));
}

/* A request goes to the endpoint of our own region, whatever the URL says. */
static bool check_region(const Aws *aws, const Url *u, Error *e)
{
    char region[32];
    const AwsSettings *s = aws_settings(aws);
    region_of(u->host, region, sizeof region);
    if (s->endpoint_url[AWS_SQS] || !region[0] || (s->region && strcmp(s->region, region) == 0))
        return true;
    return error_coded(e, ERROR_SETUP, "region",
                       "the queue is in %s, but requests go to %s; set AWS_REGION=%s", region,
                       s->region ? s->region : "no region", region);
}

static bool open_url(Aws *aws, const char *text, Arena *a, SqsQueue *q, Error *e)
{
    Url u;
    if (strlen(text) > URL_MOST)
        return error_coded(e, ERROR_SETUP, "queue_url", "the queue's URL is longer than %d bytes",
                           URL_MOST);
    if (!url_read(text, "the queue's URL", a, &u, e) || !check_region(aws, &u, e))
        return false;
    const char *slash = strrchr(u.path, '/');
    if (!slash || !is_name(slash + 1) || u.query_count > 0)
        return error_coded(e, ERROR_SETUP, "queue_url", "the queue's URL ends in no queue's name");
    q->url = arena_string(a, text);
    q->fifo = is_fifo(slash + 1);
    return q->url || arena_full(a, e);
}

static bool open_name(const char *name, Arena *a, SqsQueue *q, Error *e)
{
    SqsCall c;
    SqsQueue unknown = {.url = name};
    auto_json JsonNode *reply = NULL;
    sqs_call_begin(&c, &unknown, "GetQueueUrl", "looking for it");
    json_key(&c.json, "QueueName");
    json_text(&c.json, name);
    bool ok = sqs_call_do(&c, q->aws, &reply, e);
    sqs_call_deinit(&c);
    if (!ok)
        return false;
    const char *url = json_tree_member_text(reply, "QueueUrl");
    if (!url || !strstr(url, "://") || strlen(url) > URL_MOST)
        return error_coded(e, ERROR_RETRY, "bad_reply", "queue %s: the service told no URL", name);
    q->url = arena_string(a, url);
    q->fifo = is_fifo(name);
    return q->url || arena_full(a, e);
}

bool sqs_open(Aws *aws, const char *url_or_name, Arena *a, SqsQueue *out, Error *e)
{
    SqsQueue q = {.aws = aws};
    bool is_url = strstr(url_or_name, "://") != NULL;
    if (!is_url && !is_name(url_or_name))
        return error_coded(e, ERROR_SETUP, "queue_name",
                           "no name of a queue (1 to 80 letters, digits, - and _, .fifo at the "
                           "end) and no URL of one: %.100s",
                           url_or_name);
    if (is_url ? !open_url(aws, url_or_name, a, &q, e) : !open_name(url_or_name, a, &q, e))
        return false;
    *out = q;
    return true;
}

/* The attributes asked for, as texts; those that are not set are missing. */
static bool ask(const SqsQueue *q, const char *doing, const char *const *names, size_t count,
                JsonNode **reply, Error *e)
{
    SqsCall c;
    sqs_call_begin(&c, q, "GetQueueAttributes", doing);
    json_key(&c.json, "AttributeNames");
    json_array_begin(&c.json);
    for (size_t i = 0; i < count; i++)
        json_text(&c.json, names[i]);
    json_array_end(&c.json);
    bool ok = sqs_call_do(&c, q->aws, reply, e);
    sqs_call_deinit(&c);
    return ok;
}

static bool read_number(const SqsQueue *q, const JsonNode *reply, const char *name, uint64_t *out,
                        Error *e)
{
    const char *text = json_tree_member_text(json_tree_member(reply, "Attributes"), name);
    if (text && text_to_uint64(text, strlen(text), out))
        return true;
    return error_coded(e, ERROR_RETRY, "bad_reply", "queue %s: the service told no %s", sqs_name(q),
                       name);
}

bool sqs_count(const SqsQueue *q, uint64_t *waiting, uint64_t *in_flight, Error *e)
{
    static const char *const names[] = {"ApproximateNumberOfMessages",
                                        "ApproximateNumberOfMessagesNotVisible"};
    uint64_t counts[2];
    auto_json JsonNode *reply = NULL;
    if (!ask(q, "counting its messages", names, 2, &reply, e) ||
        !read_number(q, reply, names[0], &counts[0], e) ||
        !read_number(q, reply, names[1], &counts[1], e))
        return false;
    *waiting = counts[0];
    *in_flight = counts[1];
    return true;
}

bool sqs_rules(const SqsQueue *q, SqsRules *out, Error *e)
{
    static const char *const names[] = {"VisibilityTimeout", "RedrivePolicy"};
    uint64_t seconds;
    auto_json JsonNode *reply = NULL;
    if (!ask(q, "asking for its rules", names, 2, &reply, e) ||
        !read_number(q, reply, names[0], &seconds, e))
        return false;
    const char *policy = json_tree_member_text(json_tree_member(reply, "Attributes"), names[1]);
    *out = (SqsRules){.visibility_s = (double)seconds, .redrive = policy && policy[0]};
    return true;
}
