/* pipeline.c: bytes -> Report: choose the format, open, run every block through the handlers, tell.
 *
 * Whatever goes wrong ends in the report with its stage; what was read before counts. */
#include "pipelines/pipeline.h"

#include "handlers/coverage.h"
#include "pipelines/header.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* One job on its way; lives on the stack of pipeline_run. */
typedef struct Run {
    const Pipeline *pipeline;
    JobKind kind;
    const Input *in;
    Arena *arena;
    Report *report;
    const Format *format;
    Reader *reader;
    void *statistics, *coverage;
    Error error; /* why reading ended early; kind ERROR_NONE: it did not */
} Run;

static const char *keep(Run *r, const char *text)
{
    const char *copy = arena_string(r->arena, text ? text : "");
    return copy ? copy : "";
}

/* Closes the report as failed; the stage says how far it got. */
static void fail(Run *r, const char *stage, const Error *e)
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

static void keep_probes(Run *r, const Probe *probes)
{
    size_t count = 0;
    while (formats_all[count])
        count++;
    ReportProbe *list = arena_array(r->arena, count, sizeof *list);
    if (!list)
        return;
    for (size_t i = 0; i < count; i++)
        list[i] = (ReportProbe){.format = formats_all[i]->name,
                                .evidence = keep(r, probes[i].evidence),
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

/* What the format that the name speaks of has against the content, or NULL. */
static const Probe *objection(const Run *r, const Probe *probes, const char **format)
{
    for (size_t i = 0; formats_all[i]; i++) {
        *format = formats_all[i]->name;
        if (is_named_like(r->in->name, formats_all[i]->extensions) && probes[i].evidence[0])
            return &probes[i];
    }
    return NULL;
}

static void unrecognised(Run *r, const Probe *probes)
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
    fail(r, "open", &e);
    r->report->state = REPORT_UNRECOGNISED;
    r->report->is_data = is_data;
}

/* Sets r->format and the evidence; false: the report is closed. */
static bool choose(Run *r)
{
    Probe probes[FORMATS_MAX] = {0};
    const Pipeline *p = r->pipeline;
    if (r->in->size == 0) {
        Error e = {0};
        error_coded(&e, ERROR_DATA, "empty", "the file is empty (0 bytes)");
        fail(r, "open", &e);
        return false;
    }
    const Format *winner = formats_probe(r->in, p->format_options, probes);
    if (r->kind == JOB_EXPLAIN)
        keep_probes(r, probes);
    r->format = p->format ? p->format : winner;
    if (!r->format) {
        unrecognised(r, probes);
        return false;
    }
    r->report->format = r->format->name;
    r->report->evidence = keep(r, probes[format_index(r->format)].evidence);
    return true;
}

static bool open_reader(Run *r)
{
    Error e = {0};
    const void *options = r->pipeline->format_options[format_index(r->format)];
    if (!r->format->open(r->in, options, &r->pipeline->limits, r->arena, &r->reader, &e)) {
        fail(r, "open", &e);
        return false;
    }
    const Dataset *d = r->reader->dataset;
    if (d->format)
        r->report->format = d->format;
    r->report->model = keep(r, d->model);
    return true;
}

static bool begin_handlers(Run *r)
{
    const Dataset *d = r->reader->dataset;
    const StatisticsOptions *o = &r->pipeline->statistics;
    return handler_statistics.begin(d, o, &r->statistics, &r->error) &&
           handler_coverage.begin(d, &o->masking, &r->coverage, &r->error);
}

/* The next block through the handlers; false at the end, or where r->error says why it broke off.
 */
static bool read_block(Run *r)
{
    const Dataset *d = r->reader->dataset;
    Block block = {0};
    bool end = false;
    return r->format->next(r->reader, &block, &end, &r->error) && !end &&
           handler_statistics.block(r->statistics, d, &block, &r->error) &&
           handler_coverage.block(r->coverage, d, &block, &r->error);
}

static const char *attribute(Run *r, const Var *v, const char *name)
{
    return keep(r, var_attr_text(v, name));
}

static void report_variables(Run *r)
{
    const Dataset *d = r->reader->dataset;
    ReportVariable *list = arena_array(r->arena, d->var_count ? d->var_count : 1, sizeof *list);
    if (!list) {
        if (r->error.kind == ERROR_NONE)
            arena_full(r->arena, &r->error);
        return;
    }
    for (size_t i = 0; i < d->var_count; i++) {
        const Var *v = &d->vars[i];
        const VariableStatistics *s = statistics_of(r->statistics, i);
        list[i] = (ReportVariable){.name = v->name,
                                   .units = attribute(r, v, "units"),
                                   .standard_name = attribute(r, v, "standard_name"),
                                   .long_name = attribute(r, v, "long_name"),
                                   .type = v->type,
                                   .rank = v->dim_count,
                                   .shape = v->shape,
                                   .result = s->result};
        if (s->failed) {
            list[i].code = keep(r, s->error.code);
            list[i].reason = keep(r, s->error.message);
            list[i].place = keep(r, s->error.place);
        }
    }
    r->report->variables = list;
    r->report->variable_rows = d->var_count;
}

static void report_coverage(Run *r)
{
    const Dataset *d = r->reader->dataset;
    const Coverage *c = coverage_of(r->coverage);
    if (c->time_var == NO_VAR)
        return;
    const Var *v = &d->vars[c->time_var];
    r->report->time_variable = v->name;
    if (!d->rows_known && v->dim_count > 0) {
        r->report->rows = v->shape[0];
        r->report->rows_known = true;
    }
    if (!c->known)
        return;
    char text[INSTANT_TEXT_SIZE];
    instant_to_text(text, c->first, c->calendar);
    r->report->first_time = keep(r, text);
    instant_to_text(text, c->last, c->calendar);
    r->report->last_time = keep(r, text);
}

/* How many variables failed; *first is one of them, *read is how many elements came in all. */
static size_t count_failed(const Run *r, size_t *first, uint64_t *read)
{
    size_t failed = 0;
    *read = 0;
    for (size_t i = 0; i < r->reader->dataset->var_count; i++) {
        const VariableStatistics *s = statistics_of(r->statistics, i);
        *read += s->read;
        if (s->failed && failed++ == 0)
            *first = i;
    }
    return failed;
}

/* Done, partial or failed, from how reading ended and which variables could not be read. */
static void verdict(Run *r)
{
    const Dataset *d = r->reader->dataset;
    size_t first = 0;
    uint64_t read;
    size_t failed = count_failed(r, &first, &read);
    if (r->error.kind == ERROR_NONE && failed == 0)
        return;
    if (r->error.kind == ERROR_NONE) {
        const VariableStatistics *s = statistics_of(r->statistics, first);
        r->error = s->error;
        error_at(&r->error, "variable %s", d->vars[first].name);
        error_wrap(&r->error, "%zu of %zu variables cannot be read; %s", failed, d->var_count,
                   d->vars[first].name);
    }
    fail(r, "read", &r->error);
    bool world = r->error.kind != ERROR_DATA;
    if (!world && failed < d->var_count && read > 0)
        r->report->state = REPORT_PARTIAL;
}

static void report_rest(Run *r)
{
    const Dataset *d = r->reader->dataset;
    Report *out = r->report;
    out->convention = keep(r, d->convention);
    out->rows_known = d->rows_known;
    out->rows = d->rows;
    out->variable_count = d->var_count;
    out->group_count = d->group_count ? d->group_count - 1 : 0;
}

static void report_guesses(Run *r)
{
    if (!r->format->describe)
        return;
    auto_buffer Buffer text = {0};
    r->format->describe(r->reader, &text);
    if (text.bytes)
        r->report->guessed = keep(r, text.bytes);
}

static void read_all(Run *r)
{
    Dataset *d = r->reader->dataset;
    if (!begin_handlers(r)) {
        fail(r, "compute", &r->error);
        return;
    }
    while (read_block(r))
        ;
    Error e = {0};
    if ((!handler_statistics.end(r->statistics, d, &e) ||
         !handler_coverage.end(r->coverage, d, &e)) &&
        r->error.kind == ERROR_NONE)
        r->error = e;
    report_rest(r);
    report_variables(r);
    report_coverage(r);
    verdict(r);
    if (r->kind == JOB_SHOW)
        r->report->text = header_text(r->in->name, d, r->report, r->arena);
    r->report->notes = d->notes;
    r->report->note_count = d->note_count;
}

void pipeline_run(const Pipeline *p, JobKind kind, const Input *in, Arena *a, Report *out)
{
    *out = (Report){.state = REPORT_DONE, .is_data = true};
    Run r = {.pipeline = p, .kind = kind, .in = in, .arena = a, .report = out};
    if (choose(&r) && kind != JOB_PROBE && open_reader(&r)) {
        report_guesses(&r);
        if (kind == JOB_EXPLAIN)
            report_rest(&r);
        else
            read_all(&r);
    }
    if (r.format && r.reader)
        r.format->close(r.reader);
}
