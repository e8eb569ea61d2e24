/* fuzz_windcube.c: any bytes as a WindCube file, statistics and lines of sight; for libFuzzer. */
#include "formats/windcube/windcube.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

/* What every reader promises: blocks of a variable follow each other and end with it. */
static void read_blocks(const Format *format, Reader *r, uint64_t *next, Error *e)
{
    const Dataset *d = r->dataset;
    for (bool end = false; !end;) {
        Block b = {0};
        if (!format->next(r, &b, &end, e)) {
            require(e->kind != ERROR_NONE && d->rows_known);
            return;
        }
        if (end || b.failed)
            continue;
        require(b.var < d->var_count && b.start == next[b.var]);
        next[b.var] += b.count;
        for (uint64_t i = 0; b.type == TYPE_STRING && i < b.count; i++)
            if (b.strings[i].length > 0)
                require(text_valid_utf8(b.strings[i].bytes, b.strings[i].length) <=
                        b.strings[i].length);
    }
    for (size_t v = 0; v < d->var_count; v++)
        require(next[v] == d->vars[v].count);
}

static void read_file(const Format *format, const Input *in)
{
    Probe p;
    Error e = {0};
    FormatLimits limits = {0};
    Reader *r = NULL;
    Arena a;
    arena_init(&a, 256U << 20);
    format->probe(in, NULL, &p);
    if (!format->open(in, NULL, &limits, &a, &r, &e)) {
        require(e.kind != ERROR_NONE);
    } else {
        uint64_t *next = arena_array(&a, r->dataset->var_count + 1, sizeof *next);
        if (next)
            read_blocks(format, r, next, &e);
        format->close(r);
    }
    arena_deinit(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t head[INPUT_HEAD_SIZE];
    Error e = {0};
    Input in;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    require(input_init(&in, fd, "fuzz.sta", head, &e));
    read_file(&format_windcube_sta, &in);
    read_file(&format_windcube_rtd, &in);
    close(fd);
    return 0;
}
