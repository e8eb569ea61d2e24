/* hostile_hdf5.c: valid HDF5 that wants other people's files, all memory or all time. */
#include "tests/support/generate/hdf5_file.h"

#include <stdlib.h>
#include <string.h>

/* Its values lie in /etc/passwd. */
static void external_storage(const char *folder)
{
    H5File f = h5_begin(folder, "hdf5_external_storage.h5", H5F_LIBVER_V18);
    must(H5Pset_external(f.plist, "/etc/passwd", 0, 512), "external");
    H5Dclose(h5_dataset(&f, "temperature", H5T_STD_U8LE, 1, (hsize_t[]){512}));
    h5_end(&f);
}

static void links(const char *folder)
{
    H5File f = h5_begin(folder, "hdf5_links.h5", H5F_LIBVER_V18);
    must(H5Lcreate_external("/etc/passwd", "/x", f.file, "elsewhere", H5P_DEFAULT, H5P_DEFAULT),
         "external link");
    must(H5Lcreate_soft("/loop", f.file, "loop", H5P_DEFAULT, H5P_DEFAULT), "soft link");
    must(H5Lcreate_soft("/nowhere", f.file, "dangling", H5P_DEFAULT, H5P_DEFAULT), "soft link");
    H5Dclose(h5_dataset(&f, "good", H5T_STD_U8LE, 1, (hsize_t[]){4}));
    h5_end(&f);
}

static hid_t new_group(hid_t above)
{
    hid_t plist = must(H5Pcreate(H5P_GROUP_CREATE), "plist");
    must(H5Pset_obj_track_times(plist, false), "no times");
    hid_t group = must(H5Gcreate2(above, "g", H5P_DEFAULT, plist, H5P_DEFAULT), "group");
    H5Pclose(plist);
    return group;
}

/* A group that holds the root: endless for who walks it without looking back. */
static void cycle(const char *folder)
{
    H5File f = h5_begin(folder, "hdf5_group_cycle.h5", H5F_LIBVER_V18);
    hid_t group = new_group(f.file);
    must(H5Lcreate_hard(f.file, "/", group, "up", H5P_DEFAULT, H5P_DEFAULT), "hard link");
    must(H5Lcreate_hard(f.file, "/g", group, "self", H5P_DEFAULT, H5P_DEFAULT), "hard link");
    H5Gclose(group);
    h5_end(&f);
}

static void deep_groups(const char *folder, int depth)
{
    H5File f = h5_begin(folder, "hdf5_deep_groups.h5", H5F_LIBVER_V18);
    hid_t above = new_group(f.file);
    for (int i = 1; i < depth; i++) {
        hid_t group = new_group(above);
        H5Gclose(above);
        above = group;
    }
    H5Gclose(above);
    h5_end(&f);
}

static void compress(const H5File *f, const void *bytes, const char *name, size_t length,
                     Bytes *out)
{
    H5File other = {.file = f->file, .plist = must(H5Pcopy(f->plist), "plist")};
    hsize_t shape = length, offset = 0, size;
    uint32_t mask;
    hid_t set = h5_dataset(&other, name, H5T_STD_U8LE, 1, &shape);
    must(H5Dwrite(set, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes), "write");
    must(H5Dget_chunk_storage_size(set, &offset, &size), "size");
    out->data = malloc(size);
    if (!out->data)
        die("out of memory");
    must(H5Dread_chunk(set, H5P_DEFAULT, &offset, &mask, out->data), "chunk");
    out->length = size;
    H5Dclose(set);
    H5Pclose(other.plist);
}

/* Zeros, 1,000 : 1 per round of deflate: every chunk is the same few bytes. */
static void bomb(const char *folder, const char *name, int rounds, hsize_t chunks)
{
    enum { CHUNK = 16 << 20 };
    H5File f = h5_begin(folder, name, H5F_LIBVER_V18);
    Bytes packed = {0};
    uint8_t *zeros = calloc(CHUNK, 1);
    hsize_t chunk = CHUNK, shape = chunks * CHUNK;
    must(H5Pset_chunk(f.plist, 1, &chunk), "chunk");
    for (int i = 0; i < rounds; i++)
        must(H5Pset_deflate(f.plist, 9), "deflate");
    compress(&f, zeros, "one", CHUNK, &packed);
    hid_t set = h5_dataset(&f, "bomb", H5T_STD_U8LE, 1, &shape);
    for (hsize_t i = 0; i < chunks; i++)
        must(
            H5Dwrite_chunk(set, H5P_DEFAULT, 0, (hsize_t[]){i * CHUNK}, packed.length, packed.data),
            "bomb");
    H5Dclose(set);
    h5_end(&f);
    free(zeros);
    free(packed.data);
}

/* Terabytes by declaration, a few hundred bytes on disk. */
static void declared(const char *folder)
{
    H5File f = h5_begin(folder, "hdf5_declared_8_tb.h5", H5F_LIBVER_V18);
    H5Pset_chunk(f.plist, 1, (hsize_t[]){1 << 20});
    H5Dclose(h5_dataset(&f, "never_written", H5T_IEEE_F64LE, 1, (hsize_t[]){1ull << 40}));
    h5_end(&f);
    f = h5_begin(folder, "hdf5_one_chunk_of_3_gb.h5", H5F_LIBVER_V18);
    H5Pset_chunk(f.plist, 1, (hsize_t[]){3ull << 30});
    H5Dclose(h5_dataset(&f, "one_chunk", H5T_STD_U8LE, 1, (hsize_t[]){3ull << 30}));
    h5_end(&f);
}

/* One element as large as a file system allows. */
static void huge_type(const char *folder)
{
    H5File f = h5_begin(folder, "hdf5_huge_elements.h5", H5F_LIBVER_V18);
    hid_t type = must(H5Tcopy(H5T_C_S1), "type");
    must(H5Tset_size(type, 1u << 30), "size");
    H5Dclose(h5_dataset(&f, "text", type, 1, (hsize_t[]){4}));
    H5Tclose(type);
    h5_end(&f);
}

static void names(const char *folder)
{
    static const char *const bad[] = {
        "colour \x1b[31m red",
        "line\nbreak",
        "tab\there",
        "not utf-8 \xff\xfe",
        "quote\"'`",
        "=1+1",
        "..\\up",
        "null",
        "a,b;c",
        " ",
    };
    H5File f = h5_begin(folder, "hdf5_names.h5", H5F_LIBVER_V18);
    hid_t plist = must(H5Pcreate(H5P_LINK_CREATE), "plist");
    must(H5Pset_char_encoding(plist, H5T_CSET_UTF8), "utf-8");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        hsize_t shape = 4;
        const uint8_t values[4] = {1, 2, 3, 4};
        hid_t space = must(H5Screate_simple(1, &shape, NULL), "space");
        const char *name = bad[i];
        hid_t set =
            must(H5Dcreate2(f.file, name, H5T_STD_U8LE, space, plist, f.plist, H5P_DEFAULT), name);
        must(H5Dwrite(set, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write");
        H5Dclose(set);
        H5Sclose(space);
    }
    H5Pclose(plist);
    h5_end(&f);
}

/* 5,000 empty datasets: metadata that costs more than the data. */
static void many_datasets(const char *folder)
{
    H5File f = h5_begin(folder, "hdf5_5000_datasets.h5", H5F_LIBVER_V18);
    for (int i = 0; i < 5000; i++) {
        char name[32];
        snprintf(name, sizeof name, "v%04d", i);
        H5Dclose(h5_dataset(&f, name, H5T_STD_U8LE, 1, (hsize_t[]){1}));
    }
    h5_end(&f);
}

void generate_hostile_hdf5(const char *folder)
{
    external_storage(folder);
    links(folder);
    cycle(folder);
    deep_groups(folder, 5000);
    bomb(folder, "hdf5_bomb_1000.h5", 1, 384);
    bomb(folder, "hdf5_bomb_1000000.h5", 2, 384);
    declared(folder);
    huge_type(folder);
    names(folder);
    many_datasets(folder);
}
