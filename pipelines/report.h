/* report.h: what a pipeline says about one unit, and its bytes on the way from a sandboxed child to
 * the orchestrator. The child is not trusted: report_decode checks every length, count, number and
 * enum before it believes a byte. */
#pragma once

#include "core/arena.h"
#include "core/dataset.h"
#include "core/summary.h"

typedef enum ReportState {
    REPORT_DONE,
    REPORT_PARTIAL,      /* something is good and reported, `error` says what is not */
    REPORT_FAILED,       /* nothing of use: `error` */
    REPORT_UNRECOGNISED, /* no format knows it; `error` has what it seems to be */
} ReportState;

typedef struct ReportVariable {
    const char *name, *units, *standard_name, *long_name; /* "" where the file has none */
    DataType type;
    size_t rank;
    const uint64_t *shape;
    SummaryResult result;
    const char *code, *reason, *place; /* "" unless it could not be read */
} ReportVariable;

typedef struct ReportProbe {
    const char *format, *evidence;
    unsigned sure; /* Sureness */
} ReportProbe;

typedef struct Report {
    ReportState state;
    const char *format, *model, *convention, *evidence;
    const char *guessed; /* "key: value" lines of what the reader guessed */
    bool rows_known;
    uint64_t rows, variable_count, group_count;         /* groups without the root */
    const char *time_variable, *first_time, *last_time; /* "" where unknown; ISO 8601 */
    const char *stage; /* "open", "read", "compute": where `error` came from */
    Error error;
    bool is_data;   /* false: the signature says that it holds no measurements */
    bool tainted;   /* Reader.tainted; stays in the process */
    bool container; /* an archive: nothing was read yet, its members are to be unpacked */
    uint32_t parts; /* > 1: nothing was read yet, the file is to be read in so many parts */
    const char **notes, **facts;
    size_t note_count, fact_count;
    ReportVariable *variables;
    size_t variable_rows; /* length of variables: the file's own, variable_count unless it failed
                             early, and behind them what a pipeline derives */
    ReportProbe *probes;  /* only for an explain job */
    size_t probe_count;
    const char *text; /* only for a show job: the header as text */
} Report;

/* Writes r into out[0..capacity); returns its length or 0 when it does not fit. */
size_t report_encode(const Report *r, uint8_t *out, size_t capacity);
/* Everything in *out is copied into the arena: `bytes` may change under our hands afterwards (pass
 * a private copy). ERROR_DATA, code "bad_report": what is wrong at which byte. */
bool report_decode(const uint8_t *bytes, size_t length, Arena *a, Report *out, Error *e) MUST_CHECK;
