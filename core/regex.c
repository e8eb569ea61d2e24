/* regex.c: PCRE2's door. Files' names and cells are bytes, so patterns match bytes, not characters.
 */
#include "core/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

enum { MATCH_LIMIT = 100000, HEAP_LIMIT_KIB = 1024 };

struct Regex {
    pcre2_code *code; /* all in the arena */
    pcre2_match_data *found;
    pcre2_match_context *limits;
    size_t groups;
};

static void *take(size_t size, void *arena)
{
    return arena_alloc(arena, size);
}

static void leave(void *memory, void *arena)
{
    (void)memory;
    (void)arena;
}

static bool explain(const char *pattern, int code, size_t offset, Error *e)
{
    PCRE2_UCHAR why[160] = "";
    pcre2_get_error_message(code, why, sizeof why);
    return error_coded(e, ERROR_SETUP, "bad_value",
                       "`%s` is no regular expression: %s (at character %zu)", pattern,
                       (const char *)why, offset + 1);
}

bool regex_new(const char *pattern, Arena *a, Regex **out, Error *e)
{
    pcre2_general_context *in_arena = pcre2_general_context_create(take, leave, a);
    pcre2_compile_context *how = in_arena ? pcre2_compile_context_create(in_arena) : NULL;
    Regex *r = arena_alloc(a, sizeof *r);
    if (!how || !r)
        return arena_full(a, e);
    int code = 0;
    size_t offset = 0;
    uint32_t groups = 0;
    r->code =
        pcre2_compile((PCRE2_SPTR)pattern, strlen(pattern), PCRE2_NEVER_UTF, &code, &offset, how);
    if (!r->code)
        return explain(pattern, code, offset, e);
    pcre2_pattern_info(r->code, PCRE2_INFO_CAPTURECOUNT, &groups);
    r->groups = groups;
    r->found = pcre2_match_data_create_from_pattern(r->code, in_arena);
    r->limits = pcre2_match_context_create(in_arena);
    if (!r->found || !r->limits)
        return arena_full(a, e);
    pcre2_set_match_limit(r->limits, MATCH_LIMIT);
    pcre2_set_heap_limit(r->limits, HEAP_LIMIT_KIB);
    *out = r;
    return true;
}

size_t regex_groups(const Regex *r)
{
    return r->groups;
}

bool regex_found(const Regex *r, const char *text, size_t length)
{
    /* a context of its own: the arena is not for what comes and goes, nor for threads */
    pcre2_match_data *found = pcre2_match_data_create(1, NULL);
    int result = PCRE2_ERROR_NOMEMORY;
    if (found)
        result = pcre2_match(r->code, (PCRE2_SPTR)text, length, 0, 0, found, NULL);
    pcre2_match_data_free(found);
    return result >= 0;
}

bool regex_split(Regex *r, const char *text, size_t length, StringView *groups)
{
    int result = pcre2_match(r->code, (PCRE2_SPTR)text, length, 0, 0, r->found, r->limits);
    if (result < 0)
        return false;
    if (!groups)
        return true;
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(r->found);
    for (size_t i = 0; i <= r->groups; i++) {
        bool set = (int)i < result && at[2 * i] != PCRE2_UNSET;
        groups[i] =
            set ? (StringView){text + at[2 * i], at[2 * i + 1] - at[2 * i]} : (StringView){NULL, 0};
    }
    return true;
}
