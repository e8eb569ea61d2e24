/* halo_rays.c: lines -> whole rays, many at a time.
 *
 * A ray is its own line and one line for each gate, numbered from 0: the numbers show where lines
 * have been lost. A ray of which anything is missing is left out and counted. Lines are taken the
 * quick way as long as they are as they should be, and looked at by halo_look() where not. */
#include "formats/halo/halo_number.h"
#include "formats/halo/halo_reader.h"

#include <math.h>
#include <string.h>

static void count(HaloOddity *o, uint64_t line)
{
    if (o->count++ == 0)
        o->line = line;
}

/* --- one gate ------------------------------------------------------------------------------- */

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The line of this gate, when all of it is plain. */
static inline bool quick_gate(HaloReader *r, uint64_t gate, size_t at)
{
    const char *p = r->lines.at;
    uint64_t number = 0;
    while (is_blank(*p))
        p++;
    const char *from = p;
    for (; (unsigned)*p - '0' <= 9; p++)
        number = number * 10 + ((unsigned)*p - '0');
    if (p == from || p - from > 9 || number != gate)
        return false;
    for (size_t c = 1; c < r->gate_columns; c++) {
        if (!is_blank(*p))
            return false;
        while (is_blank(*p))
            p++;
        p = halo_number(p, &r->values[HALO_DOPPLER + c - 1][at]);
        if (!p)
            return false;
    }
    while (is_blank(*p) || *p == '\r')
        p++;
    if (*p != '\n' || p >= r->lines.end)
        return false;
    r->lines.at += p + 1 - r->lines.at;
    r->lines.line++;
    return true;
}

typedef enum Step {
    STEP_NEXT,  /* on to the next gate */
    STEP_AGAIN, /* an empty line */
    STEP_OVER,  /* not the gate that should come: the ray is not whole */
} Step;

static bool is_gate(const HaloReader *r, const HaloLook *look, uint64_t gate)
{
    return look->kind == HALO_GATE && look->numbers[0] == (double)gate &&
           look->count == r->gate_columns;
}

static void store_gate(HaloReader *r, const HaloLook *look, size_t at)
{
    for (size_t c = 1; c < r->gate_columns; c++)
        r->values[HALO_DOPPLER + c - 1][at] = look->numbers[c];
}

/* The line of this gate, or what else is there; a ray's or a header's line stays where it is. */
static Step slow_gate(HaloReader *r, uint64_t gate, size_t at)
{
    HaloLines before = r->lines;
    HaloLook look = halo_look(halo_lines_take(&r->lines));
    if (look.kind == HALO_EMPTY)
        return STEP_AGAIN;
    if (is_gate(r, &look, gate)) {
        store_gate(r, &look, at);
        return STEP_NEXT;
    }
    if (look.kind == HALO_HEADER) {
        r->lines = before;
        count(&r->cut_before_restart, before.line);
    } else if (look.kind == HALO_RAY) {
        r->lines = before;
        if (r->other_gates.count == 0)
            r->first_other_gates = gate;
        count(&r->other_gates, before.line);
    } else {
        count(&r->damaged, before.line);
    }
    return STEP_OVER;
}

/* --- the end of the file -------------------------------------------------------------------- */

/* The file ends within a line. It is whole if its last number is: as long as the one above it, and
 * not an exponent of which a digit may be missing (E-1 of E-10). */
static bool is_whole_gate(const HaloReader *r, const HaloLook *look, uint64_t gate,
                          size_t usual_decimals)
{
    const HaloLines *l = &r->lines;
    if (!is_gate(r, look, gate))
        return false;
    if (!look->last_is_open)
        return true;
    const char *last = l->filled - 1;
    bool in_exponent = last - l->end >= 2 && *last == '1' && (last[-1] == '-' || last[-1] == '+');
    return usual_decimals > 0 && look->last_decimals >= usual_decimals && !in_exponent;
}

/* Characters behind the mark of the number that the line before this one ends with, which is still
 * in the stretch unless it has just been refilled. */
static size_t decimals_above(const HaloLines *l)
{
    const char *stop = l->end, *from;
    while (stop > l->bytes && (stop[-1] == '\n' || stop[-1] == '\r' || is_blank(stop[-1])))
        stop--;
    for (from = stop; from > l->bytes && from[-1] != '\n';)
        from--;
    return halo_look((StringView){from, (size_t)(stop - from)}).last_decimals;
}

/* Takes what stands behind the last line end. True: it has made the ray whole. */
static bool end_within_ray(HaloReader *r, uint64_t gate, size_t at)
{
    HaloLines *l = &r->lines;
    HaloLook look = halo_look((StringView){l->end, (size_t)(l->filled - l->end)});
    if (gate + 1 == r->gates && is_whole_gate(r, &look, gate, decimals_above(l))) {
        store_gate(r, &look, at);
        l->filled = l->end;
        return true;
    }
    r->cut_line = l->line;
    r->cut_gates = gate;
    return false;
}

/* --- rays ----------------------------------------------------------------------------------- */

/* All gates of a ray whose own line has been taken. *whole: they are there. */
static bool take_gates(HaloReader *r, bool *whole, Error *e)
{
    HaloLines *l = &r->lines;
    size_t at = r->rays * r->gates;
    *whole = false;
    for (uint64_t gate = 0; gate < r->gates;) {
        bool end = false;
        if (l->at == l->end && !halo_lines_need(l, &end, e))
            return false;
        if (end) {
            *whole = end_within_ray(r, gate, at + gate);
            return true;
        }
        Step step = quick_gate(r, gate, at + gate) ? STEP_NEXT : slow_gate(r, gate, at + gate);
        if (step == STEP_OVER)
            return true;
        gate += step == STEP_NEXT;
    }
    *whole = true;
    return true;
}

/* Passes further gates, of which a whole ray has none. */
static bool pass_gates(HaloReader *r, uint64_t line, bool *whole, Error *e)
{
    bool end = false;
    uint64_t more = 0;
    for (; !end; more++) {
        if (!halo_lines_need(&r->lines, &end, e))
            return false;
        if (end || !halo_is_gate(r->lines.at))
            break;
        halo_lines_take(&r->lines);
    }
    if (more == 0)
        return true;
    *whole = false;
    if (r->other_gates.count == 0)
        r->first_other_gates = r->gates + more;
    count(&r->other_gates, line);
    return true;
}

static void store_ray(HaloReader *r, const HaloLook *look)
{
    r->values[HALO_TIME][r->rays] = halo_hours(r, look->numbers[0]);
    for (size_t c = 1; c < r->ray_columns; c++)
        r->values[HALO_TIME + c][r->rays] = look->numbers[c];
    r->rays++;
}

static bool take_ray(HaloReader *r, const HaloLook *look, uint64_t line, Error *e)
{
    bool whole;
    if (look->count != r->ray_columns) {
        count(&r->damaged, line);
        return true;
    }
    if (!take_gates(r, &whole, e) || (whole && !pass_gates(r, line, &whole, e)))
        return false;
    if (whole)
        store_ray(r, look);
    return true;
}

/* The day of the rays that follow. */
static void restart(HaloReader *r, const HaloHeader *again)
{
    enum { HOUR_S = 3600 };
    HaloHeader *first = &r->header;
    r->hour = (double)NAN;
    first->start_hour = again->start_hour;
    if (again->has_day && first->has_day)
        r->add_hours = (double)(again->day_s - first->day_s) / HOUR_S;
}

/* The program was started again within the hour and went on in the same file. */
static bool take_header(HaloReader *r, uint64_t line, Error *e)
{
    HaloHeader again, *first = &r->header;
    bool readable = halo_header_read(&r->lines, &again, r->arena, e);
    if (!readable && e->kind != ERROR_DATA)
        return false;
    count(&r->restarts, line);
    bool cut = !readable && strcmp(e->code, "truncated") == 0;
    bool same = readable && (again.gates == 0 || again.gates == first->gates) &&
                again.first_range == first->first_range && again.range_step == first->range_step;
    error_clear(e);
    if (same)
        restart(r, &again);
    else if (cut)
        r->lines.filled = r->lines.end;
    else
        r->foreign_line = line;
    return true;
}

/* --- batches -------------------------------------------------------------------------------- */

/* Lines of a ray that was given up, and what else is no ray's beginning. */
static void pass_line(HaloReader *r, const HaloLook *look, uint64_t line)
{
    if (look->kind == HALO_OTHER)
        count(&r->stray, line);
}

static bool take_next(HaloReader *r, Error *e)
{
    HaloLines *l = &r->lines, before = *l;
    StringView text = halo_lines_take(l);
    HaloLook look = halo_look(text);
    if (look.kind == HALO_RAY)
        return take_ray(r, &look, before.line, e);
    if (look.kind != HALO_HEADER) {
        pass_line(r, &look, before.line);
        return true;
    }
    *l = before;
    return take_header(r, before.line, e);
}

/* A ray's line that the file ends within. */
static void end_between_rays(HaloReader *r)
{
    HaloLines *l = &r->lines;
    StringView rest = {l->end, (size_t)(l->filled - l->end)};
    if (halo_look(rest).kind != HALO_EMPTY)
        r->cut_line = l->line;
    l->filled = l->end;
}

bool halo_read_batch(HaloReader *r, Error *e)
{
    r->start += r->rays;
    r->rays = 0;
    while (r->rays < r->batch_rays && r->foreign_line == 0) {
        bool end;
        if (!halo_lines_need(&r->lines, &end, e))
            return false;
        if (end && r->cut_line == 0)
            end_between_rays(r);
        if (end)
            return true;
        if (!take_next(r, e))
            return false;
    }
    return true;
}
