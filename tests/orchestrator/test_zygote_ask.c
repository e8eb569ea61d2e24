/* test_zygote_ask.c: children that ask for bytes while they work. */
#include "tests/orchestrator/zygote_fixture.h"

#include <signal.h>

enum {
    ACT_ASK = ACT_OWN, /* `number` times; the answer: how many were supplied */
    ACT_ASK_TWICE_AND_LOOP,
    ACT_ASK_FAR, /* for bytes that only a liar asks for */
};

static size_t ask_often(ZygoteTask *task, uint64_t times)
{
    Reply r = {.pid = getpid()};
    for (uint64_t i = 0; i < times; i++)
        r.value += zygote_ask(task, &(ZygoteAsk){.offset = i * 8, .length = 8, .ahead = i});
    memcpy(task->result, &r, sizeof r);
    return sizeof r;
}

static size_t work(void *context, ZygoteTask *task)
{
    Request r = request_of(task->request, task->request_size);
    if (r.act == ACT_LOOK_UP)
        return look_up(task->fd, r.number, context, task->result);
    if (r.act == ACT_ASK_FAR)
        (void)zygote_ask(task, &(ZygoteAsk){.offset = UINT64_MAX, .length = 2});
    if (r.act != ACT_ASK_TWICE_AND_LOOP)
        return ask_often(task, r.number);
    ask_often(task, 2);
    for (volatile unsigned i = 0;; i++) {
    }
}

typedef struct Supplier {
    uint64_t asks, refuse_from; /* 0: never */
    uint64_t lacking_from;      /* 0: nothing is */
    long delay_ms;
    bool kill; /* the child that asks */
    pid_t child;
    bool wrong; /* it asked for something else than it was to */
} Supplier;

static ZygoteSupply supply(void *context, const ZygoteAsk *ask)
{
    Supplier *s = context;
    uint64_t number = s->asks++;
    if (ask->offset == UINT64_MAX)
        return ZYGOTE_ASK_REFUSED;
    s->wrong |= ask->offset != number * 8 || ask->length != 8 || ask->ahead != number;
    sleep_ms(s->delay_ms);
    if (s->kill && s->child)
        kill(s->child, SIGKILL);
    if (s->refuse_from && s->asks >= s->refuse_from)
        return ZYGOTE_ASK_REFUSED;
    return s->lacking_from && s->asks >= s->lacking_from ? ZYGOTE_NOT_SUPPLIED : ZYGOTE_SUPPLIED;
}

static ZygoteAnswer ask_with(const Fixture *f, Supplier *s, Request r, double deadline_s)
{
    Error e = {0};
    ZygoteAnswer a;
    ZygoteJob job = {.fd = f->table,
                     .request = &r,
                     .request_size = sizeof r,
                     .deadline_s = deadline_s,
                     .supply = supply,
                     .supply_context = s};
    s->asks = 0;
    assert_ok(zygote_job(f->zygote, &job, &a, &e), &e);
    return a;
}

static void supplied(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    pid_t child = look(&f, 1).pid;
    for (uint64_t times = 0; times < 300; times += 100) {
        Supplier s = {0};
        ZygoteAnswer a = ask_with(&f, &s, (Request){ACT_ASK, times}, 20);
        Reply r = reply_of(&a);
        assert_true(r.value == times && s.asks == times && !s.wrong);
        assert_int_equal(r.pid, child);
        look(&f, times);
    }
    Supplier s = {.lacking_from = 8};
    ZygoteAnswer a = ask_with(&f, &s, (Request){ACT_ASK, 10}, 20);
    assert_true(reply_of(&a).value == 7 && s.asks == 10);
    assert_int_equal(look(&f, 5).pid, child); /* it is not the child's fault */
    stop(&f);
}

/* The parent's time is not the child's; the child's own is. */
static void time_of_a_job(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    Supplier slow = {.delay_ms = 150};
    ZygoteAnswer a = ask_with(&f, &slow, (Request){ACT_ASK, 8}, sanitizer ? 1 : 0.3);
    assert_true(reply_of(&a).value == 8);
    double begin_s = now_s();
    a = ask_with(&f, &slow, (Request){.act = ACT_ASK_TWICE_AND_LOOP}, 0.3);
    assert_int_equal(a.verdict, ZYGOTE_TIMEOUT);
    assert_true(now_s() - begin_s >= 0.6);
    look(&f, 3);
    stop(&f);
}

/* Who asks for what it cannot want is not itself any more. */
static void refused(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    pid_t child = look(&f, 1).pid;
    Supplier s = {.refuse_from = 4};
    ZygoteAnswer a = ask_with(&f, &s, (Request){ACT_ASK, 100}, 20);
    assert_int_equal(a.verdict, ZYGOTE_CRASHED);
    assert_true(s.asks == 4);
    assert_int_not_equal(look(&f, 1).pid, child);
    s = (Supplier){0};
    a = ask_with(&f, &s, (Request){.act = ACT_ASK_FAR}, 20);
    assert_int_equal(a.verdict, ZYGOTE_CRASHED);
    a = ask_with(&f, &s, (Request){ACT_ASK, 5}, 20);
    assert_true(reply_of(&a).value == 5 && !s.wrong); /* the next child asks as if nothing was */
    stop(&f);
}

static void killed_in_the_middle(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    for (int i = 0; i < 5; i++) {
        Supplier s = {.kill = true, .child = look(&f, 1).pid};
        ZygoteAnswer a = ask_with(&f, &s, (Request){ACT_ASK, 5}, 20);
        assert_int_equal(a.verdict, ZYGOTE_KILLED);
        s = (Supplier){0};
        a = ask_with(&f, &s, (Request){ACT_ASK, 3}, 20);
        assert_true(reply_of(&a).value == 3 && !s.wrong);
    }
    stop(&f);
}

static const Case cases[] = {
    {"supplied", supplied},
    {"time_of_a_job", time_of_a_job},
    {"refused", refused},
    {"killed_in_the_middle", killed_in_the_middle},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
