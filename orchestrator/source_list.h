/* source_list.h: a source over a list of uris that is already known, for retry. */
#pragma once

#include "orchestrator/source.h"
#include "stores/aws/s3.h"

/* The list is borrowed and must outlive the source; `aws` NULL: none of it is in a bucket. What is
 * gone or no regular file any more comes as SOURCE_GONE. */
bool source_list_open(const StringList *uris, Aws *aws, Source **out, Error *e) MUST_CHECK;
