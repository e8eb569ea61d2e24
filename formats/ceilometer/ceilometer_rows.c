/* ceilometer_rows.c: messages as rows, and what is said of them at the end. */
#include "formats/ceilometer/ceilometer_reader.h"

#include "core/time.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* --- rows ----------------------------------------------------------------------------------- */

static void put_byte(Ceilometer *c, CeilometerValue value, double number)
{
    CeilometerColumn *column = &c->columns[value];
    if (column->var != NO_VAR)
        ((int8_t *)column->values)[c->filled] =
            number >= -1 && number <= INT8_MAX ? (int8_t)number : CEILOMETER_BYTE_MISSING;
}

static void put_layers(Ceilometer *c, CeilometerValue value, const double *layers)
{
    CeilometerColumn *column = &c->columns[value];
    if (column->var != NO_VAR)
        memcpy((double *)column->values + c->filled * column->width, layers,
               column->width * sizeof *layers);
}

static bool is_byte(CeilometerValue value)
{
    return value == VALUE_DETECTION || value == VALUE_WARNING || value == VALUE_CHECKSUM ||
           value == VALUE_SKY_STATUS;
}

static void put(Ceilometer *c, const CeilometerMessage *m)
{
    for (CeilometerValue v = 0; v < VALUE_COUNT; v++) {
        CeilometerColumn *column = &c->columns[v];
        if (column->var == NO_VAR || v == VALUE_BACKSCATTER || v == VALUE_RANGE)
            continue;
        if (is_byte(v))
            put_byte(c, v, m->values[v]);
        else if (v == VALUE_STATUS)
            ((int64_t *)column->values)[c->filled] = m->status;
        else if (v != VALUE_SKY_COVER && v != VALUE_SKY_HEIGHT)
            ((double *)column->values)[c->filled] = m->values[v];
    }
    put_layers(c, VALUE_SKY_COVER, m->cover);
    put_layers(c, VALUE_SKY_HEIGHT, m->height_m);
}

static double *profile_row(const Ceilometer *c)
{
    const CeilometerColumn *column = &c->columns[VALUE_BACKSCATTER];
    return column->var == NO_VAR ? NULL : (double *)column->values + c->filled * column->width;
}

static void clear_profile(const Ceilometer *c)
{
    double *profile = profile_row(c);
    for (size_t i = 0; profile && i < c->columns[VALUE_BACKSCATTER].width; i++)
        profile[i] = NAN;
}

/* The values of a message whose checksum is not wrong. */
static void take_values(Ceilometer *c, const CeilometerFrame *f, CeilometerMessage *m)
{
    const CeilometerSurvey *s = &c->survey;
    CeilometerShape shape;
    uint64_t offset = f->header.offset;
    if (f->header.kind != s->kind) {
        ceilometer_count(&c->foreign, offset);
        return;
    }
    bool sound = ceilometer_shape(f, &shape);
    bool wanted = sound && shape.gates > 0 && shape.gates == s->shape.gates &&
                  shape.resolution_m == s->shape.resolution_m;
    if (!ceilometer_message(f, m, wanted ? profile_row(c) : NULL, s->shape.gates)) {
        ceilometer_message_clear(m);
        ceilometer_count(&c->misshapen, offset);
        return;
    }
    c->good++;
    if (sound && shape.gates > 0 && !wanted)
        ceilometer_count(&c->odd_profiles, offset);
    else if (wanted && !m->profile_good)
        ceilometer_count(&c->misshapen, offset);
}

static void take(Ceilometer *c, const CeilometerFrame *f)
{
    CeilometerMessage m;
    CeilometerSum sum = ceilometer_sum(&c->crc, f);
    ceilometer_message_clear(&m);
    clear_profile(c);
    if (sum == SUM_BAD)
        ceilometer_count(f->restarted ? &c->restarts : &c->bad_sums, f->header.offset);
    else
        take_values(c, f, &m);
    if (sum == SUM_NONE && f->header.kind->has_checksum)
        ceilometer_count(&c->without_sum, f->header.offset);
    m.values[VALUE_CHECKSUM] = sum == SUM_NONE ? NAN : sum == SUM_GOOD;
    if (f->header.has_time)
        m.values[VALUE_TIME] = f->header.time;
    else
        ceilometer_count(&c->without_time, f->header.offset);
    put(c, &m);
}

bool ceilometer_row(Ceilometer *c, bool *end, Error *e)
{
    do {
        if (!ceilometer_frames_next(&c->frames, end, e))
            return false;
        if (*end)
            return true;
    } while (!c->frames.frame.whole);
    take(c, &c->frames.frame);
    c->filled++;
    return true;
}

/* --- the end -------------------------------------------------------------------------------- */

static void note(Ceilometer *c, const CeilometerOddity *o, const char *what)
{
    if (o->count > 0)
        dataset_note(&c->dataset, "%s: %" PRIu64 ", the first at byte %" PRIu64, what, o->count,
                     o->offset);
}

static void note_times(Ceilometer *c)
{
    if (c->is_ld40 || c->without_time.count == 0)
        return;
    if (c->survey.timed == 0)
        dataset_note(&c->dataset, "no message has a time: the logger has written none");
    else
        note(c, &c->without_time, "messages without a time of their own");
}

static void note_all(Ceilometer *c)
{
    note(c, &c->survey.broken, "messages that break off without an end mark, left out");
    note(c, &c->restarts,
         "messages in which the instrument begins anew, whose values are not used");
    note(c, &c->bad_sums, "messages with a wrong checksum, whose values are not used");
    note(c, &c->without_sum, "messages without a checksum, used all the same");
    note(c, &c->foreign, "messages of another instrument, whose values are not used");
    note(c, &c->odd_profiles, "profiles with other gates than most, which count as missing");
    note(c, &c->misshapen,
         c->is_ld40 ? "lines with another number of values, which count as missing"
                    : "messages whose lines are not as their header says, which count "
                      "as missing");
    note_times(c);
}

bool ceilometer_finish(Ceilometer *c, Error *e)
{
    const CeilometerSurvey *s = &c->survey;
    uint64_t rows = c->start + c->filled;
    note_all(c);
    if (rows != s->rows) {
        error_coded(e, ERROR_DATA, "truncated",
                    "the file has changed while it was read: %" PRIu64 " of %" PRIu64
                    " messages are left",
                    rows, s->rows);
        return error_at(e, "message %" PRIu64, rows);
    }
    if (c->good == 0 && c->bad_sums.count > 0) {
        error_coded(e, ERROR_DATA, "checksum",
                    "none of the %" PRIu64 " messages has the checksum that its text gives: a "
                    "logger or a transfer has changed characters",
                    rows);
        return error_at(e, "byte %" PRIu64, c->bad_sums.offset);
    }
    if (c->good == 0) {
        error_coded(e, ERROR_DATA, "damaged", "no message has the lines that its header promises");
        return error_at(e, "byte %" PRIu64, c->misshapen.offset);
    }
    if (!s->cut)
        return true;
    error_coded(e, ERROR_DATA, "truncated",
                "the last message, from byte %" PRIu64 " on, is cut: the file ends at byte %" PRIu64
                " without its end; the %" PRIu64 " ahead of it are read",
                s->cut_offset, c->in.size, rows);
    return error_at(e, "byte %" PRIu64, c->in.size);
}
