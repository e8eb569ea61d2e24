/* halo_survey.c: how many numbers the lines have and how many gates a ray, from the first two rays.
 *
 * The header's column list is not always right, and now and then its number of gates is not. Its
 * number of rays never counts. */
#include "formats/halo/halo_reader.h"

#include <string.h>

typedef struct Survey {
    HaloLines *lines;
    HaloLook look; /* the line at which it stands */
    bool at_end;
} Survey;

static bool step(Survey *s, Error *e)
{
    if (!halo_lines_need(s->lines, &s->at_end, e))
        return false;
    s->look = s->at_end ? (HaloLook){.kind = HALO_EMPTY} : halo_look(halo_lines_take(s->lines));
    return true;
}

/* Goes on to the next ray, and behind its gates. *gates: 0 where there is none. */
static bool count_gates(Survey *s, HaloReader *r, uint64_t *gates, Error *e)
{
    *gates = 0;
    while (!s->at_end && s->look.kind != HALO_RAY)
        if (!step(s, e))
            return false;
    if (s->at_end)
        return true;
    if (r->ray_columns == 0)
        r->ray_columns = s->look.count;
    if (!step(s, e))
        return false;
    while (!s->at_end && (s->look.kind == HALO_EMPTY ||
                          (s->look.kind == HALO_GATE && s->look.numbers[0] == (double)*gates))) {
        if (s->look.kind == HALO_GATE && (*gates)++ == 0 && r->gate_columns == 0)
            r->gate_columns = s->look.count;
        if (!step(s, e))
            return false;
    }
    return true;
}

static bool check_columns(const HaloReader *r, uint64_t line, Error *e)
{
    enum { RAY_COLUMNS_SHORT = 3, GATE_COLUMNS_SHORT = 4 };
    size_t ray = r->ray_columns, gate = r->gate_columns;
    if (ray == 0)
        error_coded(e, ERROR_DATA, "no_rays", "there are no rays behind the header");
    else if (gate == 0)
        error_coded(e, ERROR_DATA, "no_rays", "there is no gate behind the first ray's line");
    else if (ray != RAY_COLUMNS_SHORT && ray != HALO_RAY_COLUMNS_MAX)
        error_coded(e, ERROR_DATA, "bad_ray",
                    "a ray's line has %zu numbers, but it must be 3 (hours, azimuth, elevation) or "
                    "5 (pitch and roll too)",
                    ray);
    else if (gate != GATE_COLUMNS_SHORT && gate != HALO_GATE_COLUMNS_MAX)
        error_coded(e, ERROR_DATA, "bad_ray",
                    "a gate's line has %zu numbers, but it must be 4 (gate, Doppler, intensity, "
                    "beta) or 5 (spectral width too)",
                    gate);
    else
        return true;
    return error_at(e, "line %llu", (unsigned long long)line);
}

/* No line is shorter than "0 0 0 0" and its end. */
static bool check_gates(const HaloReader *r, Error *e)
{
    enum { GATE_BYTES_MIN = 8 };
    if (r->gates <= r->lines.in.size / GATE_BYTES_MIN)
        return true;
    error_coded(e, ERROR_DATA, "truncated",
                "the header says %llu gates, more than there is room for in %llu bytes: no ray is "
                "whole",
                (unsigned long long)r->gates, (unsigned long long)r->lines.in.size);
    return error_at(e, "byte %llu", (unsigned long long)r->lines.in.size);
}

/* Where the stretch still holds the first ray, it is not read again. */
static bool go_back(HaloReader *r, const HaloLines *begin, Error *e)
{
    HaloLines *l = &r->lines;
    if (l->offset == begin->offset && l->ended == begin->ended) {
        *l = *begin;
        return true;
    }
    *l = (HaloLines){.in = l->in, .bytes = l->bytes, .line = 1};
    l->at = l->end = l->filled = l->bytes;
    bool end = false;
    while (l->line < begin->line && !end) {
        if (!halo_lines_need(l, &end, e))
            return false;
        if (!end)
            halo_lines_take(l);
    }
    return true;
}

bool halo_survey(HaloReader *r, Error *e)
{
    Survey s = {.lines = &r->lines};
    HaloLines begin = r->lines;
    uint64_t first, second;
    r->gates = r->header.gates;
    if (!step(&s, e) || !count_gates(&s, r, &first, e) || !count_gates(&s, r, &second, e))
        return false;
    if (!check_columns(r, begin.line, e))
        return false;
    bool said = first == r->gates || second == r->gates;
    if (!said && first == second) {
        if (r->gates > 0)
            dataset_note(&r->dataset, "the header says %llu gates, but rays have %llu",
                         (unsigned long long)r->gates, (unsigned long long)first);
        r->gates = first;
    }
    if (r->gates == 0)
        r->gates = first > 0 ? first : second;
    return check_gates(r, e) && go_back(r, &begin, e);
}
