/* las_crs.h: the coordinate reference system of a LAS file, from GeoTIFF keys (OGC 19-008r4) or WKT
 * (OGC 01-009, 18-010). What the file does not say stays open: nothing is looked up in a registry.
 */
#pragma once

#include "formats/las/las_vlr.h"

typedef struct LasCrs {
    int64_t epsg, vertical_epsg;      /* 0: not told */
    const char *name, *vertical_name; /* NULL: not told */
    const char *wkt;                  /* NULL: none */
    bool geographic;                  /* x, y are longitude and latitude */
    bool geocentric;                  /* x, y, z from the centre of the earth */
    const char *units;                /* of x, y in UDUNITS' words; NULL: not told */
    const char *vertical_units;       /* of z */
} LasCrs;

/* The keys or the WKT, whichever the header declares to hold; if that says nothing, the other. */
void las_crs_find(const LasHeader *h, const LasVlrs *v, Arena *a, LasCrs *out);

/* las_geokeys.c and las_wkt.c: each what one of them says. False: nothing. */
bool las_geokeys_read(const LasVlrs *v, Arena *a, LasCrs *out);
bool las_wkt_read(const char *wkt, Arena *a, LasCrs *out);
