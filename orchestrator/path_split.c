/* path_split.c: where the last part of a path begins. */
#include "orchestrator/path_split.h"

#include <string.h>

PathSplit path_split(const char *path)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t begin = end;
    while (begin > 0 && path[begin - 1] != '/')
        begin--;
    size_t name = end - begin;
    if (name <= 2 && memcmp(path + begin, "..", name) == 0)
        return (PathSplit){.folder = end};
    return (PathSplit){.folder = begin, .name = name};
}
