/* test_job_parts.c: a file in parts: who reads them, and what comes of a part that dies.
 *
 * The children here do not read: the file's words say how many parts it has and what befalls which
 * of them. The merge tells what it was given. */
#include "tests/orchestrator/job_together.h"

enum { WORKERS = 3 };

/* "parts N [WORD K]": part K (from 0) does WORD. */
typedef struct Words {
    unsigned parts, part;
    char deed[16];
} Words;

static Words words_of(int fd)
{
    char text[WORDS_MAX] = "";
    Words w = {.part = UINT32_MAX};
    if (pread(fd, text, sizeof text - 1, 0) < 0 ||
        sscanf(text, "parts %u %15s %u", &w.parts, w.deed, &w.part) < 1)
        _exit(9);
    return w;
}

static void befall(const char *deed, unsigned tries)
{
    bool again = strcmp(deed, "crash1") != 0 || tries == 0;
    if (strncmp(deed, "crash", 5) == 0 && again)
        abort();
    if (strcmp(deed, "kill") == 0)
        die_of_kill(true);
    if (strcmp(deed, "sleep") == 0)
        sleep_ms(5000);
}

static size_t read_part(const Words *w, const Request *r, Witness *witness, ZygoteTask *task)
{
    if (r->part == w->part) {
        befall(w->deed, atomic_fetch_add(&witness->tries, 1));
        if (strcmp(w->deed, "mute") == 0)
            return 0;
    }
    sleep_ms(2);
    memset(task->result, 'a' + (int)r->part, r->part + 1);
    return r->part + 1;
}

/* The answers in their order: "abbccc..." */
static Report merge(const Request *r, int fd)
{
    Report report = {.state = REPORT_DONE, .format = "words", .stage = "", .is_data = true};
    static char text[PARTS_MAX * PARTS_MAX];
    size_t length = 0;
    for (size_t i = 0; i < r->place_count; i++) {
        const PartPlace *p = &r->places[i];
        if (pread(fd, text + length, p->length, (off_t)p->offset) != (ssize_t)p->length)
            _exit(8);
        length += p->length;
    }
    text[length] = '\0';
    report.text = text;
    return report;
}

static size_t part_work(void *context, ZygoteTask *task)
{
    Arena a;
    Request r;
    arena_init(&a, 0);
    if (!request_decode(task->request, task->request_size, &a, &r))
        _exit(7);
    Words w = words_of(task->fd);
    Report report = {.state = REPORT_DONE, .format = "words", .stage = "", .is_data = true};
    size_t length;
    if (r.phase == PHASE_PART) {
        length = read_part(&w, &r, context, task);
    } else {
        if (r.phase == PHASE_MERGE)
            report = merge(&r, task->extra_fd);
        else if (r.phase == PHASE_FIRST)
            report.parts = w.parts;
        else
            report.text = "whole";
        length = report_encode(&report, task->result, task->capacity);
    }
    arena_deinit(&a);
    return length;
}

static void start_parts(Run *r, unsigned workers, double timeout_s)
{
    start_run(r, part_work, workers);
    r->f.config.run.timeout_s = timeout_s;
}

static const char in_order[] = "abbcccddddeeeeeffffff";
static const Expected done = {UNIT_DONE, "", "", ""};

static void merged_in_order_with(unsigned workers)
{
    Run r;
    start_parts(&r, workers, 20);
    for (int again = 0; again < 5; again++) {
        const Job *j = run_together(&r, "parts 6");
        check_outcome(j, &done);
        assert_string_equal(j->report.text, in_order);
    }
    stop_run(&r);
}

static void merged_in_order(void **state)
{
    (void)state;
    for (unsigned workers = 0; workers <= 4; workers += 2)
        merged_in_order_with(workers);
}

static void check_failed(Run *r, const char *words, const Expected *want, const char *place)
{
    const Job *j = run_together(r, words);
    check_outcome(j, want);
    assert_string_equal(j->outcome.place, place);
    assert_false(j->has_report);
}

/* With any number of workers the same. */
static void a_part_that_dies_with(unsigned workers)
{
    static const Expected crashed = {UNIT_FAILED, "read", "crash", "crash"};
    static const Expected memory = {UNIT_FAILED, "read", "limit", "memory"};
    Run r;
    start_parts(&r, workers, 20);
    check_failed(&r, "parts 6 crash 3", &crashed, "part 4 of 6");
    assert_int_equal(r.f.witness->tries, 2); /* once more in a fresh child */
    check_failed(&r, "parts 6 crash 0", &crashed, "part 1 of 6");
    check_failed(&r, "parts 6 kill 5", &memory, "part 6 of 6");
    const Job *j = run_together(&r, "parts 6 crash1 2"); /* the first time only */
    check_outcome(j, &done);
    assert_string_equal(j->report.text, in_order);
    assert_int_equal(r.f.witness->tries, 2);
    stop_run(&r);
}

static void a_part_that_dies(void **state)
{
    (void)state;
    a_part_that_dies_with(0);
    a_part_that_dies_with(WORKERS);
}

static void a_part_that_hangs(void **state)
{
    (void)state;
    static const Expected timeout = {UNIT_FAILED, "read", "limit", "timeout"};
    Run r;
    start_parts(&r, WORKERS, 0.1);
    check_failed(&r, "parts 6 sleep 1", &timeout, "part 2 of 6");
    stop_run(&r);
}

/* An answer that does not fit: the file is read whole instead. */
static void too_much_to_be_kept(void **state)
{
    (void)state;
    for (unsigned workers = 0; workers <= 2; workers += 2) {
        Run r;
        start_parts(&r, workers, 20);
        const Job *j = run_together(&r, "parts 6 mute 3");
        check_outcome(j, &done);
        assert_string_equal(j->report.text, "whole");
        stop_run(&r);
    }
}

/* More parts than there can be: the child is not believed. */
static void lying_about_parts(void **state)
{
    (void)state;
    static const Expected refused = {UNIT_FAILED, "read", "crash", "bad_report"};
    Run r;
    start_parts(&r, 0, 20);
    check_failed(&r, "parts 65", &refused, "");
    stop_run(&r);
}

static const Case cases[] = {
    {"merged_in_order", merged_in_order},     {"a_part_that_dies", a_part_that_dies},
    {"a_part_that_hangs", a_part_that_hangs}, {"too_much_to_be_kept", too_much_to_be_kept},
    {"lying_about_parts", lying_about_parts},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
