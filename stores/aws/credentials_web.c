/* credentials_web.c: a token of an identity provider, changed for credentials by STS
 * (AssumeRoleWithWebIdentity): pods of EKS, runners of GitHub. The request is not signed. */
#include "stores/aws/credentials_provider.h"

#include "stores/aws/endpoint.h"
#include "stores/aws/fault.h"
#include "stores/aws/xml.h"

#include <stdlib.h>
#include <string.h>

enum { TRIES = 3, TIMEOUT_S = 10, SESSION_NAME_MOST = 64 };
static const double pause_s = 0.3;

/* The environment's word, else the profile's. */
static const char *find(const AwsSettings *s, const char *variable, const char *key)
{
    const char *value = settings_environment(variable);
    if (!value)
        value = settings_profile_key(s, key);
    return value && *value ? value : NULL;
}

static const char *token_file(const AwsSettings *s)
{
    return find(s, "AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
}

static bool applies(const AwsSettings *s, Buffer *why)
{
    if (token_file(s))
        return true;
    buffer_string(why, "AWS_WEB_IDENTITY_TOKEN_FILE is not set");
    return false;
}

typedef struct Reply {
    CredentialTexts texts;
    char *parts[4]; /* access key, secret key, token, expiration */
    bool failed;
} Reply;

static bool take_element(void *context, const char *path, const char *text, size_t length, Error *e)
{
    static const char root[] = "AssumeRoleWithWebIdentityResponse/AssumeRoleWithWebIdentityResult/"
                               "Credentials/";
    static const char *const names[] = {"AccessKeyId", "SecretAccessKey", "SessionToken",
                                        "Expiration"};
    Reply *r = context;
    if (strncmp(path, root, sizeof root - 1) != 0)
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(path + sizeof root - 1, names[i]) != 0 || r->parts[i])
            continue;
        r->parts[i] = strndup(text, length);
        if (!r->parts[i])
            return error_coded(e, ERROR_RETRY, "no_memory", "out of memory");
    }
    return true;
}

static bool read_reply(const HttpCall *call, Credentials *out, Error *e)
{
    static const CredentialReply as = {.from = "STS (AssumeRoleWithWebIdentity)",
                                       .kind = ERROR_RETRY};
    Reply r = {0};
    Credentials c = {0};
    bool good =
        xml_read(call->body.bytes ? call->body.bytes : "", call->body.length, take_element, &r, e);
    if (!good)
        error_wrap(e, "%s", as.from);
    CredentialTexts texts = {r.parts[0], r.parts[1], r.parts[2], as.from};
    good = good && credentials_make(&texts, &c, e);
    if (good && (!r.parts[3] || !credentials_expiry(r.parts[3], &c.expires_s)))
        good =
            error_coded(e, ERROR_RETRY, "credentials", "%s: its reply has no Expiration", as.from);
    good = good && credentials_are_fresh(&c, &as, e);
    if (good)
        *out = c;
    else
        credentials_deinit(&c);
    for (size_t i = 0; i < sizeof r.parts / sizeof *r.parts; i++) {
        if (r.parts[i])
            explicit_bzero(r.parts[i], strlen(r.parts[i]));
        free(r.parts[i]);
    }
    return good;
}

static void add_pair(Buffer *body, const char *name, const char *value, size_t length)
{
    buffer_printf(body, "&%s=", name);
    http_encode(body, value, length, false);
}

static bool make_body(const AwsSettings *s, const char *role, Buffer *body, Error *e)
{
    const char *session = find(s, "AWS_ROLE_SESSION_NAME", "role_session_name");
    auto_buffer Buffer token = {0};
    bool good = credentials_read_token(token_file(s), &token, e);
    if (good) {
        while (token.length > 0 && strchr(" \t\r\n", token.bytes[token.length - 1]))
            token.length--;
        buffer_string(body, "Action=AssumeRoleWithWebIdentity&Version=2011-06-15");
        add_pair(body, "RoleArn", role, strlen(role));
        session = session ? session : "weir";
        add_pair(body, "RoleSessionName", session, strnlen(session, SESSION_NAME_MOST));
        add_pair(body, "WebIdentityToken", token.bytes, token.length);
        if (body->failed)
            good = error_coded(e, ERROR_RETRY, "no_memory", "out of memory");
    }
    credentials_wipe(&token);
    return good;
}

/* STS has answered, and not with credentials; its words tell what of the role is wrong. */
static bool refuse(const AwsFault *fault, AwsVerdict verdict, const char *what, Error *e)
{
    Error judged = {0};
    fault_error(fault, verdict, NULL, what, &judged);
    return error_coded(
        e, judged.kind, judged.code,
        "%s: refused (%d%s%.48s): %.150s; check AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE "
        "and the role's trust policy",
        what, fault->status, *fault->code ? " " : "", fault->code,
        *fault->message ? fault->message : "no reason given");
}

/* One try. *again: it may go better next time. */
static bool ask(CredentialSearch *c, const HttpRequest *request, const char *what, Credentials *out,
                bool *again, Error *e)
{
    HttpCall call = {.total_s = TIMEOUT_S};
    Error transport = {0};
    bool there = http_exchange(c->http, request, &call, &transport);
    bool good = there && call.status == 200;
    *again = false;
    if (good) {
        good = read_reply(&call, out, e);
    } else {
        AwsFault fault = {0};
        AwsVerdict verdict = fault_read(&call, AWS_STS, &fault);
        *again = verdict == AWS_TRANSIENT || verdict == AWS_SLOW_DOWN;
        if (fault.status >= 400 && fault.status < 500 && !*again)
            refuse(&fault, verdict, what, e);
        else
            fault_error(&fault, verdict, &transport, what, e);
    }
    http_call_deinit(&call);
    return good;
}

static bool exchange(CredentialSearch *c, const char *role, const Buffer *body, Credentials *out,
                     Error *e)
{
    Arena a = {0};
    Endpoint end;
    bool good = endpoint_resolve(c->settings, &(EndpointFor){.service = AWS_STS}, &a, &end, e);
    if (good) {
        const char *path = arena_printf(&a, "%s/", end.path_prefix);
        const char *what = arena_printf(&a, "role %.128s: asking STS for credentials", role);
        static const HttpPair headers[] = {
            {"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};
        HttpRequest request = {.method = "POST",
                               .origin = end.origin,
                               .path = path ? path : "/",
                               .headers = headers,
                               .header_count = 1,
                               .body = body->bytes,
                               .body_size = body->length};
        bool again = true;
        good = false;
        for (int i = 0; !good && again && i < TRIES; i++)
            if (i == 0 || credentials_pause(c, pause_s * (1 << i)))
                good = ask(c, &request, what ? what : role, out, &again, e);
    }
    arena_deinit(&a);
    return good;
}

static bool fetch(CredentialSearch *c, Credentials *out, Error *e)
{
    const char *role = find(c->settings, "AWS_ROLE_ARN", "role_arn");
    if (!role)
        return error_coded(e, ERROR_SETUP, "credentials",
                           "AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not: set both");
    auto_buffer Buffer body = {0};
    bool good = make_body(c->settings, role, &body, e) && exchange(c, role, &body, out, e);
    credentials_wipe(&body);
    if (good)
        out->provider = "web identity";
    return good;
}

const CredentialProvider credentials_web = {
    .name = "web identity", .applies = applies, .fetch = fetch};
