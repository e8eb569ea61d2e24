/* event_stream.c: where records begin and end, and where to go on behind a bad one.
 *
 * A bad line of NDJSON costs that line. Elsewhere the next line that begins like the first record
 * did, with the same blanks before it, is where reading goes on. */
#include "formats/events/event_stream.h"

#include <string.h>

bool event_stream_init(EventStream *s, const Input *in, EventMode mode, EventFields *fields,
                       Arena *a, Error *e)
{
    *s = (EventStream){.in = in, .arena = a, .mode = mode, .parser.fields = fields};
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
}

static char *here(const EventStream *s)
{
    return s->text.bytes + s->text.at;
}

static char *text_end(const EventStream *s)
{
    return s->text.bytes + s->text.length;
}

static void advance(EventStream *s, const char *to)
{
    uint64_t lines = 0;
    for (const char *p = here(s); p < to; p++)
        lines += *p == '\n';
    s->line += lines;
    s->text.at = (size_t)(to - s->text.bytes);
}

static void set_aside(EventStream *s, uint64_t line, const char *what)
{
    if (s->faults < EVENT_FAULTS_SHOWN)
        s->shown[s->faults] = (EventFault){line, what};
    s->faults++;
}

bool event_stream_fill(EventStream *s, Error *e)
{
    if (s->text.length - s->text.at > CSV_RECORD_MAX) {
        set_aside(s, s->line, "longer than 1 MiB");
        advance(s, text_end(s));
        s->lost = true;
    }
    if (csv_text_fill(&s->text, s->arena, e))
        return true;
    return error_at(e, "line %llu", (unsigned long long)s->line);
}

static EventStep dry(const EventStream *s)
{
    return s->text.ended ? EVENT_END : EVENT_FILL;
}

/* --- behind a fault ------------------------------------------------------------------------- */

static bool begins_record(const EventStream *s, const char *line)
{
    if ((size_t)(text_end(s) - line) <= s->indent || line[s->indent] != s->opening)
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
        char *feed = memchr(here(s), '\n', s->text.length - s->text.at);
        if (!feed || (s->mode != EVENT_LINES && !s->own_lines)) {
            advance(s, text_end(s));
            return dry(s);
        }
        bool unseen = (size_t)(text_end(s) - feed) <= s->indent + 1 && !s->text.ended;
        if (s->mode != EVENT_LINES && unseen) {
            advance(s, feed);
            return EVENT_FILL;
        }
        advance(s, feed + 1);
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
    while (p->at < end && event_is_blank(*p->at))
        p->at++;
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
        char *from = here(s), *feed = memchr(from, '\n', s->text.length - s->text.at);
        char *end = feed ? feed : text_end(s);
        if (!feed && (!s->text.ended || from == end))
            return dry(s);
        for (p->at = from; p->at < end && event_is_blank(*p->at);)
            p->at++;
        bool empty = p->at == end;
        EventParsed status = empty ? EVENT_MORE : parse_line(s, end);
        s->text.at += (size_t)(end - from) + (feed != NULL);
        s->record_line = s->line;
        s->line += feed != NULL;
        if (status == EVENT_VALUE)
            return EVENT_RECORD;
        if (empty)
            continue;
        set_aside(s, s->record_line, p->fault);
        s->cut = !feed && status == EVENT_MORE;
    }
}

/* --- records over several lines, or in an array --------------------------------------------- */

static void remember_first(EventStream *s)
{
    const char *start = here(s), *line = start;
    if (s->begun)
        return;
    while (line > s->text.bytes && (line[-1] == ' ' || line[-1] == '\t'))
        line--;
    s->begun = true;
    s->own_lines = line == s->text.bytes || line[-1] == '\n';
    s->indent = (size_t)(start - line);
    s->opening = *start;
}

/* Moves past a mark of the array; true: there is none, a record begins here. */
static bool array_mark(EventStream *s)
{
    char c = *here(s);
    bool mark = !s->inside ? c == '[' : c == ']' || (s->behind && c == ',');
    if (!mark)
        return true;
    s->closed = s->inside && c == ']';
    s->inside = true;
    s->behind = false;
    s->text.at++;
    return false;
}

static void skip_blanks(EventStream *s)
{
    char *p = here(s);
    while (p < text_end(s) && event_is_blank(*p))
        p++;
    advance(s, p);
}

/* Behind the array: nothing may follow. */
static EventStep end_array(EventStream *s)
{
    if (here(s) == text_end(s))
        return dry(s);
    set_aside(s, s->line, "something behind the end of the array");
    s->text.ended = true;
    s->text.at = s->text.length;
    return EVENT_END;
}

/* The value could not be read: sets it aside. */
static void take_fault(EventStream *s, EventParsed status)
{
    s->record_line = s->line;
    s->cut = status == EVENT_MORE;
    s->lost = true;
    set_aside(s, s->line, s->cut ? "the file ends within the record" : s->parser.fault);
    if (s->cut)
        advance(s, text_end(s));
}

/* The value at hand. EVENT_END: it was set aside. */
static EventStep take(EventStream *s)
{
    EventParser *p = &s->parser;
    remember_first(s);
    p->at = here(s);
    p->end = text_end(s);
    EventParsed status = event_parse(p);
    if (status != EVENT_BAD && p->at >= text_end(s) && !s->text.ended)
        return EVENT_FILL; /* a number may go on */
    if (status != EVENT_VALUE) {
        take_fault(s, status);
        return EVENT_END;
    }
    s->record_line = s->line;
    s->behind = true;
    advance(s, p->at);
    return EVENT_RECORD;
}

/* Nothing is left of the text at hand. */
static EventStep finish(EventStream *s)
{
    if (s->mode == EVENT_ARRAY && s->text.ended && !s->cut) {
        set_aside(s, s->line, "the file ends within the array");
        s->cut = true;
    }
    return dry(s);
}

static EventStep next_value(EventStream *s)
{
    for (;;) {
        if (s->lost && find_way(s) != EVENT_RECORD)
            return dry(s);
        skip_blanks(s);
        if (s->closed)
            return end_array(s);
        if (here(s) == text_end(s))
            return finish(s);
        if (s->mode == EVENT_ARRAY && !array_mark(s))
            continue;
        if (s->mode == EVENT_ARRAY && s->behind) {
            set_aside(s, s->line, "neither ',' nor ']' behind a record");
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
