/* ndjson.c: records in JSON as a format.
 *
 * The file is read twice: the first time for the fields and the number of their values, which the
 * schema needs, the second time for the values. */
#include "formats/events/ndjson.h"

#include "formats/events/event_probe.h"
#include "formats/events/event_reader.h"

#include <inttypes.h>
#include <string.h>

static const Option event_options[] = {
    {.key = "records",
     .kind = OPTION_STRING,
     .offset = offsetof(EventOptions, records),
     .value = "KEYS",
     .help = "where in one JSON object its records are, as in data or response.items: an array, or "
             "an object of columns; by default usual names are looked for"},
    {0},
};

static void probe(const Input *in, const void *options, Probe *p)
{
    EventShape shape;
    Arena a;
    arena_init(&a, 0);
    event_probe(in, options, &a, p, &shape);
    arena_deinit(&a);
}

static bool open_file(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                      Reader **out, Error *e)
{
    Probe p;
    EventShape shape;
    TextAttrs attrs = {.arena = a};
    (void)limits; /* nothing is compressed */
    EventReader *r = arena_alloc(a, sizeof *r);
    if (!r)
        return arena_full(a, e);
    dataset_init(&r->dataset, a);
    r->base.dataset = &r->dataset;
    r->arena = a;
    event_probe(in, options, a, &p, &shape);
    if (!event_fields_init(&r->fields, a, e) ||
        !event_stream_init(&r->stream, in, &shape, &r->fields, a, e))
        return false;
    r->stream.attrs = &attrs;
    r->is_geo = shape.mode == EVENT_ENVELOPE && strcmp(shape.path.keys[0], "features") == 0;
    if (!event_survey(r, e))
        return false;
    r->stream.attrs = NULL;
    r->root = (Group){.path = "", .attrs = attrs.items, .attr_count = attrs.count};
    if (attrs.failed)
        return arena_full(a, e);
    if (!event_schema(r, e))
        return false;
    event_fields_restart(&r->fields);
    event_stream_restart(&r->stream);
    r->step = EVENT_FILL;
    *out = &r->base;
    return true;
}

static void describe(const Reader *reader, Buffer *out)
{
    const EventReader *r = (const EventReader *)reader;
    buffer_printf(out, "records: %s\n", r->dataset.model);
    if (r->time_field == EVENT_NO_FIELD) {
        buffer_string(out, "time: no field of times in most records\n");
        return;
    }
    const EventField *f = &r->fields.items[r->time_field];
    const EventSeen *s = &f->seen;
    if (f->kind == EVENT_TIME)
        buffer_printf(out, "time: %s, ISO 8601 in %" PRIu64 " of %" PRIu64 " records, %s\n",
                      f->name, s->times, r->dataset.rows,
                      s->zoned == s->times ? "with time zone" : "UTC where no zone is given");
    else
        buffer_printf(out, "time: %s, %s by its name and its size\n", f->name, f->units);
}

static void close_file(Reader *r)
{
    (void)r; /* all of it is in the arena */
}

const Format format_ndjson = {
    .name = "ndjson",
    .summary = "records in JSON: one a line (NDJSON), concatenated, in an array, in an object",
    .extensions = "ndjson jsonl json geojson geojsonl ldjson",
    .options = event_options,
    .options_size = sizeof(EventOptions),
    .probe = probe,
    .open = open_file,
    .next = event_next,
    .close = close_file,
    .describe = describe,
};
