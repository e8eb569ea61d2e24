/* ceilometer.c: messages of ceilometers as a format.
 *
 * The file is read twice: the first time for the number of messages and the shape of their
 * profiles, which the schema needs, the second time for the values. */
#include "formats/ceilometer/ceilometer.h"

#include "formats/ceilometer/ceilometer_reader.h"
#include "formats/ceilometer/ceilometer_stamp.h"

#include <stdio.h>
#include <string.h>

/* --- probe ---------------------------------------------------------------------------------- */

/* A header with its control characters, or with a status line below it: the first such. */
static bool find_message(const Input *in, CeilometerHeader *out)
{
    CeilometerLines lines = {.window = (char *)(uintptr_t)in->head, .end = in->head_size};
    CeilometerLine line;
    bool end = false, waiting = false;
    Error e;
    while (ceilometer_lines_next(&lines, &line, &end, &e) && !end) {
        double unused;
        size_t stamp = ceilometer_stamp(line.text, &unused);
        StringView v = {line.text.bytes + stamp, line.text.length - stamp};
        if (waiting && ceilometer_is_status(v))
            return true;
        waiting = ceilometer_header(v, out);
        out->offset = line.offset + stamp;
        if (waiting && v.length > 0 && *v.bytes == CEILOMETER_SOH &&
            memchr(v.bytes, CEILOMETER_STX, v.length))
            return true;
    }
    return false;
}

/* The first line of Vaisala's own logger, before it has logged anything. */
static bool is_empty_log(const Input *in)
{
    static const char mark[] = "-Ceilometer Logfile";
    return in->head_size >= sizeof mark - 1 && memcmp(in->head, mark, sizeof mark - 1) == 0;
}

static void probe(const Input *in, const void *options, Probe *p)
{
    CeilometerHeader h = {0};
    (void)options;
    *p = (Probe){.sure = SURE_BY_CONTENT};
    if (find_message(in, &h)) {
        snprintf(p->evidence, sizeof p->evidence, "message '%s' of a %s %s at byte %llu", h.text,
                 h.kind->maker, ceilometer_model(h.kind, h.subclass), (unsigned long long)h.offset);
    } else if (ceilometer_is_ld40(in)) {
        snprintf(p->evidence, sizeof p->evidence,
                 "the first line is DATE, TIME and the ranges of an LD40");
    } else if (is_empty_log(in)) {
        snprintf(p->evidence, sizeof p->evidence, "the first line is '-Ceilometer Logfile'");
    } else {
        p->sure = SURE_NO;
        snprintf(p->evidence, sizeof p->evidence,
                 "no header of a CL31, CL51, CT25K or CS135 message (CL020221) in the first "
                 "%zu bytes",
                 in->head_size);
    }
}

/* --- reader --------------------------------------------------------------------------------- */

static bool open_file(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                      Reader **out, Error *e)
{
    (void)options;
    (void)limits; /* nothing is compressed */
    Ceilometer *c = arena_alloc(a, sizeof *c);
    if (!c)
        return arena_full(a, e);
    dataset_init(&c->dataset, a);
    c->reader.dataset = &c->dataset;
    c->in = *in;
    c->is_ld40 = ceilometer_is_ld40(in);
    if (!ceilometer_preamble(c, e) ||
        !(c->is_ld40 ? ceilometer_ld40_survey(c, e) : ceilometer_survey(c, e)) ||
        !ceilometer_schema(c, e))
        return false;
    *out = &c->reader;
    return true;
}

static bool fill(Ceilometer *c, Error *e)
{
    c->start += c->filled;
    c->filled = 0;
    c->value = 0;
    while (!c->ended && c->filled < c->batch_rows && c->start + c->filled < c->survey.rows)
        if (!(c->is_ld40 ? ceilometer_ld40_row(c, &c->ended, e) : ceilometer_row(c, &c->ended, e)))
            return false;
    return true;
}

static bool tell_range(Ceilometer *c, Block *out)
{
    const CeilometerColumn *column = &c->columns[VALUE_RANGE];
    c->range_told = true;
    if (column->var == NO_VAR)
        return false;
    *out = (Block){.var = column->var,
                   .type = TYPE_DOUBLE,
                   .count = c->survey.shape.gates,
                   .values = c->range_m};
    return true;
}

/* The next variable of the rows at hand. */
static bool tell_column(Ceilometer *c, Block *out)
{
    for (; c->filled > 0 && c->value < VALUE_COUNT; c->value++) {
        const CeilometerColumn *column = &c->columns[c->value];
        if (column->var == NO_VAR || !column->values)
            continue;
        *out = (Block){.var = column->var,
                       .type = c->dataset.vars[column->var].type,
                       .start = c->start * column->width,
                       .count = c->filled * column->width,
                       .values = column->values};
        c->value++;
        return true;
    }
    return false;
}

static bool next_block(Reader *r, Block *out, bool *end, Error *e)
{
    Ceilometer *c = (Ceilometer *)r;
    *end = false;
    if (!c->range_told && tell_range(c, out))
        return true;
    if (tell_column(c, out))
        return true;
    if (!fill(c, e))
        return false;
    if (tell_column(c, out))
        return true;
    *end = ceilometer_finish(c, e);
    return *end;
}

static void close_file(Reader *r)
{
    (void)r; /* all of it is in the arena */
}

const Format format_ceilometer = {
    .name = "ceilometer",
    .summary = "messages of ceilometers: Vaisala CL31, CL51, CT25K, LD40, Campbell CS135",
    .extensions = "dat his bsc txt log",
    .probe = probe,
    .open = open_file,
    .next = next_block,
    .close = close_file,
};
