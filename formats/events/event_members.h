/* event_members.h: the object around the records. */
#pragma once

#include "formats/events/event_place.h"

/* To the next array of records or values: s->inside is then set; or to the object's end, and
 * s->closed is set. EVENT_END: the object is damaged, which is set aside. */
EventStep event_members_enter(EventStream *s);
