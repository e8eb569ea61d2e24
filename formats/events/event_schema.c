/* event_schema.c: fields -> variables and dimensions, and what is to be said of the file. */
#include "formats/events/event_reader.h"

#include <inttypes.h>
#include <string.h>

enum { COLUMN_VALUES = 8192, COLUMN_VALUES_MIN = 64, ALL_VALUES = 1 << 20, ATTRS_MAX = 4 };

/* --- variables ------------------------------------------------------------------------------ */

static DataType type_of(EventKind kind)
{
    static const DataType types[] = {
        [EVENT_NONE] = TYPE_NONE,       [EVENT_BOOLEAN] = TYPE_BYTE,  [EVENT_INTEGER] = TYPE_INT64,
        [EVENT_UNSIGNED] = TYPE_UINT64, [EVENT_NUMBER] = TYPE_DOUBLE, [EVENT_TIME] = TYPE_DOUBLE,
        [EVENT_TEXT] = TYPE_STRING,
    };
    return types[kind];
}

static void add_text(Var *v, Attr *attrs, const char *name, const char *text)
{
    attrs[v->attr_count++] = (Attr){name, TYPE_CHAR, strlen(text), text};
}

static void add_attributes(const EventField *f, Var *v, Attr *attrs)
{
    static const int8_t flags[] = {0, 1}, no_flag = -1;
    static const int64_t no_integer = INT64_MIN;
    static const uint64_t no_natural = UINT64_MAX;
    const char *units = f->kind == EVENT_TIME ? "seconds since 1970-01-01 00:00:00" : f->units;
    v->attrs = attrs;
    if (units) {
        add_text(v, attrs, "units", units);
        add_text(v, attrs, "calendar", "proleptic_gregorian");
    }
    if (f->kind == EVENT_BOOLEAN) {
        attrs[v->attr_count++] = (Attr){"flag_values", TYPE_BYTE, 2, flags};
        add_text(v, attrs, "flag_meanings", "false true");
        attrs[v->attr_count++] = (Attr){"_FillValue", TYPE_BYTE, 1, &no_flag};
    }
    if (f->kind == EVENT_INTEGER)
        attrs[v->attr_count++] = (Attr){"_FillValue", TYPE_INT64, 1, &no_integer};
    if (f->kind == EVENT_UNSIGNED)
        attrs[v->attr_count++] = (Attr){"_FillValue", TYPE_UINT64, 1, &no_natural};
}

static bool is_taken(const Dataset *d, const char *name)
{
    for (size_t i = 0; i < d->var_count; i++)
        if (strcmp(d->vars[i].name, name) == 0)
            return true;
    return false;
}

/* A key with a dot in it may be called like a field within an object. */
static const char *unique_name(const Dataset *d, const char *name, Arena *a)
{
    const char *unique = name;
    for (size_t i = 2; unique && is_taken(d, unique); i++)
        unique = arena_printf(a, "%s_%zu", name, i);
    return unique;
}

static bool add_variable(EventReader *r, EventField *f, const size_t *dim)
{
    Dataset *d = &r->dataset;
    Attr *attrs = arena_array(r->arena, ATTRS_MAX, sizeof *attrs);
    const char *name = unique_name(d, f->name, r->arena);
    if (!attrs || !name)
        return false;
    Var *v = &d->vars[d->var_count];
    DataType type = type_of(f->kind);
    *v = (Var){.name = name,
               .type = type,
               .base = type,
               .dim_count = 1,
               .dims = dim,
               .shape = &d->dims[*dim].length,
               .count = d->dims[*dim].length,
               .no_default_fill = true};
    add_attributes(f, v, attrs);
    f->var = d->var_count++;
    r->columns[f->var].field = (int32_t)(f - r->fields.items);
    return true;
}

/* The dimension of the records or of an array, which is made when its first variable is. */
static const size_t *dim_of(EventReader *r, int32_t field, size_t **known)
{
    Dataset *d = &r->dataset;
    if (known[field])
        return known[field];
    size_t *dim = arena_alloc(r->arena, sizeof *dim);
    const EventField *f = &r->fields.items[field];
    const char *name = field == 0 ? "record" : arena_copy(r->arena, f->name, strlen(f->name) - 2);
    if (!dim || !name)
        return NULL;
    *dim = d->dim_count++;
    d->dims[*dim] = (Dim){.name = name, .length = f->count, .unlimited = field == 0};
    known[field] = dim;
    return dim;
}

static bool make_variables(EventReader *r)
{
    EventFields *fields = &r->fields;
    Dataset *d = &r->dataset;
    size_t count = (size_t)fields->count;
    size_t **known = arena_array(r->arena, count, sizeof *known);
    d->vars = arena_array(r->arena, count, sizeof *d->vars);
    d->dims = arena_array(r->arena, count + 1, sizeof *d->dims);
    r->columns = arena_array(r->arena, count, sizeof *r->columns);
    if (!known || !d->vars || !d->dims || !r->columns || !dim_of(r, 0, known))
        return false;
    for (int32_t i = 0; i < fields->count; i++) {
        EventField *f = &fields->items[i];
        if (f->kind == EVENT_NONE)
            continue;
        const size_t *dim = dim_of(r, f->dimension, known);
        if (!dim || !add_variable(r, f, dim))
            return false;
    }
    if (r->time_field != EVENT_NO_FIELD)
        d->time_var = fields->items[r->time_field].var;
    return true;
}

static bool make_room(EventReader *r)
{
    size_t vars = r->dataset.var_count, values = ALL_VALUES / (vars + 1);
    values = values > COLUMN_VALUES ? COLUMN_VALUES : values;
    r->capacity = values < COLUMN_VALUES_MIN ? COLUMN_VALUES_MIN : values;
    for (size_t i = 0; i < vars; i++) {
        const Var *v = &r->dataset.vars[i];
        size_t size = v->type == TYPE_STRING ? sizeof(StringView) : type_size(v->type);
        size_t room = v->count < r->capacity ? (size_t)v->count + 1 : r->capacity;
        r->columns[i].any = arena_array(r->arena, room, size);
        if (!r->columns[i].any)
            return false;
    }
    r->telling = vars;
    return true;
}

/* --- notes ---------------------------------------------------------------------------------- */

/* Lines of NDJSON are records. */
static void note_fault(EventReader *r, const EventFault *f)
{
    Dataset *d = &r->dataset;
    bool numbered = r->stream.mode >= EVENT_ARRAY;
    if (numbered)
        dataset_note(d, "%s %" PRIu64 " in line %" PRIu64 " is set aside: %s",
                     r->stream.mode == EVENT_COLUMNS ? "value" : "record", f->record, f->line,
                     f->what);
    else
        dataset_note(d, "line %" PRIu64 " is set aside: %s", f->line, f->what);
}

static void note_stream(EventReader *r)
{
    const EventStream *s = &r->stream;
    Dataset *d = &r->dataset;
    for (size_t i = 0; i < s->faults && i < EVENT_FAULTS_SHOWN; i++)
        note_fault(r, &s->shown[i]);
    if (s->text.encoding != CSV_UTF8)
        dataset_note(d, "converted from %s to UTF-8", csv_encoding_names[s->text.encoding]);
    if (s->text.nuls > 0)
        dataset_note(d, "%" PRIu64 " NUL bytes were left out", s->text.nuls);
    if (s->text.foreign > 0)
        dataset_note(d, "%" PRIu64 " bytes that are no UTF-8 were read as windows-1252",
                     s->text.foreign);
    if (r->fields.ignored > 0)
        dataset_note(d,
                     "%" PRIu64 " values are left out: there are more than %d different fields, or "
                     "keys of more than %d bytes",
                     r->fields.ignored, EVENT_FIELDS_MAX, EVENT_KEY_MAX);
}

bool event_schema(EventReader *r, Error *e)
{
    static const char *const models[] = {
        [EVENT_LINES] = "NDJSON",         [EVENT_CONCATENATED] = "concatenated JSON",
        [EVENT_ARRAY] = "JSON array",     [EVENT_ENVELOPE] = "JSON object with records",
        [EVENT_COLUMNS] = "JSON columns",
    };
    Dataset *d = &r->dataset;
    d->model = r->is_geo ? "GeoJSON" : models[r->stream.mode];
    d->groups = &r->root;
    d->group_count = 1;
    d->rows = r->fields.items[0].count;
    d->rows_known = true;
    note_stream(r);
    if (r->is_geo)
        event_geo_tell(&r->geo, d);
    for (int32_t i = 0; i < r->fields.count; i++)
        event_field_settle(&r->fields.items[i], d);
    r->time_field = event_fields_time(&r->fields);
    return make_variables(r) && make_room(r) ? true : arena_full(r->arena, e);
}
