/* test_http.c: what comes of a call, reply by reply; what is sent. */
#include "tests/stores/http_world.h"

/* One request each and what is to come of it; status 0: the code of the error. */
typedef struct Exchange {
    const char *method, *path;
    int status;
    const char *body, *code;
    double quiet_s, total_s;
} Exchange;

static const Exchange exchanges[] = {
    {"GET", "/whole", 200, "hello", "", 0, 0},
    {"GET", "/chunks", 200, "hello world", "", 0, 0},
    {"GET", "/until-close", 200, "hello", "", 0, 0},
    {"GET", "/empty", 200, "", "", 0, 0},
    {"GET", "/204", 204, "", "", 0, 0},
    {"DELETE", "/204", 204, "", "", 0, 0},
    {"GET", "/304", 304, "", "", 0, 0},
    {"GET", "/301", 301, "", "", 0, 0},
    {"GET", "/404", 404, "none", "", 0, 0},
    {"GET", "/100", 200, "ok", "", 0, 0},
    {"HEAD", "/head", 200, "", "", 0, 0},
    {"GET", "/later", 200, "hello", "", -1, 0},
    {"GET", "/later", 200, "hello", "", 5, 5},
    {"GET", "/cut", 0, "hello", "short_body", 0, 0},
    {"GET", "/half-chunk", 0, "hel", "short_body", 0, 0},
    {"GET", "/reset", 0, "hello", "reset", 0, 0},
    {"GET", "/silent-close", 0, "", "reset", 0, 0},
    {"GET", "/stuck", 0, "hello", "timeout", 0.3, 0},
    {"GET", "/stuck", 0, "hello", "timeout", -1, 0.3},
    {"GET", "/never", 0, "", "timeout", 0.3, 0},
    {"GET", "/never", 0, "", "timeout", 0, 0.3},
    {"POST", "/never", 0, "", "timeout", 0.3, 0},
    {"GET", "/gopher", 0, "", "bad_reply", 0, 0},
    {"GET", "/many-headers", 0, "", "bad_reply", 0, 0},
};

static void exchanges_end_as_they_should(void **state)
{
    (void)state;
    World *w = world_new(2);
    for (size_t i = 0; i < CASES(exchanges); i++) {
        const Exchange *x = &exchanges[i];
        print_message("%s %s\n", x->method, x->path);
        HttpCall c = {.quiet_s = x->quiet_s, .total_s = x->total_s};
        HttpRequest r = {.method = x->method, .origin = w->server.origin, .path = x->path};
        Error e = {0};
        bool whole = http_exchange(w->http, &r, &c, &e);
        assert_int_equal(whole, x->status != 0);
        assert_int_equal(c.status, x->status);
        assert_string_equal(c.body.bytes ? c.body.bytes : "", x->body);
        assert_int_equal(c.received, strlen(x->body));
        assert_string_equal(e.code, x->code);
        assert_int_equal(e.kind, whole ? ERROR_NONE : ERROR_RETRY);
        assert_string_equal(c.error.code, x->code);
        if (!whole) /* says of whom */
            assert_non_null(strstr(e.message, strstr(w->server.origin, "127")));
        http_call_deinit(&c);
    }
    world_free(w);
}

static void headers_are_found_by_name(void **state)
{
    (void)state;
    World *w = world_new(1);
    Probe *p = probe(w, 0, "/whole");
    run_probe(p);
    assert_string_equal(http_header(&p->call, "etag"), "\"abc\"");
    assert_string_equal(http_header(&p->call, "x-two"), "1");
    assert_string_equal(http_header(&p->call, "x-empty"), "");
    assert_string_equal(http_header(&p->call, "content-length"), "5");
    assert_null(http_header(&p->call, "x-tw"));
    assert_null(http_header(&p->call, "hello"));
    Probe *interim = probe(w, 1, "/100");
    run_probe(interim);
    assert_null(http_header(&interim->call, "x-interim"));
    world_free(w);
}

/* The request as the server has read it: line, headers (RFC 9112), body. */
static void request_is_sent_as_it_is_meant(void **state)
{
    (void)state;
    World *w = world_new(1);
    static const HttpPair query[] = {{"prefix", "a b/+"}, {"list-type", "2"}, {"uploads", ""}};
    static const HttpPair headers[] = {{"x-amz-date", "20130524T000000Z"}, {"x-empty", ""}};
    Probe *p = probe(w, 0, "/whole/../a//b c%\n\xc3\xa9");
    p->request.method = "PUT";
    p->request.query = query;
    p->request.query_count = CASES(query);
    p->request.headers = headers;
    p->request.header_count = CASES(headers);
    p->request.body = "body\n";
    p->request.body_size = 5;
    run_probe(p);
    assert_int_equal(p->call.status, 200);
    const char *said = w->server.requests[0];
    char expected[512];
    snprintf(expected, sizeof expected,
             "PUT /whole/../a//b%%20c%%25%%0A%%C3%%A9?list-type=2&prefix=a%%20b%%2F%%2B&uploads= "
             "HTTP/1.1\r\n");
    assert_memory_equal(said, expected, strlen(expected));
    snprintf(expected, sizeof expected, "\r\nhost: %s\r\n", w->server.origin + 7);
    assert_non_null(strcasestr(said, expected));
    assert_non_null(strstr(said, "\r\nx-amz-date: 20130524T000000Z\r\n"));
    assert_non_null(strstr(said, "\r\nx-empty:\r\n"));
    assert_non_null(strstr(said, "\r\nUser-Agent: weir-test/1\r\n"));
    assert_non_null(strstr(said, "\r\nContent-Length: 5\r\n"));
    assert_null(strcasestr(said, "content-type"));
    assert_null(strcasestr(said, "expect:"));
    assert_string_equal(strstr(said, "\r\n\r\n"), "\r\n\r\nbody\n");
    world_free(w);
}

/* RFC 9110, 8.6: a method that has a meaning for a body says that there is none. */
static void post_without_body_has_length_0(void **state)
{
    (void)state;
    World *w = world_new(1);
    static const char *const methods[] = {"POST", "PUT"};
    for (size_t i = 0; i < CASES(methods); i++) {
        Probe *p = probe(w, i, "/whole");
        p->request.method = methods[i];
        run_probe(p);
        assert_non_null(strstr(w->server.requests[i], "\r\nContent-Length: 0\r\n"));
    }
    world_free(w);
}

static void large_body_is_sent_whole(void **state)
{
    (void)state;
    enum { SIZE = 5000000 };
    World *w = world_new(1);
    char *bytes = malloc(SIZE);
    memset(bytes, 'x', SIZE);
    Probe *p = probe(w, 0, "/whole");
    p->request.method = "PUT";
    p->request.body = bytes;
    p->request.body_size = SIZE;
    run_probe(p);
    assert_int_equal(p->call.status, 200);
    const char *body = strstr(w->server.requests[0], "\r\n\r\n") + 4;
    assert_int_equal(strspn(body, "x"), SIZE);
    assert_null(strcasestr(w->server.requests[0], "\r\nexpect"));
    free(bytes);
    world_free(w);
}

/* Longer on its way than it may be quiet, but never quiet for so long. */
static void slow_upload_is_not_quiet(void **state)
{
    (void)state;
    enum { SIZE = 24 << 20 };
    World *w = world_new(1);
    char *bytes = malloc(SIZE);
    memset(bytes, 'x', SIZE);
    w->server.receive_step = 80000;
    Probe *p = probe(w, 0, "/whole");
    p->call.quiet_s = 2;
    p->request.method = "PUT";
    p->request.body = bytes;
    p->request.body_size = SIZE;
    run_probe(p);
    assert_true(p->done_s - p->prepared_s > 2);
    assert_int_equal(p->call.status, 200);
    free(bytes);
    world_free(w);
}

static void body_is_streamed(void **state)
{
    (void)state;
    World *w = world_new(1);
    Probe *p = probe(w, 0, "/filler");
    p->call.write = write_filler;
    run_probe(p);
    assert_int_equal(p->call.status, 200);
    assert_int_equal(p->seen, 200);
    assert_int_equal(p->streamed, 3000000);
    assert_int_equal(p->call.received, 3000000);
    assert_false(p->wrong);
    assert_int_equal(p->call.body.length, 0);
    /* what is no success is no body for write() */
    Probe *refused = probe(w, 1, "/refusal");
    refused->call.write = write_filler;
    run_probe(refused);
    assert_int_equal(refused->streamed, 0);
    assert_string_equal(refused->call.body.bytes, "no");
    world_free(w);
}

static void body_beyond_the_limit_is_refused(void **state)
{
    (void)state;
    World *w = world_new(1);
    Probe *p = probe(w, 0, "/too-long");
    run_probe(p);
    assert_int_equal(p->call.status, 0);
    assert_string_equal(p->call.error.code, "bad_reply");
    assert_true(p->call.body.length <= HTTP_BODY_MOST);
    world_free(w);
}

static void callbacks_may_refuse(void **state)
{
    (void)state;
    World *w = world_new(1);
    Probe *p = probe(w, 0, "/whole");
    p->unwilling = true;
    run_probe(p);
    assert_int_equal(p->call.error.kind, ERROR_SETUP);
    assert_string_equal(p->call.error.code, "unwilling");
    assert_int_equal(server_asked(&w->server), 0);
    Probe *full = probe(w, 1, "/filler");
    full->call.write = write_filler;
    full->refuse_at = 1000;
    run_probe(full);
    assert_int_equal(full->call.status, 0);
    assert_int_equal(full->call.error.kind, ERROR_DATA);
    assert_string_equal(full->call.error.code, "enough");
    assert_true(full->streamed < 3000000);
    /* and the connection that was left in the middle does no harm to the next call */
    Probe *next = probe(w, 2, "/whole");
    run_probe(next);
    assert_string_equal(next->call.body.bytes, "hello");
    world_free(w);
}

static void wrong_requests_are_not_sent(void **state)
{
    (void)state;
    World *w = world_new(1);
    static const HttpPair split = {"x-key", "a\r\nx-admin: 1"}, name = {"x\nkey", "a"};
    static const HttpPair *const wrong[] = {&split, &name};
    for (size_t i = 0; i < CASES(wrong); i++) {
        Probe *p = probe(w, i, "/whole");
        p->request.headers = wrong[i];
        p->request.header_count = 1;
        run_probe(p);
        assert_int_equal(p->call.error.kind, ERROR_SETUP);
        assert_string_equal(p->call.error.code, "header");
    }
    static const char *const origins[] = {"file:///etc/passwd", "ftp://127.0.0.1", "127.0.0.1",
                                          "http://[zz"};
    for (size_t i = 0; i < CASES(origins); i++) {
        Probe *p = probe(w, 10 + i, "/");
        p->request.origin = origins[i];
        run_probe(p);
        assert_int_equal(p->call.error.kind, ERROR_SETUP);
        assert_string_equal(p->call.error.code, "url");
    }
    assert_int_equal(server_asked(&w->server), 0);
    world_free(w);
}

/* A port on which nobody listens; a name that cannot exist (RFC 6761); no TLS at the other end. */
static void hosts_that_are_not_there(void **state)
{
    (void)state;
    World *w = world_new(1);
    char tls[64], closed[64];
    Server gone = {0};
    assert_true(server_open(&gone));
    server_close(&gone);
    snprintf(closed, sizeof closed, "%s", gone.origin);
    snprintf(tls, sizeof tls, "https://%s", w->server.origin + 7);
    const char *const origins[] = {closed, "http://nobody.invalid", tls};
    static const char *const codes[] = {"connect", "resolve", "tls"};
    for (size_t i = 0; i < CASES(origins); i++) {
        Probe *p = probe(w, i, "/whole");
        p->request.origin = origins[i];
        p->call.total_s = 10;
        run_probe(p);
        assert_int_equal(p->call.status, 0);
        assert_string_equal(p->call.error.code, codes[i]);
        assert_int_equal(p->call.error.kind, ERROR_RETRY);
    }
    world_free(w);
}

/* The environment's proxy is asked unless the call says no. Port 9 is nobody's. */
static void proxy_of_the_environment(void **state)
{
    (void)state;
    setenv("http_proxy", "http://127.0.0.1:9", 1);
    World *w = world_new(1);
    Probe *through = probe(w, 0, "/whole"), *direct = probe(w, 1, "/whole");
    run_probe(through);
    assert_string_equal(through->call.error.code, "connect");
    direct->call.no_proxy = true;
    run_probe(direct);
    assert_int_equal(direct->call.status, 200);
    world_free(w);
    unsetenv("http_proxy");
}

static const Case cases[] = {
    {"exchanges_end_as_they_should", exchanges_end_as_they_should},
    {"headers_are_found_by_name", headers_are_found_by_name},
    {"request_is_sent_as_it_is_meant", request_is_sent_as_it_is_meant},
    {"post_without_body_has_length_0", post_without_body_has_length_0},
    {"large_body_is_sent_whole", large_body_is_sent_whole},
    {"slow_upload_is_not_quiet", slow_upload_is_not_quiet},
    {"body_is_streamed", body_is_streamed},
    {"body_beyond_the_limit_is_refused", body_beyond_the_limit_is_refused},
    {"callbacks_may_refuse", callbacks_may_refuse},
    {"wrong_requests_are_not_sent", wrong_requests_are_not_sent},
    {"hosts_that_are_not_there", hosts_that_are_not_there},
    {"proxy_of_the_environment", proxy_of_the_environment},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
