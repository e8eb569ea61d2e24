/* netcdf3_header.c: the header of a netCDF classic file.
 *
 * Grammar: NetCDF Users Guide, appendix "File Format Specifications" (CDF-1, CDF-2), and the CDF-5
 * extension of PnetCDF. Counts are checked against the bytes that are left before anything is
 * allocated: an item takes at least so many bytes of header. */
#include "formats/netcdf3/netcdf3_reader.h"

#include <string.h>

enum { WINDOW_BYTES = 65536 };
enum { TAG_ABSENT = 0, TAG_DIMENSION = 10, TAG_VARIABLE = 11, TAG_ATTRIBUTE = 12 };
enum { TYPE_CODES_CLASSIC = 6, TYPE_CODES_CDF5 = 11 };

/* Reads the header from its first byte on. */
typedef struct Cursor {
    const Input *in;
    Arena *arena;
    uint64_t at;
    bool wide; /* counts and lengths have 8 bytes (CDF-5) */
    uint8_t *window;
    uint64_t window_start;
    size_t window_size;
} Cursor;

static const struct {
    size_t bytes;
    DataType type;
} external_types[] = {
    {0, TYPE_NONE},   {1, TYPE_BYTE},  {1, TYPE_CHAR},   {2, TYPE_SHORT},
    {4, TYPE_INT},    {4, TYPE_FLOAT}, {8, TYPE_DOUBLE}, {1, TYPE_UBYTE},
    {2, TYPE_USHORT}, {4, TYPE_UINT},  {8, TYPE_INT64},  {8, TYPE_UINT64},
};

size_t netcdf3_type_bytes(uint32_t code)
{
    return code <= TYPE_CODES_CDF5 ? external_types[code].bytes : 0;
}

DataType netcdf3_type(uint32_t code)
{
    return code <= TYPE_CODES_CDF5 ? external_types[code].type : TYPE_NONE;
}

/* A number of the header, at byte `at`, that cannot be. */
static bool bad(uint64_t at, Error *e, const char *what, unsigned long long value)
{
    error_coded(e, ERROR_DATA, "bad_header", "the header is damaged at byte %llu: %s %llu",
                (unsigned long long)at, what, value);
    return error_at(e, "byte %llu", (unsigned long long)at);
}

static bool cut(const Cursor *c, Error *e, const char *what, unsigned long long count)
{
    error_coded(e, ERROR_DATA, "truncated",
                "the header is cut short or damaged: at byte %llu it goes on with %llu %s, but the "
                "file ends at byte %llu",
                (unsigned long long)c->at, count, what, (unsigned long long)c->in->size);
    return error_at(e, "byte %llu", (unsigned long long)c->at);
}

/* Bytes of the header from the file, for what the head does not hold. */
static const uint8_t *load(Cursor *c, uint64_t length, Error *e)
{
    if (length > WINDOW_BYTES) {
        uint8_t *run = arena_array(c->arena, length, 1);
        if (!run)
            arena_full(c->arena, e);
        return run && input_read(c->in, c->at, run, length, e) ? run : NULL;
    }
    if (!c->window && !(c->window = arena_alloc(c->arena, WINDOW_BYTES))) {
        arena_full(c->arena, e);
        return NULL;
    }
    bool inside = c->at >= c->window_start && c->at + length <= c->window_start + c->window_size;
    if (inside)
        return c->window + (c->at - c->window_start);
    if (!input_read_some(c->in, c->at, c->window, WINDOW_BYTES, &c->window_size, e))
        return NULL;
    c->window_start = c->at;
    if (length <= c->window_size)
        return c->window;
    cut(c, e, "bytes", length);
    return NULL;
}

/* The next `length` bytes, and moves on behind them; NULL and e set if they are not there. Long
 * runs are in memory of their own, short ones stay readable until the next call only. */
static const uint8_t *take(Cursor *c, uint64_t length, const char *what, Error *e)
{
    if (length > c->in->size - c->at) {
        cut(c, e, what, length);
        return NULL;
    }
    bool in_head = c->at + length <= c->in->head_size;
    const uint8_t *bytes = in_head ? c->in->head + c->at : load(c, length, e);
    if (bytes)
        c->at += length;
    return bytes;
}

static bool take_number(Cursor *c, size_t bytes, uint64_t *out, Error *e)
{
    const uint8_t *b = take(c, bytes, "bytes of a number", e);
    if (!b)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | b[i];
    *out = value;
    return true;
}

static bool take_word(Cursor *c, uint32_t *out, Error *e)
{
    uint64_t value;
    if (!take_number(c, 4, &value, e))
        return false;
    *out = (uint32_t)value;
    return true;
}

/* A NON_NEG of the grammar: a length, a count, an index. */
static bool take_count(Cursor *c, uint64_t *out, Error *e)
{
    return take_number(c, c->wide ? 8 : 4, out, e);
}

/* Steps over the zeros that fill up to four bytes; a file that ends in them is whole. */
static void skip_padding(Cursor *c, uint64_t length)
{
    uint64_t padding = (4 - length % 4) % 4;
    uint64_t left = c->in->size - c->at;
    c->at += padding < left ? padding : left;
}

/* A list's tag and length. Each item takes at least `least` bytes. */
static bool take_list(Cursor *c, uint32_t tag, const char *what, uint64_t least, size_t *count,
                      Error *e)
{
    uint32_t found;
    uint64_t n, at = c->at;
    if (!take_word(c, &found, e) || !take_count(c, &n, e))
        return false;
    if (found != tag && (found != TAG_ABSENT || n != 0))
        return bad(at, e, "not a list of dimensions, variables or attributes, but", found);
    if (n > (c->in->size - c->at) / least)
        return cut(c, e, what, n);
    *count = (size_t)n;
    return true;
}

static bool take_name(Cursor *c, const char **out, Error *e)
{
    uint64_t length;
    if (!take_count(c, &length, e))
        return false;
    const uint8_t *bytes = take(c, length, "bytes of a name", e);
    if (!bytes)
        return false;
    *out = arena_copy(c->arena, (const char *)bytes, (size_t)length);
    if (!*out)
        return arena_full(c->arena, e);
    skip_padding(c, length);
    return true;
}

static bool take_type(Cursor *c, uint32_t *out, Error *e)
{
    uint64_t at = c->at;
    if (!take_word(c, out, e))
        return false;
    uint32_t most = c->wide ? TYPE_CODES_CDF5 : TYPE_CODES_CLASSIC;
    return (*out >= 1 && *out <= most) || bad(at, e, "unknown type", *out);
}

static bool read_attribute(Cursor *c, Attr *out, Error *e)
{
    uint32_t code;
    uint64_t count, bytes;
    if (!take_name(c, &out->name, e) || !take_type(c, &code, e))
        return false;
    uint64_t at = c->at;
    if (!take_count(c, &count, e))
        return false;
    size_t size = netcdf3_type_bytes(code);
    if (__builtin_mul_overflow(count, (uint64_t)size, &bytes))
        return bad(at, e, "impossible attribute length", count);
    const uint8_t *raw = take(c, bytes, "bytes of an attribute", e);
    if (!raw)
        return false;
    uint8_t *values = arena_alloc(c->arena, bytes + 1);
    if (!values)
        return arena_full(c->arena, e);
    netcdf3_copy(values, &(Netcdf3Copy){raw, 0, 1, count, size});
    skip_padding(c, bytes);
    out->type = netcdf3_type(code);
    out->count = out->type == TYPE_CHAR ? strnlen((char *)values, count) : count;
    out->values = values;
    return true;
}

static bool has_name(const char *name)
{
    return name && *name;
}

static bool read_attributes(Cursor *c, const Attr **out, size_t *count, Error *e)
{
    size_t n = 0;
    if (!take_list(c, TAG_ATTRIBUTE, "attributes", c->wide ? 20 : 12, &n, e))
        return false;
    Attr *attrs = arena_array(c->arena, n, sizeof *attrs);
    if (!attrs)
        return arena_full(c->arena, e);
    for (size_t i = 0; i < n; i++)
        if (!read_attribute(c, &attrs[i], e))
            return error_wrap(e, "attribute %s",
                              has_name(attrs[i].name) ? attrs[i].name : "without a name");
    *out = attrs;
    *count = n;
    return true;
}

static bool read_dimensions(Cursor *c, Dataset *d, Error *e)
{
    if (!take_list(c, TAG_DIMENSION, "dimensions", c->wide ? 16 : 8, &d->dim_count, e))
        return false;
    d->dims = arena_array(c->arena, d->dim_count, sizeof *d->dims);
    if (!d->dims)
        return arena_full(c->arena, e);
    for (size_t i = 0; i < d->dim_count; i++) {
        Dim *dim = &d->dims[i];
        if (!take_name(c, &dim->name, e) || !take_count(c, &dim->length, e))
            return false;
        dim->unlimited = dim->length == 0;
    }
    return true;
}

static bool read_shape(Cursor *c, const Dataset *d, Var *v, Error *e)
{
    uint64_t rank, id;
    if (!take_count(c, &rank, e))
        return false;
    if (rank > (c->in->size - c->at) / (c->wide ? 8 : 4))
        return cut(c, e, "dimensions of a variable", rank);
    size_t *dims = arena_array(c->arena, rank, sizeof *dims);
    uint64_t *shape = arena_array(c->arena, rank, sizeof *shape);
    if (!dims || !shape)
        return arena_full(c->arena, e);
    for (size_t i = 0; i < rank; i++) {
        uint64_t at = c->at;
        if (!take_count(c, &id, e))
            return false;
        if (id >= d->dim_count)
            return bad(at, e, "unknown dimension", id);
        if (i > 0 && d->dims[id].unlimited)
            return bad(at, e, "record dimension that is not the first,", id);
        dims[i] = (size_t)id;
        shape[i] = d->dims[id].length;
    }
    v->dims = dims;
    v->shape = shape;
    v->dim_count = rank;
    return true;
}

static bool read_variable(Cursor *c, const Netcdf3 *n, Var *v, Netcdf3Var *place, Error *e)
{
    uint32_t code;
    uint64_t vsize; /* not trusted: worked out again from the shape */
    if (!take_name(c, &v->name, e) || !read_shape(c, &n->dataset, v, e) ||
        !read_attributes(c, &v->attrs, &v->attr_count, e) || !take_type(c, &code, e) ||
        !take_count(c, &vsize, e) || !take_number(c, n->version == 1 ? 4 : 8, &place->begin, e))
        return false;
    v->type = v->base = netcdf3_type(code);
    place->element_bytes = netcdf3_type_bytes(code);
    place->record = v->dim_count > 0 && n->dataset.dims[v->dims[0]].unlimited;
    return true;
}

static bool read_variables(Cursor *c, Netcdf3 *n, Error *e)
{
    Dataset *d = &n->dataset;
    if (!take_list(c, TAG_VARIABLE, "variables", c->wide ? 48 : 28, &d->var_count, e))
        return false;
    d->vars = arena_array(c->arena, d->var_count, sizeof *d->vars);
    n->vars = arena_array(c->arena, d->var_count, sizeof *n->vars);
    if (!d->vars || !n->vars)
        return arena_full(c->arena, e);
    for (size_t i = 0; i < d->var_count; i++)
        if (!read_variable(c, n, &d->vars[i], &n->vars[i], e))
            return error_wrap(e, "variable %zu of %zu%s%s", i + 1, d->var_count,
                              has_name(d->vars[i].name) ? " " : "",
                              has_name(d->vars[i].name) ? d->vars[i].name : "");
    return true;
}

bool netcdf3_read_header(Netcdf3 *n, Error *e)
{
    Cursor c = {.in = &n->in, .arena = n->dataset.arena};
    const uint8_t *magic = take(&c, 4, "bytes of the signature", e);
    if (!magic)
        return false;
    n->version = magic[3];
    if (memcmp(magic, "CDF", 3) != 0 || (n->version != 1 && n->version != 2 && n->version != 5)) {
        error_coded(e, ERROR_DATA, "bad_signature",
                    "begins with %02x %02x %02x %02x, not with 'CDF' and 1, 2 or 5", magic[0],
                    magic[1], magic[2], magic[3]);
        return error_at(e, "byte 0");
    }
    c.wide = n->version == 5;
    Dataset *d = &n->dataset;
    d->groups = arena_array(d->arena, 1, sizeof *d->groups);
    if (!d->groups)
        return arena_full(d->arena, e);
    d->groups[0].path = "";
    d->group_count = 1;
    if (!take_count(&c, &n->records, e) || !read_dimensions(&c, d, e) ||
        !read_attributes(&c, &d->groups[0].attrs, &d->groups[0].attr_count, e) ||
        !read_variables(&c, n, e))
        return false;
    n->header_bytes = c.at;
    n->streaming = n->records == (c.wide ? UINT64_MAX : UINT32_MAX);
    return true;
}
