/* fuzz_lidar.c: any bytes as rays of a lidar, as far as what is derived from them. */
#include "formats/halo/halo.h"
#include "formats/windcube/windcube.h"
#include "orchestrator/config.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

/* As many values as the shape says, behind the file's own variables. */
static void check(const Report *r)
{
    require(r->variable_rows == 0 || r->variable_rows >= r->variable_count);
    for (size_t i = r->variable_count; i < r->variable_rows; i++) {
        const ReportVariable *v = &r->variables[i];
        uint64_t count = 1;
        for (size_t k = 0; k < v->rank; k++)
            count *= v->shape[k];
        require(v->name[0] == '/' && v->result.n == count);
    }
}

static void prepare(Arena *a, Config *out)
{
    static const char text[] = "rules: [{match: '*', pipeline: lidar}]";
    Error e = {0};
    arena_init(a, 0);
    require(config_parse(text, sizeof text - 1, "fuzz.yaml", a, out, &e));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t head[INPUT_HEAD_SIZE];
    static Arena settings;
    static Config c;
    Error e = {0};
    Input in;
    if (c.rule_count == 0)
        prepare(&settings, &c);
    Pipeline p = *c.rules[0].pipeline;
    p.format = size % 2 ? &format_halo : &format_windcube_rtd;
    Arena a;
    Report r;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    require(input_init(&in, fd, "fuzz.hpl", head, &e));
    arena_init(&a, (size_t)512 << 20);
    pipeline_run(&p, JOB_SHOW, &in, &a, &r);
    check(&r);
    arena_deinit(&a);
    close(fd);
    return 0;
}
