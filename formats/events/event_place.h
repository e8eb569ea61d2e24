/* event_place.h: where in a file of records reading is. */
#pragma once

#include "core/input.h"
#include "formats/csv/csv_table.h"
#include "formats/events/event_parse.h"
#include "formats/text/text_head.h"

typedef enum EventMode {
    EVENT_LINES,        /* NDJSON: a record is a line */
    EVENT_CONCATENATED, /* a record may take several lines, or a part of one */
    EVENT_ARRAY,        /* one array around all records */
    EVENT_ENVELOPE,     /* an object around that array */
    EVENT_COLUMNS,      /* an object of arrays: value i of all of them is record i */
} EventMode;

typedef enum EventStep {
    EVENT_RECORD, /* its values are in parser.items, until event_stream_fill() */
    EVENT_FILL,   /* event_stream_fill() must be called to go on */
    EVENT_END,
} EventStep;

enum { EVENT_FAULTS_SHOWN = 3, EVENT_PATH_MAX = 4, EVENT_ATTRS_MAX = 100 };

/* Where in an object the array of records, or the object of columns, is: the keys that lead to it.
 */
typedef struct EventPath {
    const char *keys[EVENT_PATH_MAX];
    size_t depth;
} EventPath;

typedef enum EventMembers {
    EVENT_FIRST_MEMBER, /* behind '{' */
    EVENT_MEMBER,       /* behind ',' */
    EVENT_BEHIND_MEMBER,
} EventMembers;

typedef struct EventFault {
    uint64_t line;
    uint64_t record; /* from 1; of columns the value */
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

    /* the object around the records */
    EventPath path;
    size_t level; /* objects that were entered */
    EventMembers members;
    int32_t column;   /* field of the array at hand */
    uint64_t element; /* values of it so far */
    TextAttrs *attrs; /* what else the object says goes here; NULL: nowhere */
} EventStream;

/* What the head tells of a file. */
typedef struct EventShape {
    EventMode mode;
    EventPath path;
} EventShape;

static inline char *event_place_here(const EventStream *s)
{
    return s->text.bytes + s->text.at;
}

static inline char *event_place_end(const EventStream *s)
{
    return s->text.bytes + s->text.length;
}

/* Past what has been read, counting lines. */
static inline void event_place_advance(EventStream *s, const char *to)
{
    uint64_t lines = 0;
    for (const char *p = event_place_here(s); p < to; p++)
        lines += *p == '\n';
    s->line += lines;
    s->text.at = (size_t)(to - s->text.bytes);
}

static inline void event_place_skip_blanks(EventStream *s)
{
    event_place_advance(s, event_skip_blanks(event_place_here(s), event_place_end(s)));
}

/* What begins in `line` is no record. */
void event_place_set_aside(EventStream *s, uint64_t line, const char *what);
