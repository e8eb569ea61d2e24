/* classify.c: the first rule that matches. */
#include "orchestrator/classify.h"

#include "core/text.h"

#include <string.h>

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool matches(const Rule *r, const char *path)
{
    if (r->regex)
        return regex_found(r->compiled, path, strlen(path));
    return text_glob(r->glob, strchr(r->glob, '/') ? path : last_part(path));
}

bool classify(const Rule *rules, size_t count, const Pipeline *standard, const char *path,
              Choice *out)
{
    for (size_t i = 0; i < count; i++) {
        if (!matches(&rules[i], path))
            continue;
        *out = (Choice){rules[i].ignore ? NULL : rules[i].pipeline, rules[i].text};
        return true;
    }
    *out = (Choice){standard, "by content"};
    return false;
}

bool classify_output(const Rule *rules, size_t count, const char *path)
{
    for (size_t i = 0; i < count && rules[i].output; i++)
        if (matches(&rules[i], path))
            return true;
    return false;
}
