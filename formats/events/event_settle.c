/* event_settle.c: what the values of a field make it, and which field is the records' time. */
#include "formats/events/event_fields.h"

#include <inttypes.h>
#include <string.h>

/* --- kinds ---------------------------------------------------------------------------------- */

static bool few(uint64_t some, uint64_t all)
{
    return some * EVENT_CONTRADICTION_PART <= all;
}

static EventKind kind_of_numbers(const EventField *f, Dataset *d)
{
    const EventSeen *s = &f->seen;
    if (s->decimals + s->specials + s->beyond_uint64 == 0 && s->beyond_int64 == 0)
        return EVENT_INTEGER;
    if (s->decimals + s->specials + s->beyond_uint64 == 0 && !s->negative)
        return EVENT_UNSIGNED;
    uint64_t rounded = s->beyond_double + s->beyond_int64 + s->beyond_uint64;
    if (rounded > 0)
        dataset_note(d,
                     "field %s: %" PRIu64 " whole numbers beyond 64 bits, or beside others of "
                     "another kind, are rounded to doubles",
                     f->name, rounded);
    return EVENT_NUMBER;
}

static EventKind kind_of(const EventField *f, Dataset *d)
{
    const EventSeen *s = &f->seen;
    uint64_t numbers = s->integers + s->decimals + s->specials, texts = s->words - s->empties;
    uint64_t all = numbers + s->booleans + texts;
    if (all == 0)
        return s->words > 0 || (s->nulls > 0 && f->first == 0) ? EVENT_TEXT : EVENT_NONE;
    if (s->booleans == all)
        return EVENT_BOOLEAN;
    if (s->times > 0 && few(all - s->times, all))
        return EVENT_TIME;
    return numbers > 0 && few(all - numbers, all) ? kind_of_numbers(f, d) : EVENT_TEXT;
}

static void note_mixture(const EventField *f, Dataset *d)
{
    const EventSeen *s = &f->seen;
    uint64_t numbers = s->integers + s->decimals + s->specials, texts = s->words - s->empties;
    uint64_t all = numbers + s->booleans + texts;
    bool is_number =
        f->kind == EVENT_INTEGER || f->kind == EVENT_UNSIGNED || f->kind == EVENT_NUMBER;
    uint64_t fitting = is_number ? numbers : f->kind == EVENT_TIME ? s->times : all;
    if (fitting < all)
        dataset_note(d, "field %s: %" PRIu64 " values that are no %s count as missing", f->name,
                     all - fitting, is_number ? "numbers" : "times");
    if (f->kind == EVENT_TEXT && numbers + s->booleans > 0)
        dataset_note(d,
                     "field %s: %" PRIu64 " numbers, %" PRIu64 " texts and %" PRIu64
                     " booleans, so all are read as text",
                     f->name, numbers, texts, s->booleans);
    if (s->specials > 0)
        dataset_note(d,
                     "field %s: %" PRIu64 " NaN or Infinity, which JSON does not have, count "
                     "as missing",
                     f->name, s->specials);
    if (s->repeated > 0)
        dataset_note(d, "field %s: %" PRIu64 " times twice in one object, the last value counts",
                     f->name, s->repeated);
}

void event_field_settle(EventField *f, Dataset *d)
{
    f->kind = kind_of(f, d);
    note_mixture(f, d);
}

/* --- time ----------------------------------------------------------------------------------- */

static bool contains(const char *text, const char *part)
{
    for (; *text; text++)
        if (text_starts_nocase(text, part))
            return true;
    return false;
}

static const char *const time_names[] = {"time",      "timestamp",  "@timestamp", "datetime",
                                         "date_time", "event_time", "eventtime",  "time_utc",
                                         "utc",       "ts",         "date",       NULL};

/* Lower is better. */
static size_t rank(StringView key)
{
    enum { ODD = 50, OF_RECORD = 100 };
    static const char *const when_written[] = {"updat",   "modif",  "creat",  "insert", "upload",
                                               "process", "issue",  "receiv", "expir",  "download",
                                               "publish", "ingest", NULL};
    for (const char *const *w = when_written; *w; w++)
        if (contains(key.bytes, *w))
            return OF_RECORD;
    for (size_t i = 0; time_names[i]; i++)
        if (text_equal_nocase(key.bytes, time_names[i]))
            return i;
    return ODD;
}

bool event_speaks_of_time(const char *name)
{
    static const char *const words[] = {"epoch", "unix", "posix", "timestamp", NULL};
    for (const char *const *w = words; *w; w++)
        if (contains(name, *w))
            return !contains(name, "gps");
    for (size_t i = 0; time_names[i]; i++)
        if (text_equal_nocase(name, time_names[i]))
            return true;
    return false;
}

/* The units that all numbers must have to lie between 1973 and 2100. */
static const char *epoch_units(const EventField *f)
{
    static const struct {
        double scale;
        const char *units;
    } all[] = {{1, "seconds since 1970-01-01 00:00:00"},
               {1e3, "milliseconds since 1970-01-01 00:00:00"},
               {1e6, "microseconds since 1970-01-01 00:00:00"},
               {1e9, "nanoseconds since 1970-01-01 00:00:00"}};
    const double from = 1e8, until = 4102444800.0; /* 2100-01-01 */
    bool is_number = f->kind == EVENT_INTEGER || f->kind == EVENT_NUMBER;
    for (size_t i = 0; is_number && i < sizeof all / sizeof *all; i++)
        if (f->seen.least >= from * all[i].scale && f->seen.greatest < until * all[i].scale)
            return all[i].units;
    return NULL;
}

static bool better(const EventField *a, const EventField *b)
{
    size_t rank_a = rank(a->key), rank_b = rank(b->key);
    return rank_a < rank_b || (rank_a == rank_b && a->kind == EVENT_TIME && b->kind != EVENT_TIME);
}

int32_t event_fields_time(EventFields *f)
{
    int32_t best = EVENT_NO_FIELD;
    for (int32_t i = 1; i < f->count; i++) {
        EventField *field = &f->items[i];
        const EventSeen *s = &field->seen;
        if (field->speaks_of_time)
            field->units = epoch_units(field);
        uint64_t values = s->times + (field->units ? s->integers + s->decimals : 0);
        bool is_time = field->kind == EVENT_TIME || field->units;
        if (!is_time || field->dimension != 0 || values * 2 < f->items[0].count)
            continue;
        if (best == EVENT_NO_FIELD || better(field, &f->items[best]))
            best = i;
    }
    return best;
}
