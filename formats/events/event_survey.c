/* event_survey.c: the first pass: what the fields of all records hold. */
#include "formats/events/event_reader.h"

#include "formats/csv/csv_number.h"

#include <inttypes.h>

static void look_at_size(EventField *f, const EventItem *item)
{
    double value;
    if (!text_to_double(item->at, item->length, '.', &value))
        return;
    bool first = f->seen.integers + f->seen.decimals == 1;
    if (first || value < f->seen.least)
        f->seen.least = value;
    if (first || value > f->seen.greatest)
        f->seen.greatest = value;
}

static void look_at_integer(EventSeen *s, const EventItem *item)
{
    enum { SAFE_DIGITS = 18, DOUBLE_DIGITS = 16 };
    const int64_t double_most = INT64_C(1) << 53;
    int64_t number;
    uint64_t natural;
    s->integers++;
    s->negative |= *item->at == '-';
    s->beyond_double += item->length >= DOUBLE_DIGITS &&
                        text_to_int64(item->at, item->length, &number) &&
                        (number > double_most || number < -double_most);
    if (item->length <= SAFE_DIGITS)
        return;
    /* The smallest and the greatest number stand for what is missing. */
    if (text_to_int64(item->at, item->length, &number) && number != INT64_MIN)
        return;
    if (text_to_uint64(item->at, item->length, &natural) && natural != UINT64_MAX)
        s->beyond_int64++;
    else
        s->beyond_uint64++;
}

static void look_at_text(EventSeen *s, const EventItem *item)
{
    enum { TRIES = 64 };
    Timestamp stamp;
    s->words++;
    s->empties += item->length == 0;
    if (s->times == 0 && s->words > TRIES)
        return;
    if (!timestamp_parse_iso(item->at, item->length, &stamp) || !stamp.has_date)
        return;
    s->times++;
    s->zoned += stamp.has_zone;
}

static void look(EventFields *fields, EventItem *item)
{
    EventField *f = &fields->items[item->field];
    EventSeen *s = &f->seen;
    if (item->kind == EVENT_ITEM_ELEMENT) {
        f->count++;
        return;
    }
    uint64_t instance = fields->items[f->dimension].count;
    s->repeated += f->last == instance;
    f->last = instance;
    if (item->kind == EVENT_ITEM_ESCAPED)
        item->length = (uint32_t)event_unescape(item->at, item->length);
    if (item->kind == EVENT_ITEM_STRING || item->kind == EVENT_ITEM_ESCAPED) {
        look_at_text(s, item);
        return;
    }
    if (item->kind == EVENT_ITEM_INTEGER)
        look_at_integer(s, item);
    s->decimals += item->kind == EVENT_ITEM_DECIMAL;
    s->specials += item->kind == EVENT_ITEM_SPECIAL;
    s->nulls += item->kind == EVENT_ITEM_NULL;
    s->booleans += item->kind == EVENT_ITEM_TRUE || item->kind == EVENT_ITEM_FALSE;
    if (f->speaks_of_time && (item->kind == EVENT_ITEM_INTEGER || item->kind == EVENT_ITEM_DECIMAL))
        look_at_size(f, item);
}

const char *event_word(const EventReader *r)
{
    return r->stream.mode == EVENT_COLUMNS ? "values" : "records";
}

/* The record at hand; of columns, one value. */
static void look_at_record(EventReader *r)
{
    EventStream *s = &r->stream;
    bool columns = s->mode == EVENT_COLUMNS;
    uint64_t *count = &r->fields.items[0].count;
    *count = columns ? s->element : *count + 1;
    if (columns && *count > r->dataset.rows)
        r->dataset.rows = *count;
    if (r->is_geo)
        event_geo_look(&r->geo, &s->parser);
    for (size_t i = 0; i < s->parser.count; i++)
        look(&r->fields, &s->parser.items[i]);
}

/* Columns are of one length. */
static bool check_lengths(const EventReader *r, Error *e)
{
    for (int32_t i = 1; i < r->fields.count; i++) {
        const EventField *f = &r->fields.items[i];
        if (f->parent != 0 || f->last == 0 || f->last == r->dataset.rows)
            continue;
        error_coded(e, ERROR_DATA, "ragged",
                    "its arrays are no columns: %s has %" PRIu64 " values, the longest %" PRIu64,
                    f->name, f->last, r->dataset.rows);
        return error_at(e, "variable %s", f->name);
    }
    return true;
}

bool event_survey(EventReader *r, Error *e)
{
    EventStream *s = &r->stream;
    for (;;) {
        EventStep step = event_stream_next(s);
        if (s->parser.full)
            return arena_full(r->arena, e);
        if (step == EVENT_END)
            break;
        if (step == EVENT_FILL && !event_stream_fill(s, e))
            return false;
        if (step != EVENT_RECORD)
            continue;
        look_at_record(r);
    }
    if (s->mode == EVENT_COLUMNS)
        r->fields.items[0].count = r->dataset.rows;
    if (s->records > 0)
        return s->mode != EVENT_COLUMNS || s->faults > 0 || check_lengths(r, e);
    if (s->faults == 0)
        return error_coded(e, ERROR_DATA, "no_records", "there is no record in the file");
    error_coded(e, ERROR_DATA, s->cut ? "truncated" : "damaged",
                "none of %" PRIu64 " %s can be read: %s", s->faults, event_word(r),
                s->shown[0].what);
    return error_at(e, "line %" PRIu64, s->shown[0].line);
}
