/* error.h: what went wrong, where, and what the orchestrator should do about it.
 *
 * A function that can fail returns bool and takes `Error *e` last: false if and only if e is set.
 * The one who finds the fault says what (error_set), each layer above may say once where
 * (error_wrap). The kind is an order to the orchestrator, the code a stable word for scripts. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

typedef enum ErrorKind {
    ERROR_NONE,
    ERROR_DATA,  /* this file is bad: set it aside, go on */
    ERROR_RETRY, /* the world is bad (disk, network): try later, the file is not to blame */
    ERROR_SETUP, /* nothing will work (configuration, missing library): stop */
} ErrorKind;

enum { ERROR_CODE_SIZE = 32, ERROR_PLACE_SIZE = 128, ERROR_MESSAGE_SIZE = 512 };

typedef struct Error {
    ErrorKind kind;
    char code[ERROR_CODE_SIZE];       /* "truncated", "checksum", ...; "" until error_code() */
    char place[ERROR_PLACE_SIZE];     /* "byte 1234", "line 17", "variable temp"; "" if unknown */
    char message[ERROR_MESSAGE_SIZE]; /* a sentence without its full stop, lower case first */
} Error;

/* Sets e and returns false, so that a failing function ends in `return error_set(...)`.
 * The message is cut at the buffer's end on a UTF-8 boundary. */
bool error_set(Error *e, ErrorKind kind, const char *format, ...) PRINTF_LIKE(3, 4);

/* The same with a stable code word. */
bool error_coded(Error *e, ErrorKind kind, const char *code, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Puts "format: " before the message. Returns false. */
bool error_wrap(Error *e, const char *format, ...) PRINTF_LIKE(2, 3);

/* Sets the place, unless a deeper layer has set one. Returns false. */
bool error_at(Error *e, const char *format, ...) PRINTF_LIKE(2, 3);

/* An Error from errno. EIO, ENOSPC, EMFILE, ENFILE, ENOMEM, EDQUOT, ESTALE, EINTR, EAGAIN, ENOLCK
 * and network errnos are ERROR_RETRY, everything else has the kind given. The code is the stable
 * word for the errno ("permission", "not_found", "disk_full", "io", "too_many_open_files", ...). */
bool error_errno(Error *e, ErrorKind kind, int errno_value, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* A shortage of the machine that passes: descriptors, memory, an interrupted call. */
bool error_is_shortage(const Error *e) MUST_CHECK;

void error_clear(Error *e);

/* clang-tidy's analyzer sees one file at a time: this tells it what error.c's functions return. */
#if defined(__clang_analyzer__) && !defined(ERROR_IMPLEMENTATION)
#define error_set(...) (error_set(__VA_ARGS__), false)
#define error_coded(...) (error_coded(__VA_ARGS__), false)
#define error_wrap(...) (error_wrap(__VA_ARGS__), false)
#define error_at(...) (error_at(__VA_ARGS__), false)
#define error_errno(...) (error_errno(__VA_ARGS__), false)
#endif
