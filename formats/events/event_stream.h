/* event_stream.h: a file -> its records, one after the other; what is no record is set aside. */
#pragma once

#include "core/input.h"
#include "formats/csv_table.h"
#include "formats/events/event_parse.h"

typedef enum EventMode {
    EVENT_LINES,        /* NDJSON: a record is a line */
    EVENT_CONCATENATED, /* a record may take several lines, or a part of one */
    EVENT_ARRAY,        /* one array around all records */
} EventMode;

typedef enum EventStep {
    EVENT_RECORD, /* its values are in parser.items, until event_stream_fill() */
    EVENT_FILL,   /* event_stream_fill() must be called to go on */
    EVENT_END,
} EventStep;

enum { EVENT_FAULTS_SHOWN = 3 };

typedef struct EventFault {
    uint64_t line;
    const char *what;
} EventFault;

typedef struct EventStream {
    const Input *in;
    Arena *arena;
    EventMode mode;
    size_t bom_bytes;
    CsvText text;
    EventParser parser;
    uint64_t line, record_line; /* from 1 */
    uint64_t records, faults;
    bool cut; /* the last fault is the end of the file */
    EventFault shown[EVENT_FAULTS_SHOWN];
    bool lost;                   /* behind a fault: looks for the next line that begins a record */
    bool inside, behind, closed; /* the array; a record in it; the array has ended */
    bool begun, own_lines;
    size_t indent; /* of the lines that begin a record */
    char opening;
} EventStream;

bool event_stream_init(EventStream *s, const Input *in, EventMode mode, EventFields *fields,
                       Arena *a, Error *e) MUST_CHECK;
/* To the first record again. */
void event_stream_restart(EventStream *s);
EventStep event_stream_next(EventStream *s);
bool event_stream_fill(EventStream *s, Error *e) MUST_CHECK;
