/* doctor_aws.c: weir doctor: what is set for AWS, and what is allowed there. Only what is named is
 * asked; of keys no more is shown than tells which they are. */
#include "core/text.h"
#include "core/time.h"
#include "orchestrator/commands/commands.h"
#include "orchestrator/run.h"
#include "stores/aws/s3.h"
#include "stores/aws/sqs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TAIL = 4 };

static void line(const char *key, const char *text)
{
    auto_buffer Buffer shown = {0};
    buffer_printf(&shown, "%-14s ", key);
    text_printable(&shown, text, strlen(text));
    puts(shown.bytes ? shown.bytes : key);
}

/* ---- what is set */

static void show_region(const AwsSettings *s, bool asked)
{
    char text[160];
    if (s->region)
        snprintf(text, sizeof text, "%.64s (%.80s)", s->region, s->region_from);
    else
        snprintf(text, sizeof text, "none is set; AWS_REGION names one%s",
                 asked ? "" : " (an instance may know its own: not asked)");
    line("region", text);
}

static void show_endpoint(const AwsSettings *s, AwsService service, const char *name, Arena *a)
{
    Error e = {0};
    Endpoint endpoint;
    EndpointFor of = {.service = service};
    if (!s->region && !s->endpoint_url[service])
        return;
    line(name, endpoint_resolve(s, &of, a, &endpoint, &e) ? endpoint.origin : e.message);
}

/* "profile work, access key ...MPLE, until 2026-03-01T12:00:00Z" */
static void show_credentials(const Credentials *c)
{
    auto_buffer Buffer text = {0};
    size_t length = c->access_key ? strlen(c->access_key) : 0;
    buffer_string(&text, c->provider);
    if (!c->access_key)
        buffer_string(&text, ": not asked; there are none in the environment or a profile");
    else
        buffer_printf(&text, ", access key ...%s",
                      length >= 4 * TAIL ? c->access_key + length - TAIL : "");
    if (c->token)
        buffer_string(&text, ", for a while");
    if (c->expires_s > 0) {
        char until[INSTANT_TEXT_SIZE];
        instant_to_text(until, (Instant){.seconds = (int64_t)c->expires_s}, CALENDAR_STANDARD);
        buffer_printf(&text, ": until %s", until);
    }
    line("credentials", text.bytes ? text.bytes : "");
}

static void show_settings(const AwsSettings *s, bool asked, Arena *a)
{
    line("profile", s->profile);
    show_region(s, asked);
    show_endpoint(s, AWS_S3, "S3", a);
    show_endpoint(s, AWS_SQS, "SQS", a);
    show_endpoint(s, AWS_DYNAMODB, "DynamoDB", a);
    if (s->unsigned_requests)
        line("credentials", "none are used: AWS_NO_SIGN_REQUEST says so");
}

static int show_what_is_set(Arena *a)
{
    AwsSettings s;
    Credentials c = {0};
    Error e = {0};
    if (!settings_read(a, &s, &e)) {
        line("settings", e.message);
        return EXIT_DONE;
    }
    show_settings(&s, false, a);
    if (s.unsigned_requests)
        return EXIT_DONE;
    if (credentials_look(&s, &c, &e))
        show_credentials(&c);
    else
        line("credentials", e.message);
    credentials_deinit(&c);
    return EXIT_DONE;
}

/* ---- what is allowed */

static bool refused(const char *what, const Error *e)
{
    auto_buffer Buffer text = {0};
    buffer_printf(&text, "REFUSED: %s", e->message);
    line(what, text.bytes ? text.bytes : e->message);
    return false;
}

static bool try_list(Session *s, const char *path, Arena *a)
{
    S3Uri uri;
    S3Object o;
    S3Listing *l = NULL;
    S3ListEvent event = S3_LIST_FAILED;
    Error e = {0};
    S3ListOptions options = {.at_once = 1};
    if (!s3_uri_read(path, a, &uri, &e))
        return refused(path, &e);
    options.bucket = uri.bucket;
    options.prefix = uri.key;
    if (s3_list_open(s->aws, &options, &l, &e))
        do
            event = s3_list_next(l, 1, &o, &e);
        while (event == S3_LIST_LATER && !*s->stop);
    s3_list_close(l);
    if (event == S3_LIST_FAILED)
        return refused(path, &e);
    line(path, event == S3_LIST_OBJECT ? "can be listed" : "can be listed; no key begins so");
    return true;
}

static bool try_queue(Session *s, const char *name, Arena *a)
{
    SqsQueue queue;
    uint64_t waiting, in_flight;
    char text[128];
    Error e = {0};
    if (!sqs_open(s->aws, name, a, &queue, &e) || !sqs_count(&queue, &waiting, &in_flight, &e))
        return refused(name, &e);
    snprintf(text, sizeof text, "is there: about %" PRIu64 " waiting, %" PRIu64 " in flight",
             waiting, in_flight);
    line(name, text);
    return true;
}

static bool try_store(Session *s, const char *store)
{
    SharedTable *t;
    Error e = {0};
    if (!shared_table_open(s->aws, store, NULL, &t, &e))
        return refused(store, &e);
    shared_table_close(t);
    line(store, "its tables are there");
    return true;
}

static int try_all(const Arguments *a, Session *s, Arena *arena)
{
    bool good = true;
    for (size_t i = 0; i < a->operands.count; i++)
        good &= try_list(s, a->operands.items[i], arena);
    if (a->queue)
        good &= try_queue(s, a->queue, arena);
    if (a->store)
        good &= try_store(s, a->store);
    return good ? EXIT_DONE : EXIT_STORE;
}

static int ask(const Arguments *a, Session *s, Arena *arena)
{
    Credentials c;
    Error e = {0};
    if (!session_reach(s, &e)) {
        refused("credentials", &e);
        return e.kind == ERROR_RETRY ? EXIT_STORE : EXIT_USAGE;
    }
    show_settings(aws_settings(s->aws), true, arena);
    if (aws_credentials(s->aws, &c, &e) && c.access_key)
        show_credentials(&c);
    credentials_deinit(&c);
    return try_all(a, s, arena);
}

int doctor_aws(const Arguments *a, Session *s)
{
    Arena arena;
    arena_init(&arena, 0);
    printf("\nAWS (what has no s3:// in it needs none of this)\n");
    fflush(stdout);
    bool asks = a->operands.count || a->queue || a->store;
    int code = asks ? ask(a, s, &arena) : show_what_is_set(&arena);
    arena_deinit(&arena);
    return code;
}
