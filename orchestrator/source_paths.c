/* source_paths.c: names, glob patterns and lists of names. */
#include "orchestrator/source_paths.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LIST_BLOCK = 65536 }; /* a name must fit into it */

typedef struct PathItem {
    const char *name; /* of a file, or of the list for messages */
    int list_fd;      /* -1: no list */
} PathItem;

struct SourcePaths {
    Arena arena;
    PathItem *items;
    size_t count, capacity, at;
    char *block; /* of the list being read: bytes [begin, end) are still to come */
    size_t begin, end;
    int separator; /* -1: not known yet */
    bool at_end;   /* the list has no more than what is in the block */
};

static bool out_of_memory(Error *e)
{
    return error_errno(e, ERROR_RETRY, ENOMEM, "list of paths");
}

static bool add_item(SourcePaths *p, const char *name, int list_fd, Error *e)
{
    PathItem *items = arena_grow(&p->arena, p->items, &p->capacity, p->count + 1, sizeof *p->items);
    const char *own = arena_string(&p->arena, name);
    if (!items || !own)
        return out_of_memory(e);
    p->items = items;
    p->items[p->count++] = (PathItem){own, list_fd};
    return true;
}

static bool add_list(SourcePaths *p, const char *name, int fd, Error *e)
{
    if (!p->block)
        p->block = malloc(LIST_BLOCK + 1); /* a NUL behind the last name */
    if (p->block && add_item(p, name, fd, e))
        return true;
    if (fd > STDERR_FILENO)
        close(fd);
    return out_of_memory(e);
}

static bool add_list_file(SourcePaths *p, const char *file, Error *e)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(e, ERROR_SETUP, errno, "cannot open the list of paths %s", file);
    return add_list(p, file, fd, e);
}

static bool add_matches(SourcePaths *p, const char *pattern, Error *e)
{
    glob_t found = {0};
    errno = 0;
    int code = glob(pattern, GLOB_ERR, NULL, &found);
    bool ok = code == 0;
    if (code == GLOB_NOMATCH)
        error_coded(e, ERROR_SETUP, "not_found", "%s: no such file or directory", pattern);
    else if (code == GLOB_NOSPACE)
        out_of_memory(e);
    else if (code != 0)
        error_errno(e, ERROR_SETUP, errno, "%s: cannot list a directory on its way", pattern);
    for (size_t i = 0; ok && i < found.gl_pathc; i++)
        ok = add_item(p, found.gl_pathv[i], -1, e);
    globfree(&found);
    return ok;
}

/* A name that exists, or of which only its directory could say (no right to look): the listing will
 * tell. */
static bool may_exist(const char *name)
{
    struct stat st;
    return lstat(name, &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

static bool add_path(SourcePaths *p, const char *path, Error *e)
{
    if (strcmp(path, "-") == 0)
        return add_list(p, "stdin", STDIN_FILENO, e);
    if (path[0] == '@')
        return add_list_file(p, path + 1, e);
    return may_exist(path) ? add_item(p, path, -1, e) : add_matches(p, path, e);
}

bool source_paths_open(const StringList *paths, SourcePaths **out, Error *e)
{
    SourcePaths *p = calloc(1, sizeof *p);
    if (!p)
        return out_of_memory(e);
    p->separator = -1;
    arena_init(&p->arena, 0);
    for (size_t i = 0; i < paths->count; i++)
        if (!add_path(p, paths->items[i], e)) {
            source_paths_close(p);
            return false;
        }
    *out = p;
    return true;
}

static void end_list(SourcePaths *p)
{
    PathItem *list = &p->items[p->at++];
    if (list->list_fd != STDIN_FILENO)
        close(list->list_fd);
    list->list_fd = -1;
    p->begin = p->end = 0;
    p->separator = -1;
    p->at_end = false;
}

void source_paths_close(SourcePaths *p)
{
    if (!p)
        return;
    for (; p->at < p->count; p->at++)
        if (p->items[p->at].list_fd > STDIN_FILENO)
            close(p->items[p->at].list_fd);
    free(p->block);
    arena_deinit(&p->arena);
    free(p);
}

static PathsEvent fail_list(SourcePaths *p, const char *reason, Error *e)
{
    error_coded(e, ERROR_DATA, "list", "list of paths %s: %s", p->items[p->at].name, reason);
    end_list(p);
    return PATHS_TROUBLE;
}

/* Adds what one read() gives. */
static bool read_more(SourcePaths *p, Error *e)
{
    const PathItem *list = &p->items[p->at];
    memmove(p->block, p->block + p->begin, p->end - p->begin);
    p->end -= p->begin;
    p->begin = 0;
    ssize_t n;
    do
        n = read(list->list_fd, p->block + p->end, LIST_BLOCK - p->end);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return error_errno(e, ERROR_DATA, errno, "list of paths %s", list->name);
    p->end += (size_t)n;
    p->at_end = n == 0;
    return true;
}

/* The end of the first name in the block, or NULL if more has to be read. */
static char *find_end(SourcePaths *p)
{
    char *from = p->block + p->begin;
    size_t length = p->end - p->begin;
    if (p->separator < 0) {
        bool nul = memchr(from, '\0', length);
        if (!nul && !memchr(from, '\n', length) && !p->at_end)
            return NULL;
        p->separator = nul ? '\0' : '\n';
    }
    char *end = memchr(from, p->separator, length);
    return end || !p->at_end ? end : from + length;
}

/* The next name of the list; PATHS_END at the list's end. */
static PathsEvent next_in_list(SourcePaths *p, const char **name, Error *e)
{
    for (;;) {
        char *end = find_end(p);
        if (!end && p->end - p->begin == LIST_BLOCK)
            return fail_list(p, "a name of more than 65536 bytes: this is no list", e);
        if (!end && !read_more(p, e)) {
            end_list(p);
            return PATHS_TROUBLE;
        }
        if (!end)
            continue;
        char *begin = p->block + p->begin;
        if (begin == end && p->at_end && p->begin == p->end) {
            end_list(p);
            return PATHS_END;
        }
        bool was_last = end == p->block + p->end; /* no separator behind it */
        *end = '\0';
        if (p->separator == '\n' && memchr(begin, '\0', (size_t)(end - begin)))
            return fail_list(p, "holds a NUL behind newlines: this is no list of names", e);
        p->begin = (size_t)(end - p->block) + !was_last;
        if (begin == end)
            continue; /* an empty line */
        *name = begin;
        return PATHS_NAME;
    }
}

PathsEvent source_paths_next(SourcePaths *p, const char **name, Error *e)
{
    while (p->at < p->count) {
        if (p->items[p->at].list_fd < 0) {
            *name = p->items[p->at++].name;
            return PATHS_NAME;
        }
        PathsEvent event = next_in_list(p, name, e);
        if (event != PATHS_END)
            return event;
    }
    return PATHS_END;
}
