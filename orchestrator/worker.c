/* worker.c: runs in the sandbox: descriptor in, report out. */
#include "orchestrator/worker.h"

#include "core/units.h"
#include "core/wire.h"

#include <errno.h>
#include <malloc.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME_MAX_SENT = 512, KEPT_BYTES = 16 << 20 };

static void wire_request(Wire *w, Request *r)
{
    uint32_t kind = (uint32_t)r->kind;
    wire_below(w, &kind, JOB_KIND_COUNT, "unknown kind of job");
    r->kind = (JobKind)kind;
    wire_u32(w, &r->pipeline);
    wire_string(w, &r->name);
    uint32_t phase = (uint32_t)r->phase;
    wire_below(w, &phase, PHASE_COUNT, "unknown phase");
    r->phase = (Phase)phase;
    wire_u32(w, &r->part);
    PartPlace *places = wire_list(w, &r->place_count, r->places, sizeof *places, sizeof *places);
    for (size_t i = 0; i < r->place_count && !w->failed; i++) {
        wire_u64(w, &places[i].offset);
        wire_u64(w, &places[i].length);
    }
    r->places = places;
}

size_t request_encode(const Request *r, uint8_t out[REQUEST_SIZE])
{
    Request copy = *r;
    size_t length = strlen(r->name);
    if (length > NAME_MAX_SENT) /* the end of a name says more than its beginning */
        copy.name = r->name + length - NAME_MAX_SENT;
    Wire w = {.out = out, .size = REQUEST_SIZE};
    wire_request(&w, &copy);
    return w.at;
}

bool request_decode(const uint8_t *bytes, size_t length, Arena *a, Request *out)
{
    *out = (Request){0};
    Wire w = {.in = bytes, .size = length, .arena = a};
    wire_request(&w, out);
    return !w.failed && out->place_count <= PARTS_MAX;
}

/* A parser that has met a fault may have damaged its own memory: such a child is not used again. An
 * empty file has met no parser. */
static bool is_tainted(const Report *r)
{
    bool fault = r->state == REPORT_FAILED || r->state == REPORT_PARTIAL;
    return r->tainted || (fault && r->format && r->format[0]);
}

static void refuse(Report *r, const Error *e)
{
    *r = (Report){.state = REPORT_FAILED, .stage = "open", .error = *e, .is_data = true};
}

/* The answers of the parts, which no format reads: without a head. */
static bool answers_of(int fd, Input *out, Error *e)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return error_errno(e, ERROR_RETRY, errno, "the answers of the parts");
    *out = (Input){.fd = fd, .size = (uint64_t)st.st_size, .name = ""};
    return true;
}

static void merge(const Pipeline *p, const Request *r, const Input *in, int fd, Arena *a,
                  Report *out)
{
    Error e = {0};
    Input answers;
    Parts parts = {.answers = &answers, .count = r->place_count};
    memcpy(parts.places, r->places, r->place_count * sizeof *parts.places);
    if (answers_of(fd, &answers, &e))
        pipeline_merge(p, r->kind, in, &parts, a, out);
    else
        refuse(out, &e);
}

static void run_phase(const Pipeline *p, const Request *r, const Input *in, int extra_fd, Arena *a,
                      Report *out)
{
    if (r->phase == PHASE_MERGE)
        merge(p, r, in, extra_fd, a, out);
    else if (r->phase == PHASE_WHOLE)
        pipeline_run_whole(p, r->kind, in, a, out);
    else
        pipeline_run(p, r->kind, in, a, out);
}

static size_t run_request(const Config *c, const Request *r, Arena *a, ZygoteTask *task)
{
    Error e = {0};
    Input in;
    Report report = {0};
    PartAnswer part = {.bytes = task->result, .capacity = task->capacity};
    const Pipeline *p = c->pipelines[r->pipeline];
    uint8_t *head = arena_alloc(a, INPUT_HEAD_SIZE);
    bool is_part = r->phase == PHASE_PART;
    bool ready = head ? input_init(&in, task->fd, r->name, head, &e) : arena_full(a, &e);
    if (is_part && ready)
        pipeline_part(p, r->part, &in, a, &part);
    else if (is_part)
        pipeline_part_refused(&e, &part);
    else if (ready)
        run_phase(p, r, &in, task->extra_fd, a, &report);
    else
        refuse(&report, &e);
    task->tainted = is_part ? part.fault : is_tainted(&report);
    return is_part ? part.length : report_encode(&report, task->result, task->capacity);
}

size_t worker_work(void *context, ZygoteTask *task)
{
    const Config *c = ((const WorkerContext *)context)->config;
    Arena arena;
    arena_init(&arena, (size_t)(c->run.memory_bytes - c->run.memory_bytes / 4));
    Request r;
    size_t length = 0;
    if (request_decode(task->request, task->request_size, &arena, &r) &&
        r.pipeline < c->pipeline_count)
        length = run_request(c, &r, &arena, task);
    arena_deinit(&arena);
    return length;
}

/* A child keeps what it has from one file to the next: giving it back to the kernel and faulting it
 * in again costs a small file a quarter of its time. */
static void keep_memory(void)
{
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
    mallopt(M_TOP_PAD, KEPT_BYTES / 16);
}

bool worker_warm_up(void *context, Error *e)
{
    (void)context;
    keep_memory();
    for (size_t i = 0; formats_all[i]; i++)
        if (formats_all[i]->warm_up && !formats_all[i]->warm_up(e))
            return error_wrap(e, "%s", formats_all[i]->name);
    return units_warm_up(e);
}
