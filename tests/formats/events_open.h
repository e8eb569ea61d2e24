/* events_open.h: records in JSON as lines of text: variables with their values, rows, notes,
 * errors.
 */
#pragma once

#include "formats/events/ndjson.h"

#include "tests/formats/text_open.h"

#define NO_TIME ", time none\n"

static inline const char *model_of(const Reader *r)
{
    return r->dataset->model;
}

static inline void tell_flags(Buffer *out, const Block *b)
{
    for (uint64_t i = 0; i < b->count; i++)
        if (((const int8_t *)b->values)[i] < 0)
            buffer_string(out, " _");
        else
            buffer_printf(out, " %d", ((const int8_t *)b->values)[i]);
}

static inline void tell_naturals(Buffer *out, const Block *b)
{
    for (uint64_t i = 0; i < b->count; i++)
        if (((const uint64_t *)b->values)[i] == UINT64_MAX)
            buffer_string(out, " _");
        else
            buffer_printf(out, " %llu", (unsigned long long)((const uint64_t *)b->values)[i]);
}

static inline bool read_all(Reader *r, Buffer values[TEXT_VARIABLES_MAX], Error *e)
{
    uint64_t next[TEXT_VARIABLES_MAX] = {0};
    for (bool end = false;;) {
        Block b = {0};
        if (!format_ndjson.next(r, &b, &end, e) || end)
            break;
        assert_true(b.var < TEXT_VARIABLES_MAX);
        assert_int_equal(b.start, next[b.var]);
        next[b.var] += b.count;
        if (b.type == TYPE_BYTE)
            tell_flags(&values[b.var], &b);
        else if (b.type == TYPE_UINT64)
            tell_naturals(&values[b.var], &b);
        else
            text_tell_values(&values[b.var], &r->dataset->vars[b.var], &b);
    }
    for (size_t i = 0; i < r->dataset->var_count; i++)
        assert_int_equal(next[i], r->dataset->vars[i].count);
    return e->kind == ERROR_NONE;
}

static inline void tell(Reader *r, Buffer *out)
{
    Buffer values[TEXT_VARIABLES_MAX] = {0};
    Error e = {0};
    Dataset *d = r->dataset;
    assert_true(d->var_count <= TEXT_VARIABLES_MAX);
    bool whole = read_all(r, values, &e);
    buffer_printf(out, "%s\n", model_of(r));
    for (size_t i = 0; i < d->var_count; i++) {
        text_tell_variable(out, d, i, &values[i]);
        buffer_deinit(&values[i]);
    }
    buffer_printf(out, "rows %llu, time %s\n", (unsigned long long)d->rows,
                  d->time_var == NO_VAR ? "none" : d->vars[d->time_var].name);
    for (size_t i = 0; i < d->groups[0].attr_count; i++) {
        const Attr *a = &d->groups[0].attrs[i];
        buffer_printf(out, "%s = %s\n", a->name, (const char *)a->values);
    }
    for (size_t i = 0; i < d->fact_count; i++)
        buffer_printf(out, "fact: %s\n", d->facts[i]);
    for (size_t i = 0; i < d->note_count; i++)
        buffer_printf(out, "note: %s\n", d->notes[i]);
    if (!whole)
        text_tell_error(out, "fails", &e);
}

/* As the file `name`, with `options` as "key=value" lines. */
static inline void events_expect_as(const char *name, const char *options, StringView text,
                                    const char *expected)
{
    auto_buffer Buffer out = {0};
    TextFile *f = text_open(&format_ndjson, name, options, text.bytes, text.length);
    if (f->reader)
        tell(f->reader, &out);
    else
        text_tell_error(&out, "refused", &f->error);
    assert_string_equal(out.bytes, expected);
    text_close(&format_ndjson, f);
}
