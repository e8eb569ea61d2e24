/* event_fields.h: the fields of all records as one tree, with what was seen of each.
 *
 * A field is a place in a record: "a", "a.b", "a[]" (the elements of the array a), "a[].x". Its
 * dimension is the array around it, or the records as a whole. */
#pragma once

#include "core/arena.h"
#include "core/dataset.h"
#include "core/time.h"

#include <stdint.h>

enum {
    EVENT_FIELDS_MAX = 2000,
    EVENT_KEY_MAX = 256,           /* bytes of one key */
    EVENT_NO_FIELD = -1,           /* ignored: too many fields, or too long a key */
    EVENT_CONTRADICTION_PART = 20, /* 1/20 of a field's values may not be what the others are */
};

typedef enum EventKind {
    EVENT_NONE, /* holds objects or arrays only */
    EVENT_BOOLEAN,
    EVENT_INTEGER,  /* int64 */
    EVENT_UNSIGNED, /* uint64: some are beyond int64 */
    EVENT_NUMBER,
    EVENT_TIME, /* text in ISO 8601 */
    EVENT_TEXT,
} EventKind;

/* What the values of a field were in all sound records. */
typedef struct EventSeen {
    uint64_t nulls, booleans, integers, decimals, specials; /* specials: NaN, Infinity */
    uint64_t words, empties, times, zoned; /* texts; times and empties among them */
    uint64_t beyond_double, beyond_int64, beyond_uint64, repeated; /* beyond_double: within int64 */
    bool negative;
    double least, greatest; /* of numbers, where the name speaks of time */
} EventSeen;

typedef struct EventField {
    StringView key;
    const char *name; /* of the variable */
    int32_t parent, dimension;
    int32_t first, next; /* guesses: the key that came first in the object, that came next */
    bool is_element;
    bool is_plain; /* the key is written as it is, without escapes */
    bool speaks_of_time;
    uint64_t count; /* instances, of the records and of elements: in the pass at hand */
    uint64_t last;  /* 1 + the instance that last had a value here */
    EventSeen seen;
    EventKind kind;
    const char *units; /* of numbers that count from an epoch */
    size_t var;
} EventField;

typedef struct EventFields {
    Arena *arena;
    EventField *items; /* [0]: the record itself */
    int32_t count;
    int32_t *table; /* hash table of indices, 0: free */
    uint64_t ignored;
} EventFields;

bool event_fields_init(EventFields *f, Arena *a, Error *e) MUST_CHECK;
/* The field `key` of the object at `parent`; `guess` is looked at first. A new one is added;
 * EVENT_NO_FIELD where there is no room. */
int32_t event_fields_member(EventFields *f, int32_t parent, StringView key, int32_t guess);
/* The elements of the array at `parent`. */
int32_t event_fields_element(EventFields *f, int32_t parent);
/* Cell `index` of a record that is an array. */
int32_t event_fields_cell(EventFields *f, size_t index);
/* Counts and marks of a pass begin anew. */
void event_fields_restart(EventFields *f);

/* What a field's values make it; notes on what does not fit. */
void event_field_settle(EventField *f, Dataset *d);
/* The field that holds the records' time, or EVENT_NO_FIELD; gives numbers their units. */
int32_t event_fields_time(EventFields *f);
/* The name is one that times have. */
bool event_speaks_of_time(const char *name);
