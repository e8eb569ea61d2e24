/* test_job_archive.c: an archive of which members crash, hang or are hit by the world.
 *
 * The children here do not unpack: the file's lines are the members' words, and those say what
 * befalls them; a first line "!DEED" befalls the unpacking. */
#include "tests/orchestrator/job_together.h"

enum { LINES_MAX = 40, LINE_MAX_LENGTH = 64 };

typedef struct Lines {
    char text[LINES_MAX * LINE_MAX_LENGTH];
    const char *line[LINES_MAX];
    size_t count;
    const char *deed; /* NULL: none */
} Lines;

static void read_lines(int fd, Lines *out)
{
    *out = (Lines){.count = 0};
    if (pread(fd, out->text, sizeof out->text - 1, 0) < 0)
        _exit(9);
    char *rest = NULL;
    for (char *l = strtok_r(out->text, "\n", &rest); l; l = strtok_r(NULL, "\n", &rest)) {
        if (*l == '!')
            out->deed = l + 1;
        else
            out->line[out->count++] = l;
    }
}

static void befall(const char *deed, Witness *w)
{
    if (strcmp(deed, "crash") == 0)
        abort();
    if (strcmp(deed, "crash1") == 0 && atomic_fetch_add(&w->tries, 1) == 0)
        abort();
    if (strcmp(deed, "sleep") == 0)
        sleep_ms(5000);
}

/* The lines as members, two in a run; their bytes are the lines themselves. */
static size_t unpack(const Request *r, Witness *w, ZygoteTask *task)
{
    enum { RUN = 2 };
    Lines l;
    w->child[r->unpack.first / RUN % TRIES_MAX] = getpid();
    UnpackedMember members[RUN];
    char names[RUN][24];
    read_lines(task->fd, &l);
    const char *deed = l.deed ? l.deed : "";
    befall(deed, w);
    if (strcmp(deed, "rewind") == 0) /* as one that takes over */
        sleep_ms(150 * (long)(r->unpack.first / RUN));
    if (strcmp(deed, "flood") == 0 && pwrite(task->extra_fd, "x", 1, OUTPUT_MAX) >= 0)
        _exit(5);
    Listing said = {.unpacked = {.format = "zip", .model = "ZIP", .members = members}};
    Unpacked *u = &said.unpacked;
    for (size_t i = r->unpack.first; i < l.count && u->count < RUN; i++, u->count++) {
        size_t length = strlen(l.line[i]);
        snprintf(names[u->count], sizeof names[0], "m%zu", i);
        members[u->count] = (UnpackedMember){.name = names[u->count],
                                             .offset = u->bytes,
                                             .size = length,
                                             .code = "",
                                             .reason = "",
                                             .place = ""};
        if (pwrite(task->extra_fd, l.line[i], length, (off_t)u->bytes) != (ssize_t)length)
            _exit(8);
        u->bytes += length;
    }
    u->entries = u->count;
    u->next = r->unpack.first + u->count;
    u->more = u->next < l.count;
    if (strcmp(deed, "lie") == 0)
        members[0].size = 1 << 20;
    if (strcmp(deed, "disk") == 0)
        error_coded(&said.error, ERROR_RETRY, "disk_full", "no room");
    if (strcmp(deed, "cut") == 0 && !u->more)
        error_coded(&u->error, ERROR_DATA, "truncated", "it is cut");
    return listing_encode(&said, task->result, task->capacity);
}

static size_t read_member(const Request *r, Witness *w, ZygoteTask *task)
{
    char words[LINE_MAX_LENGTH] = "";
    if (r->window.size >= sizeof words ||
        pread(task->fd, words, r->window.size, (off_t)r->window.base) < 0)
        _exit(7);
    befall(words, w);
    if (strcmp(words, "write") == 0 && pwrite(task->fd, "x", 1, 0) >= 0)
        _exit(5);
    Report member = report_of(words);
    return report_encode(&member, task->result, task->capacity);
}

static size_t archive_work(void *context, ZygoteTask *task)
{
    Arena a;
    Request r;
    size_t length;
    arena_init(&a, 0);
    if (!request_decode(task->request, task->request_size, &a, &r))
        _exit(6);
    if (r.phase == PHASE_UNPACK) {
        length = unpack(&r, context, task);
    } else if (r.window.set) {
        length = read_member(&r, context, task);
    } else {
        Report whole = report(REPORT_DONE, ERROR_NONE, "");
        whole.container = true;
        length = report_encode(&whole, task->result, task->capacity);
    }
    arena_deinit(&a);
    return length;
}

/* ---- running one */

static void start_archives(Run *r, unsigned workers)
{
    start_run(r, archive_work, workers);
    r->f.config.run = (RunOptions){.out = r->f.folder,
                                   .timeout_s = 20,
                                   .patience_s = 0.3,
                                   .decoded_bytes = 1 << 20,
                                   .members = 100,
                                   .unpacked_bytes = 1 << 20,
                                   .ratio = 1000,
                                   .depth = 4};
}

/* "NAME STATE CODE;" of the file and of each member. */
static void told(const Job *j, char *out, size_t size)
{
    size_t at =
        (size_t)snprintf(out, size, "%s %s;", unit_state_name(j->outcome.state), j->outcome.code);
    for (size_t i = 0; i < j->member_count && at < size; i++) {
        const Outcome *o = j->member_outcomes[i];
        at += (size_t)snprintf(out + at, size - at, "%s %s %s;", o->unit, unit_state_name(o->state),
                               o->code);
        assert_string_equal(o->uri, j->uri);
        assert_int_equal(strlen(o->work_key), 64);
        assert_int_equal(o->identity.mtime_ns, j->identity.mtime_ns);
    }
}

static const struct {
    const char *lines, *told;
} rows[] = {
    {"good\ngood\nbad truncated\npartial checksum\ngood",
     "done ;m0 done ;m1 done ;m2 failed truncated;m3 partial checksum;m4 done ;"},
    {"good\ncrash\ngood", "done ;m0 done ;m1 failed crash;m2 done ;"},
    {"good\ncrash1\ngood", "done ;m0 done ;m1 done ;m2 done ;"},
    {"unknown picture\nunknown data", "done ;m0 ignored unrecognised;m1 failed unrecognised;"},
    {"good\nretry io\ngood", "waiting io;"},
    {"!crash\ngood", "failed crash;"},
    {"!crash1\ngood", "done ;m0 done ;"},
    {"!lie\ngood", "failed bad_report;"},
    {"!disk\ngood", "waiting disk_full;"},
    {"!cut\ngood\ngood\ngood", "partial truncated;m0 done ;m1 done ;m2 done ;"},
    {"", "done ;"},
    /* a child writes what it unpacks, up to a limit, and nothing else */
    {"!flood\ngood", "done ;m0 done ;"},
    {"write\ngood", "done ;m0 done ;m1 done ;"},
};

static void each_member_has_its_outcome(void **state)
{
    (void)state;
    for (unsigned workers = 0; workers <= 3; workers += 3) {
        Run r;
        start_archives(&r, workers);
        for (size_t i = 0; i < CASES(rows); i++) {
            char text[1024];
            told(run_together(&r, rows[i].lines), text, sizeof text);
            assert_string_equal(text, rows[i].told);
        }
        stop_run(&r);
    }
}

static void a_member_that_hangs(void **state)
{
    (void)state;
    Run r;
    char text[1024];
    start_archives(&r, 0);
    r.f.config.run.timeout_s = 0.2;
    told(run_together(&r, "good\nsleep\ngood"), text, sizeof text);
    assert_string_equal(text, "done ;m0 done ;m1 failed timeout;m2 done ;");
    told(run_together(&r, "!sleep\ngood"), text, sizeof text);
    assert_string_equal(text, "failed timeout;");
    stop_run(&r);
}

/* Each run has its own time, and that of the runs before it, which a child that takes over has to
 * go through. */
static void a_rewind_takes_its_time(void **state)
{
    (void)state;
    Run r;
    start_archives(&r, 0);
    r.f.config.run.timeout_s = 0.2;
    const Job *j = run_together(&r, "!rewind\ngood\ngood\ngood\ngood\ngood\ngood\ngood\ngood");
    assert_string_equal(j->outcome.code, "");
    assert_int_equal(j->member_count, 8);
    stop_run(&r);
}

/* What befalls members does not cost the child that has the archive open: it is asked for all runs,
 * and for nothing else. Where it is gone itself another one takes over. */
static void runs_are_asked_of_one_child(void **state)
{
    (void)state;
    for (unsigned workers = 0; workers <= 2; workers += 2) {
        Run r;
        char text[1024];
        start_archives(&r, workers);
        told(run_together(&r, "crash\ngood\nbad truncated\ncrash\ngood\ngood"), text, sizeof text);
        assert_string_equal(text, "done ;m0 failed crash;m1 done ;m2 failed truncated;"
                                  "m3 failed crash;m4 done ;m5 done ;");
        const pid_t *child = r.f.witness->child, first = child[0];
        assert_int_equal(child[1], first);
        assert_int_equal(child[2], first);
        kill(first, SIGKILL);
        told(run_together(&r, "good\ngood\ngood"), text, sizeof text);
        assert_string_equal(text, "done ;m0 done ;m1 done ;m2 done ;");
        assert_int_not_equal(child[0], first);
        assert_int_equal(child[1], child[0]);
        stop_run(&r);
    }
}

static void more_members_than_allowed(void **state)
{
    (void)state;
    Run r;
    start_archives(&r, 0);
    r.f.config.run.members = 3;
    /* the fake unpacks two a run whatever it is told: the fourth is more than was asked for */
    const Job *j = run_together(&r, "good\ngood\ngood\ngood\n");
    assert_string_equal(j->outcome.code, "bad_report");
    assert_int_equal(j->member_count, 2);
    stop_run(&r);
}

/* Stopped in mid-archive: no outcome, it is read again. */
static void stopped_archive(void **state)
{
    (void)state;
    Run r;
    start_archives(&r, 0);
    r.f.stop = 1;
    const Job *j = run_together(&r, "good\ngood\ngood\ngood\n");
    assert_true(j->abandoned);
    stop_run(&r);
}

static void one_unit_is_asked_for(void **state)
{
    (void)state;
    Run r;
    start_archives(&r, 0);
    write_words(&r.f, "good\ncrash\ngood\ngood\ncrash\n");
    Object o = {.uri = r.f.path, .uri_length = strlen(r.f.path)};
    Choice choice = {.pipeline = &r.f.pipeline, .rule = "by content"};
    r.job = job_new(JOB_SHOW, &o, &choice);
    assert_non_null(r.job);
    r.job->wanted = "m2"; /* in the second run of three */
    job_run(&r.f.context, 0, r.job);
    assert_int_equal(r.job->member_count, 1);
    assert_string_equal(r.job->members[0]->unit, "m2");
    assert_int_equal(r.job->members[0]->outcome.state, UNIT_DONE);
    stop_run(&r);
}

static const Case cases[] = {
    {"each_member_has_its_outcome", each_member_has_its_outcome},
    {"a_member_that_hangs", a_member_that_hangs},
    {"a_rewind_takes_its_time", a_rewind_takes_its_time},
    {"runs_are_asked_of_one_child", runs_are_asked_of_one_child},
    {"more_members_than_allowed", more_members_than_allowed},
    {"stopped_archive", stopped_archive},
    {"one_unit_is_asked_for", one_unit_is_asked_for},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
