/* pipeline.h: a pipeline = formats + handlers + what comes out, every name resolved before the
 * first file. It is a pure function from bytes to a Report and runs in the sandbox. */
#pragma once

#include "core/input.h"
#include "formats/formats.h"
#include "formats/parts.h"
#include "handlers/lidar.h"
#include "handlers/statistics.h"
#include "pipelines/report.h"

typedef enum JobKind {
    JOB_RUN,     /* everything into the report */
    JOB_PROBE,   /* format and evidence only: for plan */
    JOB_EXPLAIN, /* every probe, and the schema as far as open() gets */
    JOB_SHOW,    /* run, and the header as text */
    JOB_KIND_COUNT,
} JobKind;

typedef struct Pipeline {
    const char *name;                        /* "summary" */
    const Format *format;                    /* only this one, or NULL: by content */
    const void *format_options[FORMATS_MAX]; /* by index in formats_all */
    StatisticsOptions statistics;
    bool derives_lidar; /* also what follows from the rays of a Doppler lidar */
    LidarOptions lidar;
    FormatLimits limits;
    char hash[65]; /* of all that decides the result: name, version, options */
} Pipeline;

/* Runs the job. Never fails: what goes wrong is in the report, allocated from the arena. Of a file
 * that is to be read in parts (kinds run and show) only their number is told: report.parts; of an
 * archive only that it is one: report.container (listing.h unpacks it). */
void pipeline_run(const Pipeline *p, JobKind kind, const Input *in, Arena *a, Report *out);
/* The same, but never in parts. */
void pipeline_run_whole(const Pipeline *p, JobKind kind, const Input *in, Arena *a, Report *out);

/* What a part says; the same process or another one of the same program merges it. */
typedef struct PartAnswer {
    uint8_t *bytes; /* the caller's */
    size_t capacity;
    size_t length; /* 0: it does not fit */
    bool fault;    /* something could not be read: as Report.tainted */
} PartAnswer;
/* Reads one of the parts. Never fails: what goes wrong is in the answer. */
void pipeline_part(const Pipeline *p, size_t part, const Input *in, Arena *a, PartAnswer *out);

/* The answer for a part that cannot be begun. */
void pipeline_part_refused(const Error *e, PartAnswer *out);

/* Where the answer of a part lies. */
typedef struct PartPlace {
    uint64_t offset, length;
} PartPlace;
typedef struct Parts {
    const Input *answers; /* not trusted */
    size_t count;
    PartPlace places[PARTS_MAX];
} Parts;
/* The job's report from the answers of all parts. Never fails. */
void pipeline_merge(const Pipeline *p, JobKind kind, const Input *in, const Parts *parts, Arena *a,
                    Report *out);
