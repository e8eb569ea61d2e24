/* ceilometer_reader.h: what the parts of the ceilometer reader share. */
#pragma once

#include "formats/ceilometer/ceilometer_message.h"
#include "formats/format.h"

/* Missing values of the variables that have no NaN. */
enum { CEILOMETER_BYTE_MISSING = -127, CEILOMETER_STATUS_MISSING = -1 };

/* Things that happened, and where first. */
typedef struct CeilometerOddity {
    uint64_t count, offset;
} CeilometerOddity;

/* What a first reading of the whole file tells. */
typedef struct CeilometerSurvey {
    const CeilometerKind *kind; /* of most messages */
    CeilometerShape shape;      /* of most profiles of that kind */
    uint64_t rows, timed;
    bool sky, profile;
    CeilometerOddity broken; /* messages that break off */
    bool cut;                /* the last message, by the end of the file */
    uint64_t cut_offset;
    CeilometerHeader header; /* of the first sound message of the kind */
    StringView settings;
    bool has_header, feet;
} CeilometerSurvey;

/* Rows of a variable that are ready to be handed out. */
typedef struct CeilometerColumn {
    size_t var;   /* index in the dataset; NO_VAR: these messages do not have it */
    size_t width; /* values of a row */
    void *values; /* batch_rows * width of them */
} CeilometerColumn;

typedef struct Ceilometer {
    Reader reader;
    Dataset dataset;
    Input in;
    CeilometerFrames frames;
    CeilometerCrc crc;
    CeilometerSurvey survey;
    CeilometerColumn columns[VALUE_COUNT];
    double *range_m; /* middle of each gate */
    bool range_told;
    size_t batch_rows; /* room in the columns */
    size_t filled;     /* rows in them */
    uint64_t start;    /* row of the first of them */
    size_t value;      /* the column that is handed out next */
    bool ended;
    bool is_ld40;
    CeilometerOddity bad_sums, without_time, without_sum, misshapen, foreign, odd_profiles,
        restarts;
    uint64_t good; /* messages whose values are used */
} Ceilometer;

static inline void ceilometer_count(CeilometerOddity *o, uint64_t offset)
{
    if (o->count++ == 0)
        o->offset = offset;
}

/* ceilometer_survey.c: from the file's start to its end; the frames are rewound. */
bool ceilometer_survey(Ceilometer *c, Error *e) MUST_CHECK;
bool ceilometer_rewind(Ceilometer *c, Error *e) MUST_CHECK;

/* ceilometer_schema.c: dimensions, variables and columns, after the survey. */
bool ceilometer_schema(Ceilometer *c, Error *e) MUST_CHECK;
/* What stands above the first message as "key: value". */
bool ceilometer_preamble(Ceilometer *c, Error *e) MUST_CHECK;

/* ceilometer_rows.c: the next message into row `filled`; *end behind the last. */
bool ceilometer_row(Ceilometer *c, bool *end, Error *e) MUST_CHECK;
/* Notes; false where the file is cut or nothing of it can be used. */
bool ceilometer_finish(Ceilometer *c, Error *e) MUST_CHECK;

/* ceilometer_ld40.c: .BSC tables of an LD40. */
bool ceilometer_is_ld40(const Input *in);
bool ceilometer_ld40_survey(Ceilometer *c, Error *e) MUST_CHECK;
bool ceilometer_ld40_row(Ceilometer *c, bool *end, Error *e) MUST_CHECK;
