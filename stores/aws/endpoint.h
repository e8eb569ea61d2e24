/* endpoint.h: where a service answers, and by which names a request to it is signed. */
#pragma once

#include "stores/aws/settings.h"

typedef struct Endpoint {
    const char *origin;      /* "https://bucket.s3.eu-central-1.amazonaws.com" */
    const char *path_prefix; /* "" or "/bucket": to be put before a key's path */
    const char *region;
    const char *signing_name; /* "s3" */
} Endpoint;

typedef struct EndpointFor {
    AwsService service;
    const char *bucket; /* NULL but for S3 */
    const char *region; /* NULL: that of the settings (a bucket may be elsewhere) */
} EndpointFor;

/* A bucket is a host name unless it has dots or is no DNS label, or the endpoint is an IP address,
 * localhost, or one of our own without settings.virtual_host. ERROR_SETUP: no region; a bucket name
 * that is none (3..63 of a-z 0-9 . -); ARNs, access points and directory buckets ("--x-s3"), which
 * are refused by name; an endpoint URL that is no http(s) URL. */
bool endpoint_resolve(const AwsSettings *s, const EndpointFor *of, Arena *a, Endpoint *out,
                      Error *e) MUST_CHECK;
