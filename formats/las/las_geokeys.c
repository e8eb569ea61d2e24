/* las_geokeys.c: GeoTIFF keys: what they say of the coordinates. */
#include "formats/las/las_bytes.h"
#include "formats/las/las_crs.h"

enum {
    MODEL = 1024,
    CITATION = 1026,
    GEOGRAPHIC = 2048,
    GEOGRAPHIC_CITATION = 2049,
    PROJECTED = 3072,
    PROJECTED_CITATION = 3073,
    PROJECTED_UNITS = 3076,
    GEOCENTRIC_UNITS = 2052,
    VERTICAL = 4096,
    VERTICAL_CITATION = 4097,
    VERTICAL_UNITS = 4099,
    USER_DEFINED = 32767,
    KEY_BYTES = 8,
    ASCII = 34737, /* where a text stands */
};

typedef struct Keys {
    const LasVlrs *vlrs;
    size_t count;
    Arena *arena;
} Keys;

static const uint8_t *find(const Keys *k, unsigned id)
{
    for (size_t i = 0; i < k->count; i++) {
        const uint8_t *key = k->vlrs->geo_keys.bytes + (i + 1) * KEY_BYTES;
        if (las_u16(key) == id)
            return key;
    }
    return NULL;
}

/* 0: absent, or defined by the user. */
static int64_t code(const Keys *k, unsigned id)
{
    const uint8_t *key = find(k, id);
    unsigned value = key && las_u16(key + 2) == 0 ? las_u16(key + 6) : 0;
    return value == USER_DEFINED ? 0 : value;
}

/* A run of the text record, up to its '|'. */
static const char *text(const Keys *k, unsigned id)
{
    const uint8_t *key = find(k, id);
    const LasBytes *all = &k->vlrs->geo_ascii;
    if (!key || las_u16(key + 2) != ASCII || las_u16(key + 6) >= all->size)
        return NULL;
    size_t from = las_u16(key + 6), length = las_u16(key + 4);
    if (length > all->size - from)
        length = all->size - from;
    const uint8_t *bar = memchr(all->bytes + from, '|', length);
    return las_text(all->bytes + from, bar ? (size_t)(bar - all->bytes) - from : length, k->arena);
}

static const char *first_text(const Keys *k, unsigned id, unsigned other)
{
    const char *t = text(k, id);
    return t ? t : text(k, other);
}

/* EPSG's code of a unit of length; NULL: not one that occurs. */
static const char *unit_of_code(int64_t code)
{
    switch (code) {
    case 9001:
        return "m";
    case 9002:
        return "foot";
    case 9003:
        return "US_survey_foot";
    default:
        return NULL;
    }
}

bool las_geokeys_read(const LasVlrs *v, Arena *a, LasCrs *out)
{
    enum { MODEL_PROJECTED = 1, MODEL_GEOGRAPHIC = 2, MODEL_GEOCENTRIC = 3 };
    const LasBytes *keys = &v->geo_keys;
    Keys k = {.vlrs = v, .arena = a};
    if (keys->size < KEY_BYTES)
        return false;
    size_t fit = keys->size / KEY_BYTES - 1, told = las_u16(keys->bytes + 6);
    k.count = told < fit ? told : fit;
    int64_t model = code(&k, MODEL), projected = code(&k, PROJECTED);
    int64_t geographic = code(&k, GEOGRAPHIC);
    *out =
        (LasCrs){.geographic = model == MODEL_GEOGRAPHIC, .geocentric = model == MODEL_GEOCENTRIC};
    if (model == 0 && !projected && geographic)
        out->geographic = true;
    bool flat = !out->geographic && !out->geocentric;
    out->epsg = flat ? projected : geographic;
    out->name = flat ? first_text(&k, PROJECTED_CITATION, CITATION)
                     : first_text(&k, GEOGRAPHIC_CITATION, CITATION);
    out->units = unit_of_code(code(&k, flat ? PROJECTED_UNITS : GEOCENTRIC_UNITS));
    out->vertical_epsg = code(&k, VERTICAL);
    out->vertical_name = text(&k, VERTICAL_CITATION);
    out->vertical_units = unit_of_code(code(&k, VERTICAL_UNITS));
    return out->epsg || out->name || out->geographic || model == MODEL_PROJECTED || out->units;
}
