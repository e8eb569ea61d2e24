/* fuzz_credentials.c: what files and services say of profiles, credentials and URLs, of any bytes:
 * it is read, or refused with a reason that shows none of it. The first byte says which. */
#include "stores/aws/credentials_provider.h"
#include "stores/aws/endpoint.h"
#include "stores/aws/url.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_of_all)
{
    if (!true_of_all)
        __builtin_trap();
}

static void profile(const char *text, size_t length, Arena *a)
{
    ProfileSection *sections = NULL;
    size_t count = 0;
    Error e = {0};
    if (!profile_parse((StringView){text, length}, "f", a, &sections, &count, &e)) {
        must(e.message[0] && count == 0);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        must(sections[i].name[0]);
        for (size_t k = 0; k < sections[i].key_count; k++)
            must(sections[i].keys[k].key[0] && sections[i].keys[k].value);
    }
    profile_wipe(sections, count);
}

static void reply(const char *text, size_t length, bool process)
{
    CredentialReply r = {
        .from = "it", .token_key = "Token", .kind = ERROR_RETRY, .process = process};
    Credentials c = {0};
    Error e = {0};
    bool good = credentials_from_json(text, length, &r, &c, &e);
    must(good ? c.access_key[0] && c.secret_key[0] : e.message[0] != '\0' && !c.access_key);
    must(good || e.kind == ERROR_RETRY);
    credentials_deinit(&c);
}

/* What is signed and sent has no byte that ends a line. */
static void url(const char *text, Arena *a)
{
    Error e = {0};
    Endpoint out;
    AwsSettings s = {.profile = "p", .region = "eu-central-1", .endpoint_url[AWS_S3] = text};
    Url u;
    if (url_read(text, "it", a, &u, &e))
        must(!strpbrk(u.origin, " \r\n@?#") && (!*u.path || *u.path == '/'));
    if (endpoint_resolve(&s, &(EndpointFor){AWS_S3, "bucket", NULL}, a, &out, &e))
        must(!strpbrk(out.origin, " \r\n@?#"));
    s.endpoint_url[AWS_S3] = NULL;
    if (endpoint_resolve(&s, &(EndpointFor){AWS_S3, text, text}, a, &out, &e))
        must(strncmp(out.origin, "https://", 8) == 0 && !strpbrk(out.origin + 8, " \r\n@?#/:"));
}

static void command(const char *text, Arena *a)
{
    char **words;
    Error e = {0};
    must(credentials_split(text, a, &words, &e) ? words[0] != NULL : e.message[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    Arena a;
    arena_init(&a, 1 << 26);
    char *text = malloc(size);
    must(text != NULL);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    double expires_s;
    switch (data[0]) {
    case 'j':
    case 'p':
        reply(text, size - 1, data[0] == 'p');
        break;
    case 'u':
        url(text, &a);
        break;
    case 'c':
        command(text, &a);
        break;
    case 't':
        must(!credentials_expiry(text, &expires_s) || expires_s == expires_s);
        break;
    default:
        profile(text, size - 1, &a);
    }
    free(text);
    arena_deinit(&a);
    return 0;
}
