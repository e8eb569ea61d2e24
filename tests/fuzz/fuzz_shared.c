/* fuzz_shared.c: any items as what a shared table has of a file, the first of them its manifest.
 * What they become in a ledger becomes the same again from the items that it would send. */
#include "orchestrator/shared_internal.h"

#include "stores/aws/dynamodb_page.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const DynamoTable table = {
    .name = "table", .partition_key = "pk", .sort_key = "sk", .aws = NULL};

static void require(bool ok)
{
    if (!ok)
        abort();
}

static bool take(void *context, const DynamoItem *item, Error *e)
{
    SharedFile *f = context;
    const char *kind = dynamo_item_text(item, "kind");
    if (!f->found)
        return shared_file_begin(f, &table, item, e);
    return shared_file_take(f, kind && strcmp(kind, "failure") == 0, item, e);
}

static int by_sort(const void *a, const void *b)
{
    return strcmp(dynamo_item_text(a, "sk"), dynamo_item_text(b, "sk"));
}

static uint64_t bits(double value)
{
    uint64_t same_bits;
    memcpy(&same_bits, &value, sizeof same_bits);
    return same_bits;
}

static bool same(const LedgerValue *a, const LedgerValue *b)
{
    if (a->kind != b->kind || a->kind == LEDGER_NULL)
        return a->kind == b->kind;
    if (a->kind == LEDGER_TEXT)
        return a->text.length == b->text.length &&
               memcmp(a->text.bytes, b->text.bytes, a->text.length) == 0;
    return a->kind == LEDGER_INT ? a->i == b->i : bits(a->d) == bits(b->d);
}

static bool there_and_back(void *context, const LedgerRow *row, Error *e)
{
    const RowPlace place = {.partition = "p", .sort = "G#1", .more = "G#1"};
    Arena arena = {0};
    RowItems items;
    LedgerRow back;
    size_t count;
    (void)context;
    require(row_write(row, &place, &arena, &items, e));
    if (items.rest_count > 0)
        qsort(items.rest, items.rest_count, sizeof *items.rest, by_sort);
    ItemList list = {.items = items.rest, .count = items.rest_count};
    RowSource s = {.list = &list, .arena = &arena};
    DynamoItem first = {items.first, items.first_count};
    require(dynamo_item_size(&first) <= DYNAMO_ITEM_MOST);
    require(row_read(&s, row->table, &first, "G#1", &back, e) && s.at == list.count);
    ledger_columns(row->table, &count);
    for (size_t i = 0; i < count; i++)
        require(same(&row->values[i], &back.values[i]));
    require(strcmp(row->unit, back.unit) == 0);
    arena_deinit(&arena);
    return true;
}

static void read_file(const char *text, size_t size, Ledger *l)
{
    auto_json JsonNode *reply = NULL;
    SharedFile f = {0};
    Error e = {0};
    bool ok = json_tree_read(text, size, &reply, &e) &&
              dynamo_items_each(json_tree_member(reply, "Items"), &table, take, &f, &e);
    if (ok && f.found && ledger_begin(l, &e)) {
        ok = shared_file_put(&f, &table, l, &e);
        require(ok == (e.kind == ERROR_NONE) && (ok || e.message[0]));
        if (ok)
            require(ledger_rows_each(l, f.uri, there_and_back, NULL, &e));
        ledger_rollback(l);
    }
    shared_file_deinit(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Ledger *ledger; /* takes longer to make than all the rest */
    Error e = {0};
    if (!ledger)
        require(ledger_open_temporary(&ledger, &e));
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (text_valid_utf8(text, size) == size)
        read_file(text, size, ledger);
    free(text);
    return 0;
}
