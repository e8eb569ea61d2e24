/* reading_open.c: the choice of a format for the unit at hand, with what speaks for it. */
#include "pipelines/reading.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *reading_keep(Reading *r, const char *text)
{
    const char *copy = arena_string(r->arena, text ? text : "");
    return copy ? copy : "";
}

void reading_fail(Reading *r, const char *stage, const Error *e)
{
    r->report->state = REPORT_FAILED;
    r->report->stage = stage;
    r->report->error = *e;
}

static size_t format_index(const Format *format)
{
    size_t i = 0;
    while (formats_all[i] != format)
        i++;
    return i;
}

static void keep_probes(Reading *r, const Probe *probes)
{
    size_t count = 0;
    while (formats_all[count])
        count++;
    ReportProbe *list = arena_array(r->arena, count, sizeof *list);
    if (!list)
        return;
    for (size_t i = 0; i < count; i++)
        list[i] = (ReportProbe){.format = formats_all[i]->name,
                                .evidence = reading_keep(r, probes[i].evidence),
                                .sure = (unsigned)probes[i].sure};
    r->report->probes = list;
    r->report->probe_count = count;
}

/* True where the name ends like one of the blank-separated extensions. */
static bool is_named_like(const char *name, const char *extensions)
{
    const char *dot = strrchr(name, '.');
    size_t length = dot ? strlen(dot + 1) : 0;
    for (const char *at = extensions; length && *at; at += strspn(at, " ")) {
        size_t word = strcspn(at, " ");
        if (word == length && strncasecmp(at, dot + 1, length) == 0)
            return true;
        at += word;
    }
    return false;
}

/* What the format that the name speaks of has against the content, or NULL. Of several the last,
 * which is the most general. */
static const Probe *objection(const Reading *r, const Probe *probes, const char **format)
{
    const Probe *against = NULL;
    for (size_t i = 0; formats_all[i]; i++) {
        if (!is_named_like(r->in->name, formats_all[i]->extensions) || !probes[i].evidence[0])
            continue;
        *format = formats_all[i]->name;
        against = &probes[i];
    }
    return against;
}

static void unrecognised(Reading *r, const Probe *probes)
{
    Error e = {0};
    bool is_data = true;
    const char *format = NULL;
    const char *guess = signature_guess(r->in, &is_data);
    const Probe *against = objection(r, probes, &format);
    if (guess)
        error_coded(&e, ERROR_DATA, "unrecognised",
                    "it seems to be %s, for which there is no reader", guess);
    else if (against)
        error_coded(&e, ERROR_DATA, "unrecognised", "no format recognises the content; as %s: %s",
                    format, against->evidence);
    else
        error_coded(&e, ERROR_DATA, "unrecognised", "no format recognises the content");
    reading_fail(r, "open", &e);
    r->report->state = REPORT_UNRECOGNISED;
    r->report->is_data = is_data;
}

/* Sets r->format and the evidence; false: the report is closed. */
bool reading_choose(Reading *r)
{
    Probe probes[FORMATS_MAX] = {0};
    const Pipeline *p = r->pipeline;
    if (r->in->size == 0) {
        Error e = {0};
        error_coded(&e, ERROR_DATA, "empty", "the file is empty (0 bytes)");
        reading_fail(r, "open", &e);
        return false;
    }
    bool explain = r->kind == JOB_EXPLAIN;
    const Format *winner = formats_probe(r->in, p->format_options, explain || p->format, probes);
    if (explain)
        keep_probes(r, probes);
    /* a pipeline that names a format means what is in an archive */
    r->format = p->format && !(winner && winner->unpack) ? p->format : winner;
    if (!r->format) {
        unrecognised(r, probes);
        return false;
    }
    r->report->format = r->format->name;
    r->report->evidence = reading_keep(r, probes[format_index(r->format)].evidence);
    return true;
}

static void report_guesses(Reading *r)
{
    if (!r->format->describe)
        return;
    auto_buffer Buffer text = {0};
    r->format->describe(r->reader, &text);
    if (text.bytes)
        r->report->guessed = reading_keep(r, text.bytes);
}

bool reading_open(Reading *r)
{
    Error e = {0};
    const void *options = r->pipeline->format_options[format_index(r->format)];
    if (!r->format->open(r->in, options, &r->pipeline->limits, r->arena, &r->reader, &e)) {
        reading_fail(r, "open", &e);
        return false;
    }
    const Dataset *d = r->reader->dataset;
    if (d->format)
        r->report->format = d->format;
    r->report->model = reading_keep(r, d->model);
    report_guesses(r);
    return true;
}

void reading_close(Reading *r)
{
    if (!r->reader)
        return;
    r->report->tainted |= r->reader->tainted;
    r->format->close(r->reader);
}
