/* output_file.h: a result as a file in a folder, whole or not at all. For outputs.c. */
#pragma once

#include "core/error.h"

/* Makes the file at `path`, and the folders above it, of all bytes behind the descriptor; one that
 * has them already stays as it is. `only_over`: only where a file is there. Durable when it
 * returns.
 */
bool output_file_write(const char *path, int fd, bool only_over, Error *e) MUST_CHECK;
