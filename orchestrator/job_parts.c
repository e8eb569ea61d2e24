/* job_parts.c: one file on several threads: each part is read by a child of its own, and one more
 * child merges their answers in the order of the file. Here they are bytes that nobody looks into.
 */
#include "orchestrator/job_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

/* What may be kept of a file between its parts and their merge. */
static const uint64_t answers_max = UINT64_C(256) << 20;

typedef struct PartResult {
    bool ok;     /* false: a fault of the world, `error` */
    Reply reply; /* its bytes are kept at `place` */
    Error error;
    PartPlace place; /* length 0: it did not fit into an answer */
} PartResult;

typedef struct PartsJob {
    const JobContext *context;
    Question question;
    uint32_t count;
    int answers;             /* memfd */
    _Atomic uint32_t next;   /* to be claimed */
    _Atomic uint64_t length; /* of the answers so far */
    _Atomic bool over;       /* what has not begun is not needed */
    PartResult results[PARTS_MAX];
} PartsJob;

static bool write_all(int fd, const uint8_t *bytes, const PartPlace *place, Error *e)
{
    uint64_t done = 0;
    while (done < place->length) {
        ssize_t n = pwrite(fd, bytes + done, place->length - done, (off_t)(place->offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(e, ERROR_RETRY, errno, "keeping what a part said");
        done += (uint64_t)n;
    }
    return true;
}

/* Writes down an answer, behind those that came before. One for which there is no room is counted
 * only. */
static bool keep_answer(PartsJob *p, const ZygoteAnswer *a, PartPlace *place, Error *e)
{
    *place = (PartPlace){.offset = atomic_fetch_add(&p->length, a->result_size),
                         .length = a->result_size};
    bool fits = place->length > 0 && place->offset + place->length <= answers_max;
    if (!fits)
        p->over = true;
    return !fits || write_all(p->answers, a->result, place, e);
}

static void read_part(PartsJob *p, unsigned slot, uint32_t index)
{
    PartResult *r = &p->results[index];
    Question q = p->question;
    q.request.phase = PHASE_PART;
    q.request.part = index;
    r->ok = job_ask(p->context, slot, &q, &r->reply, &r->error);
    bool answered = r->ok && r->reply.answer.verdict == ZYGOTE_ANSWERED;
    if (answered)
        r->ok = keep_answer(p, &r->reply.answer, &r->place, &r->error);
    if (!r->ok || !answered)
        p->over = true;
}

/* Parts are begun in their order, and what was begun is finished: so all that come before the one
 * that decides are there, however many work. */
static void read_parts(void *context, unsigned slot)
{
    PartsJob *p = context;
    while (!p->over) {
        uint32_t index = atomic_fetch_add(&p->next, 1);
        if (index >= p->count)
            return;
        read_part(p, slot, index);
    }
}

static bool merge(PartsJob *p, unsigned slot, Reply *out, Error *e)
{
    Question q = p->question;
    PartPlace places[PARTS_MAX];
    for (uint32_t i = 0; i < p->count; i++)
        places[i] = p->results[i].place;
    q.request.phase = PHASE_MERGE;
    q.request.places = places;
    q.request.place_count = p->count;
    q.extra_fd = p->answers;
    if (fcntl(p->answers, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK) < 0)
        return error_errno(e, ERROR_RETRY, errno, "sealing what the parts said");
    return job_ask(p->context, slot, &q, out, e);
}

/* What comes of the parts, looked at in their order. */
static bool conclude(PartsJob *p, unsigned slot, Reply *out, Error *e)
{
    uint64_t length = 0;
    for (uint32_t i = 0; i < p->count; i++) {
        PartResult *r = &p->results[i];
        *out = r->reply;
        out->part = i + 1;
        out->parts = p->count;
        if (!r->ok) {
            *e = r->error;
            return false;
        }
        if (r->reply.answer.verdict != ZYGOTE_ANSWERED)
            return true;
        length += r->place.length;
        if (r->place.length == 0 || length > answers_max) {
            p->question.request.phase = PHASE_WHOLE;
            return job_ask(p->context, slot, &p->question, out, e);
        }
    }
    return merge(p, slot, out, e);
}

bool job_ask_in_parts(const JobContext *c, unsigned slot, const Question *q, uint32_t count,
                      Reply *out, Error *e)
{
    PartsJob p = {.context = c, .question = *q, .count = count};
    p.answers = memfd_create("parts", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (p.answers < 0)
        return error_errno(e, ERROR_RETRY, errno, "memory for what the parts say");
    if (c->pool)
        pool_together(c->pool, slot, read_parts, &p);
    else
        read_parts(&p, slot);
    bool ok = conclude(&p, slot, out, e);
    close(p.answers);
    return ok;
}
