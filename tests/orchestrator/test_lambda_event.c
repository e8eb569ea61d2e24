/* test_lambda_event.c: events as AWS's documents show them (tests/cases/lambda): of which kind they
 * are, and what their messages speak of. */
#include "orchestrator/lambda_answer.h"
#include "orchestrator/lambda_event.h"
#include "tests/support/cases.h"

#include <stdio.h>
#include <string.h>

enum { EVENT_MOST = 64 << 10 };

typedef struct Read {
    Arena arena;
    LambdaEvent event;
    Error error;
    bool ok;
} Read;

static void read_case(const char *name, Read *r)
{
    static char text[EVENT_MOST];
    char path[256];
    snprintf(path, sizeof path, TESTS "/cases/lambda/%s.json", name);
    FILE *f = fopen(path, "rbe");
    if (!f)
        fail_msg("%s", path);
    size_t length = fread(text, 1, sizeof text, f);
    fclose(f);
    assert_in_range(length, 2, sizeof text - 1);
    *r = (Read){0};
    arena_init(&r->arena, 0);
    r->ok = lambda_event_read(text, length, &r->arena, &r->event, &r->error);
}

/* "m1 s3://lake/a 1024 d41d8...; m2 (group g) s3://lake/b removed; m3 !": each message and what it
 * speaks of. */
static void describe(const LambdaEvent *v, Buffer *out)
{
    for (size_t i = 0; i < v->message_count; i++) {
        const LambdaMessage *m = &v->messages[i];
        buffer_printf(out, "%s%s%s%s%s", i ? "; " : "", m->id, m->group ? " group " : "",
                      m->group ? m->group : "", m->trouble ? " !" : "");
        for (size_t k = 0; k < m->object_count; k++) {
            const LambdaObject *o = &v->objects[m->objects[k]];
            buffer_printf(out, " %s", o->uri);
            if (o->removed)
                buffer_string(out, " removed");
            else if (o->etag && o->size_known)
                buffer_printf(out, " %u %.5s", (unsigned)o->size_bytes, o->etag);
        }
    }
}

#define TOLD " 1024 d41d8"

static const struct {
    const char *name, *form;
    LambdaEventKind kind;
    size_t objects;
    const char *messages;
} forms[] = {
    {"s3", "S3", LAMBDA_NOTICE, 1, " s3://lake/in/a b+c.nc" TOLD},
    {"s3_several", "S3", LAMBDA_NOTICE, 2,
     " s3://lake/a" TOLD " s3://lake/b removed s3://lake/a" TOLD},
    {"s3_test", "S3", LAMBDA_NOTICE, 0, ""},
    {"sns", "SNS", LAMBDA_NOTICE, 1, " s3://lake/a.nc" TOLD},
    {"sns_bad", "SNS", LAMBDA_NOTICE, 0, " !"},
    {"eventbridge", "EventBridge", LAMBDA_NOTICE, 1, " s3://lake/in/a b+c.nc" TOLD},
    {"schedule", "schedule", LAMBDA_SCHEDULE, 0, ""},
    {"scheduler", "schedule", LAMBDA_SCHEDULE, 0, ""},
    {"request", "request", LAMBDA_REQUEST, 2,
     " s3://lake/a.nc s3://other/b/c d+e%20f.csv s3://lake/a.nc"},
    {"sqs", "SQS", LAMBDA_QUEUE, 4,
     "m1 s3://lake/a.nc" TOLD "; m2 s3://lake/b.nc" TOLD "; m3 s3://lake/c.nc" TOLD
     "; m4; m5 s3://lake/d.nc"},
    {"sqs_bad", "SQS", LAMBDA_QUEUE, 1,
     "m1 !; m2 s3://lake/a.nc" TOLD "; m3 !; m4 !; m5 !; m6 !; m7 !; m8 !; m9 !; m10 !"},
    /* "1" is "10", and more than "0F" */
    {"sqs_newest", "SQS", LAMBDA_QUEUE, 2,
     "m1 s3://lake/a removed; m2 s3://lake/a removed; m3 s3://lake/b removed; m4 s3://lake/b "
     "removed; m5 s3://lake/b removed"},
    {"sqs_no_sequencer", "SQS", LAMBDA_QUEUE, 1, "m1 s3://lake/a removed; m2 s3://lake/a removed"},
    {"sqs_other", "SQS", LAMBDA_QUEUE, 0, "m1"},
    {"sqs_untold", "SQS", LAMBDA_QUEUE, 1, "m1 s3://lake/a"},
    {"sqs_fifo", "SQS", LAMBDA_QUEUE, 3,
     "m1 group g s3://lake/a" TOLD "; m2 group h s3://lake/b" TOLD "; m3 group g s3://lake/c" TOLD},
};

static void events(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(forms); i++) {
        auto_buffer Buffer found = {0};
        Read r;
        print_message("%s\n", forms[i].name);
        read_case(forms[i].name, &r);
        assert_ok(r.ok, &r.error);
        assert_int_equal(r.event.kind, forms[i].kind);
        assert_string_equal(r.event.form, forms[i].form);
        assert_int_equal(r.event.object_count, forms[i].objects);
        describe(&r.event, &found);
        assert_string_equal(found.bytes ? found.bytes : "", forms[i].messages);
        arena_deinit(&r.arena);
    }
}

static void troubles(void **state)
{
    (void)state;
    static const char *const words[] = {
        "no JSON",
        NULL,
        "it ends too early",
        "Records is empty",
        "`uris` is no list",
        "\"a.nc\" of `uris`",
        "\"s3://lake\" of `uris`",
        "no object can be s3://lake/",
        "no object can be s3://la/ke/c.nc",
        "at most 1024 bytes",
    };
    Read r;
    read_case("sqs_bad", &r);
    assert_ok(r.ok, &r.error);
    assert_int_equal(r.event.message_count, CASES(words));
    for (size_t i = 0; i < CASES(words); i++) {
        const char *trouble = r.event.messages[i].trouble;
        print_message("%s\n", trouble ? trouble : "-");
        assert_int_equal(trouble != NULL, words[i] != NULL);
        assert_true(!words[i] || strstr(trouble, words[i]));
    }
    arena_deinit(&r.arena);
}

static void refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *code, *words;
    } rows[] = {
        {"kinesis", "bad_event", "of aws:kinesis"},
        {"sqs_no_id", "bad_event", "a message without an id"},
        {"mixed", "bad_event", "records of several sources"},
        {"api_gateway", "bad_event", "of no form that is known here"},
        {"no_object", "bad_message", "no object can be s3://lake/"},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        Read r;
        read_case(rows[i].name, &r);
        print_message("%s\n", r.error.message);
        assert_false(r.ok);
        assert_int_equal(r.error.kind, ERROR_DATA);
        assert_string_equal(r.error.code, rows[i].code);
        assert_non_null(strstr(r.error.message, rows[i].words));
        arena_deinit(&r.arena);
    }
}

/* "Reporting batch item failures", AWS Lambda Developer Guide. */
static void batch(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool settled[5];
        const char *answer;
    } rows[] = {
        {"sqs", {true, true, true, true, true}, "{\"batchItemFailures\":[]}"},
        {"sqs",
         {true, false, true, true, false},
         "{\"batchItemFailures\":[{\"itemIdentifier\":\"m2\"},{\"itemIdentifier\":\"m5\"}]}"},
        {"sqs_fifo",
         {false, true, true},
         "{\"batchItemFailures\":[{\"itemIdentifier\":\"m1\"},{\"itemIdentifier\":\"m3\"}]}"},
        {"sqs_fifo", {true, false, true}, "{\"batchItemFailures\":[{\"itemIdentifier\":\"m2\"}]}"},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        auto_buffer Buffer answer = {0};
        bool settled[5];
        Read r;
        memcpy(settled, rows[i].settled, sizeof settled);
        read_case(rows[i].name, &r);
        assert_ok(r.ok, &r.error);
        lambda_answer_unsettled(&r.event, settled);
        lambda_answer_batch(&r.event, settled, &answer);
        assert_string_equal(answer.bytes, rows[i].answer);
        arena_deinit(&r.arena);
    }
}

static const Case cases[] = {
    {"events", events}, {"troubles", troubles}, {"refused", refused}, {"batch", batch}};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
