/* hdf5_vfd.c: a virtual file driver that reads through Input.
 *
 * Libhdf5 reads from the descriptor that the job has got: it opens no path, so that it works where
 * none may be opened, and a file cannot make it open another one. Small reads (metadata) go through
 * a few cached blocks. */
#include "formats/hdf5/hdf5_reader.h"

#include <stdlib.h>
#include <string.h>

/* Values that are worth a read of their own are not copied twice. */
enum { BLOCK_BYTES = 65536, BLOCK_COUNT = 32, LARGE_VALUES = 16384 };

typedef struct CachedBlock {
    uint8_t *bytes; /* NULL: never used */
    uint64_t number;
    size_t size;   /* less than BLOCK_BYTES at the end of the file */
    uint64_t used; /* when: by the counter of reads */
} CachedBlock;

struct Hdf5Bytes {
    const Input *in;
    Arena *arena;
    CachedBlock blocks[BLOCK_COUNT];
    uint64_t reads;
    size_t length_bytes; /* of lengths in the file; 0: heaps are not checked */
    Error trouble;
};

/* What the library sees; it begins with the library's own part. */
typedef struct Driver {
    H5FD_t public;
    Hdf5Bytes *bytes;
    haddr_t end_of_allocation;
} Driver;

const char hdf5_bytes_name[] = "/input";

static H5FD_t *open_driver(const char *name, unsigned flags, hid_t access, haddr_t most)
{
    (void)most;
    Hdf5Bytes *const *bytes = H5Pget_driver_info(access);
    if ((flags & H5F_ACC_RDWR) || strcmp(name, hdf5_bytes_name) != 0 || !bytes)
        return NULL;
    Driver *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->bytes = *bytes;
    return &d->public;
}

static herr_t close_driver(H5FD_t *file)
{
    free(file);
    return 0;
}

static int compare(const H5FD_t *a, const H5FD_t *b)
{
    return a < b ? -1 : a > b;
}

static herr_t query(const H5FD_t *file, unsigned long *flags)
{
    (void)file;
    *flags = H5FD_FEAT_DATA_SIEVE;
    return 0;
}

static haddr_t get_eoa(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return ((const Driver *)file)->end_of_allocation;
}

static herr_t set_eoa(H5FD_t *file, H5FD_mem_t type, haddr_t address)
{
    (void)type;
    ((Driver *)file)->end_of_allocation = address;
    return 0;
}

static haddr_t get_eof(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return ((const Driver *)file)->bytes->in->size;
}

/* A fault of the world is kept: what follows from it is not the file's fault. */
static herr_t failed(Hdf5Bytes *b, const Error *e)
{
    if (b->trouble.kind != ERROR_RETRY)
        b->trouble = *e;
    return -1;
}

static CachedBlock *find_block(Hdf5Bytes *b, uint64_t number, Error *e)
{
    CachedBlock *oldest = &b->blocks[0];
    for (size_t i = 0; i < BLOCK_COUNT; i++) {
        CachedBlock *block = &b->blocks[i];
        if (block->bytes && block->number == number) {
            block->used = b->reads;
            return block;
        }
        if (!block->bytes || (oldest->bytes && block->used < oldest->used))
            oldest = block;
        if (!oldest->bytes)
            break;
    }
    if (!oldest->bytes && !(oldest->bytes = arena_alloc(b->arena, BLOCK_BYTES))) {
        arena_full(b->arena, e);
        return NULL;
    }
    oldest->number = UINT64_MAX; /* until it is read */
    if (!input_read_some(b->in, number * BLOCK_BYTES, oldest->bytes, BLOCK_BYTES, &oldest->size, e))
        return NULL;
    oldest->number = number;
    oldest->used = b->reads;
    return oldest;
}

static bool read_cached(Hdf5Bytes *b, uint64_t at, uint8_t *out, size_t size, Error *e)
{
    while (size > 0) {
        const CachedBlock *block = find_block(b, at / BLOCK_BYTES, e);
        if (!block)
            return false;
        size_t skip = at % BLOCK_BYTES;
        size_t part = skip < block->size ? block->size - skip : 0;
        if (part > size)
            part = size;
        if (part == 0) /* the file has shrunk: say so */
            return input_read(b->in, at, out, size, e);
        memcpy(out, block->bytes + skip, part);
        at += part;
        out += part;
        size -= part;
    }
    return true;
}

static uint64_t little_endian(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;
    while (size-- > 0)
        value = value << 8 | bytes[size];
    return value;
}

/* A run of bytes that the library asked for and has got. */
typedef struct Fetched {
    uint64_t address;
    const uint8_t *bytes;
    size_t size;
} Fetched;

static bool is_damaged_heap(const Fetched *f, uint64_t at, Error *e)
{
    error_coded(e, ERROR_DATA, "damaged", "the global heap at byte %llu has an impossible object",
                (unsigned long long)f->address);
    return error_at(e, "byte %llu", (unsigned long long)(f->address + at));
}

/* Whether a global heap (the texts of attributes and variables) can be walked: libhdf5 1.10 runs
 * for ever where an object has no length, and out of bounds where it has too much (HDF5 File Format
 * Specification, section III.E). The library asks for the first 4,096 bytes of a heap and later for
 * the rest, which cannot be told from anything else: so all of it is looked at when it begins. */
static bool check_heap(Hdf5Bytes *b, const Fetched *f, Error *e)
{
    enum { HEADER = 16, OBJECT_HEADER = 16 }; /* padded to these whatever the width of lengths */
    static const uint8_t start[5] = {'G', 'C', 'O', 'L', 1};
    size_t width = b->length_bytes;
    if (width == 0 || f->size < HEADER || memcmp(f->bytes, start, sizeof start) != 0)
        return true;
    uint64_t end = little_endian(f->bytes + 8, width);
    if (end > b->in->size - f->address) /* the library will ask for what is not there */
        return true;
    for (uint64_t at = HEADER; at + OBJECT_HEADER <= end;) {
        uint8_t object[OBJECT_HEADER];
        if (at + sizeof object <= f->size)
            memcpy(object, f->bytes + at, sizeof object);
        else if (!read_cached(b, f->address + at, object, sizeof object, e))
            return false;
        uint64_t length = little_endian(object + 8, width);
        bool is_free_space = little_endian(object, 2) == 0;
        if (length > end - at || (is_free_space && length == 0))
            return is_damaged_heap(f, at, e);
        at += is_free_space ? length : OBJECT_HEADER + ((length + 7) & ~UINT64_C(7));
        if (at > end)
            return is_damaged_heap(f, at, e);
    }
    return true;
}

static bool fetch(Hdf5Bytes *b, H5FD_mem_t type, uint64_t at, uint8_t *out, size_t size, Error *e)
{
    const size_t large = type == H5FD_MEM_DRAW ? LARGE_VALUES : BLOCK_BYTES;
    if (at <= b->in->head_size && size <= b->in->head_size - at) {
        memcpy(out, b->in->head + at, size);
        return true;
    }
    return size < large ? read_cached(b, at, out, size, e) : input_read(b->in, at, out, size, e);
}

static herr_t read_bytes(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address,
                         size_t size, void *out)
{
    (void)transfer;
    Hdf5Bytes *b = ((Driver *)file)->bytes;
    const Input *in = b->in;
    Error e;
    b->reads++;
    if (address > in->size || size > in->size - address) {
        error_coded(&e, ERROR_DATA, "truncated",
                    "%zu bytes from byte %llu on are needed, but the file ends at byte %llu", size,
                    (unsigned long long)address, (unsigned long long)in->size);
        error_at(&e, "byte %llu", (unsigned long long)address);
        return failed(b, &e);
    }
    const Fetched f = {address, out, size};
    bool ok = fetch(b, type, address, out, size, &e) && check_heap(b, &f, &e);
    return ok ? 0 : failed(b, &e);
}

static herr_t refuse_write(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address,
                           size_t size, const void *bytes)
{
    (void)file;
    (void)type;
    (void)transfer;
    (void)address;
    (void)size;
    (void)bytes;
    return -1;
}

static const H5FD_class_t driver_class = {
    .name = "weir_input",
    .maxaddr = (haddr_t)1 << 62,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(Hdf5Bytes *),
    .open = open_driver,
    .close = close_driver,
    .cmp = compare,
    .query = query,
    .get_eoa = get_eoa,
    .set_eoa = set_eoa,
    .get_eof = get_eof,
    .read = read_bytes,
    .write = refuse_write,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

const Error *hdf5_bytes_trouble(const Hdf5Bytes *b)
{
    return &b->trouble;
}

void hdf5_bytes_check_heaps(Hdf5Bytes *b, size_t length_bytes)
{
    b->length_bytes = length_bytes;
}

bool hdf5_bytes_open(const Input *in, Arena *a, Hdf5Bytes **out, hid_t *driver, hid_t *access,
                     Error *e)
{
    /* Chunks are read whole and once, except where one row of them is more than a run. */
    enum { CHUNK_SLOTS = 521, CHUNK_CACHE_BYTES = 4 * 1024 * 1024 };
    Hdf5Bytes *b = arena_alloc(a, sizeof *b);
    if (!b)
        return arena_full(a, e);
    b->in = in;
    b->arena = a;
    *driver = H5FDregister(&driver_class);
    *access = H5Pcreate(H5P_FILE_ACCESS);
    if (*driver < 0 || *access < 0 || H5Pset_driver(*access, *driver, &b) < 0 ||
        H5Pset_fclose_degree(*access, H5F_CLOSE_STRONG) < 0 ||
        H5Pset_cache(*access, 0, CHUNK_SLOTS, CHUNK_CACHE_BYTES, 1.0) < 0)
        return error_set(e, ERROR_SETUP, "libhdf5 does not take the file driver");
    *out = b;
    return true;
}
