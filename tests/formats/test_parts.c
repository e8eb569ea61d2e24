/* test_parts.c: where files are cut, and that their parts are the whole. */
#include "formats/netcdf3/netcdf3.h"
#include "formats/parts.h"
#include "tests/support/make_chunks.h"
#include "tests/support/read_parts.h"

#include <netcdf.h>

#define NC(call) assert_int_equal((call), NC_NOERR)

static const uint64_t mib = 1024 * 1024;

/* ---- the plan */

static void check_cut(const PartPlan *p, size_t index, size_t stretch, uint64_t unit)
{
    assert_int_equal(p->cuts[index].stretch, stretch);
    assert_int_equal(p->cuts[index].unit, unit);
}

static void cut_at_steps_and_ends_of_rows(void **state)
{
    (void)state;
    const FormatLimits limits = {.part_bytes = 1000};
    /* rows of 30 units of 20 bytes, to be cut at 0, 25, 30, 55, ...; 1000 bytes are 50 units */
    const PartStretch s = {.units = 120, .unit_bytes = 20, .row = 30, .step = 25};
    PartPlan p;
    parts_plan(&s, 1, 1, &limits, &p);
    assert_int_equal(p.count, 3);
    check_cut(&p, 0, 0, 0);
    check_cut(&p, 1, 0, 55);
    check_cut(&p, 2, 0, 115); /* not 105 */
    check_cut(&p, 3, 1, 0);
}

static void small_stretches_are_gathered(void **state)
{
    (void)state;
    const FormatLimits limits = {.part_bytes = 1000};
    const PartStretch s[] = {
        {.units = 4, .unit_bytes = 100, .row = 4, .step = 1},
        {.row = 1, .step = 1}, /* nothing to be read */
        {.units = 50, .unit_bytes = 100, .row = 50, .step = 10},
        {.row = 1, .step = 1},
        {.units = 3, .unit_bytes = 100, .row = 3, .step = 1},
    };
    PartPlan p;
    parts_plan(s, CASES(s), CASES(s), &limits, &p);
    assert_int_equal(p.count, 6);
    check_cut(&p, 1, 2, 10); /* 400 bytes before it, 600 more: 6 units, up to the step */
    check_cut(&p, 2, 2, 20);
    check_cut(&p, 4, 2, 40);
    check_cut(&p, 5, 4, 0); /* the empty one belongs to what is before it */
    check_cut(&p, 6, 5, 0);
}

/* Bytes of a file of one stretch, and how many parts are wanted. */
static void how_many(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes, parts, variables;
    } rows[] = {
        {0, 1, 1},
        {63 * 1024 * 1024, 1, 1},              /* less than two of 32 MiB */
        {64 * 1024 * 1024, 2, 1},              /* exactly two */
        {65 * 1024 * 1024, 3, 1},              /* what is left over is a part of its own */
        {320 * 1024 * 1024, 10, 1},            /* */
        {UINT64_C(1) << 40, 64, 1},            /* never more */
        {UINT64_MAX, 1, 1},                    /* no size that is meant */
        {320 * 1024 * 1024, 2, 2560},          /* 2560 variables: 160 MiB each */
        {320 * 1024 * 1024 - 1, 1, 2560},      /* */
        {(UINT64_C(1) << 40) - 12345, 64, 77}, /* */
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        const PartStretch s = {
            .units = rows[i].bytes, .unit_bytes = 1, .row = rows[i].bytes, .step = 1};
        PartPlan p;
        parts_plan(&s, 1, rows[i].variables, &(FormatLimits){0}, &p);
        assert_int_equal(p.count, rows[i].parts);
        check_cut(&p, p.count, 1, 0);
    }
}

/* ---- HDF5 */

static void *counting(size_t count)
{
    int *values = malloc(count * sizeof *values);
    assert_non_null(values);
    for (size_t i = 0; i < count; i++)
        values[i] = (int)(i * 2654435761U >> 8);
    return values;
}

static uint8_t *make_large(size_t *size)
{
    const hsize_t wide[2] = {256, 512}, deep[3] = {1, 200, 600}, long_ones[1] = {300};
    int *values = counting((size_t)3 * 1200 * 1200);
    double *times = calloc(1000, sizeof *times);
    assert_non_null(times);
    Making m;
    make(&m);
    add_data(m.file, "a", /* 4 runs of 4 MiB */
             &(Data){.rank = 2,
                     .shape = {2048, 2048},
                     .creation = filtered(2, wide, "s"),
                     .values = values});
    add_data(m.file, "b", /* 4 runs of 4 MiB, not chunked */
             &(Data){.rank = 1, .shape = {4 << 20}, .values = values});
    add_data(m.file, "c", /* in each plane a run of 800 rows and one of 400 */
             &(Data){.rank = 3,
                     .shape = {3, 1200, 1200},
                     .creation = filtered(3, deep, "sd"),
                     .values = values});
    add_data(m.file, "d", &(Data){.rank = 1, .shape = {0}}); /* */
    add_data(m.file, "e", &(Data){.values = values});
    add_data(m.file, "f",
             &(Data){.rank = 1,
                     .shape = {1000},
                     .most = {H5S_UNLIMITED},
                     .type = H5T_NATIVE_DOUBLE,
                     .creation = filtered(1, long_ones, ""),
                     .values = times});
    free(values);
    free(times);
    return made(&m, size);
}

static void hdf5_parts_are_the_whole(void **state)
{
    (void)state;
    size_t size;
    uint8_t *bytes = make_large(&size);
    /* 8 MiB: two of a, two of b; c: 1748 rows are asked for, 2000 are the next border, the rest
     * is no full part */
    check_parts(&format_hdf5, bytes, size, 8 * mib, 6);
    /* a run a part; of c 874 rows are asked for, the end of the plane is the next border */
    check_parts(&format_hdf5, bytes, size, 4 * mib, 4 + 4 + 3 + 1);
    check_parts(&format_hdf5, bytes, size, 30 * mib, 1);
    check_parts(&format_hdf5, bytes, size, 0, 1);
    free(bytes);
}

/* ---- netCDF-3 */

/* A fixed variable of 6 MB, a short one, and 400 records of 20,016 bytes. */
static uint8_t *make_records(size_t *size)
{
    char path[64];
    int nc, dims[4], ids[5];
    int *values = counting(1500000);
    temporary(path);
    NC(nc_create(path, NC_CLOBBER, &nc));
    NC(nc_def_dim(nc, "time", NC_UNLIMITED, &dims[0]));
    NC(nc_def_dim(nc, "x", 1500000, &dims[1]));
    NC(nc_def_dim(nc, "z", 5000, &dims[2]));
    NC(nc_def_dim(nc, "three", 3, &dims[3]));
    int over_z[2] = {dims[0], dims[2]}, over_three[2] = {dims[0], dims[3]};
    NC(nc_def_var(nc, "x", NC_INT, 1, &dims[1], &ids[0]));
    NC(nc_def_var(nc, "three", NC_SHORT, 1, &dims[3], &ids[1]));
    NC(nc_def_var(nc, "time", NC_DOUBLE, 1, &dims[0], &ids[2]));
    NC(nc_def_var(nc, "u", NC_FLOAT, 2, over_z, &ids[3]));
    NC(nc_def_var(nc, "flag", NC_SHORT, 2, over_three, &ids[4]));
    NC(nc_enddef(nc));
    NC(nc_put_var_int(nc, ids[0], values));
    NC(nc_put_var_int(nc, ids[1], (int[]){1, 2, 3}));
    for (size_t i = 0; i < 400; i++) {
        const size_t start[2] = {i, 0}, z[2] = {1, 5000}, three_flags[2] = {1, 3};
        NC(nc_put_var1_int(nc, ids[2], start, &(int){(int)i}));
        NC(nc_put_vara_int(nc, ids[3], start, z, values + i));
        NC(nc_put_vara_int(nc, ids[4], start, three_flags, (int[]){1, (int)i, 3}));
    }
    NC(nc_close(nc));
    free(values);
    return taken(path, size);
}

static void netcdf3_parts_are_the_whole(void **state)
{
    (void)state;
    size_t size;
    uint8_t *bytes = make_records(&size);
    /* 2 MiB are 524,288 values of x: twice; then its rest with records 0 to 51, a run; 105 records
     * are asked for next: 52 to 207, 208 to 363, 364 to 399 */
    check_parts(&format_netcdf3, bytes, size, 2 * mib, 6);
    /* 5 of x; its rest with 52 records; 53 are asked for next, which makes 104: up to 156, 260, 364
     */
    check_parts(&format_netcdf3, bytes, size, mib, 5 + 1 + 4);
    /* cut in record 300: 208 to the end is one */
    check_parts(&format_netcdf3, bytes, size - 100 * 20016 + 777, 2 * mib, 5);
    /* cut in x: the variables behind it are gone too */
    check_parts(&format_netcdf3, bytes, 3 << 20, mib, 1);
    free(bytes);
}

/* Records too long to be read many at a time: one variable after the other, in pieces. */
static void netcdf3_long_records(void **state)
{
    (void)state;
    char path[64];
    int nc, dims[3], ids[2];
    size_t size;
    int *values = counting(6 * 300000);
    temporary(path);
    NC(nc_create(path, NC_CLOBBER | NC_64BIT_DATA, &nc));
    NC(nc_def_dim(nc, "time", NC_UNLIMITED, &dims[0]));
    NC(nc_def_dim(nc, "z", 300000, &dims[1]));
    NC(nc_def_dim(nc, "n", 100, &dims[2]));
    int over_n[2] = {dims[0], dims[2]};
    NC(nc_def_var(nc, "v", NC_INT, 2, dims, &ids[0]));
    NC(nc_def_var(nc, "w", NC_DOUBLE, 2, over_n, &ids[1]));
    NC(nc_enddef(nc));
    const size_t start[2] = {0, 0}, all[2] = {6, 300000}, some[2] = {6, 100};
    NC(nc_put_vara_int(nc, ids[0], start, all, values));
    NC(nc_put_vara_int(nc, ids[1], start, some, values));
    NC(nc_close(nc));
    uint8_t *bytes = taken(path, &size);
    /* pieces of 262,144 and 37,856 values: up to 562,144, 1,162,144, 1,762,144, the end */
    check_parts(&format_netcdf3, bytes, size, 2 * mib, 4);
    free(values);
    free(bytes);
}

static const Case cases[] = {
    {"cut_at_steps_and_ends_of_rows", cut_at_steps_and_ends_of_rows},
    {"small_stretches_are_gathered", small_stretches_are_gathered},
    {"how_many", how_many},
    {"hdf5_parts_are_the_whole", hdf5_parts_are_the_whole},
    {"netcdf3_parts_are_the_whole", netcdf3_parts_are_the_whole},
    {"netcdf3_long_records", netcdf3_long_records},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
