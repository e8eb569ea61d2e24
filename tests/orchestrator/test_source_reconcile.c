/* test_source_reconcile.c: an object that an event and a listing tell of at the same time is read
 * once at a time. */
#include "tests/orchestrator/queue_world.h"

#include "orchestrator/source_reconcile.h"

#define EVENT_OF_A                                                                                 \
    "{\"Records\":[{\"eventVersion\":\"2.1\",\"eventSource\":\"aws:s3\",\"eventName\":"            \
    "\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"bucket\"},\"object\":{\"key\":\"in/a\"," \
    "\"size\":1,\"eTag\":\"e1\",\"sequencer\":\"1\"}}}]}"
#define LIST_OF_A(etag)                                                                            \
    "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>in/a</Key><ETag>" etag       \
    "</ETag><Size>1</Size></Contents></ListBucketResult>"

enum { DELETED = -1, NOTHING = -2 };

static const char list_of_none[] =
    "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";

/* Returns the source of the events alone. */
static Source *open_both(Queue *q, const QueueMessage *message, const char *listed, double every_s)
{
    static const char *items[] = {"s3://bucket/in/"};
    Error e = {0};
    q->listed = listed;
    queue_open(q, message, 1);
    Source *events = q->source;
    ReconcileOptions o = {.listing = {.aws = q->aws, .uris = {items, 1}}, .every_s = every_s};
    assert_ok(source_reconcile_open(&o, events, &q->source, &e), &e);
    q->source->patient = true;
    return events;
}

static void nothing_is_told(Queue *q, double seconds)
{
    Object o;
    Error e = {0};
    for (double end_s = monotonic_s() + seconds; monotonic_s() < end_s;)
        assert_int_equal(q->source->methods->next(q->source, &o, &e), SOURCE_LATER);
}

static void give_the_event(Queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->messages[0].given = false;
    pthread_mutex_unlock(&q->lock);
}

/* The message stays until the listed one is done with, and is told then. */
static void the_event_waits_for_the_listing(void **state)
{
    (void)state;
    static Queue q;
    static const QueueMessage m = {.body = EVENT_OF_A, .given = true};
    const Source *events = open_both(&q, &m, LIST_OF_A("e1"), 3600);
    uint64_t listed = queue_told(&q, "in/a");
    give_the_event(&q);
    nothing_is_told(&q, 0.7);
    assert_int_equal(source_queue_counts(events).messages, 1);
    assert_int_equal(queue_last(&q, 0, 0), NOTHING);
    queue_settle(&q, listed, SETTLED);
    uint64_t event = queue_told(&q, "in/a");
    nothing_is_told(&q, 0.2);
    assert_int_equal(queue_last(&q, 0, 0), NOTHING);
    queue_settle(&q, event, SETTLED);
    assert_int_equal(queue_wait_for(&q, 0, 0), DELETED);
    queue_close(&q);
}

/* What is listed as the event has it need not be told; another version is, after it. */
static void the_listing_leaves_it_to_the_event(void **state)
{
    (void)state;
    static Queue q;
    static const QueueMessage m = {.body = EVENT_OF_A};
    open_both(&q, &m, list_of_none, 0.1);
    uint64_t event = queue_told(&q, "in/a");
    q.listed = LIST_OF_A("e1");
    nothing_is_told(&q, 0.5);
    q.listed = LIST_OF_A("e2");
    nothing_is_told(&q, 0.5);
    queue_settle(&q, event, SETTLED);
    Object o = {0};
    Error e = {0};
    assert_int_equal(queue_next(&q, &o, &e), SOURCE_OBJECT);
    assert_string_equal(o.uri, "s3://bucket/in/a");
    assert_string_equal(o.version, "e2");
    q.listed = list_of_none;
    nothing_is_told(&q, 0.3);
    queue_settle(&q, o.ticket, SETTLED);
    assert_int_equal(queue_wait_for(&q, 0, 0), DELETED);
    queue_close(&q);
}

static const Case cases[] = {
    {"the_event_waits_for_the_listing", the_event_waits_for_the_listing},
    {"the_listing_leaves_it_to_the_event", the_listing_leaves_it_to_the_event},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
