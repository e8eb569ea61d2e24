/* event_stream.h: a file -> its records, one after the other; what is no record is set aside. */
#pragma once

#include "formats/events/event_place.h"

bool event_stream_init(EventStream *s, const Input *in, const EventShape *shape,
                       EventFields *fields, Arena *a, Error *e) MUST_CHECK;
/* To the first record again. */
void event_stream_restart(EventStream *s);
EventStep event_stream_next(EventStream *s);
bool event_stream_fill(EventStream *s, Error *e) MUST_CHECK;
