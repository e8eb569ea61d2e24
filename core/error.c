/* error.c: filling in an Error. */
#define ERROR_IMPLEMENTATION
#include "core/error.h"

#include "core/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct ErrnoWord {
    int value;
    const char *code;
    bool world; /* the machine's fault, never the file's */
} ErrnoWord;

static const ErrnoWord errno_words[] = {
    {EACCES, "permission", false},
    {EPERM, "permission", false},
    {ENOENT, "not_found", false},
    {ENOTDIR, "not_found", false},
    {ELOOP, "link_loop", false},
    {ENAMETOOLONG, "name_too_long", false},
    {EISDIR, "is_directory", false},
    {EIO, "io", true},
    {ENOSPC, "disk_full", true},
    {EDQUOT, "disk_full", true},
    {EROFS, "read_only", true},
    {EMFILE, "too_many_open_files", true},
    {ENFILE, "too_many_open_files", true},
    {ENOMEM, "no_memory", true},
    {ESTALE, "stale_handle", true},
    {EINTR, "interrupted", true},
    {EAGAIN, "try_again", true},
    {EBUSY, "busy", true},
    {ENOLCK, "no_locks", true},
    {ETIMEDOUT, "timeout", true},
    {ECONNRESET, "connection", true},
    {ECONNREFUSED, "connection", true},
    {ENETUNREACH, "connection", true},
    {EHOSTUNREACH, "connection", true},
};

static const ErrnoWord *find_errno(int value)
{
    for (size_t i = 0; i < sizeof errno_words / sizeof *errno_words; i++)
        if (errno_words[i].value == value)
            return &errno_words[i];
    static const ErrnoWord other = {0, "system", false};
    return &other;
}

/* Cuts a message that filled its buffer so that no UTF-8 sequence is left half. */
static void trim(char *text, size_t size)
{
    size_t length = strlen(text);
    if (length + 1 < size)
        return;
    size_t lead = length; /* start of the last sequence, at most three bytes back */
    while (lead > 0 && length - lead < 3 && ((unsigned char)text[lead - 1] & 0xc0U) == 0x80)
        lead--;
    if (lead > 0 && (unsigned char)text[lead - 1] >= 0xc0)
        lead--;
    if (lead < length && text_valid_utf8(text + lead, length - lead) < length - lead)
        text[lead] = '\0';
}

__attribute__((format(printf, 3, 0))) static void set_v(Error *e, ErrorKind kind,
                                                        const char *format, va_list args)
{
    *e = (Error){.kind = kind};
    vsnprintf(e->message, sizeof e->message, format, args);
    trim(e->message, sizeof e->message);
}

bool error_set(Error *e, ErrorKind kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_v(e, kind, format, args);
    va_end(args);
    return false;
}

bool error_coded(Error *e, ErrorKind kind, const char *code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_v(e, kind, format, args);
    va_end(args);
    snprintf(e->code, sizeof e->code, "%s", code);
    return false;
}

bool error_wrap(Error *e, const char *format, ...)
{
    char before[ERROR_MESSAGE_SIZE], whole[2 * ERROR_MESSAGE_SIZE + 2];
    va_list args;
    va_start(args, format);
    vsnprintf(before, sizeof before, format, args);
    va_end(args);
    snprintf(whole, sizeof whole, "%s: %s", before, e->message);
    size_t length = strnlen(whole, sizeof e->message - 1);
    memcpy(e->message, whole, length);
    e->message[length] = '\0';
    trim(e->message, sizeof e->message);
    return false;
}

bool error_at(Error *e, const char *format, ...)
{
    if (e->place[0])
        return false;
    va_list args;
    va_start(args, format);
    vsnprintf(e->place, sizeof e->place, format, args);
    va_end(args);
    trim(e->place, sizeof e->place);
    return false;
}

bool error_errno(Error *e, ErrorKind kind, int errno_value, const char *format, ...)
{
    const ErrnoWord *word = find_errno(errno_value);
    va_list args;
    va_start(args, format);
    set_v(e, word->world ? ERROR_RETRY : kind, format, args);
    va_end(args);
    snprintf(e->code, sizeof e->code, "%s", word->code);
    size_t used = strlen(e->message);
    snprintf(e->message + used, sizeof e->message - used, ": %s", strerrordesc_np(errno_value));
    trim(e->message, sizeof e->message);
    return false;
}

bool error_is_shortage(const Error *e)
{
    static const char *const codes[] = {"too_many_open_files", "no_memory", "try_again",
                                        "interrupted"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(e->code, codes[i]) == 0)
            return true;
    return false;
}

void error_clear(Error *e)
{
    *e = (Error){0};
}
