/* reading_report.c: from a schema and the handlers' states to a Report, and the verdict on it. */
#include "handlers/coverage.h"
#include "pipelines/header.h"
#include "pipelines/reading.h"

static const char *attribute(Reading *r, const Var *v, const char *name)
{
    return reading_keep(r, var_attr_text(v, name));
}

static ReportVariable derived_variable(const Derived *v)
{
    return (ReportVariable){.name = v->name,
                            .units = v->units,
                            .standard_name = v->standard_name,
                            .long_name = v->long_name,
                            .type = v->type,
                            .rank = v->rank,
                            .shape = v->shape,
                            .result = v->result,
                            .code = "",
                            .reason = "",
                            .place = ""};
}

static ReportVariable own_variable(Reading *r, size_t index)
{
    const Var *v = &r->reader->dataset->vars[index];
    const VariableStatistics *s = statistics_of(r->states[STATISTICS], index);
    return (ReportVariable){.name = v->name,
                            .units = attribute(r, v, "units"),
                            .standard_name = attribute(r, v, "standard_name"),
                            .long_name = attribute(r, v, "long_name"),
                            .type = v->type,
                            .rank = v->dim_count,
                            .shape = v->shape,
                            .result = s->result,
                            .code = s->failed ? reading_keep(r, s->error.code) : "",
                            .reason = s->failed ? reading_keep(r, s->error.message) : "",
                            .place = s->failed ? reading_keep(r, s->error.place) : ""};
}

/* What handler i has derived; NULL and 0 where it is nothing. */
static const Derived *derived_by(const Reading *r, size_t i, size_t *count)
{
    *count = 0;
    return r->states[i] && reading_handlers[i]->derived
               ? reading_handlers[i]->derived(r->states[i], count)
               : NULL;
}

static void report_variables(Reading *r)
{
    const Dataset *d = r->reader->dataset;
    size_t count = d->var_count, more;
    for (size_t i = 0; i < HANDLER_COUNT; i++) {
        (void)derived_by(r, i, &more);
        count += more;
    }
    ReportVariable *list = arena_array(r->arena, count ? count : 1, sizeof *list);
    if (!list) {
        if (r->error.kind == ERROR_NONE)
            arena_full(r->arena, &r->error);
        return;
    }
    size_t filled = 0;
    while (filled < d->var_count) {
        list[filled] = own_variable(r, filled);
        filled++;
    }
    for (size_t i = 0; i < HANDLER_COUNT; i++) {
        const Derived *derived = derived_by(r, i, &more);
        for (size_t k = 0; k < more; k++)
            list[filled++] = derived_variable(&derived[k]);
    }
    r->report->variables = list;
    r->report->variable_rows = count;
}

static void report_coverage(Reading *r)
{
    const Dataset *d = r->reader->dataset;
    const Coverage *c = coverage_of(r->states[COVERAGE]);
    if (c->time_var == NO_VAR)
        return;
    const Var *v = &d->vars[c->time_var];
    r->report->time_variable = v->name;
    if (c->rows_known) {
        r->report->rows = c->rows;
        r->report->rows_known = true;
    } else if (!d->rows_known && v->dim_count > 0) {
        r->report->rows = v->shape[0];
        r->report->rows_known = true;
    }
    if (!c->known)
        return;
    char text[INSTANT_TEXT_SIZE];
    instant_to_text(text, c->first, c->calendar);
    r->report->first_time = reading_keep(r, text);
    instant_to_text(text, c->last, c->calendar);
    r->report->last_time = reading_keep(r, text);
}

/* How many variables failed; *first is one of them, *read is how many elements came in all. */
static size_t count_failed(const Reading *r, size_t *first, uint64_t *read)
{
    size_t failed = 0;
    *read = 0;
    for (size_t i = 0; i < r->reader->dataset->var_count; i++) {
        const VariableStatistics *s = statistics_of(r->states[STATISTICS], i);
        *read += s->read;
        if (s->failed && failed++ == 0)
            *first = i;
    }
    return failed;
}

/* Done, partial or failed, from how reading ended and which variables could not be read. */
static void verdict(Reading *r)
{
    const Dataset *d = r->reader->dataset;
    size_t first = 0;
    uint64_t read;
    size_t failed = count_failed(r, &first, &read);
    if (r->error.kind == ERROR_NONE && failed == 0)
        return;
    if (r->error.kind == ERROR_NONE) {
        const VariableStatistics *s = statistics_of(r->states[STATISTICS], first);
        r->error = s->error;
        error_at(&r->error, "variable %s", d->vars[first].name);
        error_wrap(&r->error, "%zu of %zu variables cannot be read; %s", failed, d->var_count,
                   d->vars[first].name);
    }
    reading_fail(r, "read", &r->error);
    bool world = r->error.kind != ERROR_DATA;
    if (!world && failed < d->var_count && read > 0)
        r->report->state = REPORT_PARTIAL;
}

void reading_report_schema(Reading *r)
{
    const Dataset *d = r->reader->dataset;
    Report *out = r->report;
    out->convention = reading_keep(r, d->convention);
    out->rows_known = d->rows_known;
    out->rows = d->rows;
    out->variable_count = d->var_count;
    out->group_count = d->group_count ? d->group_count - 1 : 0;
}

static void conclude(Reading *r)
{
    size_t count = r->reader->dataset->var_count;
    SummaryResult *results = arena_array(r->arena, count ? count : 1, sizeof *results);
    for (size_t i = 0; results && i < count; i++)
        results[i] = statistics_of(r->states[STATISTICS], i)->result;
    if (results)
        r->format->conclude(r->reader, results);
}

static void report_text(Reading *r)
{
    auto_buffer Buffer lines = {0};
    for (size_t i = 0; i < HANDLER_COUNT; i++)
        if (r->states[i] && reading_handlers[i]->text)
            reading_handlers[i]->text(r->states[i], &lines);
    const char *header = header_text(r->in->name, r->reader->dataset, r->report, r->arena);
    const char *text = lines.bytes ? arena_printf(r->arena, "%s%s", header, lines.bytes) : header;
    r->report->text = text ? text : header;
}

void reading_report(Reading *r)
{
    Dataset *d = r->reader->dataset;
    if (r->format->conclude)
        conclude(r);
    reading_report_schema(r);
    report_variables(r);
    report_coverage(r);
    verdict(r);
    if (r->kind == JOB_SHOW)
        report_text(r);
    r->report->facts = d->facts;
    r->report->fact_count = d->fact_count;
    r->report->notes = d->notes;
    r->report->note_count = d->note_count;
}
