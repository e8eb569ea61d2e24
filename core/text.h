/* text.h: numbers and names as text, the same in every locale.
 *
 * Nothing here looks at the locale: a decimal comma in the environment must not change a result. */
#pragma once

#include "core/buffer.h"
#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct StringView {
    const char *bytes;
    size_t length;
} StringView;

/* Number of decimal digits a double needs to come back the same, sign, exponent, NUL. */
enum { TEXT_NUMBER_SIZE = 32 };

/* The whole of text[0..length) as a number: optional sign, digits, one decimal mark, exponent
 * (e E d D). No blanks around it, no hex. `inf`, `infinity`, `nan` are not numbers here.
 * Correctly rounded (equal to strtod in the C locale). `decimal` is '.' or ','. */
bool text_to_double(const char *text, size_t length, char decimal, double *out) MUST_CHECK;
/* Whole decimal integers within the type's range, optional sign. */
bool text_to_int64(const char *text, size_t length, int64_t *out) MUST_CHECK;
bool text_to_uint64(const char *text, size_t length, uint64_t *out) MUST_CHECK;
/* "64", "64K", "64KiB", "1.5G", "10MB" (all powers of 1024) -> bytes. */
bool text_to_size(const char *text, uint64_t *out_bytes) MUST_CHECK;
/* "30", "30s", "5m", "2h", "250ms", "1d" -> seconds. */
bool text_to_duration(const char *text, double *out_s) MUST_CHECK;

/* Shortest text that reads back as the same double; finite values only. Returns its length. */
size_t text_from_double(char out[TEXT_NUMBER_SIZE], double value);

/* Counts, sizes, rates and durations for people: "12,345", "1.5 MiB", "3 min 20 s". */
size_t text_from_count(char *out, size_t out_size, uint64_t count);
size_t text_from_size(char *out, size_t out_size, uint64_t bytes);
size_t text_from_duration(char *out, size_t out_size, double seconds);

/* How many bytes of the run are valid UTF-8 (all of them: returns length). */
size_t text_valid_utf8(const char *bytes, size_t length);
/* Columns that a terminal needs for it; invalid bytes and control characters as text_printable
 * would write them. */
size_t text_width(const char *bytes, size_t length);
/* Appends with control characters and invalid bytes as \n \t \xff, so that no file name or cell can
 * talk to the terminal. */
void text_printable(Buffer *b, const char *bytes, size_t length);

/* Case-insensitive, ASCII only. */
bool text_equal_nocase(const char *a, const char *b);
bool text_starts_nocase(const char *text, const char *prefix);
/* The candidate nearest to `word` by edit distance, or NULL where none is near enough to be meant.
 * `candidates` ends with NULL. */
const char *text_nearest(const char *word, const char *const *candidates);
/* Shell-like pattern over the whole name: * ? [a-z] and ** across slashes; bytes, no locale. */
bool text_glob(const char *pattern, const char *name);
