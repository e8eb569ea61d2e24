/* las_vlr.h: variable length records of a LAS file, those before the points and the extended ones
 * behind them. Only what a reader needs is kept. */
#pragma once

#include "formats/las/las_header.h"

typedef struct LasBytes {
    const uint8_t *bytes; /* NULL: there is none */
    size_t size;
} LasBytes;

typedef struct LasVlrs {
    LasBytes geo_keys, geo_ascii; /* LASF_Projection 34735, 34737 */
    LasBytes wkt;                 /* LASF_Projection 2112 */
    LasBytes wkt_of_liblas;       /* liblas 2112: the same, by a writer before LAS 1.4 */
    LasBytes extra_bytes;         /* LASF_Spec 4 */
    LasBytes area;                /* LASF_Spec 3: a text on the area */
    LasBytes laszip;              /* laszip encoded 22204 */
    const char *list;             /* all of them: "LASF_Projection 34735, ...", or NULL */
} LasVlrs;

/* Lists that are wrong or cut end with a note, but for `cut`: the file ends inside of an extended
 * record. It is an error to be told behind the points; kind ERROR_NONE: it does not. False: reading
 * fails, or the arena is full. */
bool las_vlrs_read(const Input *in, const LasHeader *h, Dataset *notes, LasVlrs *out, Error *cut,
                   Error *e) MUST_CHECK;
