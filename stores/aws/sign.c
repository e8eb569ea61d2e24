/* sign.c: Signature Version 4, text by text as the IAM User Guide has them.
 *
 * OpenSSL makes the hashes. Whatever holds a key, the token or the signature is wiped before its
 * memory goes back; their buffers are made large enough at once, because growing leaves copies. */
#include "stores/aws/sign.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HASH_SIZE = 32, HEX_SIZE = 2 * HASH_SIZE + 1, TEXT_MOST = 1 << 24 };

typedef struct Header {
    const char *name, *value;
    size_t place; /* a name that comes twice keeps its order */
} Header;

typedef struct Signing {
    const HttpRequest *request;
    const SignOptions *options;
    const char *token; /* NULL: none */
    char day[sizeof "20150830"], date[sizeof "20150830T123600Z"];
    char body_hash[HEX_SIZE]; /* or UNSIGNED-PAYLOAD */
    bool sends_body_hash;
    Header *headers; /* those that are signed, sorted by name */
    size_t header_count;
    Buffer target, host, names, scope;
} Signing;

static void signing_deinit(Signing *s)
{
    free(s->headers);
    buffer_deinit(&s->target);
    buffer_deinit(&s->host);
    buffer_deinit(&s->names);
    buffer_deinit(&s->scope);
}

static void wipe(Buffer *b)
{
    if (b->bytes)
        explicit_bzero(b->bytes, b->capacity);
    buffer_deinit(b);
}

void signed_deinit(Signed *s)
{
    wipe(&s->texts);
    wipe(&s->canonical_request);
    wipe(&s->string_to_sign);
    *s = (Signed){0};
}

/* Room for `size` bytes, so that what follows does not move. */
static void reserve(Buffer *b, size_t size)
{
    if (size > TEXT_MOST)
        b->failed = true;
    else
        buffer_printf(b, "%*s", (int)size, "");
    if (!b->failed)
        buffer_clear(b);
}

static bool openssl_failed(const char *what, Error *e)
{
    char reason[160];
    ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
    return error_coded(e, ERROR_SETUP, "hash", "OpenSSL cannot compute %s: %s", what, reason);
}

static bool no_memory(Error *e)
{
    return error_coded(e, ERROR_SETUP, "no_memory", "no memory for signing a request");
}

static void to_hex(const unsigned char digest[HASH_SIZE], char out[HEX_SIZE])
{
    for (size_t i = 0; i < HASH_SIZE; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

static bool sha256(const void *bytes, size_t length, char out[HEX_SIZE], Error *e)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (EVP_Digest(length ? bytes : "", length, digest, NULL, EVP_sha256(), NULL) != 1)
        return openssl_failed("SHA-256", e);
    to_hex(digest, out);
    return true;
}

static bool hmac(const void *key, size_t key_size, const char *text, unsigned char out[HASH_SIZE],
                 Error *e)
{
    size_t made = 0;
    if (!EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key, key_size, (const unsigned char *)text,
                   strlen(text), out, HASH_SIZE, &made) ||
        made != HASH_SIZE)
        return openssl_failed("HMAC-SHA-256", e);
    return true;
}

/* The key of a day, a region and a service, and with it the signature. */
static bool sign_text(const Signing *s, const char *text, char out[HEX_SIZE], Error *e)
{
    const SignOptions *o = s->options;
    unsigned char day[HASH_SIZE], region[HASH_SIZE], service[HASH_SIZE], key[HASH_SIZE];
    unsigned char signature[HASH_SIZE];
    Buffer secret = {0};
    reserve(&secret, strlen(o->credentials->secret_key) + sizeof "AWS4");
    buffer_printf(&secret, "AWS4%s", o->credentials->secret_key);
    bool good = secret.failed ? no_memory(e) : hmac(secret.bytes, secret.length, s->day, day, e);
    good = good && hmac(day, sizeof day, o->region, region, e) &&
           hmac(region, sizeof region, o->service, service, e) &&
           hmac(service, sizeof service, "aws4_request", key, e) &&
           hmac(key, sizeof key, text, signature, e);
    wipe(&secret);
    explicit_bzero(day, sizeof day);
    explicit_bzero(region, sizeof region);
    explicit_bzero(service, sizeof service);
    explicit_bzero(key, sizeof key);
    if (good)
        to_hex(signature, out);
    return good;
}

static bool is_signed(const char *name)
{
    static const char *const changed_on_the_way[] = {
        "authorization",     "connection", "expect",
        "transfer-encoding", "user-agent", "x-amzn-trace-id",
    };
    for (size_t i = 0; i < sizeof changed_on_the_way / sizeof *changed_on_the_way; i++)
        if (strcmp(name, changed_on_the_way[i]) == 0)
            return false;
    return true;
}

static int by_name(const void *a, const void *b)
{
    const Header *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->place > y->place) - (x->place < y->place);
}

static void add_header(Signing *s, const char *name, const char *value)
{
    s->headers[s->header_count] = (Header){name, value, s->header_count};
    s->header_count++;
}

static bool collect_headers(Signing *s, Error *e)
{
    enum { OURS = 4 };
    const HttpRequest *r = s->request;
    s->headers = calloc(r->header_count + OURS, sizeof *s->headers);
    http_host(r->origin, &s->host);
    if (!s->headers || s->host.failed)
        return no_memory(e);
    add_header(s, "host", s->host.bytes);
    add_header(s, "x-amz-date", s->date);
    if (s->sends_body_hash)
        add_header(s, "x-amz-content-sha256", s->body_hash);
    if (s->token && !s->options->omit_token)
        add_header(s, "x-amz-security-token", s->token);
    for (size_t i = 0; i < r->header_count; i++)
        if (is_signed(r->headers[i].name))
            add_header(s, r->headers[i].name, r->headers[i].value);
    qsort(s->headers, s->header_count, sizeof *s->headers, by_name);
    for (size_t i = 0; i < s->header_count; i++)
        if (i == 0 || strcmp(s->headers[i].name, s->headers[i - 1].name) != 0)
            buffer_printf(&s->names, "%s%s", i ? ";" : "", s->headers[i].name);
    return s->names.failed ? no_memory(e) : true;
}

/* Without blanks around it, one where there are several. */
static void add_value(Buffer *out, const char *value)
{
    static const char blanks[] = " \t";
    value += strspn(value, blanks);
    while (*value) {
        size_t word = strcspn(value, blanks);
        buffer_append(out, value, word);
        value += word + strspn(value + word, blanks);
        if (*value)
            buffer_char(out, ' ');
    }
}

static void add_headers(const Signing *s, Buffer *out)
{
    for (size_t i = 0; i < s->header_count; i++) {
        const Header *h = &s->headers[i];
        bool again = i > 0 && strcmp(h->name, s->headers[i - 1].name) == 0;
        if (again)
            buffer_char(out, ',');
        else
            buffer_printf(out, "%s%s:", i ? "\n" : "", h->name);
        add_value(out, h->value);
    }
    buffer_char(out, '\n');
}

/* Where the path was before its last segment. */
static char *step_back(const char *path, char *to)
{
    while (to > path && *--to != '/') {
    }
    return to;
}

/* Takes the segments "." and "..", and empty ones, out of a path (RFC 3986, 5.2.4); a slash at its
 * end stays. */
static void normalize(Buffer *path)
{
    char *to = path->bytes;
    const char *from = path->bytes;
    bool slash = path->length > 0 && path->bytes[path->length - 1] == '/';
    while (*from) {
        from += strspn(from, "/");
        size_t length = strcspn(from, "/");
        if (length == 2 && strncmp(from, "..", 2) == 0) {
            to = step_back(path->bytes, to);
        } else if (length > 0 && !(length == 1 && *from == '.')) {
            *to++ = '/'; /* written over slashes and segments that were read */
            memmove(to, from, length);
            to += length;
        }
        from += length;
    }
    if (to == path->bytes || slash)
        *to++ = '/';
    path->length = (size_t)(to - path->bytes);
    *to = '\0';
}

static void add_path(const Signing *s, Buffer *out)
{
    const SignOptions *o = s->options;
    auto_buffer Buffer path = {0};
    buffer_append(&path, s->target.bytes, strcspn(s->target.bytes, "?"));
    if (!path.failed && o->normalize_path && !o->s3)
        normalize(&path);
    if (path.failed)
        out->failed = true;
    else if (o->s3 || o->path_encoded_once)
        buffer_append(out, path.bytes, path.length);
    else
        http_encode(out, path.bytes, path.length, true);
}

static bool write_canonical_request(const Signing *s, Buffer *out, Error *e)
{
    size_t size = 3 * s->target.length + s->names.length + sizeof s->body_hash + 64;
    for (size_t i = 0; i < s->header_count; i++)
        size += strlen(s->headers[i].name) + strlen(s->headers[i].value) + 4;
    reserve(out, size);
    buffer_printf(out, "%s\n", s->request->method);
    add_path(s, out);
    const char *query = strchr(s->target.bytes, '?');
    buffer_printf(out, "\n%s\n", query ? query + 1 : "");
    add_headers(s, out);
    buffer_printf(out, "\n%s\n%s", s->names.bytes, s->body_hash);
    return out->failed ? no_memory(e) : true;
}

static bool write_string_to_sign(const Signing *s, const Buffer *canonical, Buffer *out, Error *e)
{
    char hash[HEX_SIZE];
    if (!sha256(canonical->bytes, canonical->length, hash, e))
        return false;
    buffer_printf(out, "AWS4-HMAC-SHA256\n%s\n%s\n%s", s->date, s->scope.bytes, hash);
    return out->failed ? no_memory(e) : true;
}

/* A header to be sent. The texts have room for all, nothing moves. */
static void send_header(Signed *out, const char *name, const char *value)
{
    if (out->texts.failed)
        return;
    out->headers[out->header_count++] = (HttpPair){name, out->texts.bytes + out->texts.length};
    buffer_append(&out->texts, value, strlen(value) + 1);
}

static bool write_headers(const Signing *s, const char *signature, Signed *out, Error *e)
{
    const char *access_key = s->options->credentials->access_key;
    Buffer authorization = {0};
    size_t size = 160 + strlen(access_key) + s->scope.length + s->names.length + HEX_SIZE;
    reserve(&authorization, size);
    buffer_printf(&authorization,
                  "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s", access_key,
                  s->scope.bytes, s->names.bytes, signature);
    reserve(&out->texts, size + sizeof s->date + HEX_SIZE + (s->token ? strlen(s->token) : 0) + 1);
    send_header(out, "x-amz-date", s->date);
    if (s->sends_body_hash)
        send_header(out, "x-amz-content-sha256", s->body_hash);
    if (s->token)
        send_header(out, "x-amz-security-token", s->token);
    bool good = !authorization.failed && !out->texts.failed;
    if (good)
        send_header(out, "authorization", authorization.bytes);
    wipe(&authorization);
    return good ? true : no_memory(e);
}

/* What goes into a header must not be able to end it. */
static bool check_line(const char *text, const char *what, Error *e)
{
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            return error_coded(e, ERROR_SETUP, "credentials",
                               "the %s has a control character in it; write it anew", what);
    return true;
}

static bool prepare(Signing *s, Error *e)
{
    const SignOptions *o = s->options;
    const Credentials *c = o->credentials;
    struct tm t;
    if (!check_line(c->access_key, "access key", e) ||
        (s->token && !check_line(s->token, "session token", e)))
        return false;
    if (!gmtime_r(&o->now_s, &t) || strftime(s->date, sizeof s->date, "%Y%m%dT%H%M%SZ", &t) == 0)
        return error_coded(e, ERROR_SETUP, "clock",
                           "the clock says a year without four digits; set it");
    snprintf(s->day, sizeof s->day, "%.8s", s->date);
    s->sends_body_hash = o->s3 || o->body_hash_header;
    bool tls = strncmp(s->request->origin, "https://", 8) == 0;
    if (o->s3 && o->unsigned_payload && tls)
        snprintf(s->body_hash, sizeof s->body_hash, "UNSIGNED-PAYLOAD");
    else if (!sha256(s->request->body, s->request->body_size, s->body_hash, e))
        return false;
    http_target(s->request, &s->target);
    buffer_printf(&s->scope, "%s/%s/%s/aws4_request", s->day, o->region, o->service);
    return s->target.failed || s->scope.failed ? no_memory(e) : collect_headers(s, e);
}

bool sign_request(const HttpRequest *r, const SignOptions *o, Signed *out, Error *e)
{
    __attribute__((cleanup(signing_deinit))) Signing s = {.request = r, .options = o};
    __attribute__((cleanup(signed_deinit))) Signed made = {0};
    const char *token = o->credentials->token;
    s.token = token && *token ? token : NULL;
    char signature[HEX_SIZE];
    if (!prepare(&s, e) || !write_canonical_request(&s, &made.canonical_request, e) ||
        !write_string_to_sign(&s, &made.canonical_request, &made.string_to_sign, e) ||
        !sign_text(&s, made.string_to_sign.bytes, signature, e) ||
        !write_headers(&s, signature, &made, e))
        return false;
    *out = made;
    made = (Signed){0};
    return true;
}
