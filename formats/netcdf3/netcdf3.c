/* netcdf3.c: netCDF classic files as a format.
 *
 * Our own reader: the library reads past the end of a file that is cut short as zeros, and cannot
 * be used where no file may be opened. */
#include "formats/netcdf3/netcdf3.h"

#include "formats/netcdf.h"
#include "formats/netcdf3/netcdf3_reader.h"

#include <stdio.h>
#include <string.h>

static const char *kind_in_words(int version)
{
    switch (version) {
    case 1:
        return "netCDF classic";
    case 2:
        return "netCDF 64-bit offset";
    case 5:
        return "netCDF 64-bit data";
    default:
        return NULL;
    }
}

static const char *model_name(int version)
{
    switch (version) {
    case 1:
        return "NETCDF3_CLASSIC";
    case 2:
        return "NETCDF3_64BIT_OFFSET";
    default:
        return "NETCDF3_64BIT_DATA";
    }
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    if (in->head_size < 4 || memcmp(in->head, "CDF", 3) != 0) {
        snprintf(p->evidence, sizeof p->evidence, "no 'CDF' at byte 0");
        return;
    }
    const char *kind = kind_in_words(in->head[3]);
    if (kind)
        p->sure = SURE_BY_CONTENT;
    snprintf(p->evidence, sizeof p->evidence, "'CDF\\x%02x' at byte 0: %s", in->head[3],
             kind ? kind : "no version of netCDF that is known");
}

static bool open_file(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                      Reader **out, Error *e)
{
    (void)options;
    Netcdf3 *n = arena_alloc(a, sizeof *n);
    if (!n)
        return arena_full(a, e);
    dataset_init(&n->dataset, a);
    n->reader.dataset = &n->dataset;
    n->in = *in;
    if (limits) /* but nothing is compressed: what is read is in the file */
        n->limits = *limits;
    if (!netcdf3_read_header(n, e) || !netcdf3_lay_out(n, e))
        return false;
    n->dataset.model = model_name(n->version);
    netcdf_conclude(&n->dataset);
    if (n->dataset.rows_known) /* only whole ones, where the file is cut short */
        n->dataset.rows = n->whole_records;
    *out = &n->reader;
    return true;
}

static void close_file(Reader *r)
{
    (void)r; /* all of it is in the arena */
}

const Format format_netcdf3 = {
    .name = "netcdf3",
    .summary = "netCDF classic: CDF-1, CDF-2 (64-bit offset), CDF-5 (64-bit data)",
    .extensions = "nc cdf nc3",
    .probe = probe,
    .open = open_file,
    .next = netcdf3_next,
    .parts = netcdf3_parts,
    .part = netcdf3_part,
    .close = close_file,
};
