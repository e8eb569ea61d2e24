/* test_s3_page.c: replies of ListObjectsV2, written by hand after the API reference. */
#include "tests/support/cases.h"

#include "stores/aws/s3_page.h"

#include <stdio.h>
#include <string.h>

/* what lies between is XML as the service writes it */
#define LIST(...)                                                                                  \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "                               \
    "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" __VA_ARGS__ "</ListBucketResult>"
#define URL "<EncodingType>url</EncodingType>"
#define OBJECT(key, size)                                                                          \
    "<Contents><Key>" key "</Key><LastModified>2026-11-21T10:00:00.000Z</"                         \
    "LastModified><ETag>&quot;0cc1&quot;</ETag><Size>" size                                        \
    "</Size><StorageClass>STANDARD</StorageClass></Contents>"
static S3Page page(const char *xml, Error *e, bool *ok)
{
    S3Page p = {0};
    arena_init(&p.arena, 0);
    *ok = s3_page_read(&p, xml, strlen(xml), e);
    return p;
}

/* Keys with '|' between, then common prefixes, then the token. */
static void reads(void **state)
{
    (void)state;
    static const struct {
        const char *name, *xml, *keys, *prefixes, *token;
    } rows[] = {
        {"nothing", LIST(URL "<KeyCount>0</KeyCount><IsTruncated>false</IsTruncated>"), "", "", ""},
        {"two", LIST(URL OBJECT("a/b", "3") OBJECT("a/c", "0")), "a/b|a/c|", "", ""},
        {"encoded",
         LIST(URL OBJECT("%01a+b", "1") OBJECT("a+b%2Bc%25%0A", "1") OBJECT("%C3%BC", "1")),
         "\001a b|a b+c%\n|\303\274|", "", ""},
        {"encoding named last", LIST(OBJECT("a+b", "1") URL), "a b|", "", ""},
        {"not encoded", LIST(OBJECT("a+b%20", "1")), "a+b%20|", "", ""},
        {"entities", LIST(URL OBJECT("a&amp;b&lt;", "1")), "a&b<|", "", ""},
        {"more",
         LIST(URL "<IsTruncated>true</IsTruncated><NextContinuationToken>1+/=a</"
                  "NextContinuationToken>" OBJECT("k", "1")),
         "k|", "", "1+/=a"},
        {"token without more",
         LIST(URL "<NextContinuationToken>x</NextContinuationToken>" OBJECT("k", "1")), "k|", "",
         ""},
        {"no key and more",
         LIST("<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>"),
         "", "", "x"},
        {"prefixes",
         LIST(URL OBJECT(
             "a", "1") "<CommonPrefixes><Prefix>b+c/</Prefix></"
                       "CommonPrefixes><CommonPrefixes><Prefix>d/</Prefix></CommonPrefixes>"),
         "a|", "b c/|d/|", ""},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        Error e = {0};
        bool ok;
        auto_buffer Buffer keys = {0}, prefixes = {0};
        print_message("%s\n", rows[i].name);
        S3Page p = page(rows[i].xml, &e, &ok);
        assert_ok(ok, &e);
        buffer_string(&keys, "");
        buffer_string(&prefixes, "");
        for (size_t k = 0; k < p.count; k++)
            buffer_printf(&keys, "%s|", p.objects[k].key);
        for (size_t k = 0; k < p.prefix_count; k++)
            buffer_printf(&prefixes, "%s|", p.prefixes[k]);
        assert_string_equal(keys.bytes, rows[i].keys);
        assert_string_equal(prefixes.bytes, rows[i].prefixes);
        assert_string_equal(p.token ? p.token : "", rows[i].token);
        arena_deinit(&p.arena);
    }
}

static void fields(void **state)
{
    (void)state;
    Error e = {0};
    bool ok;
    S3Page p = page(LIST(URL OBJECT("a", "18446744073709551615")), &e, &ok);
    assert_ok(ok, &e);
    assert_int_equal(p.count, 1);
    assert_true(p.objects[0].size_bytes == UINT64_MAX);
    assert_string_equal(p.objects[0].etag, "0cc1");
    arena_deinit(&p.arena);
}

static void refuses(void **state)
{
    (void)state;
    static const struct {
        const char *name, *xml, *says;
    } rows[] = {
        {"empty", "", ""},
        {"another root", "<ListAllMyBucketsResult><Owner/></ListAllMyBucketsResult>", "is none"},
        {"cut", "<ListBucketResult><Contents><Key>a</Key>", ""},
        {"no ETag", LIST("<Contents><Key>a</Key><Size>1</Size></Contents>"), "without key or ETag"},
        {"no key", LIST("<Contents><ETag>a</ETag><Size>1</Size></Contents>"),
         "without key or ETag"},
        {"empty key", LIST(OBJECT("", "1")), "empty"},
        {"size", LIST(OBJECT("a", "-1")), "size that is no number"},
        {"order", LIST(OBJECT("b", "1") OBJECT("a", "1")), "order"},
        {"twice", LIST(OBJECT("a", "1") OBJECT("a", "1")), "order"},
        {"more, but where", LIST("<IsTruncated>true</IsTruncated>" OBJECT("a", "1")), "not where"},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        Error e = {0};
        bool ok;
        print_message("%s\n", rows[i].name);
        S3Page p = page(rows[i].xml, &e, &ok);
        assert_false(ok);
        assert_int_equal(e.kind, ERROR_RETRY);
        bool order = strcmp(rows[i].says, "order") == 0;
        assert_string_equal(e.code, order ? "unordered" : "bad_reply");
        assert_non_null(strstr(e.message, rows[i].says));
        arena_deinit(&p.arena);
    }
}

static const Case cases[] = {
    {"reads", reads},
    {"fields", fields},
    {"refuses", refuses},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
