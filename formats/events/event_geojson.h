/* event_geojson.h: what a collection of features is about: its geometries and where they are. */
#pragma once

#include "formats/events/event_parse.h"

enum { EVENT_GEOMETRIES = 7 };

typedef struct EventGeo {
    uint64_t types[EVENT_GEOMETRIES], without; /* features by geometry; of none */
    uint64_t positions;
    double least[2], greatest[2]; /* longitude, latitude */
} EventGeo;

/* Looks at a feature's values. */
void event_geo_look(EventGeo *g, const EventParser *p);
void event_geo_tell(const EventGeo *g, Dataset *d);
