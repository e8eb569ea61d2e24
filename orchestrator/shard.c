/* shard.c: which shard this is, and whose a file is. */
#include "orchestrator/shard.h"

#include "core/hash.h"
#include "core/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool shard_read(const char *text, Shard *out, Error *e)
{
    const char *slash = strchr(text, '/');
    Shard s = {0};
    bool ok = slash && text_to_uint64(text, (size_t)(slash - text), &s.number) &&
              text_to_uint64(slash + 1, strlen(slash + 1), &s.count) && s.number >= 1 &&
              s.number <= s.count && s.count <= SHARDS_MOST;
    if (!ok)
        return error_coded(e, ERROR_SETUP, "usage",
                           "--shard is I/N, the first of 16 is 1/16 and the last 16/16, not \"%s\"",
                           text);
    *out = s;
    return true;
}

/* ---- tasks of an array */

/* A number in the environment. Unset or empty is *found = false. */
static bool read_variable(const char *name, uint64_t *out, bool *found, Error *e)
{
    const char *text = getenv(name);
    *found = text && text[0];
    return !*found || text_to_uint64(text, strlen(text), out) ||
           error_coded(
               e, ERROR_SETUP, "usage",
               "%s is no number (\"%s\"); say --shard I/N, or --shard 1/1 to read all files", name,
               text);
}

typedef struct Variable {
    const char *name;
    uint64_t value;
    bool found;
} Variable;

static bool read_all(Variable *v, size_t count, Error *e)
{
    for (size_t i = 0; i < count; i++)
        if (!read_variable(v[i].name, &v[i].value, &v[i].found, e))
            return false;
    return true;
}

enum { TASK_ID, TASK_MIN, TASK_MAX, TASK_STEP, TASK_COUNT, TASK_VARIABLES };

/* Slurm's ids: MIN, MIN + STEP, ... */
static bool of_slurm(const Variable *v, Shard *out, Error *e)
{
    if (!v[TASK_MIN].found || (!v[TASK_COUNT].found && !v[TASK_MAX].found))
        return error_coded(e, ERROR_SETUP, "usage",
                           "this is task %" PRIu64
                           " of an array of Slurm, but SLURM_ARRAY_TASK_MIN "
                           "and SLURM_ARRAY_TASK_COUNT do not say of how many; say --shard I/N, or "
                           "--shard 1/1 to read all files",
                           v[TASK_ID].value);
    uint64_t id = v[TASK_ID].value, min = v[TASK_MIN].value;
    uint64_t step = v[TASK_STEP].found && v[TASK_STEP].value ? v[TASK_STEP].value : 1;
    uint64_t span = v[TASK_MAX].found && v[TASK_MAX].value >= min ? v[TASK_MAX].value - min : 0;
    uint64_t count = v[TASK_COUNT].found ? v[TASK_COUNT].value : span / step + 1;
    bool even = id >= min && (id - min) % step == 0 && (id - min) / step < count &&
                count <= SHARDS_MOST && (!v[TASK_MAX].found || span / step + 1 == count);
    if (!even)
        return error_coded(e, ERROR_SETUP, "usage",
                           "the ids of this array of Slurm (%" PRIu64 " tasks from %" PRIu64
                           " to %" PRIu64
                           ") are not evenly spaced: say --shard I/N, or --shard 1/1 "
                           "to read all files",
                           count, min, v[TASK_MAX].value);
    *out = (Shard){.number = (id - min) / step + 1, .count = count};
    return true;
}

static bool of_batch(const Variable *index, const Variable *size, Shard *out, Error *e)
{
    if (!size->found)
        return error_coded(e, ERROR_SETUP, "usage",
                           "%s is set, but not %s: say --shard I/N, or --shard 1/1 to read all "
                           "files",
                           index->name, size->name);
    if (index->value >= size->value || size->value > SHARDS_MOST)
        return error_coded(e, ERROR_SETUP, "usage",
                           "%s is %" PRIu64 " and %s %" PRIu64 ": say --shard I/N, or --shard 1/1 "
                           "to read all files",
                           index->name, index->value, size->name, size->value);
    *out = (Shard){.number = index->value + 1, .count = size->value};
    return true;
}

bool shard_of_task(Shard *out, Buffer *told_by, Error *e)
{
    Variable slurm[TASK_VARIABLES] = {
        [TASK_ID] = {.name = "SLURM_ARRAY_TASK_ID"},
        [TASK_MIN] = {.name = "SLURM_ARRAY_TASK_MIN"},
        [TASK_MAX] = {.name = "SLURM_ARRAY_TASK_MAX"},
        [TASK_STEP] = {.name = "SLURM_ARRAY_TASK_STEP"},
        [TASK_COUNT] = {.name = "SLURM_ARRAY_TASK_COUNT"},
    };
    Variable batch[] = {{.name = "AWS_BATCH_JOB_ARRAY_INDEX"},
                        {.name = "AWS_BATCH_JOB_ARRAY_SIZE"}};
    *out = (Shard){1, 1};
    if (!read_all(slurm, TASK_VARIABLES, e) || !read_all(batch, 2, e))
        return false;
    if (slurm[TASK_ID].found && batch[0].found)
        return error_coded(e, ERROR_SETUP, "usage",
                           "%s and %s are both set: say --shard I/N, or --shard 1/1 to read all "
                           "files",
                           slurm[TASK_ID].name, batch[0].name);
    const Variable *id = slurm[TASK_ID].found ? &slurm[TASK_ID] : &batch[0];
    if (!id->found)
        return true;
    buffer_printf(told_by, "%s=%" PRIu64, id->name, id->value);
    return id == batch ? of_batch(&batch[0], &batch[1], out, e) : of_slurm(slurm, out, e);
}

bool shard_has(const Shard *s, const char *uri, bool *out, Error *e)
{
    unsigned char bytes[HASH_BYTES_MAX];
    size_t size;
    uint64_t first = 0;
    auto_hash Hash h = {0};
    if (!hash_begin(&h, HASH_SHA256, e) || !hash_add(&h, uri, strlen(uri), e) ||
        !hash_end(&h, bytes, &size, e))
        return false;
    for (size_t i = 0; i < sizeof first; i++)
        first = first << 8 | bytes[i];
    *out = first % s->count == s->number - 1;
    return true;
}
