/* output_file.c: under another name first, then put in its place. */
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

/* Every folder of the path; one that is new is made durable in the one above it. */
static bool make_folders(char *path, Error *e)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool ok = mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST || fault(e, path);
        *slash = '/';
        if (!ok)
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

static bool copy(int from, const char *path, Error *e)
{
    char piece[PIECE];
    auto_fd int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, MODE);
    if (to < 0)
        return fault(e, path);
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

bool output_file_write(const char *path, int fd, bool only_over, Error *e)
{
    static atomic_uint number; /* of drafts of this process */
    auto_buffer Buffer draft = {0}, whole = {0};
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
    if ((only_over && access(path, F_OK) < 0 && errno == ENOENT) || is_same(path, fd))
        return true;
    buffer_string(&whole, path);
    buffer_append(&draft, path, folder);
    buffer_printf(&draft, ".weir-%ld-%u.tmp", (long)getpid(), atomic_fetch_add(&number, 1U));
    if (whole.failed || draft.failed)
        return error_coded(e, ERROR_RETRY, "no_memory", "%s: no memory", path);
    if (!make_folders(whole.bytes, e))
        return false;
    if (copy(fd, draft.bytes, e) && (rename(draft.bytes, path) == 0 || fault(e, path)))
        return sync_folder(path, e);
    unlink(draft.bytes);
    return false;
}
