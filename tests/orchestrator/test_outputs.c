/* test_outputs.c: names of outputs; `--do CONFIG OUT URI...` writes those of files that a ledger
 * has, within a batch, as a run does (tests/aws/outputs.sh). */
#include "orchestrator/key_template.h"
#include "orchestrator/outputs.h"
#include "tests/support/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const KeyFacts local = {.uri = "/data/2019/cast 1.tar.gz",
                               .unit = "in/a.csv",
                               .pipeline = "summary",
                               .work_key = "0123",
                               .first_time = "2019-06-03T04:05:06.5Z",
                               .last_time = NULL};

/* By hand; the digests by sha256sum over the part and a NUL. */
static void names(void **state)
{
    (void)state;
    static const struct {
        const char *template, *uri, *name;
    } cases[] = {
        {"{pipeline}/{bucket}/{key}.ndjson", NULL, "summary/local/data/2019/cast 1.tar.gz.ndjson"},
        {"{name}|{stem}|{work_key}", NULL, "cast 1.tar.gz|cast 1.tar|0123"},
        {"{first_time:%Y/%m/%d}/{first_time:%H%M%S}", NULL, "2019/06/03/040506"},
        {"{first_time}-{last_time}", NULL, "20190603T040506Z-undated"},
        {"{key}/{unit}", NULL, "data/2019/cast 1.tar.gz/in/a.csv"},
        {"{uri}", NULL, "%2Fdata/2019/cast 1.tar.gz"},
        {"{bucket}/{key}.ndjson", "s3://b.c/x/y.nc", "b.c/x/y.nc.ndjson"},
        {"{uri}", "s3://b/x", "s3:/%2Fb/x"},
        /* nothing leaves the folder, no part is empty */
        {"{key}", "s3://b/../../etc/passwd", "%2E%2E/%2E%2E/etc/passwd"},
        {"{key}", "s3://b/./a/../b", "%2E/a/%2E%2E/b"},
        {"{key}", "s3://b/...", "..."},
        {"{key}", "s3://b//a//b/", "%2Fa/%2Fb%2F"},
        {"{key}", "s3://b/", "%2F"},
        {"../{key}/..", "s3://b/k", "%2E%2E/k/%2E%2E"},
        {"/{key}", "s3://b/k", "%2Fk"},
        {"{key}", "s3://b/a%2Fb%", "a%252Fb%25"},
        {"{key}", "s3://b/a\nb\x7f", "a%0Ab%7F"},
        {"{key}", "s3://b/\xc3\xa9\xff\xc3", "\xc3\xa9%FF%C3"},
        {"{name}", "s3://b/x/", "%2F"},
        {"{stem}", "s3://b/.hidden", ".hidden"},
    };
    for (size_t i = 0; i < CASES(cases); i++) {
        Arena a;
        KeyTemplate t;
        Error e = {0};
        auto_buffer Buffer name = {0};
        KeyFacts f = local;
        if (cases[i].uri)
            f.uri = cases[i].uri;
        arena_init(&a, 0);
        assert_ok(key_template_read(cases[i].template, &a, &t, &e), &e);
        assert_ok(key_template_expand(&t, &f, &name, &e), &e);
        assert_string_equal(name.bytes, cases[i].name);
        arena_deinit(&a);
    }
}

/* 199 x and an e with an accent do not fit into 200 bytes. */
static void long_names(void **state)
{
    (void)state;
    Arena a;
    KeyTemplate t;
    Error e = {0};
    char uri[1100] = "s3://b/";
    arena_init(&a, 0);
    assert_ok(key_template_read("{key}", &a, &t, &e), &e);
    for (size_t length = 190; length < 1000; length += 37) {
        auto_buffer Buffer name = {0}, other = {0};
        memset(uri + 7, 'x', length);
        for (size_t k = 7 + 255; k < 7 + length; k += 255)
            uri[k] = length > 500 ? '/' : 'x';
        memcpy(uri + 7 + length, "\xc3\xa9", 3);
        KeyFacts f = local;
        f.uri = uri;
        assert_ok(key_template_expand(&t, &f, &name, &e), &e);
        memcpy(uri + 7 + length, "\xc3\xa8", 3);
        assert_ok(key_template_expand(&t, &f, &other, &e), &e);
        assert_true(name.length <= 900);
        assert_string_not_equal(name.bytes, other.bytes);
        for (const char *part = name.bytes; part;
             part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL)
            assert_true(strcspn(part, "/") > 0 && strcspn(part, "/") <= 200);
    }
    arena_deinit(&a);
}

static void one_long_part(void **state)
{
    (void)state;
    Arena a;
    KeyTemplate t;
    Error e = {0};
    char uri[300] = "s3://b/", wanted[300];
    auto_buffer Buffer name = {0};
    arena_init(&a, 0);
    memset(uri + 7, 'x', 250);
    assert_ok(key_template_read("{key}", &a, &t, &e), &e);
    assert_ok(key_template_expand(&t, &(KeyFacts){.uri = uri}, &name, &e), &e);
    memset(wanted, 'x', 183);
    /* (printf 'x%.0s' $(seq 250); printf '\0') | sha256sum */
    snprintf(wanted + 183, sizeof wanted - 183, "~c1ce29b1bdb6f920");
    assert_string_equal(name.bytes, wanted);
    arena_deinit(&a);
}

static void mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *template, *said;
    } cases[] = {
        {"{keys}", "unknown field {keys} (did you mean {key}?)"},
        {"{}", "unknown field {}"},
        {"x/{pipelin}", "did you mean {pipeline}?"},
        {"{first_time:%Q}", "of a time there are %Y"},
        {"{first_time:%", "a { without its }"},
        {"{first_time:%}", "of a time there are %Y"},
        {"a}", "a } without its {"},
        {"{key", "a { without its }"},
        {"{key:%Y}", "only first_time and last_time"},
        {"results.ndjson", "every file would have the same name"},
        {"", "every file would have the same name"},
    };
    for (size_t i = 0; i < CASES(cases); i++) {
        Arena a;
        KeyTemplate t;
        Error e = {0};
        arena_init(&a, 0);
        assert_false(key_template_read(cases[i].template, &a, &t, &e));
        assert_int_equal(e.kind, ERROR_SETUP);
        if (!strstr(e.message, cases[i].said))
            assert_string_equal(e.message, cases[i].said);
        arena_deinit(&a);
    }
}

static const Case cases[] = {
    {"names", names},
    {"long_names", long_names},
    {"one_long_part", one_long_part},
    {"mistakes", mistakes},
};

static bool write_all(const Config *c, const char *folder, char **uris, size_t count, Error *e)
{
    AwsOptions o = {.connections = 16, .version = "test"};
    Aws *aws = NULL;
    Ledger *l = NULL;
    Outputs *outputs = NULL;
    bool ok = (!outputs_remote(c) || aws_open(&o, &aws, e)) &&
              ledger_open(folder, LEDGER_WRITE, &l, e) && outputs_open(c, aws, NULL, &outputs, e) &&
              ledger_begin(l, e) &&
              outputs_write(outputs, l, (const char *const *)uris, count, e) && ledger_commit(l, e);
    outputs_close(outputs);
    ledger_close(l);
    aws_close(aws);
    return ok;
}

static int write_outputs(int count, char **words)
{
    static const char *const kinds[] = {"NONE", "DATA", "RETRY", "SETUP"};
    Arena a;
    Config c;
    Error e = {0};
    arena_init(&a, 0);
    bool ok = config_load(words[0], &a, &c, &e) &&
              write_all(&c, words[1], words + 2, (size_t)count - 2, &e);
    if (!ok)
        fprintf(stderr, "%s %s: %s\n", kinds[e.kind], e.code, e.message);
    arena_deinit(&a);
    return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc > 3 && strcmp(argv[1], "--do") == 0)
        return write_outputs(argc - 2, argv + 2);
    return cases_main(argc, argv, cases, CASES(cases));
}
