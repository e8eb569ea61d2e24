/* event_sender.h: notifications of objects into a queue, ten at a time, from any thread. */
#pragma once

#include "stores/aws/s3_event.h"
#include "stores/aws/sqs.h"

typedef struct EventSender EventSender;

/* ERROR_SETUP "no_such_queue". */
bool event_sender_open(Aws *aws, const char *queue, EventSender **out, Error *e) MUST_CHECK;
/* Takes it, to be sent with others. */
bool event_sender_add(EventSender *s, const S3Event *v, Error *e) MUST_CHECK;
/* Sends what makes whole batches, or all there is. False: some are still there, to be sent by the
 * next call. */
bool event_sender_send(EventSender *s, bool all, Error *e) MUST_CHECK;
uint64_t event_sender_sent(EventSender *s);
void event_sender_close(EventSender *s); /* accepts NULL */
