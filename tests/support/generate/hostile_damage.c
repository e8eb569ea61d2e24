/* hostile_damage.c: sound HDF5 files in which a few bytes are changed, each on purpose: libhdf5
 * 1.10 dies on them, never comes to an end, or takes all memory.
 *
 * They are written in the oldest layout, whose structures have no checksums. Bytes are found by
 * what stands beside them, so that it does not matter where the library puts things. References:
 * HDF5 File Format Specification 3.0. */
#include "tests/support/generate/hdf5_file.h"

#include <stdlib.h>
#include <string.h>

enum { RARE = 1237 }; /* a number that stands in one place only */

/* A file that is being changed. */
typedef struct Patient {
    char *path;
    uint8_t *bytes;
    size_t length;
} Patient;

static Patient operate(H5File *f)
{
    Patient p = {.path = f->path};
    f->path = NULL;
    h5_end(f);
    p.bytes = file_read(p.path, &p.length);
    return p;
}

static void release(Patient *p)
{
    file_write(p->path, p->bytes, p->length);
    free(p->bytes);
    free(p->path);
}

/* Where the pattern stands, which it must do once. */
static uint8_t *find(const Patient *p, const void *pattern, size_t length)
{
    uint8_t *found = memmem(p->bytes, p->length, pattern, length);
    if (!found)
        die("%s: not the layout that was expected", p->path);
    size_t rest = p->length - (size_t)(found + 1 - p->bytes);
    if (memmem(found + 1, rest, pattern, length))
        die("%s: what was looked for stands in two places", p->path);
    return found;
}

static void put(uint8_t *at, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static void good_dataset(const H5File *f)
{
    const uint8_t values[4] = {1, 2, 3, 4};
    hid_t set = h5_dataset(f, "good", H5T_STD_U8LE, 1, (hsize_t[]){4});
    must(H5Dwrite(set, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write");
    H5Dclose(set);
}

static H5File begin(const char *folder, const char *name)
{
    H5File f = h5_begin(folder, name, H5F_LIBVER_EARLIEST);
    good_dataset(&f);
    return f;
}

static void attribute(hid_t object, const char *name, hid_t type, const void *value)
{
    hid_t space = must(H5Screate(H5S_SCALAR), "space");
    hid_t a = must(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), name);
    must(H5Awrite(a, type, value), "write");
    H5Aclose(a);
    H5Sclose(space);
}

/* ---- crashes */

/* A chunk without length, in a data layout message of version 1 (IV.A.2.i), where the library does
 * not look for it as it does in version 3: a division by zero (H5D__chunk_set_info). */
static void chunk_of_nothing(const char *folder, const char *name)
{
    H5File f = begin(folder, name);
    H5Pset_chunk(f.plist, 1, (hsize_t[]){RARE});
    H5Dclose(h5_dataset(&f, "set", H5T_STD_U8LE, 1, (hsize_t[]){4 * RARE}));
    Patient p = operate(&f);
    uint8_t pattern[8];
    put(pattern, RARE, 4);
    put(pattern + 4, 1, 4); /* bytes of an element */
    uint8_t *layout = find(&p, pattern, sizeof pattern) - 11;
    memset(layout, 0, 24);
    layout[0] = 1;                  /* version */
    layout[1] = 2;                  /* dimensions, the element counted */
    layout[2] = 2;                  /* chunked */
    put(layout + 8, UINT64_MAX, 8); /* no B-tree yet */
    put(layout + 20, 1, 4);         /* behind a length of 0: the element's size */
    release(&p);
}

/* A text that is object 2^30 of a heap that holds one: read far out of bounds (H5HG_read). */
static void heap_index(const char *folder, const char *name)
{
    static char text[RARE + 1];
    memset(text, 'x', RARE);
    H5File f = begin(folder, name);
    hid_t type = must(H5Tcopy(H5T_C_S1), "type");
    must(H5Tset_size(type, H5T_VARIABLE), "size");
    hid_t set = h5_dataset(&f, "set", H5T_STD_U8LE, 1, (hsize_t[]){4});
    const char *value = text;
    attribute(set, "words", type, &value);
    H5Dclose(set);
    H5Tclose(type);
    Patient p = operate(&f);
    uint8_t pattern[12]; /* length and address of the heap; the index comes behind it */
    put(pattern, RARE, 4);
    put(pattern + 4, (uint64_t)(find(&p, "GCOL", 4) - p.bytes), 8);
    put(find(&p, pattern, sizeof pattern) + sizeof pattern, 1u << 30, 4);
    release(&p);
}

/* Values of 31 bits that the n-bit filter has packed, with one of its parameters (IV.A.2.l)
 * changed: 16 million values to a chunk, which it unpacks from where there are none. */
static void packed_bits(const char *folder, const char *name)
{
    H5File f = begin(folder, name);
    hsize_t length = 64;
    hid_t type = must(H5Tcopy(H5T_STD_U32LE), "type");
    must(H5Tset_precision(type, 31), "precision");
    H5Pset_chunk(f.plist, 1, &length);
    must(H5Pset_nbit(f.plist), "nbit");
    uint32_t values[64];
    for (uint32_t i = 0; i < 64; i++)
        values[i] = i * i;
    hid_t set = h5_dataset(&f, "set", type, 1, &length);
    must(H5Dwrite(set, H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write");
    H5Dclose(set);
    H5Tclose(type);
    Patient p = operate(&f);
    put(find(&p, "nbit\0\0\0", 8) + 8 + 2 * sizeof(uint32_t), 1u << 24, 4);
    release(&p);
}

/* An szip parameter: blocks of no values, by which libaec divides. */
static void szip_block(const char *folder, const char *name)
{
    H5File f = begin(folder, name);
    hsize_t length = 64;
    H5Pset_chunk(f.plist, 1, &length);
    must(H5Pset_szip(f.plist, H5_SZIP_NN_OPTION_MASK, 8), "szip, which needs libaec's encoder");
    uint32_t values[64];
    for (uint32_t i = 0; i < 64; i++)
        values[i] = i * i;
    hid_t set = h5_dataset(&f, "set", H5T_STD_U32LE, 1, &length);
    must(H5Dwrite(set, H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write");
    H5Dclose(set);
    Patient p = operate(&f);
    put(find(&p, "szip\0\0\0", 8) + 8 + sizeof(uint32_t), 0, 4);
    release(&p);
}

/* ---- B-trees of groups that do not end */

/* Version 1 B-tree node of a group (III.A.1): 24 bytes, then keys and children in turn, as many as
 * the superblock says: 2 * 16 children. */
enum { CHILDREN = 32, NODE_BYTES = 24 + 8 * (2 * CHILDREN + 1) };

static void put_node(uint8_t *at, unsigned level, unsigned children, uint64_t child)
{
    memset(at, 0, NODE_BYTES);
    memcpy(at, "TREE", 4);
    at[5] = (uint8_t)level;
    put(at + 6, children, 2);
    memset(at + 8, 0xff, 16); /* no neighbours */
    for (unsigned i = 0; i < children; i++)
        put(at + 24 + 8 + 16 * i, child, 8);
}

/* A file whose root group has two links, one with a long name, and which has room for nodes in the
 * values of a dataset. */
static Patient begin_tree(const char *folder, const char *name, size_t nodes, size_t *room)
{
    static const char mark[] = "room for nodes";
    static char long_name[4000];
    memset(long_name, 'n', sizeof long_name - 1);
    H5File f = begin(folder, name);
    hsize_t length = nodes * NODE_BYTES;
    uint8_t *bytes = calloc(nodes, NODE_BYTES);
    if (!bytes)
        die("out of memory");
    memcpy(bytes, mark, sizeof mark);
    hid_t set = h5_dataset(&f, long_name, H5T_STD_U8LE, 1, &length);
    must(H5Dwrite(set, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes), "write");
    H5Dclose(set);
    free(bytes);
    Patient p = operate(&f);
    *room = (size_t)(find(&p, mark, sizeof mark) - p.bytes);
    return p;
}

/* A node that is its own child: the library goes down until its stack ends (H5B_iterate). */
static void tree_of_itself(const char *folder, const char *name)
{
    size_t room;
    Patient p = begin_tree(folder, name, 1, &room);
    uint8_t *root = find(&p, "TREE", 4);
    put_node(root, 1, 1, (uint64_t)(root - p.bytes));
    release(&p);
}

/* Twelve levels, each node 32 times the child of the one above: 2^60 visits to the last, which has
 * `leaves` children: the group's links. */
static void tree_of_copies(const char *folder, const char *name, unsigned leaves)
{
    enum { LEVELS = 12 };
    size_t room;
    Patient p = begin_tree(folder, name, LEVELS, &room);
    uint8_t *root = find(&p, "TREE", 4);
    uint64_t links = (uint64_t)(find(&p, "SNOD", 4) - p.bytes);
    for (unsigned i = 0; i < LEVELS; i++) {
        uint64_t below = room + (i + 1) * NODE_BYTES;
        bool is_last = i == LEVELS - 1;
        put_node(p.bytes + room + i * NODE_BYTES, LEVELS - 1 - i, is_last ? leaves : CHILDREN,
                 is_last ? links : below);
    }
    put_node(root, LEVELS, CHILDREN, room);
    release(&p);
}

static void endless_tree(const char *folder, const char *name)
{
    tree_of_copies(folder, name, 0);
}

static void multiplied_links(const char *folder, const char *name)
{
    tree_of_copies(folder, name, 1);
}

/* ---- all of them */

static const struct {
    const char *name;
    void (*make)(const char *folder, const char *name);
    const char *class_, *code;
} files[] = {
    {"hdf5_chunk_of_nothing.h5", chunk_of_nothing, "crash", "crash"},
    {"hdf5_heap_index.h5", heap_index, "crash", "crash"},
    {"hdf5_packed_bits.h5", packed_bits, "crash", "crash"},
    {"hdf5_szip_block.h5", szip_block, "crash", "crash"},
    {"hdf5_tree_of_itself.h5", tree_of_itself, "crash", "crash"},
    {"hdf5_endless_tree.h5", endless_tree, "limit", "timeout"},
    {"hdf5_multiplied_links.h5", multiplied_links, "limit", "memory"},
};

void generate_hostile_damage(const char *folder, const char *tables)
{
    char *path = tables ? file_path(tables, "EXPECTED-hostile.tsv") : strdup("/dev/null");
    FILE *f = file_create(path);
    fputs("file\tclass\tcode\n", f);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        files[i].make(folder, files[i].name);
        fprintf(f, "%s\t%s\t%s\n", files[i].name, files[i].class_, files[i].code);
    }
    file_close(f, path);
    free(path);
}
