/* path_split.h: a path as its folder and its last part. */
#pragma once

#include <stddef.h>

/* As counts of the path's bytes; slashes at its end belong to neither. */
typedef struct PathSplit {
    size_t folder; /* with the slash; 0: the current one */
    size_t name;   /* of the last part, behind the folder; 0: "/", "." and ".." name no entry of
                      their own, and the folder is the whole path */
} PathSplit;
PathSplit path_split(const char *path);
