/* test_source_queue.c: a queue's events as a source: what is told, deleted, held on to, let go. */
#include "tests/orchestrator/queue_world.h"

#define NAMED(name, key, rest)                                                                     \
    "{\"eventVersion\":\"2.1\",\"eventSource\":\"aws:s3\",\"eventName\":\"" name                   \
    "\",\"s3\":{\"bucket\":{\"name\":\"bucket\"},\"object\":{\"key\":\"" key "\"" rest "}}}"
#define RECORD(key, size, etag, sequencer)                                                         \
    NAMED("ObjectCreated:Put", key,                                                                \
          ",\"size\":" size ",\"eTag\":\"" etag "\",\"sequencer\":\"" sequencer "\"")
#define AND ","
#define EVENT(records) "{\"Records\":[" records "]}"

enum { DELETED = -1 };

static void told_and_deleted(void **state)
{
    (void)state;
    static Queue q;
    static const QueueMessage m[] = {
        {.body = EVENT(RECORD("in/a+b", "11", "e1", "1") AND RECORD("in/%C3%A9", "0", "e2", "2"))},
        {.body = EVENT(RECORD("in/c", "5", "e3", "3"))},
        {.body = "{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\",\"Bucket\":\"bucket\"}"},
        {.body = EVENT(RECORD("out/d", "5", "e4", "3")
                           AND NAMED("ObjectRemoved:Delete", "in/e", ",\"sequencer\":\"4\"")
                               AND NAMED("ObjectTagging:Put", "in/e", ""))},
        {.body = EVENT(RECORD("in/folder/", "0", "e5", "5"))},
    };
    queue_open(&q, m, CASES(m));
    assert_true(q.source->endless);
    uint64_t a = queue_told(&q, "in/a b"), b = queue_told(&q, "in/\xC3\xA9");
    queue_settle(&q, a, SETTLED);
    Object o = {0};
    Error e = {0};
    assert_int_equal(queue_next(&q, &o, &e), SOURCE_OBJECT);
    assert_string_equal(o.uri, "s3://bucket/in/c");
    assert_string_equal(o.version, "e3");
    assert_int_equal(o.identity.size, 5);
    assert_null(o.ignored_by);
    queue_settle(&q, o.ticket, SETTLED);
    assert_int_equal(queue_next(&q, &o, &e), SOURCE_OBJECT);
    assert_string_equal(o.ignored_by, "stands for a folder");
    queue_settle(&q, o.ticket, SETTLED);
    for (unsigned n = 1; n < CASES(m); n++)
        assert_int_equal(queue_wait_for(&q, n, 0), DELETED);
    assert_int_equal(queue_last(&q, 0, 0), -2); /* one of its records is not settled */
    queue_settle(&q, b, SETTLED);
    assert_int_equal(queue_wait_for(&q, 0, 0), DELETED);
    QueueCounts c = source_queue_counts(q.source);
    assert_int_equal(c.messages, 5);
    assert_int_equal(c.events, 4);
    assert_int_equal(c.tests, 1);
    assert_int_equal(c.elsewhere, 1);
    assert_int_equal(c.removed, 1);
    assert_int_equal(c.other, 1);
    assert_string_equal(q.lines, "");
    queue_close(&q);
}

/* One that has come for the first time rests for 1 to 2 s, for the fifth time 16 to 32 s. */
static void later_comes_again(void **state)
{
    (void)state;
    static Queue q;
    static const QueueMessage m[] = {
        {.body = EVENT(RECORD("in/a", "1", "e", "1") AND RECORD("in/b", "1", "e", "1"))},
        {.body = EVENT(RECORD("in/c", "1", "e", "1")), .receives = 5},
        {.body = EVENT(RECORD("in/d", "1", "e", "1")), .receives = 6},
    };
    queue_open(&q, m, CASES(m));
    uint64_t a = queue_told(&q, "in/a"), b = queue_told(&q, "in/b"), c = queue_told(&q, "in/c"),
             d = queue_told(&q, "in/d");
    queue_settle(&q, a, SETTLED);
    queue_settle(&q, b, SETTLED_LATER);
    queue_settle(&q, c, SETTLED_LATER);
    queue_settle(&q, d, SETTLED_LATER);
    int first_s = queue_wait_for(&q, 0, 0), fifth_s = queue_wait_for(&q, 1, 0),
        sixth_s = queue_wait_for(&q, 2, 0);
    assert_in_range(first_s, 1, 2);
    assert_in_range(fifth_s, 16, 32);
    assert_in_range(sixth_s, 150, 300); /* beyond the budget, and there is no dead-letter queue */
    assert_non_null(
        strstr(q.lines, "message id-2 has come 6 times without an end: s3://bucket/in/d"));
    assert_null(strstr(q.lines, "id-1"));
    /* the first comes again: only what was not settled is told */
    pthread_mutex_lock(&q.lock);
    q.messages[0].given = false;
    pthread_mutex_unlock(&q.lock);
    double since_s = monotonic_s();
    queue_settle(&q, queue_told(&q, "in/b"), SETTLED);
    assert_int_equal(queue_wait_for(&q, 0, since_s), DELETED);
    assert_int_equal(source_queue_counts(q.source).again, 1);
    queue_close(&q);
}

/* The queue's 6 s are extended every two; a receipt that is lost means nothing any more. */
static void held_on_to(void **state)
{
    (void)state;
    static Queue q;
    static const QueueMessage m[] = {{.body = EVENT(RECORD("in/a", "1", "e", "1"))},
                                     {.body = EVENT(RECORD("in/b", "1", "e", "1"))}};
    queue_open(&q, m, CASES(m));
    double begin_s = monotonic_s();
    uint64_t a = queue_told(&q, "in/a"), b = queue_told(&q, "in/b");
    assert_int_equal(queue_wait_for(&q, 0, 0), 6);
    assert_true(monotonic_s() - begin_s > 1.9);
    pthread_mutex_lock(&q.lock);
    q.messages[0].lost = true;
    pthread_mutex_unlock(&q.lock);
    double since_s = monotonic_s();
    assert_int_equal(queue_wait_for(&q, 0, since_s), 6);
    assert_true(monotonic_s() - since_s > 1);
    assert_int_equal(queue_wait_for(&q, 1, since_s), 6);
    since_s = monotonic_s();
    queue_settle(&q, a, SETTLED);
    queue_settle(&q, b, SETTLED);
    int last = 6;
    while (last == 6)
        last = queue_wait_for(&q, 1, since_s);
    assert_int_equal(last, DELETED);
    assert_int_equal(queue_last(&q, 0, since_s), -2);
    assert_int_equal(source_queue_counts(q.source).lost, 1);
    queue_close(&q);
    assert_int_equal(queue_last(&q, 0, since_s), -2);
}

static void close_gives_back(void **state)
{
    (void)state;
    static Queue q;
    static const QueueMessage m[] = {
        {.body = EVENT(RECORD("in/done", "1", "e", "1"))},
        {.body = EVENT(RECORD("in/told", "1", "e", "1"))},
        {.body = EVENT(RECORD("in/rests", "1", "e", "1")), .receives = 5},
        {.body = EVENT(RECORD("in/later", "1", "e", "1"))},
        {.body = EVENT(RECORD("in/untold", "1", "e", "1"))},
    };
    queue_open(&q, m, CASES(m));
    uint64_t done = queue_told(&q, "in/done");
    queue_told(&q, "in/told");
    uint64_t rests = queue_told(&q, "in/rests"), later = queue_told(&q, "in/later");
    queue_settle(&q, rests, SETTLED_LATER);
    while (queue_last(&q, 2, 0) == -2) /* "untold" is not to be told */
        server_sleep(&q.server, 0.02);
    assert_in_range(queue_last(&q, 2, 0), 16, 32);
    queue_settle(&q, done, SETTLED);
    queue_settle(&q, later, SETTLED_LATER);
    double begin_s = monotonic_s();
    queue_close(&q);
    assert_true(monotonic_s() - begin_s < 5);
    assert_int_equal(queue_last(&q, 0, 0), DELETED);
    for (unsigned n = 1; n < CASES(m); n++)
        assert_int_equal(queue_last(&q, n, 0), 0);
}

/* Nobody answers any more. */
static void close_does_not_wait_for_ever(void **state)
{
    (void)state;
    static Queue q;
    static const QueueMessage m[] = {{.body = EVENT(RECORD("in/a", "1", "e", "1"))}};
    queue_open(&q, m, CASES(m));
    queue_told(&q, "in/a");
    q.hangs = true;
    double begin_s = monotonic_s();
    q.source->methods->close(q.source);
    q.source = NULL;
    assert_true(monotonic_s() - begin_s < 7);
    queue_close(&q);
}

static void outage(void **state)
{
    (void)state;
    static Queue q;
    static const QueueMessage m[] = {{.body = EVENT(RECORD("in/a", "1", "e", "1"))}};
    queue_open(&q, m, CASES(m));
    uint64_t a = queue_told(&q, "in/a");
    q.down = true;
    Object o;
    Error e = {0};
    assert_int_equal(queue_next(&q, &o, &e), SOURCE_WAIT);
    assert_int_equal(e.kind, ERROR_RETRY);
    assert_non_null(strstr(e.message, "queue argo: receiving messages"));
    queue_settle(&q, a, SETTLED); /* it is deleted afterwards */
    q.down = false;
    SourceEvent event = SOURCE_WAIT;
    while (event == SOURCE_WAIT)
        event = q.source->methods->next(q.source, &o, &e);
    assert_int_equal(event, SOURCE_LATER);
    assert_int_equal(queue_wait_for(&q, 0, 0), DELETED);
    /* and one that lasts longer than a run would be patient */
    q.down = true;
    q.source->patient = false;
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(queue_next(&q, &o, &e), SOURCE_WAIT);
    queue_close(&q);
}

/* Messages that may be received but not deleted would come for ever. */
static void may_not_delete(void **state)
{
    (void)state;
    static Queue q;
    static const QueueMessage m[] = {{.body = EVENT(RECORD("in/a", "1", "e", "1"))}};
    q.no_entry = true;
    queue_open(&q, m, CASES(m));
    queue_settle(&q, queue_told(&q, "in/a"), SETTLED);
    Object o;
    Error e = {0};
    assert_int_equal(queue_next(&q, &o, &e), SOURCE_TROUBLE);
    assert_string_equal(e.code, "access_denied");
    assert_non_null(strstr(e.message, "queue argo: deleting messages"));
    assert_int_equal(queue_next(&q, &o, &e), SOURCE_END);
    queue_close(&q);
}

/* What the event does not say, the bucket does. */
static void looked_at(void **state)
{
    (void)state;
    static Queue q;
    static const QueueMessage m[] = {
        {.body = EVENT(NAMED("ObjectCreated:Put", "in/a", "")
                           AND NAMED("ObjectCreated:Put", "in/b", ",\"size\":3"))},
        {.body = EVENT(NAMED("ObjectCreated:Put", "in/gone", ""))},
        {.body = EVENT(NAMED("ObjectCreated:Put", "in/shut", ""))},
    };
    queue_open(&q, m, CASES(m));
    Object o = {0};
    Error e = {0};
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(queue_next(&q, &o, &e), SOURCE_OBJECT);
        assert_string_equal(o.version, "looked");
        assert_int_equal(o.identity.size, 77);
        queue_settle(&q, o.ticket, SETTLED);
    }
    assert_int_equal(queue_next(&q, &o, &e), SOURCE_GONE);
    assert_string_equal(e.message, "s3://bucket/in/gone: there is no such object");
    assert_int_equal(queue_wait_for(&q, 0, 0), DELETED);
    assert_int_equal(queue_wait_for(&q, 1, 0), DELETED);
    assert_in_range(queue_wait_for(&q, 2, 0), 1, 2);
    assert_non_null(strstr(q.lines, "s3://bucket/in/shut: "));
    /* the same for who is told old news */
    Arena a;
    arena_init(&a, 0);
    static const struct {
        const char *uri;
        SourceEvent event;
    } rows[] = {{"s3://bucket/in/a", SOURCE_OBJECT},
                {"s3://bucket/in/gone", SOURCE_GONE},
                {"s3://bucket/in/shut", SOURCE_TROUBLE}};
    for (size_t i = 0; i < CASES(rows); i++) {
        o = (Object){.uri = rows[i].uri};
        assert_int_equal(q.source->methods->look(q.source, &o, &a, &e), rows[i].event);
        assert_int_equal(o.identity.size, rows[i].event == SOURCE_OBJECT ? 77 : 0);
    }
    arena_deinit(&a);
    queue_close(&q);
}

static void poison_is_kept(void **state)
{
    (void)state;
    static Queue q;
    static const QueueMessage m[] = {{.body = "no event"},
                                     {.body = EVENT(RECORD("in/a", "1", "e", "1"))}};
    queue_open(&q, m, CASES(m));
    queue_settle(&q, queue_told(&q, "in/a"), SETTLED);
    assert_int_equal(queue_wait_for(&q, 0, 0), DELETED);
    assert_non_null(strstr(q.lines, "message id-0: "));
    assert_non_null(strstr(q.lines, "kept in the folder poison of OUT"));
    char path[128], text[32] = "";
    snprintf(path, sizeof path, "%s/poison/id-0.json", q.folder);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fread(text, 1, sizeof text, f), strlen(m[0].body));
    fclose(f);
    assert_string_equal(text, m[0].body);
    assert_int_equal(source_queue_counts(q.source).kept, 1);
    queue_close(&q);
}

/* Nobody could fetch it, however often it came. */
static void no_object_can_be_called_so(void **state)
{
    (void)state;
    static Queue q;
    static char body[2048];
    static const char event[] =
        EVENT(RECORD("in/a", "1", "e", "1") AND RECORD("in/KEY", "1", "e", "1"));
    const char *key = strstr(event, "KEY");
    snprintf(body, sizeof body, "%.*s%01022d%s", (int)(key - event), event, 0, key + 3);
    const QueueMessage m = {.body = body};
    queue_open(&q, &m, 1);
    assert_int_equal(queue_wait_for(&q, 0, 0), DELETED); /* meanwhile nothing is told */
    assert_non_null(strstr(q.lines, "message id-0: "));
    assert_non_null(strstr(q.lines, "a key has at most 1024 bytes, this one 1025; it is kept"));
    assert_int_equal(source_queue_counts(q.source).kept, 1);
    assert_int_equal(source_queue_counts(q.source).events, 0);
    queue_close(&q);
}

/* It is not deleted before it is kept. */
static void poison_that_cannot_be_kept(void **state)
{
    (void)state;
    static Queue q;
    static const QueueMessage m[] = {{.body = "no event"}};
    queue_open(&q, m, 0);
    assert_int_equal(rmdir(q.folder), 0);
    FILE *f = fopen(q.folder, "w"); /* a file where the folder should be */
    assert_non_null(f);
    fclose(f);
    pthread_mutex_lock(&q.lock);
    q.messages[0] = m[0];
    q.count = 1;
    pthread_mutex_unlock(&q.lock);
    assert_int_equal(queue_wait_for(&q, 0, 0), 6); /* it is held on to */
    assert_non_null(strstr(q.lines, "/poison"));
    assert_int_equal(unlink(q.folder), 0);
    assert_int_equal(mkdir(q.folder, 0700), 0);
    double since_s = monotonic_s();
    int last = 6;
    while (last == 6)
        last = queue_wait_for(&q, 0, since_s);
    assert_int_equal(last, DELETED);
    queue_close(&q);
}

/* At once, so that it gets to the dead-letter queue soon. */
static void poison_is_left(void **state)
{
    (void)state;
    static Queue q;
    static const QueueMessage m[] = {{.body = EVENT("")},
                                     {.body = EVENT(RECORD("in/a", "1", "e", "1")), .receives = 9}};
    q.redrive = true;
    queue_open(&q, m, CASES(m));
    queue_settle(&q, queue_told(&q, "in/a"), SETTLED_LATER);
    assert_int_equal(queue_wait_for(&q, 0, 0), 0);
    assert_in_range(queue_wait_for(&q, 1, 0), 150, 300);
    assert_null(strstr(q.lines, "id-1")); /* the dead-letter queue will tell of it */
    assert_non_null(strstr(q.lines, "message id-0: "));
    assert_int_equal(source_queue_counts(q.source).poison, 1);
    queue_close(&q);
}

static void groups_in_order(void **state)
{
    (void)state;
    static Queue q;
    static const QueueMessage m[] = {
        {.body = EVENT(RECORD("in/a", "1", "e", "1")), .group = "g"},
        {.body = EVENT(RECORD("in/b", "1", "e", "1")), .group = "g"},
        {.body = EVENT(RECORD("in/c", "1", "e", "1")), .group = "g"},
        {.body = EVENT(RECORD("in/d", "1", "e", "1")), .group = "h"},
    };
    q.fifo = true;
    queue_open(&q, m, CASES(m));
    uint64_t a = queue_told(&q, "in/a"), d = queue_told(&q, "in/d");
    queue_settle(&q, d, SETTLED);
    assert_int_equal(queue_wait_for(&q, 3, 0), DELETED); /* meanwhile nothing is told */
    queue_settle(&q, a, SETTLED);
    uint64_t b = queue_told(&q, "in/b");
    queue_settle(&q, b, SETTLED_LATER);
    int b_s = queue_wait_for(&q, 1, 0), c_s = queue_wait_for(&q, 2, 0);
    assert_in_range(b_s, 1, 2);
    assert_int_equal(c_s, b_s);
    queue_close(&q);
}

/* What there is no room for would be invisible to all, and come once more often each time. */
static void no_more_than_there_is_room_for(void **state)
{
    (void)state;
    static Queue q = {.flood = true, .ahead = 5000};
    queue_open(&q, q.messages, 0);
    unsigned told = 0, before;
    double end_s = monotonic_s() + 20;
    do {
        Object o;
        Error e = {0};
        before = q.flooded;
        for (double quiet_s = monotonic_s() + 0.5; monotonic_s() < quiet_s;)
            told += q.source->methods->next(q.source, &o, &e) == SOURCE_OBJECT;
    } while (q.flooded > before && monotonic_s() < end_s);
    assert_int_equal(told, q.flooded);
    assert_in_range(told, 500, 1024);
    queue_close(&q);
}

static const Case cases[] = {
    {"told_and_deleted", told_and_deleted},
    {"later_comes_again", later_comes_again},
    {"held_on_to", held_on_to},
    {"close_gives_back", close_gives_back},
    {"close_does_not_wait_for_ever", close_does_not_wait_for_ever},
    {"outage", outage},
    {"may_not_delete", may_not_delete},
    {"looked_at", looked_at},
    {"poison_is_kept", poison_is_kept},
    {"no_object_can_be_called_so", no_object_can_be_called_so},
    {"poison_that_cannot_be_kept", poison_that_cannot_be_kept},
    {"poison_is_left", poison_is_left},
    {"groups_in_order", groups_in_order},
    {"no_more_than_there_is_room_for", no_more_than_there_is_room_for},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
