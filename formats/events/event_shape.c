/* event_shape.c: one object with records in it: in an array, or as columns? By its first members.
 */
#include "formats/events/event_shape.h"

#include "core/time.h"

#include <string.h>
#include <strings.h>

typedef struct Walk {
    char *at;
    char *const end;
} Walk;

typedef struct Member {
    StringView key;
    char *value; /* its first character */
} Member;

/* What the arrays of an object are as far as they can be seen. */
typedef struct Columns {
    size_t count, length; /* of the first that is whole */
    bool differ, telling; /* a number or a time is among the values */
    bool cut;             /* the head ends within the last, or it is damaged */
} Columns;

static EventParsed skip_value(Walk *w)
{
    EventParser p = {.at = w->at, .end = w->end};
    EventParsed status = event_parse(&p);
    w->at = p.at;
    return status;
}

/* The member at hand, behind '{' or ','. False: there is none in the head. */
static bool read_member(Walk *w, Member *m)
{
    EventParser p = {.at = event_skip_blanks(w->at, w->end), .end = w->end};
    int32_t field;
    if (p.at == w->end || event_parse_key(&p, &m->key, &field) != EVENT_VALUE)
        return false;
    m->value = w->at = event_skip_blanks(p.at, w->end);
    return w->at < w->end;
}

/* Past the value at hand and the comma. False: the object or the head ends. */
static bool next_member(Walk *w)
{
    if (skip_value(w) != EVENT_VALUE)
        return false;
    w->at = event_skip_blanks(w->at, w->end);
    return w->at < w->end && *w->at++ == ',';
}

static bool is_key(StringView key, const char *word)
{
    return strlen(word) == key.length && strncasecmp(word, key.bytes, key.length) == 0;
}

static bool is_one_of(StringView key, const char *const *words)
{
    for (; *words; words++)
        if (is_key(key, *words))
            return true;
    return false;
}

/* --- columns -------------------------------------------------------------------------------- */

static bool is_telling(const char *from, const char *to)
{
    Timestamp t;
    bool text = *from == '"';
    return (*from >= '0' && *from <= '9') || *from == '-' ||
           (text && timestamp_parse_iso(from + 1, (size_t)(to - from) - 2, &t) && t.has_date);
}

/* An array of values that are no objects or arrays. False: it is none. */
static bool look_at_column(Walk *w, Columns *c)
{
    size_t length = 0;
    w->at = event_skip_blanks(w->at + 1, w->end);
    bool more = w->at < w->end && *w->at != ']';
    w->at += w->at < w->end && *w->at == ']';
    while (more) {
        char *from = w->at;
        if (*from == '{' || *from == '[')
            return false;
        EventParsed status = skip_value(w);
        w->at = event_skip_blanks(w->at, w->end);
        c->cut = status != EVENT_VALUE || w->at == w->end;
        if (c->cut)
            break;
        c->telling = c->telling || is_telling(from, w->at);
        length++;
        more = *w->at == ',';
        if (!more && *w->at != ']')
            return false;
        w->at = event_skip_blanks(w->at + 1, w->end);
        if (w->at == w->end) {
            c->cut = true;
            break;
        }
    }
    c->length = c->count == 0 ? length : c->length;
    c->differ = c->differ || (!c->cut && c->length != length);
    c->count++;
    return true;
}

/* The object whose members begin here: arrays of the same length, one of numbers or times. */
static bool is_columns(Walk w)
{
    Columns c = {0};
    Member m;
    bool more = true;
    while (more && !c.cut && read_member(&w, &m)) {
        if (*m.value == '{' || (*m.value == '[' && !look_at_column(&w, &c)))
            return false;
        if (*m.value == '[' && !c.cut) {
            w.at = event_skip_blanks(w.at, w.end);
            more = w.at < w.end && *w.at++ == ',';
        } else if (!c.cut) {
            more = next_member(&w);
        }
    }
    return c.telling && !c.differ && c.length > 1 && (c.count > 1 || c.cut);
}

/* --- the whole object ----------------------------------------------------------------------- */

/* "[" with a record behind it. */
static bool is_records(char *at, char *const end)
{
    Walk w = {event_skip_blanks(at + 1, end), end};
    return w.at < end && (*w.at == '{' || *w.at == '[') && skip_value(&w) != EVENT_BAD;
}

static bool keep_key(EventShape *shape, StringView key, Arena *a)
{
    size_t *depth = &shape->path.depth;
    const char *copy = *depth < EVENT_PATH_MAX ? arena_copy(a, key.bytes, key.length) : NULL;
    if (copy)
        shape->path.keys[(*depth)++] = copy;
    return copy != NULL;
}

/* By names that envelopes commonly have. */
static bool find_known(Walk w, EventShape *out, Arena *a)
{
    static const char *const arrays[] = {
        "records", "data",   "features", "items",        "results",  "rows",         "events",
        "entries", "values", "samples",  "observations", "readings", "measurements", NULL};
    static const char *const objects[] = {"data", "columns", "hourly", "daily", NULL};
    Member m;
    bool more = true;
    while (more && read_member(&w, &m)) {
        bool array = *m.value == '[' && is_records(m.value, w.end) && is_one_of(m.key, arrays);
        Walk inner = {m.value + 1, w.end};
        bool object = *m.value == '{' && is_one_of(m.key, objects) && is_columns(inner);
        out->mode = array ? EVENT_ENVELOPE : EVENT_COLUMNS;
        if (array || object)
            return keep_key(out, m.key, a);
        more = next_member(&w);
    }
    return false;
}

/* By the keys that an option gives, with dots between them. */
static bool find_named(Walk w, const char *keys, EventShape *out, Arena *a)
{
    Member m;
    while (read_member(&w, &m)) {
        size_t length = strcspn(keys, ".");
        bool wanted = m.key.length == length && memcmp(m.key.bytes, keys, length) == 0;
        if (!wanted && !next_member(&w))
            return false;
        if (!wanted)
            continue;
        keys += length + (keys[length] == '.');
        if (!keep_key(out, m.key, a))
            return false;
        if (*keys == '\0') {
            out->mode = *m.value == '[' ? EVENT_ENVELOPE : EVENT_COLUMNS;
            return *m.value == '[' || *m.value == '{';
        }
        if (*m.value != '{')
            return false;
        w.at++;
    }
    return false;
}

bool event_shape_find(char *object, char *end, const char *records, Arena *a, EventShape *out)
{
    Walk w = {object + 1, end};
    *out = (EventShape){.mode = EVENT_COLUMNS};
    if (records && *records)
        return find_named(w, records, out, a);
    if (is_columns(w))
        return true;
    return find_known(w, out, a);
}
