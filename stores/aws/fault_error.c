/* fault_error.c: a refusal in one line for a person. */
#include "stores/aws/fault_codes.h"

#include "core/text.h"

#include <string.h>

typedef struct Saying {
    const char *word, *says, *advice; /* advice may be NULL */
} Saying;

static const Saying sayings[] = {
    {"refused", "refused", NULL},
    {"access_denied", "access denied",
     "the policies of these credentials or of the bucket do not allow it"},
    {"credentials", "the credentials are not accepted",
     "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile"},
    {"expired", "the credentials have expired", "get new ones"},
    {"clock", "the clocks differ by more than 15 minutes", "set this machine's clock"},
    {"region", "wrong region", "set AWS_REGION"},
    {"throttled", "the service asks for fewer requests", "try again later or with fewer workers"},
    {"unavailable", "the service is not available", "try again later"},
    {"conflict", "another request is in the way", "try again later"},
    {"damaged", "the body arrived damaged", "try again later"},
    {"no_such_bucket", "no such bucket", "check its name and AWS_ENDPOINT_URL"},
    {"no_such_key", "no such key", NULL},
    {"no_such_queue", "no such queue", "check its URL and the region"},
    {"no_such_table", "no such table", "check its name and the region"},
    {"no_such_upload", "no such upload", NULL},
    {"archived", "it lies in an archive", "restore it first"},
    {"range", "no such bytes", NULL},
    {"precondition", "it is not as it was expected to be", NULL},
    {"not_modified", "it has not changed", NULL},
    {"exists", "it exists or is being changed", NULL},
    {"receipt", "the message is no longer ours", NULL},
    {"unsupported", "the service cannot do this", "check AWS_ENDPOINT_URL"},
    {"proxy", "the proxy wants a password", "check HTTPS_PROXY and NO_PROXY"},
};

static const Saying *find(const char *word)
{
    for (size_t i = 1; i < sizeof sayings / sizeof *sayings; i++)
        if (strcmp(sayings[i].word, word) == 0)
            return &sayings[i];
    return &sayings[0];
}

static FaultMeaning meaning(const AwsFault *f, AwsVerdict v)
{
    switch (v) {
    case AWS_SLOW_DOWN:
        return (FaultMeaning){v, ERROR_RETRY, "throttled"};
    case AWS_WRONG_CLOCK:
        return (FaultMeaning){v, ERROR_SETUP, "clock"};
    case AWS_EXPIRED:
        return (FaultMeaning){v, ERROR_SETUP, "expired"};
    case AWS_OTHER_REGION:
        return (FaultMeaning){v, ERROR_SETUP, "region"};
    default:
        break;
    }
    FaultMeaning m = fault_meaning(f->status, f->code);
    if (v == AWS_TRANSIENT && m.kind != ERROR_RETRY)
        return (FaultMeaning){v, ERROR_RETRY, "unavailable"};
    return m;
}

/* At most `most` bytes of it; of a long key the beginning and the end. */
static void add_cut(Buffer *out, const char *text, size_t most)
{
    auto_buffer Buffer line = {0};
    text_printable(&line, text, strlen(text));
    if (line.failed || line.length <= most) {
        buffer_string(out, line.bytes ? line.bytes : "");
        return;
    }
    size_t half = text_valid_utf8(line.bytes, most / 2), tail = line.length - most / 2;
    while (tail < line.length && ((unsigned char)line.bytes[tail] & 0xc0U) == 0x80)
        tail++;
    buffer_append(out, line.bytes, half);
    buffer_printf(out, "...%s", line.bytes + tail);
}

static bool without_reply(const Error *transport, const char *what, Error *e)
{
    static const char *const network[] = {"connect", "resolve",    "tls", "timeout",
                                          "reset",   "short_body", ""};
    enum { WHAT_MOST = 200 };
    Error found = {.kind = ERROR_RETRY, .message = "no reply"};
    if (transport && transport->kind != ERROR_NONE)
        found = *transport;
    const char *code = found.code;
    for (size_t i = 0; found.kind == ERROR_RETRY && i < sizeof network / sizeof *network; i++)
        if (strcmp(found.code, network[i]) == 0)
            code = "network";
    auto_buffer Buffer who = {0};
    add_cut(&who, what, WHAT_MOST);
    error_coded(e, found.kind, code, "%s: %s", who.bytes ? who.bytes : "", found.message);
    return found.place[0] ? error_at(e, "%s", found.place) : false;
}

bool fault_error(const AwsFault *f, AwsVerdict v, const Error *transport, const char *what,
                 Error *e)
{
    if (f->status == 0)
        return without_reply(transport, what, e);
    enum { WHAT_MOST = 160, MESSAGE_LEAST = 80 };
    FaultMeaning m = meaning(f, v);
    const Saying *s = find(m.word);
    auto_buffer Buffer line = {0}, end = {0};
    if (f->region[0] && strcmp(m.word, "region") == 0)
        buffer_printf(&end, "; set AWS_REGION=%s", f->region);
    else if (s->advice)
        buffer_printf(&end, "; %s", s->advice);
    if (f->request_id[0])
        buffer_printf(&end, "; request id %s", f->request_id);
    add_cut(&line, what, WHAT_MOST);
    buffer_printf(&line, ": %s (%d%s%s)", s->says, f->status, f->code[0] ? " " : "", f->code);
    size_t used = line.length + end.length + sizeof ": ...";
    size_t room =
        used + MESSAGE_LEAST < ERROR_MESSAGE_SIZE ? ERROR_MESSAGE_SIZE - used : MESSAGE_LEAST;
    if (f->message[0]) {
        buffer_string(&line, ": ");
        add_cut(&line, f->message, room);
    }
    return error_coded(e, m.kind, m.word, "%s%s", line.bytes ? line.bytes : "",
                       end.bytes ? end.bytes : "");
}
