/* test_worker.c: which children may read another file. */
#include "orchestrator/worker.h"
#include "tests/support/make_hdf5.h"

typedef struct Said {
    Report report;
    bool tainted;
} Said;

static Said ask_worker(const uint8_t *bytes, size_t size, Arena *a)
{
    enum { ROOM = 1 << 20 };
    static uint8_t room[ROOM];
    uint8_t request[REQUEST_SIZE];
    Pipeline summary = {.name = "summary"}, *pipelines[] = {&summary};
    Config config = {.pipelines = pipelines, .pipeline_count = 1};
    config.run.memory_bytes = 512 << 20;
    WorkerContext context = {.config = &config};
    Request r = {.kind = JOB_RUN, .name = "test"};
    int fd = memfd_create("test", MFD_CLOEXEC);
    assert_int_equal(write(fd, bytes, size), size);
    ZygoteTask task = {.fd = fd,
                       .request = request,
                       .request_size = request_encode(&r, request),
                       .result = room,
                       .capacity = ROOM};
    Said said;
    Error e;
    size_t length = worker_work(&context, &task);
    close(fd);
    assert_ok(report_decode(room, length, a, &said.report, &e), &e);
    said.tainted = task.tainted;
    return said;
}

/* Done, with a note on what the library could not read: done all the same, but not by this child
 * again. */
static void library_fault_in_a_good_file(void **state)
{
    (void)state;
    for (int damaged = 0; damaged <= 1; damaged++) {
        Arena a;
        size_t size;
        arena_init(&a, 0);
        uint8_t *bytes = group_with_text(damaged, &size);
        Said said = ask_worker(bytes, size, &a);
        free(bytes);
        assert_int_equal(said.report.state, REPORT_DONE);
        assert_int_equal(said.report.note_count, damaged);
        assert_int_equal(said.tainted, damaged);
        arena_deinit(&a);
    }
}

static void failed_files(void **state)
{
    (void)state;
    static const struct {
        const char *what, *bytes;
        size_t size;
        bool tainted;
    } rows[] = {
        {"no parser has seen it", "", 0, false},
        {"cut short", "CDF\1\0\0", 6, true},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        Arena a;
        arena_init(&a, 0);
        Said said = ask_worker((const uint8_t *)rows[i].bytes, rows[i].size, &a);
        print_message("%s\n", rows[i].what);
        assert_int_not_equal(said.report.state, REPORT_DONE);
        assert_int_equal(said.tainted, rows[i].tainted);
        arena_deinit(&a);
    }
}

static const Case cases[] = {
    {"library_fault_in_a_good_file", library_fault_in_a_good_file},
    {"failed_files", failed_files},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
