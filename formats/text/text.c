/* text.c: the reader that the configuration describes. */
#include "formats/text/text.h"

#include "formats/text/text_setup.h"

#include <stdio.h>
#include <string.h>

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)in;
    (void)options;
    *p = (Probe){.sure = SURE_NO};
    snprintf(p->evidence, sizeof p->evidence,
             "read only where the configuration says `format: text`");
}

/* --- options -------------------------------------------------------------------------------- */

static bool add_attributes(Setup *s, Error *e)
{
    const StringList *list = &s->options->attributes;
    for (size_t i = 0; i < list->count; i++) {
        const char *text = list->items[i], *equals = strchr(text, '=');
        if (!equals || equals == text) {
            error_coded(e, ERROR_SETUP, "bad_value",
                        "`attributes` has `%s`, but must have NAME=TEXT items", text);
            return error_at(e, "attributes %zu", i);
        }
        StringView name = text_trimmed((StringView){text, (size_t)(equals - text)});
        char *copy = text_copy(name, s->arena);
        if (!copy)
            return arena_full(s->arena, e);
        text_attr(&s->attrs, copy, equals + 1);
    }
    s->table.attrs = s->attrs.items;
    s->table.attr_count = s->attrs.count;
    return s->attrs.failed ? arena_full(s->arena, e) : true;
}

static bool set_up(Setup *s, Error *e)
{
    s->attrs.arena = s->arena;
    s->table.model = "text";
    return setup_layout(s, e) && setup_missing(s, e) && setup_kinds(s, e) && add_attributes(s, e);
}

static bool check(const void *options, Arena *a, Error *e)
{
    Setup *s = arena_alloc(a, sizeof *s);
    if (!s)
        return arena_full(a, e);
    s->options = options;
    s->arena = a;
    return set_up(s, e);
}

/* --- reader --------------------------------------------------------------------------------- */

enum { HEAD_LINES = 20000 };

static bool open_text(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                      Reader **out, Error *e)
{
    (void)limits; /* nothing is decompressed */
    Setup *s = arena_alloc(a, sizeof *s);
    if (!s)
        return arena_full(a, e);
    s->options = options;
    s->arena = a;
    s->in = in;
    if (in->size == 0)
        return error_coded(e, ERROR_DATA, "empty", "the file is empty");
    if (!text_head_read(in, HEAD_LINES, false, &s->head, a, e) || !set_up(s, e) ||
        !text_table_open(&s->table, in, a, out, e))
        return false;
    Dataset *d = (*out)->dataset;
    if (s->table.layout.encoding != CSV_UTF8)
        dataset_note(d, "converted from %s to UTF-8", csv_encoding_names[s->table.layout.encoding]);
    return true;
}

const Format format_text = {
    .name = "text",
    .summary = "text of any instrument, described in the configuration",
    .extensions = "",
    .options = text_options,
    .options_size = sizeof(TextOptions),
    .check = check,
    .probe = probe,
    .open = open_text,
    .next = text_table_next,
    .close = text_table_close,
};
