/* hdf5_filters.c: names of filters, and which chunk or filter to blame for a failed read. */
#include "formats/hdf5/hdf5_reader.h"

#include <stdio.h>
#include <string.h>

/* Registered filters: HDF Group, "Registered Filter Plugins". */
static const struct {
    H5Z_filter_t id;
    const char *name;
} filters[] = {
    {1, "deflate"},        {2, "shuffle"},
    {3, "fletcher32"},     {4, "szip"},
    {5, "nbit"},           {6, "scaleoffset"},
    {305, "LZO"},          {307, "bzip2"},
    {32000, "LZF"},        {32001, "Blosc"},
    {32002, "MAFISC"},     {32003, "Snappy"},
    {32004, "LZ4"},        {32005, "APAX"},
    {32006, "CBF"},        {32007, "JPEG-XR"},
    {32008, "bitshuffle"}, {32009, "SPDP"},
    {32010, "LPC-Rice"},   {32011, "CCSDS-123"},
    {32012, "JPEG-LS"},    {32013, "ZFP"},
    {32014, "FPZIP"},      {32015, "Zstandard"},
    {32016, "B3D"},        {32017, "SZ"},
    {32018, "FCIDECOMP"},  {32019, "JPEG"},
    {32020, "VBZ"},        {32021, "FAPEC"},
    {32022, "BitGroom"},   {32023, "Granular BitRound"},
    {32024, "SZ3"},        {32025, "Delta-Rice"},
    {32026, "Blosc2"},     {32027, "FLAC"},
    {32028, "SPERR"},
};

enum { CHUNKS_TRIED = 100000 };

const char *hdf5_filter_name(H5Z_filter_t id)
{
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        if (filters[i].id == id)
            return filters[i].name;
    return NULL;
}

void hdf5_clip_to_chunk(const Hdf5Var *x, const Hdf5Box *box, const hsize_t *at, Hdf5Box *out)
{
    for (size_t i = 0; i < x->rank; i++) {
        hsize_t end = box->start[i] + box->count[i];
        hsize_t next = (at[i] / x->chunk[i] + 1) * x->chunk[i];
        out->start[i] = at[i];
        out->count[i] = (next < end ? next : end) - at[i];
    }
}

bool hdf5_next_chunk(const Hdf5Var *x, const Hdf5Box *box, hsize_t *at)
{
    for (size_t i = x->rank; i-- > 0;) {
        at[i] = (at[i] / x->chunk[i] + 1) * x->chunk[i];
        if (at[i] < box->start[i] + box->count[i])
            return true;
        at[i] = box->start[i];
    }
    return false;
}

static bool can_read(Hdf5 *h, const Hdf5Var *x, const Hdf5Box *box, Error *e)
{
    auto_hid hid_t space = H5Dget_space(x->dataset);
    auto_hid hid_t memory = H5Screate_simple((int)x->rank, box->count, NULL);
    if (space < 0 || memory < 0 ||
        H5Sselect_hyperslab(space, H5S_SELECT_SET, box->start, NULL, box->count, NULL) < 0)
        return hdf5_error(h, e, "a chunk");
    if (H5Dread(x->dataset, h->cursor.memory, memory, space, h->transfer, h->buffer) < 0)
        return hdf5_error(h, e, "cannot be decoded");
    return true;
}

void hdf5_name_chunk(const Hdf5 *h, const Hdf5Var *x, const hsize_t *at, Error *e)
{
    char where[ERROR_PLACE_SIZE] = "";
    hsize_t first[H5S_MAX_RANK], size = 0;
    haddr_t address = HADDR_UNDEF;
    unsigned mask;
    for (size_t i = 0; i < x->rank; i++) {
        first[i] = at[i] / x->chunk[i] * x->chunk[i];
        size_t used = strlen(where);
        snprintf(where + used, sizeof where - used, "%s%llu", i ? "," : "",
                 (unsigned long long)first[i]);
    }
    bool found = H5Dget_chunk_info_by_coord(x->dataset, first, &mask, &address, &size) >= 0 &&
                 address != HADDR_UNDEF;
    if (!found) {
        error_wrap(e, "chunk at index (%s)", where);
        return;
    }
    address += h->base; /* libhdf5 1.10 counts from the superblock here */
    error_wrap(e, "chunk at index (%s), %llu bytes at byte %llu", where, (unsigned long long)size,
               (unsigned long long)address);
    e->place[0] = '\0';
    error_at(e, "byte %llu", (unsigned long long)address);
}

static void find_chunk(Hdf5 *h, const Hdf5Var *x, const Hdf5Box *box, Error *e)
{
    hsize_t at[H5S_MAX_RANK];
    Hdf5Box chunk;
    Error why;
    memcpy(at, box->start, sizeof at);
    for (size_t tried = 0; tried < CHUNKS_TRIED; tried++) {
        hdf5_clip_to_chunk(x, box, at, &chunk);
        if (!can_read(h, x, &chunk, &why)) {
            *e = why;
            if (why.kind == ERROR_DATA)
                hdf5_name_chunk(h, x, at, e);
            return;
        }
        if (!hdf5_next_chunk(x, box, at))
            return;
    }
}

/* False and *e set if a filter of the variable is not there. */
static bool have_filters(const Hdf5Var *x, Error *e)
{
    auto_hid hid_t creation = H5Dget_create_plist(x->dataset);
    int count = creation < 0 ? 0 : H5Pget_nfilters(creation);
    for (int i = 0; i < count; i++) {
        unsigned flags, config;
        size_t values = 0;
        char own_name[64] = "";
        H5Z_filter_t id = H5Pget_filter2(creation, (unsigned)i, &flags, &values, NULL,
                                         sizeof own_name, own_name, &config);
        if (id < 0 || H5Zfilter_avail(id) > 0)
            continue;
        const char *name = hdf5_filter_name(id);
        if (!name && own_name[0])
            name = own_name;
        return error_coded(e, ERROR_DATA, "unsupported_filter",
                           "compressed with filter %d (%s), which is not available", (int)id,
                           name ? name : "not a registered one");
    }
    return true;
}

void hdf5_blame(Hdf5 *h, const Hdf5Var *x, const Hdf5Box *box, Error *e)
{
    if (e->kind != ERROR_DATA)
        return;
    if (x->chunk)
        find_chunk(h, x, box, e);
    if (e->kind != ERROR_DATA)
        return;
    Error missing;
    if (!have_filters(x, &missing)) {
        memcpy(e->message, missing.message, sizeof e->message);
        memcpy(e->code, missing.code, sizeof e->code);
    }
}
