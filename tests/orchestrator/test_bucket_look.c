/* test_bucket_look.c: what a look at a uri says of an object, whatever the bucket answers. */
#include "orchestrator/bucket_look.h"
#include "tests/stores/aws_world.h"

static const ServerReply replies[] = {
    {.path = "/bucket/there",
     .bytes = "HTTP/1.1 200 OK\r\nETag: \"looked\"\r\nContent-Length: 77\r\n\r\n"},
    {.path = "/bucket/no_etag", .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n"},
    {.path = "/bucket/shut", .bytes = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"},
    {.path = "/bucket/broken",
     .bytes = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"},
    {.path = "/bucket/silent", .wait_s = 20, .bytes = ""},
};

static World *bucket_new(void)
{
    World *w = world_new(replies, CASES(replies));
    w->server.in_order = false;
    setenv("AWS_MAX_ATTEMPTS", "1", 1);
    open_aws(w);
    return w;
}

static const struct {
    const char *uri;
    SourceEvent event;
    const char *code;
} looks[] = {
    {"s3://bucket/there", SOURCE_OBJECT, ""},
    {"s3://bucket/not there", SOURCE_GONE, "gone"},
    {"s3://bucket/shut", SOURCE_TROUBLE, "access_denied"},
    {"s3://bucket/no_etag", SOURCE_TROUBLE, "bad_reply"},
    {"s3://bucket/broken", SOURCE_TROUBLE, "unavailable"},
    {"s3:///key", SOURCE_TROUBLE, ""},
    {"/a/file.nc", SOURCE_TROUBLE, ""},
};

static void what_is_there(void **state)
{
    (void)state;
    World *w = bucket_new();
    Arena a;
    arena_init(&a, 0);
    for (size_t i = 0; i < CASES(looks); i++) {
        Error e = {0};
        const Object before = {.uri = looks[i].uri,
                               .uri_length = 7,
                               .identity = {1, 2, 3, 4},
                               .version = "before",
                               .ticket = 5};
        Object o = before;
        assert_int_equal(bucket_look(w->aws, &o, &a, &e), looks[i].event);
        assert_string_equal(e.code, looks[i].code);
        assert_int_equal(e.kind == ERROR_NONE, looks[i].event == SOURCE_OBJECT);
        if (looks[i].event != SOURCE_OBJECT) {
            assert_memory_equal(&o, &before, sizeof o);
            continue;
        }
        assert_string_equal(o.version, "looked");
        assert_int_equal(o.identity.size, 77);
        /* the first 64 bits of the SHA-256 of "looked" and a NUL, by Python's hashlib */
        assert_int_equal(o.identity.inode, 0x9354076449d65112);
        assert_int_equal(o.identity.mtime_ns, 0);
        assert_ptr_equal(o.uri, before.uri);
        assert_int_equal(o.ticket, 5);
    }
    arena_deinit(&a);
    world_free(w);
}

static void nothing_is_asked_of_what_is_no_uri(void **state)
{
    (void)state;
    World *w = bucket_new();
    Arena a;
    arena_init(&a, 0);
    Object o = {.uri = "/a/file.nc"};
    Error e = {0};
    assert_int_equal(bucket_look(w->aws, &o, &a, &e), SOURCE_TROUBLE);
    assert_int_equal(server_asked(&w->server), 0);
    arena_deinit(&a);
    world_free(w);
}

static void *cancel_soon(void *world)
{
    World *w = world;
    while (server_asked(&w->server) == 0)
        usleep(1000);
    w->cancelled = true;
    return NULL;
}

static void a_look_is_given_up(void **state)
{
    (void)state;
    World *w = bucket_new();
    Arena a;
    arena_init(&a, 0);
    Object o = {.uri = "s3://bucket/silent"};
    Error e = {0};
    pthread_t other;
    assert_int_equal(pthread_create(&other, NULL, cancel_soon, w), 0);
    assert_int_equal(bucket_look_unless(w->aws, &w->cancelled, &o, &a, &e), SOURCE_TROUBLE);
    pthread_join(other, NULL);
    assert_string_equal(e.code, "stopped");
    assert_null(o.version);
    arena_deinit(&a);
    world_free(w);
}

static const Case cases[] = {
    {"what_is_there", what_is_there},
    {"nothing_is_asked_of_what_is_no_uri", nothing_is_asked_of_what_is_no_uri},
    {"a_look_is_given_up", a_look_is_given_up},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
