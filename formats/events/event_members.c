/* event_members.c: the object around the records: from member to member, to the one that holds
 * them.
 *
 * Members on the way whose values are no objects or arrays are attributes of the file. */
#include "formats/events/event_members.h"

#include <string.h>

typedef struct Member {
    StringView key;
    int32_t field; /* of a column */
    char *value;
} Member;

/* The object cannot be read to its end. */
static EventStep give_up(EventStream *s, const char *what, bool cut)
{
    event_place_set_aside(s, s->line, what);
    s->cut = cut;
    s->closed = s->text.ended = true;
    s->text.at = s->text.length;
    return EVENT_END;
}

static EventStep dry(EventStream *s)
{
    return s->text.ended ? give_up(s, "the file ends within the object", true) : EVENT_FILL;
}

/* The object at hand holds columns, or the member that is looked for. */
static bool is_at_columns(const EventStream *s)
{
    return s->mode == EVENT_COLUMNS && s->level == s->path.depth + 1;
}

static bool is_on_path(const EventStream *s, StringView key)
{
    const char *wanted = s->level <= s->path.depth ? s->path.keys[s->level - 1] : NULL;
    return wanted && strlen(wanted) == key.length && memcmp(wanted, key.bytes, key.length) == 0;
}

/* A key and the first character of its value. EVENT_RECORD: they are there. */
static EventStep read_key(EventStream *s, Member *m)
{
    EventParser *p = &s->parser;
    p->at = event_place_here(s);
    p->end = event_place_end(s);
    EventFields *fields = p->fields;
    p->fields = is_at_columns(s) ? fields : NULL;
    EventParsed status = event_parse_key(p, &m->key, &m->field);
    p->fields = fields;
    if (status == EVENT_BAD)
        return give_up(s, p->fault, false);
    if (status == EVENT_VALUE)
        p->at = event_skip_blanks(p->at, p->end);
    m->value = p->at;
    return status == EVENT_MORE || p->at == p->end ? dry(s) : EVENT_RECORD;
}

static void keep_attribute(EventStream *s, StringView key, char *from, const char *to)
{
    size_t length = (size_t)(to - from);
    if (!s->attrs || strchr("{[nN", *from) || key.length == 0 || key.length > EVENT_KEY_MAX ||
        s->attrs->count >= EVENT_ATTRS_MAX)
        return;
    char *copy = arena_copy(s->arena, from, length);
    const char *name = text_copy(key, s->arena);
    if (!copy || !name)
        return;
    StringView text = {copy, length};
    if (*from == '"')
        text = (StringView){copy + 1, event_unescape(copy + 1, length - 2)};
    text_attr_view(s->attrs, name, text);
}

/* A member that holds no records. */
static EventStep pass(EventStream *s, const Member *m)
{
    EventParser check = {.at = m->value, .end = event_place_end(s)};
    EventParsed status = event_parse(&check);
    if (status == EVENT_BAD)
        return give_up(s, check.fault, false);
    if (status == EVENT_MORE || check.at >= event_place_end(s))
        return dry(s);
    if (s->level == 1 || is_at_columns(s))
        keep_attribute(s, m->key, m->value, check.at);
    event_place_advance(s, check.at);
    s->members = EVENT_BEHIND_MEMBER;
    return EVENT_RECORD;
}

/* Into the member, past it, or to where its records begin: then s->inside is set. */
static EventStep take_member(EventStream *s)
{
    Member m = {.field = EVENT_NO_FIELD};
    EventStep step = read_key(s, &m);
    if (step != EVENT_RECORD)
        return step;
    bool columns = is_at_columns(s), wanted = !columns && is_on_path(s, m.key);
    bool last = s->mode == EVENT_ENVELOPE && s->level == s->path.depth;
    if ((columns && *m.value == '[') || (wanted && last && *m.value == '[')) {
        s->inside = true;
        s->behind = false;
        s->column = m.field;
        s->element = 0;
        event_place_advance(s, m.value + 1);
        return EVENT_RECORD;
    }
    if (!wanted || last || *m.value != '{')
        return pass(s, &m);
    s->level++;
    s->members = EVENT_FIRST_MEMBER;
    event_place_advance(s, m.value + 1);
    return EVENT_RECORD;
}

static void close_object(EventStream *s)
{
    s->text.at++;
    s->level--;
    s->members = EVENT_BEHIND_MEMBER;
    s->closed = s->level == 0;
}

EventStep event_members_enter(EventStream *s)
{
    while (!s->inside && !s->closed) {
        event_place_skip_blanks(s);
        char *at = event_place_here(s);
        if (at == event_place_end(s))
            return dry(s);
        bool closes = *at == '}' && s->level > 0 && s->members != EVENT_MEMBER;
        if (closes) {
            close_object(s);
        } else if (s->level == 0 && *at == '{') {
            s->level = 1;
            s->members = EVENT_FIRST_MEMBER;
            s->text.at++;
        } else if (s->level > 0 && s->members == EVENT_BEHIND_MEMBER) {
            if (*at != ',')
                return give_up(s, "neither ',' nor '}' behind a value", false);
            s->members = EVENT_MEMBER;
            s->text.at++;
        } else {
            EventStep step = s->level > 0 ? take_member(s) : give_up(s, "no object", false);
            if (step != EVENT_RECORD)
                return step;
        }
    }
    return EVENT_RECORD;
}
