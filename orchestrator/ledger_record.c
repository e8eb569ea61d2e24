/* ledger_record.c: an outcome as rows: the file, its variables, its failure. */
#include "orchestrator/ledger_internal.h"

#include "core/buffer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Lists are stored as text: one line an item. */
static void join_lines(const char *const *lines, size_t count, Buffer *out)
{
    buffer_clear(out);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_char(out, '\n');
        for (const char *c = lines[i]; *c; c++)
            buffer_char(out, *c == '\n' ? ' ' : *c);
    }
}

/* "3x4"; "" for a scalar. */
static void join_shape(const ReportVariable *v, Buffer *out)
{
    buffer_clear(out);
    for (size_t i = 0; i < v->rank; i++)
        buffer_printf(out, i > 0 ? "x%" PRIu64 : "%" PRIu64, v->shape[i]);
}

static void join_histogram(const SummaryResult *r, Buffer *out)
{
    buffer_clear(out);
    for (size_t i = 0; i < SUMMARY_HISTOGRAM_BINS; i++)
        buffer_printf(out, i > 0 ? " %" PRIu64 : "%" PRIu64, r->histogram[i]);
}

static void bind_buffer(Binder *b, const Buffer *text)
{
    if (text->failed)
        b->failed = SQLITE_NOMEM;
    bind_text(b, text->bytes);
}

/* An integer keeps all its digits: beyond INT64_MAX as text. */
static void bind_number(Binder *b, const Number *n)
{
    char digits[24];
    switch (n->kind) {
    case NUMBER_INT:
        bind_int(b, n->i);
        break;
    case NUMBER_UINT:
        if (n->u <= INT64_MAX) {
            bind_int(b, (int64_t)n->u);
            break;
        }
        snprintf(digits, sizeof digits, "%" PRIu64, n->u);
        if (sqlite3_bind_text(b->statement, ++b->next, digits, -1, SQLITE_TRANSIENT) != SQLITE_OK)
            b->failed = SQLITE_NOMEM;
        break;
    case NUMBER_DOUBLE:
        bind_double(b, n->d);
        break;
    case NUMBER_NONE:
    default:
        bind_null(b);
    }
}

static void bind_nulls(Binder *b, int count)
{
    while (count-- > 0)
        bind_null(b);
}

static void bind_statistics(Binder *b, const SummaryResult *r)
{
    if (!r->has_values) {
        bind_nulls(b, 9);
        return;
    }
    bind_number(b, &r->min);
    bind_number(b, &r->max);
    bind_number(b, &r->first);
    bind_number(b, &r->last);
    bind_double(b, r->mean);
    bind_double(b, r->std);
    if (!r->has_quantiles) {
        bind_nulls(b, 3);
        return;
    }
    bind_double(b, r->p05);
    bind_double(b, r->p50);
    bind_double(b, r->p95);
}

/* Of a variable that could not be read only the shape is known. */
static void bind_unread(Binder *b, const ReportVariable *v)
{
    uint64_t n = 1;
    bool known = true;
    for (size_t i = 0; i < v->rank; i++)
        known = !__builtin_mul_overflow(n, v->shape[i], &n) && known;
    if (known)
        bind_uint(b, n);
    else
        bind_null(b);
    bind_nulls(b, 3 + 9 + 2);
}

/* "0=1412 4=28" */
static void join_counts(const SummaryResult *r, Buffer *out)
{
    buffer_clear(out);
    for (size_t i = 0; i < r->count_count; i++)
        buffer_printf(out, "%s%" PRId64 "=%" PRIu64, i > 0 ? " " : "", r->counts[i].value,
                      r->counts[i].count);
}

typedef struct Scratch {
    Buffer shape, histogram, counts;
} Scratch;

static void bind_read(Binder *b, const ReportVariable *v, Scratch *scratch)
{
    const SummaryResult *r = &v->result;
    bind_uint(b, r->n);
    bind_uint(b, r->valid);
    bind_uint(b, r->missing);
    bind_uint(b, r->outside_valid_range);
    bind_statistics(b, r);
    if (r->has_values && r->has_histogram) {
        join_histogram(r, &scratch->histogram);
        bind_buffer(b, &scratch->histogram);
    } else {
        bind_null(b);
    }
    join_counts(r, &scratch->counts);
    bind_buffer(b, &scratch->counts);
}

static bool add_variable(Ledger *l, int64_t file, size_t position, const ReportVariable *v,
                         Scratch *scratch, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, STATEMENT_ADD_VARIABLE, &b, e))
        return false;
    bind_int(&b, file);
    bind_uint(&b, position);
    bind_bytes(&b, v->name);
    bind_text(&b, v->units);
    bind_text(&b, v->standard_name);
    bind_text(&b, v->long_name);
    bind_bytes(&b, type_name(v->type));
    join_shape(v, &scratch->shape);
    if (scratch->shape.length > 0)
        bind_buffer(&b, &scratch->shape);
    else
        bind_bytes(&b, "");
    if (v->reason && *v->reason)
        bind_unread(&b, v);
    else
        bind_read(&b, v, scratch);
    bind_text(&b, v->code);
    bind_text(&b, v->reason);
    bind_text(&b, v->place);
    return ledger_step(l, &b, e);
}

/* A failed unit has no results: half a statistic must not be taken for a whole one. */
static bool has_results(const Outcome *o)
{
    return o->report && (o->state == UNIT_DONE || o->state == UNIT_PARTIAL);
}

static bool add_variables(Ledger *l, int64_t file, const Outcome *o, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, STATEMENT_DROP_VARIABLES, &b, e))
        return false;
    bind_int(&b, file);
    if (!ledger_step(l, &b, e))
        return false;
    Scratch scratch = {0};
    bool ok = true;
    for (size_t i = 0; ok && has_results(o) && i < o->report->variable_rows; i++)
        ok = add_variable(l, file, i, &o->report->variables[i], &scratch, e);
    buffer_deinit(&scratch.shape);
    buffer_deinit(&scratch.histogram);
    buffer_deinit(&scratch.counts);
    return ok;
}

/* The lists of a file as text, until the statement has run. */
typedef struct Lists {
    Buffer notes, facts;
} Lists;

static void bind_report(Binder *b, const Outcome *o, Lists *lists)
{
    const Report *r = o->report;
    if (!r) {
        bind_nulls(b, 13);
        return;
    }
    bind_text(b, r->format);
    bind_text(b, r->model);
    bind_text(b, r->convention);
    bind_text(b, r->evidence);
    bind_text(b, r->guessed);
    if (r->rows_known)
        bind_uint(b, r->rows);
    else
        bind_null(b);
    /* an archive, or a unit that failed before its header was read, has no count, rather than none
     */
    if ((has_results(o) && !o->has_members) || r->variable_count > 0) {
        bind_uint(b, r->variable_count);
        bind_uint(b, r->group_count);
    } else {
        bind_nulls(b, 2);
    }
    bind_text(b, r->time_variable);
    bind_text(b, r->first_time);
    bind_text(b, r->last_time);
    join_lines(r->notes, r->note_count, &lists->notes);
    bind_buffer(b, &lists->notes);
    join_lines(r->facts, r->fact_count, &lists->facts);
    bind_buffer(b, &lists->facts);
}

static bool failed(const Outcome *o)
{
    return o->state == UNIT_FAILED || o->state == UNIT_PARTIAL ||
           (o->state == UNIT_WAITING && o->reason && *o->reason);
}

/* What is ignored by a rule was never opened. */
static int64_t attempts_after(const UnitRow *row, const Outcome *o)
{
    int64_t before = identity_same(&row->identity, &o->identity) ? row->attempts : 0;
    return before + (o->state != UNIT_IGNORED || o->report);
}

static bool write_file(Ledger *l, const UnitRow *row, const Outcome *o, Lists *lists, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, row->found ? STATEMENT_RECORD_AGAIN : STATEMENT_RECORD_NEW, &b, e))
        return false;
    bind_bytes(&b, unit_state_name(o->state));
    bind_identity(&b, &o->identity);
    bind_int(&b, attempts_after(row, o));
    bind_now(&b);
    bind_double(&b, o->seconds);
    if (l->run)
        bind_int(&b, l->run);
    else
        bind_null(&b);
    bind_text(&b, o->pipeline);
    bind_text(&b, o->pipeline_hash);
    bind_text(&b, o->work_key);
    bind_text(&b, o->rule);
    if (failed(o)) {
        bind_text(&b, o->class_);
        bind_text(&b, o->stage);
        bind_text(&b, o->code);
        bind_text(&b, o->reason);
        bind_text(&b, o->place);
    } else {
        bind_nulls(&b, 5); /* what no format recognised and a rule ignores is no failure */
    }
    bind_report(&b, o, lists);
    if (o->state == UNIT_WAITING && row->members > 0)
        bind_int(&b, row->members); /* they are still those of the last outcome */
    else if (o->has_members)
        bind_uint(&b, o->members);
    else
        bind_null(&b);
    bind_bytes(&b, o->uri);
    bind_bytes(&b, o->unit);
    return ledger_step(l, &b, e);
}

static bool add_failure(Ledger *l, int64_t file, int64_t attempts, const Outcome *o, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, STATEMENT_ADD_FAILURE, &b, e))
        return false;
    bind_int(&b, file);
    if (l->run)
        bind_int(&b, l->run);
    else
        bind_null(&b);
    bind_bytes(&b, o->uri);
    bind_bytes(&b, o->unit);
    bind_text(&b, o->stage);
    bind_text(&b, o->class_);
    bind_text(&b, o->code);
    bind_text(&b, o->reason);
    bind_text(&b, o->place);
    bind_int(&b, attempts);
    bind_now(&b);
    bind_text(&b, o->work_key);
    return ledger_step(l, &b, e);
}

/* Failures of an earlier version, or before a success, are history; faults of the world already
 * when an attempt has come to a verdict on the file, whatever it is. */
static bool clear_earlier(Ledger *l, const UnitRow *row, const EarlierRow *earlier,
                          const Outcome *o, Error *e)
{
    if (!row->found)
        return true;
    const Identity *before = earlier->found ? &earlier->identity : &row->identity;
    if (!identity_same(before, &o->identity))
        return ledger_clear_failures(l, row->id, "superseded", false, e);
    if (o->state == UNIT_WAITING || strcmp(o->class_, "world") == 0)
        return true;
    bool good = o->state == UNIT_DONE || o->state == UNIT_IGNORED;
    return ledger_clear_failures(l, row->id, unit_state_name(o->state), !good, e);
}

/* ---- archives */

static bool about_members(Ledger *l, Statement which, const char *uri, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, which, &b, e))
        return false;
    bind_bytes(&b, uri);
    if (which == STATEMENT_KEEP_GONE_FAILURES)
        bind_now(&b);
    return ledger_step(l, &b, e);
}

static bool drop_doubted(Ledger *l, const char *uri, Error *e)
{
    return about_members(l, STATEMENT_KEEP_GONE_FAILURES, uri, e) &&
           about_members(l, STATEMENT_DROP_GONE_VARIABLES, uri, e) &&
           about_members(l, STATEMENT_DROP_GONE_MEMBERS, uri, e);
}

/* It was an archive and is none any more. */
static bool drop_members(Ledger *l, const UnitRow *row, const Outcome *o, Error *e)
{
    if (row->members == 0 || o->unit[0] || o->has_members || o->state == UNIT_WAITING)
        return true;
    return about_members(l, STATEMENT_DOUBT_MEMBERS, o->uri, e) && drop_doubted(l, o->uri, e);
}

bool ledger_record_archive(Ledger *l, const Outcome *archive, const Outcome *const *members,
                           size_t count, Error *e)
{
    if (!about_members(l, STATEMENT_DOUBT_MEMBERS, archive->uri, e))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!ledger_record(l, members[i], e))
            return false;
    return drop_doubted(l, archive->uri, e) && ledger_record(l, archive, e);
}

/* ---- all of it */

bool ledger_record(Ledger *l, const Outcome *o, Error *e)
{
    UnitRow row;
    EarlierRow earlier;
    if (sqlite3_get_autocommit(l->db))
        return error_coded(e, ERROR_SETUP, "ledger", "%s: an outcome outside a batch", l->path);
    if (!ledger_find(l, o->uri, o->unit, &row, e) || !ledger_find_earlier(l, &row, &earlier, e) ||
        !clear_earlier(l, &row, &earlier, o, e) || !drop_members(l, &row, o, e) ||
        (earlier.found && !ledger_on_file(l, STATEMENT_DROP_EARLIER, row.id, e)))
        return false;
    Lists lists = {0};
    bool written = write_file(l, &row, o, &lists, e);
    buffer_deinit(&lists.notes);
    buffer_deinit(&lists.facts);
    if (!written)
        return false;
    int64_t file = row.found ? row.id : sqlite3_last_insert_rowid(l->db);
    return add_variables(l, file, o, e) &&
           (!failed(o) || add_failure(l, file, attempts_after(&row, o), o, e));
}
