/* sign.h: AWS Signature Version 4 in the Authorization header.
 *
 * "AWS Signature Version 4 for API requests", IAM User Guide. S3 differs from all other services:
 * its path is encoded once and never normalised, and it wants the body's hash as a header. */
#pragma once

#include "stores/aws/credentials.h"
#include "stores/aws/http_request.h"

#include <time.h>

typedef struct SignOptions {
    const Credentials *credentials;
    const char *region, *service; /* the names in the scope: "eu-central-1", "s3" */
    time_t now_s;                 /* by the service's clock */
    bool s3;                      /* path as it is; x-amz-content-sha256 is sent */
    bool unsigned_payload;        /* of S3 over TLS: the body is not hashed */
    bool normalize_path;          /* not of S3: dot segments and doubled slashes go */
    bool body_hash_header;        /* send x-amz-content-sha256 though it is not S3 */
    bool omit_token;              /* the session token is added, but not signed */
    bool path_encoded_once;       /* also where it is not S3, as the official vectors have it */
} SignOptions;

typedef struct Signed {
    HttpPair headers[4]; /* to be sent besides the request's own: x-amz-date, x-amz-content-sha256,
                            x-amz-security-token, authorization */
    size_t header_count;
    Buffer texts; /* what `headers` points into */
    /* For a person who looks for a difference. The token is in the canonical request: it is not to
     * be shown as it is. */
    Buffer canonical_request, string_to_sign;
} Signed;

/* Signs the header host (from the origin), all the request's own headers but those that proxies
 * change (connection, expect, transfer-encoding, user-agent, x-amzn-trace-id), and those it adds.
 * Sign anew for each attempt. ERROR_SETUP: memory, or OpenSSL refuses (a FIPS provider). */
bool sign_request(const HttpRequest *r, const SignOptions *o, Signed *out, Error *e) MUST_CHECK;
void signed_deinit(Signed *s); /* accepts a zeroed one */
