/* fuzz_conventions.c: any attributes and values: what says what quality flags mean, and who wrote
 * the file. The input is lines "NAME=TEXT": attributes, first of the file, then, behind a line
 * "@T...", of a variable of that type; behind a NUL come the values. */
#include "handlers/conventions/conventions.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { VARS = 8, ATTRS = 24, VALUES = 64 };

typedef struct Made {
    Arena arena;
    Dataset dataset;
    Group groups[3];
    Dim dims[3];
    Var vars[VARS];
    Attr attrs[VARS + 1][ATTRS];
    size_t attr_counts[VARS + 1];
} Made;

static const size_t dim_indices[] = {0, 1};
static const uint64_t shape[] = {8, 8};

/* "@3name": a variable of type 3, in a group where the name begins with a slash. */
static void add_var(Made *m, char *line)
{
    if (m->dataset.var_count == VARS || !line[1] || !line[2])
        return;
    DataType type = (DataType)(TYPE_BYTE + (unsigned char)line[1] % (TYPE_DOUBLE - TYPE_BYTE + 1));
    m->vars[m->dataset.var_count++] = (Var){.name = line + 2,
                                            .type = type,
                                            .base = type,
                                            .group = line[2] == '/' ? 1 : 0,
                                            .dim_count = (unsigned char)line[1] / 64 % 3,
                                            .dims = dim_indices,
                                            .shape = shape};
}

static void add_attr(Made *m, char *line)
{
    size_t owner = m->dataset.var_count, at = m->attr_counts[owner];
    char *value = strchr(line, '=');
    if (!value || value == line || at == ATTRS)
        return;
    *value++ = '\0';
    Attr *a = &m->attrs[owner][at];
    *a = (Attr){.name = line, .type = TYPE_CHAR, .count = strlen(value), .values = value};
    if (value[0] == '#') {
        void *numbers = arena_alloc(&m->arena, a->count);
        if (!numbers)
            return;
        memcpy(numbers, value + 1, a->count - 1);
        *a = (Attr){.name = line, .type = TYPE_BYTE, .count = a->count - 1, .values = numbers};
    }
    m->attr_counts[owner]++;
}

static void make(Made *m, char *text)
{
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        if (line[0] == '@')
            add_var(m, line);
        else
            add_attr(m, line);
    }
    m->groups[0] = (Group){.path = "", .attrs = m->attrs[0], .attr_count = m->attr_counts[0]};
    m->groups[1] = (Group){.path = "/what", .attrs = m->attrs[0], .attr_count = m->attr_counts[0]};
    m->groups[2] = (Group){.path = "/sweep_1"};
    for (size_t i = 0; i < m->dataset.var_count; i++) {
        Var *v = &m->vars[i];
        v->attrs = m->attrs[i + 1];
        v->attr_count = m->attr_counts[i + 1];
        v->count = 1;
        for (size_t k = 0; k < v->dim_count && k < sizeof shape / sizeof *shape; k++)
            v->count *= shape[k];
    }
}

static void run(Made *m, const uint8_t *values, size_t size)
{
    void *state = NULL;
    Error e = {0};
    _Alignas(8) uint8_t room[VALUES * 8] = {0};
    memcpy(room, values, size < sizeof room ? size : sizeof room);
    if (!handler_conventions.begin(&m->dataset, NULL, &state, &e))
        return;
    for (size_t i = 0; i < m->dataset.var_count; i++) {
        const Block b = {
            .var = i, .type = m->vars[i].type, .count = m->vars[i].count, .values = room};
        if (!handler_conventions.block(state, &m->dataset, &b, &e))
            abort();
    }
    if (!handler_conventions.end(state, &m->dataset, &e))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static Made m;
    memset(&m, 0, sizeof m);
    arena_init(&m.arena, (size_t)16 << 20);
    dataset_init(&m.dataset, &m.arena);
    m.dataset.groups = m.groups;
    m.dataset.group_count = 3;
    m.dims[0] = (Dim){"N_PROF", 8, false, 0};
    m.dims[1] = (Dim){"N_LEVELS", 8, false, 0};
    m.dims[2] = (Dim){"time", 8, true, 0};
    m.dataset.dims = m.dims;
    m.dataset.dim_count = 3;
    m.dataset.vars = m.vars;
    char *text = arena_copy(&m.arena, (const char *)bytes, size);
    if (text) {
        size_t length = strlen(text);
        make(&m, text);
        run(&m, bytes + length, size - length);
    }
    arena_deinit(&m.arena);
    return 0;
}
