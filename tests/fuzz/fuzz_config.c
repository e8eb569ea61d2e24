/* fuzz_config.c: a configuration of any bytes is read, or refused with a reason. */
#include "orchestrator/config.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libfyaml 0.7.12 loses its buffer at a long quoted text without an end. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libfyaml.so";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a;
    arena_init(&a, 1 << 26);
    Config c;
    Error e = {0};
    bool good = config_parse((const char *)data, size, "weir.yaml", &a, &c, &e);
    if (!good && !e.message[0])
        __builtin_trap(); /* refused without a reason */
    if (good && (c.pipeline_count == 0 || c.pipelines[0] != c.standard))
        __builtin_trap();
    Choice choice;
    if (good)
        classify(c.rules, c.rule_count, c.standard, "/data/2019/sgpmetE13.b1.20190101.cdf",
                 &choice);
    arena_deinit(&a);
    return 0;
}
