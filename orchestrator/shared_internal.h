/* shared_internal.h: what shared_*.c share and nobody else includes. docs/dynamodb.md says how the
 * tables are laid out.
 *
 * The rows of a file that stand under one manifest are a generation. A generation is written once,
 * under a name that nobody else gives, before the manifest that names it, and deleted after the
 * manifest that replaces it: whoever finds as many rows of it as its manifest says has the file as
 * one ledger had it. */
#pragma once

#include "orchestrator/shared_table.h"
#include "stores/aws/crew.h"
#include "stores/aws/dynamodb.h"

enum {
    SHARED_AT_ONCE = 16, /* requests under way */
    SHARED_LAYOUT = 1,   /* of the tables; another number is refused */
    SHARED_WRITER_SIZE = 13,
};

#define SHARED_MANIFEST "#*" /* sort key; before those of all rows */

struct SharedTable {
    char *name, *failures_name;
    DynamoTable rows, failures;
    Crew *crew;
    char writer[SHARED_WRITER_SIZE]; /* random: the generations of this one */
    uint64_t writes;
};

/* ERROR_RETRY; returns false. */
bool shared_no_memory(Error *e);

/* ---- shared_key.c */

/* The partition of a file: its uri, or, where that cannot be a key, a hash of it. */
bool shared_partition(const char *uri, Arena *a, const char **out, Error *e) MUST_CHECK;

/* "00000005-1f2e3d4c5b6a-2c": of the manifest with revision 5, by that writer. NULL: no memory. */
char *generation_name(SharedTable *t, int64_t revision, Arena *a);
typedef struct Generation {
    int64_t revision;
    StringView writer;
} Generation;
bool generation_read(StringView name, Generation *out) MUST_CHECK;
/* To which an item belongs: as its attribute says, else what its sort key begins with; {NULL, 0}:
 * to none. */
StringView generation_of(const DynamoItem *item);
bool generation_same(StringView a, const char *b);

/* ---- shared_row.c, shared_value.c: rows as items */

typedef struct RowPlace {
    const char *partition;
    const char *uri;  /* NULL: the partition is it */
    const char *sort; /* key of its item */
    const char *more; /* what the sort keys begin with under which the rest of it lies, where it
                         is too long for one item */
    const char *generation; /* as an attribute; NULL: the sort key tells it */
} RowPlace;

enum { ROW_SPARE = 4 }; /* attributes that can be added to its first item */
typedef struct RowItems {
    DynamoAttribute *first;
    size_t first_count;
    DynamoItem *rest;
    size_t rest_count;
} RowItems;

/* Everything from the arena. */
bool row_write(const LedgerRow *row, const RowPlace *place, Arena *a, RowItems *out,
               Error *e) MUST_CHECK;

/* The items of one file in the order of their sort keys. */
typedef struct ItemList {
    DynamoItem *items;
    size_t count, capacity;
} ItemList;
/* Copies it, with the texts. */
bool item_list_add(ItemList *l, const DynamoItem *item, Arena *a, Error *e) MUST_CHECK;

/* The row of `first`; the rest of it is taken from l->items[*at], ... ERROR_DATA "bad_row". */
typedef struct RowSource {
    const ItemList *list;
    size_t at;
    Arena *arena;
} RowSource;
bool row_read(RowSource *s, LedgerTable table, const DynamoItem *first, const char *more,
              LedgerRow *out, Error *e) MUST_CHECK;

/* One value under its column's name; `is_double`: its form does not tell that it is one. */
bool value_write(const LedgerValue *v, Arena *a, DynamoAttribute *out, bool *is_double,
                 Error *e) MUST_CHECK;
bool value_read(const DynamoAttribute *a, bool is_double, Arena *arena, LedgerValue *out,
                Error *e) MUST_CHECK;
/* Any bytes as an attribute and back; the text has a NUL behind it. */
bool bytes_write(StringView bytes, Arena *a, DynamoAttribute *out, Error *e) MUST_CHECK;
bool bytes_read(const DynamoAttribute *a, Arena *arena, StringView *out, Error *e) MUST_CHECK;
const DynamoAttribute *item_attribute(const DynamoItem *item, const char *name);

/* ---- shared_file.c: a file read */

typedef struct Manifest {
    DynamoItem item;
    const char *generation;
    int64_t revision;
    uint64_t rows, failures; /* items that belong to it */
} Manifest;

typedef struct SharedFile {
    Arena arena;
    const char *uri;
    bool found;
    Manifest manifest;
    ItemList rows, failures;
    bool whole; /* all of them are there */
} SharedFile;
void shared_file_deinit(SharedFile *f);

/* *out: its texts are the item's. ERROR_SETUP: it is none of this layout. */
bool manifest_read(const DynamoTable *t, const DynamoItem *item, Manifest *out,
                   Error *e) MUST_CHECK;
/* Sets uri and manifest from a copy of the item. */
bool shared_file_begin(SharedFile *f, const DynamoTable *t, const DynamoItem *manifest,
                       Error *e) MUST_CHECK;
/* Takes an item of its partition, unless that belongs to another generation. */
bool shared_file_take(SharedFile *f, bool failure, const DynamoItem *item, Error *e) MUST_CHECK;
/* Within a batch: what the ledger has of it becomes that. */
bool shared_file_put(SharedFile *f, const DynamoTable *t, Ledger *l, Error *e) MUST_CHECK;

/* shared_read.c: the same from the table, for as many files at the same time as there are threads,
 * and into the ledger, whose batch has begun. Those that are still being written after a while are
 * not `whole`. `files` need uri and manifest. */
bool shared_read(SharedTable *t, Ledger *l, SharedFile *files, size_t count, Error *e) MUST_CHECK;
