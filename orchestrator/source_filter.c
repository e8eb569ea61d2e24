/* source_filter.c: include and exclude patterns. */
#include "orchestrator/source_filter.h"

#include "core/text.h"

#include <string.h>

static bool copy_list(StringList *out, const StringList *list, Arena *a)
{
    out->items = arena_array(a, list->count + 1, sizeof *out->items);
    if (!out->items)
        return false;
    for (size_t i = 0; i < list->count; i++) {
        out->items[i] = arena_string(a, list->items[i]);
        if (!out->items[i])
            return false;
    }
    out->count = list->count;
    return true;
}

bool filter_init(SourceFilter *f, const StringList *include, const StringList *exclude, Arena *a,
                 Error *e)
{
    *f = (SourceFilter){0};
    f->reasons = arena_array(a, exclude->count + 1, sizeof *f->reasons);
    if (!f->reasons || !copy_list(&f->include, include, a) || !copy_list(&f->exclude, exclude, a))
        return arena_full(a, e);
    for (size_t i = 0; i < exclude->count; i++) {
        f->reasons[i] = arena_printf(a, "excluded by %s", exclude->items[i]);
        if (!f->reasons[i])
            return arena_full(a, e);
    }
    return true;
}

static const char *last_part(const char *relative)
{
    const char *slash = strrchr(relative, '/');
    return slash ? slash + 1 : relative;
}

/* Index of the first pattern that holds, or the number of patterns. */
static size_t first_match(const StringList *patterns, const char *relative)
{
    size_t i = 0;
    while (i < patterns->count && !text_glob(patterns->items[i], relative) &&
           !text_glob(patterns->items[i], last_part(relative)))
        i++;
    return i;
}

bool filter_includes(const SourceFilter *f, const char *relative)
{
    return f->include.count == 0 || first_match(&f->include, relative) < f->include.count;
}

const char *filter_excludes(const SourceFilter *f, const char *relative)
{
    size_t i = first_match(&f->exclude, relative);
    return i < f->exclude.count ? f->reasons[i] : NULL;
}

const char *filter_ignores(const SourceFilter *f, const char *relative, const struct stat *st)
{
    return S_ISREG(st->st_mode)    ? filter_excludes(f, relative)
           : S_ISFIFO(st->st_mode) ? "FIFO"
           : S_ISSOCK(st->st_mode) ? "socket"
           : S_ISLNK(st->st_mode)  ? "dangling symbolic link"
                                   : "device";
}

const char *filter_bars_directory(const SourceFilter *f, const char *relative)
{
    return last_part(relative)[0] == '.' ? "hidden directory" : filter_excludes(f, relative);
}
