/* source_chain.h: one source after the other. */
#pragma once

#include "orchestrator/source.h"

/* Takes both over; either may be NULL, and then the other comes back. NULL without memory, both
 * closed. */
Source *source_chain(Source *first, Source *second);
