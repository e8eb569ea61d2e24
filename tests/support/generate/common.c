/* common.c: files, bytes and made-up signals. */
#include "tests/support/generate/generate.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("generate: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

char *file_path(const char *folder, const char *name)
{
    char *path;
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        die("out of memory");
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            die("%s: %s", path, strerror(errno));
        *slash = '/';
    }
    return path;
}

FILE *file_create(const char *path)
{
    FILE *f = fopen(path, "wb");
    if (!f)
        die("%s: %s", path, strerror(errno));
    return f;
}

void file_close(FILE *f, const char *path)
{
    if (ferror(f) || fclose(f) != 0)
        die("%s: cannot be written", path);
}

void file_write(const char *path, const void *bytes, size_t length)
{
    FILE *f = file_create(path);
    if (fwrite(bytes, 1, length, f) != length)
        die("%s: %s", path, strerror(errno));
    file_close(f, path);
}

uint8_t *file_read(const char *path, size_t *length)
{
    FILE *f = fopen(path, "rb");
    struct stat st;
    if (!f || fstat(fileno(f), &st) != 0)
        die("%s: %s", path, strerror(errno));
    uint8_t *bytes = malloc((size_t)st.st_size + 1);
    if (!bytes || fread(bytes, 1, (size_t)st.st_size, f) != (size_t)st.st_size)
        die("%s: cannot be read", path);
    fclose(f);
    *length = (size_t)st.st_size;
    return bytes;
}

void bytes_add(Bytes *b, const void *data, size_t length)
{
    if (b->length + length > b->capacity) {
        b->capacity = 2 * (b->length + length);
        b->data = realloc(b->data, b->capacity);
        if (!b->data)
            die("out of memory");
    }
    if (length > 0)
        memcpy(b->data + b->length, data, length);
    b->length += length;
}

void bytes_u8(Bytes *b, uint8_t value)
{
    bytes_add(b, &value, 1);
}

void bytes_u32(Bytes *b, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes_u8(b, (uint8_t)(value >> shift));
}

void bytes_u64(Bytes *b, uint64_t value)
{
    bytes_u32(b, (uint32_t)(value >> 32));
    bytes_u32(b, (uint32_t)value);
}

void bytes_name(Bytes *b, const char *name)
{
    size_t length = strlen(name);
    bytes_u32(b, (uint32_t)length);
    bytes_add(b, name, length);
    while (length++ % 4 != 0)
        bytes_u8(b, 0);
}

void bytes_save(Bytes *b, const char *folder, const char *name)
{
    char *path = file_path(folder, name);
    file_write(path, b->data, b->length);
    free(path);
    free(b->data);
    *b = (Bytes){0};
}

/* FNV-1a, then splitmix64. */
Random random_seed(const char *text, uint64_t salt)
{
    uint64_t hash = 0xcbf29ce484222325u ^ salt;
    for (const char *p = text; *p; p++)
        hash = (hash ^ (uint8_t)*p) * 0x100000001b3u;
    return (Random){hash};
}

uint64_t random_next(Random *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double random_between(Random *r, double low, double high)
{
    return low + (high - low) * ((double)(random_next(r) >> 11) / 9007199254740992.0);
}

double wave(double turns)
{
    double t = turns - floor(turns);
    return t < 0.5 ? 16 * t * (0.5 - t) : -16 * (t - 0.5) * (1 - t);
}

double rounded(double value, double steps_per_unit)
{
    return nearbyint(value * steps_per_unit) / steps_per_unit;
}
