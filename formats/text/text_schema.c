/* text_schema.c: columns -> dimensions, variables, attributes and room for their values. */
#include "formats/text/text_reader.h"

#include <math.h>
#include <string.h>

enum { BATCH_ROWS = 2048, BATCH_CELLS = 256 * 1024, FIXED_ATTRS = 12, STRING_ROOM = 1 << 20 };

const int64_t text_missing_integer = INT64_MIN;
static const char calendar[] = "proleptic_gregorian";

/* --- attributes ----------------------------------------------------------------------------- */

static void add_text(Attr *attrs, size_t *count, const char *name, const char *text)
{
    if (text && text[0])
        attrs[(*count)++] = (Attr){name, TYPE_CHAR, strlen(text), text};
}

static bool add_packing(const TextColumn *c, Attr *attrs, size_t *count, Arena *a)
{
    if (c->scale == 0)
        return true;
    double *values = arena_array(a, 2, sizeof *values);
    if (!values)
        return false;
    values[0] = c->scale;
    values[1] = c->offset;
    attrs[(*count)++] = (Attr){"scale_factor", TYPE_DOUBLE, 1, values};
    attrs[(*count)++] = (Attr){"add_offset", TYPE_DOUBLE, 1, values + 1};
    return true;
}

/* missing_value in the variable's type; what that cannot hold is no value of it. */
static bool add_missing(const TextColumn *c, DataType type, Attr *attrs, size_t *count, Arena *a)
{
    const double limit = 9e18;
    if (type == TYPE_INT64)
        attrs[(*count)++] = (Attr){"_FillValue", TYPE_INT64, 1, &text_missing_integer};
    if (c->missing_count == 0 || type == TYPE_STRING)
        return true;
    int64_t *whole = arena_array(a, c->missing_count, sizeof *whole);
    if (!whole)
        return false;
    size_t n = 0;
    for (size_t i = 0; i < c->missing_count; i++)
        if (fabs(c->missing[i]) < limit && floor(c->missing[i]) == c->missing[i])
            whole[n++] = (int64_t)c->missing[i];
    if (type == TYPE_DOUBLE)
        attrs[(*count)++] = (Attr){"missing_value", type, c->missing_count, c->missing};
    else if (n > 0)
        attrs[(*count)++] = (Attr){"missing_value", type, n, whole};
    return true;
}

static bool set_attrs(Var *v, const TextColumn *c, const char *units, bool is_time, Arena *a)
{
    Attr *attrs = arena_array(a, FIXED_ATTRS + c->attr_count, sizeof *attrs);
    if (!attrs)
        return false;
    size_t n = 0;
    add_text(attrs, &n, "units", units);
    add_text(attrs, &n, "calendar", is_time ? calendar : NULL);
    add_text(attrs, &n, "standard_name", c->standard_name);
    add_text(attrs, &n, "long_name", c->long_name);
    add_text(attrs, &n, "comment", c->comment);
    add_text(attrs, &n, "cell_methods", c->cell_methods);
    if (!add_packing(c, attrs, &n, a) || !add_missing(c, v->type, attrs, &n, a))
        return false;
    for (size_t i = 0; i < c->attr_count; i++)
        attrs[n++] = c->attrs[i];
    v->attrs = attrs;
    v->attr_count = n;
    return true;
}

/* --- names ---------------------------------------------------------------------------------- */

static bool is_taken(const Dataset *d, const char *name)
{
    for (size_t i = 0; i < d->var_count; i++)
        if (strcmp(d->vars[i].name, name) == 0)
            return true;
    return false;
}

/* "name" at the root, "/group/name" in a group, "_2" behind it where it occurs again. */
static const char *full_name(const TextReader *r, size_t group, const char *name)
{
    const Dataset *d = r->base.dataset;
    const char *path = d->groups[group].path;
    const char *wanted = path[0] ? arena_printf(r->arena, "%s/%s", path, name) : name,
               *tried = wanted;
    for (unsigned i = 2; tried && is_taken(d, tried); i++)
        tried = arena_printf(r->arena, "%s_%u", wanted, i);
    return tried;
}

/* --- variables ------------------------------------------------------------------------------ */

static DataType type_of(TextKind kind)
{
    return kind == TEXT_INTEGER ? TYPE_INT64 : kind == TEXT_STRING ? TYPE_STRING : TYPE_DOUBLE;
}

/* A variable without attributes; NULL: arena full. */
static TextVar *add_var(TextReader *r, const char *name, TextKind kind, size_t group, size_t dim)
{
    Dataset *d = r->base.dataset;
    TextVar *tv = &r->vars[d->var_count];
    Var *v = &d->vars[d->var_count];
    *v = (Var){.name = full_name(r, group, name),
               .type = type_of(kind),
               .base = type_of(kind),
               .group = group,
               .dim_count = 1,
               .dims = tv->dims,
               .shape = tv->shape,
               .no_default_fill = true};
    *tv = (TextVar){.width = 1, .dims = {dim}};
    d->var_count++;
    return v->name ? tv : NULL;
}

static Var *last_var(const TextReader *r)
{
    return &r->base.dataset->vars[r->base.dataset->var_count - 1];
}

static size_t add_dim(TextReader *r, const char *name, uint64_t length, bool rows, size_t group)
{
    Dataset *d = r->base.dataset;
    d->dims[d->dim_count] =
        (Dim){.name = name, .length = length, .unlimited = rows, .group = group};
    return d->dim_count++;
}

/* The dimension of an axis; two stacks of a kind may share one. */
static bool axis_dim(TextReader *r, const TextAxis *axis, size_t group, size_t *dim)
{
    Dataset *d = r->base.dataset;
    for (size_t i = 0; i < d->dim_count; i++) {
        *dim = i;
        if (d->dims[i].group == group && !d->dims[i].unlimited &&
            d->dims[i].length == axis->length && strcmp(d->dims[i].name, axis->name) == 0)
            return true;
    }
    *dim = add_dim(r, axis->name, axis->length, false, group);
    if (!axis->coordinates)
        return true;
    TextVar *tv = add_var(r, axis->name, TEXT_NUMBER, group, *dim);
    if (!tv)
        return false;
    tv->from = TEXT_FROM_AXIS;
    tv->width = axis->length;
    tv->values = axis->coordinates;
    tv->shape[0] = axis->length;
    Var *v = last_var(r);
    v->count = axis->length;
    TextColumn as = {.standard_name = axis->standard_name, .long_name = axis->long_name};
    return set_attrs(v, &as, axis->units, false, r->arena);
}

static bool add_column(TextReader *r, TextRows *rows, size_t k, size_t group)
{
    TextSlot *s = &rows->slots[k];
    const char *name = s->as->name;
    if (!name || !name[0])
        name = arena_printf(r->arena, "column_%zu", k + 1);
    TextVar *tv = name ? add_var(r, name, s->kind, group, rows->dim) : NULL;
    if (!tv)
        return false;
    tv->rows = rows;
    tv->slot = s;
    tv->slot_count = 1;
    s->var = r->base.dataset->var_count - 1;
    s->stride = 1;
    bool is_time = s->kind == TEXT_TIME || s->since;
    const char *units = s->since ? s->since : is_time ? csv_time_units : s->as->units;
    TextColumn as = *s->as;
    if (k == text_clock_column(rows->record)) {
        rows->time_var = s->var;
        as.comment = as.comment ? as.comment : rows->record->time.comment;
    }
    return set_attrs(last_var(r), &as, units, is_time, r->arena);
}

static bool add_stack(TextReader *r, TextRows *rows, const TextStack *stack, size_t group)
{
    size_t dims[TEXT_AXES_MAX] = {0}, width = 1;
    for (size_t i = 0; i < stack->axis_count; i++) {
        width *= stack->axes[i].length;
        if (!axis_dim(r, &stack->axes[i], group, &dims[i]))
            return false;
    }
    TextVar *tv = add_var(r, stack->as.name, rows->slots[stack->first].kind, group, rows->dim);
    if (!tv)
        return false;
    size_t var = r->base.dataset->var_count - 1;
    tv->rows = rows;
    tv->width = width;
    tv->slot = &rows->slots[stack->first];
    tv->slot_count = width;
    last_var(r)->dim_count += stack->axis_count;
    for (size_t i = 0; i < stack->axis_count; i++) {
        tv->dims[1 + i] = dims[i];
        tv->shape[1 + i] = stack->axes[i].length;
    }
    for (size_t i = 0; i < width; i++) {
        TextSlot *s = &rows->slots[stack->first + i];
        s->var = var;
        s->stride = width;
        s->element = i;
    }
    return set_attrs(last_var(r), &stack->as, stack->as.units, false, r->arena);
}

static const TextStack *stack_at(const TextRecord *record, size_t column)
{
    for (size_t i = 0; i < record->stack_count; i++)
        if (record->stacks[i].first == column)
            return &record->stacks[i];
    return NULL;
}

static bool add_time(TextReader *r, const TextTime *t, size_t group, size_t dim, TextVar **out)
{
    TextVar *tv = add_var(r, t->name ? t->name : "time", TEXT_TIME, group, dim);
    if (!tv)
        return false;
    *out = tv;
    TextColumn as = {.standard_name = "time", .comment = t->comment};
    return set_attrs(last_var(r), &as, csv_time_units, true, r->arena);
}

static bool add_kind(TextReader *r, TextRows *rows, size_t group)
{
    const TextRecord *record = rows->record;
    const char *dim = record->row_dim ? record->row_dim : record->time.count > 0 ? "time" : "row";
    rows->dim = add_dim(r, dim, 0, true, group);
    for (size_t k = 0; k < record->column_count; k++) {
        TextSlot *s = &rows->slots[k];
        const TextStack *stack = stack_at(record, k);
        if (stack ? !add_stack(r, rows, stack, group)
                  : s->var != NO_VAR && s->stride == 0 && !add_column(r, rows, k, group))
            return false;
    }
    if (record->time.count == 0 || rows->time_var != NO_VAR)
        return true;
    TextVar *tv;
    if (!add_time(r, &record->time, group, rows->dim, &tv))
        return false;
    tv->rows = rows;
    rows->time_var = r->base.dataset->var_count - 1;
    rows->own_times = arena_array(r->arena, rows->room, sizeof *rows->own_times);
    tv->values = rows->own_times;
    return rows->own_times != NULL;
}

/* --- room ----------------------------------------------------------------------------------- */

static bool make_values(TextReader *r)
{
    Dataset *d = r->base.dataset;
    bool strings = false;
    for (size_t i = 0; i < d->var_count; i++) {
        TextVar *tv = &r->vars[i];
        if (!tv->slot)
            continue;
        bool text = d->vars[i].type == TYPE_STRING;
        strings |= text;
        void *values = arena_array(r->arena, tv->rows->room * tv->width,
                                   text ? sizeof(StringView) : sizeof(double));
        if (!values)
            return false;
        tv->values = values;
        for (size_t k = 0; k < tv->slot_count; k++)
            tv->slot[k].values.any = values;
    }
    r->string_room = !strings                       ? 0
                     : r->in.size < STRING_ROOM / 4 ? (size_t)r->in.size * 3
                                                    : STRING_ROOM;
    r->strings = arena_alloc(r->arena, r->string_room + 1);
    return r->strings != NULL;
}

static void plan_rooms(TextReader *r)
{
    for (size_t i = 0; i < r->kind_count; i++) {
        TextRows *rows = &r->kinds[i];
        size_t room = BATCH_CELLS / r->kind_count / (rows->record->column_count + 1);
        room = room < BATCH_ROWS ? room + 1 : BATCH_ROWS;
        rows->room = r->in.size < room ? (size_t)r->in.size + 1 : room;
        r->all_room += rows->room;
    }
}

/* As many as there can be. */
static bool make_tables(TextReader *r)
{
    Dataset *d = r->base.dataset;
    size_t vars = 1, dims = 1;
    for (size_t i = 0; i < r->kind_count; i++) {
        const TextRecord *record = r->kinds[i].record;
        vars += record->column_count + 1 + record->stack_count * (1 + TEXT_AXES_MAX);
        dims += 1 + record->stack_count * TEXT_AXES_MAX;
    }
    d->vars = arena_array(r->arena, vars, sizeof *d->vars);
    d->dims = arena_array(r->arena, dims, sizeof *d->dims);
    d->groups = arena_array(r->arena, r->kind_count + 1, sizeof *d->groups);
    r->vars = arena_array(r->arena, vars, sizeof *r->vars);
    if (!d->vars || !d->dims || !d->groups || !r->vars)
        return false;
    d->groups[0] =
        (Group){.path = "", .attrs = r->table->attrs, .attr_count = r->table->attr_count};
    d->group_count = 1;
    d->model = r->table->model;
    return true;
}

/* The times of all rows of all kinds, at the root. */
static bool add_all_times(TextReader *r)
{
    static const TextTime all = {0};
    TextVar *tv;
    for (size_t i = 0; i < r->kind_count; i++)
        if (!r->kinds[i].record->ignored && r->kinds[i].record->time.count == 0)
            return true;
    size_t dim = add_dim(r, "row", 0, true, 0);
    if (!add_time(r, &all, 0, dim, &tv))
        return false;
    r->all_var = r->base.dataset->var_count - 1;
    r->all_times = arena_array(r->arena, r->all_room, sizeof *r->all_times);
    tv->from = TEXT_FROM_ALL;
    tv->values = r->all_times;
    return r->all_times != NULL;
}

static bool make_kinds(TextReader *r)
{
    Dataset *d = r->base.dataset;
    size_t real = 0;
    for (size_t i = 0; i < r->kind_count; i++)
        real += !r->kinds[i].record->ignored;
    if (real > 1 && !add_all_times(r))
        return false;
    for (size_t i = 0; i < r->kind_count; i++) {
        TextRows *rows = &r->kinds[i];
        size_t group = 0;
        if (rows->record->ignored)
            continue;
        if (real > 1) {
            const char *path = arena_printf(r->arena, "/%s", rows->record->name);
            if (!path)
                return false;
            group = d->group_count++;
            d->groups[group] = (Group){.path = path};
        }
        if (!add_kind(r, rows, group))
            return false;
        if (d->time_var == NO_VAR)
            d->time_var = r->all_var != NO_VAR ? r->all_var : rows->time_var;
    }
    return true;
}

bool text_schema_make(TextReader *r, Error *e)
{
    plan_rooms(r);
    return make_tables(r) && make_kinds(r) && make_values(r) ? true : arena_full(r->arena, e);
}
