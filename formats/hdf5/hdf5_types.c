/* hdf5_types.c: HDF5 datatypes in netCDF's words. */
#include "formats/hdf5/hdf5_reader.h"

static void whole_number(size_t bytes, bool is_signed, Hdf5Type *out)
{
    const struct {
        size_t bytes;
        DataType type[2]; /* unsigned, signed */
        hid_t memory[2];
    } widths[] = {
        {1, {TYPE_UBYTE, TYPE_BYTE}, {H5T_NATIVE_UINT8, H5T_NATIVE_INT8}},
        {2, {TYPE_USHORT, TYPE_SHORT}, {H5T_NATIVE_UINT16, H5T_NATIVE_INT16}},
        {4, {TYPE_UINT, TYPE_INT}, {H5T_NATIVE_UINT32, H5T_NATIVE_INT32}},
        {8, {TYPE_UINT64, TYPE_INT64}, {H5T_NATIVE_UINT64, H5T_NATIVE_INT64}},
    };
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        if (bytes > widths[i].bytes)
            continue;
        out->type = out->base = widths[i].type[is_signed];
        out->memory = widths[i].memory[is_signed];
        out->element_bytes = widths[i].bytes;
        return;
    }
}

static void real_number(size_t bytes, Hdf5Type *out)
{
    bool is_float = bytes <= sizeof(float); /* half precision too; long double as double */
    out->type = out->base = is_float ? TYPE_FLOAT : TYPE_DOUBLE;
    out->memory = is_float ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE;
    out->element_bytes = is_float ? sizeof(float) : sizeof(double);
}

/* Bits are not converted to numbers by the library; read as bits they are unsigned numbers. */
static void bits(size_t bytes, Hdf5Type *out)
{
    whole_number(bytes, false, out);
    const hid_t as_bits[] = {H5T_NATIVE_B8, H5T_NATIVE_B16, H5T_NATIVE_B32, H5T_NATIVE_B64};
    for (size_t i = 0; i < sizeof as_bits / sizeof *as_bits; i++)
        if (out->element_bytes == (size_t)1 << i)
            out->memory = as_bits[i];
}

/* As netCDF: one byte is a char, more are a string. */
static void text(hid_t file_type, size_t bytes, Hdf5Type *out)
{
    out->variable_text = H5Tis_variable_str(file_type) > 0;
    out->space_padded = H5Tget_strpad(file_type) == H5T_STR_SPACEPAD;
    out->type = out->base = out->variable_text || bytes > 1 ? TYPE_STRING : TYPE_CHAR;
    out->memory = H5T_C_S1;
    out->element_bytes = out->variable_text ? sizeof(char *) : bytes;
}

static void numbered_names(hid_t file_type, Hdf5Type *out)
{
    auto_hid hid_t base = H5Tget_super(file_type);
    if (base < 0)
        return;
    hdf5_classify(base, out);
    out->base = out->type;
    out->type = TYPE_ENUM;
}

void hdf5_classify(hid_t file_type, Hdf5Type *out)
{
    *out = (Hdf5Type){.type = TYPE_OPAQUE, .base = TYPE_OPAQUE, .memory = -1};
    size_t bytes = H5Tget_size(file_type);
    switch (H5Tget_class(file_type)) {
    case H5T_INTEGER:
        whole_number(bytes, H5Tget_sign(file_type) == H5T_SGN_2, out);
        break;
    case H5T_FLOAT:
        real_number(bytes, out);
        break;
    case H5T_STRING:
        text(file_type, bytes, out);
        break;
    case H5T_BITFIELD:
        bits(bytes, out);
        break;
    case H5T_ENUM:
        numbered_names(file_type, out);
        break;
    case H5T_COMPOUND:
        out->type = out->base = TYPE_COMPOUND;
        break;
    case H5T_VLEN:
        out->type = out->base = TYPE_VLEN;
        break;
    default: /* opaque, reference, array, time */
        break;
    }
}
