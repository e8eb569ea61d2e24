/* query_fields.c: the fields of `weir files`, `results` and `failures`, in the contract's order. */
#include "orchestrator/query_internal.h"

#include <string.h>

/* An unsigned number beyond int64 is stored as its digits. */
#define NUMBER_OF(column)                                                                          \
    "CASE typeof(" column ") WHEN 'text' THEN CAST(" column " AS REAL) ELSE " column " END"
#define VALUE(name)                                                                                \
    {                                                                                              \
#name, FIELD_NUMBER, "v." #name, NUMBER_OF("v." #name)                                     \
    }

/* Whole seconds, rounded down also before 1970. */
#define MTIME                                                                                      \
    "strftime('%Y-%m-%dT%H:%M:%SZ',"                                                               \
    " (nullif(f.mtime_ns, 0) - (f.mtime_ns < 0) * 999999999) / 1000000000, 'unixepoch')"

static const Field files[] = {
    {"uri", FIELD_PATH, "f.uri", NULL},
    {"unit", FIELD_TEXT, "f.unit", NULL},
    {"state", FIELD_TEXT, "f.state", NULL},
    {"format", FIELD_TEXT, "f.format", NULL},
    {"model", FIELD_TEXT, "f.model", NULL},
    {"evidence", FIELD_TEXT, "f.evidence", NULL},
    {"size_bytes", FIELD_SIZE, "f.size_bytes", NULL},
    {"rows", FIELD_NUMBER, "f.rows", NULL},
    {"variables", FIELD_NUMBER, "f.variables", NULL},
    {"groups", FIELD_NUMBER, "f.groups", NULL},
    {"time_variable", FIELD_TEXT, "f.time_variable", NULL},
    {"first_time", FIELD_TIME, "f.first_time", NULL},
    {"last_time", FIELD_TIME, "f.last_time", NULL},
    {"attempts", FIELD_NUMBER, "f.attempts", NULL},
    {"reason", FIELD_TEXT, "f.reason", NULL},
    {"code", FIELD_TEXT, "f.code", NULL},
    {"notes", FIELD_LINES, "f.notes", "replace(f.notes, char(10), '; ')"},
    {"facts", FIELD_LINES, "f.facts", "replace(f.facts, char(10), '; ')"},
    {"stage", FIELD_TEXT, "f.stage", NULL},
    {"class", FIELD_TEXT, "f.class", NULL},
    {"place", FIELD_TEXT, "f.place", NULL},
    {"pipeline", FIELD_TEXT, "f.pipeline", NULL},
    {"rule", FIELD_TEXT, "f.rule", NULL},
    {"convention", FIELD_TEXT, "f.convention", NULL},
    {"guessed", FIELD_LINES, "f.guessed", "replace(f.guessed, char(10), '; ')"},
    {"members", FIELD_NUMBER, "f.members", NULL},
    {"mtime", FIELD_TIME, MTIME, NULL}, /* not shown */
};

static const Field results[] = {
    {"uri", FIELD_PATH, "f.uri", NULL},
    {"unit", FIELD_TEXT, "f.unit", NULL},
    {"format", FIELD_TEXT, "f.format", NULL},
    {"pipeline", FIELD_TEXT, "f.pipeline", NULL},
    {"variable", FIELD_TEXT, "v.variable", NULL},
    {"units", FIELD_TEXT, "v.units", NULL},
    {"type", FIELD_TEXT, "v.type", NULL},
    {"shape", FIELD_SHAPE, "v.shape", NULL},
    {"n", FIELD_NUMBER, "v.n", NULL},
    {"valid", FIELD_NUMBER, "v.valid", NULL},
    {"missing", FIELD_NUMBER, "v.missing", NULL},
    {"outside_valid_range", FIELD_NUMBER, "v.outside_valid_range", NULL},
    VALUE(min),
    VALUE(max),
    VALUE(mean),
    VALUE(std),
    VALUE(first),
    VALUE(last),
    VALUE(p05),
    VALUE(p50),
    VALUE(p95),
    {"reason", FIELD_TEXT, "v.reason", NULL},
    {"code", FIELD_TEXT, "v.code", NULL},
    {"place", FIELD_TEXT, "v.place", NULL},
    {"standard_name", FIELD_TEXT, "v.standard_name", NULL},
    {"long_name", FIELD_TEXT, "v.long_name", NULL},
    {"histogram", FIELD_COUNTS, "v.histogram", NULL},
    {"counts", FIELD_OF_VALUES, "v.counts", NULL},
};

static const Field failures[] = {
    {"uri", FIELD_PATH, "x.uri", NULL},
    {"unit", FIELD_TEXT, "x.unit", NULL},
    {"stage", FIELD_TEXT, "x.stage", NULL},
    {"class", FIELD_TEXT, "x.class", NULL},
    {"code", FIELD_TEXT, "x.code", NULL},
    {"reason", FIELD_TEXT, "x.reason", NULL},
    {"place", FIELD_TEXT, "x.place", NULL},
    {"attempts", FIELD_NUMBER, "x.attempts", NULL},
    {"time", FIELD_TIME, "x.time", NULL},
    {"cleared", FIELD_TIME, "x.cleared", NULL},
    {"cleared_by", FIELD_TEXT, "x.cleared_by", NULL},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* CROSS JOIN keeps SQLite to the order of the files' index, so that no row is ever sorted. */
static const FieldTable tables[] = {
    [QUERY_FILES] = {.fields = files,
                     .count = COUNT(files) - 1,
                     .known = COUNT(files),
                     .from = "files f",
                     .unit_columns = "f.uri, f.unit",
                     .order = "f.uri, f.unit"},
    [QUERY_RESULTS] = {.fields = results,
                       .count = COUNT(results),
                       .known = COUNT(results),
                       .from = "files f CROSS JOIN variables v ON v.file = f.id",
                       .unit_columns = "f.uri, f.unit",
                       .order = "f.uri, f.unit, v.position"},
    [QUERY_FAILURES] = {.fields = failures,
                        .count = COUNT(failures),
                        .known = COUNT(failures),
                        .from = "failures x",
                        .unit_columns = "x.uri, x.unit",
                        .order = "x.uri, x.unit, x.id",
                        .open_only = "x.cleared IS NULL"},
};
_Static_assert(COUNT(results) <= FIELDS_MAX && COUNT(files) <= FIELDS_MAX, "raise FIELDS_MAX");

const FieldTable *query_fields(QueryTable table)
{
    return &tables[table];
}

size_t query_field_index(const FieldTable *t, const char *name, size_t length)
{
    for (size_t i = 0; i < t->known; i++)
        if (strlen(t->fields[i].name) == length && memcmp(t->fields[i].name, name, length) == 0)
            return i;
    return SIZE_MAX;
}
