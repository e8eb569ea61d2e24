/* shared_file.c: the items of a file, put together. */
#include "orchestrator/shared_internal.h"

#include <string.h>

void shared_file_deinit(SharedFile *f)
{
    arena_deinit(&f->arena);
}

static bool read_count(const DynamoItem *item, const char *name, int64_t *out)
{
    const DynamoAttribute *a = item_attribute(item, name);
    return a && a->type == DYNAMO_NUMBER && text_to_int64(a->text, strlen(a->text), out) &&
           *out >= 0;
}

static bool bad_manifest(const DynamoTable *t, const DynamoItem *item, const char *why, Error *e)
{
    auto_buffer Buffer shown = {0}, text = {0};
    const char *partition = dynamo_item_text(item, "pk");
    text_printable(&shown, partition ? partition : "", partition ? strnlen(partition, 200) : 0);
    buffer_string(&text, why); /* which may be e's */
    return error_coded(e, ERROR_SETUP, "bad_manifest",
                       "DynamoDB table %.100s: what it says of %s is not understood: %.200s",
                       t->name, shown.bytes ? shown.bytes : "a file", text.bytes ? text.bytes : "");
}

bool manifest_read(const DynamoTable *t, const DynamoItem *item, Manifest *out, Error *e)
{
    int64_t layout, rows, failures;
    Manifest m = {.item = *item, .generation = dynamo_item_text(item, "generation")};
    if (!read_count(item, "layout", &layout))
        return bad_manifest(t, item, "it has no layout", e);
    if (layout != SHARED_LAYOUT)
        return error_coded(e, ERROR_SETUP, "newer_version",
                           "DynamoDB table %s was written by a newer weir (its layout is %lld, "
                           "this weir knows %d); use that weir",
                           t->name, (long long)layout, SHARED_LAYOUT);
    if (!m.generation || !m.generation[0] || strchr(m.generation, '#'))
        return bad_manifest(t, item, "it has no generation", e);
    if (!read_count(item, "revision", &m.revision) || !read_count(item, "items", &rows) ||
        !read_count(item, "failure_items", &failures))
        return bad_manifest(t, item, "a count is missing", e);
    m.rows = (uint64_t)rows;
    m.failures = (uint64_t)failures;
    *out = m;
    return true;
}

/* The partition, unless that is only a hash of it. */
static bool read_uri(SharedFile *f, const DynamoTable *t, Error *e)
{
    const DynamoItem *item = &f->manifest.item;
    const DynamoAttribute *said = item_attribute(item, "uri");
    const char *partition = dynamo_item_text(item, "pk"), *should;
    StringView uri = {partition ? partition : "", 0};
    if (said && !bytes_read(said, &f->arena, &uri, e))
        return bad_manifest(t, item, e->message, e);
    if (!shared_partition(uri.bytes, &f->arena, &should, e))
        return false;
    if (!partition || strcmp(partition, should) != 0)
        return bad_manifest(t, item, "it is another file's", e);
    f->uri = uri.bytes;
    return true;
}

bool shared_file_begin(SharedFile *f, const DynamoTable *t, const DynamoItem *manifest, Error *e)
{
    ItemList list = {0};
    *f = (SharedFile){.arena = f->arena};
    arena_reset(&f->arena);
    f->found = item_list_add(&list, manifest, &f->arena, e) &&
               manifest_read(t, &list.items[0], &f->manifest, e) && read_uri(f, t, e);
    f->whole = f->manifest.rows == 0 && f->manifest.failures == 0;
    return f->found;
}

bool shared_file_take(SharedFile *f, bool failure, const DynamoItem *item, Error *e)
{
    const char *sort = dynamo_item_text(item, "sk");
    if (!sort || (!failure && strcmp(sort, SHARED_MANIFEST) == 0) ||
        !generation_same(generation_of(item), f->manifest.generation))
        return true;
    if (!item_list_add(failure ? &f->failures : &f->rows, item, &f->arena, e))
        return false;
    f->whole = f->rows.count == f->manifest.rows && f->failures.count == f->manifest.failures;
    return true;
}

static bool table_of(const DynamoItem *item, LedgerTable *out)
{
    const char *kind = dynamo_item_text(item, "kind");
    *out = kind && strcmp(kind, "variable") == 0 ? LEDGER_VARIABLES : LEDGER_FILES;
    return kind && (*out == LEDGER_VARIABLES || strcmp(kind, "unit") == 0);
}

static bool read_rows(SharedFile *f, LedgerRow *rows, size_t *count, Error *e)
{
    RowSource s = {.list = &f->rows, .arena = &f->arena};
    const char *more = arena_printf(&f->arena, "%s#*", f->manifest.generation);
    if (!more)
        return shared_no_memory(e);
    if (!row_read(&s, LEDGER_FILES, &f->manifest.item, more, &rows[(*count)++], e))
        return false;
    while (s.at < f->rows.count) {
        const DynamoItem *first = &f->rows.items[s.at++];
        LedgerTable table;
        if (!table_of(first, &table))
            return error_coded(e, ERROR_DATA, "bad_row", "item \"%.100s\": it is no row",
                               dynamo_item_text(first, "sk"));
        if (!row_read(&s, table, first, dynamo_item_text(first, "sk"), &rows[(*count)++], e))
            return false;
    }
    return true;
}

static bool read_failures(SharedFile *f, LedgerRow *rows, size_t *count, Error *e)
{
    RowSource s = {.list = &f->failures, .arena = &f->arena};
    while (s.at < f->failures.count) {
        const DynamoItem *first = &f->failures.items[s.at++];
        if (!row_read(&s, LEDGER_FAILURES, first, dynamo_item_text(first, "sk"), &rows[(*count)++],
                      e))
            return false;
    }
    return true;
}

bool shared_file_put(SharedFile *f, const DynamoTable *t, Ledger *l, Error *e)
{
    size_t count = 0;
    LedgerRow *rows = arena_array(&f->arena, 1 + f->rows.count + f->failures.count, sizeof *rows);
    if (!rows)
        return shared_no_memory(e);
    bool ok = read_rows(f, rows, &count, e) && read_failures(f, rows, &count, e) &&
              ledger_rows_put(l, f->uri, rows, count, e);
    if (!ok && e->kind == ERROR_DATA)
        return bad_manifest(t, &f->manifest.item, e->message, e);
    return ok && ledger_set_revision(l, f->uri, f->manifest.revision, e);
}
