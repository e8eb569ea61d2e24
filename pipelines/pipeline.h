/* pipeline.h: a pipeline = formats + handlers + what comes out, every name resolved before the
 * first file. It is a pure function from bytes to a Report and runs in the sandbox. */
#pragma once

#include "core/input.h"
#include "formats/formats.h"
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
    FormatLimits limits;
    char hash[65]; /* of all that decides the result: name, version, options */
} Pipeline;

/* Runs the job. Never fails: what goes wrong is in the report, allocated from the arena. */
void pipeline_run(const Pipeline *p, JobKind kind, const Input *in, Arena *a, Report *out);
