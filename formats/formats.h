/* formats.h: the table of formats, and the choice among them by content. */
#pragma once

#include "formats/format.h"

/* All formats in the order in which equals win. Ends with NULL. */
extern const Format *const formats_all[];

const Format *formats_find(const char *name);

enum { FORMATS_MAX = 64 };

/* Probes the formats in order, up to one that knows the file by its content: none behind it can
 * win. With `all` every one, because somebody wants to know why not. probes[i] belongs to
 * formats_all[i] (SURE_NO without evidence: not asked); `options[i]` is that format's options
 * struct. Returns the winner or NULL. */
const Format *formats_probe(const Input *in, const void *const *options, bool all,
                            Probe probes[FORMATS_MAX]);

/* What a file that no format reads seems to be ("gzip archive", "Sea-Bird .cnv", "PNG picture",
 * "HTML"), by magic bytes and first lines; NULL if nobody knows. *is_data is false for what
 * holds no measurements (pictures, programs, documents). */
const char *signature_guess(const Input *in, bool *is_data);
