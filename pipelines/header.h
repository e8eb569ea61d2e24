/* header.h: a dataset's header as text, in the manner of `ncdump -h`, with one line of statistics
 * below each variable. */
#pragma once

#include "pipelines/report.h"

/* The text lives in the arena; "" when the arena is full. `name` is shown in the first line. */
const char *header_text(const char *name, const Dataset *d, const Report *r, Arena *a);
