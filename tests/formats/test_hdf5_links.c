/* test_hdf5_links.c: every name of an object counts, as for netCDF-C, which reads each file too. */
#include "tests/support/make_hdf5.h"

#include <netcdf.h>

enum { NAMES = 32, PATH_SIZE = 1024 };

typedef struct Names {
    char items[NAMES][PATH_SIZE];
    size_t count;
} Names;

/* The variables of a group and those below it, as Weir spells them. */
static void names_by_netcdf(int group, const char *path, Names *out)
{
    int vars, groups, ids[NAMES];
    assert_int_equal(nc_inq_varids(group, &vars, ids), NC_NOERR);
    for (int i = 0; i < vars; i++) {
        char name[NC_MAX_NAME + 1];
        assert_int_equal(nc_inq_varname(group, ids[i], name), NC_NOERR);
        assert_true(out->count < NAMES);
        char *item = out->items[out->count++];
        assert_true(snprintf(item, PATH_SIZE, "%s%s%s", path, *path ? "/" : "", name) < PATH_SIZE);
    }
    assert_int_equal(nc_inq_grps(group, &groups, ids), NC_NOERR);
    for (int i = 0; i < groups; i++) {
        char name[NC_MAX_NAME + 1], below[PATH_SIZE];
        assert_int_equal(nc_inq_grpname(ids[i], name), NC_NOERR);
        assert_true(snprintf(below, sizeof below, "%s/%s", path, name) < PATH_SIZE);
        names_by_netcdf(ids[i], below, out);
    }
}

typedef struct NewLink {
    bool soft;
    const char *to, *name;
} NewLink;

/* Datasets /a and /g/x of three ints, and the links. */
static void make_links(Making *m, const NewLink *links)
{
    make(m);
    add_data(m->file, "a", &three_ints);
    hid_t group = H5Gcreate2(m->file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    add_data(group, "x", &three_ints);
    OK(H5Gclose(group));
    for (; links->to; links++)
        OK(links->soft ? H5Lcreate_soft(links->to, m->file, links->name, H5P_DEFAULT, H5P_DEFAULT)
                       : H5Lcreate_hard(m->file, links->to, m->file, links->name, H5P_DEFAULT,
                                        H5P_DEFAULT));
}

/* Weir's variables are netCDF-C's, in its order; *names are those. */
static void expect_as_netcdf(Making *m, Names *names)
{
    int nc;
    size_t size;
    ReadFile f;
    OK(H5Fclose(m->file));
    assert_int_equal(nc_open(m->path, NC_NOWRITE, &nc), NC_NOERR);
    names_by_netcdf(nc, "", names);
    assert_int_equal(nc_close(nc), NC_NOERR);
    uint8_t *bytes = taken(m->path, &size);
    read_all(&f, &format_hdf5, bytes, size);
    free(bytes);
    assert_ok(f.d && !f.broken, &f.error);
    assert_int_equal(f.d->var_count, names->count);
    for (size_t i = 0; i < names->count; i++) {
        assert_string_equal(f.d->vars[i].name, names->items[i]);
        expect_three(&f, names->items[i]);
    }
    assert_int_equal(f.d->note_count, 0);
    assert_false(f.reader->tainted);
    read_close(&f);
}

static void every_name_as_netcdf(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        size_t count; /* of names, by ncdump */
        NewLink links[4];
    } rows[] = {
        {"no link", 2, {{0}}},
        {"hard link to a dataset", 3, {{false, "/a", "b"}}},
        {"soft link to a dataset", 3, {{true, "/a", "b"}}},
        {"relative soft link", 3, {{true, "g/x", "b"}}},
        {"soft link to a soft link", 4, {{true, "/a", "b"}, {true, "/b", "c"}}},
        {"hard link into a group", 3, {{false, "/a", "g/b"}}},
        {"hard link to a group", 3, {{false, "/g", "k"}}},
        {"soft link to a group", 3, {{true, "/g", "k"}}},
        {"both to both", 7, {{false, "/g", "k"}, {true, "/g", "l"}, {true, "/a", "k/y"}}},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        Making m;
        Names names = {.count = 0};
        print_message("%s\n", rows[i].what);
        make_links(&m, rows[i].links);
        expect_as_netcdf(&m, &names);
        assert_int_equal(names.count, rows[i].count);
    }
}

/* Two names of a dimension scale are two dimensions; the first is that of others. */
static void names_of_a_scale(void **state)
{
    (void)state;
    static const char *const dims[][2] = {{"a", "x"}, {"x", "x"}, {"y", "y"}};
    Making m;
    ReadFile f;
    make(&m);
    add_data(m.file, "a", &three_ints);
    add_data(m.file, "x", &three_ints);
    hid_t a = H5Dopen2(m.file, "a", H5P_DEFAULT), x = H5Dopen2(m.file, "x", H5P_DEFAULT);
    hid_t list = H5Tvlen_create(H5T_STD_REF_OBJ), one = H5Screate_simple(1, (hsize_t[]){1}, NULL);
    hid_t scalar = H5Screate(H5S_SCALAR), text = H5Tcopy(H5T_C_S1);
    hobj_ref_t reference;
    OK(H5Tset_size(text, sizeof "DIMENSION_SCALE"));
    OK(H5Rcreate(&reference, m.file, "x", H5R_OBJECT, -1));
    hid_t class = H5Acreate2(x, "CLASS", text, scalar, H5P_DEFAULT, H5P_DEFAULT);
    hid_t axes = H5Acreate2(a, "DIMENSION_LIST", list, one, H5P_DEFAULT, H5P_DEFAULT);
    OK(H5Awrite(class, text, "DIMENSION_SCALE"));
    OK(H5Awrite(axes, list, &(hvl_t){1, &reference}));
    OK(H5Lcreate_soft("/x", m.file, "y", H5P_DEFAULT, H5P_DEFAULT));
    const hid_t open[] = {class, axes, list, one, scalar, text, a, x};
    for (size_t i = 0; i < CASES(open); i++)
        OK(H5Idec_ref(open[i]));
    read_made(&m, &f);
    assert_ok(f.d && !f.broken, &f.error);
    assert_int_equal(f.d->var_count, CASES(dims));
    for (size_t i = 0; i < CASES(dims); i++)
        assert_string_equal(f.d->dims[read_var(&f, dims[i][0])->dims[0]].name, dims[i][1]);
    read_close(&f);
}

static void expect_links_back(Making *m)
{
    ReadFile f;
    read_made(m, &f);
    assert_ok(f.d && !f.broken, &f.error);
    assert_int_equal(f.d->var_count, 2);
    assert_int_equal(f.d->group_count, 2);
    assert_int_equal(f.d->note_count, 1);
    assert_string_equal(f.d->notes[0], "links back to a group that they lie in, not followed: 1");
    expect_three(&f, "a");
    expect_three(&f, "/g/x");
    read_close(&f);
}

/* netCDF-C never ends on these. */
static void links_back(void **state)
{
    (void)state;
    static const NewLink rows[][4] = {
        {{false, "/", "g/up"}},
        {{false, "/g", "g/self"}},
        {{true, "/g", "g/self"}},
        {{true, "/", "g/up"}},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        Making m;
        make_links(&m, rows[i]);
        expect_links_back(&m);
    }
}

/* What leads nowhere costs a note; a link out of the file is not followed on a way round either. */
static void links_to_nothing(void **state)
{
    (void)state;
    char other[64];
    temporary(other);
    hid_t file = H5Fcreate(other, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    add_data(file, "secret", &three_ints);
    OK(H5Fclose(file));
    Making m;
    ReadFile f;
    make_links(&m, (const NewLink[]){{true, "/nowhere", "b"}, {true, "/c", "c"}, {0}});
    OK(H5Lcreate_external(other, "/", m.file, "out", H5P_DEFAULT, H5P_DEFAULT));
    OK(H5Lcreate_soft("/out/secret", m.file, "round", H5P_DEFAULT, H5P_DEFAULT));
    read_made(&m, &f);
    unlink(other);
    assert_ok(f.d && !f.broken, &f.error);
    assert_int_equal(f.d->var_count, 3);
    expect_three(&f, "a");
    expect_three(&f, "/g/x");
    read_expect_failed(&f, "out", "external_storage");
    assert_int_equal(f.d->note_count, 1);
    assert_string_equal(f.d->notes[0], "soft links to nothing that can be opened in this file: 3");
    read_close(&f);
}

/* 40 groups, each twice in the next: 2^40 names of one dataset. All that is there is listed, and
 * some of its other names. */
static void multiplied_names(void **state)
{
    (void)state;
    enum { LEVELS = 40, MOST = 10000 };
    Making m;
    ReadFile f;
    char name[16];
    make(&m);
    hid_t above = 0;
    for (int i = 0; i < LEVELS; i++) {
        snprintf(name, sizeof name, "g%02d", i);
        hid_t group = H5Gcreate2(m.file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        OK(group);
        if (i == 0)
            add_data(group, "x", &three_ints);
        for (const char *again = "ab"; i > 0 && *again; again++)
            OK(H5Lcreate_hard(above, ".", group, (char[]){*again, '\0'}, H5P_DEFAULT, H5P_DEFAULT));
        if (i > 0)
            OK(H5Gclose(above));
        above = group;
    }
    OK(H5Gclose(above));
    add_data(m.file, "z", &three_ints);
    read_made(&m, &f);
    assert_ok(f.d && !f.broken, &f.error);
    assert_true(f.d->var_count > 100 && f.d->var_count + f.d->group_count < MOST + LEVELS + 10);
    expect_three(&f, "z");
    expect_three(&f, "/g00/x");
    expect_three(&f, "/g01/b/x");
    assert_int_equal(f.d->note_count, 1);
    assert_non_null(strstr(f.d->notes[0], "more names of what is listed already"));
    read_close(&f);
}

static const Case cases[] = {
    {"every_name_as_netcdf", every_name_as_netcdf},
    {"names_of_a_scale", names_of_a_scale},
    {"links_back", links_back},
    {"links_to_nothing", links_to_nothing},
    {"multiplied_names", multiplied_names},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
