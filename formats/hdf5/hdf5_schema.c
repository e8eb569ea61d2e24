/* hdf5_schema.c: the tree of groups, as netCDF-C sees it: every name of an object counts.
 *
 * Hard and soft links are followed alike, external ones lead out of the file. A link back to a
 * group that it lies in is left alone (netCDF-C never ends there), and so are further names beyond
 * NAMES_MAX: what they lead to is listed already. */
#include "formats/hdf5/hdf5_reader.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 64, FIRST_SEEN = 64, NAMES_MAX = 10000 };

typedef struct Link {
    const char *name;
    H5L_type_t type;
    int64_t created; /* order of creation, where the group keeps it */
} Link;

typedef struct LinkList {
    Arena *arena;
    Link *links;
    size_t count, capacity;
    bool full;
} LinkList;

static herr_t add_link(hid_t group, const char *name, const H5L_info_t *info, void *data)
{
    (void)group;
    LinkList *l = data;
    Link *links = arena_grow(l->arena, l->links, &l->capacity, l->count + 1, sizeof *l->links);
    char *copy = arena_string(l->arena, name);
    l->full = !links || !copy;
    if (l->full)
        return -1;
    links[l->count++] = (Link){copy, info->type, info->corder_valid ? info->corder : 0};
    l->links = links;
    return 0;
}

static int by_creation(const void *a, const void *b)
{
    int64_t x = ((const Link *)a)->created, y = ((const Link *)b)->created;
    return (x > y) - (x < y);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const Link *)a)->name, ((const Link *)b)->name);
}

/* In the order of creation where the group keeps it, else by name: as netCDF-C. Sorted here, since
 * libhdf5 1.10 sorts in a table that it does not fill before it frees it, where a large group is
 * damaged. */
static bool list_links(Hdf5 *h, hid_t group, const char *path, LinkList *l, Error *e)
{
    auto_hid hid_t properties = H5Gget_create_plist(group);
    unsigned order = 0;
    if (properties < 0 || H5Pget_link_creation_order(properties, &order) < 0)
        return hdf5_error(h, e, "group %s/", path);
    bool tracked = order & H5P_CRT_ORDER_TRACKED;
    if (H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, add_link, l) >= 0) {
        if (l->count > 1)
            qsort(l->links, l->count, sizeof *l->links, tracked ? by_creation : by_name);
        return true;
    }
    if (l->full)
        return arena_full(l->arena, e);
    hdf5_error(h, e, "what is in group %s/ cannot be listed", path);
    return error_at(e, "group %s/", path);
}

static size_t slot_of(const uint64_t *table, size_t capacity, uint64_t address)
{
    size_t slot = (size_t)(address * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (capacity - 1);
    while (table[slot] && table[slot] != address + 1)
        slot = (slot + 1) & (capacity - 1);
    return slot;
}

/* Remembers an object; *known says that it was there. */
static bool remember(Hdf5 *h, uint64_t address, bool *known, Error *e)
{
    if (2 * (h->seen_count + 1) > h->seen_capacity) {
        size_t capacity = h->seen_capacity ? 2 * h->seen_capacity : FIRST_SEEN;
        uint64_t *table = arena_array(h->dataset.arena, capacity, sizeof *table);
        if (!table)
            return arena_full(h->dataset.arena, e);
        for (size_t i = 0; i < h->seen_capacity; i++)
            if (h->seen[i])
                table[slot_of(table, capacity, h->seen[i] - 1)] = h->seen[i];
        h->seen = table;
        h->seen_capacity = capacity;
    }
    size_t slot = slot_of(h->seen, h->seen_capacity, address);
    *known = h->seen[slot] != 0;
    h->seen_count += !*known;
    h->seen[slot] = address + 1;
    return true;
}

static bool add_named_type(Hdf5 *h, const char *name, hid_t type, Error *e)
{
    size_t needed = h->named_type_count + 1;
    hid_t *types = arena_grow(h->dataset.arena, h->named_types, &h->named_type_capacity, needed,
                              sizeof *types);
    const char **names =
        arena_grow(h->dataset.arena, h->type_names, &h->type_name_capacity, needed, sizeof *names);
    if (!types || !names)
        return arena_full(h->dataset.arena, e);
    types[h->named_type_count] = type;
    names[h->named_type_count] = name;
    h->named_types = types;
    h->type_names = names;
    h->named_type_count = needed;
    return true;
}

static bool refuse_link(Hdf5 *h, size_t group, const Link *l, Error *e)
{
    Error why;
    error_coded(&why, ERROR_DATA, "external_storage",
                "%s is a link out of the file, which is never followed", l->name);
    return hdf5_add_failed(h, group, l->name, &why, e);
}

/* A group on the way down from the root. */
typedef struct Level Level;
struct Level {
    const Level *above;
    uint64_t address;
    size_t group; /* index into Dataset.groups */
    unsigned depth;
};

static bool leads_back(const Level *at, uint64_t address)
{
    while (at && at->address != address)
        at = at->above;
    return at;
}

static bool walk(Hdf5 *h, hid_t id, const Level *at, Error *e);

static bool add_group(Hdf5 *h, size_t parent, const char *name, size_t *index, Error *e)
{
    Dataset *d = &h->dataset;
    Group *groups =
        arena_grow(d->arena, d->groups, &h->group_capacity, d->group_count + 1, sizeof *groups);
    char *path = arena_printf(d->arena, "%s/%s", d->groups[parent].path, name);
    if (!groups || !path)
        return arena_full(d->arena, e);
    d->groups = groups;
    *index = d->group_count;
    groups[d->group_count++] = (Group){.path = path};
    return true;
}

/* The library cannot open what a link leads to. Behind a soft link there may be nothing; what is
 * there has a hard link too. Behind a hard link it is a variable that cannot be read. */
static bool take_unopened(Hdf5 *h, size_t group, const Link *l, Error *e)
{
    Error why;
    hdf5_error(h, &why, "its header");
    if (why.kind == ERROR_RETRY) {
        *e = why;
        return false;
    }
    h->reader.tainted = true;
    if (l->type == H5L_TYPE_HARD)
        return hdf5_add_failed(h, group, l->name, &why, e);
    h->dangling_links++;
    return true;
}

/* Whether a link to the object at this address is to be taken. */
static bool is_wanted(Hdf5 *h, const Level *at, const H5O_info_t *info, bool *wanted, Error *e)
{
    bool known = false;
    *wanted = false;
    if (info->type == H5O_TYPE_GROUP && leads_back(at, info->addr)) {
        h->links_back++;
        return true;
    }
    if (!remember(h, info->addr, &known, e))
        return false;
    *wanted = !known || h->more_names < NAMES_MAX;
    h->more_names += known;
    return true;
}

/* An object of a group by its link. Groups wait until all else in their parent is known: *is_group
 * says so. */
static bool take_object(Hdf5 *h, hid_t parent, const Level *at, const Link *l, bool *is_group,
                        Error *e)
{
    H5O_info_t info;
    bool wanted;
    size_t group = at->group;
    auto_hid hid_t object = H5Oopen(parent, l->name, h->link_access);
    if (object < 0 || H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0)
        return take_unopened(h, group, l, e);
    if (!is_wanted(h, at, &info, &wanted, e))
        return false;
    *is_group = wanted && info.type == H5O_TYPE_GROUP;
    if (!wanted || *is_group)
        return true;
    H5Iinc_ref(object); /* it outlives this function */
    if (info.type == H5O_TYPE_DATASET)
        return hdf5_add_dataset(h, group, l->name, object, info.addr, e);
    return add_named_type(h, l->name, object, e);
}

static bool walk_child(Hdf5 *h, hid_t parent, const Level *at, const Link *l, Error *e)
{
    H5O_info_t info;
    auto_hid hid_t child = H5Gopen2(parent, l->name, h->link_access);
    if (child < 0 || H5Oget_info2(child, &info, H5O_INFO_BASIC) < 0)
        return hdf5_error(h, e, "group %s/%s", h->dataset.groups[at->group].path, l->name);
    Level below = {.above = at, .address = info.addr, .depth = at->depth + 1};
    return add_group(h, at->group, l->name, &below.group, e) && walk(h, child, &below, e);
}

/* A group's attributes change no number, so that a damaged one is worth a note only. */
static bool take_attributes(Hdf5 *h, hid_t id, size_t group, Error *e)
{
    Group *g = &h->dataset.groups[group];
    Hdf5Attrs attrs;
    if (!hdf5_read_attributes(h, id, g->path, 0, &attrs, e)) {
        if (e->kind == ERROR_RETRY)
            return false;
        dataset_note(&h->dataset, "group %s/: %s", g->path, e->message);
        h->reader.tainted = true;
        error_clear(e);
    }
    g->attrs = attrs.attrs;
    g->attr_count = attrs.count;
    h->is_classic_model |= attrs.marks.nc3_strict;
    h->has_netcdf_marks |= attrs.marks.nc_properties || attrs.marks.nc3_strict;
    return true;
}

static bool walk(Hdf5 *h, hid_t id, const Level *at, Error *e)
{
    const char *path = h->dataset.groups[at->group].path;
    if (at->depth > DEPTH_MAX)
        return error_coded(e, ERROR_DATA, "too_deep", "groups within groups, more than %d deep: %s",
                           DEPTH_MAX, path);
    LinkList l = {.arena = h->dataset.arena};
    if (!take_attributes(h, id, at->group, e) || !list_links(h, id, path, &l, e))
        return false;
    size_t groups = 0;
    for (size_t i = 0; i < l.count; i++) {
        bool is_group = false;
        bool inside = l.links[i].type == H5L_TYPE_HARD || l.links[i].type == H5L_TYPE_SOFT;
        bool ok = inside ? take_object(h, id, at, &l.links[i], &is_group, e)
                         : refuse_link(h, at->group, &l.links[i], e);
        if (!ok)
            return false;
        if (is_group)
            l.links[groups++] = l.links[i];
    }
    for (size_t i = 0; i < groups; i++)
        if (!walk_child(h, id, at, &l.links[i], e))
            return false;
    return true;
}

/* As libhdf5 asks for it. */ // NOLINTNEXTLINE(readability-function-size)
static herr_t refuse_external(const char *parent_file, const char *parent_group,
                              const char *child_file, const char *child_object, unsigned *flags,
                              hid_t access, void *data)
{
    (void)parent_file, (void)parent_group, (void)child_file, (void)child_object;
    (void)flags, (void)access, (void)data;
    return -1;
}

/* A soft link may lead over an external one. */
static bool never_leave(Hdf5 *h, Error *e)
{
    h->link_access = H5Pcreate(H5P_GROUP_ACCESS);
    return (h->link_access >= 0 && H5Pset_elink_cb(h->link_access, refuse_external, NULL) >= 0) ||
           error_set(e, ERROR_SETUP, "libhdf5 does not take the access properties");
}

static void note_links(const Hdf5 *h, Dataset *d)
{
    const struct {
        size_t count;
        const char *what;
    } notes[] = {
        {h->dangling_links, "soft links to nothing that can be opened in this file"},
        {h->links_back, "links back to a group that they lie in, not followed"},
        {h->more_names > NAMES_MAX ? h->more_names - NAMES_MAX : 0,
         "more names of what is listed already, not followed"},
    };
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++)
        if (notes[i].count)
            dataset_note(d, "%s: %zu", notes[i].what, notes[i].count);
}

bool hdf5_read_schema(Hdf5 *h, Error *e)
{
    Dataset *d = &h->dataset;
    H5O_info_t info;
    bool known;
    d->groups = arena_grow(d->arena, NULL, &h->group_capacity, 1, sizeof *d->groups);
    if (!d->groups)
        return arena_full(d->arena, e);
    d->groups[0] = (Group){.path = ""};
    d->group_count = 1;
    if (!never_leave(h, e))
        return false;
    auto_hid hid_t root = H5Gopen2(h->file, "/", H5P_DEFAULT);
    if (root < 0 || H5Oget_info2(root, &info, H5O_INFO_BASIC) < 0)
        return hdf5_error(h, e, "the root group");
    Level top = {.address = info.addr};
    if (!remember(h, info.addr, &known, e) || !walk(h, root, &top, e))
        return false;
    note_links(h, d);
    return hdf5_resolve_dims(h, e);
}
