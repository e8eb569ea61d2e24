/* merge_choose.c: which outcome of a file counts, and what the others still have to tell. */
#include "orchestrator/merge_choose.h"

#include <string.h>

static const LedgerValue *value(const LedgerRow *row, const char *column)
{
    static const LedgerValue none = {.kind = LEDGER_NULL};
    size_t count;
    const char *const *names = ledger_columns(row->table, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], column) == 0)
            return &row->values[i];
    return &none;
}

static StringView text(const LedgerRow *row, const char *column)
{
    const LedgerValue *v = value(row, column);
    return v->kind == LEDGER_TEXT ? v->text : (StringView){0};
}

static int compare_texts(StringView a, StringView b)
{
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter > 0 ? memcmp(a.bytes, b.bytes, shorter) : 0;
    return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

static int compare_values(const LedgerValue *a, const LedgerValue *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    switch (a->kind) {
    case LEDGER_INT:
        return (a->i > b->i) - (a->i < b->i);
    case LEDGER_DOUBLE:
        return (a->d > b->d) - (a->d < b->d);
    case LEDGER_TEXT:
        return compare_texts(a->text, b->text);
    case LEDGER_NULL:
    default:
        return 0;
    }
}

/* Of a failure without what has become of it. */
static int compare_rows(const LedgerRow *a, const LedgerRow *b)
{
    size_t count;
    const char *const *names = ledger_columns(a->table, &count);
    if (a->table != b->table)
        return a->table < b->table ? -1 : 1;
    int order = strcmp(a->unit, b->unit);
    for (size_t i = 0; order == 0 && i < count; i++)
        if (strncmp(names[i], "cleared", 7) != 0)
            order = compare_values(&a->values[i], &b->values[i]);
    return order;
}

/* ---- which outcome counts */

static const char *const version_columns[] = {"mtime_ns", "size_bytes", "inode", "device"};
enum { VERSION_COLUMNS = sizeof version_columns / sizeof *version_columns };

/* The file itself is the first row. Versions that were recorded in the same second have an order,
 * too, so that the order of the ledgers decides nothing. */
static int compare_versions(const Telling *a, const Telling *b)
{
    for (size_t i = 0; i < VERSION_COLUMNS; i++) {
        const LedgerValue *x = value(&a->rows[0], version_columns[i]);
        const LedgerValue *y = value(&b->rows[0], version_columns[i]);
        if (x->i != y->i)
            return x->i < y->i ? -1 : 1;
    }
    return 0;
}

static int compare_recorded(const Telling *a, const Telling *b)
{
    return compare_texts(text(&a->rows[0], "recorded"), text(&b->rows[0], "recorded"));
}

/* How much the outcome tells. */
static size_t rank(const Telling *t)
{
    static const char *const states[] = {"waiting", "ignored", "failed", "partial", "done"};
    StringView state = text(&t->rows[0], "state");
    size_t i = sizeof states / sizeof *states;
    while (i-- > 0)
        if (compare_texts(state, (StringView){states[i], strlen(states[i])}) == 0)
            return i + 1;
    return 0;
}

static size_t outcome_rows(const Telling *t)
{
    size_t count = 0;
    while (count < t->count && t->rows[count].table != LEDGER_FAILURES)
        count++;
    return count;
}

/* So that of two that are worth the same the order of the ledgers decides nothing, either. */
static int compare_content(const Telling *a, const Telling *b)
{
    size_t of_a = outcome_rows(a), of_b = outcome_rows(b);
    int order = 0;
    for (size_t i = 0; order == 0 && i < of_a && i < of_b; i++)
        order = compare_rows(&a->rows[i], &b->rows[i]);
    return order != 0 ? order : (of_a > of_b) - (of_a < of_b);
}

static const Telling *newest(const Telling *all, size_t count)
{
    const Telling *best = &all[0];
    for (size_t i = 1; i < count; i++) {
        int order = compare_recorded(&all[i], best);
        if (order > 0 || (order == 0 && compare_versions(&all[i], best) > 0))
            best = &all[i];
    }
    return best;
}

static size_t choose(const Telling *all, size_t count)
{
    const Telling *version = newest(all, count);
    size_t best = (size_t)(version - all);
    for (size_t i = 0; i < count; i++) {
        if (i == best || compare_versions(&all[i], version) != 0)
            continue;
        size_t mine = rank(&all[i]), its = rank(&all[best]);
        int later = compare_recorded(&all[i], &all[best]);
        if (later == 0)
            later = compare_content(&all[i], &all[best]);
        if (mine > its || (mine == its && later > 0))
            best = i;
    }
    return best;
}

/* ---- the failures of the others */

typedef struct Merged {
    Arena *arena;
    LedgerRow *rows;
    size_t count, capacity, failures; /* where those begin */
} Merged;

static bool add(Merged *m, size_t at, const LedgerRow *row, Error *e)
{
    LedgerRow *grown = arena_grow(m->arena, m->rows, &m->capacity, m->count + 1, sizeof *grown);
    if (!grown)
        return arena_full(m->arena, e);
    memmove(grown + at + 1, grown + at, (m->count - at) * sizeof *grown);
    grown[at] = *row;
    m->rows = grown;
    m->count++;
    return true;
}

/* The same failure, whatever has become of it. */
static LedgerRow *find_failure(const Merged *m, const LedgerRow *row)
{
    for (size_t i = m->failures; i < m->count; i++)
        if (compare_rows(&m->rows[i], row) == 0)
            return &m->rows[i];
    return NULL;
}

/* Behind the last that is no younger. */
static size_t place_of(const Merged *m, const LedgerRow *row)
{
    size_t at = m->count;
    StringView time = text(row, "time");
    for (; at > m->failures; at--) {
        const LedgerRow *before = &m->rows[at - 1];
        int order = compare_texts(text(before, "time"), time);
        if (order < 0 || (order == 0 && compare_rows(before, row) < 0))
            break;
    }
    return at;
}

static bool says(const LedgerRow *row, const char *column, const char *word)
{
    return compare_texts(text(row, column), (StringView){word, strlen(word)}) == 0;
}

/* Nothing has cleared it but a merge, or the other's version that this one takes the place of. */
static bool still_stands(const LedgerRow *failure, const Telling *where)
{
    return value(failure, "cleared")->kind == LEDGER_NULL ||
           says(failure, "cleared_by", "merged") ||
           (says(failure, "cleared_by", "superseded") &&
            compare_texts(text(failure, "cleared"), text(&where->rows[0], "recorded")) == 0);
}

/* A failure that still stands elsewhere does not stand here: the outcome that counts is not its. */
static bool as_history(Merged *m, LedgerRow *row, const Telling *where, const char *by, Error *e)
{
    size_t count;
    const char *const *names = ledger_columns(LEDGER_FAILURES, &count);
    if (!still_stands(row, where))
        return true;
    LedgerValue *values = arena_array(m->arena, count, sizeof *values);
    if (!values)
        return arena_full(m->arena, e);
    by = says(row, "cleared_by", "superseded") ? "superseded" : by;
    for (size_t i = 0; i < count; i++) {
        values[i] = row->values[i];
        if (strcmp(names[i], "cleared") == 0)
            values[i] = *value(&m->rows[0], "recorded");
        else if (strcmp(names[i], "cleared_by") == 0)
            values[i] = (LedgerValue){.kind = LEDGER_TEXT, .text = {by, strlen(by)}};
    }
    row->values = values;
    return true;
}

/* What is known of it stays, unless that is only that it was merged. */
static bool add_failures(Merged *m, const Telling *other, const char *by, Error *e)
{
    for (size_t i = outcome_rows(other); i < other->count; i++) {
        LedgerRow row = other->rows[i], *known = find_failure(m, &row);
        if (known && (!says(known, "cleared_by", "merged") || still_stands(&row, other)))
            continue;
        if (known)
            known->values = row.values;
        else if (!as_history(m, &row, other, by, e) || !add(m, place_of(m, &row), &row, e))
            return false;
    }
    return true;
}

bool merge_choose(const Telling *all, size_t count, Arena *a, size_t *chosen, Telling *out,
                  Error *e)
{
    size_t best = choose(all, count);
    Merged m = {.arena = a};
    for (size_t i = 0; i < all[best].count; i++) {
        if (!add(&m, m.count, &all[best].rows[i], e))
            return false;
        m.failures += all[best].rows[i].table != LEDGER_FAILURES;
    }
    for (size_t i = 0; i < count; i++) {
        bool same = compare_versions(&all[i], &all[best]) == 0;
        if (i != best && !add_failures(&m, &all[i], same ? "merged" : "superseded", e))
            return false;
    }
    *chosen = best;
    *out = (Telling){.rows = m.rows, .count = m.count};
    return true;
}
