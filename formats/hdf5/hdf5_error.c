/* hdf5_error.c: libhdf5's error stack as one sentence with a stable code. */
#include "formats/hdf5/hdf5_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What the stack says, and how we call it; the first that is found anywhere in the stack. */
static const struct {
    const char *words, *code, *meaning;
} known[] = {
    {"Fletcher32", "checksum", "the values are damaged, their checksum does not match"},
    {"metadata checksum", "checksum",
     "this part of the file's structure is damaged, its checksum does not match"},
    {"is not registered", "unsupported_filter", "compressed with a filter that is not available"},
    {"truncated file", "truncated", "the file is cut short"},
    {"addr overflow", "bad_offset", "it points beyond the end of the file, which is damaged"},
    {"inflate() failed", "damaged_chunk", "compressed values are damaged"},
    {"filter returned failure", "damaged_chunk", "compressed values are damaged"},
    {"version number", "unknown_version",
     "written by a newer HDF5 than the one here, or damaged; if it is sound, h5repack of the "
     "newer HDF5 makes it readable"},
    {"memory allocation failed", "memory", "it needs more memory than is allowed"},
    {"resource unavailable", "memory", "it needs more memory than is allowed"},
};
enum { KNOWN = sizeof known / sizeof *known };

typedef struct Stack {
    char innermost[200]; /* the entry that began it */
    bool at_driver;      /* it is a read of our driver */
    size_t match;        /* row of known[], or KNOWN */
    char matched[200];
} Stack;

static herr_t look(unsigned n, const H5E_error2_t *entry, void *data)
{
    Stack *s = data;
    const char *text = entry->desc ? entry->desc : "";
    if (n == 0) {
        snprintf(s->innermost, sizeof s->innermost, "%s", text);
        s->at_driver = entry->maj_num == H5E_VFL;
    }
    for (size_t i = 0; i < s->match; i++)
        if (strstr(text, known[i].words)) {
            s->match = i;
            snprintf(s->matched, sizeof s->matched, "%s", text);
        }
    return 0;
}

bool hdf5_error(const Hdf5 *h, Error *e, const char *what, ...)
{
    char where[ERROR_MESSAGE_SIZE];
    va_list args;
    va_start(args, what);
    vsnprintf(where, sizeof where, what, args);
    va_end(args);
    Stack s = {.match = KNOWN};
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, look, &s);
    const Error *trouble = hdf5_bytes_trouble(h->bytes);
    if (trouble->kind == ERROR_RETRY || (trouble->kind != ERROR_NONE && s.at_driver)) {
        *e = *trouble;
        return error_wrap(e, "%s", where);
    }
    if (s.match < KNOWN)
        return error_coded(e, ERROR_DATA, known[s.match].code, "%s: %s (libhdf5: %s)", where,
                           known[s.match].meaning, s.matched);
    return error_coded(e, ERROR_DATA, "damaged",
                       "%s: this part of the file's structure is damaged (libhdf5: %s)", where,
                       s.innermost[0] ? s.innermost : "it says no more");
}
