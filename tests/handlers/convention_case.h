/* convention_case.h: a small file as a table of cases sees it, and what the handler must say of it.
 */
#pragma once

#include "core/buffer.h"
#include "handlers/conventions/conventions.h"
#include "tests/support/cases.h"

#include <string.h>

#define TEXT(name, string)                                                                         \
    {                                                                                              \
        (name), TYPE_CHAR, sizeof(string) - 1, (string)                                            \
    }
#define NUMBERS(name, constant, ctype, ...)                                                        \
    {                                                                                              \
        (name), (constant), sizeof((ctype[]){__VA_ARGS__}) / sizeof(ctype), (ctype[])              \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define INTS(name, ...) NUMBERS(name, TYPE_INT, int32_t, __VA_ARGS__)
#define BYTES(name, ...) NUMBERS(name, TYPE_BYTE, int8_t, __VA_ARGS__)
#define DOUBLES(name, ...) NUMBERS(name, TYPE_DOUBLE, double, __VA_ARGS__)
#define VALUES(ctype, ...)                                                                         \
    (ctype[])                                                                                      \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

enum { SKETCH_ATTRS = 10, SKETCH_VARS = 9, SKETCH_GROUPS = 7, SKETCH_DIMS = 6, SKETCH_RANK = 3 };

typedef struct SketchGroup {
    const char *path;
    Attr attrs[SKETCH_ATTRS];
} SketchGroup;

typedef struct SketchVar {
    const char *name;
    DataType type;
    const char *dims; /* their indices as digits: "01" */
    Attr attrs[SKETCH_ATTRS];
    const void *values; /* NULL: none are sent */
    size_t group;
} SketchVar;

typedef struct ConventionCase {
    const char *name;
    Attr root[SKETCH_ATTRS];
    Dim dims[SKETCH_DIMS];
    SketchVar vars[SKETCH_VARS];
    SketchGroup groups[SKETCH_GROUPS]; /* from group 1 on */
    /* the convention, then facts, then notes, a line each */
    const char *told;
} ConventionCase;

typedef struct Sketch {
    Arena arena;
    Dataset dataset;
    Group groups[SKETCH_GROUPS + 1];
    Dim dims[SKETCH_DIMS];
    Var vars[SKETCH_VARS];
    size_t indices[SKETCH_VARS][SKETCH_RANK];
    uint64_t shapes[SKETCH_VARS][SKETCH_RANK];
} Sketch;

static inline size_t count_attrs(const Attr *attrs)
{
    size_t n = 0;
    while (n < SKETCH_ATTRS && attrs[n].name)
        n++;
    return n;
}

static inline void sketch_var(Sketch *s, const SketchVar *from, size_t at)
{
    Var *v = &s->vars[at];
    *v = (Var){.name = from->name,
               .type = from->type,
               .base = from->type,
               .dims = s->indices[at],
               .shape = s->shapes[at],
               .count = 1,
               .group = from->group,
               .attrs = from->attrs,
               .attr_count = count_attrs(from->attrs)};
    for (const char *d = from->dims; d && *d; d++) {
        size_t dim = (size_t)(*d - '0');
        s->indices[at][v->dim_count] = dim;
        s->shapes[at][v->dim_count++] = s->dims[dim].length;
        v->count *= s->dims[dim].length;
    }
}

static inline void sketch_open(Sketch *s, const ConventionCase *c)
{
    memset(s, 0, sizeof *s);
    Dataset *d = &s->dataset;
    dataset_init(d, &s->arena);
    d->groups = s->groups;
    d->dims = s->dims;
    d->vars = s->vars;
    s->groups[0] = (Group){.path = "", .attrs = c->root, .attr_count = count_attrs(c->root)};
    d->group_count = 1;
    for (size_t i = 0; i < SKETCH_GROUPS && c->groups[i].path; i++)
        s->groups[d->group_count++] = (Group){.path = c->groups[i].path,
                                              .attrs = c->groups[i].attrs,
                                              .attr_count = count_attrs(c->groups[i].attrs)};
    while (d->dim_count < SKETCH_DIMS && c->dims[d->dim_count].name) {
        s->dims[d->dim_count] = c->dims[d->dim_count];
        d->dim_count++;
    }
    for (size_t i = 0; i < SKETCH_VARS && c->vars[i].name; i++)
        sketch_var(s, &c->vars[i], d->var_count++);
}

/* Elements [from, to) of every variable, as far as there are so many. */
static inline void send_range(const ConventionCase *c, const Dataset *d, void *state, uint64_t from,
                              uint64_t to)
{
    for (size_t i = 0; i < d->var_count; i++) {
        const Var *v = &d->vars[i];
        uint64_t end = to < v->count ? to : v->count;
        size_t size = v->type == TYPE_STRING ? sizeof(StringView) : type_size(v->type);
        if (!c->vars[i].values || from >= end)
            continue;
        Error e = {0};
        Block b = {.var = i, .type = v->type, .start = from, .count = end - from};
        b.values = (const char *)c->vars[i].values + from * size;
        b.strings = v->type == TYPE_STRING ? b.values : NULL;
        assert_ok(handler_conventions.block(state, d, &b, &e), &e);
    }
}

static inline void *begin_state(const Dataset *d)
{
    Error e = {0};
    void *state = NULL;
    assert_ok(handler_conventions.begin(d, NULL, &state, &e), &e);
    return state;
}

/* As if elements from `cut` on had been read in another part of the file. */
static inline void *read_in_parts(const ConventionCase *c, const Dataset *d, uint64_t cut)
{
    static uint8_t bytes[1 << 16];
    Error e = {0};
    void *whole = begin_state(d);
    for (size_t part = 0; part < 2; part++) {
        void *state = begin_state(d), *read = begin_state(d);
        send_range(c, d, state, part ? cut : 0, part ? UINT64_MAX : cut);
        Wire out = {.out = bytes, .size = sizeof bytes};
        handler_conventions.wire(state, &out);
        Wire in = {.in = bytes, .size = out.at, .arena = d->arena};
        handler_conventions.wire(read, &in);
        assert_null(out.failed);
        assert_null(in.failed);
        assert_int_equal(in.at, out.at);
        assert_ok(handler_conventions.merge(whole, read, &e), &e);
    }
    return whole;
}

static inline void check_told(const ConventionCase *c, Dataset *d, void *state)
{
    Error e = {0};
    auto_buffer Buffer told = {0};
    assert_ok(handler_conventions.end(state, d, &e), &e);
    buffer_printf(&told, "%s\n", d->convention ? d->convention : "none");
    for (size_t i = 0; i < d->fact_count; i++)
        buffer_printf(&told, "%s\n", d->facts[i]);
    for (size_t i = 0; i < d->note_count; i++)
        buffer_printf(&told, "note: %s\n", d->notes[i]);
    if (strcmp(told.bytes, c->told) != 0)
        fail_msg("%s:\n%sinstead of\n%s", c->name, told.bytes, c->told);
}

static inline void check_case(const ConventionCase *c)
{
    for (uint64_t cut = 0; cut < 4; cut++) {
        Sketch s;
        sketch_open(&s, c);
        void *state;
        if (cut == 0) {
            state = begin_state(&s.dataset);
            send_range(c, &s.dataset, state, 0, UINT64_MAX);
        } else {
            state = read_in_parts(c, &s.dataset, cut);
        }
        check_told(c, &s.dataset, state);
        arena_deinit(&s.arena);
    }
}
