/* queue_poison.c: a message that is no event of S3, where there is no dead-letter queue for it. */
#include "orchestrator/source_queue_internal.h"

#include "core/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The id as it is where it is a name and no path, else its hash. */
static bool name_of(const char *id, char name[HASH_HEX_SIZE], Error *e)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    size_t length = strlen(id);
    if (length == 0 || length >= HASH_HEX_SIZE || id[strspn(id, letters)] != '\0')
        return hash_strings(name, (const char *const[]){id, NULL}, e);
    memcpy(name, id, length + 1);
    return true;
}

static bool write_whole(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes += n;
        length -= (size_t)n;
    }
    return fsync(fd) == 0;
}

static bool write_draft(int folder, const char *draft, const char *body)
{
    int fd = openat(folder, draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (fd < 0)
        return false;
    bool ok = write_whole(fd, body, strlen(body));
    int why = errno;
    close(fd);
    errno = why;
    return ok;
}

static bool keep_in(int folder, const char *name, const char *body)
{
    char draft[HASH_HEX_SIZE + 32], place[HASH_HEX_SIZE + 8];
    snprintf(draft, sizeof draft, ".%s.tmp-%ld", name, (long)getpid());
    snprintf(place, sizeof place, "%s.json", name);
    if (write_draft(folder, draft, body) && renameat(folder, draft, folder, place) == 0)
        return fsync(folder) == 0;
    int why = errno;
    unlinkat(folder, draft, 0);
    errno = why;
    return false;
}

bool poison_keep(const char *folder, const char *id, const char *body, Error *e)
{
    char name[HASH_HEX_SIZE];
    auto_buffer Buffer path = {0};
    buffer_printf(&path, "%s/poison", folder);
    if (path.failed)
        return error_errno(e, ERROR_RETRY, ENOMEM, "keeping a message");
    if (!name_of(id, name, e))
        return false;
    if (mkdir(path.bytes, 0777) < 0 && errno != EEXIST)
        return error_errno(e, ERROR_RETRY, errno, "making the folder %s", path.bytes);
    int fd = open(path.bytes, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && keep_in(fd, name, body);
    int why = errno;
    if (fd >= 0)
        close(fd);
    return ok ||
           error_errno(e, ERROR_RETRY, why, "keeping a message as %s/%s.json", path.bytes, name);
}
