/* worker.c: runs in the sandbox: descriptor in, report out. */
#include "orchestrator/worker.h"

#include "core/units.h"
#include "pipelines/wire.h"

#include <malloc.h>
#include <string.h>

enum { NAME_MAX_SENT = 512, KEPT_BYTES = 16 << 20 };

static void wire_request(Wire *w, Request *r)
{
    uint32_t kind = (uint32_t)r->kind;
    wire_below(w, &kind, JOB_KIND_COUNT, "unknown kind of job");
    r->kind = (JobKind)kind;
    wire_u32(w, &r->pipeline);
    wire_string(w, &r->name);
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

/* A parser that has met a fault may have damaged its own memory: such a child is not used again. An
 * empty file has met no parser. */
static bool is_tainted(const Report *r)
{
    bool fault = r->state == REPORT_FAILED || r->state == REPORT_PARTIAL;
    return fault && r->format && r->format[0];
}

static void refuse(Report *r, const Error *e)
{
    *r = (Report){.state = REPORT_FAILED, .stage = "open", .error = *e, .is_data = true};
}

static void run_request(const Config *c, const Request *r, int fd, Arena *a, Report *report)
{
    Error e = {0};
    Input in;
    uint8_t *head = arena_alloc(a, INPUT_HEAD_SIZE);
    if (!head) {
        arena_full(a, &e);
        refuse(report, &e);
    } else if (!input_init(&in, fd, r->name, head, &e)) {
        refuse(report, &e);
    } else {
        pipeline_run(c->pipelines[r->pipeline], r->kind, &in, a, report);
    }
}

size_t worker_work(void *context, ZygoteTask *task)
{
    const Config *c = ((const WorkerContext *)context)->config;
    Arena arena;
    arena_init(&arena, (size_t)(c->run.memory_bytes - c->run.memory_bytes / 4));
    Request r = {0};
    Wire w = {.in = task->request, .size = task->request_size, .arena = &arena};
    wire_request(&w, &r);
    size_t length = 0;
    if (!w.failed && r.pipeline < c->pipeline_count) {
        Report report = {0};
        run_request(c, &r, task->fd, &arena, &report);
        task->tainted = is_tainted(&report);
        length = report_encode(&report, task->result, task->capacity);
    }
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
