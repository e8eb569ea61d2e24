/* test_shared_table.c: keys, values and rows of the shared table, and back. The rest needs a
 * service: tests/aws/shared_table.py.
 *
 * Hashes are sha256sum's (of the uri and a NUL), base64 is Python's. */
#include "orchestrator/shared_internal.h"

#include "tests/orchestrator/shared_commands.h"
#include "tests/support/cases.h"

#include <float.h>
#include <math.h>

/* ---- keys */

static void partitions(void **state)
{
    (void)state;
    static char fits[DYNAMO_KEY_MOST + 1], long_one[DYNAMO_KEY_MOST + 2];
    memset(fits, 'x', DYNAMO_KEY_MOST);
    memset(long_one, 'x', DYNAMO_KEY_MOST + 1);
    const struct {
        const char *uri, *partition;
    } rows[] = {
        {"/data/ü x.nc", "/data/ü x.nc"},
        {"s3://b/a#b", "s3://b/a#b"},
        {fits, fits},
        {long_one, "sha256:47d0a7417919239e53107e039f06ff0632d979b3b01120b1d488d0fb28220764"},
        {"/raw\377", "sha256:89b82f7789a9f09a29b981e598d02374652e6a4dcd852aa2984936d48377840d"},
        {"sha256:00", "sha256:5a3b5f5393138b49d673ac91110fa823d5b5e8d181b574e69caba34fa2a9124d"},
        {"", "sha256:6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        Arena a = {0};
        Error e = {0};
        const char *p;
        assert_ok(shared_partition(rows[i].uri, &a, &p, &e), &e);
        assert_string_equal(p, rows[i].partition);
        arena_deinit(&a);
    }
}

static void generations(void **state)
{
    (void)state;
    SharedTable t = {.writer = "0123456789ab", .writes = 26};
    Arena a = {0};
    assert_string_equal(generation_name(&t, 5, &a), "00000005-0123456789ab-1a");
    assert_string_equal(generation_name(&t, 123456789, &a), "123456789-0123456789ab-1b");
    static const struct {
        const char *name;
        bool good;
        int64_t revision;
    } rows[] = {{"00000005-0123456789ab-1a", true, 5},
                {"123456789-0-", true, 123456789},
                {"5-x", false, 0},
                {"-x-y", false, 0},
                {"5", false, 0},
                {"", false, 0},
                {"five-x-y", false, 0}};
    for (size_t i = 0; i < CASES(rows); i++) {
        Generation g = {0};
        bool good = generation_read((StringView){rows[i].name, strlen(rows[i].name)}, &g);
        assert_int_equal(good, rows[i].good);
        assert_true(!good || g.revision == rows[i].revision);
    }
    DynamoAttribute both[] = {{"sk", DYNAMO_STRING, "G1#00000001"},
                              {"generation", DYNAMO_STRING, "G2"}};
    assert_true(generation_same(generation_of(&(DynamoItem){both, 1}), "G1"));
    assert_true(generation_same(generation_of(&(DynamoItem){both, 2}), "G2"));
    assert_false(generation_same(generation_of(&(DynamoItem){both, 1}), "G"));
    both[0].text = "00000001";
    assert_null(generation_of(&(DynamoItem){both, 1}).bytes);
    arena_deinit(&a);
}

/* ---- values */

static LedgerValue whole(int64_t i)
{
    return (LedgerValue){.kind = LEDGER_INT, .i = i};
}

static LedgerValue real(double d)
{
    return (LedgerValue){.kind = LEDGER_DOUBLE, .d = d};
}

static LedgerValue text(const char *t)
{
    return (LedgerValue){.kind = LEDGER_TEXT, .text = {t, strlen(t)}};
}

static void assert_same(const LedgerValue *a, const LedgerValue *b)
{
    assert_int_equal(a->kind, b->kind);
    if (a->kind == LEDGER_INT)
        assert_true(a->i == b->i);
    else if (a->kind == LEDGER_DOUBLE)
        assert_memory_equal(&a->d, &b->d, sizeof a->d);
    else if (a->kind == LEDGER_TEXT)
        assert_true(a->text.length == b->text.length &&
                    memcmp(a->text.bytes, b->text.bytes, a->text.length) == 0);
}

static void values(void **state)
{
    (void)state;
    const struct {
        LedgerValue value;
        DynamoType type;
        const char *text;
        bool is_double;
    } rows[] = {
        {whole(0), DYNAMO_NUMBER, "0", false},
        {whole(INT64_MAX), DYNAMO_NUMBER, "9223372036854775807", false},
        {whole(INT64_MIN), DYNAMO_NUMBER, "-9223372036854775808", false},
        {real(0.1), DYNAMO_NUMBER, "0.1", false},
        {real(-2.5), DYNAMO_NUMBER, "-2.5", false},
        {real(3.0), DYNAMO_NUMBER, "3", true},
        {real(0.0), DYNAMO_NUMBER, "0", true},
        {real(-0.0), DYNAMO_STRING, "-0", true},
        {real(1e22), DYNAMO_NUMBER, "1e22", true},
        {real(1e126), DYNAMO_STRING, "1e126", true},
        {real(-1e300), DYNAMO_STRING, "-1e300", true},
        {real(9.9e-131), DYNAMO_STRING, "9.9e-131", true},
        {real(5e-324), DYNAMO_STRING, "5e-324", true},
        {real(DBL_MAX), DYNAMO_STRING, "1.7976931348623157e308", true},
        {real(INFINITY), DYNAMO_STRING, "Infinity", true},
        {real(-INFINITY), DYNAMO_STRING, "-Infinity", true},
        {text(""), DYNAMO_STRING, "", false},
        {text("18446744073709551615"), DYNAMO_STRING, "18446744073709551615", false},
        {text("ü\n"), DYNAMO_STRING, "ü\n", false},
        {text("\377\376 \200"), DYNAMO_BINARY, "//4ggA==", false},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        Arena a = {0};
        Error e = {0};
        DynamoAttribute out = {.name = "v"};
        LedgerValue back = {0};
        bool is_double;
        assert_ok(value_write(&rows[i].value, &a, &out, &is_double, &e), &e);
        assert_string_equal(out.text, rows[i].text);
        assert_int_equal(out.type, rows[i].type);
        assert_int_equal(is_double, rows[i].is_double);
        assert_ok(value_read(&out, is_double, &a, &back, &e), &e);
        assert_same(&rows[i].value, &back);
        arena_deinit(&a);
    }
}

/* As the service spells numbers, and what it never gave. */
static void other_spellings(void **state)
{
    (void)state;
    static const struct {
        DynamoAttribute attribute;
        bool is_double;
        const char *words; /* of the refusal; NULL: it is that number */
        double value;
    } rows[] = {
        {{"v", DYNAMO_NUMBER, "10000000000000000000000"}, true, NULL, 1e22},
        {{"v", DYNAMO_NUMBER, "10000000000000000000000"}, false, NULL, 1e22},
        {{"v", DYNAMO_NUMBER, "1E-7"}, false, NULL, 1e-7},
        {{"v", DYNAMO_NUMBER, "x"}, false, "no number", 0},
        {{"v", DYNAMO_STRING, "x"}, true, "no number", 0},
        {{"v", DYNAMO_STRING, "nan"}, true, "no number", 0},
        {{"v", DYNAMO_BOOL, "true"}, false, "no text", 0},
        {{"v", DYNAMO_BINARY, "AA"}, false, "no base64", 0},
        {{"v", DYNAMO_BINARY, "YQBi"}, false, "NUL", 0},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        Arena a = {0};
        Error e = {0};
        LedgerValue back = {0};
        bool ok = value_read(&rows[i].attribute, rows[i].is_double, &a, &back, &e);
        const char *words = rows[i].words;
        assert_int_equal(ok, !words);
        if (words)
            assert_true(strstr(e.message, words) && strcmp(e.code, "bad_row") == 0);
        else
            assert_true(back.kind == LEDGER_DOUBLE && back.d == rows[i].value);
        arena_deinit(&a);
    }
}

/* ---- rows */

enum { COLUMNS_MOST = 64 };

typedef struct Written {
    Arena arena;
    RowItems items;
    LedgerValue values[COLUMNS_MOST];
    LedgerRow row;
} Written;

static size_t column(LedgerTable table, const char *name)
{
    size_t count, i = 0;
    const char *const *columns = ledger_columns(table, &count);
    while (i < count && strcmp(columns[i], name) != 0)
        i++;
    assert_true(i < count);
    return i;
}

static void write_row(Written *w)
{
    static const RowPlace place = {
        .partition = "/x.nc", .sort = "G#00000007", .more = "G#00000007", .uri = NULL};
    Error e = {0};
    w->row.values = w->values;
    assert_ok(row_write(&w->row, &place, &w->arena, &w->items, &e), &e);
}

static void read_row(Written *w, LedgerRow *out)
{
    Error e = {0};
    ItemList list = {.items = w->items.rest, .count = w->items.rest_count};
    RowSource s = {.list = &list, .arena = &w->arena};
    DynamoItem first = {w->items.first, w->items.first_count};
    assert_ok(row_read(&s, w->row.table, &first, "G#00000007", out, &e), &e);
    assert_int_equal(s.at, w->items.rest_count);
}

static void assert_same_row(const Written *w, const LedgerRow *back)
{
    size_t count;
    ledger_columns(w->row.table, &count);
    assert_string_equal(back->unit, w->row.unit);
    for (size_t i = 0; i < count; i++)
        assert_same(&w->values[i], &back->values[i]);
}

static void rows_and_back(void **state)
{
    (void)state;
    for (LedgerTable table = LEDGER_FILES; table <= LEDGER_FAILURES; table++) {
        Written w = {.row = {.table = table, .unit = "a/\377"}};
        LedgerRow back;
        size_t count;
        ledger_columns(table, &count);
        for (size_t i = 0; i < count; i++)
            w.values[i] = i % 4 == 0   ? whole((int64_t)i)
                          : i % 4 == 1 ? real((double)i)
                          : i % 4 == 2 ? text("t")
                                       : (LedgerValue){0};
        write_row(&w);
        assert_int_equal(w.items.rest_count, 0);
        read_row(&w, &back);
        assert_same_row(&w, &back);
        arena_deinit(&w.arena);
    }
}

/* Two texts too long for one item, one of them in three pieces that must not cut a letter. */
static void long_rows(void **state)
{
    (void)state;
    enum { LONG = 700001 };
    char *raw = malloc(LONG), *letters = malloc(LONG);
    assert_true(raw && letters);
    memset(raw, '\377', LONG - 1);
    for (size_t i = 0; i + 3 < LONG; i += 3)
        memcpy(letters + i, "\342\202\254", 3);
    raw[LONG - 1] = letters[LONG / 3 * 3] = '\0';
    Written w = {.row = {.table = LEDGER_FILES, .unit = ""}};
    LedgerRow back;
    w.values[column(LEDGER_FILES, "reason")] = text(raw);
    w.values[column(LEDGER_FILES, "notes")] = text(letters);
    w.values[column(LEDGER_FILES, "place")] = text("here");
    write_row(&w);
    assert_int_equal(w.items.rest_count, 6);
    for (size_t i = 0; i < w.items.rest_count; i++)
        assert_in_range(dynamo_item_size(&w.items.rest[i]), 90000, 310000);
    DynamoItem first = {w.items.first, w.items.first_count};
    assert_string_equal(dynamo_item_text(&first, "continued"), "reason notes");
    assert_null(item_attribute(&first, "notes"));
    /* the service gives them by their keys */
    DynamoItem sorted[6];
    memcpy(sorted, w.items.rest + 3, 3 * sizeof *sorted);
    memcpy(sorted + 3, w.items.rest, 3 * sizeof *sorted);
    memcpy(w.items.rest, sorted, sizeof sorted);
    assert_string_equal(dynamo_item_text(&sorted[0], "sk"), "G#00000007#notes#0001");
    read_row(&w, &back);
    assert_same_row(&w, &back);
    arena_deinit(&w.arena);
    free(raw);
    free(letters);
}

#define PIECE(key)                                                                                 \
    {                                                                                              \
        {"sk", DYNAMO_STRING, key},                                                                \
        {                                                                                          \
            "text", DYNAMO_STRING, "x"                                                             \
        }                                                                                          \
    }

static void rows_refused(void **state)
{
    (void)state;
    static const struct {
        DynamoAttribute first[3], piece[2];
        const char *words;
    } rows[] = {
        {{{"sk", DYNAMO_STRING, "G#7"}}, PIECE("H"), "item \"G#7\": it has no \"unit\""},
        {{{"unit", DYNAMO_NUMBER, "1"}}, PIECE("H"), "\"unit\" is no text"},
        {{{"unit", DYNAMO_STRING, ""}, {"continued", DYNAMO_STRING, "notes"}},
         PIECE("H"),
         "a part of it is missing"},
        {{{"unit", DYNAMO_STRING, ""}, {"continued", DYNAMO_STRING, "notes"}},
         PIECE("G#7#facts#0001"),
         "continues what is whole"},
        {{{"unit", DYNAMO_STRING, ""},
          {"notes", DYNAMO_STRING, "x"},
          {"continued", DYNAMO_STRING, "notes"}},
         PIECE("G#7#notes#0001"),
         "continues what is whole"},
        {{{"unit", DYNAMO_STRING, ""}, {"continued", DYNAMO_STRING, "notes"}},
         {{"sk", DYNAMO_STRING, "G#7#notes#0001"}, {"texts", DYNAMO_STRING, "x"}},
         "it has no \"text\""},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        Arena a = {0};
        Error e = {0};
        LedgerRow out;
        DynamoItem piece = {rows[i].piece, 2}, first = {rows[i].first, 0};
        while (first.count < 3 && rows[i].first[first.count].name)
            first.count++;
        ItemList list = {.items = &piece, .count = 1};
        RowSource s = {.list = &list, .arena = &a};
        assert_false(row_read(&s, LEDGER_FILES, &first, "G#7", &out, &e));
        print_message("%s\n", e.message);
        assert_non_null(strstr(e.message, rows[i].words));
        assert_string_equal(e.code, "bad_row");
        arena_deinit(&a);
    }
}

/* Names that the items have beside the ledger's columns. */
static void names_are_free(void **state)
{
    (void)state;
    static const char *const own[] = {"pk",       "sk",      "uri",          "generation", "kind",
                                      "unit",     "doubles", "layout",       "continued",  "text",
                                      "revision", "items",   "failure_items"};
    for (LedgerTable table = LEDGER_FILES; table <= LEDGER_FAILURES; table++) {
        size_t count;
        const char *const *columns = ledger_columns(table, &count);
        for (size_t i = 0; i < count * CASES(own); i++)
            assert_string_not_equal(columns[i / CASES(own)], own[i % CASES(own)]);
    }
}

static const Case cases[] = {
    {"partitions", partitions},
    {"generations", generations},
    {"values", values},
    {"other_spellings", other_spellings},
    {"rows_and_back", rows_and_back},
    {"long_rows", long_rows},
    {"rows_refused", rows_refused},
    {"names_are_free", names_are_free},
};

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "--do") == 0)
        return do_command(argc - 2, argv + 2);
    return cases_main(argc, argv, cases, CASES(cases));
}
