/* fuzz_halo.c: any bytes as rays, background, housekeeping and a profile of a Halo lidar, read to
 * the end. */
#include "formats/halo/halo.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Every value delivered is touched, and every promise of Block is checked. */
static void take(const Dataset *d, const Block *b, uint64_t *next)
{
    if (b->var >= d->var_count || (!b->failed && b->start != next[b->var]))
        abort();
    next[b->var] += b->failed ? 0 : b->count;
    volatile uint8_t sum = 0;
    for (size_t i = 0; b->values && i < b->count * type_size(b->type); i++)
        sum = (uint8_t)(sum + ((const uint8_t *)b->values)[i]);
}

/* What has been delivered is what the dataset says in the end. */
static void check_counts(const Dataset *d, const uint64_t *next)
{
    for (size_t i = 0; i < d->var_count; i++)
        if (!d->rows_known || next[i] != d->vars[i].count)
            abort();
}

static void read_to_the_end(const Format *format, Reader *r, Arena *a)
{
    Dataset *d = r->dataset;
    uint64_t *next = arena_array(a, d->var_count, sizeof *next);
    for (bool end = false; next && !end;) {
        Block b = {0};
        Error e = {0};
        if (!format->next(r, &b, &end, &e)) {
            if (e.kind == ERROR_NONE || e.code[0] == '\0')
                abort();
            end = true;
        } else if (!end) {
            take(d, &b, next);
        }
    }
    if (format == &format_halo && next)
        check_counts(d, next);
}

static void read_as(const Format *format, const Input *in)
{
    Error e = {0};
    Probe p = {0};
    Arena a;
    Reader *r = NULL;
    arena_init(&a, (size_t)64 << 20);
    format->probe(in, NULL, &p);
    const FormatLimits limits = {0};
    if (format->open(in, NULL, &limits, &a, &r, &e))
        read_to_the_end(format, r, &a);
    else if (e.kind == ERROR_NONE || e.code[0] == '\0')
        abort();
    format->close(r);
    arena_deinit(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static uint8_t head[INPUT_HEAD_SIZE];
    static const struct {
        const Format *format;
        const char *name;
    } kinds[] = {{&format_halo, "Stare_1_20240601_00.hpl"},
                 {&format_halo_background, "Background_010624-000000.txt"},
                 {&format_halo_parameters, "system_parameters_1_202406.txt"},
                 {&format_halo_profile, "Processed_Wind_Profile_1_20240601_000000.hpl"}};
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
        abort();
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        Input in;
        Error e = {0};
        if (!input_init(&in, fd, kinds[i].name, head, &e))
            abort();
        read_as(kinds[i].format, &in);
    }
    close(fd);
    return 0;
}
