/* bucket_look.c: from a uri to the version that lies under it. */
#include "orchestrator/bucket_look.h"

#include "orchestrator/identity.h"
#include "stores/aws/s3.h"

#include <string.h>

SourceEvent bucket_look(Aws *aws, Object *o, Arena *a, Error *e)
{
    return bucket_look_unless(aws, NULL, o, a, e);
}

SourceEvent bucket_look_unless(Aws *aws, const atomic_bool *cancelled, Object *o, Arena *a,
                               Error *e)
{
    S3Uri uri;
    S3Object found;
    if (!s3_uri_read(o->uri, a, &uri, e) || !s3_look_unless(aws, &uri, cancelled, a, &found, e) ||
        !identity_of_version(found.etag, found.size_bytes, &o->identity, e))
        return strcmp(e->code, "gone") == 0 ? SOURCE_GONE : SOURCE_TROUBLE;
    o->version = found.etag;
    return SOURCE_OBJECT;
}
