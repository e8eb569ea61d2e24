/* event_probe.c: records or one document? By the first values of the file. */
#include "formats/events/event_probe.h"

#include "formats/events/event_shape.h"

#include <stdio.h>
#include <string.h>

enum { HEAD_SLACK = 16 };

typedef struct Head {
    char *from, *end; /* without a byte order mark; HEAD_SLACK bytes behind are readable */
    bool whole;       /* the file ends with it */
} Head;

/* Of UTF-16 only what is ASCII is of interest. False: arena full. */
static bool take_head(const Input *in, Head *h, Arena *a)
{
    size_t bom, length = 0;
    char *text = arena_alloc(a, in->head_size + HEAD_SLACK);
    if (!text)
        return false;
    h->whole = in->size == in->head_size;
    CsvEncoding encoding = csv_encoding_guess(in->head, in->head_size, h->whole, &bom);
    bool wide = encoding == CSV_UTF16_LE || encoding == CSV_UTF16_BE;
    size_t low = encoding == CSV_UTF16_BE;
    for (size_t i = bom; wide && i + 1 < in->head_size; i += 2)
        text[length++] = in->head[i + !low] ? '?' : (char)in->head[i + low];
    if (!wide) {
        length = in->head_size - bom;
        memcpy(text, in->head + bom, length);
    }
    h->from = text;
    h->end = text + length;
    return true;
}

static EventParsed parse(char **at, char *end)
{
    EventParser p = {.at = *at, .end = end};
    EventParsed status = event_parse(&p);
    *at = p.at;
    return status;
}

/* --- records that are lines ----------------------------------------------------------------- */

typedef struct Lines {
    size_t good, bad;
} Lines;

/* A line that is one object or array; a line that is nothing of JSON. */
static void look_at_line(Lines *l, char *from, char *end)
{
    char *at = event_skip_blanks(from, end);
    if (at == end)
        return;
    bool group = *at == '{' || *at == '[';
    bool sound = parse(&at, end) == EVENT_VALUE && event_skip_blanks(at, end) == end;
    l->good += sound && group;
    l->bad += !sound;
}

static Lines look_at_lines(const Head *h)
{
    Lines l = {0};
    for (char *line = h->from; line < h->end;) {
        char *feed = memchr(line, '\n', (size_t)(h->end - line));
        if (feed || h->whole)
            look_at_line(&l, line, feed ? feed : h->end);
        line = feed ? feed + 1 : h->end;
    }
    return l;
}

static bool is_called_lines(const Input *in)
{
    static const char *const endings[] = {".ndjson", ".jsonl", ".jsonlines", ".ldjson", NULL};
    size_t length = strlen(in->name);
    for (const char *const *n = endings; *n; n++)
        if (length > strlen(*n) && text_equal_nocase(in->name + length - strlen(*n), *n))
            return true;
    return false;
}

/* --- the choice ----------------------------------------------------------------------------- */

static void say(Probe *p, Sureness sure, const char *evidence)
{
    p->sure = sure;
    snprintf(p->evidence, sizeof p->evidence, "%s", evidence);
}

/* "[" with a record behind it. Lists of names in brackets are no records. */
static bool is_array(const Head *h, char *first)
{
    char *inner = event_skip_blanks(first + 1, h->end);
    if (inner == h->end || (*inner != '{' && *inner != '['))
        return false;
    bool object = *inner == '{' && event_skip_blanks(inner + 1, h->end) < h->end &&
                  *event_skip_blanks(inner + 1, h->end) == '"';
    return parse(&inner, h->end) != EVENT_BAD || object;
}

/* The first value is complete: what follows it? */
static void look_behind(const Head *h, char *at, EventMode *mode, Probe *p)
{
    at = event_skip_blanks(at, h->end);
    if (at == h->end) {
        say(p, SURE_NO, h->whole ? "one JSON value: no records" : "nothing but blanks behind it");
    } else if (*at == '{' || *at == '[' || parse(&at, h->end) != EVENT_BAD) {
        *mode = EVENT_CONCATENATED;
        say(p, SURE_BY_CONTENT, "one JSON value follows another");
    } else {
        say(p, SURE_NO, "the first value is JSON, what follows is not");
    }
}

/* One object and nothing behind it, with records in it. */
static bool is_object(const Input *in, const EventOptions *o, const Head *h, char *first, Arena *a,
                      EventShape *shape)
{
    EventShape found;
    char *at = first;
    EventParsed status = *first == '{' ? parse(&at, h->end) : EVENT_BAD;
    at = event_skip_blanks(at, h->end);
    bool more = status == EVENT_VALUE && at < h->end && (*at == '{' || *at == '[');
    if (*first != '{' || is_called_lines(in) || more ||
        !event_shape_find(first, h->end, o ? o->records : NULL, a, &found))
        return false;
    *shape = found;
    return true;
}

static void say_shape(const EventShape *shape, Probe *p)
{
    p->sure = SURE_BY_CONTENT;
    int length = snprintf(p->evidence, sizeof p->evidence, "one JSON object%s%s",
                          shape->mode == EVENT_ENVELOPE ? ", its records in" : " of columns",
                          shape->path.depth > 0 && shape->mode == EVENT_COLUMNS ? " in" : "");
    for (size_t i = 0; i < shape->path.depth && length < EVIDENCE_SIZE; i++)
        length += snprintf(p->evidence + length, EVIDENCE_SIZE - (size_t)length, "%s%.40s",
                           i > 0 ? "." : " ", shape->path.keys[i]);
}

void event_probe(const Input *in, const EventOptions *o, Arena *a, Probe *p, EventShape *shape)
{
    Head h;
    EventMode *mode = &shape->mode;
    *p = (Probe){.sure = SURE_NO};
    *shape = (EventShape){.mode = EVENT_LINES};
    if (!take_head(in, &h, a)) {
        say(p, SURE_NO, "its head needs more memory than there is");
        return;
    }
    char *first = event_skip_blanks(h.from, h.end), *at = first;
    Lines l = look_at_lines(&h);
    if (first < h.end && *first == '[')
        *mode = EVENT_ARRAY;
    if (first == h.end) {
        say(p, SURE_NO, in->size == 0 ? "the file is empty" : "nothing but blanks in its head");
        return;
    }
    if (l.good > 0 && l.good + l.bad > 1 && l.good >= l.bad) {
        *mode = EVENT_LINES;
        p->sure = SURE_BY_CONTENT;
        snprintf(p->evidence, sizeof p->evidence, "%zu of the first %zu lines are JSON values",
                 l.good, l.good + l.bad);
        return;
    }
    if (is_object(in, o, &h, first, a, shape)) {
        say_shape(shape, p);
        return;
    }
    if (l.good == 1 && l.bad == 0 && *first == '{' && is_called_lines(in)) {
        say(p, SURE_BY_CONTENT, "one line that is a JSON value, and the file's name");
        return;
    }
    if (*first != '{' && *first != '[') {
        say(p, SURE_NO, "does not begin with { or [");
        return;
    }
    EventParsed status = parse(&at, h.end);
    if (*first == '[' && (status != EVENT_VALUE || event_skip_blanks(at, h.end) == h.end) &&
        is_array(&h, first))
        say(p, SURE_BY_CONTENT, "'[' and a record in JSON behind it");
    else if (status == EVENT_VALUE)
        look_behind(&h, at, mode, p);
    else if (status == EVENT_MORE && is_called_lines(in))
        say(p, SURE_BY_NAME, "begins like JSON, and its name is one of JSON lines");
    else
        say(p, SURE_NO,
            status == EVENT_MORE ? "one JSON value that fills the head: no records"
                                 : "begins like JSON, but is none");
}
