/* fuzz_report.c: the bytes that an untrusted child leaves for the orchestrator. */
#include "pipelines/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a;
    arena_init(&a, 1 << 24);
    Report r;
    Error e = {0};
    if (!report_decode(data, size, &a, &r, &e) && !e.message[0])
        __builtin_trap(); /* refused without a reason */
    arena_deinit(&a);
    return 0;
}
