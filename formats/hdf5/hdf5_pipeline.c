/* hdf5_pipeline.c: which chunked datasets are decoded without the library, and how. */
#include "formats/hdf5/hdf5_reader.h"

/* Whether values are stored as they lie in memory, but for the order of their bytes. */
static bool is_plain(hid_t file_type, const Hdf5Type *type, bool *swapped)
{
    H5T_class_t class = H5Tget_class(file_type);
    *swapped = false;
    if (class != H5T_INTEGER && class != H5T_FLOAT)
        return false;
    if (H5Tequal(file_type, type->memory) > 0)
        return true;
    H5T_order_t order = H5Tget_order(file_type);
    auto_hid hid_t turned = H5Tcopy(type->memory);
    *swapped = true;
    return turned >= 0 && (order == H5T_ORDER_BE || order == H5T_ORDER_LE) &&
           H5Tset_order(turned, order) >= 0 && H5Tequal(file_type, turned) > 0;
}

/* False where the library must do it. At most one filter may change the length by what the values
 * are: so the length before each is known. */
static bool take_filters(hid_t creation, Hdf5Pipeline *p)
{
    int count = H5Pget_nfilters(creation);
    size_t compressors = 0;
    if (count < 1 || count > HDF5_FILTERS_MAX)
        return false;
    for (int i = 0; i < count; i++) {
        unsigned flags, config, width = 0;
        size_t value_count = 1;
        H5Z_filter_t id =
            H5Pget_filter2(creation, (unsigned)i, &flags, &value_count, &width, 0, NULL, &config);
        bool compresses = id == H5Z_FILTER_DEFLATE || id == HDF5_FILTER_ZSTD;
        bool is_sound_shuffle = id == H5Z_FILTER_SHUFFLE && value_count == 1 && width > 0;
        compressors += compresses;
        if (!compresses && !is_sound_shuffle && id != H5Z_FILTER_FLETCHER32)
            return false;
        p->filters[p->count++] = (Hdf5Filter){id, width};
    }
    return compressors <= 1;
}

static size_t chunk_size(const Hdf5Var *x)
{
    size_t bytes = x->type.element_bytes;
    for (size_t i = 0; i < x->rank; i++)
        if (__builtin_mul_overflow(bytes, x->chunk[i], &bytes))
            return 0;
    return bytes;
}

bool hdf5_look_at_pipeline(Hdf5 *h, Hdf5Var *x, hid_t creation, hid_t type, Error *e)
{
    Hdf5Pipeline p = {.chunk_bytes = chunk_size(x)};
    unsigned options = 0;
    if (p.chunk_bytes == 0 || x->type.memory < 0 || !is_plain(type, &x->type, &p.swapped) ||
        !take_filters(creation, &p))
        return true;
    /* chunks at the edge may be stored without filters, and their filter mask does not tell */
    if (H5Pget_chunk_opts(creation, &options) < 0 || options != 0)
        return true;
    Hdf5Pipeline *kept = arena_alloc(h->dataset.arena, sizeof *kept);
    if (!kept)
        return arena_full(h->dataset.arena, e);
    *kept = p;
    x->pipeline = kept;
    return true;
}

uint64_t hdf5_work_bytes(const Hdf5Pipeline *p)
{
    enum { SMALL = 4096 };
    return (uint64_t)p->chunk_bytes + p->chunk_bytes / 8 + SMALL;
}
