/* parsivel_fields.h: the measured values of OTT Parsivel disdrometers, by number and by name. */
#pragma once

#include "formats/text/text_table.h"

enum {
    PARSIVEL_CLASSES = 32,
    PARSIVEL_SPECTRUM = PARSIVEL_CLASSES * PARSIVEL_CLASSES,
    PARSIVEL_FIELD_MAX = 99,
    PARSIVEL_TIME = 20,
    PARSIVEL_DATE = 21,
    PARSIVEL_CONCENTRATION = 90,
    PARSIVEL_VELOCITY = 91,
    PARSIVEL_RAW = 93,
};

typedef struct ParsivelField {
    int number;          /* of the maker's list of measured values */
    const char *name;    /* in a telegram */
    const char *heading; /* in a table, up to its units; NULL: it is not there */
    TextKind kind;
    const char *units, *long_name, *standard_name;
} ParsivelField;

/* NULL: not known. */
const ParsivelField *parsivel_field(int number);
/* The field whose heading this is, units left out, capitals or not; NULL: none. */
const ParsivelField *parsivel_field_of_heading(const char *heading);
/* Sets what the field says of the column but its name. */
void parsivel_describe(const ParsivelField *f, TextColumn *c);
/* The raw spectrum from column `first` on: velocities, and for each the diameters. */
TextStack parsivel_spectrum(size_t first);
/* The values of 90 or 91 from column `first` on, by diameter. */
TextStack parsivel_by_diameter(size_t first, int number);
