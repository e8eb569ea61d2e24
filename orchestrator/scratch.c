/* scratch.c: O_TMPFILE; where the filesystem has none, a file that loses its name at once. */
#include "orchestrator/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int open_named(const char *folder)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/.unpacked-XXXXXX", folder) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static int open_in(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    bool unknown = fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL);
    return unknown ? open_named(folder) : fd;
}

/* A second descriptor that cannot write. */
static int open_reading(int fd)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, O_RDONLY | O_CLOEXEC);
}

bool scratch_open(const char *folder, int *writing, int *reading, Error *e)
{
    const char *other = getenv("TMPDIR");
    int fd = open_in(folder);
    if (fd < 0 && errno == ENOENT) {
        folder = other && other[0] ? other : "/tmp";
        fd = open_in(folder);
    }
    if (fd < 0)
        return error_errno(e, ERROR_RETRY, errno, "room to unpack it in %s", folder);
    int second = open_reading(fd);
    if (second < 0) {
        int why = errno;
        close(fd);
        return error_errno(e, ERROR_RETRY, why, "room to unpack it in %s", folder);
    }
    *writing = fd;
    *reading = second;
    return true;
}
