/* fuzz_lambda_event.c: events of any bytes: messages and objects that are whole, or a reason. */
#include "orchestrator/lambda_answer.h"
#include "orchestrator/lambda_event.h"
#include "stores/aws/s3.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth)
        __builtin_trap();
}

/* Each names one object, and no two the same. */
static void check_objects(const LambdaEvent *v, Arena *a)
{
    for (size_t i = 0; i < v->object_count; i++) {
        const LambdaObject *o = &v->objects[i];
        S3Uri uri;
        Error e = {0};
        require(s3_uri_read(o->uri, a, &uri, &e) && strcmp(uri.key, o->key) == 0 && uri.key[0]);
        require(o->size_known || o->size_bytes == 0);
        for (size_t k = 0; k < i && i < 64; k++)
            require(strcmp(v->objects[k].uri, o->uri) != 0);
    }
}

static void check_messages(const LambdaEvent *v, Arena *a)
{
    bool *spoken_of = arena_array(a, v->object_count + 1, sizeof *spoken_of);
    require(spoken_of != NULL);
    for (size_t i = 0; i < v->message_count; i++) {
        const LambdaMessage *m = &v->messages[i];
        require(m->id && (v->kind != LAMBDA_QUEUE || m->id[0] != '\0'));
        require(!m->trouble || m->object_count == 0);
        for (size_t k = 0; k < m->object_count; k++) {
            require(m->objects[k] < v->object_count);
            spoken_of[m->objects[k]] = true;
        }
    }
    for (size_t i = 0; i < v->object_count; i++)
        require(spoken_of[i]);
}

static void check_answer(const LambdaEvent *v, Arena *a)
{
    auto_buffer Buffer answer = {0};
    bool *settled = arena_array(a, v->message_count + 1, sizeof *settled);
    require(settled != NULL);
    for (size_t i = 0; i < v->message_count; i++)
        settled[i] = i % 3 != 0;
    size_t count = lambda_answer_unsettled(v, settled);
    require(count >= (v->message_count + 2) / 3 && count <= v->message_count);
    lambda_answer_batch(v, settled, &answer);
    require(strncmp(answer.bytes, "{\"batchItemFailures\":[", 22) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a;
    arena_init(&a, 8 << 20);
    LambdaEvent v;
    Error e = {0};
    if (lambda_event_read((const char *)data, size, &a, &v, &e)) {
        require(v.form != NULL);
        check_objects(&v, &a);
        check_messages(&v, &a);
        if (v.kind == LAMBDA_QUEUE && v.message_count < 1000)
            check_answer(&v, &a);
    } else {
        require(e.kind != ERROR_NONE && e.code[0] && e.message[0]);
    }
    arena_deinit(&a);
    return 0;
}
