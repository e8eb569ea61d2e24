/* s3_commands.h: s3_write() from the command line, for a service that is not scripted
 * (tests/aws/s3_write.py): `--do BUCKET` reads one write a line from stdin,
 *
 *     {"key": "...", "file": "path", "size": "1", "memory": true, "absent": true, "match": "etag",
 *      "alone": true, "type": "text/plain", "cancel_after_s": 0.5}
 *
 * and answers each with a line: {"error": "DATA exists: ...", "etag": "...", "checksum": "...",
 * "was_there": false}. With "waits" it uses s3_write_wait(). */
#pragma once

#include "core/arena.h"
#include "core/json.h"
#include "core/json_tree.h"
#include "core/text.h"
#include "stores/aws/s3.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

typedef struct Written {
    S3Write write; /* first */
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool over;
    atomic_bool cancelled;
} Written;

static inline void write_finished(S3Write *w)
{
    Written *x = (Written *)w;
    pthread_mutex_lock(&x->lock);
    x->over = true;
    pthread_cond_signal(&x->ended);
    pthread_mutex_unlock(&x->lock);
}

static inline void wait_for_write(Written *x, double cancel_after_s)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)(cancel_after_s * 1e9);
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_mutex_lock(&x->lock);
    if (cancel_after_s > 0) {
        int rc = 0;
        while (!x->over && rc == 0)
            rc = pthread_cond_timedwait(&x->ended, &x->lock, &until);
        atomic_store(&x->cancelled, true);
    }
    while (!x->over)
        pthread_cond_wait(&x->ended, &x->lock);
    pthread_mutex_unlock(&x->lock);
}

static inline void print_write(const S3Write *w)
{
    static const char *const kinds[] = {"NONE", "DATA", "RETRY", "SETUP"};
    auto_buffer Buffer line = {0}, error = {0};
    Json j = {.out = &line};
    if (w->error.kind != ERROR_NONE)
        buffer_printf(&error, "%s %s: %s", kinds[w->error.kind], w->error.code, w->error.message);
    json_object_begin(&j);
    json_key(&j, "error");
    json_text(&j, error.bytes);
    json_key(&j, "etag");
    json_text(&j, w->etag);
    json_key(&j, "checksum");
    json_text(&j, w->checksum);
    json_key(&j, "was_there");
    json_bool(&j, w->was_there);
    json_object_end(&j);
    puts(line.bytes);
    fflush(stdout);
}

static inline bool is_true(const JsonNode *n, const char *key)
{
    bool value = false;
    return json_tree_bool(json_tree_member(n, key), &value) && value;
}

static inline void do_write_line(Aws *aws, const char *bucket, const JsonNode *n)
{
    Written x = {.write = {.uri = {bucket, json_tree_member_text(n, "key")},
                           .content_type = json_tree_member_text(n, "type"),
                           .if_none_match = is_true(n, "absent"),
                           .if_match = json_tree_member_text(n, "match"),
                           .sweeps = is_true(n, "sweeps"),
                           .cancelled = &x.cancelled,
                           .finished = write_finished},
                 .lock = PTHREAD_MUTEX_INITIALIZER,
                 .ended = PTHREAD_COND_INITIALIZER};
    S3Body *b = &x.write.body;
    const char *size = json_tree_member_text(n, "size");
    double cancel_after_s = 0;
    Error e = {0};
    b->fd = open(json_tree_member_text(n, "file"), O_RDONLY | O_CLOEXEC);
    if (b->fd < 0 || !text_to_uint64(size, strlen(size), &b->size_bytes))
        exit(2);
    void *bytes = NULL;
    if (is_true(n, "memory"))
        b->bytes = bytes = mmap(NULL, b->size_bytes, PROT_READ, MAP_PRIVATE, b->fd, 0);
    (void)json_tree_number(json_tree_member(n, "cancel_after_s"), &cancel_after_s);
    if (is_true(n, "waits")) /* its error is in the write */
        x.over = s3_write_wait(aws, &x.write, &e);
    else if (s3_write(aws, &x.write))
        wait_for_write(&x, cancel_after_s);
    print_write(&x.write);
    close(b->fd);
    if (bytes)
        munmap(bytes, b->size_bytes);
}

static inline int do_writes(const char *bucket)
{
    AwsOptions o = {.connections = 8, .version = "test"};
    Aws *aws;
    Error e = {0};
    char *line = NULL;
    size_t room = 0;
    if (!aws_open(&o, &aws, &e)) {
        fprintf(stderr, "%s\n", e.message);
        return 1;
    }
    for (ssize_t n = getline(&line, &room, stdin); n > 0; n = getline(&line, &room, stdin)) {
        auto_json JsonNode *tree = NULL;
        if (!json_tree_read(line, (size_t)n, &tree, &e))
            return 2;
        do_write_line(aws, bucket, tree);
    }
    free(line);
    aws_close(aws);
    return 0;
}
