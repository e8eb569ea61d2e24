/* hdf5_reader.h: what the parts of the HDF5 reader share. The one door to libhdf5. */
#pragma once

#include "formats/parts.h"

#include <hdf5.h>

/* Closes whatever the id stands for. */
static inline void hdf5_close_id(hid_t *id)
{
    if (*id > 0)
        H5Idec_ref(*id);
}
#define auto_hid __attribute__((cleanup(hdf5_close_id)))

/* The bytes under libhdf5: hdf5_vfd.c. */
typedef struct Hdf5Bytes Hdf5Bytes;

/* The driver and the access property list by which a file is opened over `in`; `in` must outlive
 * them. *driver and *access are the caller's to close, after the file. */
bool hdf5_bytes_open(const Input *in, Arena *a, Hdf5Bytes **out, hid_t *driver, hid_t *access,
                     Error *e) MUST_CHECK;
/* The name that the driver answers to; it refuses all others. */
extern const char hdf5_bytes_name[];
/* From now on global heaps are checked before the library walks them; `length_bytes`: width of
 * lengths in the file, at most 8. */
void hdf5_bytes_check_heaps(Hdf5Bytes *b, size_t length_bytes);
/* A fault of the world that a read has met (ERROR_RETRY), or what was last asked for beyond the
 * end; ERROR_NONE if neither. */
const Error *hdf5_bytes_trouble(const Hdf5Bytes *b);

typedef struct Hdf5Scale {
    uint64_t address; /* of the dimension scale's object header: what references hold */
    int64_t id;       /* _Netcdf4Dimid, or -1 */
    size_t dim;       /* index into Dataset.dims */
} Hdf5Scale;

/* How the values of a datatype are read. */
typedef struct Hdf5Type {
    DataType type, base;
    hid_t memory;         /* one of the library's own ids, or -1: listed, not read */
    size_t element_bytes; /* in memory; of fixed-length text its length */
    bool variable_text;   /* TYPE_STRING: pointers, else element_bytes of text each */
    bool space_padded;
} Hdf5Type;

typedef struct Hdf5Filter {
    H5Z_filter_t id;
    size_t width; /* of an element, for shuffle */
} Hdf5Filter;

enum { HDF5_FILTERS_MAX = 8, HDF5_FILTER_ZSTD = 32015 };

/* Filters that hdf5_chunk.c undoes itself, in the order in which they were applied. */
typedef struct Hdf5Pipeline {
    Hdf5Filter filters[HDF5_FILTERS_MAX];
    size_t count;
    bool swapped;       /* the bytes of a value lie the other way round */
    size_t chunk_bytes; /* of values */
} Hdf5Pipeline;

typedef struct Hdf5Var {
    hid_t dataset; /* open until it has been read; 0: none */
    uint64_t address;
    Hdf5Type type;
    size_t rank;
    bool is_null;        /* a dataspace without any element */
    uint64_t *extent;    /* what is stored; Var.shape can be longer along unlimited dimensions */
    bool *unlimited;     /* per axis */
    uint64_t *chunk;     /* per axis; NULL: not chunked */
    uint64_t *scales;    /* per axis: address of its dimension scale, or HADDR_UNDEF; or NULL */
    int64_t *scale_ids;  /* per axis: _Netcdf4Dimid of its scale; or NULL */
    bool is_scale;       /* a coordinate variable: its own first dimension ... */
    size_t scale;        /* ... which is this one of Hdf5.scales */
    bool fill_undefined; /* libhdf5 leaves values that were never written as they are in memory */
    const Hdf5Pipeline *pipeline; /* NULL: only the library can decode it */
    const Error *failure;         /* why it cannot be read, or NULL */
} Hdf5Var;

/* A run of one variable after the other. */
typedef struct Hdf5Plan {
    size_t axis;   /* runs have length 1 before this axis and all of the shape behind it */
    uint64_t step; /* length along the axis */
    uint64_t run;  /* elements of a full run */
} Hdf5Plan;

typedef struct Hdf5Cursor {
    bool begun;
    Hdf5Plan plan;
    bool by_chunks;      /* decoded by hdf5_chunk.c */
    hid_t space, memory; /* of the file; datatype in memory; 0: not open */
    uint64_t done;       /* elements delivered */
    hsize_t start[H5S_MAX_RANK];
} Hdf5Cursor;

typedef struct Hdf5 {
    Reader reader;
    Dataset dataset;
    Input in;
    Hdf5Bytes *bytes;
    hid_t driver, access, link_access, transfer, file; /* 0: not open */
    uint64_t base;                                     /* bytes before the superblock */
    size_t length_bytes;                               /* of lengths in the file; 0: not known */
    bool has_netcdf_marks, is_classic_model;
    Hdf5Var *vars; /* parallel to dataset.vars */
    size_t var_capacity, hdf5_var_capacity, group_capacity, dim_capacity;
    Hdf5Scale *scales;
    size_t scale_count, scale_capacity;
    hid_t *named_types; /* committed datatypes, for their names */
    const char **type_names;
    size_t named_type_count, named_type_capacity, type_name_capacity;
    uint64_t *seen; /* addresses of objects met: a hash set */
    size_t seen_count, seen_capacity;
    size_t dangling_links, links_back, more_names;

    FormatLimits limits;
    const PartPlan *parts; /* NULL: not asked for yet */
    size_t var;            /* variable at which reading stands */
    size_t end_var;        /* reading ends before this element of this variable */
    uint64_t end_element;
    Hdf5Cursor cursor;
    uint64_t most_bytes; /* of a run */
    uint8_t *buffer;
    uint8_t *work[2];                         /* one chunk each */
    struct libdeflate_decompressor *inflater; /* NULL: not needed yet */
    Arena strings;                            /* texts of one block */
} Hdf5;

/* hdf5_error.c. Turns libhdf5's error stack, or the trouble below it, into an Error of one
 * sentence: "WHAT: why". Returns false. Call it before anything else calls the library. */
bool hdf5_error(const Hdf5 *h, Error *e, const char *what, ...) PRINTF_LIKE(3, 4);

/* hdf5_types.c. */
void hdf5_classify(hid_t file_type, Hdf5Type *out);

/* hdf5_attributes.c. */
typedef struct Hdf5Marks {
    bool is_scale;      /* CLASS is DIMENSION_SCALE */
    bool is_hidden;     /* NAME says: a netCDF dimension without a variable */
    int64_t scale_id;   /* _Netcdf4Dimid, or -1 */
    uint64_t *scales;   /* DIMENSION_LIST: one address an axis, or NULL */
    int64_t *scale_ids; /* _Netcdf4Coordinates: one id an axis, or NULL */
    bool nc_properties, nc3_strict;
} Hdf5Marks;
typedef struct Hdf5Attrs {
    const Attr *attrs;
    size_t count;
    Hdf5Marks marks;
} Hdf5Attrs;
/* The attributes that netCDF shows, and what the others mean. `rank` is the dataset's. */
bool hdf5_read_attributes(Hdf5 *h, hid_t object, const char *name, size_t rank, Hdf5Attrs *out,
                          Error *e) MUST_CHECK;

/* hdf5_schema.c. Groups, variables, dimension scales, attributes. */
bool hdf5_read_schema(Hdf5 *h, Error *e) MUST_CHECK;
/* hdf5_variable.c. Adds an open dataset: as a variable, a dimension, or both; takes over `dataset`.
 */
bool hdf5_add_dataset(Hdf5 *h, size_t group, const char *name, hid_t dataset, uint64_t address,
                      Error *e) MUST_CHECK;
/* Adds a variable that can only be named, with the reason. */
bool hdf5_add_failed(Hdf5 *h, size_t group, const char *name, const Error *why,
                     Error *e) MUST_CHECK;
/* hdf5_dims.c. Gives every variable its dimensions, shape and count. */
bool hdf5_resolve_dims(Hdf5 *h, Error *e) MUST_CHECK;

/* hdf5_zstd.c. Makes the filters of our own known to the library; may be called again. */
bool hdf5_add_filters(Error *e) MUST_CHECK;

/* hdf5_filters.c. */
const char *hdf5_filter_name(H5Z_filter_t id); /* "Zstandard", or NULL */
/* A box of elements: count[axis] from start[axis] on. */
typedef struct Hdf5Box {
    hsize_t start[H5S_MAX_RANK], count[H5S_MAX_RANK];
} Hdf5Box;
/* After reading the box has failed with *e: finds the chunk and the filter to blame and says so in
 * *e. Uses h->buffer. */
void hdf5_blame(Hdf5 *h, const Hdf5Var *x, const Hdf5Box *box, Error *e);

/* The part of the box that lies in the chunk of `at`, from `at` on. */
void hdf5_clip_to_chunk(const Hdf5Var *x, const Hdf5Box *box, const hsize_t *at, Hdf5Box *out);
/* Moves `at` to the next chunk of the box; false behind the last. */
bool hdf5_next_chunk(const Hdf5Var *x, const Hdf5Box *box, hsize_t *at);
/* Says in *e that the chunk of `at` is to blame: its index, length and byte. */
void hdf5_name_chunk(const Hdf5 *h, const Hdf5Var *x, const hsize_t *at, Error *e);

/* hdf5_pipeline.c. Sets x->pipeline where values are plain numbers and the filters are known. */
bool hdf5_look_at_pipeline(Hdf5 *h, Hdf5Var *x, hid_t creation, hid_t type, Error *e) MUST_CHECK;
/* What one of h->work must hold: a chunk, with room for what filters add to it. */
uint64_t hdf5_work_bytes(const Hdf5Pipeline *p);

/* hdf5_chunk.c. Whether the variable, cut like this, is read by hdf5_read_chunks: each of its
 * chunks belongs to one run, and is not too large to be decoded in memory of ours. */
bool hdf5_decodes_itself(const Hdf5 *h, size_t var, const Hdf5Plan *plan);
/* Reads the stored part of a box of the current variable to its place in h->buffer, which has the
 * shape of `box`. */
bool hdf5_read_chunks(Hdf5 *h, const Hdf5Box *box, const Hdf5Box *stored, Error *e) MUST_CHECK;
void hdf5_close_chunks(Hdf5 *h);

/* hdf5_library.c. The same as hdf5_read_chunks, by H5Dread. */
bool hdf5_read_by_library(Hdf5 *h, const Hdf5Box *box, const Hdf5Box *stored, Error *e) MUST_CHECK;

/* hdf5_plan.c. How a variable is cut into runs that lie together in row-major order. */
void hdf5_plan(const Var *v, const Hdf5Var *x, uint64_t most_bytes, Hdf5Plan *out);
/* Bytes that one element takes while it is in memory, its text's views counted. */
uint64_t hdf5_element_cost(const Hdf5Type *type);

/* hdf5_parts.c. Format.parts and Format.part. */
size_t hdf5_parts(Reader *r);
bool hdf5_part(Reader *r, size_t index, Error *e);

/* hdf5_read.c. Format.next, and closing what it has open. */
bool hdf5_next(Reader *r, Block *out, bool *end, Error *e);
void hdf5_close_cursor(Hdf5 *h);
