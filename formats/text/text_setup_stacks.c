/* text_setup_stacks.c: columns side by side that are one variable. */
#include "formats/text/text_setup.h"

#include <string.h>

static const char *const stack_keys[] = {
    "columns",    "axis",        "values",       "from",    "step",
    "axis_units", "length",      "axis2",        "values2", "from2",
    "step2",      "axis2_units", "length2",      "name",    "standard_name",
    "long_name",  "comment",     "cell_methods", "missing", "scale",
    "offset",     "integer",     "number",       "empty",   "axis_standard_name",
    NULL};

static bool bad_stack(const Item *i, const char *why, Error *e)
{
    return error_coded(e, ERROR_SETUP, "bad_value", "`%s`: %s", i->name, why);
}

/* "11..57", or "first..last" by name. */
static bool read_range(const Setup *s, const SetupKind *k, const Item *i, size_t *first,
                       size_t *last, Error *e)
{
    const char *range = item_value(i, "columns"), *dots = range ? strstr(range, "..") : NULL;
    size_t *ends[] = {first, last};
    if (!dots)
        return bad_stack(i, "`columns` must say which, as in columns=11..57", e);
    for (size_t n = 0; n < 2; n++) {
        const char *from = n ? dots + 2 : range;
        size_t length = n ? strlen(from) : (size_t)(dots - range);
        char *name = arena_copy(s->arena, from, length);
        if (!name)
            return arena_full(s->arena, e);
        if (!setup_find(s, k, name, ends[n], e))
            return false;
    }
    return *first <= *last ? true : bad_stack(i, "`columns` ends before it begins", e);
}

/* Coordinates that the names of the columns hold: "0.25", "Ch 22.234". */
static bool values_of_names(const Setup *s, const SetupKind *k, size_t first, TextAxis *axis,
                            double *values, Error *e)
{
    for (size_t n = 0; n < axis->length && s->in; n++) {
        const char *name = k->file_names[first + n] ? k->file_names[first + n] : "";
        const char *number = strpbrk(name, "0123456789");
        while (number && number > name && strchr("+-.", number[-1]))
            number--;
        size_t length = number ? strspn(number, "+-.0123456789eE") : 0;
        if (length == 0 || !text_to_double(number, length, '.', &values[n]))
            return error_coded(e, ERROR_DATA, "bad_header",
                               "column %zu: its name `%s` holds no number for the axis %s",
                               first + n + 1, name, axis->name);
    }
    return true;
}

static bool read_coordinates(const Setup *s, const SetupKind *k, const Item *i, bool second,
                             TextStack *stack, Error *e)
{
    const char *values_key = second ? "values2" : "values", *from_key = second ? "from2" : "from";
    const char *step_key = second ? "step2" : "step", *how = item_value(i, values_key);
    TextAxis *axis = &stack->axes[second];
    double *values = NULL, from = 0, step = 0;
    size_t count = 0;
    bool names = how && strcmp(how, "names") == 0;
    bool steps = item_value(i, from_key) && item_value(i, step_key);
    if (!how && !steps)
        return true;
    if (how && !names && !item_numbers(i, values_key, &values, &count, s->arena, e))
        return false;
    if (count > 0 && axis->length == 0)
        axis->length = count;
    if (count > 0 && count != axis->length)
        return error_coded(e, ERROR_SETUP, "bad_value", "`%s`: %zu %s for %zu columns", i->name,
                           count, values_key, axis->length);
    if (count == 0 && !(values = arena_array(s->arena, axis->length + 1, sizeof *values)))
        return arena_full(s->arena, e);
    if (!item_number(i, from_key, 0, &from, e) || !item_number(i, step_key, 1, &step, e))
        return false;
    for (size_t n = 0; steps && n < axis->length; n++)
        values[n] = from + step * (double)n;
    axis->coordinates = values;
    return !names || values_of_names(s, k, stack->first, axis, values, e);
}

/* The axes' lengths: one may be left to the number of columns. */
static bool read_axes(const Setup *s, const SetupKind *k, const Item *i, size_t width,
                      TextStack *stack, Error *e)
{
    static const struct {
        const char *axis, *units, *length;
    } keys[TEXT_AXES_MAX] = {{"axis", "axis_units", "length"}, {"axis2", "axis2_units", "length2"}};
    stack->axis_count = item_value(i, "axis2") ? 2 : 1;
    for (size_t n = 0; n < stack->axis_count; n++) {
        TextAxis *axis = &stack->axes[n];
        int64_t length = 0;
        axis->name = item_value(i, keys[n].axis);
        axis->units = item_value(i, keys[n].units);
        if (!axis->name || !axis->name[0])
            return bad_stack(i, "`axis` must name the dimension, as in axis=height", e);
        if (!item_whole(i, keys[n].length, 1, 0, &length, e))
            return false;
        axis->length = (size_t)length;
        if (stack->axis_count == 1)
            axis->length = width;
        if (!read_coordinates(s, k, i, n == 1, stack, e))
            return false;
    }
    stack->axes[0].standard_name = item_value(i, "axis_standard_name");
    size_t product = 1;
    for (size_t n = 0; n < stack->axis_count; n++)
        product *= stack->axes[n].length <= width ? stack->axes[n].length : 0;
    return !s->in || product == width
               ? true
               : bad_stack(i, "the lengths of the axes do not make up the columns", e);
}

static bool read_stack(const Setup *s, const SetupKind *k, const Item *i, TextStack *out, Error *e)
{
    size_t last = 0;
    if (!item_check_keys(i, stack_keys, e) || !read_range(s, k, i, &out->first, &last, e) ||
        !setup_words(s, i, &out->as, e) || !setup_add_missing(s, &out->as, e))
        return false;
    out->as.name = i->name;
    return read_axes(s, k, i, last - out->first + 1, out, e);
}

bool setup_stacks(Setup *s, SetupKind *k, Error *e)
{
    const StringList *list = &s->options->stacks;
    k->stacks = arena_array(s->arena, list->count + 1, sizeof *k->stacks);
    if (!k->stacks)
        return arena_full(s->arena, e);
    k->record.stacks = k->stacks;
    for (size_t n = 0; n < list->count; n++) {
        Item item;
        bool mine;
        if (!setup_item(s, k, list->items[n], &item, &mine, e))
            return error_at(e, "stacks %zu", n);
        if (!mine || k->record.ignored)
            continue;
        if (!read_stack(s, k, &item, &k->stacks[k->record.stack_count++], e))
            return e->kind == ERROR_SETUP ? error_at(e, "stacks %zu", n) : false;
    }
    return true;
}
