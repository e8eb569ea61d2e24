/* test_json.c: what comes out, byte for byte; the expected texts read back with Python's json. */
#include "core/json.h"
#include "tests/support/cases.h"

#include <math.h>
#include <string.h>

static void object(void **state)
{
    (void)state;
    auto_buffer Buffer b = {0};
    Json j = {.out = &b};
    json_object_begin(&j);
    json_key(&j, "uri");
    json_text(&j, "/data/a.nc");
    json_key(&j, "shape");
    json_array_begin(&j);
    json_uint(&j, 3);
    json_uint(&j, UINT64_MAX);
    json_array_end(&j);
    json_key(&j, "none");
    json_array_begin(&j);
    json_array_end(&j);
    json_key(&j, "min");
    json_int(&j, INT64_MIN);
    json_key(&j, "nested");
    json_array_begin(&j);
    json_object_begin(&j);
    json_object_end(&j);
    json_object_begin(&j);
    json_key(&j, "ok");
    json_bool(&j, true);
    json_object_end(&j);
    json_bool(&j, false);
    json_array_end(&j);
    json_key(&j, "reason");
    json_text(&j, NULL);
    json_object_end(&j);
    assert_false(b.failed);
    assert_string_equal(b.bytes,
                        "{\"uri\":\"/data/a.nc\",\"shape\":[3,18446744073709551615],\"none\":[],"
                        "\"min\":-9223372036854775808,\"nested\":[{},{\"ok\":true},false],"
                        "\"reason\":null}");
}

static void doubles(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.1, "0.1"},  {-0.0, "-0.0"}, {1e300, "1e300"},     {1.0 / 3, "0.3333333333333333"},
        {NAN, "null"}, {-NAN, "null"}, {INFINITY, "null"},   {-INFINITY, "null"},
        {3, "3"},      {1e-5, "1e-5"}, {-1.5e-9, "-1.5e-9"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        auto_buffer Buffer b = {0};
        Json j = {.out = &b};
        json_double(&j, rows[i].value);
        assert_string_equal(b.bytes, rows[i].text);
    }
}

/* An invalid byte 0xNN is \udcNN, as Python's os.fsdecode and json.dumps write it. */
static void strings(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *text;
    } rows[] = {
        {"", 0, "\"\""},
        {"a\"b\\c/", 6, "\"a\\\"b\\\\c/\""},
        {"\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\""},
        {"\x01\x1f\x7f", 3, "\"\\u0001\\u001f\x7f\""},
        {"a\0b", 3, "\"a\\u0000b\""},
        {"\xc2\xb0"
         "C",
         3,
         "\"\xc2\xb0"
         "C\""},
        {"\xf0\x9f\x8c\x8a", 4, "\"\xf0\x9f\x8c\x8a\""},
        {"b\xff.nc", 5, "\"b\\udcff.nc\""},
        {"\xe2\x82", 2, "\"\\udce2\\udc82\""},
        {"\xed\xa0\x80", 3, "\"\\udced\\udca0\\udc80\""},
        {"\xc3\xa9\xe9\n", 4, "\"\xc3\xa9\\udce9\\n\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        auto_buffer Buffer b = {0};
        Json j = {.out = &b};
        json_string(&j, rows[i].bytes, rows[i].length);
        assert_string_equal(b.bytes, rows[i].text);
    }
}

static void key_is_escaped(void **state)
{
    (void)state;
    auto_buffer Buffer b = {0};
    Json j = {.out = &b};
    json_object_begin(&j);
    json_key(&j, "a\"b");
    json_null(&j);
    json_object_end(&j);
    assert_string_equal(b.bytes, "{\"a\\\"b\":null}");
}

static const Case cases[] = {
    {"object", object},
    {"doubles", doubles},
    {"strings", strings},
    {"key_is_escaped", key_is_escaped},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
