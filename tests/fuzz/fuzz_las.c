/* fuzz_las.c: any bytes as a LAS or LAZ file, read to the end, whole and in parts. */
#include "formats/las/las.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { BLOCKS_MAX = 2000, PART_BYTES = 4096 };

/* Every value delivered is touched, and every promise of Block is checked. */
static void take(const Dataset *d, const Block *b, uint64_t *next)
{
    if (b->var >= d->var_count || b->failed || b->start != next[b->var] ||
        b->count > d->vars[b->var].count - b->start)
        abort();
    next[b->var] += b->count;
    volatile uint8_t sum = 0;
    for (size_t i = 0; i < b->count * type_size(b->type); i++)
        sum = (uint8_t)(sum + ((const uint8_t *)b->values)[i]);
}

/* A few bytes can be as many points as one likes: it ends after so many blocks. */
static void read_on(Reader *r, uint64_t *next)
{
    bool end = false;
    for (size_t i = 0; i < BLOCKS_MAX; i++) {
        Block b = {0};
        Error e = {0};
        if (!format_las.next(r, &b, &end, &e)) {
            if (e.kind == ERROR_NONE || e.code[0] == '\0')
                abort();
            return;
        }
        if (end)
            return;
        take(r->dataset, &b, next);
    }
}

static void conclude(Reader *r, const uint64_t *next, Arena *a)
{
    SummaryResult *results = arena_array(a, r->dataset->var_count, sizeof *results);
    for (size_t i = 0; results && i < r->dataset->var_count; i++)
        results[i].n = next[i];
    if (results)
        format_las.conclude(r, results);
}

static bool read_part(const Input *in, size_t part, size_t *parts)
{
    Arena a;
    Error e = {0};
    Reader *r = NULL;
    const FormatLimits limits = {.part_bytes = part ? PART_BYTES : 0};
    arena_init(&a, (size_t)64 << 20);
    bool ok = format_las.open(in, NULL, &limits, &a, &r, &e);
    uint64_t *next = ok ? arena_array(&a, r->dataset->var_count, sizeof *next) : NULL;
    if (!ok && (e.kind == ERROR_NONE || e.code[0] == '\0'))
        abort();
    if (next && part > 0) {
        *parts = format_las.parts(r);
        Block b = {0};
        bool end = false;
        if (format_las.part(r, part - 1, &e) && format_las.next(r, &b, &end, &e) && !end)
            next[b.var] = b.start;
        for (size_t i = 0; next[0] > 0 && i < r->dataset->var_count; i++)
            next[i] = r->dataset->vars[i].count / r->dataset->vars[0].count * next[0];
        if (b.values)
            take(r->dataset, &b, next);
    }
    if (next)
        read_on(r, next);
    if (next && part == 0)
        conclude(r, next, &a);
    format_las.close(r);
    arena_deinit(&a);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static uint8_t head[INPUT_HEAD_SIZE];
    Error e;
    Input in;
    Probe p = {0};
    size_t parts = 1;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || !input_init(&in, fd, "f", head, &e))
        abort();
    format_las.probe(&in, NULL, &p);
    if (read_part(&in, 0, &parts))
        for (size_t i = 0; i < parts && i < 4; i++)
            read_part(&in, i + 1, &parts);
    close(fd);
    return 0;
}
