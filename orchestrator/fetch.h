/* fetch.h: objects of a bucket as descriptors, ahead of those who read them.
 *
 * Objects are fetched in the order in which they are wanted, as many as fit into the bytes that may
 * be held; who waits for one gets it however large it is. Small ones lie in memory, large ones in
 * a file without a name below OUT. */
#pragma once

#include "orchestrator/zygote.h"
#include "stores/aws/s3.h"

#include <signal.h>

typedef struct Fetcher Fetcher;
typedef struct Fetch Fetch;

typedef struct FetchOptions {
    Aws *aws;
    const char *folder;   /* for what is large: OUT */
    uint64_t ahead_bytes; /* held at the same time, what is being read included */
    bool ranges;          /* of netCDF and HDF5 only the bytes that are asked for */
} FetchOptions;

bool fetcher_open(const FetchOptions *o, Fetcher **out, Error *e) MUST_CHECK;
/* All fetches must have been freed. Accepts NULL. */
void fetcher_close(Fetcher *f);

Aws *fetcher_aws(const Fetcher *f);

/* Queues an object; from any thread. NULL without memory. Texts are copied. */
Fetch *fetch_want(Fetcher *f, const S3Uri *uri, const char *etag, uint64_t size_bytes);
/* Waits until all its bytes are there and their checksum holds, or until its head is there, where
 * fetch_head() is not 0. *fd cannot write and is the caller's. False: ERROR_DATA "gone", "replaced"
 * or "archived", or a fault of the world; `stop` set meanwhile: ERROR_RETRY "stopped". Once for
 * each fetch; one with a head once more for each who begins to read it anew. */
bool fetch_take(Fetch *t, const volatile sig_atomic_t *stop, int *fd, Error *e) MUST_CHECK;

/* fetch_ranges.c: an object that is fetched as it is read. */

/* How many of its first bytes are there once it was taken; 0: all, there are no ranges to ask for.
 */
uint64_t fetch_head(const Fetch *t);
/* Waits until the bytes needed are there, and begins to fetch those ahead; all of them lie in the
 * object. From several threads at the same time; each byte is fetched once. False: fetch_failed()
 * says why. */
bool fetch_range(Fetch *t, const ZygoteAsk *ask, const volatile sig_atomic_t *stop) MUST_CHECK;
/* Whether a range could not be had since it was last taken; *e says why, as of fetch_take(). */
bool fetch_failed(Fetch *t, Error *e);
/* How many bytes have come or are on their way. */
uint64_t fetch_bytes(const Fetch *t);

/* Its bytes are not needed any more (the descriptor may live on); a fetch that runs is given up.
 * Accepts NULL. */
void fetch_free(Fetch *t);
