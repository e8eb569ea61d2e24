/* laz_scheme.h: how a file is compressed, as its VLR "laszip encoded" says (record 22204). */
#pragma once

#include "formats/las/laz.h"
#include "formats/las/laz_item.h"

enum { LAZ_MOST_ITEMS = 8 };

/* One group of a record's fields. */
typedef struct LazPart {
    const LazPointItem *point; /* formats 0-5 */
    const LazLayerItem *layer; /* formats 6-10 */
    unsigned version;
    size_t at, size; /* in the record */
} LazPart;

typedef struct LazScheme {
    bool chunked;          /* there is a chunk table */
    bool layered;          /* formats 6-10 */
    uint32_t chunk_points; /* of every chunk but the last; LAZ_VARYING: the chunk table says */
    size_t record_bytes;
    size_t layers; /* of all items together */
    size_t part_count;
    LazPart parts[LAZ_MOST_ITEMS];
} LazScheme;

#define LAZ_VARYING UINT32_MAX

/* ERROR_DATA: bad_header where the VLR contradicts itself or the header, unsupported for what
 * LASzip has never written. */
bool laz_scheme_read(LazScheme *s, const LazPlace *place, Error *e) MUST_CHECK;
