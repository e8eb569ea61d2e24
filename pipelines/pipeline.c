/* pipeline.c: bytes -> Report: choose the format, open, run every block through the handlers, tell.
 *
 * Whatever goes wrong ends in the report with its stage; what was read before counts. A large file
 * goes the same way in parts: each runs its blocks through handlers of its own, whose states travel
 * as bytes to the process that merges them. */
#include "handlers/conventions/conventions.h"
#include "handlers/coverage.h"
#include "pipelines/reading.h"

enum { PART_MAGIC = 0x31545057 };

const Handler *const reading_handlers[HANDLER_COUNT] = {
    [LIDAR] = &handler_lidar,
    [STATISTICS] = &handler_statistics,
    [COVERAGE] = &handler_coverage,
    [CONVENTIONS] = &handler_conventions,
};

static Reading reading(const Pipeline *p, JobKind kind, const Input *in, Arena *a, Report *out)
{
    *out = (Report){.state = REPORT_DONE, .is_data = true};
    return (Reading){.pipeline = p, .kind = kind, .in = in, .arena = a, .report = out};
}

static bool takes_part(const Pipeline *p, size_t handler)
{
    return handler != LIDAR || p->derives_lidar;
}

static bool begin_handlers(const Pipeline *p, const Dataset *d, void **states, Error *e)
{
    const void *const options[HANDLER_COUNT] = {
        [LIDAR] = &p->lidar, [STATISTICS] = &p->statistics, [COVERAGE] = &p->statistics.masking};
    for (size_t i = 0; i < HANDLER_COUNT; i++)
        if (takes_part(p, i) && !reading_handlers[i]->begin(d, options[i], &states[i], e))
            return false;
    return true;
}

/* The next block through the handlers; false at the end, or where r->error says why it broke off.
 */
static bool read_block(Reading *r)
{
    Block block = {0};
    bool end = false;
    if (!r->format->next(r->reader, &block, &end, &r->error) || end)
        return false;
    for (size_t i = 0; i < HANDLER_COUNT; i++)
        if (r->states[i] &&
            !reading_handlers[i]->block(r->states[i], r->reader->dataset, &block, &r->error))
            return false;
    return true;
}

static void end_handlers(Reading *r)
{
    Error e = {0};
    for (size_t i = 0; i < HANDLER_COUNT; i++)
        if (r->states[i] && !reading_handlers[i]->end(r->states[i], r->reader->dataset, &e) &&
            r->error.kind == ERROR_NONE)
            r->error = e;
}

/* Where the blocks come from: of the file, or from parts that were read before. */
static void read_whole(Reading *r, void (*read)(Reading *r, const void *context),
                       const void *context)
{
    if (!begin_handlers(r->pipeline, r->reader->dataset, r->states, &r->error)) {
        reading_fail(r, "compute", &r->error);
        return;
    }
    read(r, context);
    end_handlers(r);
    reading_report(r);
}

static void read_blocks(Reading *r, const void *context)
{
    (void)context;
    while (read_block(r))
        ;
}

/* One where a handler has to see all blocks itself. */
static size_t count_parts(const Reading *r)
{
    for (size_t i = 0; i < HANDLER_COUNT; i++)
        if (takes_part(r->pipeline, i) && !reading_handlers[i]->merge)
            return 1;
    return r->format->parts ? r->format->parts(r->reader) : 1;
}

static void run(Reading *r, bool in_parts)
{
    if (!reading_choose(r))
        return;
    r->report->container = r->format->unpack != NULL;
    if (r->report->container || r->kind == JOB_PROBE || !reading_open(r))
        return;
    size_t parts = in_parts && r->kind != JOB_EXPLAIN ? count_parts(r) : 1;
    if (r->kind == JOB_EXPLAIN)
        reading_report_schema(r);
    else if (parts > 1)
        r->report->parts = (uint32_t)parts;
    else
        read_whole(r, read_blocks, NULL);
}

void pipeline_run(const Pipeline *p, JobKind kind, const Input *in, Arena *a, Report *out)
{
    Reading r = reading(p, kind, in, a, out);
    run(&r, true);
    reading_close(&r);
}

void pipeline_run_whole(const Pipeline *p, JobKind kind, const Input *in, Arena *a, Report *out)
{
    Reading r = reading(p, kind, in, a, out);
    run(&r, false);
    reading_close(&r);
}

/* ---- parts */

/* What a part says, both ways: why it ended early, its notes, its handlers' states. Reading: notes
 * go to the dataset, the states must have begun. */
static void wire_part(Wire *w, Dataset *d, void **states, Error *error)
{
    uint32_t magic = PART_MAGIC;
    size_t count = d->note_count;
    wire_u32(w, &magic);
    if (magic != PART_MAGIC)
        wire_fail(w, "not a part");
    wire_error(w, error);
    const char **notes = wire_list(w, &count, d->notes, sizeof *notes, sizeof(uint32_t));
    for (size_t i = 0; i < count && !w->failed; i++)
        wire_string(w, &notes[i]);
    for (size_t i = 0; i < count && !w->out && !w->failed; i++)
        dataset_note(d, "%s", notes[i]);
    bool begun = states[HANDLER_COUNT - 1] != NULL;
    wire_bool(w, &begun);
    for (size_t i = 0; begun && i < HANDLER_COUNT && !w->failed; i++)
        if (states[i])
            reading_handlers[i]->wire(states[i], w);
}

static void read_part(Reading *r, size_t part)
{
    if (count_parts(r) <= part)
        error_coded(&r->error, ERROR_RETRY, "changed",
                    "it has changed since it was cut into parts");
    else if (r->format->part(r->reader, part, &r->error) &&
             begin_handlers(r->pipeline, r->reader->dataset, r->states, &r->error))
        read_blocks(r, NULL);
}

static bool has_fault(const Reading *r)
{
    bool fault = r->error.kind != ERROR_NONE;
    size_t count = r->states[STATISTICS] ? r->reader->dataset->var_count : 0;
    for (size_t i = 0; i < count && !fault; i++)
        fault = statistics_of(r->states[STATISTICS], i)->failed;
    return fault;
}

static void answer(Dataset *d, void **states, Error *error, PartAnswer *out)
{
    Wire w = {.out = out->bytes, .size = out->capacity};
    wire_part(&w, d, states, error);
    out->length = w.failed ? 0 : w.at;
}

void pipeline_part_refused(const Error *e, PartAnswer *out)
{
    Dataset none = {0};
    Error error = *e;
    void *states[HANDLER_COUNT] = {NULL};
    answer(&none, states, &error, out);
}

void pipeline_part(const Pipeline *p, size_t part, const Input *in, Arena *a, PartAnswer *out)
{
    Report report;
    Reading r = reading(p, JOB_RUN, in, a, &report);
    if (reading_choose(&r) && reading_open(&r)) {
        read_part(&r, part);
        answer(r.reader->dataset, r.states, &r.error, out);
    } else {
        r.error = report.error;
        pipeline_part_refused(&r.error, out);
    }
    out->fault = has_fault(&r);
    reading_close(&r);
    out->fault |= report.tainted;
}

static bool merge_part(Reading *r, const Parts *parts, size_t index, Arena *scratch)
{
    const PartPlace *place = &parts->places[index];
    Dataset *d = r->reader->dataset;
    Dataset own = *d; /* its handlers' states go with the scratch memory */
    void *states[HANDLER_COUNT] = {NULL};
    own.arena = scratch;
    uint8_t *bytes = place->length <= SIZE_MAX ? arena_alloc(scratch, place->length) : NULL;
    if (!bytes)
        return arena_full(scratch, &r->error);
    if (!input_read(parts->answers, place->offset, bytes, place->length, &r->error) ||
        !begin_handlers(r->pipeline, &own, states, &r->error))
        return false;
    Error error = {0};
    Wire w = {.in = bytes, .size = place->length, .arena = scratch};
    wire_part(&w, d, states, &error);
    if (!w.failed && w.at != w.size)
        wire_fail(&w, "bytes behind the end");
    if (w.failed)
        return error_coded(&r->error, ERROR_DATA, "bad_report",
                           "the answer of part %zu is damaged at byte %zu: %s", index + 1,
                           w.failed_at, w.failed);
    for (size_t i = 0; i < HANDLER_COUNT; i++)
        if (states[i] && !reading_handlers[i]->merge(r->states[i], states[i], &r->error))
            return false;
    r->error = error;
    return error.kind == ERROR_NONE;
}

/* In their order, up to the first that ended early: a file that is read whole ends there. */
static void merge_parts(Reading *r, const void *context)
{
    const Parts *parts = context;
    Arena scratch;
    arena_init(&scratch, r->arena->ceiling);
    if (count_parts(r) != parts->count)
        error_coded(&r->error, ERROR_RETRY, "changed",
                    "it has changed since it was cut into parts");
    for (size_t i = 0; r->error.kind == ERROR_NONE && i < parts->count; i++) {
        merge_part(r, parts, i, &scratch);
        arena_reset(&scratch);
    }
    arena_deinit(&scratch);
}

void pipeline_merge(const Pipeline *p, JobKind kind, const Input *in, const Parts *parts, Arena *a,
                    Report *out)
{
    Reading r = reading(p, kind, in, a, out);
    if (reading_choose(&r) && reading_open(&r))
        read_whole(&r, merge_parts, parts);
    reading_close(&r);
}
