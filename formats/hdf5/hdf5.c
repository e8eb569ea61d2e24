/* hdf5.c: HDF5 files as two formats, netcdf4 and hdf5.
 *
 * Libhdf5 itself, without netCDF-C above it: half the work for each file, and a damaged chunk or a
 * missing filter costs one variable. It has known faults with hostile files: it runs in a sandboxed
 * child only. */
#include "formats/hdf5/hdf5.h"

#include "formats/hdf5/hdf5_reader.h"
#include "formats/netcdf.h"

#include <stdio.h>
#include <string.h>

static const uint8_t signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

enum { FIRST_USER_BLOCK = 512, USER_BLOCK_MAX = 16 * 1024 * 1024 };

/* The signature is at byte 0, 512, 1024, 2048, ...: behind a user block. */
static bool find_superblock(const Input *in, uint64_t *out, Error *e)
{
    for (uint64_t at = 0; at <= USER_BLOCK_MAX && at + sizeof signature <= in->size;
         at = at ? 2 * at : FIRST_USER_BLOCK) {
        uint8_t bytes[sizeof signature];
        bool in_head = at + sizeof bytes <= in->head_size;
        if (!in_head && !input_read(in, at, bytes, sizeof bytes, e))
            return false;
        if (memcmp(in_head ? in->head + at : bytes, signature, sizeof signature) != 0)
            continue;
        *out = at;
        return true;
    }
    error_coded(e, ERROR_DATA, "bad_signature", "no HDF5 signature at byte 0, 512, 1024, ...");
    return error_at(e, "byte 0");
}

/* Whether bytes that only netCDF-4 writes are near the front, and what it says of itself. */
static bool has_netcdf_words(const Input *in, char *version, size_t size)
{
    static const char *const words[] = {"_NCProperties", "_Netcdf4", "_nc3_strict",
                                        "DIMENSION_SCALE", NULL};
    for (size_t i = 0; words[i]; i++) {
        const char *found = memmem(in->head, in->head_size, words[i], strlen(words[i]));
        if (!found)
            continue;
        const char *end = (const char *)in->head + in->head_size;
        const char *value = memmem(found, (size_t)(end - found), "version=", 8);
        bool is_near = value && value - found < 128 && i == 0;
        size_t length = 0;
        while (is_near && value + length < end && value[length] > ' ' && value[length] < 127)
            length++;
        snprintf(version, size, ", %s%s%.*s", words[i], length ? " " : "",
                 (int)(length < 100 ? length : 100), length ? value : "");
        return true;
    }
    return false;
}

static void probe_either(const Input *in, bool as_netcdf, Probe *p)
{
    char words[160] = "";
    uint64_t at;
    Error e;
    if (!find_superblock(in, &at, &e)) {
        snprintf(p->evidence, sizeof p->evidence, "%.*s", EVIDENCE_SIZE - 1, e.message);
        return;
    }
    if (as_netcdf && !has_netcdf_words(in, words, sizeof words)) {
        snprintf(p->evidence, sizeof p->evidence,
                 "HDF5, but no mark of netCDF in the first %zu bytes", in->head_size);
        return;
    }
    p->sure = SURE_BY_CONTENT;
    snprintf(p->evidence, sizeof p->evidence, "HDF5 signature at byte %llu%s",
             (unsigned long long)at, words);
}

static void probe_netcdf4(const Input *in, const void *options, Probe *p)
{
    (void)options;
    probe_either(in, true, p);
}

static void probe_hdf5(const Input *in, const void *options, Probe *p)
{
    (void)options;
    probe_either(in, false, p);
}

static uint64_t little_endian(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;
    while (size-- > 0)
        value = value << 8 | bytes[size];
    return value;
}

/* Compares the length that the superblock promises with the file's (HDF5 File Format Specification,
 * section II.A). Versions that are not known are left to the library. */
static bool check_superblock(Hdf5 *h, Error *e)
{
    const Input *in = &h->in;
    uint64_t at = h->base;
    uint8_t s[64] = {0};
    size_t got;
    if (!input_read_some(in, at, s, sizeof s, &got, e))
        return false;
    unsigned version = s[8];
    size_t width = version < 2 ? s[13] : s[9];
    size_t base = version < 2 ? 24 + 4 * (size_t)version : 12;
    if (version > 3 || (width != 4 && width != 8) || got < base + 3 * width)
        return true;
    h->length_bytes = version < 2 ? s[14] : s[10];
    h->length_bytes = h->length_bytes <= 8 ? h->length_bytes : 0;
    unsigned long long promised = little_endian(s + base + 2 * width, width);
    if (little_endian(s + base, width) != at || promised <= in->size)
        return true;
    error_coded(e, ERROR_DATA, "truncated",
                "cut short: its superblock promises %llu bytes, the file has %llu", promised,
                (unsigned long long)in->size);
    return error_at(e, "byte %llu", (unsigned long long)in->size);
}

static void close_file(Reader *r)
{
    Hdf5 *h = (Hdf5 *)r;
    if (!h)
        return;
    hdf5_close_cursor(h);
    hdf5_close_chunks(h);
    if (h->file > 0)
        H5Fclose(h->file); /* with all that is open in it */
    hdf5_close_id(&h->transfer);
    hdf5_close_id(&h->link_access);
    hdf5_close_id(&h->access);
    if (h->driver > 0)
        H5FDunregister(h->driver);
    arena_deinit(&h->strings);
}

static void close_unless_taken(Hdf5 **h)
{
    if (*h)
        close_file(&(*h)->reader);
}

static bool prepare_library(Error *e)
{
    if (H5open() < 0 || H5Eset_auto2(H5E_DEFAULT, NULL, NULL) < 0 || H5PLset_loading_state(0) < 0)
        return error_set(e, ERROR_SETUP, "libhdf5 does not start");
    return hdf5_add_filters(e);
}

/* libhdf5 takes the memory for texts from us: it counts, and goes with the next block. */
static void *take_text_memory(size_t size, void *arena)
{
    return arena_alloc(arena, size);
}

static void keep_text_memory(void *memory, void *arena)
{
    (void)memory;
    (void)arena;
}

static bool open_library(Hdf5 *h, Error *e)
{
    if (!prepare_library(e) ||
        !hdf5_bytes_open(&h->in, h->dataset.arena, &h->bytes, &h->driver, &h->access, e))
        return false;
    h->transfer = H5Pcreate(H5P_DATASET_XFER);
    if (h->transfer < 0 || H5Pset_vlen_mem_manager(h->transfer, take_text_memory, &h->strings,
                                                   keep_text_memory, &h->strings) < 0)
        return error_set(e, ERROR_SETUP, "libhdf5 does not take the transfer properties");
    hdf5_bytes_check_heaps(h->bytes, h->length_bytes);
    h->file = H5Fopen(hdf5_bytes_name, H5F_ACC_RDONLY, h->access);
    if (h->file < 0)
        return hdf5_error(h, e, "not a sound HDF5 file");
    return true;
}

static bool refuse(const Hdf5 *h, size_t var, uint64_t bytes, uint64_t most, Error *e)
{
    Error *why = arena_alloc(h->dataset.arena, sizeof *why);
    if (!why)
        return arena_full(h->dataset.arena, e);
    error_coded(why, ERROR_DATA, "decoded_size",
                "would need %llu bytes in memory, more than the %llu allowed for a file of %llu",
                (unsigned long long)bytes, (unsigned long long)most,
                (unsigned long long)h->in.size);
    error_at(why, "variable %s", h->dataset.vars[var].name);
    h->vars[var].failure = why;
    return true;
}

static uint64_t bytes_of_chunk(const Hdf5Var *x)
{
    uint64_t bytes = x->type.element_bytes;
    for (size_t i = 0; x->chunk && i < x->rank; i++)
        if (__builtin_mul_overflow(bytes, x->chunk[i], &bytes))
            return UINT64_MAX;
    return bytes;
}

/* A small file that unfolds to a huge one is refused, variable by variable: deflate reaches 1:1032
 * on nothing but zeros. */
static bool guard_decoding(Hdf5 *h, const FormatLimits *limits, Error *e)
{
    enum { RATIO_MAX = 1000, FREE_BYTES = 64 * 1024 * 1024 };
    uint64_t most = UINT64_MAX, total = 0;
    if (h->in.size < UINT64_MAX / RATIO_MAX - FREE_BYTES)
        most = h->in.size * RATIO_MAX + FREE_BYTES;
    if (limits && limits->max_decoded_bytes && limits->max_decoded_bytes < most)
        most = limits->max_decoded_bytes;
    for (size_t i = 0; i < h->dataset.var_count; i++) {
        const Hdf5Var *x = &h->vars[i];
        uint64_t bytes, chunk = bytes_of_chunk(x);
        if (x->failure || x->type.memory < 0)
            continue;
        if (__builtin_mul_overflow(h->dataset.vars[i].count, hdf5_element_cost(&x->type), &bytes))
            bytes = UINT64_MAX;
        if (chunk > bytes && h->dataset.vars[i].count > 0 && chunk > most)
            bytes = chunk;
        if (bytes > most - total) {
            if (!refuse(h, i, bytes, most, e))
                return false;
            continue;
        }
        total += bytes;
    }
    return true;
}

/* How much of the job's memory a row of chunks may take. */
static uint64_t most_run_bytes(const Arena *a)
{
    enum { MOST = 256 * 1024 * 1024 };
    uint64_t left = a->ceiling ? (a->ceiling - a->used) / 2 : MOST;
    return left < MOST ? left : MOST;
}

static bool open_file(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                      Reader **out, Error *e)
{
    (void)options;
    __attribute__((cleanup(close_unless_taken))) Hdf5 *h = arena_alloc(a, sizeof *h);
    if (!h)
        return arena_full(a, e);
    dataset_init(&h->dataset, a);
    h->reader.dataset = &h->dataset;
    h->in = *in;
    arena_init(&h->strings, a->ceiling);
    if (!find_superblock(in, &h->base, e) || !check_superblock(h, e) || !open_library(h, e) ||
        !hdf5_read_schema(h, e) || !guard_decoding(h, limits, e))
        return false;
    h->dataset.format = h->has_netcdf_marks ? "netcdf4" : "hdf5";
    h->dataset.model = h->is_classic_model   ? "NETCDF4_CLASSIC"
                       : h->has_netcdf_marks ? "NETCDF4"
                                             : "HDF5";
    h->most_bytes = most_run_bytes(a);
    h->end_var = h->dataset.var_count;
    if (limits)
        h->limits = *limits;
    netcdf_conclude(&h->dataset);
    *out = &h->reader;
    h = NULL;
    return true;
}

void hdf5_version(char *out, size_t size)
{
    unsigned major, minor, release;
    if (H5get_libversion(&major, &minor, &release) < 0)
        snprintf(out, size, "unknown");
    else
        snprintf(out, size, "%u.%u.%u", major, minor, release);
}

const Format format_netcdf4 = {
    .name = "netcdf4",
    .summary = "netCDF-4: HDF5 with the conventions of netCDF",
    .extensions = "nc nc4 cdf h5",
    .probe = probe_netcdf4,
    .open = open_file,
    .next = hdf5_next,
    .parts = hdf5_parts,
    .part = hdf5_part,
    .close = close_file,
    .warm_up = prepare_library,
};

const Format format_hdf5 = {
    .name = "hdf5",
    .summary = "HDF5 of any other origin",
    .extensions = "h5 hdf5 hdf he5",
    .probe = probe_hdf5,
    .open = open_file,
    .next = hdf5_next,
    .parts = hdf5_parts,
    .part = hdf5_part,
    .close = close_file,
    .warm_up = prepare_library,
};
