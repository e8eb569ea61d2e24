/* fetch.h: objects of a bucket as descriptors, ahead of those who read them.
 *
 * Objects are fetched in the order in which they are wanted, as many as fit into the bytes that may
 * be held; who waits for one gets it however large it is. Small ones lie in memory, large ones in
 * a file without a name below OUT. */
#pragma once

#include "stores/aws/s3.h"

#include <signal.h>

typedef struct Fetcher Fetcher;
typedef struct Fetch Fetch;

typedef struct FetchOptions {
    Aws *aws;
    const char *folder;   /* for what is large: OUT */
    uint64_t ahead_bytes; /* held at the same time, what is being read included */
} FetchOptions;

bool fetcher_open(const FetchOptions *o, Fetcher **out, Error *e) MUST_CHECK;
/* All fetches must have been freed. Accepts NULL. */
void fetcher_close(Fetcher *f);

Aws *fetcher_aws(const Fetcher *f);

/* Queues an object; from any thread. NULL without memory. Texts are copied. */
Fetch *fetch_want(Fetcher *f, const S3Uri *uri, const char *etag, uint64_t size_bytes);
/* Waits until all its bytes are there and their checksum holds. *fd cannot write and is the
 * caller's. False: ERROR_DATA "gone", "replaced" or "archived", or a fault of the world; `stop` set
 * meanwhile: ERROR_RETRY "stopped". Once for each fetch. */
bool fetch_take(Fetch *t, const volatile sig_atomic_t *stop, int *fd, Error *e) MUST_CHECK;
/* Its bytes are not needed any more (the descriptor may live on); a fetch that runs is given up.
 * Accepts NULL. */
void fetch_free(Fetch *t);
