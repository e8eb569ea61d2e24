/* test_s3_list.c: listings of a made bucket, a few keys a page: each key once, whatever the tree
 * looks like and however the service cuts its pages. */
#include "tests/support/cases.h"
#include "tests/support/scripted_server.h"

#include "stores/aws/s3.h"

#include <ctype.h>

enum { PAGE = 7, KEYS_MOST = 4000, KEY_MOST = 64 };

/* A bucket behind a server: its keys in their order. */
typedef struct Bucket {
    char (*keys)[KEY_MOST];
    size_t count;
    bool repeats;     /* every seventh page is the first once more */
    bool empty_pages; /* every other page has no key, but says that there is more */
    bool fails;       /* now and then a call is refused */
    bool stuck;       /* the same page for ever */
    bool by_folders;  /* folders in the order of their names: a/z, then a-b/a; and by no key */
    unsigned asked;
    pthread_mutex_t lock;
} Bucket;

static int by_bytes(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int hex(char c)
{
    return c <= '9' ? c - '0' : c - 'A' + 10;
}

/* The value of a pair of the query, decoded; "" where there is none. */
static void parameter(const char *request, const char *name, char out[KEY_MOST + 8])
{
    char pattern[40];
    size_t length = 0;
    snprintf(pattern, sizeof pattern, "%s=", name);
    const char *line = strchr(request, '\n'), *at = request;
    do
        at = strstr(at + 1, pattern);
    while (at && at < line && at[-1] != '?' && at[-1] != '&');
    for (at = at && at < line ? at + strlen(pattern) : ""; *at && *at != '&' && *at != ' '; at++) {
        out[length++] = (char)(*at == '%' ? hex(at[1]) << 4 | hex(at[2]) : *at);
        at += *at == '%' ? 2 : 0;
    }
    out[length] = '\0';
}

/* As S3 encodes a key where it is asked to: all but these as bytes in hex. */
static void put_key(Buffer *out, const char *key)
{
    for (; *key; key++) {
        bool plain = isalnum((unsigned char)*key) || strchr("-._~/*", *key);
        buffer_printf(out, plain ? "%c" : "%%%02X", (unsigned char)*key);
    }
}

static bool begins(const char *key, const char *prefix)
{
    return strncmp(key, prefix, strlen(prefix)) == 0;
}

/* A token is the place where its page begins. */
static void put_more(char kind, size_t at, Buffer *out)
{
    buffer_printf(out,
                  "<IsTruncated>true</IsTruncated>"
                  "<NextContinuationToken>%c%zu</NextContinuationToken>",
                  kind, at);
}

/* Keys from place `i` on that begin with the prefix, or what they share up to a delimiter. */
static void put_page(const Bucket *b, const char *prefix, size_t i, bool folders, Buffer *out)
{
    char common[KEY_MOST] = "";
    for (size_t told = 0; i < b->count && told < PAGE; i++) {
        const char *key = b->keys[i];
        if (!begins(key, prefix))
            continue;
        const char *slash = folders ? strchr(key + strlen(prefix), '/') : NULL;
        if (slash && common[0] && begins(key, common))
            continue;
        told++;
        if (slash) {
            snprintf(common, sizeof common, "%.*s", (int)(slash + 1 - key), key);
            buffer_string(out, "<CommonPrefixes><Prefix>");
            put_key(out, common);
            buffer_string(out, "</Prefix></CommonPrefixes>");
            continue;
        }
        buffer_string(out, "<Contents><Key>");
        put_key(out, key);
        buffer_printf(out, "</Key><ETag>\"e\"</ETag><Size>%zu</Size></Contents>", i);
    }
    while (i < b->count &&
           !(begins(b->keys[i], prefix) && !(common[0] && begins(b->keys[i], common))))
        i++;
    if (i < b->count)
        put_more('T', i, out);
}

static size_t place_behind(const Bucket *b, const char *after)
{
    size_t i = 0;
    if (b->by_folders) {
        while (i < b->count && strcmp(b->keys[i], after) != 0)
            i++;
        return i < b->count ? i + 1 : 0;
    }
    while (i < b->count && strcmp(b->keys[i], after) <= 0)
        i++;
    return i;
}

static char *answer(void *context, const char *request)
{
    Bucket *b = context;
    char prefix[KEY_MOST + 8], after[KEY_MOST + 8], token[KEY_MOST + 8], delimiter[KEY_MOST + 8];
    parameter(request, "prefix", prefix);
    parameter(request, "start-after", after);
    parameter(request, "continuation-token", token);
    parameter(request, "delimiter", delimiter);
    pthread_mutex_lock(&b->lock);
    unsigned asked = b->asked++;
    pthread_mutex_unlock(&b->lock);
    size_t from = token[0] ? strtoul(token + 1, NULL, 10) : place_behind(b, after);
    auto_buffer Buffer body = {0};
    buffer_string(&body, "<ListBucketResult><EncodingType>url</EncodingType>");
    bool fails = b->fails && asked % 40 == 39;
    if (fails)
        buffer_string(&body, "<Error><Code>InternalError</Code></Error>");
    else if (b->empty_pages && token[0] != 'E' && !delimiter[0])
        put_more('E', from, &body);
    else
        put_page(b, prefix, b->stuck || (b->repeats && asked % 7 == 6) ? 0 : from,
                 delimiter[0] != '\0', &body);
    buffer_string(&body, "</ListBucketResult>");
    char *reply = NULL;
    if (asprintf(&reply, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n%s",
                 fails ? "500 Internal Server Error" : "200 OK", body.length, body.bytes) < 0)
        return NULL;
    return reply;
}

/* ---- trees */

static void add(Bucket *b, const char *format, ...) PRINTF_LIKE(2, 3);
static void add(Bucket *b, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    if (b->count < KEYS_MOST)
        vsnprintf(b->keys[b->count++], KEY_MOST, format, list);
    va_end(list);
}

static void flat(Bucket *b)
{
    for (int i = 0; i < 500; i++)
        add(b, "data/file-%04d.nc", i);
}

static void days(Bucket *b)
{
    for (int i = 0; i < 700; i++)
        add(b, "data/%d/%02d/%02d/%c.csv", 2019 + i / 350, 1 + i / 30 % 12, 1 + i % 30,
            'a' + i % 3);
}

static void one_each(Bucket *b)
{
    for (int i = 0; i < 400; i++)
        add(b, "data/d%03d/only", i);
}

static void uneven(Bucket *b)
{
    add(b, "data/a");
    add(b, "data/a/");
    for (int i = 0; i < 300; i++)
        add(b, "data/b/deep/er/and/deeper/%03d", i);
    for (int i = 0; i < 100; i++)
        add(b, "data/c/%03d/x/%d", i / 10, i % 10);
    add(b, "data/zz");
    for (int i = 0; i < 40; i++)
        add(b, "data0/%d", i); /* behind all that begins with "data/" */
}

static void nasty(Bucket *b)
{
    static const char *const parts[] = {" ",  "+",   "%",        "%2B",    "\n",  "\001",
                                        "//", "../", "\303\274", "&<>\"'", "?=#", "~"};
    for (size_t i = 0; i < CASES(parts); i++)
        for (size_t k = 0; k < CASES(parts); k++)
            add(b, "data/%s/%s", parts[i], parts[k]);
}

static void single(Bucket *b)
{
    add(b, "data/x");
}

static void nothing(Bucket *b)
{
    add(b, "elsewhere");
}

static const struct {
    const char *name;
    void (*make)(Bucket *b);
} trees[] = {{"flat", flat},      {"days", days},   {"one in each folder", one_each},
             {"uneven", uneven},  {"nasty", nasty}, {"single", single},
             {"nothing", nothing}};

/* ---- listing */

static Aws *reach(const Server *s)
{
    Aws *aws = NULL;
    Error e = {0};
    setenv("AWS_ENDPOINT_URL", s->origin, 1);
    setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
    setenv("AWS_REGION", "us-east-1", 1);
    setenv("AWS_CONFIG_FILE", "/dev/null", 1);
    setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", 1);
    AwsOptions o = {.connections = 16, .version = "test"};
    assert_ok(aws_open(&o, &aws, &e), &e);
    return aws;
}

static bool is_meant(const Bucket *b, size_t i, const char *prefix)
{
    return strncmp(b->keys[i], prefix, strlen(prefix)) == 0;
}

/* Lists and compares: each key with the prefix once, the size tells which. */
static void compare(Aws *aws, Bucket *b, const char *prefix, unsigned at_once)
{
    S3ListOptions o = {.bucket = "bucket", .prefix = prefix, .at_once = at_once};
    S3Listing *l;
    S3Object object;
    S3ListEvent event;
    Error e = {0};
    bool told[KEYS_MOST] = {false};
    size_t count = 0, last = 0;
    b->asked = 0;
    print_message("%zu keys, prefix \"%s\", %u at once\n", b->count, prefix, at_once);
    assert_ok(s3_list_open(aws, &o, &l, &e), &e);
    while ((event = s3_list_next(l, 1, &object, &e)) != S3_LIST_END) {
        assert_ok(event != S3_LIST_FAILED, &e);
        if (event == S3_LIST_LATER)
            continue;
        size_t i = object.size_bytes;
        assert_true(i < b->count && !told[i] && is_meant(b, i, prefix));
        assert_string_equal(object.key, b->keys[i]);
        assert_true(at_once > 1 || count == 0 || i > last);
        told[i] = true;
        last = i;
        count++;
    }
    for (size_t i = 0; i < b->count; i++)
        assert_int_equal(told[i], is_meant(b, i, prefix));
    s3_list_close(l);
}

static void fill(Bucket *b, size_t tree)
{
    b->count = 0;
    trees[tree].make(b);
    qsort(b->keys, b->count, KEY_MOST, by_bytes);
}

static void all_trees(Bucket how)
{
    static const char *const prefixes[] = {"", "data/", "dat", "data/2019/0", "data/b/deep/er/"};
    static const unsigned at_once[] = {1, 2, 5, 16};
    Bucket *b = &how;
    b->keys = calloc(KEYS_MOST, KEY_MOST);
    pthread_mutex_init(&b->lock, NULL);
    Server *s = calloc(1, sizeof *s);
    s->answer = answer;
    s->context = b;
    assert_true(server_open(s));
    Aws *aws = reach(s);
    for (size_t t = 0; t < CASES(trees); t++)
        for (size_t i = 0; i < CASES(prefixes) * CASES(at_once); i++) {
            fill(b, t);
            compare(aws, b, prefixes[i % CASES(prefixes)], at_once[i / CASES(prefixes)]);
        }
    aws_close(aws);
    server_close(s);
    pthread_mutex_destroy(&b->lock);
    free(b->keys);
    free(s);
}

static void honest(void **state)
{
    (void)state;
    all_trees((Bucket){0});
}

static void repeated_pages(void **state)
{
    (void)state;
    all_trees((Bucket){.repeats = true});
}

static void empty_pages(void **state)
{
    (void)state;
    all_trees((Bucket){.empty_pages = true});
}

static void refused_calls(void **state)
{
    (void)state;
    all_trees((Bucket){.fails = true});
}

/* The same keys for ever: an end with a word, and no end without one. */
static void no_way_on(void **state)
{
    (void)state;
    Bucket b = {.stuck = true, .keys = calloc(KEYS_MOST, KEY_MOST)};
    pthread_mutex_init(&b.lock, NULL);
    Server *s = calloc(1, sizeof *s);
    s->answer = answer;
    s->context = &b;
    assert_true(server_open(s));
    Aws *aws = reach(s);
    fill(&b, 0);
    S3ListOptions o = {.bucket = "bucket", .prefix = "", .at_once = 1};
    S3Listing *l;
    S3Object object;
    S3ListEvent event;
    Error e = {0};
    size_t count = 0;
    assert_ok(s3_list_open(aws, &o, &l, &e), &e);
    while ((event = s3_list_next(l, 1, &object, &e)) == S3_LIST_OBJECT || event == S3_LIST_LATER)
        count += event == S3_LIST_OBJECT;
    assert_int_equal(event, S3_LIST_FAILED);
    assert_int_equal(count, PAGE);
    assert_int_equal(e.kind, ERROR_RETRY);
    assert_non_null(strstr(e.message, "data/file-0006.nc"));
    s3_list_close(l);
    aws_close(aws);
    server_close(s);
    pthread_mutex_destroy(&b.lock);
    free(b.keys);
    free(s);
}

/* Two folders of `each` keys as a file system has them. Told wholly, or refused at once. */
static void other_order_of(size_t each, unsigned at_once)
{
    Bucket b = {.by_folders = true, .keys = calloc(KEYS_MOST, KEY_MOST)};
    pthread_mutex_init(&b.lock, NULL);
    Server *s = calloc(1, sizeof *s);
    s->answer = answer;
    s->context = &b;
    assert_true(server_open(s));
    Aws *aws = reach(s);
    for (size_t i = 0; i < each; i++)
        add(&b, "data/era5/%04zu.nc", i);
    for (size_t i = 0; i < each; i++)
        add(&b, "data/era5-land/%04zu.nc", i);
    S3ListOptions o = {.bucket = "bucket", .prefix = "", .at_once = at_once};
    S3Listing *l;
    S3Object object;
    S3ListEvent event;
    Error e = {0};
    assert_ok(s3_list_open(aws, &o, &l, &e), &e);
    while ((event = s3_list_next(l, 1, &object, &e)) == S3_LIST_OBJECT || event == S3_LIST_LATER)
        ;
    assert_int_equal(event, S3_LIST_FAILED);
    assert_int_equal(e.kind, ERROR_SETUP);
    assert_string_equal(e.code, "unordered");
    assert_non_null(strstr(e.message, "listing s3://bucket/: "));
    s3_list_close(l);
    aws_close(aws);
    server_close(s);
    pthread_mutex_destroy(&b.lock);
    free(b.keys);
    free(s);
}

static void other_order(void **state)
{
    (void)state;
    static const size_t each[] = {3, PAGE - 1, PAGE, PAGE + 3, 2 * PAGE, 50};
    for (size_t i = 0; i < CASES(each); i++) {
        other_order_of(each[i], 1);
        other_order_of(each[i], 4);
    }
}

static const Case cases[] = {
    {"honest", honest},           {"repeated_pages", repeated_pages},
    {"empty_pages", empty_pages}, {"refused_calls", refused_calls},
    {"no_way_on", no_way_on},     {"other_order", other_order},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
