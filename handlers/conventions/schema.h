/* schema.h: looks things up in a dataset by their names. */
#pragma once

#include "core/dataset.h"

/* A variable of the group by its plain name; NO_VAR: there is none. */
size_t schema_var(const Dataset *d, size_t group, const char *name);
bool schema_has_var(const Dataset *d, size_t group, const char *name);
/* The first dimension with that name that a variable can use; NULL: none. */
const Dim *schema_dim(const Dataset *d, const char *name);
/* A group by its path; SIZE_MAX: none. */
size_t schema_group(const Dataset *d, const char *path);
/* Attributes of a group: text, NULL where absent or not text or empty; number. */
const char *schema_text(const Dataset *d, size_t group, const char *name);
bool schema_number(const Dataset *d, size_t group, const char *name, double *out);
/* The global attribute Conventions, however its first letter is written; NULL where there is none.
 */
const char *schema_conventions(const Dataset *d);
/* `text` matches one of the blank-separated patterns (text_glob). */
bool schema_matches(const char *patterns, const char *text);
/* Facts are for people: what there is one of for each variable or group ends at 1,000. */
bool schema_has_room(const Dataset *d);
/* Text of a file for one line of at most `most` bytes: runs of blanks and control characters become
 * one blank, "..." stands for what does not fit. In the arena; "" when that is full. */
const char *schema_phrase(Arena *a, const char *bytes, size_t length, size_t most);
