/* hostile.c: netCDF-3 headers that lie, damaged files, names and bytes of ill will. Every file must
 * cost only itself. */
#include "tests/support/generate/netcdf_file.h"

#include <stdlib.h>
#include <string.h>

enum { DIMENSIONS = 10, VARIABLES = 11, ATTRIBUTES = 12 };

/* A lie about a file with dimension time, variable t(time) and ten floats of data. */
typedef struct Lie {
    const char *name;
    int version;              /* 1, 2, 5 */
    uint64_t records;         /* numrecs */
    uint64_t dimension_count; /* 0: the truth (1) */
    uint64_t length;          /* of the dimension */
    uint64_t rank;            /* 0: the truth (1) */
    uint64_t size, begin;     /* vsize and offset of the data; 0: the truth */
    uint64_t attributes;      /* elements of the one attribute; 0: the truth (5) */
    uint64_t name_length;     /* of the dimension's name; 0: the truth */
} Lie;

#define TWO_31 0x80000000u
#define TWO_63 0x8000000000000000u

static const Lie lies[] = {
    /* without a lie: proves that the others fail for theirs */
    {.name = "netcdf3_truth.nc", .version = 1, .length = 10},
    {.name = "cdf2_truth.nc", .version = 2, .length = 10},
    {.name = "cdf5_truth.nc", .version = 5, .length = 10},
    {.name = "netcdf3_records_2g.nc", .version = 1, .records = 0x7fffffff},
    {.name = "netcdf3_records_unknown.nc", .version = 1, .records = 0xffffffff},
    {.name = "netcdf3_length_2g.nc", .version = 1, .length = TWO_31},
    {.name = "netcdf3_dimensions_2g.nc", .version = 1, .dimension_count = TWO_31, .length = 10},
    {.name = "netcdf3_rank_2g.nc", .version = 1, .length = 10, .rank = TWO_31 - 1},
    {.name = "netcdf3_offset_past_end.nc", .version = 1, .length = 10, .begin = 0x7ffffff0},
    {.name = "netcdf3_offset_in_header.nc", .version = 1, .length = 10, .begin = 4},
    {.name = "netcdf3_size_lies.nc", .version = 1, .length = 10, .size = 0xfffffffc},
    {.name = "netcdf3_attribute_2g.nc", .version = 1, .length = 10, .attributes = TWO_31 - 1},
    {.name = "netcdf3_name_2g.nc", .version = 1, .length = 10, .name_length = TWO_31 - 1},
    {.name = "cdf2_offset_2_63.nc", .version = 2, .length = 10, .begin = TWO_63},
    {.name = "cdf5_records_2_63.nc", .version = 5, .records = TWO_63 - 1},
    {.name = "cdf5_length_2_63.nc", .version = 5, .length = TWO_63},
    {.name = "cdf5_length_times_size_overflows.nc", .version = 5, .length = TWO_63 / 2 + 3},
    {.name = "cdf5_dimensions_2_63.nc", .version = 5, .dimension_count = TWO_63, .length = 10},
    {.name = "cdf5_rank_2_63.nc", .version = 5, .length = 10, .rank = TWO_63 - 1},
    {.name = "cdf5_attribute_2_63.nc", .version = 5, .length = 10, .attributes = TWO_63 - 1},
    {.name = "cdf5_offset_2_64.nc", .version = 5, .length = 10, .begin = UINT64_MAX - 7},
};

/* NON_NEG: 4 bytes, in CDF-5 8. */
static void count(Bytes *b, int version, uint64_t value)
{
    if (version == 5)
        bytes_u64(b, value);
    else
        bytes_u32(b, (uint32_t)value);
}

static void counted_name(Bytes *b, int version, const char *name, uint64_t said)
{
    static const uint8_t zeros[4] = {0};
    size_t length = strlen(name);
    count(b, version, said ? said : length);
    bytes_add(b, name, length);
    bytes_add(b, zeros, (4 - length % 4) % 4);
}

static void lying_variable(Bytes *b, const Lie *l)
{
    bytes_u32(b, VARIABLES);
    count(b, l->version, 1);
    counted_name(b, l->version, "t", 0);
    count(b, l->version, l->rank ? l->rank : 1);
    count(b, l->version, 0);
    bytes_u32(b, ATTRIBUTES);
    count(b, l->version, 1);
    counted_name(b, l->version, "units", 0);
    bytes_u32(b, NC_CHAR);
    count(b, l->version, l->attributes ? l->attributes : 4);
    bytes_add(b, "degC", 4);
    bytes_u32(b, NC_FLOAT);
    count(b, l->version, l->size ? l->size : l->length == 0 ? 4 : 40);
    size_t truth = b->length + (l->version == 1 ? 4 : 8);
    uint64_t begin = l->begin ? l->begin : truth;
    if (l->version == 1)
        bytes_u32(b, (uint32_t)begin);
    else
        bytes_u64(b, begin);
}

static void lying_header(const char *folder, const Lie *l)
{
    Bytes b = {0};
    bytes_add(&b, "CDF", 3);
    bytes_u8(&b, (uint8_t)l->version);
    count(&b, l->version, l->records);
    bytes_u32(&b, DIMENSIONS);
    count(&b, l->version, l->dimension_count ? l->dimension_count : 1);
    counted_name(&b, l->version, "time", l->name_length);
    count(&b, l->version, l->length);
    bytes_u32(&b, 0);
    count(&b, l->version, 0);
    lying_variable(&b, l);
    for (uint32_t i = 0; i < 10; i++)
        bytes_u32(&b, 0x41200000u + i);
    bytes_save(&b, folder, l->name);
}

/* Eight dimensions of 65,536 each: 2^128 elements. */
static void product_overflow(const char *folder)
{
    Bytes b = {0};
    bytes_add(&b, "CDF\1\0\0\0\0", 8);
    bytes_u32(&b, DIMENSIONS);
    bytes_u32(&b, 8);
    for (int i = 0; i < 8; i++) {
        bytes_name(&b, (char[]){'d', (char)('0' + i), '\0'});
        bytes_u32(&b, 65536);
    }
    bytes_u64(&b, 0);
    bytes_u32(&b, VARIABLES);
    bytes_u32(&b, 1);
    bytes_name(&b, "x");
    bytes_u32(&b, 8);
    for (uint32_t i = 0; i < 8; i++)
        bytes_u32(&b, i);
    bytes_u64(&b, 0);
    bytes_u32(&b, NC_DOUBLE);
    bytes_u32(&b, 0);
    bytes_u32(&b, (uint32_t)b.length + 4);
    bytes_save(&b, folder, "netcdf3_product_overflows.nc");
}

/* Good files with a few bytes turned over at random. */
static void mutants(const char *folder, int mode, const char *kind, int number)
{
    static const Field field = {.name = "temperature",
                                .long_name = "Air temperature",
                                .units = "degC",
                                .type = NC_FLOAT,
                                .mean = 10,
                                .swing = 5,
                                .noise = 1,
                                .steps = 100,
                                .missing_name = "_FillValue",
                                .missing = -9999,
                                .gap_every = 20};
    NcFile f = nc_begin(NULL, folder, "mutants/parent.nc", mode);
    int dim = nc_dimension(&f, "time", 200), var = nc_field(&f, &field, 1, &dim);
    nc_check(nc_enddef(f.id), f.name, "header");
    nc_fill_field(&f, var, &field, 200, 200, NULL);
    nc_finish(&f);
    char *parent = file_path(folder, "mutants/parent.nc");
    size_t length;
    uint8_t *bytes = file_read(parent, &length);
    remove(parent);
    for (int i = 0; i < number; i++) {
        char name[64];
        Bytes b = {0};
        snprintf(name, sizeof name, "mutants/%s_%02d.nc", kind, i);
        Random r = random_seed(name, 0);
        bytes_add(&b, bytes, length);
        for (uint64_t k = 1 + random_next(&r) % 8; k > 0; k--)
            b.data[4 + random_next(&r) % (length - 4)] ^= (uint8_t)(1 + random_next(&r) % 255);
        bytes_save(&b, folder, name);
    }
    free(bytes);
    free(parent);
}

static void small_files(const char *folder)
{
    static const uint8_t nuls[4096] = {0};
    static const struct {
        const char *name;
        const void *bytes;
        size_t length;
    } files[] = {
        {"empty.nc", "", 0},
        {"one_byte.csv", "C", 1},
        {"nuls.dat", nuls, sizeof nuls},
        {"magic_only.nc", "CDF\1", 4},
        {"magic_only.h5", "\x89HDF\r\n\x1a\n", 8},
        {"name with \x1b[31mcolour\x07.csv", "a,b\n1,2\n", 8},
        {"name with\nnewline.csv", "a,b\n1,2\n", 8},
        {"name \xff\xfe is no utf-8.csv", "a,b\n1,2\n", 8},
        {"=cmd|' formula.csv", "=1+1,@b\n1,2\n", 12},
        {"-o.csv", "a,b\n1,2\n", 8},
        {"'; DROP TABLE files; --.csv", "a,b\n1,2\n", 8},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = file_path(folder, files[i].name);
        file_write(path, files[i].bytes, files[i].length);
        free(path);
    }
}

void generate_hostile(const char *folder, const char *tables)
{
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
        lying_header(folder, &lies[i]);
    product_overflow(folder);
    small_files(folder);
    mutants(folder, 0, "netcdf3", 20);
    mutants(folder, NC_NETCDF4, "netcdf4", 40);
    generate_hostile_hdf5(folder);
    generate_hostile_damage(folder, tables);
    generate_hostile_text(folder);
}
