/* test_http_calls.c: many calls at a time: connections, delays, the end of all. */
#include "tests/stores/http_world.h"

static void connections_are_reused(void **state)
{
    (void)state;
    World *w = world_new(1);
    for (size_t i = 0; i < 20; i++)
        run_probe(probe(w, i, "/whole"));
    assert_int_equal(server_asked(&w->server), 20);
    assert_int_equal(w->server.connected, 1);
    world_free(w);
}

/* The server has closed a kept connection: the next call gets another one. */
static void connections_that_are_closed_are_replaced(void **state)
{
    (void)state;
    World *w = world_new(1);
    for (size_t i = 0; i < 5; i++) {
        Probe *p = probe(w, i, "/then-close");
        run_probe(p);
        assert_int_equal(p->call.status, 200);
        server_sleep(&w->server, i % 2 ? 0.05 : 0); /* it may be seen before or when it is used */
    }
    assert_int_equal(w->server.connected, 5);
    world_free(w);
}

static void a_hundred_calls_share_eight_connections(void **state)
{
    (void)state;
    World *w = world_new(8);
    for (size_t i = 0; i < PROBES; i++)
        http_submit(w->http, &probe(w, i, "/parallel")->call, 0);
    for (size_t i = 0; i < PROBES; i++) {
        wait_for(&w->probes[i]);
        assert_int_equal(w->probes[i].call.status, 200);
    }
    assert_int_equal(server_asked(&w->server), PROBES);
    assert_int_equal(w->server.busiest, 8);
    assert_int_equal(w->server.connected, 8);
    world_free(w);
}

static void a_call_may_begin_again_from_done(void **state)
{
    (void)state;
    World *w = world_new(1);
    Probe *p = probe(w, 0, "/whole");
    p->resubmit = 9;
    run_probe(p);
    assert_int_equal(p->call.status, 200);
    assert_string_equal(p->call.body.bytes, "hello");
    assert_int_equal(server_asked(&w->server), 10);
    world_free(w);
}

static void delays_are_kept_in_order(void **state)
{
    (void)state;
    World *w = world_new(4);
    static const double delays_s[] = {0.3, 0.1, 0.2, 0};
    static const size_t order[] = {3, 1, 2, 0};
    double before_s = monotonic_s();
    for (size_t i = 0; i < CASES(delays_s); i++)
        http_submit(w->http, &probe(w, i, "/whole")->call, delays_s[i]);
    for (size_t i = 0; i < CASES(delays_s); i++) {
        wait_for(&w->probes[i]);
        assert_true(w->probes[i].prepared_s >= before_s + delays_s[i]);
    }
    for (size_t i = 1; i < CASES(order); i++)
        assert_true(w->probes[order[i - 1]].prepared_s < w->probes[order[i]].prepared_s);
    world_free(w);
}

/* Five run, five wait for a connection, five for their time. */
static void close_ends_all(void **state)
{
    (void)state;
    World *w = world_new(5);
    for (size_t i = 0; i < 15; i++)
        http_submit(w->http, &probe(w, i, "/never")->call, i < 10 ? 0 : 30);
    while (server_asked(&w->server) < 5)
        server_sleep(&w->server, 0.01);
    http_close(w->http);
    w->http = NULL;
    for (size_t i = 0; i < 15; i++) {
        assert_int_equal(w->probes[i].done, 1);
        assert_int_equal(w->probes[i].call.status, 0);
        assert_int_equal(w->probes[i].call.error.kind, ERROR_RETRY);
        assert_string_equal(w->probes[i].call.error.code, "stopped");
    }
    assert_int_equal(server_asked(&w->server), 5);
    world_free(w);
}

static void close_ends_what_done_begins(void **state)
{
    (void)state;
    World *w = world_new(1);
    Probe *p = probe(w, 0, "/never");
    p->resubmit = 3;
    http_submit(w->http, &p->call, 0);
    while (server_asked(&w->server) < 1)
        server_sleep(&w->server, 0.01);
    http_close(w->http);
    w->http = NULL;
    assert_int_equal(p->done, 1);
    assert_string_equal(p->call.error.code, "stopped");
    world_free(w);
}

static void calls_of_one_http_do_not_hold_up_another(void **state)
{
    (void)state;
    World *w = world_new(1);
    HttpOptions o = {.connections = 1};
    Http *control = NULL;
    Error e = {0};
    assert_ok(http_open(&o, &control, &e), &e);
    Probe *stuck = probe(w, 0, "/never"), *quick = probe(w, 1, "/whole");
    http_submit(w->http, &stuck->call, 0);
    http_submit(control, &quick->call, 0);
    wait_for(quick);
    assert_int_equal(quick->call.status, 200);
    assert_int_equal(stuck->done, 0);
    http_close(control);
    world_free(w);
}

/* One runs, one waits for its time; the rest is not touched. */
static void cancelled_calls_end_soon(void **state)
{
    (void)state;
    atomic_bool cancelled = false, other = false;
    World *w = world_new(3);
    double begun_s = monotonic_s();
    for (size_t i = 0; i < 3; i++) {
        probe(w, i, "/never")->call.cancelled = i < 2 ? &cancelled : &other;
        http_submit(w->http, &w->probes[i].call, i == 1 ? 15 : 0);
    }
    while (server_asked(&w->server) < 2)
        server_sleep(&w->server, 0.01);
    cancelled = true;
    for (size_t i = 0; i < 2; i++) {
        wait_for(&w->probes[i]);
        assert_int_equal(w->probes[i].call.status, 0);
        assert_int_equal(w->probes[i].call.error.kind, ERROR_RETRY);
        assert_string_equal(w->probes[i].call.error.code, "stopped");
    }
    assert_true(monotonic_s() - begun_s < 10); /* the server would say nothing for 20 s */
    assert_int_equal(w->probes[1].prepared_s, 0);
    assert_int_equal(w->probes[2].done, 0);
    world_free(w);
}

static const Case cases[] = {
    {"connections_are_reused", connections_are_reused},
    {"connections_that_are_closed_are_replaced", connections_that_are_closed_are_replaced},
    {"a_hundred_calls_share_eight_connections", a_hundred_calls_share_eight_connections},
    {"a_call_may_begin_again_from_done", a_call_may_begin_again_from_done},
    {"delays_are_kept_in_order", delays_are_kept_in_order},
    {"close_ends_all", close_ends_all},
    {"close_ends_what_done_begins", close_ends_what_done_begins},
    {"cancelled_calls_end_soon", cancelled_calls_end_soon},
    {"calls_of_one_http_do_not_hold_up_another", calls_of_one_http_do_not_hold_up_another},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
