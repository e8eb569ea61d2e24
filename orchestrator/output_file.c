/* output_file.c: all bytes first, then a name. */
#include "orchestrator/output_file.h"

#include "core/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 64 << 10, MODE = 0666, FOLDER_MODE = 0777 };

static void close_file(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define auto_fd __attribute__((cleanup(close_file)))

static bool fault(Error *e, const char *path)
{
    return error_errno(e, ERROR_SETUP, errno, "%s", path);
}

/* Up to PIECE bytes; fewer only at the end. -1: errno. */
static ssize_t read_piece(int fd, off_t at, char *out)
{
    size_t got = 0;
    while (got < PIECE) {
        ssize_t n = pread(fd, out + got, PIECE - got, at + (off_t)got);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n == 0)
            break;
        got += n > 0 ? (size_t)n : 0;
    }
    return (ssize_t)got;
}

static bool is_same(const char *path, int fd)
{
    struct stat there, ours;
    char a[PIECE], b[PIECE];
    auto_fd int old = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (old < 0 || fstat(old, &there) < 0 || fstat(fd, &ours) < 0 || !S_ISREG(there.st_mode) ||
        there.st_size != ours.st_size)
        return false;
    for (off_t at = 0; at < ours.st_size; at += PIECE) {
        ssize_t n = read_piece(old, at, a), m = read_piece(fd, at, b);
        if (n <= 0 || n != m || memcmp(a, b, (size_t)n) != 0)
            return false;
    }
    return true;
}

static bool sync_folder(const char *path, Error *e)
{
    auto_buffer Buffer folder = {0};
    const char *slash = strrchr(path, '/');
    buffer_append(&folder, slash ? path : ".", slash ? (size_t)(slash - path) + 1 : 1);
    auto_fd int fd = folder.failed ? -1 : open(folder.bytes, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    return (fd >= 0 && (fsync(fd) == 0 || errno == EINVAL)) || fault(e, path);
}

/* Every folder of the path; one that is new is made durable in the one above it. */
static bool make_folders(char *path, Error *e)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, FOLDER_MODE) == 0;
        bool ok = made ? sync_folder(path, e) : errno == EEXIST || fault(e, path);
        *slash = '/';
        if (!ok)
            return false;
    }
    return true;
}

static bool copy(int from, int to, const char *path, Error *e)
{
    char piece[PIECE];
    off_t at = 0;
    for (ssize_t n; (n = read_piece(from, at, piece)) != 0; at += n) {
        if (n < 0)
            return fault(e, path);
        for (ssize_t done = 0; done < n;) {
            ssize_t m = write(to, piece + done, (size_t)(n - done));
            if (m < 0 && errno != EINTR)
                return fault(e, path);
            done += m > 0 ? m : 0;
        }
    }
    return fsync(to) == 0 || fault(e, path);
}

/* ---- a file without a name, which goes with a process that dies */

/* Over what is there only a name can be put. A draft that is there is whole: of one who has died,
 * or of another who is at it just now, and finds his gone. */
static bool name_over(const char *file, const char *draft, const char *path, Error *e)
{
    if ((unlink(draft) < 0 && errno != ENOENT) ||
        linkat(AT_FDCWD, file, AT_FDCWD, draft, AT_SYMLINK_FOLLOW) < 0)
        return errno == EEXIST
                   ? error_coded(e, ERROR_RETRY, "conflict", "%s: others write it, too", path)
                   : fault(e, path);
    if (rename(draft, path) == 0)
        return true;
    Error why = {0};
    bool gone = errno == ENOENT;
    fault(&why, path);
    unlink(draft);
    return gone ? error_coded(e, ERROR_RETRY, "conflict", "%s: others write it, too", path)
                : (*e = why, false);
}

static bool write_nameless(int from, int to, const char *draft, const char *path, Error *e)
{
    char file[64];
    snprintf(file, sizeof file, "/proc/self/fd/%d", to);
    if (!copy(from, to, path, e))
        return false;
    if (linkat(AT_FDCWD, file, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0)
        return true;
    return errno == EEXIST ? name_over(file, draft, path, e) : fault(e, path);
}

/* ---- where the filesystem has none */

static bool write_named(int from, const char *draft, const char *path, Error *e)
{
    auto_fd int to = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, MODE);
    if (to < 0)
        return fault(e, path);
    if (copy(from, to, path, e) && (rename(draft, path) == 0 || fault(e, path)))
        return true;
    unlink(draft);
    return false;
}

typedef struct Names {
    Buffer path, folder;
    Buffer draft, own_draft; /* of this file; of this file, process and thread */
} Names;

static bool make_names(const char *path, Names *out)
{
    static atomic_uint number; /* of drafts of this process */
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t folder = (size_t)(name - path);
    buffer_string(&out->path, path);
    buffer_append(&out->folder, folder ? path : "./", folder ? folder : 2);
    buffer_append(&out->draft, path, folder);
    buffer_printf(&out->draft, ".%s.weir", name);
    buffer_append(&out->own_draft, path, folder);
    buffer_printf(&out->own_draft, ".weir-%ld-%u.tmp", (long)getpid(),
                  atomic_fetch_add(&number, 1U));
    return !out->path.failed && !out->folder.failed && !out->draft.failed && !out->own_draft.failed;
}

static void names_deinit(Names *n)
{
    buffer_deinit(&n->path);
    buffer_deinit(&n->folder);
    buffer_deinit(&n->draft);
    buffer_deinit(&n->own_draft);
}

static bool write_file(const Names *n, int from, Error *e)
{
    const char *path = n->path.bytes;
    auto_fd int to = open(n->folder.bytes, O_TMPFILE | O_WRONLY | O_CLOEXEC, MODE);
    bool unknown = to < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL);
    if (to < 0 && !unknown)
        return fault(e, path);
    return (unknown ? write_named(from, n->own_draft.bytes, path, e)
                    : write_nameless(from, to, n->draft.bytes, path, e)) &&
           sync_folder(path, e);
}

bool output_file_write(const char *path, int fd, bool only_over, Error *e)
{
    if ((only_over && access(path, F_OK) < 0 && errno == ENOENT) || is_same(path, fd))
        return true;
    __attribute__((cleanup(names_deinit))) Names n = {0};
    if (!make_names(path, &n))
        return error_coded(e, ERROR_RETRY, "no_memory", "%s: no memory", path);
    return make_folders(n.path.bytes, e) && write_file(&n, fd, e);
}
