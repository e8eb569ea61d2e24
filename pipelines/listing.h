/* listing.h: what unpacking an archive came to, and its bytes on the way from a sandboxed child to
 * the orchestrator, which checks them before it believes them. */
#pragma once

#include "formats/unpack.h"
#include "pipelines/pipeline.h"

typedef struct Listing {
    Unpacked unpacked;
    Error error; /* kind not ERROR_NONE: nothing else holds; a fault of the world, or memory */
} Listing;

/* Unpacks a run of members; *open as in Format.unpack. Never fails: what goes wrong is in the
 * listing. */
void pipeline_unpack(Unpacker **open, const Input *in, const UnpackOrder *o, Arena *a, Listing *l);
void unpacker_close(Unpacker **open); /* accepts NULL in it, and leaves NULL */

/* Writes l into out[0..capacity); returns its length or 0 when it does not fit. */
size_t listing_encode(const Listing *l, uint8_t *out, size_t capacity);
/* Everything in *out is copied into the arena. ERROR_DATA, code "bad_report": what is wrong; also
 * where it says more than the order allows. */
bool listing_decode(const uint8_t *bytes, size_t length, const UnpackOrder *o, Arena *a,
                    Listing *out, Error *e) MUST_CHECK;
