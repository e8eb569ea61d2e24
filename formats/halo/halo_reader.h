/* halo_reader.h: what the files of the reader of rays share.
 *
 * The way of a file: halo_lines (bytes -> lines) -> halo_header (key and value) -> halo_survey (how
 * many numbers a line has, how many gates a ray) -> halo_schema (the dataset) -> halo_rays (lines
 * -> batches of whole rays) -> blocks (halo.c). */
#pragma once

#include "formats/format.h"
#include "formats/text/text_head.h"

/* --- halo_lines.c --------------------------------------------------------------------------- */

/* A stretch of the file without its NUL bytes. Between `at` and `end` are whole lines; 64 bytes
 * behind all of them are readable and are line ends. */
typedef struct HaloLines {
    Input in;
    char *bytes;
    char *at, *end;  /* at == end: refill */
    char *filled;    /* behind `end`: the beginning of a line */
    uint64_t offset; /* in the file, of what is read next */
    uint64_t line;   /* number of the line at `at`, from 1 */
    uint64_t nuls;   /* left out so far */
    bool ended;      /* all of the file is here or behind us */
} HaloLines;

bool halo_lines_init(HaloLines *l, const Input *in, Arena *a, Error *e) MUST_CHECK;
/* Lets there be a whole line at `at`; *end is set where there is none: what may be left between
 * `end` and `filled` is a line that the file ends within. A line that is too long for the buffer
 * comes in pieces. */
bool halo_lines_need(HaloLines *l, bool *end, Error *e) MUST_CHECK;
/* The line at `at` without its line end; `at` is moved behind it. */
StringView halo_lines_take(HaloLines *l);

/* --- halo_look.c ---------------------------------------------------------------------------- */

enum { HALO_NUMBERS_MAX = 8, HALO_RAY_COLUMNS_MAX = 5, HALO_GATE_COLUMNS_MAX = 5 };

typedef enum HaloKind {
    HALO_EMPTY,
    HALO_RAY,    /* numbers, the first with a decimal mark: hours */
    HALO_GATE,   /* numbers, the first without: the gate */
    HALO_HEADER, /* the first line of a header */
    HALO_OTHER,
} HaloKind;

typedef struct HaloLook {
    HaloKind kind;
    size_t count; /* numbers */
    double numbers[HALO_NUMBERS_MAX];
    size_t last_decimals; /* characters behind the mark of the last number */
    bool last_is_open;    /* nothing stands behind the last number: it may be cut */
} HaloLook;

/* The same for lines of any kind, without haste. */
HaloLook halo_look(StringView line);
/* Whether the line at p begins with a whole number and a blank, as a gate's does. */
bool halo_is_gate(const char *p);
/* The file's name ends in .hpl. */
bool halo_is_hpl(const char *name);

/* --- halo_header.c -------------------------------------------------------------------------- */

typedef struct HaloHeader {
    uint64_t gates;     /* 0: not said */
    double gate_length; /* m; 0: not said */
    double points;      /* samples of a gate; 0: not said */
    const char *scan_type, *filename;
    double first_range, range_step; /* of the gates' centres, m; 0: unknown */
    bool overlap_unsaid; /* the scan's gates overlap, but the header's formula is for others */
    bool has_day;
    int64_t day_s;     /* 00:00 of the start time, seconds since 1970 */
    double start_hour; /* of the start time */
    TextAttrs attrs;   /* all that it says */
} HaloHeader;

/* Begins with line "Filename:", ends behind "****". */
bool halo_header_read(HaloLines *l, HaloHeader *out, Arena *a, Error *e) MUST_CHECK;
/* The text begins as a header does, which may be damaged or cut further down; for probes. */
bool halo_header_begins(const Input *in);

/* --- the reader ----------------------------------------------------------------------------- */

typedef enum HaloColumn {
    HALO_TIME,
    HALO_AZIMUTH,
    HALO_ELEVATION,
    HALO_PITCH,
    HALO_ROLL,
    HALO_DOPPLER, /* from here on: rays x gates */
    HALO_INTENSITY,
    HALO_BETA,
    HALO_WIDTH,
    HALO_COLUMNS,
    HALO_RANGE = HALO_COLUMNS, /* gates */
    HALO_VARS,
} HaloColumn;

/* How often, and the line of the first. */
typedef struct HaloOddity {
    uint64_t count, line;
} HaloOddity;

typedef struct HaloReader {
    Reader base;
    Dataset dataset;
    Arena *arena;
    HaloLines lines;
    HaloHeader header;
    size_t ray_columns, gate_columns; /* numbers of a line, the gate's number too */
    uint64_t gates;                   /* of a ray */

    /* schema */
    HaloColumn columns[HALO_VARS]; /* of each variable */
    Dim dims[2];
    uint64_t shape[2]; /* rays, gates */
    Group root;
    double *range;

    /* batch */
    double *values[HALO_COLUMNS]; /* NULL: the file has none */
    size_t batch_rays, rays;
    uint64_t start; /* rays in batches before */
    size_t next_var;
    bool range_told, at_end;

    /* time */
    double hour;      /* of the ray before; NAN: none since the header */
    double add_hours; /* to the hours as written */

    /* what is left out */
    HaloOddity damaged, other_gates, restarts, cut_before_restart, stray;
    uint64_t first_other_gates;   /* gates of the first that has another number of them */
    uint64_t cut_line, cut_gates; /* of a last ray that is not whole; line 0: none */
    uint64_t foreign_line;        /* header of a recording with other gates; reading ended there */
} HaloReader;

/* halo_survey.c: numbers a line and gates a ray, from the first two rays. */
bool halo_survey(HaloReader *r, Error *e) MUST_CHECK;
/* halo_schema.c */
bool halo_schema(HaloReader *r, Error *e) MUST_CHECK;
void halo_set_rows(HaloReader *r, uint64_t rows);
/* halo_rays.c: fills the batch with whole rays; r->rays is less than r->batch_rays at the end. */
bool halo_read_batch(HaloReader *r, Error *e) MUST_CHECK;
/* halo_time.c: sets the hours to be added from the header and the first ray behind it, and for each
 * further ray. */
double halo_hours(HaloReader *r, double hour);
/* halo_finish.c: notes, and the error of a file of which rays had to be left out. */
bool halo_finish(HaloReader *r, Error *e) MUST_CHECK;
