/* lidar_rays.c: blocks of one variable each -> rays that are whole. */
#include "handlers/lidar_source.h"

#include "core/text.h"

#include <math.h>
#include <string.h>

static bool is_held(const LidarSource *s, LidarRole role)
{
    bool angle = role == LIDAR_AZIMUTH || role == LIDAR_ELEVATION;
    return s->columns[role].var != NO_VAR || (angle && s->position != NO_VAR);
}

/* Room for so many more values; NULL where s->failed or e says why not. */
static double *append(LidarSource *s, LidarColumn *c, uint64_t count, Error *e)
{
    if (count > LIDAR_VALUES_MAX - c->count) {
        s->failed = "more values would have to be held than memory is given to it";
        return NULL;
    }
    size_t wanted = c->count + (size_t)count;
    if (c->first > 0 && c->first + wanted > c->capacity) {
        memmove(c->values, c->values + c->first, c->count * sizeof *c->values);
        c->first = 0;
    }
    double *values =
        arena_grow(s->arena, c->values, &c->capacity, c->first + wanted, sizeof *values);
    if (!values) {
        arena_full(s->arena, e);
        return NULL;
    }
    c->values = values;
    c->count = wanted;
    return values + c->first + wanted - count;
}

static void unpack(const Unpacking *u, const Mask *m, double factor, const Block *b, double *out)
{
    uint64_t outside = 0;
    mask_run(m, b->values, (size_t)b->count, out, &outside);
    for (uint64_t i = 0; u->has_scale && i < b->count; i++)
        out[i] = out[i] * u->scale + u->offset;
    for (size_t k = 0; k < u->unpacked_mask_count; k++)
        for (uint64_t i = 0; i < b->count; i++)
            out[i] = out[i] == u->unpacked_masks[k] ? NAN : out[i];
    for (uint64_t i = 0; factor != 1 && i < b->count; i++)
        out[i] *= factor;
}

/* What mask_run() will read is there. */
static bool fits(const Unpacking *u, const Block *b)
{
    return b->values && type_size(b->type) == type_size(u->type);
}

static bool take_numbers(LidarSource *s, LidarColumn *c, const Block *b, Error *e)
{
    if (!fits(&c->unpacking, b)) {
        s->failed = "its values came in another type";
        return true;
    }
    double *out = append(s, c, b->count, e);
    if (!out)
        return s->failed != NULL;
    unpack(&c->unpacking, &c->mask, c->factor, b, out);
    return true;
}

/* "0", "90", "180", "270" and "V", which is upright. */
static bool take_positions(LidarSource *s, const Block *b, Error *e)
{
    double *azimuth = append(s, &s->columns[LIDAR_AZIMUTH], b->count, e);
    double *elevation = azimuth ? append(s, &s->columns[LIDAR_ELEVATION], b->count, e) : NULL;
    if (!elevation)
        return s->failed != NULL;
    for (uint64_t i = 0; i < b->count; i++) {
        StringView word = b->strings[i];
        double degrees = NAN;
        bool upright = word.length == 1 && (word.bytes[0] == 'V' || word.bytes[0] == 'v');
        bool number = !upright && text_to_double(word.bytes, word.length, '.', &degrees);
        azimuth[i] = upright ? 0 : (double)NAN;
        elevation[i] = upright ? 90 : s->slant_deg;
        if (number)
            azimuth[i] = degrees + s->offset_deg;
    }
    return true;
}

static void take_range(LidarSource *s, const Block *b)
{
    if (!fits(&s->range_unpacking, b) || b->start != s->range_count ||
        b->count > s->gates - s->range_count)
        return;
    unpack(&s->range_unpacking, &s->range_mask, s->range_factor, b, s->ranges + s->range_count);
    s->range_count += (size_t)b->count;
}

bool lidar_rays_take(LidarSource *s, const Block *b, Error *e)
{
    LidarRole role = 0;
    while (role < LIDAR_ROLES && s->columns[role].var != b->var)
        role++;
    bool ours = role < LIDAR_ROLES || b->var == s->position || b->var == s->range;
    if (s->failed || !ours)
        return true;
    if (b->failed) {
        s->failed = "a variable of its rays cannot be read";
        return true;
    }
    if (b->var == s->position)
        return take_positions(s, b, e);
    if (b->var == s->range)
        take_range(s, b);
    return role == LIDAR_ROLES || take_numbers(s, &s->columns[role], b, e);
}

size_t lidar_rays_ready(const LidarSource *s)
{
    size_t rays = LIDAR_VALUES_MAX;
    if (s->range != NO_VAR && s->range_count < s->gates)
        return 0;
    for (LidarRole role = 0; role < LIDAR_ROLES; role++) {
        const LidarColumn *c = &s->columns[role];
        if (is_held(s, role) && c->count / c->width < rays)
            rays = c->count / c->width;
    }
    return rays;
}

double *lidar_rays_values(LidarSource *s, LidarRole role)
{
    LidarColumn *c = &s->columns[role];
    return is_held(s, role) && c->values ? c->values + c->first : NULL;
}

void lidar_rays_drop(LidarSource *s, size_t rays)
{
    for (LidarRole role = 0; role < LIDAR_ROLES; role++) {
        LidarColumn *c = &s->columns[role];
        if (!is_held(s, role))
            continue;
        c->first += rays * c->width;
        c->count -= rays * c->width;
    }
}
