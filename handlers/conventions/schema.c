/* schema.c: looks things up in a dataset by their names. */
#include "handlers/conventions/schema.h"

#include <string.h>

size_t schema_var(const Dataset *d, size_t group, const char *name)
{
    for (size_t i = 0; i < d->var_count; i++)
        if (d->vars[i].group == group && strcmp(var_plain_name(&d->vars[i]), name) == 0)
            return i;
    return NO_VAR;
}

bool schema_has_var(const Dataset *d, size_t group, const char *name)
{
    return schema_var(d, group, name) != NO_VAR;
}

const Dim *schema_dim(const Dataset *d, const char *name)
{
    for (size_t i = 0; i < d->dim_count; i++)
        if (strcmp(d->dims[i].name, name) == 0)
            return &d->dims[i];
    return NULL;
}

size_t schema_group(const Dataset *d, const char *path)
{
    for (size_t i = 0; i < d->group_count; i++)
        if (strcmp(d->groups[i].path, path) == 0)
            return i;
    return SIZE_MAX;
}

static const Attr *attribute(const Dataset *d, size_t group, const char *name)
{
    if (group >= d->group_count)
        return NULL;
    return attr_find(d->groups[group].attrs, d->groups[group].attr_count, name);
}

const char *schema_text(const Dataset *d, size_t group, const char *name)
{
    const Attr *a = attribute(d, group, name);
    const Var holder = {.attrs = a, .attr_count = a != NULL};
    const char *text = a ? var_attr_text(&holder, name) : NULL;
    return text && text[strspn(text, " \t\r\n")] != '\0' ? text : NULL;
}

bool schema_number(const Dataset *d, size_t group, const char *name, double *out)
{
    return attr_number(attribute(d, group, name), 0, out);
}

const char *schema_conventions(const Dataset *d)
{
    const char *text = schema_text(d, 0, "Conventions");
    return text ? text : schema_text(d, 0, "conventions");
}

bool schema_matches(const char *patterns, const char *text)
{
    char pattern[64];
    for (const char *at = patterns; *at; at += strspn(at, " ")) {
        size_t word = strcspn(at, " ");
        if (word < sizeof pattern) {
            memcpy(pattern, at, word);
            pattern[word] = '\0';
            if (text_glob(pattern, text))
                return true;
        }
        at += word;
    }
    return false;
}

bool schema_has_room(const Dataset *d)
{
    enum { ENOUGH = 1000 };
    return d->fact_count < ENOUGH && d->note_count < ENOUGH;
}

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ' || c == 127;
}

const char *schema_phrase(Arena *a, const char *bytes, size_t length, size_t most)
{
    char *out = arena_alloc(a, (length < most ? length : most) + sizeof "...");
    if (!out)
        return "";
    size_t at = 0, i = 0;
    for (; i < length && at < most; i++) {
        if (!is_blank(bytes[i]))
            out[at++] = bytes[i];
        else if (at > 0 && out[at - 1] != ' ')
            out[at++] = ' ';
    }
    while (i < length && is_blank(bytes[i]))
        i++;
    while (at > 0 && out[at - 1] == ' ')
        at--;
    if (i < length) {
        at = text_valid_utf8(out, at);
        memcpy(out + at, "...", 3);
        at += 3;
    }
    out[at] = '\0';
    return out;
}
