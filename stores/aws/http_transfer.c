/* http_transfer.c: a request put into libcurl's terms, and its reply taken out of them. */
#include "stores/aws/http_transfer.h"

#include "core/clock.h"
#include "core/text.h"

#include <curl/curl.h>
#include <math.h>
#include <string.h>

enum { HEADERS_MOST = 64 << 10, CHUNK = 512 << 10 };

/* Room for libcurl's text must be what it says. */
_Static_assert(sizeof((HttpTransfer *)NULL)->words >= CURL_ERROR_SIZE, "words");

/* Larger buffers are worth a factor of two. QUICK_EXIT: a name that is being resolved is left
 * behind by a call that ends; waiting for it would hold up all others. */
static const struct {
    CURLoption option;
    long value;
} fixed[] = {
    {CURLOPT_BUFFERSIZE, CHUNK},
    {CURLOPT_UPLOAD_BUFFERSIZE, CHUNK},
    {CURLOPT_PATH_AS_IS, 1},
    {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
    {CURLOPT_NOSIGNAL, 1},
    {CURLOPT_FOLLOWLOCATION, 0},
    {CURLOPT_TCP_KEEPALIVE, 1},
    {CURLOPT_DNS_CACHE_TIMEOUT, 5},
    {CURLOPT_DNS_SHUFFLE_ADDRESSES, 1},
    {CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
    {CURLOPT_QUICK_EXIT, 1},
    {CURLOPT_NOPROGRESS, 1},
};

/* A callback's "no": the error it has set stays. */
static size_t refuse(HttpTransfer *t)
{
    t->refused = true;
    return 0;
}

/* "Name:  value \r\n" -> "name: value" and a NUL. A line without a colon is no header. */
static void keep_header(Buffer *headers, const char *line, size_t length)
{
    const char *colon = memchr(line, ':', length);
    if (!colon || memchr(line, '\0', length))
        return;
    for (const char *c = line; c < colon; c++)
        buffer_char(headers, (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c));
    const char *from = colon + 1, *end = line + length;
    while (from < end && strchr(" \t\r\n", *from))
        from++;
    while (end > from && strchr(" \t\r\n", end[-1]))
        end--;
    buffer_string(headers, ": ");
    buffer_append(headers, from, (size_t)(end - from));
    buffer_char(headers, '\0');
}

static size_t on_header(char *line, size_t size, size_t count, void *context)
{
    HttpTransfer *t = context;
    HttpCall *c = t->call;
    size_t length = size * count;
    t->last_s = monotonic_s();
    if (length >= 5 && memcmp(line, "HTTP/", 5) == 0)
        buffer_clear(&c->headers); /* those of an interim reply (100) do not count */
    keep_header(&c->headers, line, length);
    if (c->headers.failed || c->headers.length > HEADERS_MOST) {
        error_coded(&c->error, ERROR_RETRY, "bad_reply",
                    "%s: the headers of the reply are longer than %d bytes", t->host.bytes,
                    HEADERS_MOST);
        return refuse(t);
    }
    return length;
}

/* Bytes of a body that is gathered. */
static bool gather(HttpTransfer *t, const char *bytes, size_t length)
{
    HttpCall *c = t->call;
    if (length > HTTP_BODY_MOST - c->body.length)
        return error_coded(&c->error, ERROR_RETRY, "bad_reply",
                           "%s: the reply is longer than %d bytes", t->host.bytes, HTTP_BODY_MOST);
    buffer_append(&c->body, bytes, length);
    if (c->body.failed)
        return error_coded(&c->error, ERROR_RETRY, "no_memory", "%s: no memory for the reply",
                           t->host.bytes);
    return true;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    HttpTransfer *t = context;
    HttpCall *c = t->call;
    size_t length = size * count;
    t->last_s = monotonic_s();
    if (c->received == 0) {
        long status = 0;
        curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
        c->status = (int)status;
    }
    bool stream = c->write && c->status >= 200 && c->status < 300;
    if (stream ? !c->write(c, bytes, length, &c->error) : !gather(t, bytes, length))
        return refuse(t);
    c->received += length;
    return length;
}

/* A header must not be able to become two. */
static bool is_clean(const char *text)
{
    return !strpbrk(text, "\r\n");
}

static bool add_line(struct curl_slist **list, const char *name, const char *value)
{
    auto_buffer Buffer line = {0};
    /* an empty value is written with a semicolon; a colon would take the header away */
    if (value[0])
        buffer_printf(&line, "%s: %s", name, value);
    else
        buffer_printf(&line, "%s;", name);
    struct curl_slist *longer = line.failed ? NULL : curl_slist_append(*list, line.bytes);
    if (line.bytes)
        explicit_bzero(line.bytes, line.length);
    if (longer)
        *list = longer;
    return longer != NULL;
}

static bool has_header(const HttpRequest *r, const char *name)
{
    for (size_t i = 0; i < r->header_count; i++)
        if (text_equal_nocase(r->headers[i].name, name))
            return true;
    return false;
}

/* The headers as they are signed, and none that libcurl would add by itself to a body. */
static bool set_headers(HttpTransfer *t, const HttpRequest *r, Error *e)
{
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    bool whole = list != NULL;
    if (whole && !has_header(r, "host"))
        whole = add_line(&list, "host", t->host.bytes);
    for (size_t i = 0; whole && i < r->header_count; i++) {
        const HttpPair *h = &r->headers[i];
        t->list = list;
        if (!is_clean(h->name) || !is_clean(h->value) || strpbrk(h->name, ":; "))
            return error_coded(e, ERROR_SETUP, "header",
                               "%s: a request's header %.40s has a line end in it", t->host.bytes,
                               is_clean(h->name) ? h->name : "");
        whole = add_line(&list, h->name, h->value);
    }
    if (whole && !has_header(r, "content-type")) {
        struct curl_slist *longer = curl_slist_append(list, "Content-Type:");
        list = longer ? longer : list;
        whole = longer != NULL;
    }
    t->list = list;
    if (!whole || curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, list) != CURLE_OK)
        return error_coded(e, ERROR_RETRY, "no_memory", "%s: no memory for the request",
                           t->host.bytes);
    return true;
}

/* Method and body. A body is sent from where it lies. */
static bool set_method(CURL *easy, const HttpRequest *r)
{
    bool head = strcmp(r->method, "HEAD") == 0;
    bool sends = r->body || strcmp(r->method, "POST") == 0 || strcmp(r->method, "PUT") == 0;
    if (head)
        return curl_easy_setopt(easy, CURLOPT_NOBODY, 1L) == CURLE_OK;
    if (sends && (curl_easy_setopt(easy, CURLOPT_POSTFIELDS, r->body ? r->body : "") != CURLE_OK ||
                  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                                   (curl_off_t)(r->body ? r->body_size : 0)) != CURLE_OK))
        return false;
    return curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, r->method) == CURLE_OK;
}

static bool set_texts(HttpTransfer *t, const HttpOptions *o)
{
    CURL *easy = t->easy;
    bool ok = curl_easy_setopt(easy, CURLOPT_URL, t->url.bytes) == CURLE_OK &&
              curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
              curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->words) == CURLE_OK;
    if (ok && o->user_agent)
        ok = curl_easy_setopt(easy, CURLOPT_USERAGENT, o->user_agent) == CURLE_OK;
    if (ok && o->ca_bundle)
        ok = curl_easy_setopt(easy, CURLOPT_CAINFO, o->ca_bundle) == CURLE_OK;
    if (ok && t->call->no_proxy)
        ok = curl_easy_setopt(easy, CURLOPT_NOPROXY, "*") == CURLE_OK;
    return ok;
}

static bool set_callbacks(HttpTransfer *t)
{
    CURL *easy = t->easy;
    return curl_easy_setopt(easy, CURLOPT_PRIVATE, t) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_HEADERDATA, t) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_WRITEDATA, t) == CURLE_OK;
}

/* At least a millisecond: 0 would be libcurl's own choice. */
static long milliseconds(double seconds)
{
    return seconds <= 0.001 ? 1 : seconds >= 1e6 ? 1000000000L : (long)(seconds * 1000);
}

static bool set_numbers(HttpTransfer *t, const HttpOptions *o)
{
    CURL *easy = t->easy;
    double connect_s = o->connect_timeout_s > 0 ? o->connect_timeout_s : 5;
    bool ok = true;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        ok &= curl_easy_setopt(easy, fixed[i].option, fixed[i].value) == CURLE_OK;
    ok &= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(connect_s)) == CURLE_OK;
    if (t->call->total_s > 0)
        ok &=
            curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds(t->call->total_s)) == CURLE_OK;
    return ok;
}

static bool make_url(HttpTransfer *t, const HttpRequest *r, Error *e)
{
    if (!text_starts_nocase(r->origin, "http://") && !text_starts_nocase(r->origin, "https://"))
        return error_coded(e, ERROR_SETUP, "url", "%.200s: this is no http(s) address", r->origin);
    buffer_string(&t->url, r->origin);
    http_target(r, &t->url);
    http_host(r->origin, &t->host);
    if (t->url.failed || t->host.failed || !t->host.bytes)
        return error_coded(e, ERROR_RETRY, "no_memory", "%.200s: no memory for the request",
                           r->origin);
    return true;
}

/* Back to idle; what may be secret in the headers is wiped. A handle whose transfer has failed may
 * keep its buffer and then refuses to be told the size again (7.88): it goes. */
static void clear(HttpTransfer *t, bool failed)
{
    for (struct curl_slist *l = t->list; l; l = l->next)
        explicit_bzero(l->data, strlen(l->data));
    curl_slist_free_all(t->list);
    t->list = NULL;
    t->call = NULL;
    buffer_clear(&t->url);
    buffer_clear(&t->host);
    if (t->easy && !failed) {
        curl_easy_reset(t->easy);
        return;
    }
    curl_easy_cleanup(t->easy);
    t->easy = NULL;
}

bool transfer_begin(HttpTransfer *t, HttpCall *c, const HttpRequest *r, const HttpOptions *o,
                    Error *e)
{
    if (!t->easy)
        t->easy = curl_easy_init();
    t->call = c;
    t->refused = false;
    t->words[0] = '\0';
    t->last_s = monotonic_s();
    t->sent = 0;
    bool ok = t->easy || error_coded(e, ERROR_RETRY, "no_memory", "no memory for the request");
    ok = ok && make_url(t, r, e) && set_headers(t, r, e);
    if (ok &&
        (!set_numbers(t, o) || !set_texts(t, o) || !set_callbacks(t) || !set_method(t->easy, r)))
        ok = error_coded(e, ERROR_SETUP, "network",
                         "libcurl %s refuses a setting; it was built without HTTPS or is too old",
                         curl_version_info(CURLVERSION_NOW)->version);
    if (!ok)
        clear(t, true);
    return ok;
}

void transfer_end(HttpTransfer *t, int code)
{
    HttpCall *c = t->call;
    long status = 0, tunnel = 0;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
    c->status = code == CURLE_OK ? (int)status : 0;
    if (code != CURLE_OK && !t->refused) {
        if (tunnel >= 300)
            http_error_proxy(tunnel, t->host.bytes, &c->error);
        else
            http_error(code, t->host.bytes, t->words, &c->error);
    }
    clear(t, code != CURLE_OK);
}

void transfer_abort(HttpTransfer *t, const Error *e)
{
    t->call->status = 0;
    t->call->error = *e;
    clear(t, true);
}

double transfer_quiet_until(HttpTransfer *t)
{
    double quiet_s = t->call->quiet_s;
    if (quiet_s < 0)
        return (double)INFINITY;
    curl_off_t sent = 0;
    curl_easy_getinfo(t->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
    if (sent != t->sent) {
        t->sent = sent;
        t->last_s = monotonic_s();
    }
    return t->last_s + (quiet_s > 0 ? quiet_s : 30);
}

void transfer_quiet_error(const HttpTransfer *t, Error *e)
{
    double quiet_s = t->call->quiet_s > 0 ? t->call->quiet_s : 30;
    error_coded(e, ERROR_RETRY, "timeout", "%s: not one byte came for %.3g s", t->host.bytes,
                quiet_s);
}

void transfer_deinit(HttpTransfer *t)
{
    curl_easy_cleanup(t->easy); /* accepts NULL */
    buffer_deinit(&t->url);
    buffer_deinit(&t->host);
}
