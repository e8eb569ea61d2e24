/* scratch.h: room on disk that nobody else sees and that goes with its descriptors, however this
 * process ends. */
#pragma once

#include "core/error.h"

/* A file without a name in the folder; where there is no such folder (yet), in $TMPDIR or /tmp.
 * Both descriptors are the caller's to close. ERROR_RETRY: disk full, folder not writable. */
bool scratch_open(const char *folder, int *writing, int *reading, Error *e) MUST_CHECK;
