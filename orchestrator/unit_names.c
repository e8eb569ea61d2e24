/* unit_names.c: a hash table of names, each with the number that its next namesake gets. */
#include "orchestrator/unit_names.h"

#include "core/buffer.h"
#include "core/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

struct UnitName {
    const char *text; /* NULL: free */
    unsigned next;    /* for another one of this name */
};

static uint64_t hash_of(const char *text)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 0x100000001b3u;
    return h ^ h >> 29;
}

/* The name's slot, or the free one where it would be. */
static UnitName *slot_of(const UnitNames *n, const char *text)
{
    size_t at = hash_of(text) & (n->capacity - 1);
    while (n->slots[at].text && strcmp(n->slots[at].text, text) != 0)
        at = (at + 1) & (n->capacity - 1);
    return &n->slots[at];
}

static bool grow(UnitNames *n)
{
    if (2 * (n->count + 1) <= n->capacity)
        return true;
    UnitNames larger = {.count = n->count,
                        .capacity = n->capacity ? 2 * n->capacity : FIRST_CAPACITY};
    larger.slots = calloc(larger.capacity, sizeof *larger.slots);
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < n->capacity; i++)
        if (n->slots[i].text)
            *slot_of(&larger, n->slots[i].text) = n->slots[i];
    free(n->slots);
    *n = larger;
    return true;
}

static bool no_memory(Error *e)
{
    return error_coded(e, ERROR_RETRY, "no_memory", "out of memory for the names of its members");
}

/* "NAME#K" with the first K that is free. */
static const char *numbered(UnitNames *n, Arena *a, UnitName *first)
{
    const char *text;
    do
        text = arena_printf(a, "%s#%u", first->text, first->next++);
    while (text && slot_of(n, text)->text);
    return text;
}

bool unit_names_add(UnitNames *n, Arena *a, const char *folder, const char *name, const char **out,
                    Error *e)
{
    auto_buffer Buffer text = {0};
    if (folder[0])
        buffer_printf(&text, "%s/", folder);
    if (name[0])
        text_printable(&text, name, strlen(name));
    else
        buffer_string(&text, "(no name)");
    if (text.failed || !grow(n))
        return no_memory(e);
    UnitName *slot = slot_of(n, text.bytes);
    const char *unique = slot->text ? numbered(n, a, slot) : arena_string(a, text.bytes);
    if (!unique)
        return no_memory(e);
    *slot_of(n, unique) = (UnitName){unique, 2};
    n->count++;
    *out = unique;
    return true;
}

void unit_names_deinit(UnitNames *n)
{
    free(n->slots);
    *n = (UnitNames){0};
}

bool unit_name_leads_out(const char *name)
{
    int depth = 0;
    if (name[0] == '/')
        return true;
    for (const char *at = name; *at && depth >= 0; at += strspn(at, "/")) {
        size_t part = strcspn(at, "/");
        bool up = part == 2 && at[0] == '.' && at[1] == '.';
        bool here = part == 1 && at[0] == '.';
        depth += up ? -1 : here ? 0 : 1;
        at += part;
    }
    return depth < 0;
}
