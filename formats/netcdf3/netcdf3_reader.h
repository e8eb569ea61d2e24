/* netcdf3_reader.h: what the parts of the netCDF-3 reader share. */
#pragma once

#include "formats/parts.h"

/* A slice is what lies together in the file: a whole variable, or one record of a record variable.
 */
typedef struct Netcdf3Var {
    uint64_t begin;       /* byte of its first value */
    uint64_t slice_count; /* elements in a slice */
    uint64_t slice_bytes; /* without padding */
    size_t element_bytes;
    bool record;
    uint64_t slices; /* that the header promises */
    uint64_t whole;  /* of these, from the first: inside the file, as whole records */
    uint64_t done;   /* of these: delivered */
    bool cut_told;   /* of a variable without records: the failed block is out */
} Netcdf3Var;

typedef struct Netcdf3 {
    Reader reader;
    Dataset dataset;
    Input in;
    int version;      /* 1, 2 or 5 */
    bool streaming;   /* the header leaves the number of records to the length of the file */
    uint64_t records; /* as the header promises, or as the file holds where streaming */
    Netcdf3Var *vars; /* parallel to dataset.vars */
    uint64_t header_bytes;
    uint64_t promised;      /* bytes that the header promises */
    uint64_t whole_records; /* records of which the file holds every variable's slice */

    uint64_t record_start; /* byte of record 0 */
    uint64_t record_bytes; /* from one record to the next */
    bool batched;          /* record variables are read together, many records at a time */
    uint64_t batch_first, batch_records; /* records in `batch` */
    bool batch_started;                  /* the other variables are done */
    const uint8_t *batch;
    uint64_t piece; /* elements delivered of a slice that is too long for one block */
    size_t var;     /* variable at which reading stands */
    FormatLimits limits;
    const PartPlan *parts; /* NULL: not asked for yet */
    const PartCut *end;    /* of the part that is read; NULL: to the end of the file */
    uint8_t *raw;          /* a run as in the file */
    uint8_t *values;       /* a run in native byte order */
} Netcdf3;

enum { NETCDF3_RUN_BYTES = 1024 * 1024 };

/* Size and Weir's type of an external type code 1..11; 0 and TYPE_NONE for others. */
size_t netcdf3_type_bytes(uint32_t code);
DataType netcdf3_type(uint32_t code);

/* Reads the header into n->dataset and n->vars. n->in, n->dataset.arena must be set. */
bool netcdf3_read_header(Netcdf3 *n, Error *e) MUST_CHECK;

/* Works out where everything lies and what of it the file holds, after the header was read. */
bool netcdf3_lay_out(Netcdf3 *n, Error *e) MUST_CHECK;

/* `slices` times `count` elements of `element_bytes`, the slices `stride` bytes apart, from the
 * file's byte order into ours, packed. */
typedef struct Netcdf3Copy {
    const uint8_t *from;
    uint64_t stride, slices, count;
    size_t element_bytes;
} Netcdf3Copy;
void netcdf3_copy(uint8_t *to, const Netcdf3Copy *c);

/* netcdf3_parts.c. Format.parts and Format.part. Stretch var_count is that of the records. */
size_t netcdf3_parts(Reader *r);
bool netcdf3_part(Reader *r, size_t index, Error *e);
/* Whether the part ends before the next values of the variable at which reading stands. */
bool netcdf3_is_at_end(const Netcdf3 *n);

/* Format.next. */
bool netcdf3_next(Reader *r, Block *out, bool *end, Error *e);
