/* input.c: pread with every short read and every errno told apart. */
#include "core/input.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool input_read_some(const Input *in, uint64_t offset, void *out, size_t length, size_t *got,
                     Error *e)
{
    size_t done = 0;
    if (offset >= in->size)
        length = 0;
    else if (length > in->size - offset)
        length = (size_t)(in->size - offset);
    if (in->want && length > 0 && !in->want(in->want_context, in->base + offset, length, e))
        return false;
    while (done < length) {
        ssize_t n =
            pread(in->fd, (char *)out + done, length - done, (off_t)(in->base + offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(e, ERROR_RETRY, errno, "reading at byte %llu",
                               (unsigned long long)(offset + done));
        if (n == 0)
            break;
        done += (size_t)n;
    }
    *got = done;
    return true;
}

bool input_read(const Input *in, uint64_t offset, void *out, size_t length, Error *e)
{
    size_t got;
    if (offset > (uint64_t)INT64_MAX - length)
        return error_coded(e, ERROR_DATA, "bad_offset", "points to byte %llu, beyond any file",
                           (unsigned long long)offset);
    if (!input_read_some(in, offset, out, length, &got, e))
        return false;
    if (got == length)
        return true;
    error_coded(e, ERROR_DATA, "truncated",
                "the file ends at byte %llu, but %zu bytes are needed from byte %llu",
                (unsigned long long)in->size, length, (unsigned long long)offset);
    return error_at(e, "byte %llu", (unsigned long long)(offset + got));
}

bool input_init(Input *in, int fd, const char *name, uint8_t *head_buffer, Error *e)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return error_errno(e, ERROR_RETRY, errno, "fstat");
    Window all = {.size = (uint64_t)st.st_size};
    return input_init_window(in, fd, &all, name, head_buffer, e);
}

bool input_init_window(Input *in, int fd, const Window *w, const char *name, uint8_t *head_buffer,
                       Error *e)
{
    if (w->base > INT64_MAX || w->size > INT64_MAX - w->base)
        return error_coded(e, ERROR_DATA, "bad_offset",
                           "%llu bytes from byte %llu are beyond any file",
                           (unsigned long long)w->size, (unsigned long long)w->base);
    *in = (Input){.fd = fd, .base = w->base, .size = w->size, .name = name, .head = head_buffer};
    return input_read_some(in, 0, head_buffer, INPUT_HEAD_SIZE, &in->head_size, e);
}
