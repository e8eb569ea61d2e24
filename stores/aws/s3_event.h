/* s3_event.h: what a message says has happened to objects in a bucket.
 *
 * S3's own notifications as a queue gets them: sent straight, wrapped by SNS (raw delivery or not)
 * or by EventBridge; also of services that imitate S3 (MinIO, versitygw, radosgw, moto). */
#pragma once

#include "core/arena.h"
#include "core/buffer.h"
#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

typedef enum S3EventKind { S3_EVENT_CREATED, S3_EVENT_REMOVED, S3_EVENT_OTHER } S3EventKind;

typedef struct S3Event {
    S3EventKind kind;
    const char *name;          /* without "s3:": "ObjectCreated:Put", "Object Created" */
    const char *bucket, *key;  /* the key's own bytes: decoded once, and not at all those of
                                  EventBridge, Ceph and versitygw, who write them as they are */
    const char *etag;          /* without quotes; NULL: not told */
    const char *version_id;    /* NULL: not told */
    const char *sequencer;     /* NULL: not told, or no hexadecimal; see s3_sequencer_compare() */
    const char *time, *region; /* as told, or NULL */
    uint64_t size_bytes;
    bool size_known;
} S3Event;

typedef struct S3Message {
    const char *envelope; /* "S3", "SNS", "EventBridge" */
    bool is_test;         /* s3:TestEvent: to be acknowledged, and nothing else */
    S3Event *events;
    size_t count;
} S3Message;

/* ERROR_DATA "bad_message" says what is wrong with which field. Anything that is no such message is
 * an error, never an empty list; an empty list of records is one too. */
bool s3_message_read(const char *body, size_t length, Arena *a, S3Message *out,
                     Error *e) MUST_CHECK;

/* Of the same key only: <0, 0, >0 as a is older, equal or newer. Hexadecimal of any length, the
 * shorter one padded with zeros on the right ("Event message structure", S3 User Guide). */
int s3_sequencer_compare(const char *a, const char *b);

/* A message with one event, as S3 sends it straight to a queue ("Event message structure", S3 User
 * Guide): name, bucket, key, time and region are needed, the rest is left out where it is not told.
 */
bool s3_message_write(const S3Event *v, Buffer *out, Error *e) MUST_CHECK;
