/* hdf5_read.c: the values of HDF5 variables, one variable after the other, run by run. */
#include "formats/hdf5/hdf5_reader.h"

#include <string.h>

/* netCDF's default fill values (netcdf.h, NC_FILL_*): what netCDF-C shows of a variable that is
 * shorter than its unlimited dimension and has no fill value of its own. */
typedef union FillValue {
    int8_t i1;
    uint8_t u1;
    int16_t i2;
    uint16_t u2;
    int32_t i4;
    uint32_t u4;
    int64_t i8;
    uint64_t u8;
    float f4;
    double f8;
} FillValue;

static FillValue default_fill(DataType type)
{
    switch (type) {
    case TYPE_BYTE:
        return (FillValue){.i1 = -127};
    case TYPE_UBYTE:
        return (FillValue){.u1 = 255};
    case TYPE_SHORT:
        return (FillValue){.i2 = -32767};
    case TYPE_USHORT:
        return (FillValue){.u2 = 65535};
    case TYPE_INT:
        return (FillValue){.i4 = -2147483647};
    case TYPE_UINT:
        return (FillValue){.u4 = 4294967295U};
    case TYPE_INT64:
        return (FillValue){.i8 = -9223372036854775806LL};
    case TYPE_UINT64:
        return (FillValue){.u8 = 18446744073709551614ULL};
    case TYPE_FLOAT:
        return (FillValue){.f4 = 9.9692099683868690e+36f};
    case TYPE_DOUBLE:
        return (FillValue){.f8 = 9.9692099683868690e+36};
    default:
        return (FillValue){.u8 = 0};
    }
}

static Hdf5Var *current(Hdf5 *h)
{
    return &h->vars[h->var];
}

void hdf5_close_cursor(Hdf5 *h)
{
    hdf5_close_id(&h->cursor.space);
    hdf5_close_id(&h->cursor.memory);
    h->cursor = (Hdf5Cursor){0};
}

/* Done with the variable: gives back what libhdf5 keeps for it. */
static void leave(Hdf5 *h)
{
    hdf5_close_cursor(h);
    if (current(h)->dataset > 0)
        H5Dclose(current(h)->dataset);
    current(h)->dataset = 0;
    h->var++;
}

static bool have_buffer(Hdf5 *h, Error *e)
{
    if (h->buffer)
        return true;
    uint64_t most = 1, most_work = 0;
    for (size_t i = 0; i < h->dataset.var_count; i++) {
        const Hdf5Var *x = &h->vars[i];
        if (x->failure || x->type.memory < 0 || h->dataset.vars[i].count == 0)
            continue;
        Hdf5Plan plan;
        hdf5_plan(&h->dataset.vars[i], x, h->most_bytes, &plan);
        if (plan.run * x->type.element_bytes > most)
            most = plan.run * x->type.element_bytes;
        if (hdf5_decodes_itself(h, i, &plan) && hdf5_work_bytes(x->pipeline) > most_work)
            most_work = hdf5_work_bytes(x->pipeline);
    }
    for (size_t i = 0; most_work > 0 && i < 2; i++)
        if (!(h->work[i] = arena_alloc(h->dataset.arena, most_work)))
            return arena_full(h->dataset.arena, e);
    h->buffer = arena_alloc(h->dataset.arena, most);
    return h->buffer || arena_full(h->dataset.arena, e);
}

static bool begin(Hdf5 *h, Error *e)
{
    const Hdf5Var *x = current(h);
    Hdf5Cursor *c = &h->cursor;
    c->begun = true;
    hdf5_plan(&h->dataset.vars[h->var], x, h->most_bytes, &c->plan);
    c->space = H5Dget_space(x->dataset);
    c->by_chunks = hdf5_decodes_itself(h, h->var, &c->plan);
    bool is_text = x->type.type == TYPE_STRING || x->type.type == TYPE_CHAR;
    c->memory = is_text ? H5Dget_type(x->dataset) : H5Tcopy(x->type.memory);
    if (c->space < 0 || c->memory < 0)
        return hdf5_error(h, e, "opening");
    return true;
}

/* The next run as a box of the shape, the part of it that is stored, and its elements. */
static uint64_t next_box(const Hdf5 *h, Hdf5Box *box, Hdf5Box *stored)
{
    const Var *v = &h->dataset.vars[h->var];
    const Hdf5Var *x = &h->vars[h->var];
    const Hdf5Cursor *c = &h->cursor;
    uint64_t elements = 1;
    for (size_t i = 0; i < x->rank; i++) {
        hsize_t left = v->shape[i] - c->start[i];
        hsize_t wanted = i < c->plan.axis ? 1 : i == c->plan.axis ? c->plan.step : left;
        hsize_t there = x->extent[i] > c->start[i] ? x->extent[i] - c->start[i] : 0;
        box->start[i] = stored->start[i] = c->start[i];
        box->count[i] = wanted < left ? wanted : left;
        stored->count[i] = there < box->count[i] ? there : box->count[i];
        elements *= box->count[i];
    }
    return elements;
}

static void advance(Hdf5 *h, const Hdf5Box *box)
{
    const Var *v = &h->dataset.vars[h->var];
    Hdf5Cursor *c = &h->cursor;
    for (size_t i = v->dim_count; i-- > 0;) {
        if (i > c->plan.axis)
            continue;
        c->start[i] += box->count[i];
        if (c->start[i] < v->shape[i])
            return;
        c->start[i] = 0;
    }
}

/* What stands where nothing is stored. */
static bool prefill(Hdf5 *h, uint64_t elements, Error *e)
{
    const Hdf5Var *x = current(h);
    size_t size = x->type.element_bytes;
    memset(h->buffer, 0, elements * size);
    if (size > sizeof(FillValue) || x->type.type == TYPE_STRING)
        return true;
    FillValue fill = default_fill(x->type.base);
    H5D_fill_value_t status;
    auto_hid hid_t creation = H5Dget_create_plist(x->dataset);
    if (creation < 0 || H5Pfill_value_defined(creation, &status) < 0 ||
        (status == H5D_FILL_VALUE_USER_DEFINED &&
         H5Pget_fill_value(creation, h->cursor.memory, &fill) < 0))
        return hdf5_error(h, e, "its fill value");
    for (uint64_t i = 0; i < elements; i++)
        memcpy(h->buffer + i * size, &fill, size);
    return true;
}

/* Reads the stored part of a box to its place in the buffer. */
static bool read_box(Hdf5 *h, const Hdf5Box *box, const Hdf5Box *stored, uint64_t elements,
                     Error *e)
{
    const Hdf5Var *x = current(h);
    bool complete = true, empty = false;
    for (size_t i = 0; i < x->rank; i++) {
        complete = complete && stored->count[i] == box->count[i];
        empty = empty || stored->count[i] == 0;
    }
    if (!complete && !prefill(h, elements, e))
        return false;
    if (empty)
        return true;
    if (x->fill_undefined && complete)
        memset(h->buffer, 0, elements * x->type.element_bytes);
    return h->cursor.by_chunks ? hdf5_read_chunks(h, box, stored, e)
                               : hdf5_read_by_library(h, box, stored, e);
}

static size_t text_length(const Hdf5Type *type, const char *bytes)
{
    size_t length = strnlen(bytes, type->element_bytes);
    while (type->space_padded && length > 0 && bytes[length - 1] == ' ')
        length--;
    return length;
}

static bool show_texts(Hdf5 *h, uint64_t elements, Block *out, Error *e)
{
    const Hdf5Type *type = &current(h)->type;
    StringView *views = arena_array(&h->strings, elements, sizeof *views);
    if (!views)
        return arena_full(&h->strings, e);
    for (uint64_t i = 0; i < elements; i++) {
        const char *text = (const char *)h->buffer + i * type->element_bytes;
        if (type->variable_text)
            memcpy(&text, text, sizeof text);
        size_t length = !text ? 0 : type->variable_text ? strlen(text) : text_length(type, text);
        views[i] = (StringView){text ? text : "", length};
    }
    out->values = NULL;
    out->strings = views;
    return true;
}

static bool next_run(Hdf5 *h, Block *out, Error *e)
{
    Hdf5Box box = {0}, stored = {0};
    const Hdf5Type *type = &current(h)->type;
    if (!h->cursor.begun && !begin(h, e))
        return false;
    uint64_t elements = next_box(h, &box, &stored);
    *out = (Block){.var = h->var, .type = type->base, .start = h->cursor.done, .count = elements};
    out->values = h->buffer;
    if (!read_box(h, &box, &stored, elements, e) ||
        (type->type == TYPE_STRING && !show_texts(h, elements, out, e)))
        return false;
    h->cursor.done += elements;
    advance(h, &box);
    return true;
}

/* The rest of the variable, without values: it failed, or is of a type that is only listed. */
static void rest_without_values(Hdf5 *h, const Error *why, Block *out)
{
    const Var *v = &h->dataset.vars[h->var];
    *out = (Block){.var = h->var, .type = v->base, .start = h->cursor.done};
    out->count = (h->var == h->end_var ? h->end_element : v->count) - out->start;
    if (why) {
        out->failed = true;
        out->error = *why;
        error_at(&out->error, "variable %s", v->name);
    }
    leave(h);
}

/* Where the part ends that is to be read. */
static bool is_at_end(const Hdf5 *h)
{
    return h->var > h->end_var || (h->var == h->end_var && h->cursor.done >= h->end_element);
}

bool hdf5_next(Reader *r, Block *out, bool *end, Error *e)
{
    Hdf5 *h = (Hdf5 *)r;
    *end = false;
    arena_reset(&h->strings);
    if (!have_buffer(h, e))
        return false;
    for (; h->var < h->dataset.var_count && !is_at_end(h); leave(h)) {
        uint64_t count = h->dataset.vars[h->var].count;
        const Hdf5Var *x = current(h);
        if (x->failure || (x->type.memory < 0 && count > 0)) {
            rest_without_values(h, x->failure, out);
            return true;
        }
        if (h->cursor.done == count)
            continue;
        Error why;
        if (next_run(h, out, &why))
            return true;
        if (why.kind != ERROR_DATA) {
            *e = why;
            return false;
        }
        rest_without_values(h, &why, out);
        return true;
    }
    *end = true;
    return true;
}
