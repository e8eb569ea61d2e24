/* walk.c: readdir, fstatat, openat. */
#include "orchestrator/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TAIL_LENGTH = 320 }; /* leaves room for the reason in an Error's message */

const char *walk_path_tail(const char *path)
{
    size_t length = strlen(path);
    return length > TAIL_LENGTH ? path + length - TAIL_LENGTH : path;
}

static void leave(Walk *w)
{
    closedir(w->levels[--w->depth].dir);
}

void walk_deinit(Walk *w)
{
    while (w->depth > 0)
        leave(w);
    buffer_deinit(&w->path);
}

/* A Buffer remembers a failure; the walk goes on and may have memory again. */
static bool out_of_memory(Walk *w, Error *e)
{
    w->path.failed = false;
    return error_errno(e, ERROR_RETRY, ENOMEM, "directory listing");
}

/* Gone, or no directory any more: what was listed is not there, which is no fault. */
static bool has_vanished(int error)
{
    return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

static bool cannot_open(const Walk *w, int error, Error *e)
{
    const char *advice = error == EMFILE ? "; raise `ulimit -n`" : "";
    error_errno(e, ERROR_DATA, error, "cannot open directory %s", walk_path_tail(w->path.bytes));
    size_t used = strlen(e->message);
    snprintf(e->message + used, sizeof e->message - used, "%s", advice);
    return false;
}

/* fd: the directory at w->path, or -1 and errno. */
static bool add_level(Walk *w, int fd, Error *e)
{
    if (fd < 0)
        return has_vanished(errno) || cannot_open(w, errno, e);
    DIR *dir = fdopendir(fd);
    if (!dir) {
        int error = errno;
        close(fd);
        return has_vanished(error) || cannot_open(w, error, e);
    }
    w->levels[w->depth++] = (WalkLevel){.dir = dir, .path_length = w->path.length};
    return true;
}

enum { OPEN_DIRECTORY = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK };

bool walk_begin(Walk *w, const char *path, Error *e)
{
    buffer_clear(&w->path);
    buffer_string(&w->path, path);
    if (w->path.failed)
        return out_of_memory(w, e);
    return add_level(w, open(path, OPEN_DIRECTORY), e);
}

bool walk_enter(Walk *w, Error *e)
{
    const WalkLevel *parent = &w->levels[w->depth - 1];
    const char *name = strrchr(w->path.bytes, '/') + 1;
    if (w->depth == WALK_DEPTH_MAX)
        return error_coded(e, ERROR_DATA, "too_deep",
                           "cannot list %s: it lies more than %d directories deep",
                           walk_path_tail(w->path.bytes), WALK_DEPTH_MAX);
    return add_level(w, openat(dirfd(parent->dir), name, OPEN_DIRECTORY | O_NOFOLLOW), e);
}

/* The next name of the innermost directory, or NULL: at its end, or for the error in *error. (That
 * the directory itself was removed meanwhile is an end for readdir.) */
static const char *next_name(const WalkLevel *level, int *error)
{
    for (;;) {
        errno = 0;
        const struct dirent *d = readdir(level->dir);
        *error = d ? 0 : errno;
        if (!d)
            return NULL;
        if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
            return d->d_name;
    }
}

static void cut_path(Walk *w, size_t length)
{
    w->path.length = length;
    w->path.bytes[length] = '\0';
}

static bool put_name(Walk *w, const WalkLevel *level, const char *name)
{
    cut_path(w, level->path_length);
    if (w->path.bytes[level->path_length - 1] != '/')
        buffer_char(&w->path, '/');
    buffer_string(&w->path, name);
    return !w->path.failed;
}

/* The directory cannot be used any further: out of it, with its name in e. */
static WalkEvent give_up(Walk *w, int error, Error *e)
{
    cut_path(w, w->levels[w->depth - 1].path_length);
    error_errno(e, ERROR_DATA, error, "cannot list directory %s", walk_path_tail(w->path.bytes));
    leave(w);
    return WALK_TROUBLE;
}

WalkEvent walk_next(Walk *w, WalkEntry *out, Error *e)
{
    while (w->depth > 0) {
        const WalkLevel *level = &w->levels[w->depth - 1];
        int error;
        const char *name = next_name(level, &error);
        if (!name) {
            if (error != 0)
                return give_up(w, error, e);
            leave(w);
            continue;
        }
        if (!put_name(w, level, name)) {
            out_of_memory(w, e);
            return WALK_TROUBLE;
        }
        /* One call for every entry, whatever d_type says: size and time are wanted anyway, and not
         * every file system fills d_type in. */
        if (fstatat(dirfd(level->dir), name, &out->st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) ==
            0) {
            out->path = w->path.bytes;
            out->path_length = w->path.length;
            out->name = w->path.bytes + w->path.length - strlen(name);
            return WALK_ENTRY;
        }
        if (errno == EACCES) /* no right to search the directory: the same for all its entries */
            return give_up(w, EACCES, e);
        if (errno != ENOENT) {
            error_errno(e, ERROR_DATA, errno, "%s", walk_path_tail(w->path.bytes));
            return WALK_TROUBLE;
        }
    }
    return WALK_END;
}
