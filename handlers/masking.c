/* masking.c: attributes of a variable -> Unpacking. */
#include "handlers/masking.h"

#include "core/mask.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* NC_FILL_* of netcdf.h: what the library leaves in values nobody wrote. Values of one byte have
 * none, since every one of them may be data. */
static const Number default_fills[TYPE_COUNT] = {
    [TYPE_SHORT] = {.kind = NUMBER_INT, .i = -32767},
    [TYPE_USHORT] = {.kind = NUMBER_UINT, .u = 65535},
    [TYPE_INT] = {.kind = NUMBER_INT, .i = -2147483647},
    [TYPE_UINT] = {.kind = NUMBER_UINT, .u = 4294967295},
    [TYPE_INT64] = {.kind = NUMBER_INT, .i = -9223372036854775806},
    [TYPE_UINT64] = {.kind = NUMBER_UINT, .u = 18446744073709551614U},
    [TYPE_FLOAT] = {.kind = NUMBER_DOUBLE, .d = 9.9692099683868690e+36},
    [TYPE_DOUBLE] = {.kind = NUMBER_DOUBLE, .d = 9.9692099683868690e+36},
};

static const DataType unsigned_of[TYPE_COUNT] = {
    [TYPE_BYTE] = TYPE_UBYTE,
    [TYPE_SHORT] = TYPE_USHORT,
    [TYPE_INT] = TYPE_UINT,
    [TYPE_INT64] = TYPE_UINT64,
};

typedef struct Source {
    Dataset *dataset; /* for notes */
    const Var *var;
    DataType stored; /* as in the file; Unpacking.type is how it is read */
    Unpacking *out;
} Source;

static void note(const Source *s, const char *attribute, const char *why)
{
    dataset_note(s->dataset, "variable %s: %s %s", s->var->name, attribute, why);
}

/* A number written in an attribute, as the values are read. With _Unsigned it has the stored,
 * signed type: -1b means 255. */
static bool read_as(const Source *s, Number n, Number *out)
{
    DataType type = s->out->type;
    Number stored;
    if (type == s->stored || !number_convert(n, s->stored, &stored))
        return number_convert(n, type, out);
    uint64_t bits = stored.u & UINT64_MAX >> (64 - 8 * type_size(type));
    *out = (Number){.kind = NUMBER_UINT, .u = bits};
    return true;
}

static void add_mask(const Source *s, const char *attribute, Number n)
{
    Unpacking *u = s->out;
    if (isnan(number_to_double(n)))
        return; /* always missing */
    for (size_t i = 0; i < u->mask_count; i++)
        if (u->masks[i].u == n.u)
            return;
    if (u->mask_count < MASK_VALUES_MAX)
        u->masks[u->mask_count++] = n;
    else
        note(s, attribute, "has too many values, the first 32 are used");
}

static void add_unpacked_mask(const Source *s, const char *attribute, Number n)
{
    Unpacking *u = s->out;
    if (!u->has_scale)
        note(s, attribute, "can occur in no value of its type, not used");
    else if (u->unpacked_mask_count < MASK_VALUES_MAX)
        u->unpacked_masks[u->unpacked_mask_count++] = number_to_double(n);
}

/* The attribute if it holds numbers; a note if it holds anything else. */
static const Attr *numeric_attr(const Source *s, const char *name)
{
    const Attr *a = var_attr(s->var, name);
    if (!a)
        return NULL;
    if (a->values && a->count > 0 && type_is_numeric(a->type))
        return a;
    note(s, name, "is not a number, not used");
    return NULL;
}

static void read_missing_values(const Source *s, const char *name)
{
    const Attr *a = numeric_attr(s, name);
    for (size_t i = 0; a && i < a->count; i++) {
        Number n = number_at(a->type, a->values, i), mask;
        if (read_as(s, n, &mask))
            add_mask(s, name, mask);
        else
            add_unpacked_mask(s, name, n);
    }
}

static void read_fill(const Source *s)
{
    const Var *v = s->var;
    bool given = var_attr(v, "_FillValue") != NULL;
    read_missing_values(s, "_FillValue");
    /* As netCDF4-python has it: a full range of unsigned numbers in a signed type is all data. */
    bool viewed = s->out->type != s->stored;
    if (!given && !v->no_default_fill && !viewed && default_fills[s->stored].kind != NUMBER_NONE)
        add_mask(s, "default fill", default_fills[s->stored]);
}

/* A limit that lies between two values of an integer type moves inwards. */
static bool read_limit(const Source *s, const char *name, Number n, bool lower, Number *out)
{
    double d = number_to_double(n);
    if (isnan(d)) {
        note(s, name, "is NaN, not used");
        return false;
    }
    if (type_is_integer(s->out->type) && n.kind == NUMBER_DOUBLE)
        n.d = lower ? ceil(d) : floor(d);
    if (read_as(s, n, out))
        return true;
    note(s, name, "is outside of what its type can hold, not used");
    return false;
}

static void read_limit_attr(const Source *s, const char *name, bool lower)
{
    Unpacking *u = s->out;
    const Attr *a = numeric_attr(s, name);
    if (!a)
        return;
    if (a->count != 1) {
        note(s, name, "must be one number, not used");
        return;
    }
    Number n = number_at(a->type, a->values, 0);
    if (lower)
        u->has_min = read_limit(s, name, n, true, &u->valid_min);
    else
        u->has_max = read_limit(s, name, n, false, &u->valid_max);
}

static void read_limits(const Source *s)
{
    Unpacking *u = s->out;
    const char *name = "valid_range";
    const Attr *range = numeric_attr(s, name);
    if (range && range->count != 2) {
        note(s, name, "must be two numbers, not used");
        range = NULL;
    }
    if (range) {
        Number low = number_at(range->type, range->values, 0);
        Number high = number_at(range->type, range->values, 1);
        u->has_min = read_limit(s, name, low, true, &u->valid_min);
        u->has_max = read_limit(s, name, high, false, &u->valid_max);
    } else {
        read_limit_attr(s, "valid_min", true);
        read_limit_attr(s, "valid_max", false);
    }
    if (u->has_min && u->has_max && number_less(u->valid_max, u->valid_min)) {
        note(s, range ? name : "valid_min", "lies above its maximum, not used");
        u->has_min = u->has_max = false;
    }
}

/* One factor; true where it is absent. Text that reads as a number is taken, as netCDF4-python
 * does. */
static bool read_factor(const Source *s, const char *name, double *out)
{
    const Attr *a = var_attr(s->var, name);
    const char *text = var_attr_text(s->var, name);
    double value;
    if (!a)
        return true;
    bool ok = a->count == 1 && attr_number(a, 0, &value);
    if (!ok && text && text_to_double(text, strlen(text), '.', &value)) {
        note(s, name, "is text, read as a number");
        ok = true;
    }
    if (ok && isfinite(value)) {
        *out = value;
        return true;
    }
    note(s, name, "is not one finite number; values are reported as they are stored");
    return false;
}

static void read_scale(const Source *s)
{
    Unpacking *u = s->out;
    double scale = 1, offset = 0;
    bool scale_ok = read_factor(s, "scale_factor", &scale);
    if (!read_factor(s, "add_offset", &offset) || !scale_ok)
        return;
    if (scale == 0)
        note(s, "scale_factor", "is 0: every value becomes add_offset");
    u->has_scale = scale != 1 || offset != 0;
    u->scale = scale;
    u->offset = offset;
}

void masking_of_variable(Dataset *d, const Var *v, const MaskingOptions *o, Unpacking *out)
{
    DataType stored = v->type == TYPE_ENUM ? v->base : v->type;
    *out = (Unpacking){.type = stored, .scale = 1, .limits_mask = o && o->valid_range_masks};
    if (!type_is_numeric(stored))
        return;
    const char *is_unsigned = var_attr_text(v, "_Unsigned");
    if (is_unsigned && text_equal_nocase(is_unsigned, "true") && unsigned_of[stored] != TYPE_NONE)
        out->type = unsigned_of[stored];
    out->want_quantiles = true;
    Source s = {.dataset = d, .var = v, .stored = stored, .out = out};
    read_scale(&s);
    read_fill(&s);
    read_missing_values(&s, "missing_value");
    read_limits(&s);
}
