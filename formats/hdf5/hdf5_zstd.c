/* hdf5_zstd.c: the Zstandard filter of HDF5 (registered as 32015), for reading.
 *
 * netCDF-C 4.9 and later write it where its plugin is there; we load no plugins. For what the
 * library decodes: hdf5_chunk.c does without. */
#include "formats/hdf5/hdf5_reader.h"

#include <zstd.h>

/* A chunk of HDF5 is less than 4 GiB. */
static const unsigned long long chunk_bytes_max = 4294967295ULL;

/* Replaces *bytes by what it unfolds to and returns that length; 0: it is damaged. Writing is not
 * offered. */
static size_t unfold(unsigned flags, size_t value_count, const unsigned *values, size_t length,
                     size_t *capacity, void **bytes)
{
    (void)value_count;
    (void)values;
    unsigned long long size = ZSTD_getFrameContentSize(*bytes, length);
    if (!(flags & H5Z_FLAG_REVERSE) || size == 0 || size > chunk_bytes_max)
        return 0; /* both errors of getFrameContentSize are huge numbers */
    void *unfolded = H5allocate_memory(size, false);
    if (!unfolded)
        return 0;
    size_t got = ZSTD_decompress(unfolded, size, *bytes, length);
    if (ZSTD_isError(got) || got != size) {
        H5free_memory(unfolded);
        return 0;
    }
    H5free_memory(*bytes);
    *bytes = unfolded;
    *capacity = size;
    return size;
}

bool hdf5_add_filters(Error *e)
{
    static const H5Z_class2_t zstd = {
        .version = H5Z_CLASS_T_VERS,
        .id = HDF5_FILTER_ZSTD,
        .encoder_present = 0,
        .decoder_present = 1,
        .name = "Zstandard",
        .filter = unfold,
    };
    if (H5Zregister(&zstd) < 0)
        return error_set(e, ERROR_SETUP, "libhdf5 does not take the Zstandard filter");
    return true;
}
