/* psl_sites.h: what the columns of NOAA PSL's surface stations are, for which no file says it. */
#pragma once

#include <stddef.h>

typedef struct PslColumn {
    const char *name, *units, *long_name, *standard_name;
} PslColumn;

typedef struct PslSite {
    const char *id, *place;
    const unsigned char *columns; /* indices of psl_columns, behind the date */
    size_t count;
    double latitude, longitude, altitude_m;
} PslSite;

extern const PslColumn psl_columns[];
/* The site of the file "ctd22187.00m" if it has so many columns behind the date, else NULL. */
const PslSite *psl_site_of(const char *file_name, size_t columns);
