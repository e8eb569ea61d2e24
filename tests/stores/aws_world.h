/* test_aws.c: calls of aws.h against a server that refuses, breaks off and relents as it is told.
 */
#include "stores/aws/aws.h"
#include "tests/support/cases.h"
#include "tests/support/scripted_server.h"

#define REPLY(status, headers, body)                                                               \
    {                                                                                              \
        .bytes = "HTTP/1.1 " status "\r\nConnection: close\r\n" headers "\r\n" body,               \
        .then = SERVER_CLOSE                                                                       \
    }
#define REFUSAL(status, code)                                                                      \
    REPLY(status, "x-amz-request-id: 4442587FB7D0A2F9\r\n",                                        \
          "<?xml version=\"1.0\"?>\n<Error><Code>" code "</Code><Message>No.</Message></Error>")
#define GOOD REPLY("200 OK", "", "hello")

/* Server, client and one call. */
typedef struct World {
    Server server;
    Aws *aws;
    AwsCall call;
    unsigned restarts, chained;
    Buffer got;
    ErrorKind refuse; /* what write() says the first time; ERROR_NONE: nothing */
    atomic_bool cancelled;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool finished;
} World;

static inline World *world_of(AwsCall *c)
{
    return (World *)((char *)c - offsetof(World, call));
}

static inline void restart(AwsCall *c)
{
    World *w = world_of(c);
    w->restarts++;
    buffer_clear(&w->got);
}

static inline bool keep(AwsCall *c, const void *bytes, size_t length, Error *e)
{
    World *w = world_of(c);
    ErrorKind kind = w->refuse;
    w->refuse = ERROR_NONE;
    buffer_append(&w->got, bytes, length);
    return kind == ERROR_NONE || error_coded(e, kind, "unwanted", "unwanted bytes");
}

static inline void finished(AwsCall *c)
{
    World *w = world_of(c);
    if (w->chained > 0) {
        w->chained--;
        aws_start(w->aws, c);
        return;
    }
    pthread_mutex_lock(&w->lock);
    w->finished = true;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

static inline void set_environment(const char *origin)
{
    static const char *const values[][2] = {
        {"AWS_REGION", "eu-central-1"},
        {"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"},
        {"AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"},
        {"AWS_CONFIG_FILE", "/dev/null"},
        {"AWS_SHARED_CREDENTIALS_FILE", "/dev/null"},
        {"AWS_EC2_METADATA_DISABLED", "true"},
    };
    static const char *const others[] = {"AWS_SESSION_TOKEN",
                                         "AWS_PROFILE",
                                         "AWS_DEFAULT_PROFILE",
                                         "AWS_NO_SIGN_REQUEST",
                                         "AWS_ENDPOINT_URL_S3",
                                         "AWS_ENDPOINT_URL_SQS",
                                         "AWS_MAX_ATTEMPTS",
                                         "AWS_USE_FIPS_ENDPOINT",
                                         "AWS_USE_DUALSTACK_ENDPOINT",
                                         "http_proxy",
                                         "AWS_CA_BUNDLE",
                                         "AWS_WEB_IDENTITY_TOKEN_FILE",
                                         "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                         "AWS_CONTAINER_CREDENTIALS_FULL_URI"};
    for (size_t i = 0; i < CASES(others); i++)
        unsetenv(others[i]);
    for (size_t i = 0; i < CASES(values); i++)
        setenv(values[i][0], values[i][1], 1);
    setenv("AWS_ENDPOINT_URL", origin, 1);
}

/* A server with these replies in order, and a call to it that nobody has begun. */
static inline World *world_new(const ServerReply *replies, size_t count)
{
    World *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->server.replies = replies;
    w->server.count = count;
    w->server.in_order = true;
    assert_true(server_open(&w->server));
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->changed, NULL);
    set_environment(w->server.origin);
    w->call = (AwsCall){.service = AWS_S3,
                        .bucket = "bucket",
                        .request = {.method = "GET", .path = "/a key"},
                        .what = "s3://bucket/a key: reading",
                        .restart = restart,
                        .write = keep,
                        .finished = finished,
                        .attempts = 4};
    return w;
}

static inline void open_aws(World *w)
{
    AwsOptions o = {.connections = 1, .version = "test"};
    Error e = {0};
    assert_ok(aws_open(&o, &w->aws, &e), &e);
}

static inline void world_free(World *w)
{
    aws_close(w->aws);
    server_close(&w->server);
    aws_call_deinit(&w->call);
    buffer_deinit(&w->got);
    free(w);
}

static inline void wait_for(World *w)
{
    pthread_mutex_lock(&w->lock);
    while (!w->finished)
        pthread_cond_wait(&w->changed, &w->lock);
    w->finished = false;
    pthread_mutex_unlock(&w->lock);
}

/* The nth request has this in it. */
static inline bool said(World *w, size_t n, const char *words)
{
    assert_true(n < server_asked(&w->server));
    return strcasestr(w->server.requests[n], words) != NULL;
}

static inline void do_call(World *w)
{
    Error e = {0};
    assert_ok(aws_do(w->aws, &w->call, &e), &e);
}
