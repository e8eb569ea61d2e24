/* report.c: a Report as bytes and back, described once for both directions (wire.h), and the checks
 * that make a decoded report fit to be believed. */
#include "pipelines/report.h"

#include "core/mask.h"
#include "core/wire.h"
#include "formats/parts.h"

enum { REPORT_MAGIC = 0x31504557, RANK_MAX = 1024, SURENESS_END = 4 };

static void wire_enum(Wire *w, void *value, uint32_t limit, const char *what)
{
    wire_below(w, value, limit, what);
}

static void wire_counts(Wire *w, SummaryResult *r)
{
    SummaryCount *counts = wire_list(w, &r->count_count, r->counts, sizeof *counts, sizeof *counts);
    if (r->count_count > SUMMARY_COUNTS_MAX)
        wire_fail(w, "more values counted than a variable can have");
    for (size_t i = 0; i < r->count_count && !w->failed; i++) {
        uint64_t value = (uint64_t)counts[i].value;
        wire_u64(w, &value);
        wire_u64(w, &counts[i].count);
        if (!w->out)
            counts[i].value = (int64_t)value;
    }
    r->counts = counts;
}

static void wire_result(Wire *w, SummaryResult *r)
{
    wire_u64(w, &r->n);
    wire_u64(w, &r->valid);
    wire_u64(w, &r->missing);
    wire_u64(w, &r->outside_valid_range);
    wire_bool(w, &r->has_values);
    if (r->valid > r->n || r->missing != r->n - r->valid || r->outside_valid_range > r->valid)
        wire_fail(w, "counts do not add up");
    if (!r->has_values)
        return;
    number_wire(w, &r->min);
    number_wire(w, &r->max);
    number_wire(w, &r->first);
    number_wire(w, &r->last);
    wire_double(w, &r->mean);
    wire_double(w, &r->std);
    wire_bool(w, &r->has_quantiles);
    wire_double(w, &r->p05);
    wire_double(w, &r->p50);
    wire_double(w, &r->p95);
    wire_bool(w, &r->has_histogram);
    for (size_t i = 0; i < SUMMARY_HISTOGRAM_BINS; i++)
        wire_u64(w, &r->histogram[i]);
    wire_counts(w, r);
}

static void wire_shape(Wire *w, ReportVariable *v)
{
    uint64_t *shape = wire_list(w, &v->rank, v->shape, sizeof *shape, sizeof *shape);
    if (v->rank > RANK_MAX)
        wire_fail(w, "more dimensions than a file can have");
    for (size_t i = 0; i < v->rank && !w->failed; i++)
        wire_u64(w, &shape[i]);
    v->shape = shape;
}

static void wire_variable(Wire *w, ReportVariable *v)
{
    wire_string(w, &v->name);
    wire_string(w, &v->units);
    wire_string(w, &v->standard_name);
    wire_string(w, &v->long_name);
    wire_enum(w, &v->type, TYPE_COUNT, "unknown data type");
    wire_shape(w, v);
    wire_result(w, &v->result);
    wire_string(w, &v->code);
    wire_string(w, &v->reason);
    wire_string(w, &v->place);
}

static void wire_texts(Wire *w, const char ***items, size_t *count)
{
    *items = wire_list(w, count, *items, sizeof **items, sizeof(uint32_t));
    for (size_t i = 0; i < *count && !w->failed; i++)
        wire_string(w, &(*items)[i]);
}

static void wire_probes(Wire *w, Report *r)
{
    r->probes = wire_list(w, &r->probe_count, r->probes, sizeof *r->probes, 3 * sizeof(uint32_t));
    for (size_t i = 0; i < r->probe_count && !w->failed; i++) {
        wire_string(w, &r->probes[i].format);
        wire_string(w, &r->probes[i].evidence);
        wire_below(w, &r->probes[i].sure, SURENESS_END, "unknown sureness");
    }
}

static void wire_variables(Wire *w, Report *r)
{
    enum { LEAST = 12 * sizeof(uint32_t) };
    r->variables = wire_list(w, &r->variable_rows, r->variables, sizeof *r->variables, LEAST);
    for (size_t i = 0; i < r->variable_rows && !w->failed; i++)
        wire_variable(w, &r->variables[i]);
}

static void wire_report(Wire *w, Report *r)
{
    uint32_t magic = REPORT_MAGIC;
    wire_u32(w, &magic);
    if (magic != REPORT_MAGIC)
        wire_fail(w, "not a report");
    wire_enum(w, &r->state, REPORT_UNRECOGNISED + 1, "unknown state");
    const char **texts[] = {&r->format,        &r->model,      &r->convention, &r->evidence,
                            &r->guessed,       &r->first_time, &r->last_time,  &r->stage,
                            &r->time_variable, &r->text};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        wire_string(w, texts[i]);
    wire_bool(w, &r->rows_known);
    wire_u64(w, &r->rows);
    wire_u64(w, &r->variable_count);
    wire_u64(w, &r->group_count);
    wire_bool(w, &r->is_data);
    wire_bool(w, &r->container);
    wire_below(w, &r->parts, PARTS_MAX + 1, "more parts than a file can have");
    wire_error(w, &r->error);
    wire_texts(w, &r->notes, &r->note_count);
    wire_texts(w, &r->facts, &r->fact_count);
    wire_variables(w, r);
    wire_probes(w, r);
}

size_t report_encode(const Report *r, uint8_t *out, size_t capacity)
{
    Report copy = *r; /* writing changes nothing, but the walk is shared with reading */
    Wire w = {.out = out, .size = capacity};
    wire_report(&w, &copy);
    return w.failed ? 0 : w.at;
}

bool report_decode(const uint8_t *bytes, size_t length, Arena *a, Report *out, Error *e)
{
    Report r = {0};
    Wire w = {.in = bytes, .size = length, .arena = a};
    wire_report(&w, &r);
    if (!w.failed && w.at != length)
        wire_fail(&w, "bytes behind the end");
    if (!w.failed && r.state != REPORT_DONE && !r.error.message[0])
        wire_fail(&w, "a failure without a reason");
    if (w.failed)
        return error_coded(e, ERROR_DATA, "bad_report",
                           "the reader's answer is damaged at byte %zu: %s", w.failed_at, w.failed);
    *out = r;
    return true;
}
