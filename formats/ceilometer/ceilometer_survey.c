/* ceilometer_survey.c: how many messages there are, of which kind and shape, before any is told. */
#include "formats/ceilometer/ceilometer_reader.h"

#include <inttypes.h>
#include <string.h>

enum { KINDS_MAX = 4, SHAPES_MAX = 8 };

typedef struct Tally {
    const CeilometerKind *kind;
    CeilometerShape shape;
    uint64_t count;
} Tally;

typedef struct Tallies {
    Tally kinds[KINDS_MAX], shapes[SHAPES_MAX];
} Tallies;

static size_t at_most(size_t limit, uint64_t size)
{
    return size < limit ? (size_t)size : limit;
}

bool ceilometer_rewind(Ceilometer *c, Error *e)
{
    Arena *a = c->dataset.arena;
    size_t window_room = at_most(CEILOMETER_WINDOW, c->in.size);
    size_t text_room = at_most(CEILOMETER_FRAME_BYTES, c->in.size);
    char *window = c->frames.lines.window, *text = c->frames.text;
    if (!window)
        window = arena_alloc(a, window_room + 1);
    if (!text)
        text = arena_alloc(a, text_room + 1);
    if (!window || !text)
        return arena_full(a, e);
    c->frames = (CeilometerFrames){.lines = {.in = &c->in, .window = window, .room = window_room},
                                   .text = text,
                                   .room = text_room};
    return true;
}

/* One more of this kind and shape; what finds no room does not count. */
static void add(Tally *list, size_t size, const CeilometerKind *kind, CeilometerShape shape)
{
    for (size_t i = 0; i < size; i++) {
        Tally *t = &list[i];
        if (t->count > 0 && (t->kind != kind || t->shape.gates != shape.gates ||
                             t->shape.resolution_m != shape.resolution_m))
            continue;
        *t = (Tally){.kind = kind, .shape = shape, .count = t->count + 1};
        return;
    }
}

/* The first of those with the highest count among those of `kind` (NULL: of any). */
static const Tally *most(const Tally *list, size_t size, const CeilometerKind *kind)
{
    const Tally *best = NULL;
    for (size_t i = 0; i < size; i++)
        if (list[i].count > 0 && (!kind || list[i].kind == kind) &&
            (!best || list[i].count > best->count))
            best = &list[i];
    return best;
}

/* The attributes come from a message of which nobody doubts. */
static bool take_header(Ceilometer *c, const CeilometerFrame *f, Error *e)
{
    CeilometerSurvey *s = &c->survey;
    CeilometerMessage m;
    if (ceilometer_sum(&c->crc, f) == SUM_BAD)
        return true;
    ceilometer_message_clear(&m);
    if (!ceilometer_message(f, &m, NULL, 0))
        return true;
    StringView settings = ceilometer_settings(f);
    const char *copy = arena_copy(c->dataset.arena, settings.bytes, settings.length);
    if (!copy)
        return arena_full(c->dataset.arena, e);
    s->has_header = true;
    s->header = f->header;
    s->settings = (StringView){copy, settings.length};
    s->feet = m.feet;
    return true;
}

static bool take(Ceilometer *c, Tallies *t, const CeilometerFrame *f, Error *e)
{
    CeilometerSurvey *s = &c->survey;
    CeilometerShape shape;
    if (f->at_end) {
        s->cut = true;
        s->cut_offset = f->header.offset;
    } else if (!f->whole) {
        ceilometer_count(&s->broken, f->header.offset);
    }
    if (!f->whole)
        return true;
    s->rows++;
    s->timed += f->header.has_time;
    add(t->kinds, KINDS_MAX, f->header.kind, (CeilometerShape){0});
    if (!ceilometer_shape(f, &shape))
        return true;
    if (shape.gates > 0)
        add(t->shapes, SHAPES_MAX, f->header.kind, shape);
    s->sky = s->sky || f->header.kind->plan(f->header.number, f->header.subclass).sky;
    return s->has_header || take_header(c, f, e);
}

static bool conclude(Ceilometer *c, const Tallies *t, Error *e)
{
    CeilometerSurvey *s = &c->survey;
    const Tally *kind = most(t->kinds, KINDS_MAX, NULL);
    if (!kind && s->cut) {
        error_coded(e, ERROR_DATA, "truncated",
                    "the only message, from byte %" PRIu64 " on, is cut: the file ends at byte "
                    "%" PRIu64 " without its end mark",
                    s->cut_offset, c->in.size);
        return error_at(e, "byte %" PRIu64, c->in.size);
    }
    if (!kind && s->broken.count > 0) {
        error_coded(e, ERROR_DATA, "damaged",
                    "%" PRIu64 " messages begin and none ends: all break off without their end "
                    "marks",
                    s->broken.count);
        return error_at(e, "byte %" PRIu64, s->broken.offset);
    }
    if (!kind)
        return error_coded(e, ERROR_DATA, "no_messages",
                           "the log holds no message: the instrument has sent none");
    const Tally *shape = most(t->shapes, SHAPES_MAX, kind->kind);
    s->kind = kind->kind;
    s->profile = shape != NULL;
    if (shape)
        s->shape = shape->shape;
    return true;
}

bool ceilometer_survey(Ceilometer *c, Error *e)
{
    Tallies t = {0};
    ceilometer_crc_init(&c->crc);
    if (!ceilometer_rewind(c, e))
        return false;
    for (;;) {
        bool end;
        if (!ceilometer_frames_next(&c->frames, &end, e))
            return false;
        if (end)
            break;
        if (!take(c, &t, &c->frames.frame, e))
            return false;
    }
    return conclude(c, &t, e) && ceilometer_rewind(c, e);
}
