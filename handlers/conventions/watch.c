/* watch.c: takes blocks of the watched variables. */
#include "handlers/conventions/watch.h"

#include "handlers/masking.h"

#include <math.h>
#include <string.h>

enum { RUN = 1024, WATCHES_MAX = 4096 };

bool watches_begin(Watches *w, const Dataset *d, Error *e)
{
    *w = (Watches){.dataset = d, .arena = d->arena};
    dataset_init(&w->notes, d->arena);
    dataset_init(&w->scratch, d->arena);
    w->of_var = arena_array(d->arena, d->var_count ? d->var_count : 1, sizeof(Watch *));
    return w->of_var || arena_full(d->arena, e);
}

static Watch *find(const Watches *w, size_t var, WatchKind kind)
{
    Watch *at = var < w->dataset->var_count ? w->of_var[var] : NULL;
    while (at && at->kind != kind)
        at = at->next;
    return at;
}

static DataType stored_type(const Watches *w, size_t var)
{
    const Var *v = &w->dataset->vars[var];
    return v->type == TYPE_ENUM ? v->base : v->type;
}

/* A new watch; NULL when the arena is full or there are more than any convention needs. */
static Watch *add(Watches *w, size_t var, WatchKind kind)
{
    if (w->count >= WATCHES_MAX)
        return NULL;
    Watch **all = arena_grow(w->arena, w->all, &w->capacity, w->count + 1, sizeof *all);
    Watch *new = all ? arena_alloc(w->arena, sizeof *new) : NULL;
    if (!new)
        return NULL;
    *new = (Watch){.var = var, .kind = kind, .next = w->of_var[var]};
    w->all = all;
    all[w->count++] = new;
    w->of_var[var] = new;
    return new;
}

Watch *watch_numbers(Watches *w, size_t var)
{
    if (var >= w->dataset->var_count || !type_is_numeric(stored_type(w, var)))
        return NULL;
    Watch *there = find(w, var, WATCH_NUMBERS);
    Numbers *n = there ? there->numbers : arena_alloc(w->arena, sizeof *n);
    if (there || !n)
        return there;
    masking_of_variable(&w->scratch, &w->dataset->vars[var], NULL, &n->unpacking);
    Watch *new = mask_init(&n->mask, &n->unpacking) ? add(w, var, WATCH_NUMBERS) : NULL;
    if (new)
        new->numbers = n;
    return new;
}

Watch *watch_text(Watches *w, size_t var)
{
    if (var >= w->dataset->var_count)
        return NULL;
    DataType type = stored_type(w, var);
    if (type != TYPE_CHAR && type != TYPE_STRING)
        return NULL;
    Watch *there = find(w, var, WATCH_TEXT);
    Text *text = there ? there->text : arena_alloc(w->arena, sizeof *text);
    if (there || !text)
        return there;
    Watch *new = add(w, var, WATCH_TEXT);
    if (new)
        new->text = text;
    return new;
}

static void prepare_flags(Watches *w, const Var *v, DataType type, Flags *f)
{
    f->size = type_size(type);
    f->is_char = type == TYPE_CHAR;
    if (!f->is_char) {
        masking_of_variable(&w->scratch, v, NULL, &f->unpacking);
        return;
    }
    const char *fill = var_attr_text(v, "_FillValue");
    f->has_fill = fill && strlen(fill) == 1;
    f->fill = f->has_fill ? fill[0] : '\0';
}

Watch *watch_flags(Watches *w, size_t var)
{
    if (var >= w->dataset->var_count)
        return NULL;
    DataType type = stored_type(w, var);
    if (type != TYPE_CHAR && !type_is_integer(type))
        return NULL;
    Watch *there = find(w, var, WATCH_FLAGS);
    Flags *f = there ? there->flags : arena_alloc(w->arena, sizeof *f);
    if (there || !f)
        return there;
    prepare_flags(w, &w->dataset->vars[var], type, f);
    Watch *new = add(w, var, WATCH_FLAGS);
    if (new)
        new->flags = f;
    return new;
}

static const Watch *whole(const Watches *w, size_t var, WatchKind kind)
{
    const Watch *found = find(w, var, kind);
    return found && !found->broken && found->seen == w->dataset->vars[var].count ? found : NULL;
}

const Numbers *watched_numbers(const Watches *w, size_t var)
{
    const Watch *found = whole(w, var, WATCH_NUMBERS);
    return found ? found->numbers : NULL;
}

const Text *watched_text(const Watches *w, size_t var)
{
    const Watch *found = whole(w, var, WATCH_TEXT);
    return found ? found->text : NULL;
}

const Flags *watched_flags(const Watches *w, size_t var)
{
    const Watch *found = whole(w, var, WATCH_FLAGS);
    return found ? found->flags : NULL;
}

static void take_number(Numbers *n, double x)
{
    if (n->count < NUMBERS_KEPT)
        n->kept[n->count] = x;
    if (n->count == 0)
        n->first = n->min = n->max = x;
    n->last = x;
    n->min = x < n->min ? x : n->min;
    n->max = x > n->max ? x : n->max;
    n->sum += x;
    n->count++;
}

/* Which of the codes the stored value is; code_count: none. */
static size_t code_of(const Numbers *n, double stored)
{
    size_t i = 0;
    while (i < n->code_count && n->codes[i] != stored)
        i++;
    return i;
}

static void take_run(Numbers *n, const void *values, size_t count)
{
    const Unpacking *u = &n->unpacking;
    double x[RUN];
    uint64_t outside = 0;
    mask_run(&n->mask, values, count, x, &outside);
    for (size_t i = 0; i < count; i++) {
        size_t code = code_of(n, x[i]);
        if (isnan(x[i]))
            n->missing++;
        else if (code < n->code_count)
            n->coded[code]++;
        else
            take_number(n, u->has_scale ? x[i] * u->scale + u->offset : x[i]);
    }
}

static void take_text(Text *t, const char *bytes, size_t length)
{
    size_t room = TEXT_KEPT - t->length;
    if (length > room)
        length = room;
    if (length > 0)
        memcpy(t->bytes + t->length, bytes, length);
    t->length += length;
}

static void text_block(Text *t, const Block *b)
{
    if (b->type == TYPE_CHAR) {
        take_text(t, b->values, b->count < TEXT_KEPT ? (size_t)b->count : TEXT_KEPT);
        return;
    }
    for (uint64_t i = 0; i < b->count && t->length < TEXT_KEPT; i++) {
        take_text(t, b->strings[i].bytes, b->strings[i].length);
        take_text(t, "\n", 1);
    }
}

static void numbers_block(Numbers *n, const Block *b)
{
    const char *bytes = b->values;
    for (uint64_t done = 0; done < b->count; done += RUN) {
        size_t run = b->count - done < RUN ? (size_t)(b->count - done) : RUN;
        take_run(n, bytes + done * type_size(b->type), run);
    }
}

bool watches_block(Watches *w, const Block *b, Error *e)
{
    if (b->var >= w->dataset->var_count)
        return error_coded(e, ERROR_DATA, "bad_block", "values of variable %zu of %zu", b->var,
                           w->dataset->var_count);
    for (Watch *at = w->of_var[b->var]; at; at = at->next) {
        at->broken |= b->failed;
        if (at->broken)
            continue;
        if (b->type != stored_type(w, b->var))
            return error_coded(e, ERROR_DATA, "bad_block", "values of variable %s came as %s",
                               w->dataset->vars[b->var].name, type_name(b->type));
        at->seen += b->count;
        if (at->kind == WATCH_FLAGS)
            flags_block(at->flags, b->values, b->count);
        else if (at->kind == WATCH_NUMBERS)
            numbers_block(at->numbers, b);
        else
            text_block(at->text, b);
    }
    return true;
}

static void wire_numbers(Numbers *n, Wire *w)
{
    wire_varint(w, &n->count);
    wire_varint(w, &n->missing);
    for (size_t i = 0; i < n->code_count; i++)
        wire_varint(w, &n->coded[i]);
    double *const values[] = {&n->first, &n->last, &n->min, &n->max, &n->sum};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        wire_double(w, values[i]);
    for (size_t i = 0; i < NUMBERS_KEPT && i < n->count; i++)
        wire_double(w, &n->kept[i]);
}

static void wire_text(Text *t, Wire *w)
{
    uint32_t length = (uint32_t)t->length;
    wire_below(w, &length, TEXT_KEPT + 1, "more text than is kept");
    t->length = length;
    for (size_t i = 0; i < length; i++)
        wire_u8(w, (uint8_t *)&t->bytes[i]);
}

void watches_wire(Watches *w, Wire *wire)
{
    for (size_t i = 0; i < w->count && !wire->failed; i++) {
        Watch *at = w->all[i];
        wire_bool(wire, &at->broken);
        wire_varint(wire, &at->seen);
        if (at->kind == WATCH_FLAGS)
            flags_wire(at->flags, wire);
        else if (at->kind == WATCH_NUMBERS)
            wire_numbers(at->numbers, wire);
        else
            wire_text(at->text, wire);
    }
}

static void merge_numbers(Numbers *n, const Numbers *later)
{
    n->missing += later->missing;
    for (size_t i = 0; i < n->code_count; i++)
        n->coded[i] += later->coded[i];
    if (later->count == 0)
        return;
    for (uint64_t i = 0; i < later->count && n->count + i < NUMBERS_KEPT; i++)
        n->kept[n->count + i] = later->kept[i];
    if (n->count == 0) {
        n->first = later->first;
        n->min = later->min;
        n->max = later->max;
    }
    n->last = later->last;
    n->min = later->min < n->min ? later->min : n->min;
    n->max = later->max > n->max ? later->max : n->max;
    n->sum += later->sum;
    n->count += later->count;
}

void watches_merge(Watches *w, const Watches *later)
{
    for (size_t i = 0; i < w->count; i++) {
        Watch *at = w->all[i];
        const Watch *other = later->all[i];
        if (at->broken)
            continue;
        at->broken = other->broken;
        at->seen += other->seen;
        if (at->kind == WATCH_FLAGS)
            flags_merge(at->flags, other->flags);
        else if (at->kind == WATCH_NUMBERS)
            merge_numbers(at->numbers, other->numbers);
        else
            take_text(at->text, other->text->bytes, other->text->length);
    }
}

void watches_end(Watches *w)
{
    for (size_t i = 0; i < w->count; i++)
        if (w->all[i]->kind == WATCH_FLAGS)
            flags_settle(w->all[i]->flags);
}
