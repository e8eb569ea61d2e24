/* credentials_instance.c: the role of an EC2 instance, from its metadata service (IMDSv2).
 *
 * "Use the Instance Metadata Service", EC2 User Guide. There is no way back to version 1. */
#include "stores/aws/credentials_provider.h"

#include "stores/aws/url.h"

#include "core/json_tree.h"
#include "core/text.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum { TIMEOUT_S = 1, SESSION_S = 21600, BODY_MOST = 65536, NAME_MOST = 256 };
/* Credentials of an outage: these go on to be used, and are asked for again after a while. */
enum { STALE_S = 15 * 60, STALE_MORE_LEAST_S = 2 * 60, STALE_MORE_MOST_S = 10 * 60 };

static const char roles[] = "/latest/meta-data/iam/security-credentials/";

static bool applies(const AwsSettings *s, Buffer *why)
{
    (void)s;
    const char *disabled = settings_environment("AWS_EC2_METADATA_DISABLED");
    if (!disabled || !text_equal_nocase(disabled, "true"))
        return true;
    buffer_string(why, "instance metadata is switched off (AWS_EC2_METADATA_DISABLED)");
    return false;
}

/* The service of this search. */
typedef struct Service {
    CredentialSearch *search;
    Arena *arena;
    Url url;
} Service;

static const char *find(const AwsSettings *s, const char *variable, const char *key)
{
    const char *value = settings_environment(variable);
    if (!value)
        value = settings_profile_key(s, key);
    return value && *value ? value : NULL;
}

static bool find_service(CredentialSearch *c, Arena *a, Service *out, Error *e)
{
    const char *url =
        find(c->settings, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
    const char *mode = find(c->settings, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
                            "ec2_metadata_service_endpoint_mode");
    bool six = mode && text_equal_nocase(mode, "IPv6");
    if (mode && !six && !text_equal_nocase(mode, "IPv4"))
        return error_coded(e, ERROR_SETUP, "credentials",
                           "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is %.32s, but is IPv4 or IPv6",
                           mode);
    if (!url)
        url = six ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
    *out = (Service){.search = c, .arena = a};
    return url_read(url, "AWS_EC2_METADATA_SERVICE_ENDPOINT", a, &out->url, e);
}

/* False where there is no reply. */
static bool ask(const Service *s, const char *method, const char *path, HttpPair header,
                HttpCall *call, Error *e)
{
    size_t base = strlen(s->url.path);
    while (base > 0 && s->url.path[base - 1] == '/')
        base--;
    *call = (HttpCall){.total_s = TIMEOUT_S, .no_proxy = true};
    const char *whole = arena_printf(s->arena, "%.*s%s", (int)base, s->url.path, path);
    if (!whole) {
        arena_full(s->arena, e);
        return false;
    }
    HttpRequest request = {.method = method,
                           .origin = s->url.origin,
                           .path = whole,
                           .headers = &header,
                           .header_count = 1};
    return http_exchange(s->search->http, &request, call, e);
}

static bool absent(const Service *s, Error *e, const char *what)
{
    return error_coded(e, ERROR_SETUP, CREDENTIALS_ABSENT, "instance metadata %s (%.100s)", what,
                       s->url.host);
}

static bool odd(const Service *s, Error *e, const char *what, int status)
{
    return error_coded(e, ERROR_RETRY, "credentials",
                       "instance metadata (%.100s): asked for %s it answers %d", s->url.host, what,
                       status);
}

/* A body that is a name or a token: one line of printable bytes. */
static bool take_line(const HttpCall *call, char *out, size_t size)
{
    size_t length = call->body.length;
    while (length > 0 && strchr("\r\n", call->body.bytes[length - 1]))
        length--;
    if (length == 0 || length >= size)
        return false;
    for (size_t i = 0; i < length; i++)
        if (call->body.bytes[i] <= ' ' || call->body.bytes[i] >= 0x7f)
            return false;
    memcpy(out, call->body.bytes, length);
    out[length] = '\0';
    return true;
}

static bool begin_session(const Service *s, Error *e)
{
    HttpCall call;
    Error transport = {0};
    CredentialSearch *c = s->search;
    bool there =
        ask(s, "PUT", "/latest/api/token",
            (HttpPair){"x-aws-ec2-metadata-token-ttl-seconds", "21600"}, &call, &transport);
    bool good = false;
    if (!there)
        absent(s, e, "does not answer");
    else if (call.status == 403)
        absent(s, e, "is switched off for this instance");
    else if (call.status == 404 || call.status == 405)
        absent(s, e, "has no version 2");
    else if (call.status != 200)
        odd(s, e, "a token", call.status);
    else
        good = take_line(&call, c->session, sizeof c->session) ||
               error_coded(e, ERROR_RETRY, "credentials",
                           "instance metadata (%.100s): its token is none", s->url.host);
    http_call_deinit(&call);
    return good;
}

/* Any reply but 401, which begins a new session once. */
static bool get(const Service *s, const char *path, HttpCall *call, Error *e)
{
    CredentialSearch *c = s->search;
    for (int i = 0; i < 2; i++) {
        if (!c->session[0] && !begin_session(s, e))
            return false;
        Error transport = {0};
        if (!ask(s, "GET", path, (HttpPair){"x-aws-ec2-metadata-token", c->session}, call,
                 &transport)) {
            http_call_deinit(call);
            return error_coded(e, ERROR_RETRY, "credentials",
                               "instance metadata (%.100s) does not answer any more: %.200s",
                               s->url.host, transport.message);
        }
        if (call->status != 401)
            return true;
        explicit_bzero(c->session, sizeof c->session);
        http_call_deinit(call);
    }
    return error_coded(e, ERROR_RETRY, "credentials",
                       "instance metadata (%.100s) refuses the token that it has just given",
                       s->url.host);
}

static bool find_role(const Service *s, char role[NAME_MOST], Error *e)
{
    HttpCall call;
    if (!get(s, roles, &call, e))
        return false;
    bool good = false;
    if (call.status == 404 || (call.status == 200 && call.body.length == 0))
        absent(s, e, "knows no role of this instance");
    else if (call.status != 200)
        odd(s, e, "the role", call.status);
    else
        good = take_line(&call, role, NAME_MOST) ||
               error_coded(e, ERROR_RETRY, "credentials",
                           "instance metadata (%.100s): its role's name is none", s->url.host);
    http_call_deinit(&call);
    return good;
}

/* {"Code": "Success", ...}; another code says why there are none. */
static bool check_code(const HttpCall *call, const char *from, Error *e)
{
    JsonNode *tree = NULL;
    if (!json_tree_read(call->body.bytes ? call->body.bytes : "", call->body.length, &tree, e)) {
        e->kind = ERROR_RETRY;
        return error_wrap(e, "%s", from);
    }
    const char *code = json_tree_member_text(tree, "Code");
    bool good = code && strcmp(code, "Success") == 0;
    if (!good) {
        auto_buffer Buffer shown = {0};
        buffer_string(&shown, "");
        text_printable(&shown, code ? code : "none", code ? strnlen(code, 64) : 4);
        error_coded(e, ERROR_RETRY, "credentials",
                    "%s: no credentials, Code is %s; may EC2 assume the role?", from,
                    shown.bytes ? shown.bytes : "");
    }
    json_tree_free(tree);
    return good;
}

static void extend_stale(Credentials *c)
{
    double now_s = credentials_now_s();
    if (c->expires_s > now_s + STALE_S)
        return;
    uint32_t random = 0;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) != (ssize_t)sizeof random)
        random = 0;
    c->expires_s =
        now_s + STALE_S + STALE_MORE_LEAST_S + random % (STALE_MORE_MOST_S - STALE_MORE_LEAST_S);
}

static bool ask_role(const Service *s, Credentials *out, Error *e)
{
    char role[NAME_MOST], from[NAME_MOST + 64];
    if (!find_role(s, role, e))
        return false;
    snprintf(from, sizeof from, "instance metadata, role %s", role);
    CredentialReply reply = {.from = from, .token_key = "Token", .kind = ERROR_RETRY};
    const char *path = arena_printf(s->arena, "%s%s", roles, role);
    if (!path)
        return arena_full(s->arena, e);
    HttpCall call;
    if (!get(s, path, &call, e))
        return false;
    bool good = call.status == 200 || odd(s, e, "credentials", call.status);
    good = good && check_code(&call, from, e) &&
           credentials_from_json(call.body.bytes, call.body.length, &reply, out, e);
    http_call_deinit(&call);
    if (good)
        extend_stale(out);
    return good;
}

static bool fetch(CredentialSearch *c, Credentials *out, Error *e)
{
    Arena a = {0};
    Service s;
    bool good = find_service(c, &a, &s, e) && ask_role(&s, out, e);
    arena_deinit(&a);
    if (good)
        out->provider = "instance metadata";
    return good;
}

const CredentialProvider credentials_instance = {
    .name = "instance metadata", .applies = applies, .fetch = fetch};

bool credentials_region(const AwsSettings *settings, Http *http, Arena *a, const char **out,
                        Error *e)
{
    CredentialSearch c = {.settings = settings, .http = http};
    auto_buffer Buffer why = {0};
    char region[64];
    *out = NULL;
    if (!applies(settings, &why))
        return true;
    Service s;
    HttpCall call = {0};
    Error none = {0};
    bool there = find_service(&c, a, &s, &none) &&
                 get(&s, "/latest/meta-data/placement/region", &call, &none);
    bool good = there && call.status == 200 && take_line(&call, region, sizeof region);
    http_call_deinit(&call);
    explicit_bzero(c.session, sizeof c.session);
    if (good && !(*out = arena_string(a, region)))
        return arena_full(a, e);
    return true;
}
