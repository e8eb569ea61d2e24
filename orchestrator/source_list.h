/* source_list.h: a source over a list of absolute paths that is already known, for retry. */
#pragma once

#include "orchestrator/source.h"

/* The list is borrowed and must outlive the source. What is gone or no regular file any more comes
 * as SOURCE_TROUBLE. */
bool source_list_open(const StringList *uris, Source **out, Error *e) MUST_CHECK;
