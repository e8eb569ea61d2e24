/* fuzz_events.c: any bytes as records in JSON, read to the end. */
#include "formats/events/ndjson.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void touch(const Block *b)
{
    volatile uint8_t sum = 0;
    for (size_t i = 0; b->type != TYPE_STRING && i < b->count * type_size(b->type); i++)
        sum = (uint8_t)(sum + ((const uint8_t *)b->values)[i]);
    for (size_t i = 0; b->type == TYPE_STRING && i < b->count; i++)
        require(text_valid_utf8(b->strings[i].bytes, b->strings[i].length) == b->strings[i].length);
}

/* Blocks of a variable follow each other and give all that the schema has said. */
static void read_blocks(Reader *r, uint64_t *next)
{
    const Dataset *d = r->dataset;
    Error e = {0};
    bool end = false, broken = false;
    while (!end && !broken) {
        Block b = {0};
        broken = !format_ndjson.next(r, &b, &end, &e);
        if (broken || end)
            break;
        require(b.var < d->var_count && b.start == next[b.var] && !b.failed && b.count > 0);
        require(b.count <= d->vars[b.var].count - b.start);
        next[b.var] += b.count;
        touch(&b);
    }
    require(!broken || (e.kind == ERROR_DATA && e.code[0] != '\0'));
    for (size_t v = 0; v < d->var_count; v++)
        require(next[v] == d->vars[v].count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t head[INPUT_HEAD_SIZE];
    Error e = {0};
    Input in;
    Probe p = {0};
    Arena a;
    Reader *r = NULL;
    Buffer told = {0};
    FormatLimits limits = {0};
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    const char *name = size % 2 ? "fuzz.json" : "fuzz.ndjson"; /* an object is one record there */
    require(input_init(&in, fd, name, head, &e));
    arena_init(&a, (size_t)256 << 20);
    format_ndjson.probe(&in, NULL, &p);
    if (format_ndjson.open(&in, NULL, &limits, &a, &r, &e)) {
        uint64_t *next = arena_array(&a, r->dataset->var_count + 1, sizeof *next);
        format_ndjson.describe(r, &told);
        if (next)
            read_blocks(r, next);
    } else {
        require(e.kind != ERROR_NONE && e.code[0] != '\0');
    }
    buffer_deinit(&told);
    format_ndjson.close(r);
    arena_deinit(&a);
    close(fd);
    return 0;
}
