/* dataset.h: what is in a file, in netCDF's own words: groups, dimensions, variables, attributes,
 * and a run of values of one variable (Block). Everything lives in the job's arena. */
#pragma once

#include "core/arena.h"
#include "core/text.h"

#include <stddef.h>
#include <stdint.h>

typedef enum DataType {
    TYPE_NONE,
    TYPE_BYTE,
    TYPE_UBYTE,
    TYPE_CHAR,
    TYPE_SHORT,
    TYPE_USHORT,
    TYPE_INT,
    TYPE_UINT,
    TYPE_INT64,
    TYPE_UINT64,
    TYPE_FLOAT,
    TYPE_DOUBLE,
    TYPE_STRING,
    TYPE_COMPOUND,
    TYPE_ENUM,
    TYPE_OPAQUE,
    TYPE_VLEN,
    TYPE_COUNT,
} DataType;

/* "byte", "ubyte", ...; "compound", ... */
const char *type_name(DataType type);
/* Bytes of one value in memory; 0 for string, compound, opaque, vlen. Enum: of its base. */
size_t type_size(DataType type);
bool type_is_numeric(DataType type); /* byte..double without char */
bool type_is_integer(DataType type);

typedef struct Attr {
    const char *name;
    DataType type;      /* numeric, TYPE_CHAR (one text) or TYPE_STRING (array of texts) */
    size_t count;       /* values; for TYPE_CHAR bytes of the text */
    const void *values; /* native byte order; TYPE_CHAR: bytes with a NUL behind; TYPE_STRING:
                           StringView[count]. NULL: a type that is listed but not read */
} Attr;

typedef struct Dim {
    const char *name; /* plain; "" for an anonymous HDF5 dimension */
    uint64_t length;
    bool unlimited;
    size_t group; /* index into Dataset.groups */
} Dim;

typedef struct Group {
    const char *path; /* "" for the root, "/a/b" else */
    const Attr *attrs;
    size_t attr_count;
} Group;

typedef struct Var {
    const char *name; /* plain at the root, "/group/name" inside a group */
    DataType type;
    DataType base;         /* of an enum: its integer type; else same as type */
    const char *user_type; /* name of a user-defined type, or NULL */
    size_t group;          /* index into Dataset.groups */
    size_t dim_count;      /* rank */
    const size_t *dims;    /* indices into Dataset.dims */
    const uint64_t *shape; /* lengths of the dims */
    uint64_t count;        /* elements: product of the shape, 1 for a scalar */
    const Attr *attrs;
    size_t attr_count;
    bool no_default_fill; /* netCDF's default fill value is data here (text tables) */
} Var;

typedef struct Dataset {
    Arena *arena;
    const char *format;     /* the format's name where it is known only after open ("netcdf4",
                               "hdf5"), or NULL */
    const char *model;      /* "NETCDF3_CLASSIC", ...; the format's own word for its kind */
    const char *convention; /* "CF-1.8", "ARM", ... as the file says, or NULL */
    Group *groups;          /* groups[0] is the root */
    size_t group_count;     /* the root counted */
    Dim *dims;
    size_t dim_count;
    Var *vars;
    size_t var_count;
    uint64_t rows;   /* records: length of the record or time dimension, table rows, points */
    bool rows_known; /* false until the reader has seen the end (text) or where there is no such dim
                      */
    size_t time_var; /* index of the variable that holds the time, or NO_VAR; a format that knows
                        sets it, else the time coverage handler finds it */
    const char **notes; /* what was skipped or repaired and why */
    size_t note_count, note_capacity;
    const char **facts; /* what is true of the whole: "points per square metre: 3.2" */
    size_t fact_count, fact_capacity;
} Dataset;

#define NO_VAR ((size_t)-1)

void dataset_init(Dataset *d, Arena *a);
/* Adds a note (printf-like); the same note twice is kept once. A full arena drops it. */
void dataset_note(Dataset *d, const char *format, ...) PRINTF_LIKE(2, 3);
/* Adds a fact, "name: value"; in a format's open() and conclude() and in a handler's end() only. */
void dataset_fact(Dataset *d, const char *format, ...) PRINTF_LIKE(2, 3);

const Attr *attr_find(const Attr *attrs, size_t count, const char *name);
const Attr *var_attr(const Var *v, const char *name);
/* The attribute as one text (char, or the first string), NULL if it is absent or not text. */
const char *var_attr_text(const Var *v, const char *name);
/* One numeric attribute value as double; false if absent, not numeric, or index out of range. */
bool attr_number(const Attr *a, size_t index, double *out);
/* The part of a variable's name behind the last slash. */
const char *var_plain_name(const Var *v);

/* A run of values of one variable, in row-major order: elements [start, start + count). Blocks of
 * one variable come in ascending order without gaps, except where `failed` says that the rest of
 * the variable cannot be read. */
typedef struct Block {
    size_t var;
    DataType type; /* type of the values in memory: numeric, CHAR (bytes) or STRING */
    uint64_t start, count;
    const void *values;        /* native byte order; valid until the next call of next() */
    const StringView *strings; /* TYPE_STRING */
    bool failed;               /* no values: the variable cannot be read; see error */
    Error error;
} Block;
