/* test_http_request.c: what is sent for a path and a query. Expected: Python's
 * urllib.parse.quote(bytes, safe='/-._~'). */
#include "stores/aws/http_request.h"

#include "tests/support/cases.h"

#include <string.h>

static void keys(void **state)
{
    (void)state;
    static const struct {
        const char *path, *target;
    } table[] = {
        {"/a b", "/a%20b"},
        {"/a+b", "/a%2Bb"},
        {"/100%", "/100%25"},
        {"/%2F", "/%252F"},
        {"/a%20b", "/a%2520b"},
        {"///a//", "///a//"},
        {"//../b/./c", "//../b/./c"},
        {"/G\xc3\xb6\xc3\x9f", "/G%C3%B6%C3%9F"},
        {"/\xe6\x97\xa5\xe6\x9c\xac", "/%E6%97%A5%E6%9C%AC"},
        {"/\xf0\x9f\x90\x8b", "/%F0%9F%90%8B"},
        {"/a\nb\r\tc", "/a%0Ab%0D%09c"},
        {"/\x01\x1f\x7f", "/%01%1F%7F"},
        {"/?x=1&y#z", "/%3Fx%3D1%26y%23z"},
        {"/!\"$'()*,", "/%21%22%24%27%28%29%2A%2C"},
        {"/:;<=>@[\\]^`{|}", "/%3A%3B%3C%3D%3E%40%5B%5C%5D%5E%60%7B%7C%7D"},
        {"/-._~09AZaz", "/-._~09AZaz"},
        {"/\xff\xfe\x80", "/%FF%FE%80"},
        {"/e\xcc\x81", "/e%CC%81"},
        {"/CON.", "/CON."},
        {"/ ", "/%20"},
        {"/'; DROP TABLE x--", "/%27%3B%20DROP%20TABLE%20x--"},
        {"/", "/"},
    };
    for (size_t i = 0; i < CASES(table); i++) {
        auto_buffer Buffer out = {0};
        http_target(&(HttpRequest){.path = table[i].path}, &out);
        assert_false(out.failed);
        assert_string_equal(out.bytes, table[i].target);
    }
}

/* 1,024 bytes, each three letters when encoded. */
static void longest_key(void **state)
{
    (void)state;
    char path[1026] = "/";
    memset(path + 1, '+', 1024);
    auto_buffer Buffer out = {0};
    http_target(&(HttpRequest){.path = path}, &out);
    assert_int_equal(out.length, 1 + 3 * 1024);
    for (size_t i = 1; i < out.length; i += 3)
        assert_memory_equal(out.bytes + i, "%2B", 3);
}

typedef struct QueryCase {
    HttpPair pairs[6];
    size_t count;
    const char *target;
} QueryCase;

/* By the bytes of the encoded names (%, -, ., digits, capitals, small letters), then of the values;
 * by hand. */
static void queries(void **state)
{
    (void)state;
    static const QueryCase table[] = {
        {{{"uploads", NULL}}, 1, "/?uploads="},
        {{{"prefix", ""}, {"list-type", "2"}}, 2, "/?list-type=2&prefix="},
        {{{"b", "1"}, {"a", "2"}, {"B", "3"}, {"\xc3\xa9", "4"}, {"a-", "5"}, {"a", "10"}},
         6,
         "/?%C3%A9=4&B=3&a=10&a=2&a-=5&b=1"},
        {{{"t", "1+2/3=="}}, 1, "/?t=1%2B2%2F3%3D%3D"},
        {{{"a b&c", "d=e f"}}, 1, "/?a%20b%26c=d%3De%20f"},
        {{{"x", "\n\x7f\xff"}}, 1, "/?x=%0A%7F%FF"},
        {{{"a1", "2"}, {"a", "1"}}, 2, "/?a=1&a1=2"},
    };
    for (size_t i = 0; i < CASES(table); i++) {
        auto_buffer Buffer out = {0};
        http_target(
            &(HttpRequest){.path = "/", .query = table[i].pairs, .query_count = table[i].count},
            &out);
        assert_false(out.failed);
        assert_string_equal(out.bytes, table[i].target);
    }
}

/* RFC 9110, 7.2 and 4.2: the port is left out where it is the scheme's. */
static void hosts(void **state)
{
    (void)state;
    static const struct {
        const char *origin, *host;
    } table[] = {
        {"https://s3.amazonaws.com", "s3.amazonaws.com"},
        {"https://s3.amazonaws.com/", "s3.amazonaws.com"},
        {"https://h:443", "h"},
        {"https://h:443/x", "h"},
        {"http://h:80", "h"},
        {"https://h:80", "h:80"},
        {"http://h:443", "h:443"},
        {"http://127.0.0.1:5000", "127.0.0.1:5000"},
        {"http://[::1]:9000", "[::1]:9000"},
        {"http://[fd00::80]", "[fd00::80]"},
        {"http://[::1]:80", "[::1]"},
        {"https://h:8443", "h:8443"},
        {"http://h:8080", "h:8080"},
    };
    for (size_t i = 0; i < CASES(table); i++) {
        auto_buffer Buffer out = {0};
        http_host(table[i].origin, &out);
        assert_string_equal(out.bytes, table[i].host);
    }
}

static const Case cases[] = {
    {"keys", keys},
    {"longest_key", longest_key},
    {"queries", queries},
    {"hosts", hosts},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
