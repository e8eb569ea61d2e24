/* fuzz_netcdf3.c: any bytes as a netCDF classic file, read to the end. */
#include "formats/netcdf3/netcdf3.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Every value delivered is touched, and every promise of Block is checked. */
static void take(const Dataset *d, const Block *b, uint64_t *next)
{
    if (b->var >= d->var_count || b->start != next[b->var] ||
        b->count > d->vars[b->var].count - b->start)
        abort();
    next[b->var] += b->count;
    volatile uint8_t sum = 0;
    for (size_t i = 0; !b->failed && i < b->count * type_size(b->type); i++)
        sum = (uint8_t)(sum + ((const uint8_t *)b->values)[i]);
}

static void read_to_the_end(Reader *r, Arena *a)
{
    uint64_t *next = arena_array(a, r->dataset->var_count, sizeof *next);
    for (bool end = false; next && !end;) {
        Block b = {0};
        Error e;
        if (!format_netcdf3.next(r, &b, &end, &e))
            return;
        if (!end)
            take(r->dataset, &b, next);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static uint8_t head[INPUT_HEAD_SIZE];
    Error e;
    Input in;
    Probe p = {0};
    Arena a;
    Reader *r = NULL;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || !input_init(&in, fd, "f", head, &e))
        abort();
    arena_init(&a, (size_t)64 << 20);
    format_netcdf3.probe(&in, NULL, &p);
    const FormatLimits limits = {0};
    if (format_netcdf3.open(&in, NULL, &limits, &a, &r, &e))
        read_to_the_end(r, &a);
    else if (e.kind == ERROR_NONE || e.code[0] == '\0')
        abort();
    format_netcdf3.close(r);
    arena_deinit(&a);
    close(fd);
    return 0;
}
