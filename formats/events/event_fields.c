/* event_fields.c: the tree of fields: finding one, adding one. */
#include "formats/events/event_fields.h"

#include <stdio.h>
#include <string.h>

enum { TABLE_SIZE = 8192, PATH_MAX_BYTES = 1024 };

_Static_assert(TABLE_SIZE > 2 * (EVENT_FIELDS_MAX + 1), "the hash table has free places");

static const StringView element_key = {"[]", 2};

bool event_fields_init(EventFields *f, Arena *a, Error *e)
{
    *f = (EventFields){.arena = a, .count = 1};
    f->items = arena_array(a, EVENT_FIELDS_MAX + 1, sizeof *f->items);
    f->table = arena_array(a, TABLE_SIZE, sizeof *f->table);
    if (!f->items || !f->table)
        return arena_full(a, e);
    f->items[0] = (EventField){.name = "value", .is_element = true, .var = NO_VAR};
    return true;
}

static uint32_t hash_of(int32_t parent, bool element, StringView key)
{
    uint32_t h = 2166136261U ^ (uint32_t)parent * 2654435761U ^ (element ? 0x9e3779b9U : 0);
    for (size_t i = 0; i < key.length; i++)
        h = (h ^ (uint8_t)key.bytes[i]) * 16777619U;
    return h ^ h >> 15;
}

static bool is_field(const EventField *f, int32_t parent, bool element, StringView key)
{
    return f->parent == parent && f->is_element == element && f->key.length == key.length &&
           memcmp(f->key.bytes, key.bytes, key.length) == 0;
}

static const char *path_of(EventFields *f, int32_t parent, bool element, StringView key)
{
    const char *before = parent > 0 ? f->items[parent].name : "";
    if (element)
        return arena_printf(f->arena, "%s[]", parent > 0 ? before : "value");
    const char *text = key.length > 0 ? key.bytes : "unnamed";
    size_t length = key.length > 0 ? key.length : strlen(text);
    return arena_printf(f->arena, "%s%s%.*s", before, parent > 0 ? "." : "", (int)length, text);
}

static bool is_plain(StringView key)
{
    for (size_t i = 0; i < key.length; i++)
        if (key.bytes[i] == '"' || key.bytes[i] == '\\' || (unsigned char)key.bytes[i] < ' ')
            return false;
    return true;
}

static int32_t add(EventFields *f, int32_t parent, bool element, StringView key)
{
    bool long_name = key.length > EVENT_KEY_MAX ||
                     (parent > 0 && strlen(f->items[parent].name) > PATH_MAX_BYTES);
    const char *name = NULL, *copy = NULL;
    if (f->count <= EVENT_FIELDS_MAX && !long_name && !memchr(key.bytes, 0, key.length)) {
        name = path_of(f, parent, element, key);
        copy = arena_copy(f->arena, key.bytes, key.length);
    }
    if (!name || !copy) {
        f->ignored++;
        return EVENT_NO_FIELD;
    }
    f->items[f->count] = (EventField){
        .key = {copy, key.length},
        .name = name,
        .parent = parent,
        .dimension = element ? f->count : f->items[parent].dimension,
        .is_element = element,
        .is_plain = !element && is_plain(key),
        .speaks_of_time = !element && event_speaks_of_time(copy),
        .var = NO_VAR,
    };
    return f->count++;
}

static int32_t find(EventFields *f, int32_t parent, bool element, StringView key)
{
    uint32_t at = hash_of(parent, element, key) % TABLE_SIZE;
    while (f->table[at] > 0) {
        if (is_field(&f->items[f->table[at]], parent, element, key))
            return f->table[at];
        at = (at + 1) % TABLE_SIZE;
    }
    int32_t field = add(f, parent, element, key);
    if (field > 0)
        f->table[at] = field;
    return field;
}

int32_t event_fields_member(EventFields *f, int32_t parent, StringView key, int32_t guess)
{
    if (guess > 0 && is_field(&f->items[guess], parent, false, key))
        return guess;
    return find(f, parent, false, key);
}

int32_t event_fields_element(EventFields *f, int32_t parent)
{
    int32_t guess = f->items[parent].first;
    if (guess > 0 && is_field(&f->items[guess], parent, true, element_key))
        return guess;
    return find(f, parent, true, element_key);
}

int32_t event_fields_cell(EventFields *f, size_t index)
{
    char name[32];
    int length = snprintf(name, sizeof name, "column_%zu", index + 1);
    return find(f, 0, false, (StringView){name, (size_t)length});
}

void event_fields_restart(EventFields *f)
{
    for (int32_t i = 0; i < f->count; i++)
        f->items[i].count = f->items[i].last = 0;
}
