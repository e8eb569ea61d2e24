/* fuzz_reader.h: bytes as a file, read by a format to the end, for the fuzz targets of text
 * formats; each of them is one source file. */
#pragma once

#include "formats/format.h"

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

static inline void require(bool ok)
{
    if (!ok)
        abort();
}

/* A file of these bytes; in->fd is the caller's to close. */
static inline void open_bytes(const uint8_t *data, size_t size, const char *name, Input *in)
{
    static uint8_t head[INPUT_HEAD_SIZE];
    Error e = {0};
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    require(input_init(in, fd, name, head, &e));
}

/* What every reader promises: blocks of a variable follow each other and end with it, strings lie
 * in memory. */
static inline void read_blocks(const Format *f, Reader *r, uint64_t *next, Error *e)
{
    const Dataset *d = r->dataset;
    for (bool end = false; !end;) {
        Block b = {0};
        if (!f->next(r, &b, &end, e)) {
            require(e->kind != ERROR_NONE && d->rows_known);
            return;
        }
        if (end || b.failed)
            continue;
        require(b.var < d->var_count && b.start == next[b.var] && b.type == d->vars[b.var].type);
        next[b.var] += b.count;
        for (uint64_t i = 0; b.type == TYPE_STRING && i < b.count; i++)
            if (b.strings[i].length > 0)
                require(text_valid_utf8(b.strings[i].bytes, b.strings[i].length) <=
                        b.strings[i].length);
    }
    require(d->rows_known);
    for (size_t i = 0; i < d->var_count; i++)
        require(next[i] == d->vars[i].count);
}

static inline void read_file(const Format *f, const Input *in, const void *options, Arena *a)
{
    Error e = {0};
    FormatLimits limits = {0};
    Reader *r = NULL;
    Probe p = {0};
    f->probe(in, options, &p);
    require(p.evidence[0] != '\0');
    if (!f->open(in, options, &limits, a, &r, &e)) {
        require(e.kind != ERROR_NONE);
        return;
    }
    uint64_t *next = arena_array(a, r->dataset->var_count + 1, sizeof *next);
    if (next)
        read_blocks(f, r, next, &e);
    f->close(r);
}
