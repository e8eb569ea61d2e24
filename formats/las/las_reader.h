/* las_reader.h: what the parts of the LAS reader share. */
#pragma once

#include "formats/las/las_crs.h"
#include "formats/las/laz.h"
#include "formats/parts.h"

/* Where a variable stands in a point record. */
typedef struct LasField {
    uint32_t offset;
    uint32_t bytes;      /* of one element as stored: 1, 2, 4, 8; any of bytes without a type */
    uint8_t shift, bits; /* bits > 0: a number in a byte, from bit `shift` on */
    uint8_t components;  /* elements of one point: 1 to 3 */
} LasField;

typedef struct Las {
    Reader reader;
    Dataset dataset;
    Input in;
    FormatLimits limits;
    LasHeader header;
    LasVlrs vlrs;
    LasCrs crs;
    Error tail;         /* what is lost behind the points that are read: told last */
    LasField *fields;   /* parallel to dataset.vars, which begin with x, y, z */
    size_t capacity;    /* of both */
    size_t return_var;  /* return_number */
    size_t time_var;    /* gps_time or NO_VAR */
    bool foreign_bytes; /* there are bytes in each record that nothing describes */

    uint64_t whole; /* points that are wholly in the file; of compressed ones those promised */
    uint64_t first, loaded; /* points in `records` */
    uint64_t run;           /* points in a block, at most: a power of 2 */
    size_t var;             /* of the next block */
    Laz *laz;               /* NULL: not compressed */
    size_t chunk;           /* of these, the one that is read */
    bool chunk_begun;
    Error broken;          /* told when what was read before it is delivered */
    const PartPlan *parts; /* NULL: not asked for yet */
    const PartCut *end;    /* of the part that is read; NULL: to the end of the file */
    uint8_t *records;
    uint8_t *values;
} Las;

enum { LAS_RUN_MOST = 8192, LAS_RUN_BYTES = 1024 * 1024, LAS_PART_STEP = 65536 };

/* Attributes on their way into a Var or Group. A full arena is remembered in `failed`. */
typedef struct LasAttrs {
    Arena *arena;
    Attr *items;
    size_t count, capacity;
    bool failed;
} LasAttrs;
void las_attr_text(LasAttrs *l, const char *name, const char *text); /* NULL: none is added */
void las_attr_numbers(LasAttrs *l, const char *name, DataType type, size_t count,
                      const void *values);
void las_attr_double(LasAttrs *l, const char *name, double value);
void las_attr_int(LasAttrs *l, const char *name, int64_t value);

/* las_attributes.c: all that the header says, as attributes of the root group. */
bool las_describe_file(Las *l, Error *e) MUST_CHECK;

/* las_fields.c: the variables of the point format, then las_extra.c: those of extra bytes. */
bool las_add_fields(Las *l, Error *e) MUST_CHECK;
bool las_add_extra_bytes(Las *l, Error *e) MUST_CHECK;

/* Adds a variable; false: arena full. The name must stay; one that is taken gets a number. */
typedef struct LasNewVar {
    const char *name;
    DataType type;
    LasField field;
    LasAttrs *attrs;
} LasNewVar;
bool las_add_var(Las *l, const LasNewVar *v) MUST_CHECK;

/* las_read.c: Format.next. */
bool las_next(Reader *r, Block *out, bool *end, Error *e);
/* las_parts.c: Format.parts and Format.part. */
size_t las_parts(Reader *r);
bool las_part(Reader *r, size_t index, Error *e);
/* las_conclude.c: Format.conclude. */
void las_conclude(Reader *r, const SummaryResult *results);
