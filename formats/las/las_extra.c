/* las_extra.c: the extra bytes at the end of each point, as the record LASF_Spec 4 describes them
 * (LAS 1.4 R15, table 24 and 25), and the list of variables. */
#include "formats/las/las_bytes.h"
#include "formats/las/las_reader.h"

enum {
    DESCRIPTOR_BYTES = 192,
    DESCRIPTORS_MAX = 512,
    NAME_BYTES = 32,
    COMPONENTS_MAX = 3,
    HAS_NO_DATA = 1,
    HAS_SCALE = 8,
    HAS_OFFSET = 16,
};

/* One of them; `left` bytes of the record are not described yet. */
typedef struct Extra {
    const char *name, *description;
    DataType type; /* TYPE_NONE: bytes without a meaning */
    size_t components, bytes;
    unsigned options;
    const uint8_t *descriptor;
    uint32_t offset;
} Extra;

/* ---- variables */

static bool has_var(const Las *l, const char *name)
{
    for (size_t i = 0; i < l->dataset.var_count; i++)
        if (strcmp(l->dataset.vars[i].name, name) == 0)
            return true;
    return false;
}

static const char *free_name(const Las *l, const char *name)
{
    const char *tried = name;
    for (unsigned n = 2; tried && has_var(l, tried); n++)
        tried = arena_printf(l->dataset.arena, "%s_%u", name, n);
    return tried;
}

/* The dimension of so many components; made when it is asked for. */
static size_t component_dim(Dataset *d, uint64_t length)
{
    for (size_t i = 1; i < d->dim_count; i++)
        if (d->dims[i].length == length)
            return i;
    const char *name = length == 2 ? "component_2" : "component_3";
    d->dims[d->dim_count] = (Dim){.name = name, .length = length};
    return d->dim_count++;
}

static bool have_dims(Dataset *d, uint64_t points)
{
    if (d->dims)
        return true;
    d->dims = arena_array(d->arena, COMPONENTS_MAX, sizeof *d->dims);
    if (!d->dims)
        return false;
    d->dims[d->dim_count++] = (Dim){.name = "point", .length = points};
    return true;
}

static bool have_room(Las *l)
{
    Dataset *d = &l->dataset;
    size_t capacity = l->capacity;
    d->vars = arena_grow(d->arena, d->vars, &l->capacity, d->var_count + 1, sizeof *d->vars);
    l->fields = arena_grow(d->arena, l->fields, &capacity, d->var_count + 1, sizeof *l->fields);
    return d->vars && l->fields;
}

bool las_add_var(Las *l, const LasNewVar *v)
{
    Dataset *d = &l->dataset;
    const char *name = free_name(l, v->name);
    if (!name || v->attrs->failed || !have_dims(d, l->header.points) || !have_room(l))
        return false;
    size_t rank = v->field.components > 1 ? 2 : 1;
    size_t *dims = arena_array(d->arena, rank, sizeof *dims);
    uint64_t *shape = arena_array(d->arena, rank, sizeof *shape);
    if (!dims || !shape)
        return false;
    shape[0] = l->header.points;
    if (rank == 2) {
        dims[1] = component_dim(d, v->field.components);
        shape[1] = v->field.components;
    }
    l->fields[d->var_count] = v->field;
    d->vars[d->var_count++] = (Var){.name = name,
                                    .type = v->type,
                                    .base = v->type,
                                    .dim_count = rank,
                                    .dims = dims,
                                    .shape = shape,
                                    .count = shape[0] * v->field.components,
                                    .attrs = v->attrs->items,
                                    .attr_count = v->attrs->count,
                                    .no_default_fill = true};
    return true;
}

/* ---- descriptors */

/* Bytes that no name may hold become '_'. */
static const char *clean_name(const uint8_t *bytes, Arena *a)
{
    const char *text = las_text(bytes, NAME_BYTES, a);
    size_t length = text ? strlen(text) : 0;
    char *name = length > 0 ? arena_copy(a, text, length) : arena_string(a, "extra_bytes");
    size_t valid = name ? text_valid_utf8(name, length) : 0;
    for (size_t i = 0; name && i < length; i++)
        if (i >= valid || (uint8_t)name[i] < 0x20 || name[i] == 0x7f || name[i] == '/')
            name[i] = '_';
    return name;
}

static Extra read_descriptor(const uint8_t *d, Arena *a)
{
    static const DataType types[] = {TYPE_UBYTE, TYPE_BYTE,   TYPE_USHORT, TYPE_SHORT, TYPE_UINT,
                                     TYPE_INT,   TYPE_UINT64, TYPE_INT64,  TYPE_FLOAT, TYPE_DOUBLE};
    enum { TYPES = sizeof types / sizeof *types };
    Extra x = {.descriptor = d, .components = 1, .options = d[3]};
    x.name = clean_name(d + 4, a);
    x.description = las_text(d + 160, NAME_BYTES, a);
    if (d[2] >= 1 && d[2] <= TYPES * COMPONENTS_MAX) {
        x.type = types[(d[2] - 1) % TYPES];
        x.components = (d[2] - 1U) / TYPES + 1;
        x.bytes = type_size(x.type) * x.components;
    } else if (d[2] == 0) {
        x.bytes = d[3];
    }
    return x;
}

/* In a double or an integer of 8 bytes; as the values are stored. */
static void add_no_data(const Extra *x, size_t component, LasAttrs *attrs)
{
    const uint8_t *from = x->descriptor + 40 + component * 8;
    uint64_t bits = las_u64(from);
    double real = las_f64(from);
    uint8_t byte = (uint8_t)bits;
    uint16_t two = (uint16_t)bits;
    uint32_t four = (uint32_t)bits;
    float single = (float)real;
    const void *value = &bits;
    if (x->type == TYPE_FLOAT)
        value = &single;
    else if (type_size(x->type) == sizeof byte)
        value = &byte;
    else if (type_size(x->type) == sizeof two)
        value = &two;
    else if (type_size(x->type) == sizeof four)
        value = &four;
    las_attr_numbers(attrs, "_FillValue", x->type, 1, value);
}

static LasAttrs attributes(const Extra *x, size_t component, Arena *a)
{
    LasAttrs attrs = {.arena = a};
    las_attr_text(&attrs, "long_name", x->description);
    if (x->type == TYPE_NONE)
        return attrs;
    if (x->options & HAS_NO_DATA)
        add_no_data(x, component, &attrs);
    if (x->options & HAS_SCALE)
        las_attr_double(&attrs, "scale_factor", las_f64(x->descriptor + 112 + component * 8));
    if (x->options & HAS_OFFSET)
        las_attr_double(&attrs, "add_offset", las_f64(x->descriptor + 136 + component * 8));
    return attrs;
}

/* Whether one scale, offset and no-data value hold for all components. */
static bool is_uniform(const Extra *x)
{
    static const struct {
        unsigned option;
        size_t at;
    } triples[] = {{HAS_NO_DATA, 40}, {HAS_SCALE, 112}, {HAS_OFFSET, 136}};
    for (size_t i = 0; i < sizeof triples / sizeof *triples; i++)
        for (size_t c = 1; (x->options & triples[i].option) && c < x->components; c++)
            if (memcmp(x->descriptor + triples[i].at, x->descriptor + triples[i].at + c * 8, 8) !=
                0)
                return false;
    return true;
}

static bool add_component(Las *l, const Extra *x, size_t component)
{
    uint32_t size = (uint32_t)type_size(x->type);
    LasAttrs attrs = attributes(x, component, l->dataset.arena);
    LasField field = {.offset = x->offset + (uint32_t)component * size, .bytes = size};
    field.components = 1;
    const char *name = arena_printf(l->dataset.arena, "%s_%zu", x->name, component + 1);
    return name && las_add_var(l, &(LasNewVar){name, x->type, field, &attrs});
}

static bool add_extra(Las *l, const Extra *x)
{
    if (!x->name)
        return false;
    if (!is_uniform(x)) {
        for (size_t c = 0; c < x->components; c++)
            if (!add_component(l, x, c))
                return false;
        return true;
    }
    LasAttrs attrs = attributes(x, 0, l->dataset.arena);
    bool opaque = x->type == TYPE_NONE;
    LasField field = {.offset = x->offset,
                      .bytes = (uint32_t)(opaque ? x->bytes : type_size(x->type)),
                      .components = (uint8_t)x->components};
    return las_add_var(l, &(LasNewVar){x->name, opaque ? TYPE_OPAQUE : x->type, field, &attrs});
}

/* What nothing describes is there, but has no numbers. */
static bool add_rest(Las *l, uint32_t offset, size_t bytes)
{
    const Extra rest = {.name = "extra_bytes", .components = 1, .bytes = bytes, .offset = offset};
    if (bytes == 0)
        return true;
    dataset_note(&l->dataset,
                 "%zu bytes at the end of each point are not described by the file; they are "
                 "counted as extra_bytes",
                 bytes);
    return add_extra(l, &rest);
}

bool las_add_extra_bytes(Las *l, Error *e)
{
    const LasBytes *list = &l->vlrs.extra_bytes;
    size_t count = list->size / DESCRIPTOR_BYTES;
    uint32_t at = (uint32_t)las_format_bytes(l->header.point_format);
    size_t left = l->header.record_bytes - at;
    bool ok = true;
    for (size_t i = 0; ok && i < count && i < DESCRIPTORS_MAX && left > 0; i++) {
        Extra x = read_descriptor(list->bytes + i * DESCRIPTOR_BYTES, l->dataset.arena);
        if (x.bytes == 0 || x.bytes > left) {
            dataset_note(&l->dataset,
                         "the description of extra bytes number %zu does not fit the %zu bytes "
                         "that are left of a point",
                         i + 1, left);
            break;
        }
        x.offset = at;
        ok = add_extra(l, &x);
        at += (uint32_t)x.bytes;
        left -= x.bytes;
    }
    return (ok && add_rest(l, at, left)) || arena_full(l->dataset.arena, e);
}
