/* source_event.h: the objects that an invocation of Lambda speaks of. */
#pragma once

#include "orchestrator/lambda_event.h"
#include "orchestrator/source.h"
#include "stores/aws/aws.h"

typedef struct EventOptions {
    Aws *aws;                    /* lives longer */
    const LambdaEvent *event;    /* likewise */
    StringList include, exclude; /* globs on the key, or on its last part */
    const atomic_bool *cut; /* set meanwhile, it ends a look() soon with a trouble; may be NULL */
} EventOptions;

/* What the newest record says to be removed is not told, and settled. Where the event does not say
 * of an object what lies there, that is asked for, of several at the same time. Starts threads. */
bool source_event_open(const EventOptions *o, Source **out, Error *e) MUST_CHECK;

/* Whether everything that a message of the event speaks of is settled. */
bool source_event_settled(const Source *s, size_t message);
