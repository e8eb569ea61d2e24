/* hdf5_attributes.c: attributes, and the netCDF-4 machinery among them.
 *
 * netCDF-4 keeps its dimensions in attributes of the HDF5 dimension scale specification and in a
 * few of its own; readers do not see them. */
#include "formats/hdf5/hdf5_reader.h"

#include <string.h>

/* What the size of an attribute is checked against: attributes are stored as they are, so that all
 * of one lies in the file. */
enum { SLACK_BYTES = 65536 };

typedef struct NameList {
    Arena *arena;
    const char **names;
    size_t count, capacity;
    bool full;
} NameList;

static herr_t add_name(hid_t object, const char *name, const H5A_info_t *info, void *data)
{
    (void)object;
    (void)info;
    NameList *l = data;
    const char **names =
        arena_grow(l->arena, l->names, &l->capacity, l->count + 1, sizeof *l->names);
    char *copy = arena_string(l->arena, name);
    l->full = !names || !copy;
    if (l->full)
        return -1;
    names[l->count++] = copy;
    l->names = names;
    return 0;
}

static const char *const hidden[] = {
    "CLASS",
    "NAME",
    "REFERENCE_LIST",
    "DIMENSION_LIST",
    "DIMENSION_LABELS",
    "_Netcdf4Dimid",
    "_Netcdf4Coordinates",
    "_nc3_strict",
    "_NCProperties",
    NULL,
};

static bool is_hidden(const char *name)
{
    for (size_t i = 0; hidden[i]; i++)
        if (strcmp(name, hidden[i]) == 0)
            return true;
    return false;
}

/* One attribute, open. */
typedef struct Source {
    const Hdf5 *h;
    const char *name;
    hid_t attr, file_type;
    size_t count;
    Hdf5Type type;
} Source;

static bool fail(const Source *s, Error *e)
{
    hdf5_error(s->h, e, "attribute %s", s->name);
    return error_at(e, "attribute %s", s->name);
}

static Arena *arena_of(const Source *s)
{
    return s->h->dataset.arena;
}

static bool read_numbers(const Source *s, Attr *out, Error *e)
{
    void *values = arena_array(arena_of(s), s->count + 1, s->type.element_bytes);
    if (!values)
        return arena_full(arena_of(s), e);
    if (s->count > 0 && H5Aread(s->attr, s->type.memory, values) < 0)
        return fail(s, e);
    out->type = s->type.base;
    out->count = s->count;
    out->values = values;
    return true;
}

static size_t text_length(const Source *s, const char *bytes)
{
    size_t length = strnlen(bytes, s->type.element_bytes);
    while (s->type.space_padded && length > 0 && bytes[length - 1] == ' ')
        length--;
    return length;
}

static bool read_fixed_text(const Source *s, StringView *views, Error *e)
{
    size_t size = s->type.element_bytes;
    char *bytes = arena_array(arena_of(s), s->count, size);
    auto_hid hid_t memory = H5Tcopy(s->file_type);
    if (!bytes)
        return arena_full(arena_of(s), e);
    if (memory < 0 || H5Aread(s->attr, memory, bytes) < 0)
        return fail(s, e);
    for (size_t i = 0; i < s->count; i++) {
        size_t length = text_length(s, bytes + i * size);
        views[i] = (StringView){arena_copy(arena_of(s), bytes + i * size, length), length};
        if (!views[i].bytes)
            return arena_full(arena_of(s), e);
    }
    return true;
}

static bool copy_texts(const Source *s, char *const *texts, StringView *views, Error *e)
{
    for (size_t i = 0; i < s->count; i++) {
        const char *text = texts[i] ? texts[i] : "";
        views[i] = (StringView){arena_string(arena_of(s), text), strlen(text)};
        if (!views[i].bytes)
            return arena_full(arena_of(s), e);
    }
    return true;
}

static bool read_variable_text(const Source *s, StringView *views, Error *e)
{
    char **texts = arena_array(arena_of(s), s->count, sizeof *texts);
    auto_hid hid_t memory = H5Tcopy(s->file_type);
    auto_hid hid_t space = H5Aget_space(s->attr);
    if (!texts)
        return arena_full(arena_of(s), e);
    if (memory < 0 || space < 0 || H5Aread(s->attr, memory, texts) < 0)
        return fail(s, e);
    bool ok = copy_texts(s, texts, views, e);
    H5Dvlen_reclaim(memory, space, H5P_DEFAULT, texts);
    return ok;
}

/* A single fixed-length text is netCDF's char attribute, everything else an array of strings. */
static bool read_text(const Source *s, bool is_scalar, Attr *out, Error *e)
{
    StringView *views = arena_array(arena_of(s), s->count + 1, sizeof *views);
    if (!views)
        return arena_full(arena_of(s), e);
    if (s->count > 0 &&
        !(s->type.variable_text ? read_variable_text(s, views, e) : read_fixed_text(s, views, e)))
        return false;
    if (s->type.variable_text || !is_scalar) {
        out->type = TYPE_STRING;
        out->count = s->count;
        out->values = views;
        return true;
    }
    out->type = TYPE_CHAR;
    out->count = views[0].length;
    out->values = views[0].bytes ? views[0].bytes : "";
    return true;
}

static bool open_source(Source *s, hid_t object, bool *is_scalar, Error *e)
{
    s->attr = H5Aopen(object, s->name, H5P_DEFAULT);
    s->file_type = s->attr < 0 ? -1 : H5Aget_type(s->attr);
    auto_hid hid_t space = s->attr < 0 ? -1 : H5Aget_space(s->attr);
    hssize_t count = space < 0 ? -1 : H5Sget_simple_extent_npoints(space);
    if (s->file_type < 0 || count < 0)
        return fail(s, e);
    H5S_class_t class = H5Sget_simple_extent_type(space);
    *is_scalar = class != H5S_SIMPLE;
    s->count = (size_t)count;
    size_t stored = H5Tget_size(s->file_type);
    uint64_t most = s->h->in.size + SLACK_BYTES;
    if (stored > 0 && s->count > most / stored) {
        error_coded(e, ERROR_DATA, "bad_attribute",
                    "attribute %s claims %zu values of %zu bytes, more than the file can hold",
                    s->name, s->count, stored);
        return error_at(e, "attribute %s", s->name);
    }
    hdf5_classify(s->file_type, &s->type);
    return true;
}

static void close_source(Source *s)
{
    hdf5_close_id(&s->file_type);
    hdf5_close_id(&s->attr);
}

static bool read_attribute(const Hdf5 *h, hid_t object, const char *name, Attr *out, Error *e)
{
    __attribute__((cleanup(close_source))) Source s = {.h = h, .name = name};
    bool is_scalar;
    if (!open_source(&s, object, &is_scalar, e))
        return false;
    *out = (Attr){.name = name, .type = s.type.type, .count = s.count};
    if (s.type.memory < 0)
        return true; /* listed, not read */
    if (s.type.type == TYPE_STRING || s.type.type == TYPE_CHAR)
        return read_text(&s, is_scalar, out, e);
    return read_numbers(&s, out, e);
}

/* A reference to an object is the address of its header, little-endian (HDF5 File Format
 * Specification, section IV.A.2.d). */
static uint64_t address_of_reference(const hobj_ref_t *reference)
{
    uint8_t bytes[sizeof *reference];
    memcpy(bytes, reference, sizeof bytes);
    uint64_t address = 0;
    for (size_t i = sizeof bytes; i-- > 0;)
        address = address << 8 | bytes[i];
    return address;
}

/* DIMENSION_LIST: for each axis a list of scales, of which the first counts. */
static bool read_scales(const Source *s, size_t rank, uint64_t **out, Error *e)
{
    auto_hid hid_t element =
        H5Tget_class(s->file_type) == H5T_VLEN ? H5Tget_super(s->file_type) : -1;
    if (element < 0 || s->count != rank || H5Tequal(element, H5T_STD_REF_OBJ) <= 0)
        return true; /* not what the specification says: no dimensions from it */
    hvl_t *lists = arena_array(arena_of(s), rank, sizeof *lists);
    uint64_t *scales = arena_array(arena_of(s), rank, sizeof *scales);
    auto_hid hid_t memory = H5Tvlen_create(H5T_STD_REF_OBJ);
    auto_hid hid_t space = H5Aget_space(s->attr);
    if (!lists || !scales)
        return arena_full(arena_of(s), e);
    if (memory < 0 || space < 0 || H5Aread(s->attr, memory, lists) < 0)
        return fail(s, e);
    for (size_t i = 0; i < rank; i++)
        scales[i] = lists[i].len > 0 && lists[i].p ? address_of_reference(lists[i].p) : HADDR_UNDEF;
    H5Dvlen_reclaim(memory, space, H5P_DEFAULT, lists);
    *out = scales;
    return true;
}

static bool read_scale_ids(const Source *s, size_t rank, int64_t **out, Error *e)
{
    if (s->count != rank || !type_is_integer(s->type.type))
        return true;
    int64_t *ids = arena_array(arena_of(s), rank + 1, sizeof *ids);
    if (!ids)
        return arena_full(arena_of(s), e);
    if (H5Aread(s->attr, H5T_NATIVE_INT64, ids) < 0)
        return fail(s, e);
    *out = ids;
    return true;
}

static bool read_mark(const Source *s, size_t rank, Hdf5Marks *m, Error *e)
{
    if (strcmp(s->name, "DIMENSION_LIST") == 0)
        return rank == 0 || read_scales(s, rank, &m->scales, e);
    if (strcmp(s->name, "_Netcdf4Coordinates") == 0)
        return read_scale_ids(s, rank, &m->scale_ids, e);
    if (strcmp(s->name, "_Netcdf4Dimid") == 0) {
        int64_t *id = NULL;
        if (!read_scale_ids(s, 1, &id, e))
            return false;
        m->scale_id = id ? *id : -1;
        return true;
    }
    bool is_class = strcmp(s->name, "CLASS") == 0;
    if ((!is_class && strcmp(s->name, "NAME") != 0) ||
        (s->type.type != TYPE_STRING && s->type.type != TYPE_CHAR))
        return true;
    static const char no_variable[] = "This is a netCDF dimension but not a netCDF variable";
    Attr text = {0};
    if (!read_text(s, true, &text, e))
        return false;
    const char *value = text.type == TYPE_CHAR ? text.values
                        : text.count > 0       ? ((const StringView *)text.values)->bytes
                                               : "";
    if (is_class)
        m->is_scale = strcmp(value, "DIMENSION_SCALE") == 0;
    else
        m->is_hidden = strncmp(value, no_variable, strlen(no_variable)) == 0;
    return true;
}

static bool note_mark(const Hdf5 *h, hid_t object, const char *name, size_t rank, Hdf5Marks *m,
                      Error *e)
{
    m->nc_properties = m->nc_properties || strcmp(name, "_NCProperties") == 0;
    m->nc3_strict = m->nc3_strict || strcmp(name, "_nc3_strict") == 0;
    if (strcmp(name, "REFERENCE_LIST") == 0 || strcmp(name, "DIMENSION_LABELS") == 0)
        return true;
    __attribute__((cleanup(close_source))) Source s = {.h = h, .name = name};
    bool is_scalar;
    return open_source(&s, object, &is_scalar, e) && read_mark(&s, rank, m, e);
}

bool hdf5_read_attributes(Hdf5 *h, hid_t object, const char *name, size_t rank, Hdf5Attrs *out,
                          Error *e)
{
    Arena *a = h->dataset.arena;
    NameList l = {.arena = a};
    *out = (Hdf5Attrs){.marks.scale_id = -1};
    /* By creation where the file has it, else the library takes them in the order it finds them. */
    if (H5Aiterate2(object, H5_INDEX_CRT_ORDER, H5_ITER_INC, NULL, add_name, &l) < 0) {
        if (l.full)
            return arena_full(a, e);
        return hdf5_error(h, e, "the attributes of %s", *name ? name : "the file");
    }
    Attr *attrs = arena_array(a, l.count, sizeof *attrs);
    if (!attrs)
        return arena_full(a, e);
    out->attrs = attrs;
    for (size_t i = 0; i < l.count; i++) {
        if (is_hidden(l.names[i]) && !note_mark(h, object, l.names[i], rank, &out->marks, e))
            return false;
        if (is_hidden(l.names[i]))
            continue;
        if (!read_attribute(h, object, l.names[i], &attrs[out->count], e))
            return false;
        out->count++;
    }
    return true;
}
