/* s3_look.h: what a reply's headers say of an object. For s3_*.c. */
#pragma once

#include "stores/aws/s3.h"

/* "crc32c q2Vxyg==": of the whole object; `out` stays as it is where there is none. */
void s3_checksum_told(const HttpCall *c, char *out, size_t size);
