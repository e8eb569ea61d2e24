/* input.h: the bytes of one unit, behind a descriptor. Formats read through this and nothing else.
 */
#pragma once

#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct Input {
    int fd;        /* readable, seekable; borrowed */
    uint64_t base; /* where the unit begins behind the descriptor: not 0 for an archive's member */
    uint64_t size; /* bytes when it was opened */
    const char *name; /* last part of its name: a hint, never a path; may hold any byte but NUL */
    const uint8_t *head;   /* its first bytes, for probes */
    size_t head_size;      /* min(size, INPUT_HEAD_SIZE) */
    struct TextLook *look; /* the head as text, which all probes share; NULL: each takes its own */
    /* Makes bytes [offset, offset + length) behind the descriptor readable before they are read;
     * NULL: all of them are. False: e says why they cannot be had, which is no fault of the file's.
     */
    bool (*want)(void *context, uint64_t offset, size_t length, Error *e);
    void *want_context;
} Input;

enum { INPUT_HEAD_SIZE = 65536 };

/* Bytes [base, base + size) of what is behind a descriptor: a member of an archive. */
typedef struct Window {
    bool set; /* else: all of it */
    uint64_t base, size;
} Window;

/* Opens over a descriptor: takes the size by fstat and reads the head into `head_buffer`
 * (INPUT_HEAD_SIZE bytes, the caller's). */
bool input_init(Input *in, int fd, const char *name, uint8_t *head_buffer, Error *e) MUST_CHECK;
/* The same over a part of what is behind the descriptor. */
bool input_init_window(Input *in, int fd, const Window *w, const char *name, uint8_t *head_buffer,
                       Error *e) MUST_CHECK;
/* Exactly `length` bytes from `offset`. Past the end: ERROR_DATA "truncated" naming the byte; EIO
 * and the like: ERROR_RETRY. */
bool input_read(const Input *in, uint64_t offset, void *out, size_t length, Error *e) MUST_CHECK;
/* Up to `length` bytes; *got is less only at the end of the file, as long as it was when opened. */
bool input_read_some(const Input *in, uint64_t offset, void *out, size_t length, size_t *got,
                     Error *e) MUST_CHECK;
