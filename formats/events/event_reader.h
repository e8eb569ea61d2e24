/* event_reader.h: the open file: its records' values in batches, its batches as blocks. */
#pragma once

#include "formats/events/event_geojson.h"
#include "formats/events/event_stream.h"
#include "formats/format.h"

/* The values of one variable that are not handed out yet. */
typedef struct EventColumn {
    int32_t field;
    uint64_t start; /* instance of the first value */
    size_t filled;
    union {
        int8_t *bytes;
        int64_t *integers;
        uint64_t *naturals;
        double *numbers;
        StringView *strings;
        void *any;
    };
} EventColumn;

typedef struct EventReader {
    Reader base;
    Dataset dataset;
    Group root;
    Arena *arena;
    EventFields fields;
    EventStream stream;
    EventColumn *columns; /* one for each variable */
    size_t capacity;      /* values of a column */
    size_t item;          /* next of the record at hand */
    bool within;          /* of a record: its last instances may still get values */
    size_t telling;       /* the column to hand out next; var_count: none */
    uint64_t handed;      /* values of it in the last block */
    EventStep step;
    int32_t time_field;
    bool is_geo; /* features of GeoJSON */
    EventGeo geo;
} EventReader;

/* "records", or "values" where these are counted. */
const char *event_word(const EventReader *r);
/* Reads the file once: which fields there are and what they hold. */
bool event_survey(EventReader *r, Error *e) MUST_CHECK;
/* Variables, dimensions, notes, and room for the values. */
bool event_schema(EventReader *r, Error *e) MUST_CHECK;
bool event_next(Reader *reader, Block *out, bool *end, Error *e);
