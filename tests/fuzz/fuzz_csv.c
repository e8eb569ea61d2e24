/* fuzz_csv.c: any bytes as a table: probe, open, every block; for libFuzzer. */
#include "formats/csv/csv.h"
#include "formats/formats.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* UDUNITS-2 loses the words of a unit that it cannot parse. */
const char *__lsan_default_suppressions(void)
{
    return "leak:utlex\n";
}

static void require(bool ok)
{
    if (!ok)
        abort();
}

/* What every reader promises: blocks of a variable follow each other, strings lie in memory. */
static void read_blocks(Reader *r, uint64_t *next, Error *e)
{
    for (bool end = false; !end;) {
        Block b = {0};
        if (!format_csv.next(r, &b, &end, e)) {
            require(e->kind != ERROR_NONE);
            return;
        }
        if (end || b.failed)
            continue;
        require(b.var < r->dataset->var_count && b.start == next[b.var]);
        next[b.var] += b.count;
        for (uint64_t i = 0; b.type == TYPE_STRING && i < b.count; i++)
            if (b.strings[i].length > 0)
                require(text_valid_utf8(b.strings[i].bytes, b.strings[i].length) <=
                        b.strings[i].length);
    }
}

static void read_table(const Input *in, Arena *a)
{
    CsvOptions options;
    Probe p;
    Error e = {0};
    FormatLimits limits = {0};
    Reader *r = NULL;
    Buffer told = {0};
    require(options_defaults(format_csv.options, &options, a, &e));
    format_csv.probe(in, &options, &p);
    if (!format_csv.open(in, &options, &limits, a, &r, &e)) {
        require(e.kind != ERROR_NONE);
        return;
    }
    format_csv.describe(r, &told);
    buffer_deinit(&told);
    uint64_t *next = arena_array(a, r->dataset->var_count, sizeof *next);
    if (next)
        read_blocks(r, next, &e);
    format_csv.close(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t head[INPUT_HEAD_SIZE];
    Error e = {0};
    Input in;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    require(input_init(&in, fd, "fuzz.csv", head, &e));
    Arena a;
    arena_init(&a, 256U << 20);
    read_table(&in, &a);
    arena_deinit(&a);
    close(fd);
    return 0;
}
