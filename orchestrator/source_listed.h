/* source_listed.h: what a listing has covered already, so that no file comes twice.
 *
 * Trees are remembered by their top directory, and single files (named by the user, or reached over
 * a link) by directory and name; files inside trees are not remembered at all: whether a path lies
 * in a tree is found by going up from it. Directories are compared by device and inode. */
#pragma once

#include "core/arena.h"
#include "core/buffer.h"
#include "orchestrator/source_filter.h"

#include <sys/stat.h>

typedef struct ListedMark ListedMark;

typedef struct Listed {
    Arena *arena; /* for the marks: grows with trees and single files, not with files in trees */
    const SourceFilter *filter;
    ListedMark *marks; /* hash table, a power of two long */
    size_t mark_count, mark_capacity;
    struct {
        const char *path; /* NULL: there is none */
        bool known;       /* false until it exists */
        uint64_t device, inode;
    } never;
    struct {
        Buffer directory;  /* the directory looked at last ... */
        size_t mark_count; /* ... when there were so many marks */
        bool never, covered;
        Buffer relative; /* its path as the patterns see it, if covered */
    } place;
} Listed;

/* `never`: a directory that is nowhere looked into, or NULL; it may not exist yet. The arena and
 * the filter are borrowed. */
bool listed_init(Listed *l, const SourceFilter *filter, const char *never, Arena *a,
                 Error *e) MUST_CHECK;
void listed_deinit(Listed *l);

/* True if a walk must not go into the directory: `never`, or the top of a tree. */
bool listed_bars(Listed *l, const struct stat *directory);
/* True if the directory at the real path would be told again or must not be told at all; otherwise
 * it is now a tree. `prefix`: path of the tree as the patterns see it, "" for one that the user
 * named. */
bool listed_add_tree(Listed *l, const char *real, const struct stat *st, const char *prefix,
                     bool *is_new, Error *e) MUST_CHECK;
/* The same for a single file. */
bool listed_add_file(Listed *l, const char *real, bool *is_new, Error *e) MUST_CHECK;
/* True if the path, were a file there, is one that the walk of a tree has told. */
bool listed_covers(Listed *l, const char *path);
/* True if single files of this directory were told: only then listed_has_file needs to be asked. */
bool listed_holds_files(const Listed *l, const struct stat *directory);
bool listed_has_file(const Listed *l, const struct stat *directory, const char *name);
