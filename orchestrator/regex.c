/* regex.c: PCRE2's door. Paths are bytes, so patterns match bytes, not characters. */
#include "orchestrator/classify.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

struct Regex {
    pcre2_code *code; /* in the arena */
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

bool regex_compile(const char *pattern, Arena *a, Regex **out, Error *e)
{
    pcre2_general_context *in_arena = pcre2_general_context_create(take, leave, a);
    pcre2_compile_context *how = in_arena ? pcre2_compile_context_create(in_arena) : NULL;
    Regex *r = arena_alloc(a, sizeof *r);
    if (!how || !r)
        return arena_full(a, e);
    int code = 0;
    size_t offset = 0;
    r->code =
        pcre2_compile((PCRE2_SPTR)pattern, strlen(pattern), PCRE2_NEVER_UTF, &code, &offset, how);
    if (!r->code) {
        PCRE2_UCHAR why[160] = "";
        pcre2_get_error_message(code, why, sizeof why);
        return error_coded(e, ERROR_SETUP, "bad_value",
                           "`%s` is no regular expression: %s (at character %zu)", pattern,
                           (const char *)why, offset + 1);
    }
    *out = r;
    return true;
}

bool regex_matches(const Regex *r, const char *text)
{
    /* a context of its own: the arena is not for what comes and goes, nor for threads */
    pcre2_general_context *heap = pcre2_general_context_create(NULL, NULL, NULL);
    pcre2_match_data *found = heap ? pcre2_match_data_create(1, heap) : NULL;
    int result = PCRE2_ERROR_NOMEMORY;
    if (found)
        result = pcre2_match(r->code, (PCRE2_SPTR)text, strlen(text), 0, 0, found, NULL);
    pcre2_match_data_free(found);
    pcre2_general_context_free(heap);
    return result >= 0;
}
