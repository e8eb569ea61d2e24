/* ceilometer_lines.c: a log of messages line by line, from a window over the file. */
#include "formats/ceilometer/ceilometer_lines.h"

#include <string.h>

static bool is_end(char c)
{
    return c == '\n' || c == '\r' || c == CEILOMETER_EOT;
}

/* The length of the line at `begin`; as far as the window goes where it does not end there. */
static size_t measure(const CeilometerLines *l)
{
    const char *start = l->window + l->begin, *stop = l->window + l->end, *p = start;
    if (p < stop && *p == CEILOMETER_ETX)
        p++;
    while (p < stop && ((unsigned char)*p > '\r' || (!is_end(*p) && *p != CEILOMETER_ETX)))
        p++;
    return (size_t)(p - start);
}

static bool fill(CeilometerLines *l, Error *e)
{
    size_t kept = l->end - l->begin, got = 0;
    memmove(l->window, l->window + l->begin, kept);
    l->offset += l->begin;
    l->begin = 0;
    l->end = kept;
    if (!input_read_some(l->in, l->offset + kept, l->window + kept, l->room - kept, &got, e))
        return false;
    l->end += got;
    return true;
}

static bool is_last(const CeilometerLines *l)
{
    return !l->in || l->offset + l->end >= l->in->size;
}

static bool next_any(CeilometerLines *l, CeilometerLine *out, Error *e)
{
    size_t length = measure(l);
    if (l->begin + length == l->end && !is_last(l) && length < CEILOMETER_LINE_MAX) {
        if (!fill(l, e))
            return false;
        length = measure(l);
    }
    if (length > CEILOMETER_LINE_MAX)
        length = CEILOMETER_LINE_MAX;
    *out = (CeilometerLine){.text = {l->window + l->begin, length},
                            .offset = l->offset + l->begin,
                            .ended = l->begin + length < l->end};
    l->begin += length;
    if (l->begin < l->end && is_end(l->window[l->begin]))
        l->begin++;
    return true;
}

bool ceilometer_lines_next(CeilometerLines *l, CeilometerLine *out, bool *end, Error *e)
{
    *end = false;
    do {
        if (l->begin == l->end && (is_last(l) || !fill(l, e))) {
            *end = is_last(l);
            return *end;
        }
        if (l->begin == l->end) {
            *end = true; /* the file has shrunk since it was opened */
            return true;
        }
        if (!next_any(l, out, e))
            return false;
    } while (out->text.length == 0);
    return true;
}

void ceilometer_lines_back(CeilometerLines *l, const CeilometerLine *line, size_t at)
{
    l->begin = (size_t)(line->offset - l->offset) + at;
}
