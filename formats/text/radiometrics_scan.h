/* radiometrics_scan.h: which kinds of rows a Radiometrics file has. */
#pragma once

#include "formats/text/text_head.h"

enum { RADIO_TYPES_MAX = 64, RADIO_TYPE_LENGTH = 6, RADIO_TYPE_COLUMN = 2 };

/* A type of record, as the third cell of its rows says: "40" of the row that names the columns of
 * "41" to "49". */
typedef struct RadioType {
    int64_t number;
    char text[RADIO_TYPE_LENGTH];
    const char **cells; /* of a header row */
    size_t count;
    bool long_year; /* its first time is mm/dd/yyyy: types of one file may differ */
} RadioType;

typedef struct RadioFile {
    TextHead head;
    RadioType headers[RADIO_TYPES_MAX], data[RADIO_TYPES_MAX];
    size_t header_count, data_count;
    const char *titles[RADIO_TYPES_MAX]; /* of data[i], "Temperature (K)", as rows 101 have it */
    uint64_t configuration;              /* rows of type 99 */
    Arena *arena;
} RadioFile;

/* Reads all lines. False: reading fails, there are too many types, or the arena is full. */
bool radio_scan(const Input *in, RadioFile *out, Arena *a, Error *e) MUST_CHECK;
/* The header row of a type; NULL: the file has none. */
const RadioType *radio_header_of(const RadioFile *f, int64_t type);
