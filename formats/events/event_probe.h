/* event_probe.h: whether a file holds records in JSON, and in which form. */
#pragma once

#include "formats/events/event_place.h"
#include "formats/format.h"

typedef struct EventOptions {
    const char *records; /* keys to the records within an object, with dots between; NULL: guess */
} EventOptions;

/* What the head shows; *shape is set in any case, to the likeliest. */
void event_probe(const Input *in, const EventOptions *o, Arena *a, Probe *p, EventShape *shape);
