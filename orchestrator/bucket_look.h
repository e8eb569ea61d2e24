/* bucket_look.h: an object of a bucket as it lies there now. */
#pragma once

#include "orchestrator/source.h"
#include "stores/aws/aws.h"

/* Asks for what lies under o->uri and sets identity and version of `o` to it (texts from the
 * arena). SOURCE_OBJECT; SOURCE_GONE, where there is none, and SOURCE_TROUBLE, both with e and `o`
 * as it was. Waits for the answer. */
SourceEvent bucket_look(Aws *aws, Object *o, Arena *a, Error *e) MUST_CHECK;
/* The same; `cancelled`, set meanwhile, ends it soon with "stopped". */
SourceEvent bucket_look_unless(Aws *aws, const atomic_bool *cancelled, Object *o, Arena *a,
                               Error *e) MUST_CHECK;
