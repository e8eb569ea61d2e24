/* source_listed.c: marks of trees and single files, and the way up from a path to them. */
#include "orchestrator/source_listed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A name that no entry can have tells apart what is remembered of a directory. */
static const char is_tree[] = "/", holds_files[] = "";

struct ListedMark {
    uint64_t device, inode;
    const char *name;   /* of a file in this directory, is_tree or holds_files; NULL: free place */
    const char *prefix; /* of a tree */
};

enum { MARKS_FIRST = 64 };

static uint64_t hash_of(uint64_t device, uint64_t inode, const char *name)
{
    uint64_t h = (device * 0x9e3779b97f4a7c15U) ^ inode;
    for (; *name; name++) /* FNV-1a */
        h = (h ^ (unsigned char)*name) * 0x100000001b3U;
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93U;
    return h ^ (h >> 32);
}

/* The mark, or the free place where it belongs. */
static ListedMark *find(const Listed *l, const struct stat *st, const char *name)
{
    uint64_t device = (uint64_t)st->st_dev, inode = (uint64_t)st->st_ino;
    size_t i = hash_of(device, inode, name) & (l->mark_capacity - 1);
    for (;; i = (i + 1) & (l->mark_capacity - 1)) {
        ListedMark *m = &l->marks[i];
        if (!m->name || (m->device == device && m->inode == inode && strcmp(m->name, name) == 0))
            return m;
    }
}

static bool out_of_memory(Error *e)
{
    return error_errno(e, ERROR_RETRY, ENOMEM, "directory listing");
}

/* At the most half of the places are taken. */
static bool make_room(Listed *l, Error *e)
{
    if (2 * l->mark_count < l->mark_capacity)
        return true;
    Listed larger = *l;
    larger.mark_capacity = l->mark_capacity ? 2 * l->mark_capacity : MARKS_FIRST;
    larger.marks = arena_array(l->arena, larger.mark_capacity, sizeof *larger.marks);
    if (!larger.marks)
        return out_of_memory(e);
    for (size_t i = 0; i < l->mark_capacity; i++) {
        const ListedMark *m = &l->marks[i];
        struct stat st = {.st_dev = m->device, .st_ino = m->inode};
        if (m->name)
            *find(&larger, &st, m->name) = *m;
    }
    l->marks = larger.marks;
    l->mark_capacity = larger.mark_capacity;
    return true;
}

static bool add(Listed *l, const struct stat *st, const char *name, const char *prefix, Error *e)
{
    if (!make_room(l, e))
        return false;
    ListedMark *m = find(l, st, name);
    if (m->name)
        return true;
    const char *own_prefix = prefix ? arena_string(l->arena, prefix) : NULL;
    const char *own_name = arena_string(l->arena, name);
    if (!own_name || (prefix && !own_prefix))
        return out_of_memory(e);
    *m = (ListedMark){(uint64_t)st->st_dev, (uint64_t)st->st_ino, own_name, own_prefix};
    l->mark_count++;
    return true;
}

bool listed_init(Listed *l, const SourceFilter *filter, const char *never, Arena *a, Error *e)
{
    *l = (Listed){.arena = a, .filter = filter};
    if (never) {
        l->never.path = arena_string(a, never);
        if (!l->never.path)
            return out_of_memory(e);
    }
    return make_room(l, e);
}

void listed_deinit(Listed *l)
{
    buffer_deinit(&l->place.directory);
    buffer_deinit(&l->place.relative);
}

static bool is_never(Listed *l, const struct stat *st)
{
    struct stat never;
    if (l->never.path && !l->never.known && stat(l->never.path, &never) == 0) {
        l->never.known = true;
        l->never.device = (uint64_t)never.st_dev;
        l->never.inode = (uint64_t)never.st_ino;
    }
    return l->never.known && l->never.device == st->st_dev && l->never.inode == st->st_ino;
}

bool listed_bars(Listed *l, const struct stat *directory)
{
    return is_never(l, directory) || find(l, directory, is_tree)->name;
}

bool listed_holds_files(const Listed *l, const struct stat *directory)
{
    return find(l, directory, holds_files)->name;
}

bool listed_has_file(const Listed *l, const struct stat *directory, const char *name)
{
    return find(l, directory, name)->name;
}

/* True if a walk of the tree has gone into every directory on the way to `below`. Sets
 * place.relative. */
static bool walk_reached(Listed *l, const ListedMark *tree, const char *below)
{
    Buffer *relative = &l->place.relative;
    buffer_clear(relative);
    buffer_string(relative, tree->prefix);
    while (*below) {
        size_t length = strcspn(below, "/");
        if (relative->length > 0)
            buffer_char(relative, '/');
        buffer_append(relative, below, length);
        if (relative->failed || filter_bars_directory(l->filter, relative->bytes))
            return false;
        below += length + (below[length] == '/');
    }
    return true;
}

/* Looks at one ancestor of the directory in `path`: its first `length` bytes. */
static void look_at(Listed *l, char *path, size_t length)
{
    struct stat st;
    char kept = path[length];
    path[length] = '\0';
    bool found = stat(length > 0 ? path : "/", &st) == 0;
    path[length] = kept;
    if (!found)
        return;
    l->place.never = is_never(l, &st);
    const ListedMark *tree = find(l, &st, is_tree);
    if (!l->place.covered && tree->name)
        l->place.covered = walk_reached(l, tree, path + length + (kept == '/'));
}

/* Sets l->place for the directory: is it in `never`, was it walked? Neighbours ask again and again,
 * so the last answer is kept until there is a new mark. */
static bool find_place(Listed *l, const char *directory, Error *e)
{
    Buffer *path = &l->place.directory;
    if (path->length > 0 && l->place.mark_count == l->mark_count &&
        strcmp(path->bytes, directory) == 0)
        return true;
    buffer_clear(path);
    buffer_string(path, directory);
    buffer_string(&l->place.relative, ""); /* never NULL */
    l->place.never = l->place.covered = false;
    size_t length = path->failed ? 0 : path->length;
    if (length == 1) /* "/" */
        length = 0;
    while (!path->failed && !l->place.never) {
        look_at(l, path->bytes, length);
        if (length == 0)
            break;
        while (path->bytes[--length] != '/')
            ;
    }
    if (path->failed || l->place.relative.failed) {
        listed_deinit(l);
        l->place.directory = l->place.relative = (Buffer){0};
        return out_of_memory(e);
    }
    l->place.mark_count = l->mark_count;
    return true;
}

bool listed_add_tree(Listed *l, const char *real, const struct stat *st, const char *prefix,
                     bool *is_new, Error *e)
{
    if (!find_place(l, real, e))
        return false;
    bool again = l->place.never || l->place.covered || find(l, st, is_tree)->name;
    if (!again && !add(l, st, is_tree, prefix, e))
        return false;
    *is_new = !again;
    return true;
}

/* True if the walk that covered the directory has told this file of it. */
static bool was_told(Listed *l, const char *name)
{
    Buffer *relative = &l->place.relative;
    size_t length = relative->length;
    if (length > 0)
        buffer_char(relative, '/');
    buffer_string(relative, name);
    bool told = !relative->failed && filter_includes(l->filter, relative->bytes);
    relative->length = length;
    relative->bytes[length] = '\0';
    return told;
}

/* The directory of an absolute path, to be freed; *name is the path's last part. */
static char *split(const char *path, const char **name)
{
    *name = strrchr(path, '/') + 1;
    size_t length = (size_t)(*name - path);
    return strndup(path, length > 1 ? length - 1 : 1);
}

bool listed_covers(Listed *l, const char *path)
{
    Error e;
    const char *name;
    char *directory = split(path, &name);
    bool known = directory && find_place(l, directory, &e);
    free(directory);
    return known && !l->place.never && l->place.covered && was_told(l, name);
}

bool listed_add_file(Listed *l, const char *real, bool *is_new, Error *e)
{
    const char *name;
    char *directory = split(real, &name);
    if (!directory)
        return out_of_memory(e);
    struct stat st;
    bool found = stat(directory, &st) == 0;
    bool ok = find_place(l, directory, e);
    free(directory);
    if (!ok)
        return false;
    bool again = !found || l->place.never || (l->place.covered && was_told(l, name)) ||
                 find(l, &st, name)->name;
    size_t marks = l->mark_count;
    if (!again && (!add(l, &st, holds_files, NULL, e) || !add(l, &st, name, NULL, e)))
        return false;
    l->place.mark_count += l->mark_count - marks; /* marks of files change no place */
    *is_new = !again;
    return true;
}
