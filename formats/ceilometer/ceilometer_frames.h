/* ceilometer_frames.h: messages in a log, found by their own marks and never by counting lines.
 *
 * A message begins with its header ("CL020221" between SOH and STX, which loggers drop) and ends
 * with ETX and four digits of checksum, or what a logger has left of them. */
#pragma once

#include "formats/ceilometer/ceilometer_kind.h"
#include "formats/ceilometer/ceilometer_lines.h"

enum { CEILOMETER_FRAME_LINES = 24, CEILOMETER_FRAME_BYTES = CEILOMETER_LINE_MAX + 4096 };

typedef struct CeilometerHeader {
    const CeilometerKind *kind;
    char text[CEILOMETER_HEADER_SIZE];
    int number, subclass; /* as the header says; 0: it has none */
    uint64_t offset;
    bool has_time;
    double time; /* seconds since 1970; the logger's */
} CeilometerHeader;

typedef struct CeilometerFrame {
    CeilometerHeader header;
    size_t count;                             /* lines, the header's first */
    StringView lines[CEILOMETER_FRAME_LINES]; /* without stamps, control characters, line ends */
    bool whole;     /* with its end mark; of a kind without checksum: with all its lines */
    bool at_end;    /* not whole: cut by the end of the file */
    bool restarted; /* another message without a time of its own begins in it */
    bool has_sum;
    uint16_t sum;    /* as the message says */
    bool terminated; /* its last line has a line end */
} CeilometerFrame;

typedef struct CeilometerFrames {
    CeilometerLines lines;
    CeilometerFrame frame;
    char *text;  /* of the frame's lines */
    size_t room; /* bytes of it: CEILOMETER_FRAME_BYTES, or as many as the file has */
    size_t used;
    bool open;      /* the frame has begun */
    bool etx;       /* ETX has come, the checksum has not */
    bool has_stamp; /* a time stands ahead of the next message */
    double stamp;
    bool waiting; /* the header of the next frame has been read already */
    CeilometerHeader next;
} CeilometerFrames;

/* The next message into f->frame, whole or broken off; *end behind the last. The frame lives until
 * the next call. */
bool ceilometer_frames_next(CeilometerFrames *f, bool *end, Error *e) MUST_CHECK;
/* The header in a line, behind SOH or at its start. */
bool ceilometer_header(StringView line, CeilometerHeader *out);
/* "30 01230 12340 ///// ": how the line below a header begins. */
bool ceilometer_is_status(StringView line);
