/* event_stream.c: where records begin and end, and where to go on behind a bad one.
 *
 * A bad line of NDJSON costs that line. Elsewhere the next line that begins like the first record
 * did, with the same blanks before it, is where reading goes on. */
#include "formats/events/event_stream.h"

#include "formats/events/event_members.h"

#include <string.h>

bool event_stream_init(EventStream *s, const Input *in, const EventShape *shape,
                       EventFields *fields, Arena *a, Error *e)
{
    *s = (EventStream){
        .in = in, .arena = a, .mode = shape->mode, .path = shape->path, .parser.fields = fields};
    CsvEncoding encoding =
        csv_encoding_guess(in->head, in->head_size, in->size == in->head_size, &s->bom_bytes);
    if (!csv_text_init(&s->text, in, encoding, s->bom_bytes, a, e))
        return false;
    event_stream_restart(s);
    return true;
}

void event_stream_restart(EventStream *s)
{
    csv_text_move(&s->text, s->bom_bytes, s->in->size);
    s->text.nuls = s->text.foreign = 0;
    s->line = 1;
    s->records = s->faults = s->indent = 0;
    s->closed = s->cut = s->lost = s->inside = s->behind = s->begun = s->own_lines = false;
    s->level = 0;
    s->element = 0;
    s->members = EVENT_FIRST_MEMBER;
}

/* Between the records of an object's members, where there are no lines to go on at. */
static bool is_in_object(const EventStream *s)
{
    return s->mode == EVENT_COLUMNS || (s->mode == EVENT_ENVELOPE && !s->inside);
}

static EventStep dry(const EventStream *s)
{
    return s->text.ended ? EVENT_END : EVENT_FILL;
}

bool event_stream_fill(EventStream *s, Error *e)
{
    if (s->text.length - s->text.at > CSV_RECORD_MAX) {
        event_place_set_aside(s, s->line, "longer than 1 MiB");
        event_place_advance(s, event_place_end(s));
        s->lost = true;
        if (is_in_object(s))
            s->closed = s->text.ended = true;
    }
    if (csv_text_fill(&s->text, s->arena, e))
        return true;
    return error_at(e, "line %llu", (unsigned long long)s->line);
}

/* --- behind a fault ------------------------------------------------------------------------- */

static bool begins_record(const EventStream *s, const char *line)
{
    if ((size_t)(event_place_end(s) - line) <= s->indent || line[s->indent] != s->opening)
        return false;
    for (size_t i = 0; i < s->indent; i++)
        if (line[i] != ' ' && line[i] != '\t')
            return false;
    return true;
}

/* EVENT_RECORD: a record may begin here. */
static EventStep find_way(EventStream *s)
{
    while (s->lost) {
        char *feed = memchr(event_place_here(s), '\n', s->text.length - s->text.at);
        if (!feed || (s->mode != EVENT_LINES && !s->own_lines)) {
            event_place_advance(s, event_place_end(s));
            return dry(s);
        }
        bool unseen = (size_t)(event_place_end(s) - feed) <= s->indent + 1 && !s->text.ended;
        if (s->mode != EVENT_LINES && unseen) {
            event_place_advance(s, feed);
            return EVENT_FILL;
        }
        event_place_advance(s, feed + 1);
        s->lost = s->mode != EVENT_LINES && !begins_record(s, feed + 1);
    }
    s->behind = false;
    return EVENT_RECORD;
}

/* --- a record a line ------------------------------------------------------------------------ */

/* The line at hand; EVENT_BAD with a fault where it is not one value. */
static EventParsed parse_line(EventStream *s, char *end)
{
    EventParser *p = &s->parser;
    p->end = end;
    EventParsed status = event_parse(p);
    p->at = event_skip_blanks(p->at, end);
    if (status == EVENT_MORE)
        p->fault = "the line ends within the record";
    if (status != EVENT_VALUE || p->at == end)
        return status;
    p->fault = "something behind the record";
    return EVENT_BAD;
}

static EventStep next_line(EventStream *s)
{
    EventParser *p = &s->parser;
    for (;;) {
        char *from = event_place_here(s), *feed = memchr(from, '\n', s->text.length - s->text.at);
        char *end = feed ? feed : event_place_end(s);
        if (!feed && (!s->text.ended || from == end))
            return dry(s);
        p->at = event_skip_blanks(from, end);
        bool empty = p->at == end;
        EventParsed status = empty ? EVENT_MORE : parse_line(s, end);
        s->text.at += (size_t)(end - from) + (feed != NULL);
        s->record_line = s->line;
        s->line += feed != NULL;
        if (status == EVENT_VALUE)
            return EVENT_RECORD;
        if (empty)
            continue;
        event_place_set_aside(s, s->record_line, p->fault);
        s->cut = !feed && status == EVENT_MORE;
    }
}

/* --- records over several lines, or in an array --------------------------------------------- */

static void remember_first(EventStream *s)
{
    const char *start = event_place_here(s), *line = start;
    if (s->begun)
        return;
    while (line > s->text.bytes && (line[-1] == ' ' || line[-1] == '\t'))
        line--;
    s->begun = true;
    s->own_lines = s->mode == EVENT_COLUMNS ? false : line == s->text.bytes || line[-1] == '\n';
    s->indent = (size_t)(start - line);
    s->opening = *start;
}

/* Moves past a mark of the array; true: there is none, a record begins here. */
static bool array_mark(EventStream *s)
{
    char c = *event_place_here(s);
    bool mark = !s->inside ? c == '[' : c == ']' || (s->behind && c == ',');
    if (!mark)
        return true;
    bool end = s->inside && c == ']';
    s->closed = end && s->mode == EVENT_ARRAY;
    s->inside = !end || s->closed;
    s->members = EVENT_BEHIND_MEMBER;
    s->behind = false;
    s->text.at++;
    return false;
}

/* Behind the array: nothing may follow. */
static EventStep end_array(EventStream *s)
{
    if (event_place_here(s) == event_place_end(s))
        return dry(s);
    event_place_set_aside(s, s->line,
                          s->mode == EVENT_ARRAY ? "something behind the end of the array"
                                                 : "something behind the end of the object");
    s->text.ended = true;
    s->text.at = s->text.length;
    return EVENT_END;
}

/* Behind the string that begins here; NULL: it does not end in the window. */
static char *behind_string(char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        at += *at == '\\';
    return at < end ? at + 1 : NULL;
}

/* The comma or bracket behind a damaged value in an array, by its brackets; NULL: not in the
 * window.
 */
static char *behind_damage(const EventStream *s)
{
    char *at = event_place_here(s), *end = event_place_end(s);
    for (size_t depth = 0; at && at < end;) {
        char c = *at;
        if (depth == 0 && (c == ',' || c == ']' || c == '}'))
            return at;
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        at = c == '"' ? behind_string(at, end) : at + 1;
    }
    return NULL;
}

/* The value could not be read: sets it aside. Records on lines of their own are found again by
 * these; others by their brackets. EVENT_FILL: more must be seen first. */
static EventStep take_fault(EventStream *s, EventParsed status)
{
    bool by_brackets = s->mode >= EVENT_ARRAY && !s->own_lines && status == EVENT_BAD;
    char *behind = by_brackets ? behind_damage(s) : NULL;
    if (by_brackets && !behind && !s->text.ended && s->text.length - s->text.at <= CSV_RECORD_MAX)
        return EVENT_FILL;
    s->record_line = s->line;
    s->cut = status == EVENT_MORE;
    s->lost = !behind;
    event_place_set_aside(s, s->line, s->cut ? "the file ends within the record" : s->parser.fault);
    s->element++;
    s->behind = behind != NULL;
    if (behind || s->cut)
        event_place_advance(s, behind ? behind : event_place_end(s));
    return EVENT_END;
}

/* The value at hand. EVENT_END: it was set aside. */
static EventStep take(EventStream *s)
{
    EventParser *p = &s->parser;
    remember_first(s);
    p->at = event_place_here(s);
    p->end = event_place_end(s);
    EventParsed status =
        s->mode == EVENT_COLUMNS ? event_parse_field(p, s->column) : event_parse(p);
    if (status != EVENT_BAD && p->at >= event_place_end(s) && !s->text.ended)
        return EVENT_FILL; /* a number may go on */
    bool cut = s->mode >= EVENT_ARRAY && p->at == event_place_end(s) && !strchr("}]\"", p->at[-1]);
    if (status == EVENT_VALUE && cut)
        status = EVENT_MORE;
    if (status != EVENT_VALUE)
        return take_fault(s, status);
    s->record_line = s->line;
    s->element++;
    s->behind = true;
    event_place_advance(s, p->at);
    return EVENT_RECORD;
}

/* Nothing is left of the text at hand. */
static EventStep finish(EventStream *s)
{
    if (s->mode >= EVENT_ARRAY && s->text.ended && !s->cut) {
        event_place_set_aside(s, s->line, "the file ends within the array");
        s->cut = true;
    }
    return dry(s);
}

static EventStep next_value(EventStream *s)
{
    for (;;) {
        if (s->lost && find_way(s) != EVENT_RECORD)
            return dry(s);
        EventStep entered =
            !s->lost && s->mode >= EVENT_ENVELOPE ? event_members_enter(s) : EVENT_RECORD;
        if (entered != EVENT_RECORD)
            return entered;
        event_place_skip_blanks(s);
        if (s->closed)
            return end_array(s);
        if (event_place_here(s) == event_place_end(s))
            return finish(s);
        if (s->mode >= EVENT_ARRAY && !array_mark(s))
            continue;
        if (s->mode >= EVENT_ARRAY && s->behind) {
            event_place_set_aside(s, s->line, "neither ',' nor ']' behind a record");
            s->lost = true;
            continue;
        }
        EventStep step = take(s);
        if (step != EVENT_END)
            return step;
    }
}

EventStep event_stream_next(EventStream *s)
{
    if (s->mode != EVENT_LINES) {
        EventStep step = next_value(s);
        s->records += step == EVENT_RECORD;
        return step;
    }
    if (s->lost && find_way(s) != EVENT_RECORD)
        return dry(s);
    EventStep step = next_line(s);
    s->records += step == EVENT_RECORD;
    return step;
}
