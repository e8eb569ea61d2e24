/* put_key.c: from a file's path to the key of an object. */
#include "orchestrator/put.h"

#include "orchestrator/spellings.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool root_of(const char *path, Arena *a, PutRoot *out, Error *e)
{
    struct stat st;
    const char *uris[SPELLINGS];
    bool there = stat(path, &st) == 0;
    *out = (PutRoot){.path = path};
    if (there && !S_ISDIR(st.st_mode))
        return true;
    if (!spellings_of(there ? path : ".", a, uris, e))
        return false;
    size_t length = strlen(uris[0]);
    bool slash = length > 0 && uris[0][length - 1] == '/';
    out->below = slash ? uris[0] : arena_printf(a, "%s/", uris[0]);
    return out->below || arena_full(a, e);
}

bool put_roots(const StringList *paths, Arena *a, PutRoot **out, Error *e)
{
    PutRoot *roots = arena_array(a, paths->count + 1, sizeof *roots);
    if (!roots)
        return arena_full(a, e);
    for (size_t i = 0; i < paths->count; i++)
        if (!root_of(paths->items[i], a, &roots[i], e))
            return false;
    *out = roots;
    return true;
}

const char *put_key(const PutRoot *root, const char *file)
{
    const char *slash = strrchr(file, '/');
    size_t length = root->below ? strlen(root->below) : 0;
    if (!root->below)
        return slash ? slash + 1 : file;
    return strncmp(file, root->below, length) == 0 ? file + length : file + strspn(file, "/");
}
