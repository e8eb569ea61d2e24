/* test_base64.c: the vectors of RFC 4648, section 10, and what is refused. */
#include "core/base64.h"

#include "tests/support/cases.h"

#include <string.h>

static const struct {
    const char *bytes, *text;
} rows[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\377\376 \200", "//4ggA=="},
};

static void vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(rows); i++) {
        auto_buffer Buffer text = {0}, bytes = {0};
        base64_write(&text, rows[i].bytes, strlen(rows[i].bytes));
        assert_string_equal(text.bytes ? text.bytes : "", rows[i].text);
        assert_true(base64_read(&bytes, rows[i].text, strlen(rows[i].text)));
        assert_string_equal(bytes.bytes ? bytes.bytes : "", rows[i].bytes);
    }
}

static void refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"Z",    "Zg",   "Zg=",      "Zg===", "=Zg=", "Z===",
                                        "====", "Zm 9", "Zg==Zg==", "Zm9-",  "Zm9_", "Zm9\n"};
    for (size_t i = 0; i < CASES(texts); i++) {
        auto_buffer Buffer bytes = {0};
        if (base64_read(&bytes, texts[i], strlen(texts[i])))
            print_error("%s\n", texts[i]);
        assert_false(base64_read(&bytes, texts[i], strlen(texts[i])));
    }
}

static const Case cases[] = {{"vectors", vectors}, {"refused", refused}};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
