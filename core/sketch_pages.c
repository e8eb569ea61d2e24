/* sketch_pages.c: a two-level directory of pages of counters. */
#include "core/sketch_pages.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum {
    MANTISSA_BITS = 12,
    KEY_BITS = 1 + 11 + MANTISSA_BITS,
    KEY_SHIFT = 64 - KEY_BITS,
    PAGE_BITS = 7,
    PAGE_SIZE = 1 << PAGE_BITS,
    NODE_BITS = 8,
    NODE_SIZE = 1 << NODE_BITS,
    NODE_COUNT = 1 << (KEY_BITS - PAGE_BITS - NODE_BITS),
    WHOLE_OFFSET = 32768,
    WHOLE_KEYS = WHOLE_OFFSET + 65536,
    COARSE_MAX = 5, /* all pages that there can be are no more than SKETCH_PAGES_MAX */
};

typedef union Page {
    uint64_t counts[PAGE_SIZE];
    union Page *spare; /* the next one in the list of pages that a collapse has set free */
} Page;

typedef struct Node {
    Page *pages[NODE_SIZE];
} Node;

struct SketchPages {
    Arena *arena;
    bool whole;
    unsigned coarse; /* mantissa bits given up */
    size_t page_count;
    uint64_t bits_seen; /* OR of all values: mantissa bits below the key that are 0 in every one */
    Page *spare;
    Node *nodes[NODE_COUNT];
};

SketchPages *sketch_pages_new(Arena *a, bool whole)
{
    SketchPages *p = arena_alloc(a, sizeof *p);
    if (p)
        *p = (SketchPages){.arena = a, .whole = whole};
    return p;
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint32_t whole_key(double value)
{
    return (uint32_t)((int32_t)value + WHOLE_OFFSET);
}

static uint32_t key_of(const SketchPages *p, double value)
{
    return p->whole ? whole_key(value) : (uint32_t)(bits_of(value) >> (KEY_SHIFT + p->coarse));
}

static Page *find_page(const SketchPages *p, uint32_t id)
{
    const Node *node = p->nodes[id >> NODE_BITS];
    return node ? node->pages[id % NODE_SIZE] : NULL;
}

static bool put_page(SketchPages *p, uint32_t id, Page *page)
{
    Node **node = &p->nodes[id >> NODE_BITS];
    if (!*node)
        *node = arena_alloc(p->arena, sizeof **node);
    if (!*node)
        return false;
    (*node)->pages[id % NODE_SIZE] = page;
    return true;
}

/* Pairs of neighbouring buckets become one: `into` takes the lower half of the new page from
 * `lower`, the upper half from `upper`; either may be NULL, `into` is one of them. */
static void halve(Page *into, const Page *lower, const Page *upper)
{
    Page merged = {0};
    for (size_t i = 0; lower && i < PAGE_SIZE; i++)
        merged.counts[i / 2] += lower->counts[i];
    for (size_t i = 0; upper && i < PAGE_SIZE; i++)
        merged.counts[PAGE_SIZE / 2 + i / 2] += upper->counts[i];
    *into = merged;
}

/* Gives up one mantissa bit. In rising order of pages the new one never lies behind the two it is
 * made of, so that the directory is rewritten in place. */
static bool collapse(SketchPages *p)
{
    uint32_t page_ids = UINT32_C(1) << (KEY_BITS - PAGE_BITS - p->coarse);
    for (uint32_t id = 0; id < page_ids; id += 2) {
        Page *lower = find_page(p, id), *upper = find_page(p, id + 1);
        if (!lower && !upper)
            continue;
        Page *into = lower ? lower : upper;
        halve(into, lower, upper);
        Node *node = p->nodes[id >> NODE_BITS];
        node->pages[id % NODE_SIZE] = node->pages[id % NODE_SIZE + 1] = NULL;
        if (lower && upper) {
            upper->spare = p->spare;
            p->spare = upper;
            p->page_count--;
        }
        if (!put_page(p, id / 2, into))
            return false;
    }
    p->coarse++;
    return true;
}

static Page *new_page(SketchPages *p)
{
    Page *page = p->spare;
    if (!page)
        return arena_alloc(p->arena, sizeof *page);
    p->spare = page->spare;
    memset(page, 0, sizeof *page);
    return page;
}

/* The counter of a value whose page does not exist yet. NULL: arena full. */
static uint64_t *make_counter(SketchPages *p, double value)
{
    uint32_t key = key_of(p, value);
    Page *page = find_page(p, key >> PAGE_BITS);
    while (!page && p->page_count == SKETCH_PAGES_MAX) {
        if (!collapse(p))
            return NULL;
        key = key_of(p, value);
        page = find_page(p, key >> PAGE_BITS);
    }
    if (!page) {
        page = new_page(p);
        if (!page || !put_page(p, key >> PAGE_BITS, page))
            return NULL;
        p->page_count++;
    }
    return &page->counts[key % PAGE_SIZE];
}

bool sketch_pages_add_same(SketchPages *p, double value, uint64_t times)
{
    uint64_t *counter = make_counter(p, value);
    if (!counter)
        return false;
    *counter += times;
    p->bits_seen |= bits_of(value);
    return true;
}

/* Counts values until one needs a new page; returns how many. The constant arguments give a loop of
 * its own for each kind of key. */
static inline size_t add_known(SketchPages *p, const double *values, size_t count, bool whole,
                               unsigned shift)
{
    uint64_t bits_seen = 0;
    size_t i = 0;
    for (; i < count; i++) {
        uint64_t bits = bits_of(values[i]);
        uint32_t key = whole ? whole_key(values[i]) : (uint32_t)(bits >> shift);
        Page *page = find_page(p, key >> PAGE_BITS);
        if (!page)
            break;
        page->counts[key % PAGE_SIZE]++;
        bits_seen |= bits;
    }
    p->bits_seen |= bits_seen;
    return i;
}

bool sketch_pages_add(SketchPages *p, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const double *rest = values + i;
        if (p->whole)
            i += add_known(p, rest, count - i, true, 0);
        else if (p->coarse == 0)
            i += add_known(p, rest, count - i, false, KEY_SHIFT);
        else
            i += add_known(p, rest, count - i, false, KEY_SHIFT + p->coarse);
        if (i < count && !sketch_pages_add_same(p, values[i], 1))
            return false;
    }
    return true;
}

/* A value of the bucket: its end next to zero. */
static double value_of(bool whole, unsigned coarse, uint32_t key)
{
    if (whole)
        return (double)key - WHOLE_OFFSET;
    return from_bits((uint64_t)key << (KEY_SHIFT + coarse));
}

static double key_value(const SketchPages *p, uint32_t key)
{
    return value_of(p->whole, p->coarse, key);
}

static bool merge_page(SketchPages *p, const SketchPages *other, uint32_t id, const Page *page)
{
    for (uint32_t i = 0; i < PAGE_SIZE; i++) {
        double value = key_value(other, id << PAGE_BITS | i);
        if (page->counts[i] > 0 && !sketch_pages_add_same(p, value, page->counts[i]))
            return false;
    }
    return true;
}

bool sketch_pages_merge(SketchPages *p, const SketchPages *other)
{
    while (p->coarse < other->coarse)
        if (!collapse(p))
            return false;
    for (uint32_t n = 0; n < NODE_COUNT; n++) {
        for (uint32_t i = 0; other->nodes[n] && i < NODE_SIZE; i++) {
            const Page *page = other->nodes[n]->pages[i];
            if (page && !merge_page(p, other, n << NODE_BITS | i, page))
                return false;
        }
    }
    p->bits_seen |= other->bits_seen;
    return true;
}

/* Counters travel as the distance from the last key and the count; distance 0 is the end. */
static uint64_t write_page(const Page *page, uint32_t id, uint32_t *next, Wire *w)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < PAGE_SIZE; i++) {
        uint64_t count = page->counts[i], distance = (id << PAGE_BITS | i) + 1 - *next;
        if (count == 0)
            continue;
        wire_varint(w, &distance);
        wire_varint(w, &count);
        total += count;
        *next += (uint32_t)distance;
    }
    return total;
}

static uint64_t write_counters(const SketchPages *p, Wire *w)
{
    uint64_t total = 0, end = 0;
    uint32_t next = 0;
    for (uint32_t n = 0; n < NODE_COUNT; n++) {
        for (uint32_t i = 0; p->nodes[n] && i < NODE_SIZE; i++) {
            const Page *page = p->nodes[n]->pages[i];
            if (page)
                total += write_page(page, n << NODE_BITS | i, &next, w);
        }
    }
    wire_varint(w, &end);
    return total;
}

/* The counter behind the one of `*next` - 1. False behind the last one, or where it is refused. */
static bool read_counter(SketchPages *p, unsigned coarse, uint32_t *next, uint64_t *count, Wire *w)
{
    uint64_t distance = 0, end = p->whole ? WHOLE_KEYS : UINT64_C(1) << (KEY_BITS - coarse);
    wire_varint(w, &distance);
    if (distance == 0)
        return false;
    wire_varint(w, count);
    if (distance > end - *next || *count == 0) {
        wire_fail(w, "a counter that cannot be");
        return false;
    }
    *next += (uint32_t)distance;
    double value = value_of(p->whole, coarse, *next - 1);
    if (!isfinite(value))
        wire_fail(w, "a counter of values that are not finite");
    else if (!sketch_pages_add_same(p, value, *count))
        wire_fail(w, "no memory for counters");
    return !w->failed;
}

static uint64_t read_counters(SketchPages *p, unsigned coarse, Wire *w)
{
    uint64_t total = 0, count = 0;
    uint32_t next = 0;
    while (read_counter(p, coarse, &next, &count, w))
        if (__builtin_add_overflow(total, count, &total))
            wire_fail(w, "more values than can be counted");
    return w->failed ? 0 : total;
}

uint64_t sketch_pages_wire(SketchPages *p, Wire *w)
{
    uint32_t coarse = p->coarse;
    uint64_t bits_seen = p->bits_seen;
    wire_below(w, &coarse, COARSE_MAX + 1, "counters too coarse");
    wire_u64(w, &bits_seen);
    if (w->out)
        return write_counters(p, w);
    p->coarse = p->whole ? 0 : coarse;
    p->bits_seen = bits_seen;
    return read_counters(p, coarse, w);
}

/* Keys in rising order of the values: of doubles first the negative ones, from the greatest
 * magnitude down. Pages stay together in this order. */
static uint32_t key_at(const SketchPages *p, uint32_t order)
{
    uint32_t half = UINT32_C(1) << (KEY_BITS - p->coarse - 1);
    if (p->whole)
        return order;
    return order < half ? 2 * half - 1 - order : order - half;
}

static void describe_bucket(const SketchPages *p, uint32_t key, SketchBucket *out)
{
    double near = key_value(p, key);
    unsigned shift = KEY_SHIFT + p->coarse;
    bool exact = p->whole || (p->bits_seen & ((UINT64_C(1) << shift) - 1)) == 0;
    out->low = out->high = near + 0.0; /* not -0 */
    if (exact || near == 0)
        return;
    double far = from_bits((uint64_t)(key + 1) << shift);
    if (near < 0)
        out->low = far < -DBL_MAX ? -DBL_MAX : far;
    else
        out->high = far > DBL_MAX ? DBL_MAX : far;
}

static uint64_t page_total(const Page *page)
{
    uint64_t total = 0;
    for (size_t i = 0; i < PAGE_SIZE; i++)
        total += page->counts[i];
    return total;
}

bool sketch_cursor_page(SketchCursor *c, SketchBucket *whole)
{
    const SketchPages *p = c->pages;
    uint32_t end = UINT32_C(1) << (KEY_BITS - p->coarse);
    c->next += c->to_come;
    while (c->next < end) {
        uint32_t key = key_at(p, c->next);
        const Node *node = p->nodes[key >> PAGE_BITS >> NODE_BITS];
        const Page *page = find_page(p, key >> PAGE_BITS);
        if (!page) {
            uint32_t skip = node ? PAGE_SIZE : PAGE_SIZE * NODE_SIZE;
            c->next = (c->next / skip + 1) * skip;
            continue;
        }
        SketchBucket last;
        describe_bucket(p, key, whole);
        describe_bucket(p, key_at(p, c->next + PAGE_SIZE - 1), &last);
        whole->high = last.high;
        whole->count = page_total(page);
        c->to_come = PAGE_SIZE;
        return true;
    }
    c->to_come = 0;
    return false;
}

bool sketch_cursor_next(SketchCursor *c, SketchBucket *out)
{
    while (c->to_come > 0) {
        uint32_t key = key_at(c->pages, c->next);
        c->next++;
        c->to_come--;
        out->count = find_page(c->pages, key >> PAGE_BITS)->counts[key % PAGE_SIZE];
        if (out->count > 0) {
            describe_bucket(c->pages, key, out);
            return true;
        }
    }
    return false;
}
