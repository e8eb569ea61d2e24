/* source_queue.h: objects that a queue of S3's events tells of. Any number of processes on any
 * number of machines may share one queue. */
#pragma once

#include "orchestrator/source.h"
#include "stores/aws/aws.h"

typedef struct QueueOptions {
    Aws *aws;                    /* lives longer */
    const char *queue;           /* URL or name */
    StringList uris;             /* s3://bucket/prefix: only keys below these, */
    StringList prefixes;         /* and those that begin so in any bucket; neither: all */
    StringList include, exclude; /* as BucketOptions */
    const char *folder;          /* OUT: what is no event of S3 goes to OUT/poison */
    unsigned ahead;              /* so many messages at the same time, about */
    unsigned budget;             /* receives after which a message is spoken of */
    /* A line for a person, on the thread that calls next(). */
    void (*say)(void *context, const char *line);
    void *context;
} QueueOptions;

/* Messages, but for `events`: records that were taken up. */
typedef struct QueueCounts {
    uint64_t messages, again; /* received: for the first time here, and otherwise */
    uint64_t events;
    uint64_t removed, other, elsewhere, tests; /* records that need no reading; test messages */
    uint64_t poison, kept; /* no events of S3: left to the dead-letter queue, kept in OUT/poison */
    uint64_t deleted, released, lost, damaged;
} QueueCounts;

/* Asks for the queue's rules, starts to receive. An event is acknowledged when it is settled, and
 * comes again, to anyone, when it is settled for later. SOURCE_WAIT as long as the queue cannot be
 * reached, SOURCE_TROUBLE and the end where it refuses. ERROR_SETUP, ERROR_RETRY: it cannot be
 * asked now. */
bool source_queue_open(const QueueOptions *o, Source **out, Error *e) MUST_CHECK;
QueueCounts source_queue_counts(const Source *s);

/* How long a message rests that has been received so often; random: 0..1. */
double queue_rest_s(unsigned receives, bool longest, double random);
