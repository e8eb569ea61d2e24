/* header.c: CDL, as far as a header goes, for every format. */
#include "pipelines/header.h"

#include "core/text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { VALUES_SHOWN = 16, TEXT_SHOWN = 1000 };

static void quoted(Buffer *out, const char *bytes, size_t length)
{
    size_t shown = length > TEXT_SHOWN ? TEXT_SHOWN : length;
    buffer_char(out, '"');
    text_printable(out, bytes, shown);
    buffer_string(out, shown < length ? "...\"" : "\"");
}

static void number(Buffer *out, double value)
{
    char text[TEXT_NUMBER_SIZE];
    if (isnan(value))
        buffer_string(out, "NaN");
    else if (isinf(value))
        buffer_string(out, value < 0 ? "-Infinity" : "Infinity");
    else {
        text_from_double(text, value);
        buffer_string(out, text);
    }
}

static void float_number(Buffer *out, float value)
{
    if (isfinite(value))
        buffer_printf(out, "%.8g", (double)value);
    else
        number(out, (double)value);
}

/* One attribute value with CDL's suffix for its type. */
static void attr_value(Buffer *out, const Attr *a, size_t i)
{
    switch (a->type) {
    case TYPE_BYTE:
        buffer_printf(out, "%db", ((const int8_t *)a->values)[i]);
        break;
    case TYPE_UBYTE:
        buffer_printf(out, "%uUB", ((const uint8_t *)a->values)[i]);
        break;
    case TYPE_SHORT:
        buffer_printf(out, "%ds", ((const int16_t *)a->values)[i]);
        break;
    case TYPE_USHORT:
        buffer_printf(out, "%uUS", ((const uint16_t *)a->values)[i]);
        break;
    case TYPE_INT:
        buffer_printf(out, "%" PRId32, ((const int32_t *)a->values)[i]);
        break;
    case TYPE_UINT:
        buffer_printf(out, "%" PRIu32 "U", ((const uint32_t *)a->values)[i]);
        break;
    case TYPE_INT64:
        buffer_printf(out, "%" PRId64 "LL", ((const int64_t *)a->values)[i]);
        break;
    case TYPE_UINT64:
        buffer_printf(out, "%" PRIu64 "ULL", ((const uint64_t *)a->values)[i]);
        break;
    case TYPE_FLOAT:
        float_number(out, ((const float *)a->values)[i]);
        buffer_char(out, 'f');
        break;
    case TYPE_DOUBLE:
        number(out, ((const double *)a->values)[i]);
        break;
    case TYPE_STRING:
        quoted(out, ((const StringView *)a->values)[i].bytes,
               ((const StringView *)a->values)[i].length);
        break;
    default:
        buffer_printf(out, "(%s)", type_name(a->type));
    }
}

static void attribute(Buffer *out, const char *indent, const char *owner, const Attr *a)
{
    buffer_string(out, indent);
    text_printable(out, owner, strlen(owner));
    buffer_char(out, ':');
    text_printable(out, a->name, strlen(a->name));
    buffer_string(out, " = ");
    if (!a->values)
        buffer_printf(out, "(%s, %zu values)", type_name(a->type), a->count);
    else if (a->type == TYPE_CHAR)
        quoted(out, a->values, a->count);
    else
        for (size_t i = 0; i < a->count && i < VALUES_SHOWN; i++) {
            buffer_string(out, i ? ", " : "");
            attr_value(out, a, i);
        }
    if (a->values && a->type != TYPE_CHAR && a->count > VALUES_SHOWN)
        buffer_printf(out, ", ... (%zu values)", a->count);
    buffer_string(out, " ;\n");
}

static void result_number(Buffer *out, const Number *n)
{
    if (n->kind == NUMBER_INT)
        buffer_printf(out, "%" PRId64, n->i);
    else if (n->kind == NUMBER_UINT)
        buffer_printf(out, "%" PRIu64, n->u);
    else
        buffer_printf(out, "%.7g", n->d);
}

/* Eight heights of a bar per bin; the fullest bin is a full bar. */
static void bars(Buffer *out, const SummaryResult *s)
{
    static const char *const heights[] = {"\u2581", "\u2582", "\u2583", "\u2584",
                                          "\u2585", "\u2586", "\u2587", "\u2588"};
    uint64_t most = 0;
    for (size_t i = 0; i < SUMMARY_HISTOGRAM_BINS; i++)
        most = s->histogram[i] > most ? s->histogram[i] : most;
    buffer_string(out, "  ");
    for (size_t i = 0; i < SUMMARY_HISTOGRAM_BINS; i++) {
        double share = most ? (double)s->histogram[i] / (double)most : 0;
        buffer_string(out, s->histogram[i] ? heights[(size_t)(share * 7.0)] : " ");
    }
}

static void statistics(Buffer *out, const char *indent, const ReportVariable *v)
{
    const SummaryResult *s = &v->result;
    buffer_printf(out, "%s// ", indent);
    if (v->reason && v->reason[0]) {
        buffer_string(out, "cannot be read: ");
        text_printable(out, v->reason, strlen(v->reason));
        buffer_char(out, '\n');
        return;
    }
    buffer_printf(out, "%" PRIu64 " of %" PRIu64 " valid", s->valid, s->n);
    if (s->has_values) {
        buffer_string(out, ", ");
        result_number(out, &s->min);
        buffer_string(out, " .. ");
        result_number(out, &s->max);
        buffer_printf(out, ", mean %.7g", s->mean);
        if (isfinite(s->std))
            buffer_printf(out, ", std %.4g", s->std);
    }
    if (s->outside_valid_range)
        buffer_printf(out, ", %" PRIu64 " outside valid_range", s->outside_valid_range);
    if (s->has_histogram)
        bars(out, s);
    buffer_char(out, '\n');
}

static void variable(Buffer *out, const char *indent, const Dataset *d, const Report *r, size_t i)
{
    const Var *v = &d->vars[i];
    const char *name = var_plain_name(v);
    buffer_printf(out, "%s%s ", indent, v->user_type ? v->user_type : type_name(v->type));
    text_printable(out, name, strlen(name));
    for (size_t k = 0; k < v->dim_count; k++) {
        const Dim *dim = &d->dims[v->dims[k]];
        buffer_string(out, k ? ", " : "(");
        if (dim->name[0])
            text_printable(out, dim->name, strlen(dim->name));
        else
            buffer_printf(out, "%" PRIu64, dim->length);
    }
    buffer_string(out, v->dim_count ? ") ;\n" : " ;\n");
    auto_buffer Buffer deeper = {0};
    buffer_printf(&deeper, "%s\t", indent);
    for (size_t k = 0; k < v->attr_count; k++)
        attribute(out, deeper.bytes ? deeper.bytes : "", name, &v->attrs[k]);
    if (i < r->variable_rows)
        statistics(out, deeper.bytes ? deeper.bytes : "", &r->variables[i]);
}

static void text_attribute(Buffer *out, const char *name, const char *key, const char *value)
{
    if (!value[0])
        return;
    buffer_printf(out, "\t\t%s:%s = ", name, key);
    quoted(out, value, strlen(value));
    buffer_string(out, " ;\n");
}

/* What the pipeline has derived: it stands behind the file's own variables. */
static void derived(Buffer *out, const Dataset *d, const Report *r)
{
    if (r->variable_rows > d->var_count)
        buffer_string(out, "\n// derived:\n");
    for (size_t i = d->var_count; i < r->variable_rows; i++) {
        const ReportVariable *v = &r->variables[i];
        buffer_printf(out, "\t%s %s", type_name(v->type), v->name);
        for (size_t k = 0; k < v->rank; k++)
            buffer_printf(out, "%s%" PRIu64, k ? ", " : "(", v->shape[k]);
        buffer_string(out, v->rank ? ") ;\n" : " ;\n");
        text_attribute(out, v->name, "units", v->units);
        text_attribute(out, v->name, "standard_name", v->standard_name);
        text_attribute(out, v->name, "long_name", v->long_name);
        statistics(out, "\t\t", v);
    }
}

static void dimensions(Buffer *out, const Dataset *d, size_t group)
{
    bool any = false;
    for (size_t i = 0; i < d->dim_count; i++) {
        const Dim *dim = &d->dims[i];
        if (dim->group != group || !dim->name[0])
            continue;
        buffer_string(out, any ? "" : "dimensions:\n");
        any = true;
        buffer_char(out, '\t');
        text_printable(out, dim->name, strlen(dim->name));
        if (dim->unlimited)
            buffer_printf(out, " = UNLIMITED ; // (%" PRIu64 " currently)\n", dim->length);
        else
            buffer_printf(out, " = %" PRIu64 " ;\n", dim->length);
    }
}

static void group_text(Buffer *out, const Dataset *d, const Report *r, size_t group)
{
    const Group *g = &d->groups[group];
    if (group)
        buffer_printf(out, "\ngroup: %s {\n", g->path);
    dimensions(out, d, group);
    bool any = false;
    for (size_t i = 0; i < d->var_count; i++) {
        if (d->vars[i].group != group)
            continue;
        buffer_string(out, any ? "" : "variables:\n");
        any = true;
        variable(out, "\t", d, r, i);
    }
    if (g->attr_count)
        buffer_printf(out, "\n// %s attributes:\n", group ? "group" : "global");
    for (size_t i = 0; i < g->attr_count; i++)
        attribute(out, "\t\t", "", &g->attrs[i]);
    if (group)
        buffer_string(out, "}\n");
}

const char *header_text(const char *name, const Dataset *d, const Report *r, Arena *a)
{
    auto_buffer Buffer out = {0};
    buffer_printf(&out, "%s ", r->format);
    text_printable(&out, name, strlen(name));
    buffer_printf(&out, " { // %s\n", r->model);
    for (size_t i = 0; i < d->group_count; i++)
        group_text(&out, d, r, i);
    derived(&out, d, r);
    buffer_string(&out, "}\n");
    const char *text = out.failed ? NULL : arena_copy(a, out.bytes, out.length);
    return text ? text : "";
}
