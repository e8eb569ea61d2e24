/* ceilometer_ld40.c: .BSC tables of a Vaisala LD40: "DATE TIME 15 30 45 ..." with the ranges in
 * metres, then "01.02.03 00:00 12 15 ..." a profile. */
#include "formats/ceilometer/ceilometer_reader.h"

#include "core/time.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { NAMES = 2 /* DATE and TIME */, GATES_MIN = 2, MOMENT_MAX = 48 };
static const double counts = 1e12; /* of a value times the range squared in m2: 1 sr-1 m-1 */

typedef struct Cells {
    const char *p, *end;
} Cells;

static bool next_cell(Cells *c, StringView *out)
{
    while (c->p < c->end && (*c->p == ' ' || *c->p == '\t'))
        c->p++;
    const char *start = c->p;
    while (c->p < c->end && *c->p != ' ' && *c->p != '\t')
        c->p++;
    *out = (StringView){start, (size_t)(c->p - start)};
    return out->length > 0;
}

static bool is_word(StringView v, const char *word)
{
    return v.length == strlen(word) && memcmp(v.bytes, word, v.length) == 0;
}

/* Ranges that rise; their number, 0 if it is no such header. */
static size_t read_header(StringView line, double *ranges)
{
    Cells cells = {line.bytes, line.bytes + line.length};
    StringView v;
    size_t count = 0;
    double last = 0, value;
    if (!next_cell(&cells, &v) || !is_word(v, "DATE") || !next_cell(&cells, &v) ||
        !is_word(v, "TIME"))
        return 0;
    while (next_cell(&cells, &v)) {
        if (!text_to_double(v.bytes, v.length, '.', &value) || !(value > last))
            return 0;
        if (ranges)
            ranges[count] = value;
        last = value;
        count++;
    }
    return count >= GATES_MIN ? count : 0;
}

static StringView first_line(const Input *in)
{
    const char *p = (const char *)in->head;
    size_t length = 0;
    while (length < in->head_size && p[length] != '\n' && p[length] != '\r')
        length++;
    return (StringView){p, length};
}

bool ceilometer_is_ld40(const Input *in)
{
    return read_header(first_line(in), NULL) > 0;
}

static size_t count_cells(StringView line)
{
    Cells cells = {line.bytes, line.bytes + line.length};
    StringView v;
    size_t count = 0;
    while (next_cell(&cells, &v))
        count++;
    return count;
}

/* A last line that is not ended and not complete is cut. */
static bool is_cut(const Ceilometer *c, const CeilometerLine *line)
{
    return !line->ended && count_cells(line->text) != NAMES + c->survey.shape.gates;
}

bool ceilometer_ld40_survey(Ceilometer *c, Error *e)
{
    CeilometerSurvey *s = &c->survey;
    CeilometerLine line;
    bool end;
    Arena *a = c->dataset.arena;
    size_t gates = read_header(first_line(&c->in), NULL);
    c->range_m = arena_array(a, gates + 1, sizeof *c->range_m);
    if (!c->range_m)
        return arena_full(a, e);
    s->shape.gates = read_header(first_line(&c->in), c->range_m);
    s->profile = true;
    if (!ceilometer_rewind(c, e) || !ceilometer_lines_next(&c->frames.lines, &line, &end, e))
        return false;
    while (!end) {
        if (!ceilometer_lines_next(&c->frames.lines, &line, &end, e))
            return false;
        s->cut = !end && is_cut(c, &line);
        s->cut_offset = line.offset;
        if (s->cut)
            break;
        s->rows += !end;
    }
    s->timed = s->rows;
    if (s->rows == 0)
        return error_coded(e, ERROR_DATA, s->cut ? "truncated" : "no_messages",
                           "there is no whole profile below the line of ranges");
    return ceilometer_rewind(c, e) && ceilometer_lines_next(&c->frames.lines, &line, &end, e);
}

static double moment(StringView date, StringView clock)
{
    static const char *const patterns[] = {"%d.%m.%y %H:%M", "%d.%m.%Y %H:%M", "%d.%m.%y %H:%M:%S",
                                           "%d.%m.%Y %H:%M:%S"};
    char text[MOMENT_MAX];
    Timestamp t;
    if (date.length + clock.length + 1 > sizeof text)
        return NAN;
    memcpy(text, date.bytes, date.length);
    text[date.length] = ' ';
    memcpy(text + date.length + 1, clock.bytes, clock.length);
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        if (timestamp_parse(text, date.length + clock.length + 1, patterns[i], &t))
            return (double)t.instant.seconds + t.instant.nanoseconds * 1e-9;
    return NAN;
}

static bool take(Ceilometer *c, StringView line, double *time, double *profile)
{
    Cells cells = {line.bytes, line.bytes + line.length};
    StringView date, clock, v;
    size_t gates = c->survey.shape.gates;
    if (!next_cell(&cells, &date) || !next_cell(&cells, &clock))
        return false;
    *time = moment(date, clock);
    for (size_t i = 0; i < gates; i++) {
        double value;
        if (!next_cell(&cells, &v) || !text_to_double(v.bytes, v.length, '.', &value))
            return false;
        profile[i] = value * c->range_m[i] * c->range_m[i] / counts;
    }
    return !next_cell(&cells, &v);
}

bool ceilometer_ld40_row(Ceilometer *c, bool *end, Error *e)
{
    CeilometerLine line;
    size_t gates = c->survey.shape.gates;
    double *time = (double *)c->columns[VALUE_TIME].values + c->filled;
    double *profile = (double *)c->columns[VALUE_BACKSCATTER].values + c->filled * gates;
    if (!ceilometer_lines_next(&c->frames.lines, &line, end, e))
        return false;
    if (*end || is_cut(c, &line)) {
        *end = true;
        return true;
    }
    *time = NAN;
    if (take(c, line.text, time, profile)) {
        c->good++;
    } else {
        ceilometer_count(&c->misshapen, line.offset);
        for (size_t i = 0; i < gates; i++)
            profile[i] = NAN;
    }
    c->filled++;
    return true;
}
