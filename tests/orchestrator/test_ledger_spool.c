/* test_ledger_spool.c: records come back in the order of their bytes, the last of a key alone. */
#include "orchestrator/ledger_rows.h"
#include "orchestrator/ledger_spool.h"

#include "core/buffer.h"
#include "tests/support/cases.h"

#include <stdio.h>
#include <string.h>

typedef struct Told {
    Buffer text;
    size_t count, most;
} Told;

static bool tell(void *context, const SpoolRecord *r, Error *e)
{
    Told *t = context;
    buffer_printf(&t->text, "%s/%u/%s=%.*s ", r->group, r->kind, r->key, (int)r->bytes.length,
                  r->bytes.bytes);
    return ++t->count != t->most || error_coded(e, ERROR_DATA, "enough", "enough");
}

static LedgerSpool *spool_open(Ledger **l)
{
    LedgerSpool *s;
    Error e = {0};
    assert_ok(ledger_open_temporary(l, &e), &e);
    assert_ok(ledger_begin(*l, &e), &e);
    assert_ok(ledger_spool_open(*l, &s, &e), &e);
    return s;
}

static void close_both(LedgerSpool *s, Ledger *l)
{
    Error e = {0};
    ledger_spool_close(s);
    assert_ok(ledger_commit(l, &e), &e);
    ledger_close(l);
}

static void order(void **state)
{
    (void)state;
    static const struct {
        const char *group;
        unsigned kind;
        const char *key, *bytes;
    } rows[] = {{"b", 0, "k", "1"},  {"a b", 1, "k", "2"},  {"a", 2, "k", "3"},
                {"a", 1, "k#", "4"}, {"a", 1, "k", "5"},    {"\377", 0, "", ""},
                {"a", 1, "k", "6"},  {"B", 9, "\377", "7"}, {"\303\274", 0, "k", "8"}};
    Ledger *l;
    LedgerSpool *s = spool_open(&l);
    Error e = {0};
    Told told = {0};
    for (size_t i = 0; i < CASES(rows); i++) {
        SpoolRecord r = {
            rows[i].group, rows[i].kind, rows[i].key, {rows[i].bytes, strlen(rows[i].bytes)}};
        assert_ok(ledger_spool_add(s, &r, &e), &e);
    }
    assert_ok(ledger_spool_each(s, tell, &told, &e), &e);
    assert_string_equal(told.text.bytes, "B/9/\377=7 a/1/k=6 a/1/k#=4 a/2/k=3 a b/1/k=2 b/0/k=1 "
                                         "\303\274/0/k=8 \377/0/= ");
    told.count = 0;
    told.most = 2;
    assert_false(ledger_spool_each(s, tell, &told, &e));
    assert_string_equal(e.message, "enough");
    assert_int_equal(told.count, 2);
    buffer_deinit(&told.text);
    close_both(s, l);
}

/* More than its caches hold. */
static void many(void **state)
{
    (void)state;
    enum { MANY = 20000, LENGTH = 2000 };
    static char bytes[LENGTH];
    Ledger *l;
    LedgerSpool *s = spool_open(&l);
    Error e = {0};
    Told told = {.most = MANY + 1};
    memset(bytes, 'x', sizeof bytes);
    for (unsigned i = 0; i < MANY; i++) {
        char key[16];
        snprintf(key, sizeof key, "%05u", i * 7919 % MANY);
        SpoolRecord r = {"g", 0, key, {bytes, i % LENGTH}};
        assert_ok(ledger_spool_add(s, &r, &e), &e);
    }
    assert_ok(ledger_spool_each(s, tell, &told, &e), &e);
    assert_int_equal(told.count, MANY);
    assert_memory_equal(told.text.bytes, "g/0/00000= g/0/00001=", 21);
    buffer_deinit(&told.text);
    close_both(s, l);
}

static const Case cases[] = {{"order", order}, {"many", many}};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
