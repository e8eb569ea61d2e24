/* icartt_header.h: what the files of the ICARTT reader share. */
#pragma once

#include "formats/text/text_head.h"
#include "formats/text/text_table.h"

enum { ICARTT_FLAGS_MAX = 8, ICARTT_MISSING_MAX = 1 + ICARTT_FLAGS_MAX };

typedef struct Icartt {
    Arena *arena;
    TextHead head;
    size_t lines; /* of the header, as it says; where the names are, after they have been found */
    size_t next;  /* the line to look at, from 0 */
    bool moved;   /* the header is not as long as it says */
    int64_t year, month, day;
    size_t count; /* dependent variables */
    const char **scales, **fills;
    double flags[ICARTT_FLAGS_MAX]; /* ULOD_FLAG, LLOD_FLAG */
    size_t flag_count;
    double *missing; /* ICARTT_MISSING_MAX for each variable */
    TextAttrs attrs;
    TextColumn *columns;
    TextRecord record;
    bool timed;
} Icartt;

/* "29, 1001, V02_2016": how many lines, and the format index; false: it is none. */
bool icartt_first_line(const char *text, size_t length, int64_t *lines, int64_t *index);
bool icartt_has_letter(const char *text, size_t length);
/* Reads the header; f->arena and f->attrs.arena are set. */
bool icartt_read_header(Icartt *f, const Input *in, Error *e) MUST_CHECK;
