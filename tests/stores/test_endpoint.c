/* test_endpoint.c: hosts and paths, as botocore's endpoint rule sets (1.43) give them. */
#include "stores/aws/endpoint.h"
#include "stores/aws/url.h"
#include "tests/support/cases.h"

#include <string.h>

enum { DUALSTACK = 1, FIPS = 2, PATH_STYLE = 4, VIRTUAL_HOST = 8 };

typedef struct Resolution {
    AwsService service;
    const char *region, *bucket;
    int flags;
    const char *url; /* AWS_ENDPOINT_URL */
    const char *origin, *prefix;
} Resolution;

/* Custom endpoints with ForcePathStyle but where VIRTUAL_HOST is said; trailing slashes taken off.
 */
static const Resolution resolutions[] = {
    {AWS_S3, "us-east-1", "data", 0, NULL, "https://data.s3.us-east-1.amazonaws.com", ""},
    {AWS_SQS, "us-east-1", NULL, 0, NULL, "https://sqs.us-east-1.amazonaws.com", ""},
    {AWS_S3, "us-east-1", "data", DUALSTACK | FIPS, NULL,
     "https://data.s3-fips.dualstack.us-east-1.amazonaws.com", ""},
    {AWS_SQS, "us-east-1", NULL, DUALSTACK | FIPS, NULL, "https://sqs-fips.us-east-1.api.aws", ""},
    {AWS_S3, "eu-central-1", "data", 0, NULL, "https://data.s3.eu-central-1.amazonaws.com", ""},
    {AWS_S3, "eu-central-1", "a.b", 0, NULL, "https://s3.eu-central-1.amazonaws.com", "/a.b"},
    {AWS_S3, "eu-central-1", NULL, 0, NULL, "https://s3.eu-central-1.amazonaws.com", ""},
    {AWS_SQS, "eu-central-1", NULL, 0, NULL, "https://sqs.eu-central-1.amazonaws.com", ""},
    {AWS_DYNAMODB, "eu-central-1", NULL, 0, NULL, "https://dynamodb.eu-central-1.amazonaws.com",
     ""},
    {AWS_STS, "eu-central-1", NULL, 0, NULL, "https://sts.eu-central-1.amazonaws.com", ""},
    {AWS_S3, "eu-central-1", "data", DUALSTACK, NULL,
     "https://data.s3.dualstack.eu-central-1.amazonaws.com", ""},
    {AWS_S3, "eu-central-1", "a.b", DUALSTACK, NULL,
     "https://s3.dualstack.eu-central-1.amazonaws.com", "/a.b"},
    {AWS_S3, "eu-central-1", NULL, DUALSTACK, NULL,
     "https://s3.dualstack.eu-central-1.amazonaws.com", ""},
    {AWS_SQS, "eu-central-1", NULL, DUALSTACK, NULL, "https://sqs.eu-central-1.api.aws", ""},
    {AWS_DYNAMODB, "eu-central-1", NULL, DUALSTACK, NULL, "https://dynamodb.eu-central-1.api.aws",
     ""},
    {AWS_STS, "eu-central-1", NULL, DUALSTACK, NULL, "https://sts.eu-central-1.api.aws", ""},
    {AWS_S3, "eu-central-1", "data", FIPS, NULL, "https://data.s3-fips.eu-central-1.amazonaws.com",
     ""},
    {AWS_S3, "eu-central-1", "a.b", FIPS, NULL, "https://s3-fips.eu-central-1.amazonaws.com",
     "/a.b"},
    {AWS_S3, "eu-central-1", NULL, FIPS, NULL, "https://s3-fips.eu-central-1.amazonaws.com", ""},
    {AWS_SQS, "eu-central-1", NULL, FIPS, NULL, "https://sqs-fips.eu-central-1.amazonaws.com", ""},
    {AWS_DYNAMODB, "eu-central-1", NULL, FIPS, NULL,
     "https://dynamodb-fips.eu-central-1.amazonaws.com", ""},
    {AWS_STS, "eu-central-1", NULL, FIPS, NULL, "https://sts-fips.eu-central-1.amazonaws.com", ""},
    {AWS_S3, "eu-central-1", "data", DUALSTACK | FIPS, NULL,
     "https://data.s3-fips.dualstack.eu-central-1.amazonaws.com", ""},
    {AWS_S3, "eu-central-1", "a.b", DUALSTACK | FIPS, NULL,
     "https://s3-fips.dualstack.eu-central-1.amazonaws.com", "/a.b"},
    {AWS_S3, "eu-central-1", NULL, DUALSTACK | FIPS, NULL,
     "https://s3-fips.dualstack.eu-central-1.amazonaws.com", ""},
    {AWS_SQS, "eu-central-1", NULL, DUALSTACK | FIPS, NULL, "https://sqs-fips.eu-central-1.api.aws",
     ""},
    {AWS_DYNAMODB, "eu-central-1", NULL, DUALSTACK | FIPS, NULL,
     "https://dynamodb-fips.eu-central-1.api.aws", ""},
    {AWS_STS, "eu-central-1", NULL, DUALSTACK | FIPS, NULL, "https://sts-fips.eu-central-1.api.aws",
     ""},
    {AWS_S3, "me-new-9", "data", 0, NULL, "https://data.s3.me-new-9.amazonaws.com", ""},
    {AWS_SQS, "me-new-9", NULL, 0, NULL, "https://sqs.me-new-9.amazonaws.com", ""},
    {AWS_S3, "me-new-9", "data", DUALSTACK | FIPS, NULL,
     "https://data.s3-fips.dualstack.me-new-9.amazonaws.com", ""},
    {AWS_SQS, "me-new-9", NULL, DUALSTACK | FIPS, NULL, "https://sqs-fips.me-new-9.api.aws", ""},
    {AWS_S3, "cn-north-1", "data", 0, NULL, "https://data.s3.cn-north-1.amazonaws.com.cn", ""},
    {AWS_S3, "cn-north-1", "a.b", 0, NULL, "https://s3.cn-north-1.amazonaws.com.cn", "/a.b"},
    {AWS_S3, "cn-north-1", NULL, 0, NULL, "https://s3.cn-north-1.amazonaws.com.cn", ""},
    {AWS_SQS, "cn-north-1", NULL, 0, NULL, "https://sqs.cn-north-1.amazonaws.com.cn", ""},
    {AWS_DYNAMODB, "cn-north-1", NULL, 0, NULL, "https://dynamodb.cn-north-1.amazonaws.com.cn", ""},
    {AWS_STS, "cn-north-1", NULL, 0, NULL, "https://sts.cn-north-1.amazonaws.com.cn", ""},
    {AWS_S3, "cn-north-1", "data", DUALSTACK, NULL,
     "https://data.s3.dualstack.cn-north-1.amazonaws.com.cn", ""},
    {AWS_S3, "cn-north-1", "a.b", DUALSTACK, NULL,
     "https://s3.dualstack.cn-north-1.amazonaws.com.cn", "/a.b"},
    {AWS_S3, "cn-north-1", NULL, DUALSTACK, NULL,
     "https://s3.dualstack.cn-north-1.amazonaws.com.cn", ""},
    {AWS_SQS, "cn-north-1", NULL, DUALSTACK, NULL,
     "https://sqs.cn-north-1.api.amazonwebservices.com.cn", ""},
    {AWS_DYNAMODB, "cn-north-1", NULL, DUALSTACK, NULL,
     "https://dynamodb.cn-north-1.api.amazonwebservices.com.cn", ""},
    {AWS_STS, "cn-north-1", NULL, DUALSTACK, NULL,
     "https://sts.cn-north-1.api.amazonwebservices.com.cn", ""},
    {AWS_SQS, "cn-north-1", NULL, FIPS, NULL, "https://sqs-fips.cn-north-1.amazonaws.com.cn", ""},
    {AWS_DYNAMODB, "cn-north-1", NULL, FIPS, NULL,
     "https://dynamodb-fips.cn-north-1.amazonaws.com.cn", ""},
    {AWS_STS, "cn-north-1", NULL, FIPS, NULL, "https://sts-fips.cn-north-1.amazonaws.com.cn", ""},
    {AWS_SQS, "cn-north-1", NULL, DUALSTACK | FIPS, NULL,
     "https://sqs-fips.cn-north-1.api.amazonwebservices.com.cn", ""},
    {AWS_DYNAMODB, "cn-north-1", NULL, DUALSTACK | FIPS, NULL,
     "https://dynamodb-fips.cn-north-1.api.amazonwebservices.com.cn", ""},
    {AWS_STS, "cn-north-1", NULL, DUALSTACK | FIPS, NULL,
     "https://sts-fips.cn-north-1.api.amazonwebservices.com.cn", ""},
    {AWS_S3, "us-gov-west-1", "data", 0, NULL, "https://data.s3.us-gov-west-1.amazonaws.com", ""},
    {AWS_S3, "us-gov-west-1", "a.b", 0, NULL, "https://s3.us-gov-west-1.amazonaws.com", "/a.b"},
    {AWS_S3, "us-gov-west-1", NULL, 0, NULL, "https://s3.us-gov-west-1.amazonaws.com", ""},
    {AWS_SQS, "us-gov-west-1", NULL, 0, NULL, "https://sqs.us-gov-west-1.amazonaws.com", ""},
    {AWS_DYNAMODB, "us-gov-west-1", NULL, 0, NULL, "https://dynamodb.us-gov-west-1.amazonaws.com",
     ""},
    {AWS_STS, "us-gov-west-1", NULL, 0, NULL, "https://sts.us-gov-west-1.amazonaws.com", ""},
    {AWS_S3, "us-gov-west-1", "data", DUALSTACK, NULL,
     "https://data.s3.dualstack.us-gov-west-1.amazonaws.com", ""},
    {AWS_S3, "us-gov-west-1", "a.b", DUALSTACK, NULL,
     "https://s3.dualstack.us-gov-west-1.amazonaws.com", "/a.b"},
    {AWS_S3, "us-gov-west-1", NULL, DUALSTACK, NULL,
     "https://s3.dualstack.us-gov-west-1.amazonaws.com", ""},
    {AWS_SQS, "us-gov-west-1", NULL, DUALSTACK, NULL, "https://sqs.us-gov-west-1.api.aws", ""},
    {AWS_DYNAMODB, "us-gov-west-1", NULL, DUALSTACK, NULL, "https://dynamodb.us-gov-west-1.api.aws",
     ""},
    {AWS_STS, "us-gov-west-1", NULL, DUALSTACK, NULL, "https://sts.us-gov-west-1.api.aws", ""},
    {AWS_S3, "us-gov-west-1", "data", FIPS, NULL,
     "https://data.s3-fips.us-gov-west-1.amazonaws.com", ""},
    {AWS_S3, "us-gov-west-1", "a.b", FIPS, NULL, "https://s3-fips.us-gov-west-1.amazonaws.com",
     "/a.b"},
    {AWS_S3, "us-gov-west-1", NULL, FIPS, NULL, "https://s3-fips.us-gov-west-1.amazonaws.com", ""},
    {AWS_SQS, "us-gov-west-1", NULL, FIPS, NULL, "https://sqs.us-gov-west-1.amazonaws.com", ""},
    {AWS_DYNAMODB, "us-gov-west-1", NULL, FIPS, NULL,
     "https://dynamodb.us-gov-west-1.amazonaws.com", ""},
    {AWS_STS, "us-gov-west-1", NULL, FIPS, NULL, "https://sts.us-gov-west-1.amazonaws.com", ""},
    {AWS_S3, "us-gov-west-1", "data", DUALSTACK | FIPS, NULL,
     "https://data.s3-fips.dualstack.us-gov-west-1.amazonaws.com", ""},
    {AWS_S3, "us-gov-west-1", "a.b", DUALSTACK | FIPS, NULL,
     "https://s3-fips.dualstack.us-gov-west-1.amazonaws.com", "/a.b"},
    {AWS_S3, "us-gov-west-1", NULL, DUALSTACK | FIPS, NULL,
     "https://s3-fips.dualstack.us-gov-west-1.amazonaws.com", ""},
    {AWS_SQS, "us-gov-west-1", NULL, DUALSTACK | FIPS, NULL,
     "https://sqs-fips.us-gov-west-1.api.aws", ""},
    {AWS_DYNAMODB, "us-gov-west-1", NULL, DUALSTACK | FIPS, NULL,
     "https://dynamodb-fips.us-gov-west-1.api.aws", ""},
    {AWS_STS, "us-gov-west-1", NULL, DUALSTACK | FIPS, NULL,
     "https://sts-fips.us-gov-west-1.api.aws", ""},
    {AWS_S3, "us-iso-east-1", "data", 0, NULL, "https://data.s3.us-iso-east-1.c2s.ic.gov", ""},
    {AWS_SQS, "us-iso-east-1", NULL, 0, NULL, "https://sqs.us-iso-east-1.c2s.ic.gov", ""},
    {AWS_S3, "us-iso-east-1", "data", DUALSTACK | FIPS, NULL,
     "https://data.s3-fips.dualstack.us-iso-east-1.c2s.ic.gov", ""},
    {AWS_SQS, "us-iso-east-1", NULL, DUALSTACK | FIPS, NULL,
     "https://sqs-fips.us-iso-east-1.api.aws.ic.gov", ""},
    {AWS_S3, "us-isob-east-1", "data", 0, NULL, "https://data.s3.us-isob-east-1.sc2s.sgov.gov", ""},
    {AWS_SQS, "us-isob-east-1", NULL, 0, NULL, "https://sqs.us-isob-east-1.sc2s.sgov.gov", ""},
    {AWS_S3, "us-isob-east-1", "data", DUALSTACK | FIPS, NULL,
     "https://data.s3-fips.dualstack.us-isob-east-1.sc2s.sgov.gov", ""},
    {AWS_SQS, "us-isob-east-1", NULL, DUALSTACK | FIPS, NULL,
     "https://sqs-fips.us-isob-east-1.api.aws.scloud", ""},
    {AWS_S3, "eu-isoe-west-1", "data", 0, NULL, "https://data.s3.eu-isoe-west-1.cloud.adc-e.uk",
     ""},
    {AWS_SQS, "eu-isoe-west-1", NULL, 0, NULL, "https://sqs.eu-isoe-west-1.cloud.adc-e.uk", ""},
    {AWS_S3, "eu-isoe-west-1", "data", DUALSTACK | FIPS, NULL,
     "https://data.s3-fips.dualstack.eu-isoe-west-1.cloud.adc-e.uk", ""},
    {AWS_SQS, "eu-isoe-west-1", NULL, DUALSTACK | FIPS, NULL,
     "https://sqs-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk", ""},
    {AWS_S3, "us-isof-south-1", "data", 0, NULL, "https://data.s3.us-isof-south-1.csp.hci.ic.gov",
     ""},
    {AWS_SQS, "us-isof-south-1", NULL, 0, NULL, "https://sqs.us-isof-south-1.csp.hci.ic.gov", ""},
    {AWS_S3, "us-isof-south-1", "data", DUALSTACK | FIPS, NULL,
     "https://data.s3-fips.dualstack.us-isof-south-1.csp.hci.ic.gov", ""},
    {AWS_SQS, "us-isof-south-1", NULL, DUALSTACK | FIPS, NULL,
     "https://sqs-fips.us-isof-south-1.api.aws.hci.ic.gov", ""},
    {AWS_S3, "eusc-de-east-1", "data", 0, NULL, "https://data.s3.eusc-de-east-1.amazonaws.eu", ""},
    {AWS_SQS, "eusc-de-east-1", NULL, 0, NULL, "https://sqs.eusc-de-east-1.amazonaws.eu", ""},
    {AWS_S3, "eusc-de-east-1", "data", DUALSTACK | FIPS, NULL,
     "https://data.s3-fips.dualstack.eusc-de-east-1.amazonaws.eu", ""},
    {AWS_SQS, "eusc-de-east-1", NULL, DUALSTACK | FIPS, NULL,
     "https://sqs-fips.eusc-de-east-1.api.amazonwebservices.eu", ""},
    {AWS_S3, "us-west-2", "abc", 0, NULL, "https://abc.s3.us-west-2.amazonaws.com", ""},
    {AWS_S3, "us-west-2", "-abc", 0, NULL, "https://s3.us-west-2.amazonaws.com", "/-abc"},
    {AWS_S3, "us-west-2", "abc-", 0, NULL, "https://s3.us-west-2.amazonaws.com", "/abc-"},
    {AWS_S3, "us-west-2", "a.b.c", 0, NULL, "https://s3.us-west-2.amazonaws.com", "/a.b.c"},
    {AWS_S3, "us-west-2", "1.2.3.4", 0, NULL, "https://s3.us-west-2.amazonaws.com", "/1.2.3.4"},
    {AWS_S3, "us-west-2", "a..b", 0, NULL, "https://s3.us-west-2.amazonaws.com", "/a..b"},
    {AWS_S3, "us-west-2", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 0,
     NULL,
     "https://"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.s3.us-west-2.amazonaws.com",
     ""},
    {AWS_S3, "us-west-2", "xn--abc", 0, NULL, "https://xn--abc.s3.us-west-2.amazonaws.com", ""},
    {AWS_S3, "us-west-2", "012", 0, NULL, "https://012.s3.us-west-2.amazonaws.com", ""},
    {AWS_S3, "us-west-2", "data", PATH_STYLE, NULL, "https://s3.us-west-2.amazonaws.com", "/data"},
    {AWS_S3, "us-west-2", "data", DUALSTACK | PATH_STYLE, NULL,
     "https://s3.dualstack.us-west-2.amazonaws.com", "/data"},
    {AWS_S3, "eu-central-1", "data", 0, "http://127.0.0.1:5000", "http://127.0.0.1:5000", "/data"},
    {AWS_S3, "eu-central-1", "a.b", 0, "http://127.0.0.1:5000", "http://127.0.0.1:5000", "/a.b"},
    {AWS_SQS, "eu-central-1", NULL, 0, "http://127.0.0.1:5000", "http://127.0.0.1:5000", ""},
    {AWS_S3, "eu-central-1", "data", 0, "http://localhost:4566", "http://localhost:4566", "/data"},
    {AWS_S3, "eu-central-1", "a.b", 0, "http://localhost:4566", "http://localhost:4566", "/a.b"},
    {AWS_SQS, "eu-central-1", NULL, 0, "http://localhost:4566", "http://localhost:4566", ""},
    {AWS_S3, "eu-central-1", "data", 0, "https://minio.example.org", "https://minio.example.org",
     "/data"},
    {AWS_S3, "eu-central-1", "a.b", 0, "https://minio.example.org", "https://minio.example.org",
     "/a.b"},
    {AWS_SQS, "eu-central-1", NULL, 0, "https://minio.example.org", "https://minio.example.org",
     ""},
    {AWS_S3, "eu-central-1", "data", 0, "https://minio.example.org:9000/x",
     "https://minio.example.org:9000", "/x/data"},
    {AWS_S3, "eu-central-1", "a.b", 0, "https://minio.example.org:9000/x",
     "https://minio.example.org:9000", "/x/a.b"},
    {AWS_SQS, "eu-central-1", NULL, 0, "https://minio.example.org:9000/x",
     "https://minio.example.org:9000", "/x"},
    {AWS_S3, "eu-central-1", "data", 0, "http://[::1]:9000", "http://[::1]:9000", "/data"},
    {AWS_S3, "eu-central-1", "a.b", 0, "http://[::1]:9000", "http://[::1]:9000", "/a.b"},
    {AWS_SQS, "eu-central-1", NULL, 0, "http://[::1]:9000", "http://[::1]:9000", ""},
    {AWS_S3, "eu-central-1", "data", 0, "https://s3.example.org/", "https://s3.example.org",
     "/data"},
    {AWS_S3, "eu-central-1", "a.b", 0, "https://s3.example.org/", "https://s3.example.org", "/a.b"},
    {AWS_SQS, "eu-central-1", NULL, 0, "https://s3.example.org/", "https://s3.example.org", ""},
    {AWS_S3, "eu-central-1", "data", 0, "HTTPS://S3.example.org", "https://S3.example.org",
     "/data"},
    {AWS_S3, "eu-central-1", "a.b", 0, "HTTPS://S3.example.org", "https://S3.example.org", "/a.b"},
    {AWS_SQS, "eu-central-1", NULL, 0, "HTTPS://S3.example.org", "https://S3.example.org", ""},
    {AWS_S3, "eu-central-1", "data", VIRTUAL_HOST, "https://minio.example.org",
     "https://data.minio.example.org", ""},
    {AWS_S3, "eu-central-1", "data", VIRTUAL_HOST, "https://minio.example.org:9000/x",
     "https://data.minio.example.org:9000", "/x"},
    {AWS_S3, "eu-central-1", "a.b", VIRTUAL_HOST, "https://minio.example.org",
     "https://minio.example.org", "/a.b"},
    {AWS_S3, "eu-central-1", "-ab", VIRTUAL_HOST, "https://minio.example.org",
     "https://minio.example.org", "/-ab"},
    {AWS_S3, "eu-central-1", "data", VIRTUAL_HOST, "http://127.0.0.1:5000", "http://127.0.0.1:5000",
     "/data"},
    {AWS_S3, "eu-central-1", "data", VIRTUAL_HOST, "http://[::1]:9000", "http://[::1]:9000",
     "/data"},
};

static AwsSettings settings_of(int flags, AwsService service, const char *url)
{
    AwsSettings s = {.profile = "default",
                     .region = "mars-1",
                     .region_from = "AWS_REGION",
                     .dualstack = flags & DUALSTACK,
                     .fips = flags & FIPS,
                     .path_style = flags & PATH_STYLE,
                     .virtual_host = flags & VIRTUAL_HOST};
    s.endpoint_url[service] = url;
    return s;
}

static void resolves_as_botocore(void **state)
{
    (void)state;
    static const char *const names[] = {"s3", "sqs", "dynamodb", "sts"};
    for (size_t i = 0; i < CASES(resolutions); i++) {
        const Resolution *r = &resolutions[i];
        AwsSettings s = settings_of(r->flags, r->service, r->url);
        Arena a = {0};
        Error e = {0};
        Endpoint out;
        print_message("%s\n", r->origin);
        assert_ok(
            endpoint_resolve(&s, &(EndpointFor){r->service, r->bucket, r->region}, &a, &out, &e),
            &e);
        assert_string_equal(out.origin, r->origin);
        assert_string_equal(out.path_prefix, r->prefix);
        assert_string_equal(out.region, r->region);
        assert_string_equal(out.signing_name, names[r->service]);
        arena_deinit(&a);
    }
}

static void region_of_the_settings(void **state)
{
    (void)state;
    AwsSettings s = settings_of(0, AWS_S3, NULL);
    Arena a = {0};
    Error e = {0};
    Endpoint out;
    assert_ok(endpoint_resolve(&s, &(EndpointFor){AWS_S3, "data", NULL}, &a, &out, &e), &e);
    assert_string_equal(out.origin, "https://data.s3.mars-1.amazonaws.com");
    assert_string_equal(out.region, "mars-1");
    arena_deinit(&a);
}

/* localhost is a name to botocore; no resolver knows bucket.localhost everywhere. */
static void localhost_has_paths(void **state)
{
    (void)state;
    AwsSettings s = settings_of(VIRTUAL_HOST, AWS_S3, "http://localhost:4566");
    Arena a = {0};
    Error e = {0};
    Endpoint out;
    assert_ok(endpoint_resolve(&s, &(EndpointFor){AWS_S3, "data", "eu-central-1"}, &a, &out, &e),
              &e);
    assert_string_equal(out.origin, "http://localhost:4566");
    assert_string_equal(out.path_prefix, "/data");
    arena_deinit(&a);
}

typedef struct Refusal {
    const char *region, *bucket, *url;
    int flags;
    const char *says;
} Refusal;

static const Refusal refusals[] = {
    {"", "data", NULL, 0, " is no AWS region, as eu-central-1 is one"},
    {"us-east-1.evil.com/", "data", NULL, 0, "us-east-1.evil.com/ is no AWS region"},
    {"a b", "data", NULL, 0, "a b is no AWS region"},
    {"-x", "data", NULL, 0, "-x is no AWS region"},
    {"US-EAST-1", "data", NULL, 0, "US-EAST-1 is no AWS region"},
    {"us-east-1", "ab", NULL, 0, "ab is no name of a bucket: that has 3 to 63"},
    {"us-east-1", "", NULL, 0, " is no name of a bucket"},
    {"us-east-1", "My_Bucket", NULL, 0, "My_Bucket is no name of a bucket"},
    {"us-east-1", "a/b", NULL, 0, "a/b is no name of a bucket"},
    {"us-east-1", "evil.com#", NULL, 0, "evil.com# is no name of a bucket"},
    {"us-east-1", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", NULL, 0,
     "is no name of a bucket"},
    {"us-east-1", "arn:aws:s3:us-west-2:123456789012:accesspoint/x", NULL, 0,
     "ARNs and access points are not supported"},
    {"us-east-1", "data--use1-az4--x-s3", NULL, 0,
     "data--use1-az4--x-s3 is a directory bucket, which is not supported"},
    {"us-east-1", "x--use1-az4--xa-s3", NULL, 0, "is an access point of a directory bucket"},
    {"us-east-1", "x-abcdefghijkl--op-s3", NULL, 0, "is an access point of S3 on Outposts"},
    {"cn-north-1", "data", NULL, FIPS, "S3 has no FIPS endpoint in cn-north-1"},
    {"us-east-1", "data", "https://x.example.org", FIPS,
     "an endpoint URL of one's own and AWS_USE_FIPS_ENDPOINT exclude each other"},
    {"us-east-1", "data", "https://x.example.org", DUALSTACK, "AWS_USE_DUALSTACK_ENDPOINT"},
    {"us-east-1", "data", "localhost:9000", 0, "does not begin with http:// or https://"},
    {"us-east-1", "data", "ftp://localhost", 0, "does not begin with http:// or https://"},
    {"us-east-1", "data", "http://", 0, "its host or port is none"},
    {"us-east-1", "data", "http:///x", 0, "its host or port is none"},
    {"us-east-1", "data", "http://h:0", 0, "its host or port is none"},
    {"us-east-1", "data", "http://h:65536", 0, "its host or port is none"},
    {"us-east-1", "data", "http://h:+1", 0, "its host or port is none"},
    {"us-east-1", "data", "http://h:1x", 0, "its host or port is none"},
    {"us-east-1", "data", "http://[::1", 0, "its host or port is none"},
    {"us-east-1", "data", "http://[h]", 0, "its host or port is none"},
    {"us-east-1", "data", "http://[::1]9", 0, "its host or port is none"},
    {"us-east-1", "data", "http://a%00b", 0, "its host or port is none"},
    {"us-east-1", "data", "http://user:SECRET@h", 0, "a user or password in it is not sent"},
    {"us-east-1", "data", "http://h/\r\nx: y", 0, "blanks or control characters"},
    {"us-east-1", "data", "http://h/#x", 0, "a # in it"},
    {"us-east-1", "data", "http://h/?x=1", 0, "has a query"},
    {"us-east-1", "data", "http://h/%0", 0, "a % in its path that encodes nothing"},
    {"us-east-1", "data", "http://h/%00", 0, "a % in its path that encodes nothing"},
};

static void refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(refusals); i++) {
        const Refusal *r = &refusals[i];
        AwsSettings s = settings_of(r->flags, AWS_S3, r->url);
        Arena a = {0};
        Error e = {0};
        Endpoint out;
        assert_false(
            endpoint_resolve(&s, &(EndpointFor){AWS_S3, r->bucket, r->region}, &a, &out, &e));
        print_message("%s\n", e.message);
        assert_non_null(strstr(e.message, r->says));
        assert_null(strstr(e.message, "SECRET"));
        assert_int_equal(e.kind, ERROR_SETUP);
        arena_deinit(&a);
    }
}

static void refuses_no_region(void **state)
{
    (void)state;
    AwsSettings s = {.profile = "work"};
    Arena a = {0};
    Error e = {0};
    Endpoint out;
    assert_false(endpoint_resolve(&s, &(EndpointFor){AWS_SQS, NULL, NULL}, &a, &out, &e));
    assert_string_equal(e.message, "no AWS region: set AWS_REGION, or region in profile work");
    s.region = "Mars";
    s.region_from = "profile work";
    assert_false(endpoint_resolve(&s, &(EndpointFor){AWS_SQS, NULL, NULL}, &a, &out, &e));
    assert_string_equal(e.message,
                        "Mars, from profile work is no AWS region, as eu-central-1 is one");
    arena_deinit(&a);
}

static void url_parts(void **state)
{
    (void)state;
    Arena a = {0};
    Error e = {0};
    Url u;
    assert_ok(url_read("http://h:80/a%20b/%C3%a9?id=1&x&y=a%26b=c", "it", &a, &u, &e), &e);
    assert_string_equal(u.origin, "http://h:80");
    assert_string_equal(u.path, "/a b/\xc3\xa9");
    assert_int_equal(u.query_count, 3);
    assert_string_equal(u.query[0].name, "id");
    assert_string_equal(u.query[0].value, "1");
    assert_string_equal(u.query[1].name, "x");
    assert_string_equal(u.query[1].value, "");
    assert_string_equal(u.query[2].value, "a&b=c");
    assert_false(url_is_address(&u));
    assert_ok(url_read("https://[FD00:EC2::23]", "it", &a, &u, &e), &e);
    assert_string_equal(u.host, "FD00:EC2::23");
    assert_string_equal(u.path, "");
    assert_true(url_is_address(&u) && u.tls && !url_is_loopback(&u));
    arena_deinit(&a);
}

static const Case cases[] = {
    {"resolves_as_botocore", resolves_as_botocore},
    {"region_of_the_settings", region_of_the_settings},
    {"localhost_has_paths", localhost_has_paths},
    {"refuses", refuses},
    {"refuses_no_region", refuses_no_region},
    {"url_parts", url_parts},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
