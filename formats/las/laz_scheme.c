/* laz_scheme.c: checks the VLR against the point format and finds the decoders. */
#include "formats/las/laz_scheme.h"

/* The VLR's payload. */
enum {
    COMPRESSOR_AT = 0,
    CODER_AT = 2,
    CHUNK_POINTS_AT = 12,
    ITEM_COUNT_AT = 32,
    ITEMS_AT = 34,
    ITEM_SIZE = 6,
};

enum { POINTWISE = 1, POINTWISE_CHUNKED = 2, LAYERED_CHUNKED = 3 };
enum { FIRST_LAYERED_FORMAT = 6, FORMATS = 11, MOST_FIXED_ITEMS = 4 };

static const LazPointItem *const point_items[] = {
    &laz_point10_v1, &laz_point10_v2, &laz_gpstime11_v1,    &laz_gpstime11_v2, &laz_rgb12_v1,
    &laz_rgb12_v2,   &laz_byte_v1,    &laz_wavepacket13_v1, &laz_byte_v2,
};
static const LazLayerItem *const layer_items[] = {
    &laz_point14, &laz_rgb14, &laz_rgbnir14, &laz_wavepacket14, &laz_byte14,
};
enum {
    POINT_ITEMS = sizeof point_items / sizeof *point_items,
    LAYER_ITEMS = sizeof layer_items / sizeof *layer_items,
};

/* Items of a format before the extra bytes, ended by LAZ_BYTE. */
static const uint8_t format_items[FORMATS][MOST_FIXED_ITEMS + 1] = {
    {LAZ_POINT10},
    {LAZ_POINT10, LAZ_GPSTIME11},
    {LAZ_POINT10, LAZ_RGB12},
    {LAZ_POINT10, LAZ_GPSTIME11, LAZ_RGB12},
    {LAZ_POINT10, LAZ_GPSTIME11, LAZ_WAVEPACKET13},
    {LAZ_POINT10, LAZ_GPSTIME11, LAZ_RGB12, LAZ_WAVEPACKET13},
    {LAZ_POINT14},
    {LAZ_POINT14, LAZ_RGB14},
    {LAZ_POINT14, LAZ_RGBNIR14},
    {LAZ_POINT14, LAZ_WAVEPACKET14},
    {LAZ_POINT14, LAZ_RGBNIR14, LAZ_WAVEPACKET14},
};

/* lazrs calls wave packets version 2, but writes them as LASzip writes version 1. */
static const LazPointItem *find_point_item(unsigned type, unsigned version)
{
    if (type == LAZ_WAVEPACKET13 && version == 2)
        version = 1;
    for (size_t i = 0; i < POINT_ITEMS; i++)
        if (point_items[i]->type == type && point_items[i]->version == version)
            return point_items[i];
    return NULL;
}

/* Version 2 is what LASzip's prototype wrote as 3. */
static const LazLayerItem *find_layer_item(unsigned type, unsigned version)
{
    for (size_t i = 0; i < LAYER_ITEMS && version >= 2 && version <= 4; i++)
        if (layer_items[i]->type == type)
            return layer_items[i];
    return NULL;
}

static bool read_part(LazScheme *s, LazPart *part, const uint8_t *item, Error *e)
{
    unsigned type = laz_get16(item), size = laz_get16(item + 2), version = laz_get16(item + 4);
    part->version = version;
    part->at = s->record_bytes;
    part->size = size;
    if (s->layered)
        part->layer = find_layer_item(type, version);
    else
        part->point = find_point_item(type, version);
    if (!part->layer && !part->point)
        return error_coded(e, ERROR_DATA, "unsupported",
                           "the points are compressed by an item of type %u, version %u, that no "
                           "known version of LASzip writes for this point format",
                           type, version);
    unsigned proper = part->layer ? part->layer->size : part->point->size;
    if (size == 0 || (proper && size != proper))
        return error_coded(e, ERROR_DATA, "bad_header",
                           "the LASzip record says that an item of type %u has %u bytes", type,
                           size);
    s->record_bytes += size;
    if (part->layer)
        s->layers += part->layer->layers ? part->layer->layers : size;
    return true;
}

/* Whether the items are those of the point format, then extra bytes. */
static bool items_fit(const LazScheme *s, unsigned point_format)
{
    const uint8_t *wanted = format_items[point_format];
    for (size_t i = 0; i < s->part_count; i++) {
        const LazPart *part = &s->parts[i];
        unsigned type = part->layer ? part->layer->type : part->point->type;
        bool extra = type == LAZ_BYTE || type == LAZ_BYTE14;
        if (*wanted == LAZ_BYTE ? !extra : type != *wanted)
            return false;
        if (*wanted != LAZ_BYTE)
            wanted++;
    }
    return *wanted == LAZ_BYTE;
}

static bool read_parts(LazScheme *s, const LazPlace *place, Error *e)
{
    unsigned count = laz_get16(place->vlr + ITEM_COUNT_AT);
    if (count == 0 || count > (place->vlr_size - ITEMS_AT) / ITEM_SIZE)
        return error_coded(e, ERROR_DATA, "bad_header",
                           "the LASzip record promises %u items in %zu bytes", count,
                           place->vlr_size);
    if (count > LAZ_MOST_ITEMS)
        return error_coded(e, ERROR_DATA, "unsupported",
                           "the points are compressed by %u items, more than any point format has",
                           count);
    s->part_count = count;
    for (size_t i = 0; i < count; i++)
        if (!read_part(s, &s->parts[i], place->vlr + ITEMS_AT + i * ITEM_SIZE, e))
            return false;
    if (s->record_bytes != place->record_bytes)
        return error_coded(e, ERROR_DATA, "bad_header",
                           "the header says that a point has %zu bytes, the LASzip record %zu",
                           place->record_bytes, s->record_bytes);
    return items_fit(s, place->point_format) ||
           error_coded(e, ERROR_DATA, "bad_header",
                       "the items of the LASzip record are not those of point format %u",
                       place->point_format);
}

bool laz_scheme_read(LazScheme *s, const LazPlace *place, Error *e)
{
    *s = (LazScheme){0};
    if (place->vlr_size < ITEMS_AT)
        return error_coded(e, ERROR_DATA, "bad_header",
                           "the LASzip record has %zu bytes, fewer than the %d it needs",
                           place->vlr_size, ITEMS_AT);
    unsigned compressor = laz_get16(place->vlr + COMPRESSOR_AT);
    unsigned coder = laz_get16(place->vlr + CODER_AT);
    bool layered = place->point_format >= FIRST_LAYERED_FORMAT;
    bool known = layered ? compressor == LAYERED_CHUNKED
                         : compressor == POINTWISE || compressor == POINTWISE_CHUNKED;
    if (place->point_format >= FORMATS || !known || coder != 0)
        return error_coded(
            e, ERROR_DATA, "unsupported",
            "points of format %u are compressed by LASzip's compressor %u, coder %u, "
            "which is not known",
            place->point_format, compressor, coder);
    s->layered = layered;
    s->chunked = compressor != POINTWISE;
    s->chunk_points = laz_get32(place->vlr + CHUNK_POINTS_AT);
    if (s->chunk_points == 0)
        s->chunk_points = LAZ_VARYING;
    return read_parts(s, place, e);
}
