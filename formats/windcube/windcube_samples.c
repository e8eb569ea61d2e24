/* windcube_samples.c: how times and numbers are written, by the first rows. */
#include "formats/windcube/windcube_reader.h"

#include <string.h>

/* The cells of the next row that is sound into w->cells; false: no further row. */
static bool next_sample(const Windcube *w, size_t *line, size_t *count)
{
    while (++*line < w->head.count) {
        StringView text = w->head.lines[*line];
        if (windcube_is_names(text)) /* of a file that was appended */
            return false;
        *count = windcube_split(w, text);
        if (windcube_fits(w, *count))
            return true;
    }
    return false;
}

/* Version 2 writes 2020/10/08 00:10, version 1 06/12/2016 00:10:00, day first. */
static void find_pattern(Windcube *w)
{
    static const char *const patterns[] = {NULL, "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M",
                                           "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S"};
    enum { PATTERNS = sizeof patterns / sizeof *patterns };
    size_t fitting[PATTERNS] = {0}, best = 0, line = w->names_line, count;
    Timestamp t;
    while (next_sample(w, &line, &count))
        for (size_t i = 0; i < PATTERNS; i++) {
            const CsvCell *c = &w->cells[0];
            fitting[i] += patterns[i] ? timestamp_parse(c->bytes, c->length, patterns[i], &t)
                                      : timestamp_parse_iso(c->bytes, c->length, &t);
        }
    for (size_t i = 1; i < PATTERNS; i++)
        if (fitting[i] > fitting[best])
            best = i;
    w->time_pattern = patterns[best];
}

static void find_decimal(Windcube *w)
{
    size_t commas = 0, points = 0, line = w->names_line, count;
    while (next_sample(w, &line, &count))
        for (size_t k = 1; k < count; k++) {
            const CsvCell *c = &w->cells[k];
            double value;
            points += memchr(c->bytes, '.', c->length) &&
                      text_to_double(c->bytes, c->length, '.', &value);
            commas += memchr(c->bytes, ',', c->length) &&
                      text_to_double(c->bytes, c->length, ',', &value);
        }
    w->decimal = commas > points ? ',' : '.';
}

void windcube_samples(Windcube *w)
{
    find_pattern(w);
    find_decimal(w);
}

bool windcube_is_numeric(const Windcube *w, size_t column)
{
    size_t line = w->names_line, count, seen = 0, words = 0;
    double value;
    while (next_sample(w, &line, &count)) {
        const CsvCell *c = &w->cells[column];
        if (c->length == 0 || csv_is_missing(c->bytes, c->length))
            continue;
        seen++;
        words += !text_to_double(c->bytes, c->length, w->decimal, &value);
    }
    return words * CSV_CONTRADICTION_MAX <= seen;
}
