/* event_rows.c: the second pass: values -> columns -> blocks.
 *
 * A text stays where it is in the window: all columns are handed out before more is read. A field
 * that an object does not have is missing there; what is missing is filled in when a column is
 * handed out, so that a field that is rare costs nothing until then. */
#include "formats/events/event_reader.h"

#include "formats/csv/csv_number.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static EventField *field_of(EventReader *r, const EventColumn *c)
{
    return &r->fields.items[c->field];
}

/* --- values --------------------------------------------------------------------------------- */

static void put_missing(EventColumn *c, EventKind kind, size_t at)
{
    if (kind == EVENT_BOOLEAN)
        c->bytes[at] = -1;
    else if (kind == EVENT_INTEGER)
        c->integers[at] = INT64_MIN;
    else if (kind == EVENT_UNSIGNED)
        c->naturals[at] = UINT64_MAX;
    else if (kind == EVENT_TEXT)
        c->strings[at] = (StringView){"", 0};
    else
        c->numbers[at] = NAN;
}

static double number_of(const EventItem *item)
{
    double value;
    if (csv_quick_number(item->at, item->length, '.', &value) ||
        text_to_double(item->at, item->length, '.', &value))
        return value;
    return NAN;
}

static double time_of(const EventItem *item)
{
    const double nanoseconds = 1e9;
    Timestamp t;
    if (!timestamp_parse_iso(item->at, item->length, &t) || !t.has_date)
        return NAN;
    return (double)t.instant.seconds + t.instant.nanoseconds / nanoseconds;
}

static void put(EventColumn *c, EventKind kind, size_t at, const EventItem *item)
{
    bool is_text = item->kind == EVENT_ITEM_STRING || item->kind == EVENT_ITEM_ESCAPED;
    bool is_number = item->kind == EVENT_ITEM_INTEGER || item->kind == EVENT_ITEM_DECIMAL;
    bool is_flag = item->kind == EVENT_ITEM_TRUE || item->kind == EVENT_ITEM_FALSE;
    put_missing(c, kind, at);
    if (kind == EVENT_BOOLEAN && is_flag)
        c->bytes[at] = item->kind == EVENT_ITEM_TRUE;
    else if (kind == EVENT_NUMBER && is_number)
        c->numbers[at] = number_of(item);
    else if (kind == EVENT_TIME && is_text)
        c->numbers[at] = time_of(item);
    else if (kind == EVENT_TEXT && item->kind != EVENT_ITEM_NULL)
        c->strings[at] = (StringView){item->at, item->length};
    else if (kind == EVENT_INTEGER && is_number &&
             !text_to_int64(item->at, item->length, &c->integers[at]))
        c->integers[at] = INT64_MIN;
    else if (kind == EVENT_UNSIGNED && is_number &&
             !text_to_uint64(item->at, item->length, &c->naturals[at]))
        c->naturals[at] = UINT64_MAX;
}

/* False: the column is full, and must be handed out first. */
static bool store(EventReader *r, EventItem *item)
{
    EventField *f = &r->fields.items[item->field];
    if (item->kind == EVENT_ITEM_ELEMENT) {
        f->count++;
        return true;
    }
    if (f->var == NO_VAR)
        return true;
    EventColumn *c = &r->columns[f->var];
    uint64_t instance = r->fields.items[f->dimension].count - 1;
    if (instance >= r->dataset.vars[f->var].count)
        return true; /* the file has grown: finish() says so */
    if (instance - c->start >= r->capacity)
        return false;
    size_t at = (size_t)(instance - c->start);
    if (item->kind == EVENT_ITEM_ESCAPED)
        item->length = (uint32_t)event_unescape(item->at, item->length);
    for (; c->filled < at; c->filled++)
        put_missing(c, f->kind, c->filled);
    put(c, f->kind, at, item);
    c->filled = at + 1;
    return true;
}

/* --- blocks --------------------------------------------------------------------------------- */

/* Instances of the column's dimension that are complete. */
static uint64_t limit_of(EventReader *r, const EventColumn *c)
{
    int32_t dimension = field_of(r, c)->dimension;
    uint64_t count = r->fields.items[dimension].count;
    if (r->stream.mode == EVENT_COLUMNS && dimension == 0)
        return r->step == EVENT_END ? r->dataset.rows : c->start + c->filled;
    return r->within && count > 0 ? count - 1 : count;
}

/* The next piece of the column; false: nothing is left. The value of the instance that is not yet
 * complete stays, at the front. */
static bool tell(EventReader *r, EventColumn *c, Block *out)
{
    const EventField *f = field_of(r, c);
    const Var *v = &r->dataset.vars[f->var];
    uint64_t limit = limit_of(r, c);
    limit = limit < v->count ? limit : v->count;
    if (c->start >= limit)
        return false;
    uint64_t left = limit - c->start;
    size_t count = left < r->capacity ? (size_t)left : r->capacity;
    for (; c->filled < count; c->filled++)
        put_missing(c, f->kind, c->filled);
    bool text = v->type == TYPE_STRING;
    *out = (Block){.var = f->var,
                   .type = v->type,
                   .start = c->start,
                   .count = count,
                   .values = text ? NULL : c->any,
                   .strings = text ? c->strings : NULL};
    return true;
}

/* Behind a block: what was handed out makes room. */
static void drop(EventReader *r)
{
    EventColumn *c = &r->columns[r->telling];
    DataType type = r->dataset.vars[r->telling].type;
    size_t size = type == TYPE_STRING ? sizeof(StringView) : type_size(type);
    size_t kept = c->filled - r->handed;
    memmove(c->any, (char *)c->any + r->handed * size, kept * size);
    c->start += r->handed;
    c->filled = kept;
    r->handed = 0;
}

static bool next_piece(EventReader *r, Block *out)
{
    for (; r->telling < r->dataset.var_count; r->telling++) {
        if (!tell(r, &r->columns[r->telling], out))
            continue;
        r->handed = out->count;
        return true;
    }
    return false;
}

/* The record at hand goes into the columns, as far as they have room. */
static void store_record(EventReader *r)
{
    EventStream *s = &r->stream;
    while (r->item < s->parser.count) {
        if (!store(r, &s->parser.items[r->item])) {
            r->telling = 0;
            return;
        }
        r->item++;
    }
    r->within = false;
}

static void count_record(EventReader *r)
{
    uint64_t *count = &r->fields.items[0].count;
    if (r->within)
        *count = r->stream.mode == EVENT_COLUMNS ? r->stream.element : *count + 1;
}

/* Reads until there is something to hand out. */
static bool read_on(EventReader *r, Error *e)
{
    EventStream *s = &r->stream;
    if (r->step == EVENT_FILL && !event_stream_fill(s, e))
        return false;
    r->step = EVENT_RECORD;
    while (r->step == EVENT_RECORD && r->telling == r->dataset.var_count) {
        if (!r->within) {
            r->step = event_stream_next(s);
            r->within = r->step == EVENT_RECORD;
            count_record(r);
            r->item = 0;
        }
        if (s->parser.full)
            return arena_full(r->arena, e);
        if (r->within)
            store_record(r);
    }
    r->telling = 0;
    return true;
}

/* After the last block: whether all that the file has was read. */
static bool finish(EventReader *r, Error *e)
{
    const EventStream *s = &r->stream;
    for (size_t i = 0; i < r->dataset.var_count; i++)
        if (r->columns[i].start != r->dataset.vars[i].count)
            return error_coded(e, ERROR_DATA, "changed", "the file was changed while it was read");
    if (s->faults == 0)
        return true;
    error_coded(e, ERROR_DATA, s->cut && s->faults == 1 ? "truncated" : "damaged",
                "%" PRIu64 " of %" PRIu64 " %s cannot be read, the first: %s", s->faults,
                s->faults + s->records, event_word(r), s->shown[0].what);
    return error_at(e, "line %" PRIu64, s->shown[0].line);
}

bool event_next(Reader *reader, Block *out, bool *end, Error *e)
{
    EventReader *r = (EventReader *)reader;
    *end = false;
    if (r->handed > 0)
        drop(r);
    for (;;) {
        if (next_piece(r, out))
            return true;
        if (r->step == EVENT_END)
            break;
        if (!read_on(r, e))
            return false;
    }
    *end = finish(r, e);
    return *end;
}
