/* event_place.c: where in a file of records reading is. */
#include "formats/events/event_place.h"

void event_place_set_aside(EventStream *s, uint64_t line, const char *what)
{
    uint64_t record = s->mode == EVENT_COLUMNS ? s->element : s->records + s->faults;
    if (s->faults < EVENT_FAULTS_SHOWN)
        s->shown[s->faults] = (EventFault){line, record + 1, what};
    s->faults++;
}
