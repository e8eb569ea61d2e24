/* fuzz_s3_event.c: messages of any bytes: events that are whole, or a reason; sequencers are in
 * order. */
#include "stores/aws/s3_event.h"

#include "core/text.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth)
        __builtin_trap();
}

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

static void check_event(const S3Event *v, const S3Event *first, size_t size)
{
    require(v->name && v->name[0] != '\0' && v->bucket && v->bucket[0] != '\0');
    require(v->key && v->key[0] != '\0' && strlen(v->key) < size);
    require(v->size_known || v->size_bytes == 0);
    if (!v->sequencer || !first->sequencer)
        return;
    require(strlen(v->sequencer) > 0);
    require(s3_sequencer_compare(v->sequencer, v->sequencer) == 0);
    require(sign(s3_sequencer_compare(v->sequencer, first->sequencer)) ==
            -sign(s3_sequencer_compare(first->sequencer, v->sequencer)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a;
    arena_init(&a, 1 << 20);
    S3Message m;
    Error e = {0};
    if (s3_message_read((const char *)data, size, &a, &m, &e)) {
        require(m.envelope && m.is_test == (m.count == 0));
        for (size_t i = 0; i < m.count; i++)
            check_event(&m.events[i], &m.events[0], size);
    } else {
        require(e.kind != ERROR_NONE && e.code[0] && e.message[0] && !strchr(e.message, '\n'));
        require(text_valid_utf8(e.message, strlen(e.message)) == strlen(e.message));
    }
    arena_deinit(&a);
    return 0;
}
