/* test_sign.c: signatures against botocore's (tests/cases/signing), those that Amazon publishes for
 * S3, and, as `test_stores_sign --official FOLDER`, the official vectors. */
#include "stores/aws/sign.h"

#include "core/json_tree.h"
#include "tests/support/cases.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS_MOST = 16 };

static const char secret[] = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

static bool read_file(const char *folder, const char *name, Buffer *out)
{
    char bytes[4096];
    auto_buffer Buffer path = {0};
    buffer_printf(&path, "%s/%s", folder, name);
    FILE *f = path.failed ? NULL : fopen(path.bytes, "rb");
    if (!f)
        return false;
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, f)) > 0;)
        buffer_append(out, bytes, n);
    fclose(f);
    return !out->failed && out->bytes;
}

static size_t read_pairs(const JsonNode *array, HttpPair *out)
{
    size_t count = 0;
    for (const JsonNode *n = json_tree_first(array); n && count < PAIRS_MOST; n = json_tree_next(n))
        out[count++] = (HttpPair){json_tree_text(json_tree_first(n)),
                                  json_tree_text(json_tree_next(json_tree_first(n)))};
    return count;
}

static const char *sent(const Signed *s, const char *name)
{
    for (size_t i = 0; i < s->header_count; i++)
        if (strcmp(s->headers[i].name, name) == 0)
            return s->headers[i].value;
    return NULL;
}

/* The bodies of the cases are small: their hash is the last line of the canonical request. */
static void check_sent(const Signed *s, const SignOptions *o)
{
    const char *hash = sent(s, "x-amz-content-sha256");
    const char *last = strrchr(s->canonical_request.bytes, '\n') + 1;
    assert_int_equal(hash != NULL, o->s3);
    if (hash)
        assert_string_equal(hash, last);
    const char *token = sent(s, "x-amz-security-token");
    assert_int_equal(token != NULL, o->credentials->token != NULL);
    if (token)
        assert_string_equal(token, o->credentials->token);
    assert_memory_equal(sent(s, "x-amz-date"), s->string_to_sign.bytes + 17, 16);
}

static void check_case(const JsonNode *c)
{
    HttpPair query[PAIRS_MOST], headers[PAIRS_MOST];
    const char *body = json_tree_member_text(c, "body");
    HttpRequest r = {.method = json_tree_member_text(c, "method"),
                     .origin = json_tree_member_text(c, "origin"),
                     .path = json_tree_member_text(c, "path"),
                     .query = query,
                     .headers = headers,
                     .body = body,
                     .body_size = strlen(body)};
    r.query_count = read_pairs(json_tree_member(c, "query"), query);
    r.header_count = read_pairs(json_tree_member(c, "headers"), headers);
    Credentials who = {.access_key = (char *)json_tree_member_text(c, "access_key"),
                       .secret_key = (char *)json_tree_member_text(c, "secret_key"),
                       .token = (char *)json_tree_member_text(c, "token")};
    double now = 0;
    assert_true(json_tree_number(json_tree_member(c, "time"), &now));
    SignOptions o = {.credentials = &who,
                     .region = json_tree_member_text(c, "region"),
                     .service = json_tree_member_text(c, "service"),
                     .now_s = (time_t)now};
    o.s3 = strcmp(o.service, "s3") == 0;
    assert_true(json_tree_bool(json_tree_member(c, "unsigned_payload"), &o.unsigned_payload));
    assert_true(json_tree_bool(json_tree_member(c, "normalize"), &o.normalize_path));
    Signed s = {0};
    Error e = {0};
    assert_ok(sign_request(&r, &o, &s, &e), &e);
    assert_string_equal(s.canonical_request.bytes, json_tree_member_text(c, "canonical_request"));
    assert_string_equal(s.string_to_sign.bytes, json_tree_member_text(c, "string_to_sign"));
    assert_string_equal(sent(&s, "authorization"), json_tree_member_text(c, "authorization"));
    check_sent(&s, &o);
    signed_deinit(&s);
}

static void botocore(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    auto_json JsonNode *cases = NULL;
    Error e = {0};
    assert_true(read_file(TESTS "/cases/signing", "cases.json", &text));
    assert_ok(json_tree_read(text.bytes, text.length, &cases, &e), &e);
    size_t count = 0;
    for (const JsonNode *c = json_tree_first(cases); c; c = json_tree_next(c), count++) {
        print_message("%s\n", json_tree_member_text(c, "name"));
        check_case(c);
    }
    assert_int_equal(count, 25);
}

/* Amazon S3 API Reference, "Signature Calculations for the Authorization Header", examples. */
static void published(void **state)
{
    (void)state;
    static const HttpPair range[] = {{"range", "bytes=0-9"}};
    static const HttpPair put[] = {{"date", "Fri, 24 May 2013 00:00:00 GMT"},
                                   {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
    static const HttpPair lifecycle[] = {{"lifecycle", NULL}};
    static const HttpPair list[] = {{"max-keys", "2"}, {"prefix", "J"}};
    static const char body[] = "Welcome to Amazon S3.";
    static const char origin[] = "https://examplebucket.s3.amazonaws.com";
    const struct {
        HttpRequest request;
        const char *signature;
    } examples[] = {
        {{"GET", origin, "/test.txt", NULL, 0, range, 1, NULL, 0},
         "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
        {{"PUT", origin, "/test$file.text", NULL, 0, put, 2, body, sizeof body - 1},
         "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
        {{"GET", origin, "/", lifecycle, 1, NULL, 0, NULL, 0},
         "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
        {{"GET", origin, "/", list, 2, NULL, 0, NULL, 0},
         "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
    };
    Credentials who = {.access_key = (char *)"AKIAIOSFODNN7EXAMPLE", .secret_key = (char *)secret};
    SignOptions o = {.credentials = &who,
                     .region = "us-east-1",
                     .service = "s3",
                     .now_s = 1369353600, /* 2013-05-24 */
                     .s3 = true};
    for (size_t i = 0; i < CASES(examples); i++) {
        Signed s = {0};
        Error e = {0};
        assert_ok(sign_request(&examples[i].request, &o, &s, &e), &e);
        assert_string_equal(strstr(sent(&s, "authorization"), "Signature=") + 10,
                            examples[i].signature);
        signed_deinit(&s);
    }
}

static const HttpRequest plain = {.method = "GET", .origin = "http://h", .path = "/"};

/* A line end in what is sent as a header would begin another one. */
static void line_end_in_credentials(void **state)
{
    (void)state;
    Credentials who[] = {
        {.access_key = (char *)"A\r\nx-evil: 1", .secret_key = (char *)secret},
        {.access_key = (char *)"A", .secret_key = (char *)secret, .token = (char *)"TOKEN\n"},
    };
    for (size_t i = 0; i < CASES(who); i++) {
        SignOptions o = {.credentials = &who[i], .region = "r", .service = "s3", .s3 = true};
        Signed s = {0};
        Error e = {0};
        assert_false(sign_request(&plain, &o, &s, &e));
        assert_int_equal(e.kind, ERROR_SETUP);
        assert_string_equal(e.code, "credentials");
        assert_null(strstr(e.message, "evil"));
        assert_null(strstr(e.message, "TOKEN"));
        assert_null(s.texts.bytes);
    }
}

/* Over plain HTTP nobody else watches over the body: it is hashed though it need not be. */
static void unsigned_payload_wants_tls(void **state)
{
    (void)state;
    Credentials who = {
        .access_key = (char *)"A", .secret_key = (char *)secret, .token = (char *)""};
    SignOptions o = {
        .credentials = &who, .region = "r", .service = "s3", .s3 = true, .unsigned_payload = true};
    Signed s = {0};
    Error e = {0};
    assert_ok(sign_request(&plain, &o, &s, &e), &e);
    assert_string_equal(sent(&s, "x-amz-content-sha256"),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_null(sent(&s, "x-amz-security-token"));
    signed_deinit(&s);
    signed_deinit(&s);
}

/* The official suite: a folder for each case. */

typedef struct Vector {
    HttpRequest request;
    HttpPair query[PAIRS_MOST], headers[PAIRS_MOST];
    SignOptions options;
    Credentials who;
    char origin[256];
    Buffer text; /* of request.txt, cut into pieces */
} Vector;

static void decode(char *text)
{
    char *to = text;
    for (; *text; text++) {
        const char digits[3] = {text[0] == '%' ? text[1] : 'x', text[1] ? text[2] : 0, 0};
        char *end;
        long byte = strtol(digits, &end, 16);
        bool whole = end == digits + 2;
        *to++ = whole ? (char)byte : *text;
        text += whole ? 2 : 0;
    }
    *to = '\0';
}

static void cut_query(Vector *v, char *target)
{
    char *rest = strchr(target, '?'), *pair;
    if (rest)
        *rest++ = '\0';
    while (rest && (pair = strsep(&rest, "&")) && v->request.query_count < PAIRS_MOST) {
        char *name = strsep(&pair, "=");
        decode(name);
        if (pair)
            decode(pair);
        v->query[v->request.query_count++] = (HttpPair){name, pair};
    }
}

/* A header that goes on in the next line is one value with blanks in it. */
static void unfold(char *text)
{
    for (; *text && strncmp(text, "\n\n", 2) != 0; text++)
        if (text[0] == '\n' && (text[1] == ' ' || text[1] == '\t'))
            text[0] = ' ';
}

static void cut_request(Vector *v)
{
    unfold(v->text.bytes);
    char *rest = v->text.bytes, *body = strstr(rest, "\n\n");
    if (body) {
        *body = '\0';
        v->request.body = body + 2;
        v->request.body_size = strlen(body + 2);
    }
    char *line = strsep(&rest, "\n"), *version = strrchr(line, ' ');
    *version = '\0';
    v->request.method = strsep(&line, " ");
    cut_query(v, line);
    v->request.path = line;
    while (rest && v->request.header_count < PAIRS_MOST && (line = strsep(&rest, "\n"))) {
        char *name = strsep(&line, ":");
        for (char *c = name; *c; c++)
            *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 'a' - 'A' : *c);
        if (strcmp(name, "host") == 0)
            snprintf(v->origin, sizeof v->origin, "https://%s", line);
        else if (*name)
            v->headers[v->request.header_count++] = (HttpPair){name, line};
    }
    v->request.query = v->query;
    v->request.headers = v->headers;
    v->request.origin = v->origin;
}

static bool is_file(const char *folder, const char *name, const char *text)
{
    auto_buffer Buffer wanted = {0};
    bool same = read_file(folder, name, &wanted) && strcmp(wanted.bytes, text) == 0;
    if (!same)
        printf("%s: %s: wanted\n%s\nmade\n%s\n", folder, name, wanted.bytes ? wanted.bytes : "",
               text);
    return same;
}

static bool sign_vector(const char *folder, const Vector *v)
{
    Signed s = {0};
    Error e = {0};
    if (!sign_request(&v->request, &v->options, &s, &e)) {
        printf("%s: %s\n", folder, e.message);
        return false;
    }
    const char *signature = strstr(sent(&s, "authorization"), "Signature=");
    const char *token = sent(&s, "x-amz-security-token");
    bool good = is_file(folder, "header-canonical-request.txt", s.canonical_request.bytes) &&
                is_file(folder, "header-string-to-sign.txt", s.string_to_sign.bytes) && signature &&
                is_file(folder, "header-signature.txt", signature + 10) &&
                (v->who.token != NULL) == (token != NULL);
    signed_deinit(&s);
    return good;
}

static bool check_vector(const char *folder)
{
    auto_buffer Buffer text = {0};
    auto_json JsonNode *context = NULL;
    Error e = {0};
    if (!read_file(folder, "context.json", &text) ||
        !json_tree_read(text.bytes, text.length, &context, &e))
        return false;
    const JsonNode *who = json_tree_member(context, "credentials");
    Vector v = {.options = {.region = json_tree_member_text(context, "region"),
                            .service = json_tree_member_text(context, "service"),
                            .now_s = 1440938160, /* 2015-08-30T12:36:00Z */
                            .path_encoded_once = true},
                .who = {.access_key = (char *)json_tree_member_text(who, "access_key_id"),
                        .secret_key = (char *)json_tree_member_text(who, "secret_access_key"),
                        .token = (char *)json_tree_member_text(who, "token")}};
    v.options.credentials = &v.who;
    const char *when = json_tree_member_text(context, "timestamp");
    bool whole =
        when && strcmp(when, "2015-08-30T12:36:00Z") == 0 &&
        json_tree_bool(json_tree_member(context, "normalize"), &v.options.normalize_path) &&
        json_tree_bool(json_tree_member(context, "sign_body"), &v.options.body_hash_header);
    const JsonNode *omit = json_tree_member(context, "omit_session_token");
    if (omit)
        whole = whole && json_tree_bool(omit, &v.options.omit_token);
    whole = whole && read_file(folder, "request.txt", &v.text);
    if (whole)
        cut_request(&v);
    whole = whole && sign_vector(folder, &v);
    buffer_deinit(&v.text);
    return whole;
}

static int official(const char *suite)
{
    DIR *d = opendir(suite);
    size_t good = 0, all = 0;
    for (const struct dirent *entry; d && (entry = readdir(d));) {
        char folder[4096];
        snprintf(folder, sizeof folder, "%s/%s", suite, entry->d_name);
        auto_buffer Buffer wanted = {0}; /* some folders are only for presigned requests */
        if (entry->d_name[0] == '.' || !read_file(folder, "header-signature.txt", &wanted))
            continue;
        bool same = check_vector(folder);
        printf("%s %s\n", same ? "same" : "DIFFERS", entry->d_name);
        good += same;
        all++;
    }
    if (d)
        closedir(d);
    printf("%zu of %zu\n", good, all);
    return all > 0 && good == all ? EXIT_SUCCESS : EXIT_FAILURE;
}

static const Case cases[] = {
    {"botocore", botocore},
    {"published", published},
    {"line_end_in_credentials", line_end_in_credentials},
    {"unsigned_payload_wants_tls", unsigned_payload_wants_tls},
};

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--official") == 0)
        return official(argv[2]);
    return cases_main(argc, argv, cases, CASES(cases));
}
