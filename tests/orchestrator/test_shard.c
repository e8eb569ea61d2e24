/* test_shard.c: which shard a weir is, and whose a file is. */
#include "orchestrator/source_shard.h"
#include "tests/support/cases.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void options(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t number, count; /* 0: refused */
    } rows[] = {
        {"1/1", 1, 1},    {"3/16", 3, 16},  {"16/16", 16, 16},   {"1/1000000", 1, 1000000},
        {"0/16", 0, 0},   {"17/16", 0, 0},  {"3", 0, 0},         {"", 0, 0},
        {"/", 0, 0},      {"3/", 0, 0},     {"/16", 0, 0},       {"3/0", 0, 0},
        {"0/0", 0, 0},    {"-1/16", 0, 0},  {"3/16x", 0, 0},     {"3 / 16", 0, 0},
        {"1.5/16", 0, 0}, {"3/16/2", 0, 0}, {"1/1000001", 0, 0}, {"1/99999999999999999999", 0, 0},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        Shard s = {0};
        Error e = {0};
        if (shard_read(rows[i].text, &s, &e) != (rows[i].count > 0))
            fail_msg("--shard %s", rows[i].text);
        assert_int_equal(s.number, rows[i].number);
        assert_int_equal(s.count, rows[i].count);
        assert_string_equal(e.code, rows[i].count ? "" : "usage");
    }
}

static const char *const names[] = {
    "SLURM_ARRAY_TASK_ID",      "SLURM_ARRAY_TASK_MIN",   "SLURM_ARRAY_TASK_MAX",
    "SLURM_ARRAY_TASK_STEP",    "SLURM_ARRAY_TASK_COUNT", "AWS_BATCH_JOB_ARRAY_INDEX",
    "AWS_BATCH_JOB_ARRAY_SIZE",
};
enum { NAMES = sizeof names / sizeof *names };

/* Values in the order of `names`; NULL: not set. */
static void set_environment(const char *const *values)
{
    for (size_t i = 0; i < NAMES; i++) {
        if (values[i])
            assert_int_equal(setenv(names[i], values[i], 1), 0);
        else
            assert_int_equal(unsetenv(names[i]), 0);
    }
}

typedef struct Task {
    const char *values[NAMES]; /* id min max step count, index size */
    uint64_t number, count;    /* 0: refused */
    const char *words;         /* of the refusal, or who has told it */
} Task;

static void is_shard(const Task *t)
{
    Shard s = {0};
    Error e = {0};
    Buffer told_by = {0};
    set_environment(t->values);
    if (shard_of_task(&s, &told_by, &e) != (t->count > 0))
        fail_msg("\"%s\": %" PRIu64 "/%" PRIu64 " %s", t->words, s.number, s.count, e.message);
    if (t->count) {
        assert_int_equal(s.number, t->number);
        assert_int_equal(s.count, t->count);
        assert_string_equal(told_by.bytes ? told_by.bytes : "", t->words);
    } else if (!strstr(e.message, t->words) || !strstr(e.message, "--shard")) {
        fail_msg("\"%s\": %s", t->words, e.message);
    }
    buffer_deinit(&told_by);
}

static void tasks(void **state)
{
    (void)state;
    static const Task rows[] = {
        {{0}, 1, 1, ""},
        {{"", "", "", "", "", "", ""}, 1, 1, ""},
        /* --array=0-15, 1-16, 1-16%4, 0-15:4, 10-10 */
        {{"0", "0", "15", "1", "16"}, 1, 16, "SLURM_ARRAY_TASK_ID=0"},
        {{"15", "0", "15", "1", "16"}, 16, 16, "SLURM_ARRAY_TASK_ID=15"},
        {{"3", "1", "16", "1", "16"}, 3, 16, "SLURM_ARRAY_TASK_ID=3"},
        {{"8", "0", "12", "4", "4"}, 3, 4, "SLURM_ARRAY_TASK_ID=8"},
        {{"8", "0", "15", "4", "4"}, 3, 4, "SLURM_ARRAY_TASK_ID=8"},
        {{"10", "10", "10", "1", "1"}, 1, 1, "SLURM_ARRAY_TASK_ID=10"},
        /* some of them not set */
        {{"3", "1", "16"}, 3, 16, "SLURM_ARRAY_TASK_ID=3"},
        {{"3", "1", NULL, NULL, "16"}, 3, 16, "SLURM_ARRAY_TASK_ID=3"},
        {{"3"}, 0, 0, "--shard I/N"},
        {{"3", "1"}, 0, 0, "SLURM_ARRAY_TASK_COUNT"},
        {{"3", NULL, "16", "1", "16"}, 0, 0, "SLURM_ARRAY_TASK_MIN"},
        /* --array=1,5,7 */
        {{"5", "1", "7", "1", "3"}, 0, 0, "not evenly spaced"},
        {{"7", "1", "7", NULL, "3"}, 0, 0, "not evenly spaced"},
        {{"9", "0", "12", "4", "4"}, 0, 0, "not evenly spaced"},
        {{"0", "1", "16", "1", "16"}, 0, 0, "not evenly spaced"},
        {{"17", "1", "16", "1", "16"}, 0, 0, "not evenly spaced"},
        {{"three", "1", "16", "1", "16"}, 0, 0, "SLURM_ARRAY_TASK_ID is no number"},
        {{"3", "1", "16", "1", "-16"}, 0, 0, "SLURM_ARRAY_TASK_COUNT is no number"},
        {{NULL, NULL, NULL, NULL, NULL, "0", "16"}, 1, 16, "AWS_BATCH_JOB_ARRAY_INDEX=0"},
        {{NULL, NULL, NULL, NULL, NULL, "15", "16"}, 16, 16, "AWS_BATCH_JOB_ARRAY_INDEX=15"},
        {{NULL, NULL, NULL, NULL, NULL, "16", "16"}, 0, 0, "AWS_BATCH_JOB_ARRAY_SIZE 16"},
        {{NULL, NULL, NULL, NULL, NULL, "3"}, 0, 0, "not AWS_BATCH_JOB_ARRAY_SIZE"},
        {{NULL, NULL, NULL, NULL, NULL, NULL, "16"}, 1, 1, ""},
        {{"3", "1", "16", "1", "16", "3", "16"}, 0, 0, "both set"},
    };
    for (size_t i = 0; i < CASES(rows); i++)
        is_shard(&rows[i]);
}

/* The shards are of Python's hashlib: int(sha256(uri).hexdigest()[:16], 16) % 16 + 1. */
static void whose(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        uint64_t of_16, of_1000;
    } rows[] = {
        {"/data/a.nc", 8, 376},
        {"/data/b.nc", 14, 374},
        {"/data/2019/06/01/sonde.csv", 1, 633},
        {"s3://bucket/prefix/a.nc", 7, 823},
        {"s3://bucket/with blank+plus%20", 2, 18},
        {"/data/\xc3\xa9"
         "t\xc3\xa9"
         ".nc",
         13, 829},
        {"/", 4, 116},
    };
    static const uint64_t counts[] = {1, 2, 3, 16, 1000};
    for (size_t i = 0; i < CASES(rows); i++)
        for (size_t k = 0; k < CASES(counts); k++) {
            uint64_t owners = 0, owner = 0;
            for (uint64_t number = 1; number <= counts[k]; number++) {
                Error e = {0};
                bool ours = false;
                const Shard s = {number, counts[k]};
                assert_ok(shard_has(&s, rows[i].uri, &ours, &e), &e);
                owners += ours;
                owner = ours ? number : owner;
            }
            assert_int_equal(owners, 1);
            if (counts[k] >= 16)
                assert_int_equal(owner, counts[k] == 16 ? rows[i].of_16 : rows[i].of_1000);
        }
}

/* ---- a source of which only some is told */

enum { OBJECTS = 100 };

typedef struct Row {
    Source source; /* first */
    int at, closed;
    uint64_t settled[2]; /* by Settlement */
    char uri[32];
} Row;

/* Between the objects everything else that a source can tell. */
static SourceEvent next_in_row(Source *s, Object *out, Error *e)
{
    Row *r = (Row *)s;
    assert_true(s->patient);
    if (r->at == 50) {
        error_set(e, ERROR_RETRY, "trouble");
        r->at++;
        return SOURCE_TROUBLE;
    }
    if (r->at >= OBJECTS)
        return SOURCE_END;
    snprintf(r->uri, sizeof r->uri, "/data/%d", r->at);
    *out = (Object){.uri = r->uri, .ticket = (uint64_t)++r->at};
    return SOURCE_OBJECT;
}

static bool lost_in_row(Source *s, const char *uri)
{
    (void)s;
    return strncmp(uri, "/data/", 6) == 0;
}

static SourceEvent look_in_row(Source *s, Object *o, Arena *a, Error *e)
{
    (void)s;
    (void)a;
    (void)e;
    return strcmp(o->uri, "/gone") == 0 ? SOURCE_GONE : SOURCE_OBJECT;
}

static void settle_in_row(Source *s, uint64_t ticket, Settlement how)
{
    assert_true(ticket > 0);
    ((Row *)s)->settled[how]++;
}

static void close_row(Source *s)
{
    ((Row *)s)->closed++;
}

static void one_shard_of_a_source(void **state)
{
    (void)state;
    static const SourceMethods methods = {.next = next_in_row,
                                          .lost = lost_in_row,
                                          .look = look_in_row,
                                          .settle = settle_in_row,
                                          .close = close_row};
    unsigned told = 0, lost = 0;
    for (uint64_t number = 1; number <= 3; number++) {
        Row row = {.source = {.methods = &methods, .endless = true}};
        const Shard shard = {number, 3};
        Source *s = source_shard(&row.source, &shard);
        assert_non_null(s);
        assert_true(s->endless);
        s->patient = true;
        unsigned own = 0, troubles = 0;
        SourceEvent event;
        Object o = {0};
        Error e = {0};
        while ((event = s->methods->next(s, &o, &e)) != SOURCE_END) {
            troubles += event == SOURCE_TROUBLE;
            if (event != SOURCE_OBJECT)
                continue;
            own++;
            lost += s->methods->lost(s, o.uri);
            s->methods->settle(s, o.ticket, SETTLED);
        }
        assert_int_equal(troubles, 1);
        assert_int_equal(row.settled[SETTLED], own);
        assert_int_equal(row.settled[SETTLED_LATER], OBJECTS - 1 - own);
        assert_int_equal(source_shard_others(s), OBJECTS - 1 - own);
        assert_int_equal(source_shard_others(&row.source), 0);
        o.uri = "/gone";
        assert_int_equal(s->methods->look(s, &o, NULL, &e), SOURCE_GONE);
        s->methods->close(s);
        assert_int_equal(row.closed, 1);
        told += own;
    }
    assert_int_equal(told, OBJECTS - 1);
    assert_int_equal(lost, told); /* each by the one whose it is */
}

static const Case cases[] = {
    {"options", options},
    {"tasks", tasks},
    {"whose", whose},
    {"one_shard_of_a_source", one_shard_of_a_source},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
