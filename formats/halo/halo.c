/* halo.c: .hpl files of Halo Photonics Doppler lidars: probe, open, blocks and the vtable. */
#include "formats/halo/halo.h"

#include "formats/halo/halo_reader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- probe ---------------------------------------------------------------------------------- */

/* Rays without a header: what is left of a file whose beginning was lost. */
static bool is_headless(const Input *in)
{
    enum { LINES = 6, RAYS_MAX = 2 };
    const char *p = (const char *)in->head, *end = p + in->head_size;
    size_t rays = 0, gates = 0;
    if (!halo_is_hpl(in->name))
        return false;
    for (size_t i = 0; i < LINES && p < end; i++) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        if (!stop)
            break;
        HaloLook look = halo_look((StringView){p, (size_t)(stop - p)});
        p = stop + 1;
        rays += look.kind == HALO_RAY && (look.count == 3 || look.count == 5);
        gates += look.kind == HALO_GATE && (look.count == 4 || look.count == 5);
    }
    return gates + rays == LINES && rays <= RAYS_MAX;
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    *p = (Probe){.sure = SURE_NO};
    const char *evidence = "no header: no Filename:, no System ID: and Number of gates:";
    if (halo_header_begins(in)) {
        p->sure = SURE_BY_CONTENT;
        evidence = "a header with Filename:, System ID:, Number of gates:";
    } else if (is_headless(in)) {
        p->sure = SURE_BY_LOOKS;
        evidence = "rays and gates without a header, and a name that ends in .hpl";
    } else if (text_starts(in, "Filename:")) {
        evidence = "Filename: in the first line, but no System ID: or Number of gates: below";
    }
    snprintf(p->evidence, sizeof p->evidence, "%s", evidence);
}

/* --- open ----------------------------------------------------------------------------------- */

static bool open_halo(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                      Reader **out, Error *e)
{
    (void)options;
    (void)limits; /* nothing is decompressed */
    HaloReader *r = arena_alloc(a, sizeof *r);
    if (!r)
        return arena_full(a, e);
    dataset_init(&r->dataset, a);
    r->base.dataset = &r->dataset;
    r->arena = a;
    r->hour = (double)NAN;
    if (!halo_header_begins(in)) {
        error_coded(e, ERROR_DATA, "bad_header",
                    "it has no header: the day and the ranges of its rays are unknown");
        return error_at(e, "line 1");
    }
    if (!halo_lines_init(&r->lines, in, a, e) || !halo_header_read(&r->lines, &r->header, a, e) ||
        !halo_survey(r, e) || !halo_schema(r, e) || !halo_read_batch(r, e))
        return false;
    if (r->rays == 0) /* says why there is none */
        return halo_finish(r, e);
    *out = &r->base;
    return true;
}

/* --- blocks --------------------------------------------------------------------------------- */

static void put_block(const HaloReader *r, size_t var, Block *out)
{
    HaloColumn c = r->columns[var];
    *out = (Block){.var = var, .type = TYPE_DOUBLE, .count = r->gates, .values = r->range};
    if (c == HALO_RANGE)
        return;
    size_t each = c >= HALO_DOPPLER ? r->gates : 1;
    out->start = r->start * each;
    out->count = r->rays * each;
    out->values = r->values[c];
}

/* The next variable of this batch; false: there is none. */
static bool next_of_batch(HaloReader *r, Block *out)
{
    while (r->rays > 0 && r->next_var < r->dataset.var_count) {
        size_t var = r->next_var++;
        if (r->columns[var] == HALO_RANGE && r->range_told)
            continue;
        r->range_told |= r->columns[var] == HALO_RANGE;
        put_block(r, var, out);
        return true;
    }
    return false;
}

static bool next(Reader *reader, Block *out, bool *end, Error *e)
{
    HaloReader *r = (HaloReader *)reader;
    *end = false;
    if (next_of_batch(r, out))
        return true;
    if (!r->at_end) {
        r->next_var = 0;
        if (!halo_read_batch(r, e))
            return halo_set_rows(r, r->start + r->rays), false;
        r->at_end = r->rays == 0;
        if (next_of_batch(r, out))
            return true;
    }
    *end = halo_finish(r, e);
    return *end;
}

static void close_halo(Reader *r)
{
    (void)r; /* all of it is the arena's */
}

const Format format_halo = {
    .name = "hpl",
    .summary = "rays of Halo Photonics StreamLine Doppler lidars",
    .extensions = "hpl",
    .probe = probe,
    .open = open_halo,
    .next = next,
    .close = close_halo,
};
