/* job_archive.c: an archive on several threads: a child unpacks a run of its members into a file
 * without a name, workers that are free read them as jobs of their own, and so on to its end.
 *
 * Whatever decides the outcome happens in the order of the archive, on one thread: names, limits,
 * and archives that lie in it, which are opened one after the other. */
#include "orchestrator/job_internal.h"

#include "core/clock.h"
#include "orchestrator/scratch.h"
#include "orchestrator/unit_names.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RUN_MEMBERS = 10000 };
static const uint64_t run_bytes = UINT64_C(512) << 20, always_allowed = UINT64_C(100) << 20;

static void auto_close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define auto_fd __attribute__((cleanup(auto_close_fd)))

/* One file that is an archive, with all that lies in it. */
typedef struct Opening {
    const JobContext *context;
    unsigned slot;
    Job *job; /* the file's */
    UnitNames names;
    size_t capacity; /* of job->members */
    uint64_t bytes_allowed, bytes_left, entries_left;
    bool over; /* a limit was met */
} Opening;

/* One archive of those. */
typedef struct Level {
    Job *archive;
    int fd; /* where it lies */
    int64_t depth;
    Unpacked sum;  /* of all runs: format, model, counts, notes */
    uint64_t runs; /* that came to an end */
    uint64_t sound, leading_out;
    Error end; /* why it was read no further */
} Level;

/* ---- members are read */

typedef struct MembersJob {
    Opening *opening;
    Job **members; /* those to be read */
    size_t count;
    int fd;
    atomic_size_t next; /* to be claimed */
    atomic_bool over;   /* a fault of the world: the rest is not needed */
} MembersJob;

static void read_member(MembersJob *p, unsigned slot, Job *m)
{
    const JobContext *c = p->opening->context;
    double start_s = monotonic_s();
    Error e = {0};
    m->arena = &p->opening->job->arenas[slot];
    job_begin_outcome(m);
    if (!job_read(c, slot, m, p->fd, &e))
        job_set_world(m, "read", &e);
    job_judge_cut(m);
    m->outcome.seconds = monotonic_s() - start_s;
    if (m->outcome.state == UNIT_WAITING || *c->stop)
        p->over = true;
}

static void read_members(void *context, unsigned slot)
{
    MembersJob *p = context;
    while (!p->over) {
        size_t index = atomic_fetch_add(&p->next, 1);
        if (index >= p->count)
            return;
        read_member(p, slot, p->members[index]);
    }
}

static bool stopped(Job *j, Error *e)
{
    j->abandoned = true;
    return error_coded(e, ERROR_RETRY, "stopped", "weir was stopped before all of it was read");
}

/* The first fault of the world, in the order of the archive, is the whole file's. */
static bool look_for_faults(const MembersJob *p, Error *e)
{
    Job *j = p->opening->job;
    for (size_t i = 0; i < p->count; i++) {
        const Job *m = p->members[i];
        j->fatal |= m->fatal;
        if (m->outcome.state == UNIT_WAITING && m->outcome.reason)
            return error_coded(e, ERROR_RETRY, m->outcome.code, "%s: %s", m->unit,
                               m->outcome.reason);
    }
    return true;
}

static bool read_all(Opening *o, Job **members, size_t count, int fd, Error *e)
{
    MembersJob p = {.opening = o, .members = members, .count = count, .fd = fd};
    if (o->context->pool && count > 1)
        pool_together(o->context->pool, o->slot, read_members, &p);
    else
        read_members(&p, o->slot);
    if (!look_for_faults(&p, e))
        return false;
    return !*o->context->stop || stopped(o->job, e);
}

/* ---- members are told from each other */

static bool is_below(const char *folder, const char *unit)
{
    size_t length = strlen(folder);
    return strncmp(unit, folder, length) == 0 && unit[length] == '/';
}

/* The unit that was asked for lies in this one. */
static bool is_on_the_way(const Job *j, const Job *m)
{
    return j->wanted && is_below(m->unit, j->wanted);
}

/* How a member is read: what lies in an archive that is shown is only named. False: it is none of
 * those that were asked for. */
static bool choose_kind(const Job *j, Job *m)
{
    bool way = is_on_the_way(j, m), asked = j->wanted && strcmp(m->unit, j->wanted) == 0;
    bool listed = j->kind == JOB_SHOW && (!j->wanted || is_below(j->wanted, m->unit));
    m->kind = way || listed ? JOB_PROBE : j->kind;
    return !j->wanted || way || asked || listed;
}

/* A member that no rule of its own speaks of goes by its archive's. */
static void choose_pipeline(const Opening *o, const Job *archive, Job *m)
{
    const Config *c = o->context->config;
    if (!classify(c->rules, c->rule_count, c->standard, m->path, &m->choice) ||
        (o->job->kind != JOB_RUN && !m->choice.pipeline))
        m->choice = archive->choice;
}

static void settle(Job *m, UnitState state, const UnpackedMember *u)
{
    Error why = {.kind = ERROR_DATA};
    job_begin_outcome(m);
    m->outcome.state = state;
    if (state == UNIT_IGNORED)
        return;
    error_coded(&why, ERROR_DATA, u->code[0] ? u->code : "damaged", "%s", u->reason);
    error_at(&why, "%s", u->place);
    job_set_outcome(m, state, "open", job_class_of(&why), &why);
}

/* The member's job; *read: it is to be read. NULL in *out: nobody asked for it. */
static bool make_member(Opening *o, const Level *l, const UnpackedMember *u, Job **out, bool *read,
                        Error *e)
{
    Job *j = o->job;
    Job *m = arena_alloc(j->arena, sizeof *m);
    *out = NULL;
    if (!m)
        return arena_full(j->arena, e);
    if (!unit_names_add(&o->names, j->arena, l->archive->unit, u->name, &m->unit, e))
        return false;
    if (!choose_kind(j, m))
        return true;
    m->uri = j->uri;
    m->path = arena_printf(j->arena, "%s/%s", j->uri, m->unit);
    if (!m->path)
        return arena_full(j->arena, e);
    m->arena = j->arena;
    m->window = (Window){true, u->offset, u->size};
    choose_pipeline(o, l->archive, m);
    m->cut = u->is_cut ? u : NULL;
    *read = (!u->reason[0] || u->is_cut) && m->choice.pipeline;
    if (!*read)
        settle(m, u->reason[0] ? UNIT_FAILED : UNIT_IGNORED, u);
    *out = m;
    return true;
}

static bool keep_member(Opening *o, Job *m, Error *e)
{
    Job *j = o->job;
    Job **grown =
        arena_grow(j->arena, j->members, &o->capacity, j->member_count + 1, sizeof(Job *));
    if (!grown)
        return arena_full(j->arena, e);
    j->members = grown;
    j->members[j->member_count++] = m;
    return true;
}

/* Jobs for a run of members; those to be read go to the list. */
static bool make_members(Opening *o, Level *l, const Unpacked *u, Job **list, size_t *count,
                         Error *e)
{
    *count = 0;
    for (size_t i = 0; i < u->count; i++) {
        Job *m;
        bool read = false;
        if (!make_member(o, l, &u->members[i], &m, &read, e) || (m && !keep_member(o, m, e)))
            return false;
        if (m && read)
            list[(*count)++] = m;
        l->sound += u->members[i].reason[0] == '\0';
        l->leading_out += unit_name_leads_out(u->members[i].name);
    }
    return true;
}

/* ---- what becomes of the archive itself */

static void name_limit(const Opening *o, Error *e)
{
    const RunOptions *r = &o->context->config->run;
    if (strcmp(e->code, "archive_limit") != 0)
        return;
    if (o->entries_left == 0)
        error_coded(e, ERROR_DATA, "archive_limit",
                    "has more than the %" PRId64 " members allowed; what came before was read, "
                    "--members allows more",
                    r->members);
    else
        error_coded(e, ERROR_DATA, "archive_limit",
                    "unpacks to more than the %" PRIu64 " bytes allowed for an archive of this "
                    "size; what came before was read, --ratio and --unpacked allow more",
                    o->bytes_allowed);
}

static void note(Job *archive, Unpacked *sum, const char *text)
{
    const char **grown = arena_grow(archive->arena, sum->notes, &sum->note_capacity,
                                    sum->note_count + 1, sizeof *grown);
    if (!grown || !text)
        return;
    grown[sum->note_count++] = text;
    sum->notes = grown;
}

static void note_left_out(Level *l)
{
    Arena *a = l->archive->arena;
    const Unpacked *s = &l->sum;
    const struct {
        uint64_t count;
        const char *one, *many;
    } kinds[] = {{s->directories, "directory", "directories"},
                 {s->links, "link", "links"},
                 {s->others, "device or the like", "devices or the like"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].count)
            note(l->archive, &l->sum,
                 arena_printf(a, "left out: %" PRIu64 " %s", kinds[i].count,
                              kinds[i].count == 1 ? kinds[i].one : kinds[i].many));
    if (l->leading_out)
        note(l->archive, &l->sum,
             arena_printf(a,
                          "%" PRIu64 " member%s named as if outside of the archive (/ or ..): "
                          "only a name here",
                          l->leading_out, l->leading_out == 1 ? " is" : "s are"));
    if (s->entries == 0 && l->end.kind == ERROR_NONE)
        note(l->archive, &l->sum, "the archive has no members");
}

static void conclude(const Opening *o, Level *l)
{
    Job *j = l->archive;
    Report *r = &j->report;
    note_left_out(l);
    if (l->sum.format) {
        r->format = l->sum.format;
        r->model = l->sum.model;
    }
    r->notes = l->sum.notes;
    r->note_count = l->sum.note_count;
    j->outcome.report = r;
    if (l->end.kind == ERROR_NONE)
        return;
    name_limit(o, &l->end);
    bool partial = l->sound > 0 && strcmp(l->end.code, "archive_limit") != 0;
    job_set_outcome(j, partial ? UNIT_PARTIAL : UNIT_FAILED, "read", job_class_of(&l->end),
                    &l->end);
}

/* ---- unpacking */

static void add_up(Opening *o, Level *l, const Unpacked *u)
{
    Unpacked *s = &l->sum;
    if (!s->format) {
        s->format = u->format;
        s->model = u->model;
    }
    s->entries += u->entries;
    s->directories += u->directories;
    s->links += u->links;
    s->others += u->others;
    l->runs++;
    o->entries_left -= u->entries;
    o->bytes_left -= u->bytes;
    for (size_t i = 0; i < u->note_count; i++)
        note(l->archive, s, u->notes[i]);
    l->end = u->error;
    o->over |= strcmp(u->error.code, "archive_limit") == 0;
}

/* A run of members into `out`. *silent: the child said nothing, twice: that is the verdict. False:
 * a fault of the world. */
static bool unpack_run(Opening *o, const Level *l, const UnpackOrder *order, int out,
                       Listing *listing, Error *e)
{
    Job *archive = l->archive;
    Question q = job_question(o->context, archive, l->fd);
    Reply reply;
    Error bad = {0};
    q.request.phase = PHASE_UNPACK;
    q.request.unpack = *order;
    q.extra_fd = out;
    q.rewinds = l->runs; /* a child that takes over has to go through them */
    *listing = (Listing){0};
    if (!job_ask(o->context, o->slot, &q, &reply, e)) {
        o->job->fatal = reply.answer.verdict == ZYGOTE_LOST;
        return false;
    }
    const ZygoteAnswer *a = &reply.answer;
    if (a->verdict != ZYGOTE_ANSWERED) {
        job_judge_silence(archive, &reply);
        error_coded(&listing->error, ERROR_DATA, archive->outcome.code, "it gave no answer");
    } else if (!listing_decode(a->result, a->result_size, order, archive->arena, listing, &bad)) {
        listing->error = bad;
        job_set_outcome(archive, UNIT_FAILED, "read", "crash", &bad);
    } else if (listing->error.kind == ERROR_RETRY) {
        *e = listing->error;
        return false;
    } else if (listing->error.kind != ERROR_NONE) {
        job_set_outcome(archive, UNIT_FAILED, "read", job_class_of(&listing->error),
                        &listing->error);
    }
    return true;
}

static bool open_level(Opening *o, Level *l, Error *e);

/* Archives among the members, one after the other. */
static bool open_nested(Opening *o, Level *l, Job *const *members, size_t count, int fd, Error *e)
{
    int64_t depth_max = o->context->config->run.depth;
    for (size_t i = 0; i < count; i++) {
        Job *m = members[i];
        bool closed = m->kind == JOB_PROBE && !is_on_the_way(o->job, m);
        if (!m->has_report || !m->report.container || m->outcome.state != UNIT_DONE || closed)
            continue;
        Level inner = {.archive = m, .fd = fd, .depth = l->depth + 1};
        if (inner.depth > depth_max)
            error_coded(&inner.end, ERROR_DATA, "archive_limit",
                        "lies in %" PRId64 " archives; --depth %" PRId64 " allows no deeper",
                        l->depth, depth_max);
        if (inner.depth > depth_max)
            job_set_outcome(m, UNIT_FAILED, "open", "limit", &inner.end);
        else if (!open_level(o, &inner, e))
            return false;
    }
    return true;
}

static bool read_run(Opening *o, Level *l, const Unpacked *u, int fd, Error *e)
{
    size_t count;
    Job **list = calloc(u->count ? u->count : 1, sizeof(Job *));
    if (!list)
        return error_errno(e, ERROR_RETRY, ENOMEM, "members of an archive");
    bool ok = make_members(o, l, u, list, &count, e) && read_all(o, list, count, fd, e) &&
              open_nested(o, l, list, count, fd, e);
    for (size_t i = 0; ok && i < count; i++)
        l->sound += list[i]->cut && list[i]->outcome.state == UNIT_PARTIAL;
    free(list);
    return ok;
}

/* One run: unpacked, read. *more: there is another; *silent: the archive's outcome is set. */
static bool next_run(Opening *o, Level *l, UnpackOrder *order, bool *more, bool *silent, Error *e)
{
    auto_fd int writing = -1, reading = -1;
    Listing listing;
    order->bytes_left = o->bytes_left;
    order->entries_left = o->entries_left;
    if (!scratch_open(o->context->config->run.out, &writing, &reading, e) ||
        !unpack_run(o, l, order, writing, &listing, e))
        return false;
    *silent = listing.error.kind != ERROR_NONE;
    *more = !*silent && listing.unpacked.more;
    if (*silent)
        return true;
    order->first = listing.unpacked.next;
    add_up(o, l, &listing.unpacked);
    return read_run(o, l, &listing.unpacked, reading, e);
}

/* The unit that was asked for is there: the rest need not be unpacked. */
static bool is_found(const Job *j)
{
    for (size_t i = 0; j->wanted && i < j->member_count; i++)
        if (strcmp(j->members[i]->unit, j->wanted) == 0)
            return true;
    return false;
}

/* An archive from its first member to its last. False: a fault of the world. */
static bool open_level(Opening *o, Level *l, Error *e)
{
    uint64_t member_bytes = o->context->config->run.decoded_bytes;
    size_t before = o->job->member_count;
    UnpackOrder order = {.depth = (uint64_t)l->depth - 1,
                         .run_bytes = run_bytes,
                         .run_members = RUN_MEMBERS,
                         .member_bytes = member_bytes};
    bool more = !o->over, silent = false;
    while (more) {
        if (!next_run(o, l, &order, &more, &silent, e))
            return false;
        more = more && !o->over && !is_found(o->job);
    }
    if (o->over && l->end.kind == ERROR_NONE)
        error_coded(&l->end, ERROR_DATA, "archive_limit", "a limit was met");
    if (!silent)
        conclude(o, l);
    l->archive->outcome.report = &l->archive->report;
    l->archive->outcome.has_members = true;
    l->archive->outcome.members = o->job->member_count - before;
    return true;
}

/* Whatever an earlier try has left is forgotten. */
static bool make_arenas(const JobContext *c, Job *j, Error *e)
{
    unsigned count = c->pool ? pool_workers(c->pool) : 1;
    j->member_count = 0;
    if (!j->arenas)
        j->arenas = arena_array(j->arena, count, sizeof *j->arenas);
    if (!j->arenas)
        return arena_full(j->arena, e);
    j->arena_count = count;
    for (unsigned i = 0; i < count; i++)
        arena_reset(&j->arenas[i]);
    return true;
}

uint64_t job_output_bytes(const Config *c)
{
    uint64_t bytes; /* a run ends behind the member that fills it */
    return __builtin_add_overflow(c->run.decoded_bytes, 2 * run_bytes, &bytes) ? UINT64_MAX : bytes;
}

bool job_open_archive(const JobContext *c, unsigned slot, Job *j, int fd, Error *e)
{
    const RunOptions *r = &c->config->run;
    uint64_t by_ratio;
    if (!make_arenas(c, j, e))
        return false;
    if (__builtin_mul_overflow(j->identity.size, (uint64_t)r->ratio, &by_ratio))
        by_ratio = UINT64_MAX;
    if (by_ratio < always_allowed)
        by_ratio = always_allowed;
    Opening o = {.context = c, .slot = slot, .job = j, .entries_left = (uint64_t)r->members};
    o.bytes_allowed = by_ratio < r->unpacked_bytes ? by_ratio : r->unpacked_bytes;
    o.bytes_left = o.bytes_allowed;
    Level level = {.archive = j, .fd = fd, .depth = 1};
    bool ok = open_level(&o, &level, e);
    unit_names_deinit(&o.names);
    return ok;
}
