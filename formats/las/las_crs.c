/* las_crs.c: chooses between GeoTIFF keys and well-known text. */
#include "formats/las/las_crs.h"

#include "formats/las/las_bytes.h"

/* EPSG codes of vertical systems whose unit they fix: NAVD88 in three units, EGM96, EGM2008. */
typedef struct Vertical {
    int64_t epsg;
    const char *units;
} Vertical;

static const Vertical verticals[] = {
    {5703, "m"}, {6360, "US_survey_foot"}, {8228, "foot"}, {5773, "m"}, {3855, "m"}, {5798, "m"},
};

/* The zones of Universal Transverse Mercator, which is in metres: WGS 84, NAD83, NAD27, ETRS89. */
static bool is_utm(int64_t epsg)
{
    return (epsg >= 32601 && epsg <= 32660) || (epsg >= 32701 && epsg <= 32760) ||
           (epsg >= 26901 && epsg <= 26923) || (epsg >= 26701 && epsg <= 26722) ||
           (epsg >= 25828 && epsg <= 25838);
}

static bool read_wkt(const LasVlrs *v, Arena *a, LasCrs *out)
{
    const LasBytes *from = v->wkt.bytes ? &v->wkt : &v->wkt_of_liblas;
    const char *text = from->bytes ? las_text(from->bytes, from->size, a) : NULL;
    bool told = text && las_wkt_read(text, a, out);
    if (!told)
        *out = (LasCrs){0};
    out->wkt = text;
    return told;
}

/* Longitude and latitude are in degrees in all of them that lidar comes in. */
static void complete(LasCrs *c)
{
    if (!c->units && is_utm(c->epsg))
        c->units = "m";
    if (c->geocentric && !c->units)
        c->units = "m";
    if (c->geocentric && !c->vertical_units)
        c->vertical_units = c->units;
    for (size_t i = 0; i < sizeof verticals / sizeof *verticals; i++)
        if (!c->vertical_units && c->vertical_epsg == verticals[i].epsg)
            c->vertical_units = verticals[i].units;
}

static void add(LasCrs *to, const LasCrs *other)
{
    if (!to->vertical_epsg && !to->vertical_name) {
        to->vertical_epsg = other->vertical_epsg;
        to->vertical_name = other->vertical_name;
        to->vertical_units = to->vertical_units ? to->vertical_units : other->vertical_units;
    }
    to->name = to->name ? to->name : other->name;
    to->wkt = to->wkt ? to->wkt : other->wkt;
}

void las_crs_find(const LasHeader *h, const LasVlrs *v, Arena *a, LasCrs *out)
{
    LasCrs keys = {0}, wkt = {0};
    bool has_keys = las_geokeys_read(v, a, &keys), has_wkt = read_wkt(v, a, &wkt);
    bool wkt_holds = (h->encoding & LAS_CRS_IS_WKT) != 0;
    if (has_wkt && (wkt_holds || !has_keys || (!keys.epsg && wkt.epsg))) {
        *out = wkt;
        if (has_keys && !wkt_holds)
            add(out, &keys);
    } else {
        *out = keys;
        add(out, &wkt);
    }
    complete(out);
}
