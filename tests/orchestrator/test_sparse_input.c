/* test_sparse_input.c: which blocks are there, which are asked for, and what an Input with holes
 * reads. */
#include "orchestrator/sparse_input.h"

#include "orchestrator/job_internal.h"
#include "tests/support/cases.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BLOCK = BLOCK_BYTES, ASKS_MAX = 512 };

static void runs(void **state)
{
    (void)state;
    static const struct {
        uint64_t offset, length;
        size_t begin, end;
    } rows[] = {
        {0, 1, 0, 1},
        {0, BLOCK, 0, 1},
        {0, BLOCK + 1, 0, 2},
        {BLOCK - 1, 2, 0, 2},
        {BLOCK, 1, 1, 2},
        {3 * (uint64_t)BLOCK + 5, 7, 3, 4},
        {0, 0, 0, 0},
        {2 * BLOCK, BLOCK, 2, 3},
        {UINT64_C(1) << 45, 1, 1 << 27, (1 << 27) + 1},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        BlockRun r = blocks_of(rows[i].offset, rows[i].length);
        assert_int_equal(r.begin, rows[i].begin);
        assert_int_equal(r.end, rows[i].end);
    }
}

/* Against a list of bytes, over words of 64 blocks and a last block that is short. */
static void bookkeeping(void **state)
{
    (void)state;
    enum { COUNT = 200, STEPS = 2000 };
    Arena a;
    Blocks b;
    Error e;
    bool there[COUNT] = {0};
    arena_init(&a, 0);
    assert_ok(blocks_init(&b, (uint64_t)(COUNT - 1) * BLOCK + 17, &a, &e), &e);
    assert_int_equal(b.count, COUNT);
    assert_true(blocks_end_byte(&b, (BlockRun){5, 9}) == 9 * (uint64_t)BLOCK);
    assert_true(blocks_end_byte(&b, (BlockRun){5, COUNT}) == (COUNT - 1) * (uint64_t)BLOCK + 17);
    srand(7);
    for (int step = 0; step < STEPS; step++) {
        size_t begin = (size_t)rand() % COUNT, end = begin + (size_t)rand() % 90;
        end = end < COUNT ? end : COUNT;
        bool set = rand() % 3 > 0;
        blocks_set(&b, (BlockRun){begin, end}, set);
        memset(there + begin, set, end - begin);
        BlockRun within = {(size_t)rand() % COUNT, COUNT}, found;
        size_t first = within.begin;
        while (first < COUNT && there[first])
            first++;
        size_t last = first;
        while (last < COUNT && !there[last])
            last++;
        assert_int_equal(blocks_missing(&b, within, &found), first < COUNT);
        assert_true(first == COUNT || (found.begin == first && found.end == last));
    }
    arena_deinit(&a);
}

/* ---- an Input over a file that is empty but for what was asked for */

typedef struct World {
    Arena arena;
    int fd;
    Input in;
    SparseInput sparse;
    ZygoteAsk asked[ASKS_MAX];
    size_t asks;
    size_t cut_off_after; /* asks; 0: never */
} World;

static uint8_t byte_at(uint64_t offset)
{
    return (uint8_t)(offset * 2654435761U >> 13 | 1); /* a hole would be 0 */
}

static void put(int fd, uint64_t begin, uint64_t length)
{
    uint8_t *bytes = malloc(length);
    assert_non_null(bytes);
    for (uint64_t i = 0; i < length; i++)
        bytes[i] = byte_at(begin + i);
    assert_int_equal(pwrite(fd, bytes, length, (off_t)begin), length);
    free(bytes);
}

/* Only what is needed comes: that no other byte is read shows. */
static bool supply(void *context, const ZygoteAsk *ask)
{
    World *w = context;
    assert_true(w->asks < ASKS_MAX);
    w->asked[w->asks++] = *ask;
    if (w->cut_off_after && w->asks > w->cut_off_after)
        return false;
    put(w->fd, ask->offset, ask->length);
    return true;
}

static void begin(World *w, uint64_t size, uint64_t head)
{
    static uint8_t first[INPUT_HEAD_SIZE];
    Error e;
    *w = (World){.fd = memfd_create("holes", MFD_CLOEXEC)};
    arena_init(&w->arena, 0);
    assert_int_equal(ftruncate(w->fd, (off_t)size), 0);
    put(w->fd, 0, head);
    assert_ok(input_init(&w->in, w->fd, "holes", first, &e), &e);
    w->sparse = (SparseInput){.ask = supply, .context = w};
    assert_ok(sparse_input_init(&w->sparse, &w->in, head, &w->arena, &e), &e);
}

static void end(World *w)
{
    close(w->fd);
    arena_deinit(&w->arena);
}

static void check(World *w, uint64_t offset, size_t length)
{
    Error e;
    uint8_t *bytes = malloc(length);
    assert_non_null(bytes);
    assert_ok(input_read(&w->in, offset, bytes, length, &e), &e);
    for (size_t i = 0; i < length; i++)
        assert_int_equal(bytes[i], byte_at(offset + i));
    free(bytes);
}

static void reads_what_it_asked_for(void **state)
{
    (void)state;
    World w;
    uint64_t size = 40 * (uint64_t)BLOCK + 1000;
    begin(&w, size, 4 * BLOCK);
    check(&w, 100, 4 * BLOCK - 100);
    assert_int_equal(w.asks, 0);
    check(&w, 20 * (uint64_t)BLOCK + 5, 10);
    assert_int_equal(w.asks, 1);
    assert_true(w.asked[0].offset == 20 * (uint64_t)BLOCK && w.asked[0].length == BLOCK &&
                w.asked[0].ahead == 0); /* nobody knows yet what is next */
    check(&w, 20 * (uint64_t)BLOCK, BLOCK);
    assert_int_equal(w.asks, 1);
    check(&w, 19 * (uint64_t)BLOCK, 3 * BLOCK); /* around what is there */
    assert_int_equal(w.asks, 3);
    check(&w, size - 1, 1);
    assert_true(w.asked[3].length == 1000 && w.asked[3].ahead == 0);
    srand(3);
    for (int i = 0; i < 300; i++) {
        size_t length = (size_t)rand() % (3 * BLOCK) + 1;
        check(&w, (uint64_t)rand() % (size - length), length);
    }
    assert_true(w.asks <= 41);
    Error e;
    uint8_t byte;
    assert_false(input_read(&w.in, size, &byte, 1, &e));
    assert_string_equal(e.code, "truncated");
    end(&w);
}

/* Each block is needed once; what is wanted ahead grows up to 16 MiB and ends with the file. */
static void in_order(void **state)
{
    (void)state;
    enum { COUNT = 300, TABLE = 280 };
    World w;
    uint64_t most = 0;
    begin(&w, COUNT * (uint64_t)BLOCK - 9, 4 * BLOCK);
    for (uint64_t at = 4 * BLOCK; at + BLOCK <= 200 * (uint64_t)BLOCK; at += BLOCK / 2) {
        check(&w, at, BLOCK / 2);
        check(&w, TABLE * (uint64_t)BLOCK + at % 1000, 8); /* tables are looked up meanwhile */
    }
    assert_int_equal(w.asks, 197);
    uint64_t known = 4 * BLOCK, pieces = 0; /* what was asked for or wanted before */
    for (size_t i = 0; i < w.asks; i++) {
        const ZygoteAsk *k = &w.asked[i];
        uint64_t to = k->offset + k->length + k->ahead;
        most = k->ahead > most ? k->ahead : most;
        assert_true(to <= w.in.size);
        if (k->offset == TABLE * (uint64_t)BLOCK)
            continue;
        assert_true(k->offset <= known);
        pieces += to > known;
        known = to > known ? to : known;
    }
    assert_true(most == 16 << 20);
    assert_true(pieces < 16); /* and not one call for each block */
    end(&w);
}

/* Far jumps fetch what they need and nothing else, however they double. */
static void jumps(void **state)
{
    (void)state;
    World w;
    begin(&w, 200 * (uint64_t)BLOCK, 4 * BLOCK);
    for (uint64_t at = 4; at <= 128; at *= 2)
        check(&w, at * BLOCK, 8);
    uint64_t ahead = 0;
    for (size_t i = 1; i < w.asks; i++) /* the first follows the head */
        ahead += w.asked[i].ahead;
    assert_int_equal(w.asks, 6);
    assert_true(ahead == 0);
    end(&w);
}

static void what_cannot_be_had(void **state)
{
    (void)state;
    World w;
    Error e;
    uint8_t bytes[16];
    begin(&w, 20 * (uint64_t)BLOCK, 4 * BLOCK);
    w.cut_off_after = 1;
    check(&w, 6 * BLOCK, 10);
    for (int i = 0; i < 2; i++) { /* and is not taken for there afterwards */
        assert_false(input_read(&w.in, 9 * BLOCK, bytes, sizeof bytes, &e));
        assert_int_equal(e.kind, ERROR_RETRY);
    }
    assert_int_equal(w.asks, 3);
    end(&w);
}

/* Nothing is fetched for it, whatever a child has become. */
static void asks_of_a_hostile_child(void **state)
{
    (void)state;
    static const uint64_t size = 10 * (uint64_t)BLOCK + 7;
    static const ZygoteAsk rows[] = {
        {0, 0, 0},          {size, 1, 0},
        {size - 1, 2, 0},   {0, size + 1, 0},
        {0, size, 1},       {BLOCK, BLOCK, size - 2 * BLOCK + 1},
        {UINT64_MAX, 2, 0}, {1, UINT64_MAX, 0},
        {1, 1, UINT64_MAX}, {1, UINT64_MAX, UINT64_MAX},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        Supplier s = {.size_bytes = size, .asks_left = 5};
        assert_int_equal(job_supply(&s, &rows[i]), ZYGOTE_ASK_REFUSED);
    }
    Supplier often = {.size_bytes = size, .asks_left = 0};
    assert_int_equal(job_supply(&often, &(ZygoteAsk){0, BLOCK, 0}), ZYGOTE_ASK_REFUSED);
    Question q = {.size_bytes = size};
    volatile sig_atomic_t stop = 0;
    JobContext c = {.stop = &stop};
    assert_true(job_supplier(&c, &q).asks_left >= 11); /* the blocks there are */
    assert_true(job_supplier(&c, &q).asks_left < 11 + 100);
}

static const Case cases[] = {
    {"asks_of_a_hostile_child", asks_of_a_hostile_child},
    {"runs", runs},
    {"bookkeeping", bookkeeping},
    {"reads_what_it_asked_for", reads_what_it_asked_for},
    {"in_order", in_order},
    {"jumps", jumps},
    {"what_cannot_be_had", what_cannot_be_had},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
