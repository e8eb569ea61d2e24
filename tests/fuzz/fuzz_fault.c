/* fuzz_fault.c: replies of any bytes. The first byte chooses service and status, the rest is the
 * body, and once more a header. Whatever comes, there is one printable line for it. */
#include "stores/aws/fault.h"
#include "stores/aws/xml.h"

#include "core/text.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool element(void *context, const char *path, const char *text, size_t length, Error *e)
{
    (void)context, (void)e;
    if (strlen(path) == 0 || text[length] != '\0')
        __builtin_trap();
    return true;
}

static void check(const HttpCall *c, AwsService service)
{
    AwsFault f;
    Error e = {0};
    AwsVerdict v = fault_read(c, service, &f);
    if (v == AWS_OTHER_REGION && !f.region[0])
        __builtin_trap();
    if (v == AWS_DONE)
        return;
    if (fault_error(&f, v, &c->error, "s3://bucket/key: reading", &e))
        __builtin_trap();
    if (e.kind == ERROR_NONE || !e.code[0] || strchr(e.message, '\n') ||
        text_valid_utf8(e.message, strlen(e.message)) != strlen(e.message))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = {200, 301, 400, 403, 404, 500, 503, 0};
    static const char *const names[] = {"x-amz-bucket-region", "x-amzn-errortype", "x-amz-id-2",
                                        "x-amzn-query-error"};
    if (size == 0)
        return 0;
    HttpCall c = {.status = statuses[data[0] % 8]};
    buffer_append(&c.body, data + 1, size - 1);
    buffer_printf(&c.headers, "%s: %.200s", names[data[0] / 8 % 4], c.body.bytes);
    buffer_char(&c.headers, '\0');
    for (AwsService s = AWS_S3; s < AWS_SERVICES; s++)
        check(&c, s);
    Error e = {0};
    if (!xml_read(c.body.bytes, c.body.length, element, NULL, &e) && !e.message[0])
        __builtin_trap();
    buffer_deinit(&c.body);
    buffer_deinit(&c.headers);
    return 0;
}
