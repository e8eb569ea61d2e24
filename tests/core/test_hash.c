/* test_hash.c: against Python's hashlib over the same bytes, each string with its NUL. */
#include "core/hash.h"
#include "tests/support/cases.h"

#include <stdio.h>
#include <string.h>

static void check(const char *const *strings, const char *expected)
{
    Error e = {0};
    char hash[HASH_HEX_SIZE];
    memset(hash, 'x', sizeof hash);
    assert_ok(hash_strings(hash, strings, &e), &e);
    assert_string_equal(hash, expected);
}

static void known_hashes(void **state)
{
    (void)state;
    static const struct {
        const char *strings[3];
        const char *hash;
    } rows[] = {
        {{NULL}, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {{"", NULL}, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
        {{"ab", "c", NULL}, "629c2f14f654f026086f2aefe1855533d0897f49df86a19073be17b237361b09"},
        {{"a", "bc", NULL}, "aa795aa4bbb6117911ef062e271bcb05ccfd58ea439da7d46a44e3a3fcefa790"},
        {{"abc", NULL}, "dc1114cd074914bd872cc1f9a23ec910ea2203bc79779ab2e17da25782a624fc"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(rows[i].strings, rows[i].hash);
}

/* RFC 1321, A.5; FIPS 180-2, A.1 and B.1. In two pieces. */
static void kinds(void **state)
{
    (void)state;
    static const struct {
        HashKind kind;
        size_t size;
        const char *hash;
    } rows[] = {
        {HASH_MD5, 16, "900150983cd24fb0d6963f7d28e17f72"},
        {HASH_SHA1, 20, "a9993e364706816aba3e25717850c26c9cd0d89d"},
        {HASH_SHA256, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        auto_hash Hash h = {NULL};
        Error e = {0};
        unsigned char bytes[HASH_BYTES_MAX];
        size_t size;
        char hash[HASH_HEX_SIZE];
        assert_ok(hash_begin(&h, rows[i].kind, &e), &e);
        assert_ok(hash_add(&h, "a", 1, &e) && hash_add(&h, "bc", 2, &e), &e);
        assert_ok(hash_end(&h, bytes, &size, &e), &e);
        assert_int_equal(size, rows[i].size);
        for (size_t k = 0; k < size; k++)
            snprintf(hash + 2 * k, 3, "%02x", bytes[k]);
        assert_string_equal(hash, rows[i].hash);
    }
}

static void library_version(void **state)
{
    (void)state;
    char version[32], small[3];
    hash_library_version(version, sizeof version);
    assert_true(version[0] >= '1' && version[0] <= '9' && version[1] == '.');
    hash_library_version(small, sizeof small);
    assert_int_equal(strlen(small), 2);
}

static const Case cases[] = {
    {"known_hashes", known_hashes},
    {"kinds", kinds},
    {"library_version", library_version},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
