/* endpoint.c: names of hosts by the rules of AWS's endpoint rule sets. */
#include "stores/aws/endpoint.h"

#include "stores/aws/url.h"

#include "core/text.h"

#include <string.h>

/* A part of AWS that has nothing to do with the others. Regions begin with `regions`; the last line
 * is for all others. */
typedef struct Partition {
    const char *regions, *suffix, *dualstack_suffix;
    bool s3_fips;       /* S3 has FIPS endpoints */
    bool fips_is_plain; /* the other services' usual endpoints are FIPS ones */
} Partition;

static const Partition partitions[] = {
    {"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn", false, false},
    {"us-gov-", "amazonaws.com", "api.aws", true, true},
    {"us-iso-", "c2s.ic.gov", "api.aws.ic.gov", true, false},
    {"us-isob-", "sc2s.sgov.gov", "api.aws.scloud", true, false},
    {"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", true, false},
    {"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov", true, false},
    {"eusc-de-", "amazonaws.eu", "api.amazonwebservices.eu", true, false},
    {"", "amazonaws.com", "api.aws", true, false},
};

static const char *const service_names[AWS_SERVICES] = {
    [AWS_S3] = "s3", [AWS_SQS] = "sqs", [AWS_DYNAMODB] = "dynamodb", [AWS_STS] = "sts"};

static const Partition *partition_of(const char *region)
{
    const Partition *p = partitions;
    while (strncmp(region, p->regions, strlen(p->regions)) != 0)
        p++;
    return p;
}

/* RFC 1123: 1..63 of letters, digits and hyphens, none at the ends. */
static bool is_label(const char *text)
{
    size_t length = strlen(text);
    return length >= 1 && length <= 63 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == length && text[0] != '-' &&
           text[length - 1] != '-';
}

static bool check_region(const AwsSettings *s, const char *region, Error *e)
{
    if (!region)
        return error_coded(e, ERROR_SETUP, "region",
                           "no AWS region: set AWS_REGION, or region in profile %s", s->profile);
    if (is_label(region))
        return true;
    bool from = s->region_from && region == s->region;
    return error_coded(e, ERROR_SETUP, "region",
                       "%.64s%s%s is no AWS region, as eu-central-1 is one", region,
                       from ? ", from " : "", from ? s->region_from : "");
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* "General purpose bucket naming rules", Amazon S3 User Guide; names that are reserved for buckets
 * of another kind. */
static bool check_bucket(const char *bucket, Error *e)
{
    static const struct {
        const char *end, *what;
    } others[] = {{"--x-s3", "a directory bucket"},
                  {"--xa-s3", "an access point of a directory bucket"},
                  {"--op-s3", "an access point of S3 on Outposts"}};
    if (strncmp(bucket, "arn:", 4) == 0)
        return error_coded(
            e, ERROR_SETUP, "bucket_name",
            "%.200s: ARNs and access points are not supported; give the bucket's name", bucket);
    size_t length = strlen(bucket);
    if (length < 3 || length > 63 ||
        strspn(bucket, "abcdefghijklmnopqrstuvwxyz0123456789.-") != length)
        return error_coded(e, ERROR_SETUP, "bucket_name",
                           "%.200s is no name of a bucket: that has 3 to 63 of a-z, 0-9, . and -",
                           bucket);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (ends_with(bucket, others[i].end))
            return error_coded(e, ERROR_SETUP, "bucket_name",
                               "%s is %s, which is not supported; use a general purpose bucket",
                               bucket, others[i].what);
    return true;
}

static const char *aws_host(const AwsSettings *s, AwsService service, const char *region, Arena *a)
{
    const Partition *p = partition_of(region);
    if (service == AWS_S3)
        return arena_printf(a, "s3%s%s.%s.%s", s->fips ? "-fips" : "",
                            s->dualstack ? ".dualstack" : "", region, p->suffix);
    bool fips = s->fips && (s->dualstack || !p->fips_is_plain);
    return arena_printf(a, "%s%s.%s.%s", service_names[service], fips ? "-fips" : "", region,
                        s->dualstack ? p->dualstack_suffix : p->suffix);
}

static bool resolve_aws(const AwsSettings *s, AwsService service, const char *bucket, Arena *a,
                        Endpoint *out, Error *e)
{
    if (s->fips && service == AWS_S3 && !partition_of(out->region)->s3_fips)
        return error_coded(e, ERROR_SETUP, "fips",
                           "S3 has no FIPS endpoint in %s: set AWS_USE_FIPS_ENDPOINT=false",
                           out->region);
    const char *host = aws_host(s, service, out->region, a);
    bool in_host = bucket && !s->path_style && is_label(bucket);
    out->origin = in_host ? arena_printf(a, "https://%s.%s", bucket, host)
                          : arena_printf(a, "https://%s", host);
    out->path_prefix = bucket && !in_host ? arena_printf(a, "/%s", bucket) : "";
    return (host && out->origin && out->path_prefix) || arena_full(a, e);
}

static bool resolve_own(const AwsSettings *s, const char *url, const char *bucket, Arena *a,
                        Endpoint *out, Error *e)
{
    if (s->fips || s->dualstack)
        return error_coded(e, ERROR_SETUP, "endpoint_url",
                           "an endpoint URL of one's own and %s exclude each other",
                           s->fips ? "AWS_USE_FIPS_ENDPOINT" : "AWS_USE_DUALSTACK_ENDPOINT");
    Url u;
    if (!url_read(url, "the endpoint URL (AWS_ENDPOINT_URL, endpoint_url)", a, &u, e))
        return false;
    if (u.query_count > 0)
        return error_coded(e, ERROR_SETUP, "aws_url",
                           "the endpoint URL has a query (?): remove it");
    bool in_host = bucket && s->virtual_host && is_label(bucket) && !url_is_address(&u) &&
                   !url_is_loopback(&u);
    int path = (int)strlen(u.path);
    while (path > 0 && u.path[path - 1] == '/')
        path--;
    out->origin =
        in_host ? arena_printf(a, "%s://%s.%s%s", u.scheme, bucket, u.host, u.port) : u.origin;
    out->path_prefix = bucket && !in_host ? arena_printf(a, "%.*s/%s", path, u.path, bucket)
                                          : arena_copy(a, u.path, (size_t)path);
    return (out->origin && out->path_prefix) || arena_full(a, e);
}

bool endpoint_resolve(const AwsSettings *s, const EndpointFor *of, Arena *a, Endpoint *out,
                      Error *e)
{
    const char *region = of->region ? of->region : s->region;
    if (!check_region(s, region, e) || (of->bucket && !check_bucket(of->bucket, e)))
        return false;
    Endpoint found = {.region = arena_string(a, region),
                      .signing_name = service_names[of->service]};
    if (!found.region)
        return arena_full(a, e);
    const char *url = s->endpoint_url[of->service];
    bool good = url ? resolve_own(s, url, of->bucket, a, &found, e)
                    : resolve_aws(s, of->service, of->bucket, a, &found, e);
    if (good)
        *out = found;
    return good;
}
