/* odim.c: weather radar in ODIM_H5 (OPERA data information model 2.4): the groups what, where and
 * how above and beside each array, whose gain and offset make numbers of its codes. */
#include "handlers/conventions/convention.h"
#include "handlers/conventions/schema.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PATH = 256, ARRAYS_MAX = 1024 };

/* The attribute of the group what (where, how) of the nearest level above `path` that has it. */
static size_t holder(const Dataset *d, const char *path, const char *which, const char *name)
{
    char at[PATH];
    size_t length = strlen(path);
    while (length + strlen(which) + 2 <= sizeof at) {
        snprintf(at, sizeof at, "%.*s/%s", (int)length, path, which);
        size_t group = schema_group(d, at);
        if (group != SIZE_MAX &&
            attr_find(d->groups[group].attrs, d->groups[group].attr_count, name))
            return group;
        if (length == 0)
            return SIZE_MAX;
        while (length > 0 && path[length - 1] != '/')
            length--;
        length -= length > 0;
    }
    return SIZE_MAX;
}

static bool number_above(const Dataset *d, const char *path, const char *which, const char *name,
                         double *out)
{
    return schema_number(d, holder(d, path, which, name), name, out);
}

static const char *text_above(const Dataset *d, const char *path, const char *which,
                              const char *name)
{
    return schema_text(d, holder(d, path, which, name), name);
}

bool odim_see(const Dataset *d, Buffer *evidence)
{
    size_t what = schema_group(d, "/what");
    const char *object = schema_text(d, what, "object"), *version = schema_text(d, what, "version");
    if (!object || !version || !text_starts_nocase(version, "H5rad"))
        return false;
    evidence_add(evidence, "group what with object \"%s\", version \"%s\"", object, version);
    return true;
}

/* An array "data" in a group that has a quantity of its own. */
static const char *quantity_of(const Dataset *d, const Var *v)
{
    const char *path = d->groups[v->group].path;
    if (v->group == 0 || strcmp(var_plain_name(v), "data") != 0 || !type_is_numeric(v->type))
        return NULL;
    return text_above(d, path, "what", "quantity");
}

void odim_watch(Watches *w)
{
    const Dataset *d = w->dataset;
    static const char *const codes[] = {"nodata", "undetect"};
    for (size_t i = 0; i < d->var_count && w->count < ARRAYS_MAX; i++) {
        Watch *watch = quantity_of(d, &d->vars[i]) ? watch_numbers(w, i) : NULL;
        const char *path = d->groups[d->vars[i].group].path;
        if (!watch || watch->numbers->code_count > 0)
            continue;
        for (size_t k = 0; k < sizeof codes / sizeof *codes; k++) {
            double code = (double)NAN; /* which no value equals */
            number_above(d, path, "what", codes[k], &code);
            watch->numbers->codes[k] = code;
        }
        watch->numbers->code_count = sizeof codes / sizeof *codes;
    }
}

/* What attributes of groups have to say, as "name value, ..." */
static void numbers_text(const Dataset *d, const char *path, const char *which,
                         const char *const *names, Buffer *out)
{
    for (; *names; names++) {
        double x;
        if (!number_above(d, path, which, *names, &x))
            continue;
        buffer_printf(out, ", %s %.10g", *names, x);
    }
}

static void tell_array(const Watches *w, Dataset *d, size_t var)
{
    static const char *const scan[] = {"elangle", "rstart", "rscale", NULL};
    const Var *v = &d->vars[var];
    const Numbers *n = watched_numbers(w, var);
    const char *path = d->groups[v->group].path, *quantity = n ? quantity_of(d, v) : NULL;
    double gain = 1, offset = 0;
    if (!quantity)
        return;
    auto_buffer Buffer where = {0}, span = {0};
    numbers_text(d, path, "where", scan, &where);
    number_above(d, path, "what", "gain", &gain);
    number_above(d, path, "what", "offset", &offset);
    double a = n->min * gain + offset, b = n->max * gain + offset;
    if (n->count > 0)
        buffer_printf(&span, ", from %.10g to %.10g", a < b ? a : b, a < b ? b : a);
    dataset_fact(d,
                 "%s: %s%s: %" PRIu64 " measured%s (value * %.10g + %.10g), %" PRIu64
                 " undetect, %" PRIu64 " nodata",
                 v->name, schema_phrase(d->arena, quantity, strlen(quantity), 40),
                 where.bytes ? where.bytes : "", n->count, span.bytes ? span.bytes : "", gain,
                 offset, n->coded[1], n->coded[0] + n->missing);
}

static size_t count_scans(const Dataset *d)
{
    size_t scans = 0;
    for (size_t i = 0; i < d->group_count; i++) {
        const char *path = d->groups[i].path;
        scans += strncmp(path, "/dataset", 8) == 0 && !strchr(path + 1, '/');
    }
    return scans;
}

void odim_tell(const Watches *w, Dataset *d)
{
    size_t what = schema_group(d, "/what");
    const char *object = schema_text(d, what, "object"), *source = schema_text(d, what, "source");
    const char *date = schema_text(d, what, "date"), *time = schema_text(d, what, "time");
    dataset_fact(d, "ODIM object: %s, %zu dataset%s", object ? object : "not said", count_scans(d),
                 count_scans(d) == 1 ? "" : "s");
    if (source)
        dataset_fact(d, "radar: %s", schema_phrase(d->arena, source, strlen(source), 200));
    if (date && time)
        dataset_fact(d, "nominal time: %s %s", schema_phrase(d->arena, date, strlen(date), 20),
                     schema_phrase(d->arena, time, strlen(time), 20));
    for (size_t i = 0; i < d->var_count && schema_has_room(d); i++)
        tell_array(w, d, i);
}
