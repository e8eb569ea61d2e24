/* fuzz_checksum.c: what a service says of the file "abc", and of itself: never believed unless it
 * is letter by letter what is computed. */
#include "stores/checksum.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(int fd, uint64_t size, const char *said)
{
    Error e = {0};
    bool known = false;
    bool same = checksum_compare(fd, size, said, &known, &e);
    if (same ? e.kind != ERROR_NONE : strcmp(e.code, "checksum") != 0)
        abort();
    if (!same || !known)
        return;
    char name[16] = "", computed[128];
    memcpy(name, said, strcspn(said, " ")); /* known names are short */
    if (!checksum_compute(fd, size, name, computed, &e) || strcmp(computed, said) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *said = malloc(size + 1);
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (!said || fd < 0 || write(fd, "abc", 3) != 3 || pwrite(fd, data, size, 3) != (ssize_t)size)
        abort();
    memcpy(said, data, size);
    said[size] = '\0';
    compare(fd, 3, said);
    compare(fd, 3 + size, said);
    close(fd);
    free(said);
    return 0;
}
