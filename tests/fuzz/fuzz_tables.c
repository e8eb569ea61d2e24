/* fuzz_tables.c: tables of radiometers, disdrometers and NOAA; the first byte chooses the format,
 * the rest is the file; for libFuzzer. */
#include "formats/text/attex.h"
#include "formats/text/gml_met.h"
#include "formats/text/ndbc.h"
#include "formats/text/parsivel.h"
#include "formats/text/profiler.h"
#include "formats/text/psl_met.h"
#include "formats/text/radiometrics.h"
#include "formats/text/surfrad.h"
#include "formats/text/thies.h"
#include "formats/text/wvr.h"

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

/* What every reader promises: blocks of a variable follow each other. */
static void read_blocks(const Format *f, Reader *r, uint64_t *next, Error *e)
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
    }
    require(d->rows_known);
    for (size_t i = 0; i < d->var_count; i++)
        require(next[i] == d->vars[i].count);
}

static void read_file(const Format *f, const Input *in, Arena *a)
{
    Error e = {0};
    FormatLimits limits = {0};
    Reader *r = NULL;
    Probe p;
    f->probe(in, NULL, &p);
    require(p.evidence[0] != '\0');
    if (!f->open(in, NULL, &limits, a, &r, &e)) {
        require(e.kind != ERROR_NONE);
        return;
    }
    uint64_t *next = arena_array(a, r->dataset->var_count + 1, sizeof *next);
    if (next)
        read_blocks(f, r, next, &e);
    f->close(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t head[INPUT_HEAD_SIZE];
    static const Format *const formats[] = {&format_radiometrics,
                                            &format_attex,
                                            &format_profiler,
                                            &format_parsivel,
                                            &format_parsivel_telegram,
                                            &format_surfrad,
                                            &format_gml_met,
                                            &format_psl_met,
                                            &format_ndbc,
                                            &format_thies,
                                            &format_wvr,
                                            &format_parsivel_logger};
    Error e = {0};
    Input in;
    if (size == 0)
        return 0;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    require(fd >= 0 && write(fd, data + 1, size - 1) == (ssize_t)(size - 1));
    require(input_init(&in, fd, "fzz22199.21m", head, &e));
    Arena a;
    arena_init(&a, 256U << 20);
    read_file(formats[data[0] % (sizeof formats / sizeof *formats)], &in, &a);
    arena_deinit(&a);
    close(fd);
    return 0;
}
