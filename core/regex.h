/* regex.h: regular expressions (PCRE2) over bytes, not characters. */
#pragma once

#include "core/arena.h"
#include "core/text.h"

typedef struct Regex Regex;

/* ERROR_SETUP "bad_value" names the expression and the place in it. */
bool regex_new(const char *pattern, Arena *a, Regex **out, Error *e) MUST_CHECK;
/* Capturing groups in it. */
size_t regex_groups(const Regex *r);
/* True if it is found anywhere in the text. A search that exceeds PCRE2's match limit (a pattern
 * that backtracks without end) counts as not found. Several threads may share a Regex for this. */
bool regex_found(const Regex *r, const char *text, size_t length);
/* The same for one thread and many texts, with a much lower limit; fills groups[0..regex_groups()]
 * unless NULL: the whole match, then each group (a NULL pointer where a group took no part). */
bool regex_split(Regex *r, const char *text, size_t length, StringView *groups);
