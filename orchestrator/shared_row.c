/* shared_row.c: a row of the ledger as an item, or as several where it is too long for one.
 *
 * An item has at most 400 KB. Of a row that would have more, every long text lies in items of its
 * own, in pieces; "continued" names their columns. */
#include "orchestrator/shared_internal.h"

#include <string.h>

/* Below what the service takes, since emulators count otherwise; with ROW_SPARE in mind. */
enum { ITEM_ROOM = 350 * 1000, LONG_TEXT = 4096, PIECE = 300 * 1000 };
enum { ATTRIBUTES_BESIDE = 8 }; /* pk sk uri generation kind unit doubles continued */

static const char *const kinds[] = {"unit", "variable", "failure"};

static void append(RowItems *r, DynamoAttribute a)
{
    if (a.text)
        r->first[r->first_count++] = a;
}

static void append_text(RowItems *r, const char *name, const char *text)
{
    append(r, (DynamoAttribute){name, DYNAMO_STRING, text});
}

/* Names with blanks between; NULL: none. */
static bool list_text(const Buffer *names, Arena *a, const char **out, Error *e)
{
    *out = NULL;
    if (names->failed)
        return shared_no_memory(e);
    if (names->length == 0)
        return true;
    *out = arena_copy(a, names->bytes, names->length);
    return *out || shared_no_memory(e);
}

static void list_add(Buffer *names, const char *name)
{
    buffer_string(names, names->length > 0 ? " " : "");
    buffer_string(names, name);
}

static bool write_columns(const LedgerRow *row, Arena *a, RowItems *out, Error *e)
{
    size_t count;
    const char *const *columns = ledger_columns(row->table, &count);
    auto_buffer Buffer doubles = {0};
    const char *named;
    for (size_t i = 0; i < count; i++) {
        DynamoAttribute one = {.name = columns[i]};
        bool is_double;
        if (!value_write(&row->values[i], a, &one, &is_double, e))
            return false;
        append(out, one);
        if (is_double)
            list_add(&doubles, columns[i]);
    }
    if (!list_text(&doubles, a, &named, e))
        return false;
    append_text(out, "doubles", named);
    return true;
}

/* ---- what is too long for one item */

static size_t piece_length(StringView text, bool is_utf8)
{
    size_t most = text.length < PIECE ? text.length : PIECE;
    return is_utf8 ? text_valid_utf8(text.bytes, most) : most;
}

static bool add_piece(const RowPlace *place, const char *sort, StringView piece, Arena *a,
                      DynamoItem *out, Error *e)
{
    DynamoAttribute *all = arena_array(a, 4, sizeof *all);
    if (!all || !sort)
        return shared_no_memory(e);
    all[0] = (DynamoAttribute){"pk", DYNAMO_STRING, place->partition};
    all[1] = (DynamoAttribute){"sk", DYNAMO_STRING, sort};
    all[2] = (DynamoAttribute){"kind", DYNAMO_STRING, "text"};
    all[3].name = "text";
    *out = (DynamoItem){all, 4};
    return bytes_write(piece, a, &all[3], e);
}

static bool add_pieces(const RowPlace *place, const char *column, StringView text, Arena *a,
                       RowItems *out, Error *e)
{
    bool is_utf8 = text_valid_utf8(text.bytes, text.length) == text.length;
    size_t most = out->rest_count + text.length / (PIECE - 4) + 1;
    DynamoItem *rest = arena_array(a, most, sizeof *rest);
    if (!rest)
        return shared_no_memory(e);
    if (out->rest_count > 0)
        memcpy(rest, out->rest, out->rest_count * sizeof *rest);
    out->rest = rest;
    for (unsigned number = 1; text.length > 0; number++) {
        StringView piece = {text.bytes, piece_length(text, is_utf8)};
        const char *sort = arena_printf(a, "%s#%s#%04u", place->more, column, number);
        if (!add_piece(place, sort, piece, a, &rest[out->rest_count++], e))
            return false;
        text = (StringView){text.bytes + piece.length, text.length - piece.length};
    }
    return true;
}

static void drop(RowItems *r, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->first_count; i++)
        if (strcmp(r->first[i].name, name) != 0)
            r->first[kept++] = r->first[i];
    r->first_count = kept;
}

static bool move_long_texts(const LedgerRow *row, const RowPlace *place, Arena *a, RowItems *out,
                            Error *e)
{
    size_t count;
    const char *const *columns = ledger_columns(row->table, &count);
    auto_buffer Buffer moved = {0};
    const char *named;
    for (size_t i = 0; i < count; i++) {
        const LedgerValue *v = &row->values[i];
        if (v->kind != LEDGER_TEXT || v->text.length <= LONG_TEXT)
            continue;
        drop(out, columns[i]);
        list_add(&moved, columns[i]);
        if (!add_pieces(place, columns[i], v->text, a, out, e))
            return false;
    }
    if (!list_text(&moved, a, &named, e))
        return false;
    append_text(out, "continued", named);
    return true;
}

bool row_write(const LedgerRow *row, const RowPlace *place, Arena *a, RowItems *out, Error *e)
{
    size_t columns;
    DynamoAttribute unit = {.name = "unit"};
    ledger_columns(row->table, &columns);
    *out = (RowItems){
        .first = arena_array(a, columns + ATTRIBUTES_BESIDE + ROW_SPARE, sizeof *out->first)};
    if (!out->first)
        return shared_no_memory(e);
    append_text(out, "pk", place->partition);
    append_text(out, "sk", place->sort);
    if (place->uri) {
        DynamoAttribute uri = {.name = "uri"};
        if (!bytes_write((StringView){place->uri, strlen(place->uri)}, a, &uri, e))
            return false;
        append(out, uri);
    }
    append_text(out, "generation", place->generation);
    append_text(out, "kind", kinds[row->table]);
    if (!bytes_write((StringView){row->unit, strlen(row->unit)}, a, &unit, e))
        return false;
    append(out, unit);
    return write_columns(row, a, out, e) &&
           (dynamo_item_size(&(DynamoItem){out->first, out->first_count}) <= ITEM_ROOM ||
            move_long_texts(row, place, a, out, e));
}
