/* s3_event_text.h: how services write keys, ETags and sequencers in their notifications. For
 * s3_event.c alone. */
#pragma once

#include "core/arena.h"

/* S3 and MinIO percent-encode a key as a form does; Ceph (rgw_notify.cc: populate_event()) and
 * versitygw (s3event/event.go) write it as it is. */
typedef enum S3EventWriter { S3_WRITER_AWS, S3_WRITER_CEPH, S3_WRITER_VERSITY } S3EventWriter;

/* `source` is eventSource, `arn` the bucket's or NULL. */
S3EventWriter s3_event_writer(const char *source, const char *arn);

/* A form's value (application/x-www-form-urlencoded) in place. False: no hexadecimal behind a '%',
 * or a NUL. */
bool s3_event_decode(char *text) MUST_CHECK;
/* Without the quotes around it; NULL without memory. */
const char *s3_event_unquoted(Arena *a, const char *etag);

/* Hexadecimal digits, and nothing else. */
bool s3_event_is_sequencer(const char *text);
/* Ceph's is a time as it lies in memory: seconds and nanoseconds, of 4 bytes each, on nearly all
 * machines the lowest first. In place, so that the later time is the greater one. */
void s3_event_sequencer_of_ceph(char *text);
