/* quality_facts.c: how many values are good, doubtful, bad or missing, and which tests they failed.
 */
#include "handlers/conventions/convention.h"
#include "handlers/conventions/quality.h"
#include "handlers/conventions/schema.h"

#include <inttypes.h>
#include <string.h>

enum {
    INLINE = 350,       /* bytes of a list of counts on one line */
    QUALITY_MAX = 2048, /* variables */
};

static const char *const verdict_words[VERDICT_COUNT] = {
    [VERDICT_GOOD] = "good",
    [VERDICT_NONE] = "not assessed",
    [VERDICT_INDETERMINATE] = "indeterminate",
    [VERDICT_BAD] = "bad",
    [VERDICT_MISSING] = "missing",
};

bool quality_see(const Dataset *d, Buffer *evidence)
{
    (void)evidence;
    return d->var_count > 0;
}

void quality_watch(Watches *w)
{
    const Dataset *d = w->dataset;
    Quality q = {.dataset = d, .notes = &w->notes};
    for (size_t i = 0; i < d->var_count && w->count < QUALITY_MAX; i++) {
        Flags f = {0};
        Watch *watch = quality_flags(&q, &d->vars[i], &f) ? watch_flags(w, i) : NULL;
        if (!watch)
            continue;
        watch->flags->tests = f.tests;
        watch->flags->test_count = f.test_count;
        watch->flags->codes = f.codes;
        watch->flags->zero_good = f.zero_good;
        watch->flags->assessed = f.assessed;
        watch->flags->dialect = f.dialect;
        flags_prefer_tests(watch->flags);
    }
}

static void verdict_list(Buffer *out, const uint64_t *verdicts)
{
    const char *between = "";
    for (size_t i = 0; i < VERDICT_COUNT; i++) {
        if (verdicts[i] == 0)
            continue;
        buffer_printf(out, "%s%" PRIu64 " %s", between, verdicts[i], verdict_words[i]);
        between = ", ";
    }
}

/* Flags that nobody has assessed: how often each occurs. */
static void meaning_list(Buffer *out, const Flags *f)
{
    const char *between = "";
    for (size_t i = 0; i < f->test_count && out->length < INLINE; i++) {
        const FlagTest *t = &f->tests[i];
        if (t->count == 0)
            continue;
        buffer_printf(out, "%s%" PRIu64 " %s (%s)", between, t->count, t->meaning, t->label);
        between = ", ";
    }
    if (f->unexplained > 0)
        buffer_printf(out, "%s%" PRIu64 " without a meaning", out->length ? ", " : "",
                      f->unexplained);
    if (f->verdicts[VERDICT_MISSING] > 0)
        buffer_printf(out, "%s%" PRIu64 " not set", out->length ? ", " : "",
                      f->verdicts[VERDICT_MISSING]);
    if (!f->codes && f->verdicts[VERDICT_GOOD] > 0)
        buffer_printf(out, "%s%" PRIu64 " without any", out->length ? ", " : "",
                      f->verdicts[VERDICT_GOOD]);
}

/* Which tests failed, a line each. */
static void tell_tests(Dataset *d, const Var *v, const Flags *f)
{
    for (size_t i = 0; i < f->test_count && schema_has_room(d); i++) {
        const FlagTest *t = &f->tests[i];
        if (t->count == 0 || t->verdict == VERDICT_GOOD)
            continue;
        const char *word = t->assessment[0] ? t->assessment : verdict_words[t->verdict];
        dataset_fact(d, "%s, %s (%s): %" PRIu64 "%s%s", v->name, t->label, word, t->count,
                     t->meaning[0] ? ", " : "", t->meaning);
    }
    if (f->unexplained > 0)
        dataset_fact(d, "%s, described nowhere: %" PRIu64, v->name, f->unexplained);
}

static void tell_variable(Dataset *d, const Var *v, const Flags *f)
{
    auto_buffer Buffer list = {0};
    if (f->assessed)
        verdict_list(&list, f->verdicts);
    else
        meaning_list(&list, f);
    dataset_fact(d, "quality flags %s (%s): %" PRIu64 " values%s%s", v->name, f->dialect,
                 flags_total(f), list.length ? ": " : "", list.length ? list.bytes : "");
    if (f->assessed)
        tell_tests(d, v, f);
}

static void tell_all(Dataset *d, size_t variables, const uint64_t *verdicts)
{
    auto_buffer Buffer list = {0};
    uint64_t total = 0;
    for (size_t i = 0; i < VERDICT_COUNT; i++)
        total += verdicts[i];
    verdict_list(&list, verdicts);
    dataset_fact(d, "quality flags of %zu variables: %" PRIu64 " values%s%s", variables, total,
                 list.length ? ": " : "", list.length ? list.bytes : "");
}

static bool all_good(const Flags *f)
{
    return f->assessed && flags_total(f) > 0 && f->unexplained == 0 &&
           f->verdicts[VERDICT_GOOD] == flags_total(f);
}

static void tell_good(Dataset *d, const char *dialect, Buffer *names)
{
    if (names->length)
        dataset_fact(d, "quality flags (%s), all good: %s", dialect, names->bytes);
    buffer_clear(names);
}

/* Variables of which every value is good share their lines. */
static void tell_good_ones(const Watches *w, Dataset *d)
{
    auto_buffer Buffer names = {0};
    const char *dialect = "";
    for (size_t i = 0; i < d->var_count && schema_has_room(d); i++) {
        const Flags *f = watched_flags(w, i);
        if (!f || !f->dialect || !all_good(f))
            continue;
        if (strcmp(f->dialect, dialect) != 0 || names.length > INLINE)
            tell_good(d, dialect, &names);
        dialect = f->dialect;
        buffer_printf(&names, "%s%s", names.length ? ", " : "", d->vars[i].name);
    }
    tell_good(d, dialect, &names);
}

void quality_tell(const Watches *w, Dataset *d)
{
    uint64_t verdicts[VERDICT_COUNT] = {0};
    size_t assessed = 0;
    for (size_t i = 0; i < d->var_count; i++) {
        const Flags *f = watched_flags(w, i);
        for (size_t k = 0; f && f->assessed && k < VERDICT_COUNT; k++)
            verdicts[k] += f->verdicts[k];
        assessed += f && f->assessed;
    }
    if (w->count >= QUALITY_MAX)
        dataset_note(d, "more than %d quality variables: only the first are counted", QUALITY_MAX);
    if (assessed > 1)
        tell_all(d, assessed, verdicts);
    for (size_t i = 0; i < d->var_count && schema_has_room(d); i++) {
        const Flags *f = watched_flags(w, i);
        if (f && f->dialect && !all_good(f))
            tell_variable(d, &d->vars[i], f);
    }
    tell_good_ones(w, d);
}
