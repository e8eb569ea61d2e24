/* query.c: rows of the ledger on their way to a writer. */
#include "orchestrator/key_template.h"
#include "orchestrator/ledger_internal.h"
#include "orchestrator/query_internal.h"

#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <string.h>

enum { FLUSH_BYTES = 64 * 1024 };

#define auto_statement __attribute__((cleanup(finalize)))

static void finalize(sqlite3_stmt **s)
{
    sqlite3_finalize(*s);
}

/* Unlike in a pattern of --include a star crosses slashes here: people think of the whole path. */
static void glob(sqlite3_context *context, sqlite3_value *pattern_value, sqlite3_value *text_value,
                 bool name_only)
{
    const char *pattern = (const char *)sqlite3_value_text(pattern_value);
    const char *text = (const char *)sqlite3_value_text(text_value);
    if (!pattern || !text)
        return; /* null */
    const char *slash = name_only ? strrchr(text, '/') : NULL;
    sqlite3_result_int(context, fnmatch(pattern, slash ? slash + 1 : text, 0) == 0);
}

static void call_text_glob(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    glob(context, values[0], values[1], false);
}

static void call_name_glob(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    glob(context, values[0], values[1], true);
}

int query_add_functions(sqlite3 *db)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    int rc = sqlite3_create_function(db, "text_glob", 2, flags, NULL, call_text_glob, NULL, NULL);
    return rc != SQLITE_OK ? rc
                           : sqlite3_create_function(db, "name_glob", 2, flags, NULL,
                                                     call_name_glob, NULL, NULL);
}

static bool bind_where(sqlite3_stmt *s, const Where *w)
{
    int rc = SQLITE_OK;
    for (size_t i = 0; rc == SQLITE_OK && i < w->count; i++) {
        const WhereValue *v = &w->values[i];
        if (v->kind == WHERE_INT)
            rc = sqlite3_bind_int64(s, (int)i + 1, v->i);
        else if (v->kind == WHERE_DOUBLE)
            rc = sqlite3_bind_double(s, (int)i + 1, v->d);
        else
            rc = sqlite3_bind_text(s, (int)i + 1, v->text, -1, SQLITE_STATIC);
    }
    return rc == SQLITE_OK;
}

typedef struct Select {
    const FieldTable *table;
    const char *columns, *order;
    bool all;           /* what is cleared too */
    const Where *where; /* must outlive the statement */
} Select;

static bool prepare(Ledger *l, const Select *select, sqlite3_stmt **out, Error *e)
{
    const FieldTable *t = select->table;
    const Where *w = select->where;
    auto_buffer Buffer sql = {0};
    bool open_only = t->open_only && !select->all;
    const char *const parts[] = {
        "SELECT ",     select->columns,
        " FROM ",      t->from,
        " WHERE ",     open_only ? t->open_only : "true",
        " AND (",      w->sql.length > 0 ? w->sql.bytes : "true",
        ") ORDER BY ", select->order,
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        buffer_string(&sql, parts[i]);
    if (sql.failed)
        return error_coded(e, ERROR_RETRY, "no_memory", "out of memory");
    return (sqlite3_prepare_v2(l->db, sql.bytes, -1, out, NULL) == SQLITE_OK &&
            bind_where(*out, w)) ||
           ledger_error(l, "asking it", e);
}

static bool prepare_fields(Ledger *l, const QueryOptions *o, const FieldTable *t, const Where *w,
                           sqlite3_stmt **out, Error *e)
{
    auto_buffer Buffer columns = {0};
    for (size_t i = 0; i < t->count; i++)
        buffer_printf(&columns, i > 0 ? ", %s" : "%s", t->fields[i].sql);
    if (columns.failed)
        return error_coded(e, ERROR_RETRY, "no_memory", "out of memory");
    Select select = {
        .table = t, .columns = columns.bytes, .order = t->order, .all = o->all, .where = w};
    return prepare(l, &select, out, e);
}

static StringView text_column(sqlite3_stmt *s, int column)
{
    const char *bytes = (const char *)sqlite3_column_text(s, column);
    return (StringView){bytes, bytes ? (size_t)sqlite3_column_bytes(s, column) : 0};
}

static void take_cell(sqlite3_stmt *s, int column, FieldKind kind, Cell *out)
{
    switch (sqlite3_column_type(s, column)) {
    case SQLITE_NULL:
        *out = (Cell){.kind = CELL_NULL};
        return;
    case SQLITE_INTEGER:
        *out = (Cell){.kind = CELL_INT, .i = sqlite3_column_int64(s, column)};
        return;
    case SQLITE_FLOAT:
        *out = (Cell){.kind = CELL_DOUBLE, .d = sqlite3_column_double(s, column)};
        if (!isfinite(out->d)) /* undefined */
            *out = (Cell){.kind = CELL_NULL};
        return;
    default:
        *out = (Cell){.kind = CELL_TEXT, .text = text_column(s, column)};
    }
    uint64_t u;
    if (kind == FIELD_NUMBER && text_to_uint64(out->text.bytes, out->text.length, &u))
        *out = (Cell){.kind = CELL_UINT, .u = u};
}

static bool flush(Output *o, FILE *out, size_t threshold, Error *e)
{
    if (o->text.failed)
        return error_coded(e, ERROR_RETRY, "no_memory", "out of memory");
    if (o->text.length <= threshold)
        return true;
    errno = 0;
    if (fwrite(o->text.bytes, 1, o->text.length, out) != o->text.length)
        return error_errno(e, ERROR_RETRY, errno ? errno : EIO, "writing the rows");
    buffer_clear(&o->text);
    return true;
}

typedef void (*TakeRow)(Output *o, const Cell *cells);

/* All rows to `take`; with `out`, its text to the stream. */
static bool each_row(Ledger *l, sqlite3_stmt *s, Output *o, TakeRow take, FILE *out, Error *e)
{
    Cell cells[FIELDS_MAX];
    int rc;
    while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
        for (size_t i = 0; i < o->fields->count; i++)
            take_cell(s, (int)i, o->fields->fields[i].kind, &cells[i]);
        take(o, cells);
        if (out && !flush(o, out, FLUSH_BYTES, e))
            return false;
    }
    if (rc != SQLITE_DONE)
        ledger_error(l, "reading it", e);
    sqlite3_reset(s);
    return rc == SQLITE_DONE;
}

static bool write_rows(Ledger *l, sqlite3_stmt *s, const OutputMethods *m, Output *o, FILE *out,
                       Error *e)
{
    if (m->open && !m->open(o, e))
        return false;
    if (m->measure && !each_row(l, s, o, m->measure, NULL, e))
        return false;
    if (m->begin)
        m->begin(o);
    o->rows = 0;
    if (!each_row(l, s, o, m->row, out, e))
        return false;
    if (m->end)
        m->end(o);
    return flush(o, out, 0, e);
}

static void narrow_to(Where *w, const char *column, const char *value)
{
    buffer_string(&w->sql, w->sql.length > 1 ? " AND " : "");
    buffer_string(&w->sql, column);
    buffer_string(&w->sql, " = ?");
    w->values[w->count++] = (WhereValue){.kind = WHERE_TEXT, .text = value};
}

/* One file, one unit: the first two fields of every table. */
static bool narrow(const FieldTable *t, const QueryOptions *o, Where *w, Error *e)
{
    if (!o->uri)
        return true;
    if (w->count + 2 > WHERE_VALUES_MAX)
        return error_coded(e, ERROR_SETUP, "where", "the expression has too many values");
    auto_buffer Buffer before = w->sql;
    w->sql = (Buffer){0};
    if (before.length > 0) {
        buffer_string(&w->sql, "(");
        buffer_append(&w->sql, before.bytes, before.length);
        buffer_string(&w->sql, ")");
    }
    narrow_to(w, t->fields[0].sql, o->uri);
    if (o->unit)
        narrow_to(w, t->fields[1].sql, o->unit);
    return !w->sql.failed || error_coded(e, ERROR_RETRY, "no_memory", "out of memory");
}

bool query_write(Ledger *l, const QueryOptions *o, FILE *out, uint64_t *rows, Error *e)
{
    static const OutputMethods *const outputs[] = {
        [QUERY_TABLE_TEXT] = &output_table,
        [QUERY_CSV] = &output_csv,
        [QUERY_NDJSON] = &output_ndjson,
        [QUERY_JSON] = &output_json,
    };
    const OutputMethods *m = outputs[o->format];
    const FieldTable *t = query_fields(o->table);
    __attribute__((cleanup(where_deinit))) Where where = {0};
    auto_statement sqlite3_stmt *s = NULL;
    if (!where_parse(t, o->where, &where, e) || !narrow(t, o, &where, e) ||
        !prepare_fields(l, o, t, &where, &s, e))
        return false;
    /* A table measures first: both passes must see the same rows. */
    bool snapshot = sqlite3_get_autocommit(l->db);
    if (snapshot && sqlite3_exec(l->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
        return ledger_error(l, "reading it", e);
    Output output = {.fields = t, .options = o};
    bool ok = write_rows(l, s, m, &output, out, e);
    *rows = ok ? output.rows : *rows;
    if (m->close)
        m->close(&output);
    buffer_deinit(&output.text);
    sqlite3_reset(s);
    if (snapshot)
        ledger_rollback(l);
    return ok;
}

bool query_units(Ledger *l, QueryTable table, const char *where, QueryEach each, void *context,
                 Error *e)
{
    const FieldTable *t = query_fields(table);
    __attribute__((cleanup(where_deinit))) Where w = {0};
    auto_statement sqlite3_stmt *s = NULL;
    auto_buffer Buffer columns = {0};
    buffer_printf(&columns, "DISTINCT %s", t->unit_columns);
    if (columns.failed)
        return error_coded(e, ERROR_RETRY, "no_memory", "out of memory");
    Select select = {.table = t, .columns = columns.bytes, .order = t->unit_columns, .where = &w};
    if (!where_parse(t, where, &w, e) || !prepare(l, &select, &s, e))
        return false;
    int rc;
    while ((rc = sqlite3_step(s)) == SQLITE_ROW)
        if (!each(context, text_column(s, 0).bytes, text_column(s, 1).bytes, e))
            return false;
    return rc == SQLITE_DONE || ledger_error(l, "reading it", e);
}

bool query_facts(Ledger *l, const char *uri, QueryFacts each, void *context, Error *e)
{
    static const char sql[] = "SELECT unit, pipeline, work_key, first_time, last_time FROM files"
                              " WHERE uri = ? AND recorded IS NOT NULL ORDER BY unit";
    auto_statement sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(l->db, sql, -1, &s, NULL) != SQLITE_OK ||
        sqlite3_bind_text(s, 1, uri, -1, SQLITE_STATIC) != SQLITE_OK)
        return ledger_error(l, "asking it", e);
    int rc;
    while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
        StringView pipeline = text_column(s, 1), work_key = text_column(s, 2);
        const KeyFacts f = {.uri = uri,
                            .unit = text_column(s, 0).bytes,
                            .pipeline = pipeline.bytes ? pipeline.bytes : "none",
                            .work_key = work_key.bytes ? work_key.bytes : "none",
                            .first_time = text_column(s, 3).bytes,
                            .last_time = text_column(s, 4).bytes};
        if (!each(context, &f, e))
            return false;
    }
    return rc == SQLITE_DONE || ledger_error(l, "reading it", e);
}
