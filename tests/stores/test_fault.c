/* test_fault.c: replies that refuse. The table is tests/cases/faults/replies.json: bodies and codes
 * as the API references of S3, SQS, DynamoDB and STS have them, verdicts as botocore's retry
 * handlers give them. */
#include "stores/aws/fault.h"

#include "core/json_tree.h"
#include "tests/support/cases.h"

#include <stdio.h>
#include <string.h>

#define S3(code, message)                                                                          \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" code "</Code><Message>" message    \
    "</Message><Resource>/b/k</Resource><RequestId>4442587FB7D0A2F9</RequestId></Error>"

typedef struct Reply {
    AwsService service;
    int status;
    const char *headers[3];
    const char *body;
} Reply;

static HttpCall call_of(const Reply *r)
{
    HttpCall c = {.status = r->status};
    for (size_t i = 0; i < CASES(r->headers) && r->headers[i]; i++)
        buffer_append(&c.headers, r->headers[i], strlen(r->headers[i]) + 1);
    if (r->body)
        buffer_string(&c.body, r->body);
    return c;
}

static void forget(HttpCall *c)
{
    buffer_deinit(&c->headers);
    buffer_deinit(&c->body);
}

/* The place of a word in a list. */
static int place(const char *word, const char *const *words, int count)
{
    for (int i = 0; word && i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    fail_msg("what is %s?", word ? word : "missing");
    return -1;
}

/* A member that is left out is "". */
static const char *text(const JsonNode *row, const char *key)
{
    const char *value = json_tree_member_text(row, key);
    return value ? value : "";
}

static void check_line(const JsonNode *row, const AwsFault *f, AwsVerdict v)
{
    static const char *const kinds[] = {"none", "data", "retry", "setup"};
    const char *word = json_tree_member_text(row, "word");
    assert_int_equal(word == NULL, v == AWS_DONE);
    if (!word)
        return;
    Error e = {0};
    assert_false(fault_error(f, v, NULL, "s3://b/k: reading", &e));
    assert_string_equal(e.code, word);
    assert_int_equal(e.kind, place(text(row, "kind"), kinds, CASES(kinds)));
    assert_ptr_equal(strstr(e.message, "s3://b/k: reading: "), e.message);
    assert_null(strchr(e.message, '\n'));
}

static void check_row(const JsonNode *row)
{
    static const char *const services[] = {"s3", "sqs", "dynamodb", "sts"};
    static const char *const verdicts[] = {"done",        "refused", "transient",   "slow_down",
                                           "wrong_clock", "expired", "other_region"};
    double status = 0;
    assert_true(json_tree_number(json_tree_member(row, "status"), &status));
    Reply r = {.service = (AwsService)place(text(row, "service"), services, CASES(services)),
               .status = (int)status,
               .body = json_tree_member_text(row, "body")};
    size_t count = 0;
    const JsonNode *header = json_tree_first(json_tree_member(row, "headers"));
    for (; header && count < CASES(r.headers); header = json_tree_next(header))
        r.headers[count++] = json_tree_text(header);
    HttpCall c = call_of(&r);
    AwsFault f;
    AwsVerdict v = fault_read(&c, r.service, &f);
    assert_int_equal(v, place(text(row, "verdict"), verdicts, CASES(verdicts)));
    assert_int_equal(f.status, r.status);
    assert_string_equal(f.code, text(row, "code"));
    assert_string_equal(f.message, text(row, "message"));
    assert_string_equal(f.region, text(row, "region"));
    check_line(row, &f, v);
    forget(&c);
}

static void replies(void **state)
{
    (void)state;
    auto_buffer Buffer file = {0};
    auto_json JsonNode *rows = NULL;
    Error e = {0};
    FILE *f = fopen(TESTS "/cases/faults/replies.json", "rb");
    assert_non_null(f);
    char bytes[4096];
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, f)) > 0;)
        buffer_append(&file, bytes, n);
    fclose(f);
    assert_ok(json_tree_read(file.bytes, file.length, &rows, &e), &e);
    size_t count = 0;
    for (const JsonNode *row = json_tree_first(rows); row; row = json_tree_next(row), count++) {
        print_message("%s %s\n", text(row, "service"), text(row, "name"));
        check_row(row);
    }
    assert_int_equal(count, 71);
}

static void request_ids(void **state)
{
    (void)state;
    static const struct {
        const char *headers[3], *body, *id;
    } table[] = {
        {{"x-amz-request-id: A1", "x-amz-id-2: b/+2="}, S3("NoSuchKey", "m"), "A1 b/+2="},
        {{"x-amzn-requestid: 6f-7"}, "{}", "6f-7"},
        {{0}, S3("NoSuchKey", "m"), "4442587FB7D0A2F9"},
        {{"x-amz-request-id: A\x1b[1m"}, "", "A"},
    };
    for (size_t i = 0; i < CASES(table); i++) {
        Reply r = {.status = 404, .body = table[i].body};
        memcpy(r.headers, table[i].headers, sizeof r.headers);
        HttpCall c = call_of(&r);
        AwsFault f;
        assert_int_equal(fault_read(&c, AWS_S3, &f), AWS_REFUSED);
        assert_string_equal(f.request_id, table[i].id);
        forget(&c);
    }
}

/* What a person reads, whole. */
static void lines(void **state)
{
    (void)state;
    static const struct {
        AwsFault fault;
        AwsVerdict verdict;
        const char *line;
    } table[] = {
        {{403, "AccessDenied", "Access Denied", "A1", ""},
         AWS_REFUSED,
         "s3://b/p: listing: access denied (403 AccessDenied): Access Denied; the policies of "
         "these "
         "credentials or of the bucket do not allow it; request id A1"},
        {{404, "NoSuchBucket", "The specified bucket does not exist", "", ""},
         AWS_REFUSED,
         "s3://b/p: listing: no such bucket (404 NoSuchBucket): The specified bucket does not "
         "exist; check its name and AWS_ENDPOINT_URL"},
        {{404, "", "", "", ""}, AWS_REFUSED, "s3://b/p: listing: no such key (404)"},
        {{404, "XAdminUserNotFound", "No user exists with the provided access key ID", "", ""},
         AWS_REFUSED,
         "s3://b/p: listing: refused (404 XAdminUserNotFound): No user exists with the provided "
         "access key ID"},
        {{301, "PermanentRedirect", "", "", "eu-west-1"},
         AWS_OTHER_REGION,
         "s3://b/p: listing: wrong region (301 PermanentRedirect); set AWS_REGION=eu-west-1"},
        {{503, "SlowDown", "Please reduce your request rate", "", ""},
         AWS_SLOW_DOWN,
         "s3://b/p: listing: the service asks for fewer requests (503 SlowDown): Please reduce "
         "your request rate; try again later or with fewer workers"},
        {{400, "ExpiredToken", "", "", ""},
         AWS_EXPIRED,
         "s3://b/p: listing: the credentials have expired (400 ExpiredToken); get new ones"},
    };
    for (size_t i = 0; i < CASES(table); i++) {
        Error e = {0};
        assert_false(fault_error(&table[i].fault, table[i].verdict, NULL, "s3://b/p: listing", &e));
        assert_string_equal(e.message, table[i].line);
    }
}

/* The longest of everything: what was asked and what to do are still there, in one line. */
static void long_line(void **state)
{
    (void)state;
    AwsFault f = {.status = 403, .code = "AccessDenied"};
    char what[1100] = "s3://bucket/";
    memset(f.message, 'm', sizeof f.message - 1);
    memset(f.request_id, 'r', sizeof f.request_id - 1);
    size_t used = strlen(what);
    memset(what + used, '\n', 1000);
    snprintf(what + used + 1000, sizeof what - used - 1000, "end: reading");
    Error e = {0};
    assert_false(fault_error(&f, AWS_REFUSED, NULL, what, &e));
    assert_non_null(strstr(e.message, "s3://bucket/\\n"));
    assert_non_null(strstr(e.message, "end: reading: access denied (403 AccessDenied): mmm"));
    assert_non_null(strstr(e.message, "do not allow it"));
    assert_null(strchr(e.message, '\n'));
}

static void without_reply(void **state)
{
    (void)state;
    static const struct {
        Error error;
        AwsVerdict verdict;
        const char *code, *message;
    } table[] = {
        {{ERROR_RETRY, "connect", "", "h:443 refuses"},
         AWS_TRANSIENT,
         "network",
         "w: h:443 refuses"},
        {{ERROR_RETRY, "timeout", "", "t"}, AWS_TRANSIENT, "network", "w: t"},
        {{ERROR_RETRY, "short_body", "", "s"}, AWS_TRANSIENT, "network", "w: s"},
        {{ERROR_RETRY, "stopped", "", "s"}, AWS_REFUSED, "stopped", "w: s"},
        {{ERROR_SETUP, "tls", "", "certificate"}, AWS_REFUSED, "tls", "w: certificate"},
        {{ERROR_DATA, "checksum", "byte 5", "c"}, AWS_REFUSED, "checksum", "w: c"},
    };
    for (size_t i = 0; i < CASES(table); i++) {
        HttpCall c = {.error = table[i].error};
        AwsFault f;
        Error e = {0};
        AwsVerdict v = fault_read(&c, AWS_S3, &f);
        assert_int_equal(v, table[i].verdict);
        assert_false(fault_error(&f, v, &c.error, "w", &e));
        assert_int_equal(e.kind, table[i].error.kind);
        assert_string_equal(e.code, table[i].code);
        assert_string_equal(e.message, table[i].message);
        assert_string_equal(e.place, table[i].error.place);
    }
    AwsFault none = {0};
    Error e = {0};
    assert_false(fault_error(&none, AWS_TRANSIENT, NULL, "w", &e));
    assert_string_equal(e.code, "network");
}

/* Services repeat what they have signed, the token and the header Authorization with it. */
static void secrets(void **state)
{
    (void)state;
    static const Reply table[] = {
        {.service = AWS_DYNAMODB,
         .status = 400,
         .body = "{\"__type\":\"x#InvalidSignatureException\",\"message\":\"The request signature "
                 "we calculated does not match.\\n\\nThe Canonical String for this request should "
                 "have been\\n'POST\\n/\\n\\nhost:h\\nx-amz-security-token:HIDDEN\\n'\"}"},
        {.service = AWS_SQS,
         .status = 403,
         .body = "{\"message\":\"Authorization header requires 'Signature'. "
                 "Authorization=AWS4-HMAC-SHA256 HIDDEN\"}"},
        {.service = AWS_S3,
         .status = 403,
         .body = "<Error><Code>InvalidToken</Code><Message>m</Message><Token-0>HIDDEN</Token-0>"
                 "<StringToSign>HIDDEN</StringToSign></Error>"},
        {.service = AWS_S3,
         .status = 403,
         .body = "<Error><Message>https://h/?x-amz-signature=HIDDEN</Message></Error>"},
        {.service = AWS_STS,
         .status = 403,
         .body = "<E><Error><Message>GET /?X-Amz-Security-Token=HIDDEN</Message></Error></E>"},
    };
    for (size_t i = 0; i < CASES(table); i++) {
        HttpCall c = call_of(&table[i]);
        AwsFault f;
        Error e = {0};
        AwsVerdict v = fault_read(&c, table[i].service, &f);
        assert_false(fault_error(&f, v, NULL, "w", &e));
        assert_null(strstr(f.message, "HIDDEN"));
        assert_null(strstr(e.message, "HIDDEN"));
        assert_null(memmem(&f, sizeof f, "HIDDEN", 6));
        forget(&c);
    }
}

static const Case cases[] = {
    {"replies", replies},     {"lines", lines},
    {"long_line", long_line}, {"without_reply", without_reply},
    {"secrets", secrets},     {"request_ids", request_ids},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
