/* credentials_reply.c: what providers have in common: keys that are checked, copied and wiped. */
#include "stores/aws/credentials_provider.h"

#include "core/clock.h"
#include "core/json_tree.h"
#include "core/time.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { KEY_MOST = 16384, TOKEN_FILE_MOST = 32768 };

static void drop(char *text)
{
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
}

void credentials_deinit(Credentials *c)
{
    drop(c->access_key);
    drop(c->secret_key);
    drop(c->token);
    *c = (Credentials){0};
}

void credentials_wipe(Buffer *b)
{
    if (b->bytes)
        explicit_bzero(b->bytes, b->capacity);
    buffer_deinit(b);
}

double credentials_now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

bool credentials_pause(const CredentialSearch *c, double s)
{
    double end = monotonic_s() + s;
    while (!(c->stop && atomic_load(c->stop)) && monotonic_s() < end)
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    return !(c->stop && atomic_load(c->stop));
}

static bool check_key(const char *text, const char *what, const char *from, Error *e)
{
    if (!text || !*text)
        return error_coded(e, ERROR_SETUP, "credentials", "%s: no %s", from, what);
    size_t length = strnlen(text, KEY_MOST + 1);
    if (length > KEY_MOST)
        return error_coded(e, ERROR_SETUP, "credentials", "%s: the %s is too long", from, what);
    for (size_t i = 0; i < length; i++)
        if (text[i] <= ' ' || text[i] >= 0x7f)
            return error_coded(e, ERROR_SETUP, "credentials",
                               "%s: the %s has a blank, a line end or another character that no "
                               "key has",
                               from, what);
    return true;
}

bool credentials_make(const CredentialTexts *t, Credentials *out, Error *e)
{
    const char *token = t->token && *t->token ? t->token : NULL;
    if (!check_key(t->access_key, "access key", t->from, e) ||
        !check_key(t->secret_key, "secret key", t->from, e) ||
        (token && !check_key(token, "session token", t->from, e)))
        return false;
    Credentials c = {.access_key = strdup(t->access_key),
                     .secret_key = strdup(t->secret_key),
                     .token = token ? strdup(token) : NULL};
    if (c.access_key && c.secret_key && (c.token || !token)) {
        *out = c;
        return true;
    }
    credentials_deinit(&c);
    return error_coded(e, ERROR_RETRY, "no_memory", "%s: out of memory", t->from);
}

bool credentials_expiry(const char *text, double *out_s)
{
    Timestamp t;
    if (!timestamp_parse_iso(text, strlen(text), &t) || !t.has_clock)
        return false;
    *out_s = (double)t.instant.seconds;
    return true;
}

bool credentials_are_fresh(const Credentials *c, const CredentialReply *r, Error *e)
{
    if (c->expires_s == 0 || c->expires_s > credentials_now_s())
        return true;
    char text[INSTANT_TEXT_SIZE];
    instant_to_text(text, (Instant){.seconds = (int64_t)c->expires_s},
                    CALENDAR_PROLEPTIC_GREGORIAN);
    return error_coded(e, r->kind, "credentials",
                       "%s gives credentials that expired at %s; if that is to come, the clock "
                       "here is wrong",
                       r->from, text);
}

static bool bad_reply(const CredentialReply *r, Error *e, const char *what)
{
    return error_coded(e, r->kind, "credentials", "%s: %s", r->from, what);
}

static bool read_object(const JsonNode *n, const CredentialReply *r, Credentials *out, Error *e)
{
    double version = 0, expires_s = 0;
    if (!json_tree_is_object(n))
        return bad_reply(r, e, "its reply is no JSON object");
    if (r->process && (!json_tree_number(json_tree_member(n, "Version"), &version) || version != 1))
        return bad_reply(r, e, "its reply has no \"Version\": 1");
    const char *expires = json_tree_member_text(n, "Expiration");
    if (!expires && !r->process)
        return bad_reply(r, e, "its reply has no Expiration");
    if (expires && !credentials_expiry(expires, &expires_s))
        return bad_reply(r, e, "its reply has an Expiration that is no time in ISO 8601");
    if (expires && expires_s <= 0)
        return bad_reply(r, e, "its reply has an Expiration before 1970");
    CredentialTexts texts = {.access_key = json_tree_member_text(n, "AccessKeyId"),
                             .secret_key = json_tree_member_text(n, "SecretAccessKey"),
                             .token = json_tree_member_text(n, r->token_key),
                             .from = r->from};
    if (!credentials_make(&texts, out, e)) {
        e->kind = e->kind == ERROR_SETUP ? r->kind : e->kind;
        return false;
    }
    out->expires_s = expires_s;
    return true;
}

bool credentials_from_json(const char *text, size_t length, const CredentialReply *r,
                           Credentials *out, Error *e)
{
    JsonNode *tree = NULL;
    if (!json_tree_read(text, length, &tree, e)) {
        e->kind = r->kind;
        return error_wrap(e, "%s", r->from);
    }
    bool good = read_object(tree, r, out, e);
    json_tree_free(tree);
    return good;
}

bool credentials_read_token(const char *path, Buffer *out, Error *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(e, ERROR_SETUP, errno, "%s", path);
    char bytes[4096];
    ssize_t got = 1;
    while (got > 0 && out->length <= TOKEN_FILE_MOST && !out->failed) {
        got = read(fd, bytes, sizeof bytes);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            buffer_append(out, bytes, (size_t)got);
    }
    explicit_bzero(bytes, sizeof bytes);
    int error = got < 0 ? errno : out->failed ? ENOMEM : 0;
    close(fd);
    if (error)
        return error_errno(e, ERROR_SETUP, error, "%s", path);
    if (out->length == 0 || out->length > TOKEN_FILE_MOST || memchr(out->bytes, 0, out->length))
        return error_coded(e, ERROR_SETUP, "credentials", "%s: %s", path,
                           out->length == 0                ? "it is empty"
                           : out->length > TOKEN_FILE_MOST ? "too large for a token"
                                                           : "a NUL byte: this is no token");
    return true;
}
