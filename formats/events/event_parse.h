/* event_parse.h: one JSON value -> the values of its fields, in the order in which they stand. */
#pragma once

#include "formats/events/event_fields.h"

typedef enum EventItemKind {
    EVENT_ITEM_NULL,
    EVENT_ITEM_FALSE,
    EVENT_ITEM_TRUE,
    EVENT_ITEM_INTEGER,
    EVENT_ITEM_DECIMAL,
    EVENT_ITEM_SPECIAL, /* NaN, Infinity, -Infinity: no JSON, but often written */
    EVENT_ITEM_STRING,
    EVENT_ITEM_ESCAPED, /* a string in which there are escapes */
    EVENT_ITEM_ELEMENT, /* one more element of an array begins; no value */
} EventItemKind;

typedef struct EventItem {
    char *at;
    uint32_t length;
    int32_t field;
    EventItemKind kind;
} EventItem;

typedef enum EventParsed {
    EVENT_VALUE,
    EVENT_MORE, /* the text ends inside the value */
    EVENT_BAD,
} EventParsed;

typedef struct EventParser {
    EventFields *fields; /* NULL: the value is only checked */
    EventItem *items;
    size_t count, capacity;
    char *at, *end;
    const char *fault; /* of EVENT_BAD: what was expected */
    bool full;         /* no memory for the items */
} EventParser;

/* Reads the value at `at`, which is not blank; `at` is then behind it, or where it is wrong. What
 * is at `end` must be readable and no part of a value. Nothing is written to the
 * text. */
EventParsed event_parse(EventParser *p);
/* The same for a value of this field, which is not the record itself. */
EventParsed event_parse_field(EventParser *p, int32_t field);
/* Reads `"key":`, and blanks before the colon; *field is the root's member of that name where there
 * are fields. The key is as it is written. */
EventParsed event_parse_key(EventParser *p, StringView *key, int32_t *field);
/* Writes a string without its escapes over itself; returns its length. A half of a surrogate pair
 * becomes U+FFFD. */
size_t event_unescape(char *text, size_t length);

static inline bool event_is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static inline char *event_skip_blanks(char *at, const char *end)
{
    while (at < end && event_is_blank(*at))
        at++;
    return at;
}
