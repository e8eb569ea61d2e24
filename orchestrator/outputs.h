/* outputs.h: the rows of files as objects in buckets or folders: the section `outputs:`. */
#pragma once

#include "orchestrator/config.h"
#include "orchestrator/ledger.h"
#include "stores/aws/aws.h"

typedef struct Outputs Outputs;

/* Whether one of them lies in a bucket: then outputs_open() needs an Aws. */
bool outputs_remote(const Config *c);

/* Starts threads: after the last fork. Without outputs in the configuration *out is NULL, which the
 * others accept. `aws` may be NULL where none is remote. `cut`, set meanwhile, ends calls soon with
 * ERROR_RETRY "stopped"; may be NULL. Scratch files are in the configuration's OUT. */
bool outputs_open(const Config *c, Aws *aws, const atomic_bool *cut, Outputs **out,
                  Error *e) MUST_CHECK;

/* Within a batch of the ledger, when the outcomes of these files are recorded: writes what the
 * ledger has of each now, and returns when all of it is durable. Doing it again writes the same:
 * what is there with the same bytes stays as it is, other bytes are replaced, and a file of which
 * there are no rows (any more) has no object, or an empty one where there was one. ERROR_RETRY: the
 * world; ERROR_SETUP: a bucket or folder that cannot be written. */
bool outputs_write(Outputs *o, Ledger *l, const char *const *uris, size_t count,
                   Error *e) MUST_CHECK;
void outputs_close(Outputs *o); /* accepts NULL */
