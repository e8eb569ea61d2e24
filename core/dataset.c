/* dataset.c: types by name, attributes by name, notes. */
#include "core/dataset.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct TypeFact {
    const char *name;
    size_t size;
    bool numeric, integer;
} TypeFact;

static const TypeFact types[TYPE_COUNT] = {
    [TYPE_NONE] = {"none", 0, false, false},     [TYPE_BYTE] = {"byte", 1, true, true},
    [TYPE_UBYTE] = {"ubyte", 1, true, true},     [TYPE_CHAR] = {"char", 1, false, false},
    [TYPE_SHORT] = {"short", 2, true, true},     [TYPE_USHORT] = {"ushort", 2, true, true},
    [TYPE_INT] = {"int", 4, true, true},         [TYPE_UINT] = {"uint", 4, true, true},
    [TYPE_INT64] = {"int64", 8, true, true},     [TYPE_UINT64] = {"uint64", 8, true, true},
    [TYPE_FLOAT] = {"float", 4, true, false},    [TYPE_DOUBLE] = {"double", 8, true, false},
    [TYPE_STRING] = {"string", 0, false, false}, [TYPE_COMPOUND] = {"compound", 0, false, false},
    [TYPE_ENUM] = {"enum", 0, false, false},     [TYPE_OPAQUE] = {"opaque", 0, false, false},
    [TYPE_VLEN] = {"vlen", 0, false, false},
};

const char *type_name(DataType type)
{
    return types[type].name;
}

size_t type_size(DataType type)
{
    return types[type].size;
}

bool type_is_numeric(DataType type)
{
    return types[type].numeric;
}

bool type_is_integer(DataType type)
{
    return types[type].integer;
}

void dataset_init(Dataset *d, Arena *a)
{
    *d = (Dataset){.arena = a, .time_var = NO_VAR};
}

/* A list of texts, each of them once. */
typedef struct Texts {
    const char ***items;
    size_t *count, *capacity;
} Texts;

static void add_text(Arena *a, Texts t, const char *text)
{
    for (size_t i = 0; i < *t.count; i++)
        if (strcmp((*t.items)[i], text) == 0)
            return;
    size_t capacity = *t.capacity;
    const char **items = arena_grow(a, *t.items, &capacity, *t.count + 1, sizeof *items);
    char *copy = items ? arena_string(a, text) : NULL;
    if (!copy)
        return;
    items[(*t.count)++] = copy;
    *t.items = items;
    *t.capacity = capacity;
}

void dataset_note(Dataset *d, const char *format, ...)
{
    char text[ERROR_MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    add_text(d->arena, (Texts){&d->notes, &d->note_count, &d->note_capacity}, text);
}

void dataset_fact(Dataset *d, const char *format, ...)
{
    char text[ERROR_MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    add_text(d->arena, (Texts){&d->facts, &d->fact_count, &d->fact_capacity}, text);
}

const Attr *attr_find(const Attr *attrs, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(attrs[i].name, name) == 0)
            return &attrs[i];
    return NULL;
}

const Attr *var_attr(const Var *v, const char *name)
{
    return attr_find(v->attrs, v->attr_count, name);
}

const char *var_attr_text(const Var *v, const char *name)
{
    const Attr *a = var_attr(v, name);
    if (!a || !a->values)
        return NULL;
    if (a->type == TYPE_CHAR)
        return a->values;
    if (a->type == TYPE_STRING && a->count > 0)
        return ((const StringView *)a->values)[0].bytes;
    return NULL;
}

/* One case for each numeric type: reads values[index] as double. */
#define NUMBER_CASE(constant, ctype)                                                               \
    case constant:                                                                                 \
        *out = (double)((const ctype *)a->values)[index];                                          \
        return true

bool attr_number(const Attr *a, size_t index, double *out)
{
    if (!a || !a->values || index >= a->count)
        return false;
    switch (a->type) {
        NUMBER_CASE(TYPE_BYTE, int8_t);
        NUMBER_CASE(TYPE_UBYTE, uint8_t);
        NUMBER_CASE(TYPE_SHORT, int16_t);
        NUMBER_CASE(TYPE_USHORT, uint16_t);
        NUMBER_CASE(TYPE_INT, int32_t);
        NUMBER_CASE(TYPE_UINT, uint32_t);
        NUMBER_CASE(TYPE_INT64, int64_t);
        NUMBER_CASE(TYPE_UINT64, uint64_t);
        NUMBER_CASE(TYPE_FLOAT, float);
        NUMBER_CASE(TYPE_DOUBLE, double);
    default:
        return false;
    }
}

const char *var_plain_name(const Var *v)
{
    const char *slash = strrchr(v->name, '/');
    return v->group != 0 && slash ? slash + 1 : v->name;
}
