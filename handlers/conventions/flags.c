/* flags.c: counts of flags. Equal values are gathered in slots first, so that the tests look at
 * each different value a few times only. */
#include "handlers/conventions/flags.h"

uint64_t flags_width(const Flags *f)
{
    return f->size >= 1 && f->size < 8 ? ((uint64_t)1 << (8 * f->size)) - 1 : UINT64_MAX;
}

void flags_add(Flags *f, Arena *a, const FlagTest *test)
{
    FlagTest *tests = arena_grow(a, f->tests, &f->capacity, f->test_count + 1, sizeof *tests);
    if (!tests)
        return;
    f->tests = tests;
    tests[f->test_count++] = *test;
    f->assessed |= test->verdict != VERDICT_NONE;
}

static bool is_code(const Flags *f, uint64_t value)
{
    for (size_t i = 0; f->codes && i < f->test_count; i++)
        if (f->tests[i].value == value)
            return true;
    return false;
}

void flags_prefer_tests(Flags *f)
{
    Unpacking *u = &f->unpacking;
    size_t kept = 0;
    for (size_t i = 0; i < u->mask_count; i++)
        if (!is_code(f, u->masks[i].u & flags_width(f)))
            u->masks[kept++] = u->masks[i];
    u->mask_count = kept;
    f->has_fill = f->has_fill && !is_code(f, (unsigned char)f->fill);
}

static void settle_value(Flags *f, uint64_t value, uint64_t count)
{
    Verdict worst = VERDICT_GOOD;
    uint64_t explained = 0;
    bool any = false;
    for (size_t i = 0; i < f->test_count; i++) {
        FlagTest *t = &f->tests[i];
        if ((value & t->mask) != t->value)
            continue;
        t->count += count;
        worst = t->verdict > worst ? t->verdict : worst;
        explained |= t->mask;
        any = true;
    }
    bool is_zero = value == 0 && (!f->codes || f->zero_good);
    if (!is_zero && (f->codes ? !any : (value & ~explained) != 0)) {
        f->unexplained += count;
        worst = VERDICT_NONE > worst ? VERDICT_NONE : worst;
    }
    f->verdicts[worst] += count;
}

void flags_settle(Flags *f)
{
    for (size_t i = 0; i < FLAG_SLOTS; i++) {
        if (f->slots[i].count > 0)
            settle_value(f, f->slots[i].value, f->slots[i].count);
        f->slots[i].count = 0;
    }
}

static bool is_missing(const Flags *f, uint64_t value)
{
    if (f->is_char)
        return value == 0 || (f->has_fill && value == (unsigned char)f->fill);
    for (size_t i = 0; i < f->unpacking.mask_count; i++)
        if (value == (f->unpacking.masks[i].u & flags_width(f)))
            return true;
    return false;
}

static void take(Flags *f, uint64_t value, uint64_t count)
{
    size_t at = (size_t)(value * 0x9e3779b97f4a7c15u >> 58);
    if (is_missing(f, value)) {
        f->verdicts[VERDICT_MISSING] += count;
        return;
    }
    if (f->slots[at].value != value && f->slots[at].count > 0) {
        settle_value(f, f->slots[at].value, f->slots[at].count);
        f->slots[at].count = 0;
    }
    f->slots[at].value = value;
    f->slots[at].count += count;
}

/* The same value again and again is the rule: runs of it are taken at once. */
#define TAKE_RUNS(ctype)                                                                           \
    static void take_##ctype(Flags *f, const ctype *values, uint64_t count)                        \
    {                                                                                              \
        uint64_t start = 0;                                                                        \
        for (uint64_t i = 1; i <= count; i++) {                                                    \
            if (i < count && values[i] == values[start])                                           \
                continue;                                                                          \
            take(f, values[start], i - start);                                                     \
            start = i;                                                                             \
        }                                                                                          \
    }

TAKE_RUNS(uint8_t)
TAKE_RUNS(uint16_t)
TAKE_RUNS(uint32_t)
TAKE_RUNS(uint64_t)

void flags_block(Flags *f, const void *values, uint64_t count)
{
    if (f->size == 1)
        take_uint8_t(f, values, count);
    else if (f->size == 2)
        take_uint16_t(f, values, count);
    else if (f->size == 4)
        take_uint32_t(f, values, count);
    else
        take_uint64_t(f, values, count);
}

void flags_wire(Flags *f, Wire *w)
{
    flags_settle(f);
    for (size_t i = 0; i < VERDICT_COUNT; i++)
        wire_varint(w, &f->verdicts[i]);
    wire_varint(w, &f->unexplained);
    for (size_t i = 0; i < f->test_count; i++)
        wire_varint(w, &f->tests[i].count);
}

void flags_merge(Flags *f, const Flags *later)
{
    flags_settle(f);
    for (size_t i = 0; i < VERDICT_COUNT; i++)
        f->verdicts[i] += later->verdicts[i];
    f->unexplained += later->unexplained;
    for (size_t i = 0; i < f->test_count; i++)
        f->tests[i].count += later->tests[i].count;
}

uint64_t flags_total(const Flags *f)
{
    uint64_t total = 0;
    for (size_t i = 0; i < VERDICT_COUNT; i++)
        total += f->verdicts[i];
    return total;
}
