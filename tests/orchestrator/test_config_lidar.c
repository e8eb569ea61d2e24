/* test_config_lidar.c: the pipeline `lidar` and its options in a configuration. */
#include "orchestrator/config.h"

#include "tests/support/cases.h"

#include <string.h>

static void free_arena(Arena *a)
{
    arena_deinit(a);
}
#define auto_arena __attribute__((cleanup(free_arena)))

static void parse(const char *text, Arena *a, Config *c)
{
    Error e = {0};
    assert_ok(config_parse(text, strlen(text), "weir.yaml", a, c, &e), &e);
}

static void sections(void **state)
{
    (void)state;
    auto_arena Arena a = {0};
    Config c;
    parse("rules:\n  - {match: a, pipeline: lidar}\n  - {match: b, pipeline: lidar}\n"
          "  - {match: c, pipeline: strict}\n  - {match: d, pipeline: summary}\n"
          "pipelines:\n  strict: {format: hpl, lidar: {intensity_min: 1.015}}\n"
          "lidar: {rays_min: 6, gap_max: 1m}\n",
          &a, &c);
    const Pipeline *p = c.rules[0].pipeline, *strict = c.rules[2].pipeline;
    assert_string_equal(p->name, "lidar");
    assert_ptr_equal(c.rules[1].pipeline, p);
    assert_true(p->derives_lidar && strict->derives_lidar);
    assert_false(c.standard->derives_lidar);
    assert_int_equal(p->lidar.rays_min, 6);
    assert_int_equal(strict->lidar.rays_min, 6);
    assert_true(p->lidar.gap_max_s == 60 && p->lidar.intensity_min == 1.008);
    assert_true(strict->lidar.intensity_min == 1.015 && strict->lidar.residual_max == 5);
    assert_true(p->lidar.condition_max == 10 && p->lidar.jump_max == 20 && p->lidar.cnr_min == 0);
}

/* What is derived belongs to the result, so its options belong to the hash. */
static void hashes(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "rules: [{match: a, pipeline: summary}]",
        "rules: [{match: a, pipeline: lidar}]",
        "rules: [{match: a, pipeline: lidar}]\nlidar: {rays_min: 6}",
        "rules: [{match: a, pipeline: x}]\npipelines: {x: {lidar: {towards: true}}}",
    };
    enum { TEXTS = sizeof texts / sizeof *texts };
    auto_arena Arena a = {0};
    Config c[TEXTS], unnamed;
    for (size_t i = 0; i < TEXTS; i++) {
        parse(texts[i], &a, &c[i]);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(c[i].rules[0].pipeline->hash, c[k].rules[0].pipeline->hash);
        assert_string_equal(c[i].standard->hash, c[0].standard->hash);
    }
    parse("rules: [{match: a, pipeline: x}]\npipelines: {x: {lidar: }}", &a, &unnamed);
    assert_string_equal(unnamed.rules[0].pipeline->hash, c[1].rules[0].pipeline->hash);
}

int main(int argc, char **argv)
{
    static const Case cases[] = {{"sections", sections}, {"hashes", hashes}};
    return cases_main(argc, argv, cases, CASES(cases));
}
