/* shell_word.h: a word as it would be typed in a shell. */
#pragma once

#include "core/buffer.h"

/* Appends the word: bare where that is enough, else in quotes; control characters and bytes that
 * are no UTF-8 as $'\x1b', so that nothing in it can talk to a terminal. */
void shell_word(Buffer *out, const char *word);
