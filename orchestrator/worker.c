/* worker.c: runs in the sandbox: descriptor in, report out. */
#include "orchestrator/worker.h"

#include "core/units.h"
#include "core/wire.h"
#include "orchestrator/sparse_input.h"

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
    wire_bool(w, &r->window.set);
    UnpackOrder *o = &r->unpack;
    uint64_t *numbers[] = {&r->window.base,  &r->window.size, &o->depth,      &o->first,
                           &o->run_bytes,    &o->run_members, &o->bytes_left, &o->entries_left,
                           &o->member_bytes, &r->head_bytes};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        wire_u64(w, numbers[i]);
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

static bool ask_parent(void *context, const ZygoteAsk *ask)
{
    return zygote_ask(context, ask);
}

static bool open_input(const Request *r, ZygoteTask *task, Arena *a, Input *in, Error *e)
{
    uint8_t *head = arena_alloc(a, INPUT_HEAD_SIZE);
    SparseInput *sparse = arena_alloc(a, sizeof *sparse);
    const Window *w = &r->window;
    if (!head || !sparse)
        return arena_full(a, e);
    *sparse = (SparseInput){.ask = ask_parent, .context = task};
    bool ok = w->set ? input_init_window(in, task->fd, w, r->name, head, e)
                     : input_init(in, task->fd, r->name, head, e);
    return ok && (r->head_bytes == 0 || sparse_input_init(sparse, in, r->head_bytes, a, e));
}

/* What a request is answered with. Each says by itself what goes wrong; without an input (NULL)
 * `why` says it. */
typedef size_t (*Answer)(WorkerContext *c, const Request *r, const Input *in, const Error *why,
                         Arena *a, ZygoteTask *task);

static const Pipeline *pipeline_of(const WorkerContext *c, const Request *r)
{
    return c->config->pipelines[r->pipeline];
}

static size_t answer_part(WorkerContext *c, const Request *r, const Input *in, const Error *why,
                          Arena *a, ZygoteTask *task)
{
    PartAnswer part = {.bytes = task->result, .capacity = task->capacity};
    if (in)
        pipeline_part(pipeline_of(c, r), r->part, in, a, &part);
    else
        pipeline_part_refused(why, &part);
    task->tainted = part.fault;
    return part.length;
}

static size_t answer_unpack(WorkerContext *c, const Request *r, const Input *in, const Error *why,
                            Arena *a, ZygoteTask *task)
{
    UnpackOrder order = r->unpack;
    Listing listing = {.unpacked = {.format = "", .model = ""}};
    order.out = task->extra_fd;
    if (in)
        unpackers_run(&c->unpackers, in, &order, a, &listing);
    else
        listing.error = *why;
    const Unpacked *u = &listing.unpacked;
    task->tainted = listing.error.kind != ERROR_NONE || u->error.kind != ERROR_NONE;
    for (size_t i = 0; i < u->count && !task->tainted; i++)
        task->tainted = u->members[i].reason[0] && strcmp(u->members[i].code, "decoded_size") != 0;
    return listing_encode(&listing, task->result, task->capacity);
}

static size_t answer_report(WorkerContext *c, const Request *r, const Input *in, const Error *why,
                            Arena *a, ZygoteTask *task)
{
    Report report = {0};
    if (in)
        run_phase(pipeline_of(c, r), r, in, task->extra_fd, a, &report);
    else
        refuse(&report, why);
    task->tainted = is_tainted(&report);
    return report_encode(&report, task->result, task->capacity);
}

static size_t run_request(WorkerContext *c, const Request *r, Arena *a, ZygoteTask *task)
{
    static const Answer answers[PHASE_COUNT] = {[PHASE_FIRST] = answer_report,
                                                [PHASE_WHOLE] = answer_report,
                                                [PHASE_PART] = answer_part,
                                                [PHASE_MERGE] = answer_report,
                                                [PHASE_UNPACK] = answer_unpack};
    Error e = {0};
    Input in;
    bool ready = open_input(r, task, a, &in, &e);
    return answers[r->phase](c, r, ready ? &in : NULL, &e, a, task);
}

size_t worker_work(void *context, ZygoteTask *task)
{
    WorkerContext *worker = context;
    const Config *c = worker->config;
    Arena arena;
    arena_init(&arena, (size_t)(c->run.memory_bytes - c->run.memory_bytes / 4));
    Request r;
    size_t length = 0;
    if (request_decode(task->request, task->request_size, &arena, &r) &&
        r.pipeline < c->pipeline_count)
        length = run_request(worker, &r, &arena, task);
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
