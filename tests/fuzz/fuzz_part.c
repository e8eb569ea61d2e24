/* fuzz_part.c: what the parts of a file say on the way to the child that merges them. The input is
 * laid over sound answers (exclusive or), so that it begins from those without a corpus. */
#include "pipelines/pipeline.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CAPACITY = 1 << 20, TIMES = 700 };

/* CDF-1: time(time) with values that need counters, and flags(time) with few different ones. */
static size_t make_file(uint8_t *out)
{
    static const char header[] = "CDF\1\0\0\0\0"
                                 "\0\0\0\12\0\0\0\1\0\0\0\4time\0\0\2\274"
                                 "\0\0\0\0\0\0\0\0"
                                 "\0\0\0\13\0\0\0\3"
                                 "\0\0\0\4time\0\0\0\1\0\0\0\0\0\0\0\14\0\0\0\1\0\0\0\5units\0\0\0"
                                 "\0\0\0\2\0\0\0\25days since 2000-01-01\0\0\0"
                                 "\0\0\0\5\0\0\0\0\0\0\2\0"
                                 "\0\0\0\1x\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0"
                                 "\0\0\0\5\0\0\0\0\0\0\20\0"
                                 "\0\0\0\1f\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0"
                                 "\0\0\0\3\0\0\0\0\0\0\40\0";
    memcpy(out, header, sizeof header - 1);
    for (size_t i = 0; i < 4 * TIMES; i++) {
        out[512 + i] = i % 4 ? (uint8_t)(i / 7) : 0x43;
        out[4096 + i] = (uint8_t)(i * 37);
        out[8192 + i] = i % 2 ? (uint8_t)(i % 5) : 0;
    }
    return 8192 + 2 * TIMES;
}

typedef struct Sound {
    Pipeline pipeline;
    Input in;
    uint8_t head[INPUT_HEAD_SIZE], answers[CAPACITY];
    size_t length;
    Parts parts;
} Sound;

static void prepare(Sound *s)
{
    Arena a;
    Report first;
    Error e = {0};
    int fd = memfd_create("file", MFD_CLOEXEC);
    size_t size = make_file(s->answers);
    s->pipeline.limits.part_bytes = 1400;
    s->pipeline.statistics.quantiles = true;
    if (fd < 0 || write(fd, s->answers, size) != (ssize_t)size ||
        !input_init(&s->in, fd, "fuzz.nc", s->head, &e))
        abort();
    arena_init(&a, 1 << 28);
    pipeline_run(&s->pipeline, JOB_RUN, &s->in, &a, &first);
    if (first.parts != 3)
        abort();
    for (s->parts.count = 0; s->parts.count < first.parts; s->parts.count++) {
        PartAnswer answer = {.bytes = s->answers + s->length, .capacity = CAPACITY - s->length};
        pipeline_part(&s->pipeline, s->parts.count, &s->in, &a, &answer);
        s->parts.places[s->parts.count] = (PartPlace){s->length, answer.length};
        s->length += answer.length;
    }
    arena_deinit(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Sound s;
    static uint8_t bytes[CAPACITY], encoded[CAPACITY];
    if (s.length == 0)
        prepare(&s);
    memcpy(bytes, s.answers, s.length);
    for (size_t i = 0; i < size && i < s.length; i++)
        bytes[i] ^= data[i];
    int fd = memfd_create("answers", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes, s.length) != (ssize_t)s.length)
        abort();
    Input answers = {.fd = fd, .size = s.length, .name = ""};
    Parts parts = s.parts;
    parts.answers = &answers;
    Arena a;
    Report report;
    arena_init(&a, 1 << 26);
    pipeline_merge(&s.pipeline, JOB_RUN, &s.in, &parts, &a, &report);
    if (report_encode(&report, encoded, sizeof encoded) == 0)
        __builtin_trap(); /* a report that cannot be told */
    arena_deinit(&a);
    close(fd);
    return 0;
}
