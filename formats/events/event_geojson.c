/* event_geojson.c: features of GeoJSON (RFC 7946). */
#include "formats/events/event_geojson.h"

#include "core/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const names[EVENT_GEOMETRIES] = {
    "Point",           "LineString",   "Polygon",           "MultiPoint",
    "MultiLineString", "MultiPolygon", "GeometryCollection"};

static bool is_coordinate(const EventField *f)
{
    static const char path[] = "geometry.coordinates[]";
    return strncmp(f->name, path, strlen(path)) == 0;
}

static void take_position(EventGeo *g, const double *place)
{
    for (size_t i = 0; i < 2; i++) {
        g->least[i] = g->positions ? fmin(g->least[i], place[i]) : place[i];
        g->greatest[i] = g->positions ? fmax(g->greatest[i], place[i]) : place[i];
    }
    g->positions++;
}

/* A position is an array of two numbers or more: the first is the longitude, the second the
 * latitude. */
static void look_at_positions(EventGeo *g, const EventParser *p)
{
    double place[2];
    size_t axis = 0;
    for (size_t i = 0; i + 1 < p->count; i++) {
        const EventItem *item = &p->items[i], *value = item + 1;
        bool number = item->kind == EVENT_ITEM_ELEMENT && item->field == value->field &&
                      (value->kind == EVENT_ITEM_INTEGER || value->kind == EVENT_ITEM_DECIMAL) &&
                      is_coordinate(&p->fields->items[item->field]);
        axis = number || item->kind != EVENT_ITEM_ELEMENT ? axis : 0;
        if (!number)
            continue;
        if (axis < 2 && !text_to_double(value->at, value->length, '.', &place[axis]))
            return;
        if (++axis == 2)
            take_position(g, place);
    }
}

void event_geo_look(EventGeo *g, const EventParser *p)
{
    bool known = false;
    for (size_t i = 0; i < p->count && !known; i++) {
        const EventItem *item = &p->items[i];
        if (item->kind != EVENT_ITEM_STRING ||
            strcmp(p->fields->items[item->field].name, "geometry.type") != 0)
            continue;
        for (size_t k = 0; k < EVENT_GEOMETRIES && !known; k++) {
            known =
                strlen(names[k]) == item->length && memcmp(names[k], item->at, item->length) == 0;
            g->types[k] += known;
        }
    }
    g->without += !known;
    look_at_positions(g, p);
}

void event_geo_tell(const EventGeo *g, Dataset *d)
{
    char text[256] = "";
    size_t length = 0;
    for (size_t k = 0; k < EVENT_GEOMETRIES; k++)
        if (g->types[k] > 0)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%s %" PRIu64,
                                       length ? ", " : "", names[k], g->types[k]);
    if (g->without > 0)
        (void)snprintf(text + length, sizeof text - length, "%snone %" PRIu64, length ? ", " : "",
                       g->without);
    dataset_fact(d, "geometries: %s", text);
    if (g->positions > 0)
        dataset_fact(d,
                     "bounding box: longitude %.10g to %.10g, latitude %.10g to %.10g, of %" PRIu64
                     " positions",
                     g->least[0], g->greatest[0], g->least[1], g->greatest[1], g->positions);
}
