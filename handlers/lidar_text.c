/* lidar_text.c: the mean wind profile as lines for a person. */
#include "handlers/lidar_source.h"

#include <inttypes.h>
#include <math.h>

enum { LINES_MAX = 500 };

void lidar_profile_text(const LidarSource *s, Buffer *out)
{
    size_t lines = 0;
    if (s->counts.profiles == 0)
        return;
    buffer_printf(out,
                  "\n// %swind, mean of %" PRIu64
                  " scans: height (m), from (degree), speed, up (m s-1), sound scans\n",
                  s->prefix, s->counts.profiles);
    for (size_t g = 0; g < s->gates && lines < LINES_MAX; g++) {
        const LidarMean *m = &s->means[g];
        double n = (double)m->count;
        if (m->count == 0)
            continue;
        lines++;
        buffer_printf(out, "//%9.1f%8.2f%8.3f%8.3f%8" PRIu64 "\n", m->height / n,
                      vad_from_direction_deg(m->u, m->v), hypot(m->u, m->v) / n, m->w / n,
                      m->count);
    }
}
