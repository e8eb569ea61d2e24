/* test_json_tree.c: JSON that is read, and what is none (RFC 8259; Python's json as the second
 * opinion). */
#include "core/json_tree.h"

#include "core/buffer.h"
#include "tests/support/cases.h"

#include <locale.h>
#include <string.h>

static JsonNode *read_text(const char *text)
{
    JsonNode *n = NULL;
    Error e = {0};
    assert_ok(json_tree_read(text, strlen(text), &n, &e), &e);
    assert_non_null(n);
    return n;
}

static void strings(void **state)
{
    (void)state;
    static const struct {
        const char *json, *text;
    } table[] = {
        {"\"\"", ""},
        {" \t\r\n\"a\"\n ", "a"},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
        {"\"\\u20AC\\u00e9\"", "\xe2\x82\xac\xc3\xa9"},
        {"\"\\ud83d\\udc0b\"", "\xf0\x9f\x90\x8b"},
        {"\"\xe6\x97\xa5 { [ \"", "\xe6\x97\xa5 { [ "},
        {"\"\\\\u0000\"", "\\u0000"},
        {"\"a/b+c%20d\"", "a/b+c%20d"},
    };
    for (size_t i = 0; i < CASES(table); i++) {
        auto_json JsonNode *n = read_text(table[i].json);
        assert_string_equal(json_tree_text(n), table[i].text);
    }
}

static void numbers(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        double value;
    } table[] = {
        {"0", 0},
        {"-0.5", -0.5},
        {"1e3", 1000},
        {"1E-2", 0.01},
        {"123456789012", 123456789012.0},
        {"1.5e+300", 1.5e300},
        {"0.1", 0.1},
    };
    for (size_t i = 0; i < CASES(table); i++) {
        auto_json JsonNode *n = read_text(table[i].json);
        double value = -1;
        assert_true(json_tree_number(n, &value));
        assert_true(value == table[i].value);
    }
    auto_json JsonNode *large = read_text("1e999");
    double value = -1;
    assert_false(json_tree_number(large, &value));
}

/* A decimal comma in the environment changes nothing. */
static void decimal_comma(void **state)
{
    (void)state;
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8"))
        case_skip("neither de_DE.UTF-8 nor fr_FR.UTF-8 is installed");
    auto_json JsonNode *n = read_text("1.25");
    double value = -1;
    assert_true(json_tree_number(n, &value));
    assert_true(value == 1.25);
}

static void chains(void **state)
{
    (void)state;
    auto_json JsonNode *n =
        read_text("{\"Records\":[{\"s3\":{\"object\":{\"key\":\"k\",\"size\":3}}},"
                  "{\"s3\":null}],\"a\":true,\"A\":false,\"n\":null,\"e\":{}}");
    const JsonNode *records = json_tree_member(n, "Records"), *one = json_tree_first(records);
    const JsonNode *object = json_tree_member(json_tree_member(one, "s3"), "object");
    assert_string_equal(json_tree_member_text(object, "key"), "k");
    assert_null(json_tree_member_text(object, "Key"));
    assert_null(json_tree_member_text(object, "size"));
    const JsonNode *two = json_tree_next(one);
    assert_non_null(two);
    assert_null(json_tree_next(two));
    assert_null(json_tree_member_text(json_tree_member(two, "s3"), "key"));
    assert_true(json_tree_is_array(records));
    assert_false(json_tree_is_object(records));
    assert_true(json_tree_is_object(n));
    assert_string_equal(json_tree_key(json_tree_first(n)), "Records");
    assert_null(json_tree_key(one));
    assert_null(json_tree_first(json_tree_member(n, "e")));
    bool b = false;
    assert_true(json_tree_bool(json_tree_member(n, "a"), &b) && b);
    assert_true(json_tree_bool(json_tree_member(n, "A"), &b) && !b);
    assert_false(json_tree_bool(json_tree_member(n, "n"), &b));
    assert_null(json_tree_member(records, "0"));
}

static void nothing(void **state)
{
    (void)state;
    double d;
    bool b;
    json_tree_free(NULL);
    assert_null(json_tree_member(NULL, "a"));
    assert_null(json_tree_member_text(NULL, "a"));
    assert_null(json_tree_first(NULL));
    assert_null(json_tree_next(NULL));
    assert_null(json_tree_key(NULL));
    assert_null(json_tree_text(NULL));
    assert_false(json_tree_is_array(NULL));
    assert_false(json_tree_is_object(NULL));
    assert_false(json_tree_number(NULL, &d));
    assert_false(json_tree_bool(NULL, &b));
}

typedef struct Bad {
    const char *json;
    size_t length; /* 0: strlen */
    const char *place;
} Bad;

static void refused(void **state)
{
    (void)state;
    static const Bad table[] = {
        {"", 0, "byte 0"},
        {" ", 0, NULL},
        {"{", 0, "byte 1"},
        {"{\"1\":1,", 0, "byte 7"},
        {"[1,]", 0, "byte 3"},
        {"{\"a\"}", 0, NULL},
        {"{a:1}", 0, NULL},
        {"nul", 0, "byte 0"},
        {"'a'", 0, "byte 0"},
        {"\"a", 0, NULL},
        {"\"a\\", 0, NULL},
        {"\"\\x\"", 0, NULL},
        {"\"\\u12\"", 0, NULL},
        {"\"\\ud83d\"", 0, NULL},
        {"\"\\udc0b\"", 0, NULL},
        {"\"a\\u0000b\"", 0, "byte 2"},
        {"\"\\\\\\u0000\"", 0, "byte 3"},
        {"\"a\0b\"", 5, "byte 2"},
        {"1\0", 2, "byte 1"},
        {"\"a\nb\"", 0, "byte 2"},
        {"\"a\\\nb\"", 0, NULL},
        {"1\v", 0, "byte 1"},
        {"1 2", 0, "byte 2"},
        {"{}}", 0, "byte 2"},
        {"[1 2]", 0, NULL},
        {"+1", 0, "byte 0"},
        {"NaN", 0, "byte 0"},
        {"-", 0, NULL},
        {"1.2.3", 0, NULL},
    };
    for (size_t i = 0; i < CASES(table); i++) {
        JsonNode *n = NULL;
        Error e = {0};
        size_t length = table[i].length ? table[i].length : strlen(table[i].json);
        print_message("%s\n", table[i].json);
        assert_false(json_tree_read(table[i].json, length, &n, &e));
        assert_null(n);
        assert_int_equal(e.kind, ERROR_DATA);
        assert_string_equal(e.code, "bad_json");
        if (table[i].place)
            assert_string_equal(e.place, table[i].place);
    }
}

static void write_depth(Buffer *b, int depth)
{
    for (int i = 0; i < depth; i++)
        buffer_string(b, i % 2 ? "{\"a\":" : "[");
    buffer_string(b, "0");
    while (depth-- > 0)
        buffer_string(b, depth % 2 ? "}" : "]");
}

static void depth(void **state)
{
    (void)state;
    static const int depths[] = {1, 100, 101, 1000000};
    for (size_t i = 0; i < CASES(depths); i++) {
        auto_buffer Buffer text = {0};
        auto_json JsonNode *n = NULL;
        Error e = {0};
        write_depth(&text, depths[i]);
        bool good = json_tree_read(text.bytes, text.length, &n, &e);
        assert_int_equal(good, depths[i] <= 100);
        assert_true(good || strstr(e.message, "100 levels"));
    }
}

/* Side by side is not above one another. */
static void wide(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, "[");
    for (int i = 0; i < 1000; i++)
        buffer_string(&text, "[{}],\"[{\",");
    buffer_string(&text, "0]");
    auto_json JsonNode *n = NULL;
    Error e = {0};
    assert_ok(json_tree_read(text.bytes, text.length, &n, &e), &e);
    size_t count = 0;
    for (const JsonNode *item = json_tree_first(n); item; item = json_tree_next(item))
        count++;
    assert_int_equal(count, 2001);
}

static void cut_anywhere(void **state)
{
    (void)state;
    static const char whole[] =
        "{\"Messages\":[{\"Body\":\"{\\\"k\\\":\\\"\\u20ac\\\"}\",\"n\":-1.5e3,"
        "\"t\":true,\"f\":false,\"z\":null,\"a\":[1,2,[]]}]}";
    for (size_t length = 0; length < sizeof whole - 1; length++) {
        char *copy = test_malloc(length ? length : 1);
        memcpy(copy, whole, length);
        JsonNode *n = NULL;
        Error e = {0};
        assert_false(json_tree_read(copy, length, &n, &e));
        assert_string_equal(e.code, "bad_json");
        test_free(copy);
    }
    auto_json JsonNode *n = read_text(whole);
    const JsonNode *message = json_tree_first(json_tree_member(n, "Messages"));
    assert_string_equal(json_tree_member_text(message, "Body"), "{\"k\":\"\xe2\x82\xac\"}");
}

static const Case cases[] = {
    {"strings", strings}, {"numbers", numbers}, {"decimal_comma", decimal_comma},
    {"chains", chains},   {"nothing", nothing}, {"refused", refused},
    {"depth", depth},     {"wide", wide},       {"cut_anywhere", cut_anywhere},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
