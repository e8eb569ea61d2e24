/* archive_error.c: libarchive tells its faults in words only; and its version. */
#include "formats/archive/archive_error.h"

#include "formats/archive/archive.h"

#include <archive.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef struct Word {
    const char *word, *code, *meaning;
} Word;

/* The first that is found counts. */
static const Word words[] = {
    {"ncrypt", "encrypted", "it is encrypted, and there is no password for it here"},
    {"assphrase", "encrypted", "it is encrypted, and there is no password for it here"},
    {"CRC", "checksum", "its checksum does not match: the bytes are damaged"},
    {"checksum", "checksum", "its checksum does not match: the bytes are damaged"},
    {"nsupported", "unsupported_compression", "it is packed in a way that cannot be read here"},
    {"not supported", "unsupported_compression", "it is packed in a way that cannot be read here"},
    {"allocate", "memory", "it needs more memory than allowed to be unpacked"},
    {"out of memory", "memory", "it needs more memory than allowed to be unpacked"},
    {"runcated", "truncated", "it is cut"},
    {"No progress is possible", "truncated", "it is cut"},
    {"premature end", "truncated", "it is cut"},
};

void archive_library_version(char *out, size_t size)
{
    const char *text = archive_version_string(); /* "libarchive 3.6.2" */
    const char *blank = strchr(text, ' ');
    snprintf(out, size, "%s", blank ? blank + 1 : text);
}

bool archive_failed(struct archive *a, uint64_t byte, Error *e)
{
    const char *text = archive_error_string(a);
    Word found = {"", "damaged", "it is damaged"};
    if (!text)
        text = "no reason given";
    for (size_t i = sizeof words / sizeof *words; i-- > 0;)
        if (strstr(text, words[i].word))
            found = words[i];
    if (archive_errno(a) == ENOMEM)
        found = (Word){"", "memory", "it needs more memory than allowed to be unpacked"};
    error_coded(e, ERROR_DATA, found.code, "%s (libarchive: %s)", found.meaning, text);
    return error_at(e, "byte %llu", (unsigned long long)byte);
}
