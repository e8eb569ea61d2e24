/* event_probe.h: whether a file holds records in JSON, and in which form. */
#pragma once

#include "formats/events/event_stream.h"
#include "formats/format.h"

/* What the head shows; *mode is set in any case, to the likeliest. */
void event_probe(const Input *in, Probe *p, EventMode *mode);
