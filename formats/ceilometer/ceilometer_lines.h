/* ceilometer_lines.h: a log of messages line by line.
 *
 * A line ends at CR, LF or EOT, and ahead of ETX: loggers keep or drop each of them as they like,
 * and the next record may follow EOT at once. Empty lines are passed over. */
#pragma once

#include "core/input.h"
#include "core/text.h"

enum {
    CEILOMETER_SOH = 1,
    CEILOMETER_STX = 2,
    CEILOMETER_ETX = 3,
    CEILOMETER_EOT = 4,
    CEILOMETER_LINE_MAX = 65536, /* 9999 gates of 5 digits are the longest */
    CEILOMETER_WINDOW = 4 * CEILOMETER_LINE_MAX,
};

typedef struct CeilometerLine {
    StringView text; /* until the next call */
    uint64_t offset; /* of its first byte */
    bool ended;      /* the file does not end with its last character */
} CeilometerLine;

typedef struct CeilometerLines {
    const Input *in; /* NULL: the window holds all there is */
    char *window;
    size_t room;     /* bytes of the window: CEILOMETER_WINDOW, or as many as the file has */
    uint64_t offset; /* of the window's first byte */
    size_t begin, end;
} CeilometerLines;

/* *end is set behind the last line. */
bool ceilometer_lines_next(CeilometerLines *l, CeilometerLine *out, bool *end, Error *e) MUST_CHECK;
/* The next line begins with byte `at` of the line last given. */
void ceilometer_lines_back(CeilometerLines *l, const CeilometerLine *line, size_t at);
