/* reading.h: one unit on its way through a pipeline, as the files that take it there share it. */
#pragma once

#include "pipelines/pipeline.h"

/* In the order in which they see a block and end; the last is in every pipeline. */
enum { LIDAR, STATISTICS, COVERAGE, CONVENTIONS, HANDLER_COUNT };
extern const Handler *const reading_handlers[HANDLER_COUNT];

/* Lives on the stack of pipeline_run and its like. */
typedef struct Reading {
    const Pipeline *pipeline;
    JobKind kind;
    const Input *in;
    Arena *arena;
    Report *report;
    const Format *format;        /* NULL: none was found */
    Reader *reader;              /* NULL: not open */
    void *states[HANDLER_COUNT]; /* NULL: not in this pipeline, or not begun */
    Error error;                 /* why reading ended early; kind ERROR_NONE: it did not */
} Reading;

/* A copy of the text for the report; "" for NULL and when the arena is full. */
const char *reading_keep(Reading *r, const char *text);
/* Closes the report as failed; the stage says how far it got. */
void reading_fail(Reading *r, const char *stage, const Error *e);

/* reading_open.c: which format reads the unit, and opening it. False: the report says why not. */
bool reading_choose(Reading *r);
bool reading_open(Reading *r);
void reading_close(Reading *r);

/* reading_report.c: what the schema says, and from the handlers' states what was read, as far as
 * reading got. */
void reading_report_schema(Reading *r);
void reading_report(Reading *r);
