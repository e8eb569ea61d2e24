/* ceilometer_message.h: one message, checked and taken apart. */
#pragma once

#include "formats/ceilometer/ceilometer_frames.h"

typedef enum CeilometerSum {
    SUM_NONE, /* the format has none, or the logger has dropped it */
    SUM_GOOD,
    SUM_BAD,
} CeilometerSum;

/* What profiles look like: the same in all messages of most files. */
typedef struct CeilometerShape {
    size_t gates; /* 0: messages without a profile */
    double resolution_m;
} CeilometerShape;

/* CRC-16 (polynomial 0x1021, from 0xFFFF, inverted at the end) over what the instrument sent behind
 * SOH up to and including ETX. */
typedef struct CeilometerCrc {
    uint16_t table[256];
    size_t sky_width; /* of the sky condition line that fitted last; 0: as it is */
} CeilometerCrc;
void ceilometer_crc_init(CeilometerCrc *c);
/* Puts back what loggers strip: STX, CR, ETX, the blanks ahead of the sky condition line. */
CeilometerSum ceilometer_sum(CeilometerCrc *c, const CeilometerFrame *f);

/* False: the lines are not those that the header promises. */
bool ceilometer_shape(const CeilometerFrame *f, CeilometerShape *out);

/* The values of a message; NaN and -1: missing. */
typedef struct CeilometerMessage {
    double values[VALUE_COUNT]; /* those with one value a message */
    int64_t status;
    double cover[CEILOMETER_LAYERS], height_m[CEILOMETER_LAYERS];
    bool feet;
    bool profile_good; /* all gates are in `profile` */
} CeilometerMessage;

/* All missing. */
void ceilometer_message_clear(CeilometerMessage *m);
/* `profile`: shape.gates values, NULL if its shape is not wanted. False: it has not the lines that
 * its header promises. */
bool ceilometer_message(const CeilometerFrame *f, CeilometerMessage *out, double *profile,
                        size_t gates);
/* The instrument's settings in letters ("L0016HN15"), length 0: none. */
StringView ceilometer_settings(const CeilometerFrame *f);
