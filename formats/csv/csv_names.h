/* csv_names.h: names and units as a header or its comments give them. */
#pragma once

#include "formats/csv/csv_table.h"

typedef struct CsvNames {
    const char **names, **units;
    size_t count, unit_count;
} CsvNames;

/* True if half of the cells that say anything are units, and none is a number. */
bool csv_are_units(const char *const *cells, size_t count);
/* The unit without the brackets that may stand around it; NULL: arena full. */
const char *csv_unit_text(const char *cell, Arena *a);
/* Names (and units) from the comments above the data: the last comment that has a word for every
 * column, or a list "Col. 3 : Air temperature (degC)". `line`: only that one; -1: any. */
bool csv_names_in_comments(CsvLayout *l, int64_t line, Arena *a, CsvNames *out);
/* Fills units that are still unknown from comments like "Pressure: hPa". */
void csv_units_in_comments(CsvLayout *l, Arena *a);
/* The units in brackets at the end of a name, "Temp 2m (C)", "CTD [psu]"; NULL: none. */
const char *csv_units_of_name(const char *name, Arena *a);
/* The same, or without brackets: "Gage height, feet", "air_pressure_hPa", "degC". */
const char *csv_units_in_name(const char *name, Arena *a);
/* "Wind (min)" beside "Wind (max)" is the least wind, not one in minutes. */
bool csv_is_least(const CsvLayout *l, const char *units);
/* Fills units that are still unknown where most names of the table end in units: "Pa/kPa",
 * "Ta/dsC"; "Temp (C)", "PPFD (umol/m2s)". */
void csv_units_in_names(CsvLayout *l, Arena *a);
/* Entry "Col. 3 : Air temperature (degC)" of a list of columns: its number, and the name. */
bool csv_list_entry(StringView text, size_t *number, StringView *name);
