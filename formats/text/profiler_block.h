/* profiler_block.h: one profile of a NOAA PSL wind profiler, as text. */
#pragma once

#include "formats/text/text_head.h"

enum {
    PROFILER_GATES_MAX = 2000,
    PROFILER_COLUMNS_MAX = 32,
    PROFILER_BEAMS_MAX = 8,
    PROFILER_DATE_CELLS = 7, /* yy mm dd hh mm ss and the minutes from UTC */
};

/* The lines of a block that stand above its gates. */
typedef struct ProfilerHeader {
    StringView site, type, place, date, consensus, windows, pulses, gates, beams, names;
} ProfilerHeader;

/* A block: its header, and the cells of its gates by column. Views are into the block's own copy.
 */
typedef struct ProfilerBlock {
    char *text; /* the lines, with CSV_SLACK readable bytes behind */
    size_t length, capacity;
    uint64_t line; /* the first */
    ProfilerHeader header;
    CsvCell date[PROFILER_DATE_CELLS];
    size_t columns, gates; /* gates that are there */
    size_t promised;       /* gates that the header says */
    CsvCell *cells;        /* PROFILER_COLUMNS_MAX * PROFILER_GATES_MAX */
    bool unfinished;       /* the file ends within it */
    bool whole;            /* header and all gates are as they should be */
} ProfilerBlock;

/* The cell of a column and a gate. */
static inline CsvCell *profiler_cell(ProfilerBlock *b, size_t column, size_t gate)
{
    return &b->cells[column * PROFILER_GATES_MAX + gate];
}

bool profiler_block_init(ProfilerBlock *b, Arena *a, Error *e) MUST_CHECK;
/* The next block: up to a line "$" or the end of the file. */
bool profiler_block_next(ProfilerBlock *b, TextLines *lines, bool *end, Error *e) MUST_CHECK;
