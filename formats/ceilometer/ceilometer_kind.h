/* ceilometer_kind.h: what differs between the makes: header, lines, columns, bits. */
#pragma once

#include "core/text.h"

enum {
    CEILOMETER_HEADER_SIZE = 10, /* the longest, with its NUL */
    CEILOMETER_LAYERS = 5,
    CEILOMETER_BASES = 4,
};

/* The variables of all kinds, in the order of the dataset. */
typedef enum CeilometerValue {
    VALUE_TIME,
    VALUE_RANGE,
    VALUE_BACKSCATTER,
    VALUE_BASE_1,
    VALUE_BASE_2,
    VALUE_BASE_3,
    VALUE_BASE_4,
    VALUE_VERTICAL_VISIBILITY,
    VALUE_HIGHEST_SIGNAL,
    VALUE_DETECTION,
    VALUE_WARNING,
    VALUE_STATUS,
    VALUE_CHECKSUM,
    VALUE_SKY_STATUS,
    VALUE_SKY_VISIBILITY,
    VALUE_SKY_COVER,
    VALUE_SKY_HEIGHT,
    VALUE_SCALE,
    VALUE_RESOLUTION,
    VALUE_ENERGY,
    VALUE_TEMPERATURE,
    VALUE_TRANSMISSION,
    VALUE_SENSITIVITY,
    VALUE_CONTAMINATION,
    VALUE_TILT,
    VALUE_BACKGROUND,
    VALUE_PULSES,
    VALUE_RATE,
    VALUE_SUM,
    VALUE_COUNT,
} CeilometerValue;

/* A number at a fixed place of a line. */
typedef struct CeilometerField {
    CeilometerValue value;
    size_t column, width;
    double factor;
} CeilometerField;

typedef struct CeilometerBit {
    int bit;
    const char *meaning;
} CeilometerBit;

/* What a message holds beside its header and status line. */
typedef struct CeilometerPlan {
    bool known, sky, profile;
} CeilometerPlan;

typedef struct CeilometerKind {
    const char *mark; /* first two letters of the header */
    size_t header_length;
    size_t software_digits;
    const char *maker, *model;
    bool has_checksum;
    bool sky_last;           /* the sky condition line stands behind the profile */
    size_t layers;           /* of the sky condition line */
    size_t bases;            /* heights in the status line */
    size_t base_column;      /* of the first */
    size_t status_length;    /* the whole line */
    size_t status_column;    /* of the status bits */
    uint64_t metre_bit;      /* of the status bits: heights are metres, not feet */
    char obscured;           /* detection status: vertical visibility in place of a cloud base */
    size_t parameter_length; /* the whole line */
    size_t gate_digits;
    size_t profile_lines, profile_index; /* lines, and the characters that number each */
    size_t gates;                        /* 0: as the parameter line says */
    double resolution_m;
    double counts;                          /* of a gate that are 1 sr-1 m-1 at a scale of 100 % */
    const char *pulse_unit;                 /* of the number of pulses */
    size_t settings_column, settings_width; /* measurement parameters in letters; 0: none */
    const CeilometerField *fields;          /* of the parameter line */
    size_t field_count;
    const CeilometerField *status_fields;
    size_t status_field_count;
    const CeilometerBit *bits;
    size_t bit_count;
    CeilometerPlan (*plan)(int number, int subclass);
} CeilometerKind;

extern const CeilometerKind *const ceilometer_kinds[]; /* ends with NULL */
/* CL51 messages (subclass 6 and 8) differ from those of a CL31 in their length only. */
const char *ceilometer_model(const CeilometerKind *k, int subclass);
/* What the status bits mean, highest first. ceilometer_bits.c */
enum { CEILOMETER_BITS_CL = 33, CEILOMETER_BITS_CT = 24, CEILOMETER_BITS_CS = 45 };
extern const CeilometerBit ceilometer_bits_cl[CEILOMETER_BITS_CL];
extern const CeilometerBit ceilometer_bits_ct[CEILOMETER_BITS_CT];
extern const CeilometerBit ceilometer_bits_cs[CEILOMETER_BITS_CS];
