/* spellings.c: absolute paths, with and without symbolic links. */
#include "orchestrator/spellings.h"

#include "orchestrator/path_split.h"
#include "stores/aws/s3.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_part(const char *part, size_t length, const char *name)
{
    return strlen(name) == length && memcmp(part, name, length) == 0;
}

/* Takes out "//", "/./" and "/part/../", as a shell does. */
static void normalise(char *path)
{
    char *end = path;
    for (const char *at = path; *at;) {
        at += strspn(at, "/");
        size_t length = strcspn(at, "/");
        if (is_part(at, length, "..")) {
            while (end > path && *--end != '/')
                ;
        } else if (length > 0 && !is_part(at, length, ".")) {
            *end++ = '/';
            memmove(end, at, length);
            end += length;
        }
        at += length;
    }
    if (end == path)
        *end++ = '/';
    *end = '\0';
}

static char *as_typed(const char *path, Arena *a, Error *e)
{
    char cwd[PATH_MAX] = "";
    if (path[0] != '/' && !getcwd(cwd, sizeof cwd)) {
        error_errno(e, ERROR_SETUP, errno, "current directory");
        return NULL;
    }
    char *typed = arena_printf(a, "%s/%s", cwd, path);
    if (typed)
        normalise(typed);
    else
        arena_full(a, e);
    return typed;
}

/* Splits off the last part; NULL where the path ends in none of its own. */
static const char *last_part(const char *path, Arena *a, const char **folder)
{
    PathSplit s = path_split(path);
    if (s.name == 0)
        return NULL;
    *folder = s.folder > 0 ? arena_copy(a, path, s.folder) : ".";
    return arena_copy(a, path + s.folder, s.name);
}

bool spellings_of(const char *path, Arena *a, const char *out[SPELLINGS], Error *e)
{
    char real_folder[PATH_MAX], real[PATH_MAX];
    if (s3_is_uri(path)) { /* has one name */
        out[0] = out[1] = out[2] = path;
        return true;
    }
    const char *folder = NULL, *typed = as_typed(path, a, e);
    if (!typed)
        return false;
    const char *name = last_part(path, a, &folder);
    const char *there = realpath(path, real) ? arena_string(a, real) : typed;
    const char *listed = there;
    if (name && folder && realpath(folder, real_folder))
        listed = arena_printf(a, "%s/%s", strcmp(real_folder, "/") == 0 ? "" : real_folder, name);
    if (!listed || !there)
        return arena_full(a, e);
    out[0] = listed;
    out[1] = typed;
    out[2] = there;
    return true;
}
