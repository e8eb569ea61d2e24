/* fault.c: a reply that refuses, read. */
#include "stores/aws/fault.h"

#include "core/json_tree.h"
#include "core/text.h"
#include "stores/aws/fault_codes.h"
#include "stores/aws/xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No service's refusal is nearly as long. */
static const size_t body_most = 1 << 20;

static const char blanks[] = " \t\r\n";

/* What a word is made of; the rest of `text` is cut off. */
static void set_word(char *out, size_t size, const char *text, const char *letters)
{
    if (out[0] == '\0')
        snprintf(out, size, "%.*s", (int)strspn(text, letters), text);
}

/* "com.amazonaws.sqs#QueueDoesNotExist", "ResourceNotFoundException:http://...". */
static void set_code(AwsFault *f, const char *text)
{
    const char *name = strchr(text, '#');
    set_word(f->code, sizeof f->code, name ? name + 1 : text,
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
}

static void set_region(AwsFault *f, const char *text)
{
    set_word(f->region, sizeof f->region, text, "abcdefghijklmnopqrstuvwxyz0123456789-");
}

static void set_request_id(AwsFault *f, const char *text)
{
    set_word(f->request_id, sizeof f->request_id, text,
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+/= ");
}

/* A service that finds a signature wrong says what it has signed itself, the token in it. */
static void cut_secrets(char *text)
{
    static const char *const begins[] = {
        "The Canonical String", "Canonical String", "String-to-Sign",       "Authorization=",
        "AWS4-HMAC-SHA256",     "X-Amz-Signature",  "X-Amz-Security-Token",
    };
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        char *found = strcasestr(text, begins[i]);
        if (found)
            *found = '\0';
    }
}

/* In one line, without what could talk to a terminal. */
static void set_message(AwsFault *f, const char *text)
{
    auto_buffer Buffer line = {0}, printable = {0};
    for (const char *word = text + strspn(text, blanks); *word && f->message[0] == '\0';) {
        size_t length = strcspn(word, blanks);
        buffer_append(&line, word, length);
        word += length + strspn(word + length, blanks);
        buffer_string(&line, *word ? " " : "");
    }
    if (line.failed || line.length == 0)
        return;
    cut_secrets(line.bytes);
    text_printable(&printable, line.bytes, strlen(line.bytes));
    if (printable.failed || printable.length == 0)
        return;
    size_t most = sizeof f->message - 1;
    size_t length = printable.length < most ? printable.length : most;
    length = text_valid_utf8(printable.bytes, length);
    while (length > 0 && strchr(" .", printable.bytes[length - 1]))
        length--;
    snprintf(f->message, sizeof f->message, "%.*s", (int)length, printable.bytes);
}

/* <Error><Code> of S3, <ErrorResponse><Error><Code> of STS. */
static bool on_element(void *context, const char *path, const char *text, size_t length, Error *e)
{
    (void)length, (void)e;
    AwsFault *f = context;
    const char *name = strrchr(path, '/');
    if (!name)
        return true;
    size_t above = (size_t)(name - path);
    bool in_error = above >= 5 && strncmp(name - 5, "Error", 5) == 0;
    if (in_error && strcmp(name, "/Code") == 0)
        set_code(f, text);
    else if (in_error && strcmp(name, "/Message") == 0)
        set_message(f, text);
    else if (in_error && strcmp(name, "/Region") == 0)
        set_region(f, text);
    else if (strcmp(name, "/RequestId") == 0)
        set_request_id(f, text);
    return true;
}

/* A transaction is worth another attempt only if all that stopped it passes by itself. */
static AwsVerdict cancelled(const JsonNode *body)
{
    AwsVerdict v = AWS_REFUSED;
    const JsonNode *reasons = json_tree_member(body, "CancellationReasons");
    for (const JsonNode *n = json_tree_first(reasons); n; n = json_tree_next(n)) {
        const char *code = json_tree_member_text(n, "Code");
        if (!code || strcmp(code, "None") == 0)
            continue;
        bool throttled = strcmp(code, "ProvisionedThroughputExceeded") == 0 ||
                         strcmp(code, "ThrottlingError") == 0;
        if (!throttled && strcmp(code, "TransactionConflict") != 0)
            return AWS_REFUSED;
        if (v != AWS_SLOW_DOWN)
            v = throttled ? AWS_SLOW_DOWN : AWS_TRANSIENT;
    }
    return v;
}

static void read_json(const char *bytes, size_t length, AwsFault *f, AwsVerdict *transaction)
{
    auto_json JsonNode *body = NULL;
    Error ignored;
    if (length > body_most || !json_tree_read(bytes, length, &body, &ignored))
        return;
    static const char *const codes[] = {"__type", "code", "Code"};
    static const char *const messages[] = {"message", "Message"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (json_tree_member_text(body, codes[i]))
            set_code(f, json_tree_member_text(body, codes[i]));
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        if (json_tree_member_text(body, messages[i]))
            set_message(f, json_tree_member_text(body, messages[i]));
    if (strcmp(f->code, "TransactionCanceledException") == 0)
        *transaction = cancelled(body);
}

/* Behind the blanks that keep a connection alive; a body is looked at as what it is, not as what
 * its service speaks: proxies and gateways answer, too. */
static void read_body(const Buffer *body, AwsFault *f, AwsVerdict *transaction)
{
    if (!body->bytes)
        return;
    size_t skip = strspn(body->bytes, blanks), length = body->length - skip;
    const char *bytes = body->bytes + skip;
    Error ignored;
    if (*bytes == '{')
        read_json(bytes, length, f, transaction);
    else if (*bytes == '<' &&
             !xml_read(bytes, length < body_most ? length : body_most, on_element, f, &ignored))
        return; /* what came before the fault is in f */
}

static void read_headers(const HttpCall *c, AwsFault *f)
{
    const char *region = http_header(c, "x-amz-bucket-region");
    const char *code = http_header(c, "x-amzn-errortype"), *id = http_header(c, "x-amz-request-id");
    const char *id2 = http_header(c, "x-amz-id-2");
    if (!id)
        id = http_header(c, "x-amzn-requestid");
    char ids[sizeof f->request_id];
    snprintf(ids, sizeof ids, "%s%s%s", id ? id : "", id && id2 ? " " : "", id2 ? id2 : "");
    set_request_id(f, ids);
    if (region)
        set_region(f, region);
    if (code)
        set_code(f, code);
}

/* Whether the root of S3's body is <Error>, without reading a long list for it. */
static bool says_error(const Buffer *body)
{
    static const char root[] = "<Error";
    const char *at = body->bytes;
    if (!at)
        return false;
    at += strspn(at, blanks);
    if (strncmp(at, "<?xml", 5) == 0) {
        const char *end = strstr(at, "?>");
        at = end ? end + 2 : "";
        at += strspn(at, blanks);
    }
    return strncmp(at, root, sizeof root - 1) == 0 && strspn(at + sizeof root - 1, "> \t\r\n/") > 0;
}

static AwsVerdict without_reply(const HttpCall *c)
{
    bool passes = c->error.kind == ERROR_RETRY && strcmp(c->error.code, "stopped") != 0;
    return passes ? AWS_TRANSIENT : AWS_REFUSED;
}

static AwsVerdict judge(const AwsFault *f)
{
    AwsVerdict v = fault_meaning(f->status, f->code).verdict;
    /* the reply to a HEAD has no body that could say it */
    if (f->status == 400 && f->code[0] == '\0' && f->region[0])
        return AWS_OTHER_REGION;
    if (v == AWS_OTHER_REGION && f->region[0] == '\0')
        return AWS_REFUSED;
    /* SQS, DynamoDB and STS have no code of its own for it */
    bool signature = strcmp(f->code, "SignatureDoesNotMatch") == 0 ||
                     strcmp(f->code, "InvalidSignatureException") == 0;
    if (signature && (strstr(f->message, "Signature expired") ||
                      strstr(f->message, "Signature not yet current")))
        return AWS_WRONG_CLOCK;
    return v;
}

AwsVerdict fault_read(const HttpCall *c, AwsService service, AwsFault *out)
{
    *out = (AwsFault){.status = c->status};
    if (c->status == 0)
        return without_reply(c);
    bool good = c->status >= 200 && c->status < 300;
    if (good && !(service == AWS_S3 && says_error(&c->body)))
        return AWS_DONE;
    AwsVerdict transaction = AWS_DONE;
    read_headers(c, out);
    read_body(&c->body, out, &transaction);
    const char *old = http_header(c, "x-amzn-query-error"); /* what SQS said before it spoke JSON */
    if (old)
        set_code(out, old);
    return transaction != AWS_DONE ? transaction : judge(out);
}
