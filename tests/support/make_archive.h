/* make_archive.h: small archives byte by byte, as their specifications say: POSIX ustar, PKWARE's
 * APPNOTE (stored members), RFC 1952 with the stored blocks of RFC 1951. */
#pragma once

#include "tests/support/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct Made {
    uint8_t bytes[64 * 1024];
    size_t length;
} Made;

static inline void made_add(Made *m, const void *bytes, size_t length)
{
    assert_true(m->length + length <= sizeof m->bytes);
    memcpy(m->bytes + m->length, bytes, length);
    m->length += length;
}

static inline void made_text(Made *m, const char *text)
{
    made_add(m, text, strlen(text));
}

/* Little-endian, `size` bytes of it. */
static inline void made_number(Made *m, uint32_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        made_add(m, &(uint8_t){(uint8_t)(value >> 8 * i)}, 1);
}

static inline uint32_t made_crc(const char *bytes, size_t length)
{
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < 8 * length; i++) {
        crc ^= i % 8 ? 0 : (uint8_t)bytes[i / 8];
        crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

/* An entry of a tar: '0' a file, '1' a hard link, '2' a symbolic link, '3' a device, '5' a folder.
 */
static inline void made_tar(Made *m, const char *name, char type, const char *content)
{
    static const uint8_t zeros[512];
    char h[512] = "";
    unsigned sum = 0;
    size_t length = strlen(content);
    snprintf(h, 100, "%s", name);
    snprintf(h + 100, 50, "%07o%c%07o%c%07o%c%011o%c%011o", 0644, 0, 0, 0, 0, 0, (unsigned)length,
             0, 0);
    memset(h + 148, ' ', 8);
    h[156] = type;
    snprintf(h + 157, 100, "%s", type == '1' || type == '2' ? "a.csv" : "");
    memcpy(h + 257,
           "ustar\0"
           "00",
           8);
    for (size_t i = 0; i < sizeof h; i++)
        sum += (unsigned char)h[i];
    snprintf(h + 148, 8, "%06o", sum);
    made_add(m, h, sizeof h);
    made_add(m, content, length);
    made_add(m, zeros, (512 - length % 512) % 512);
}

static inline void made_tar_end(Made *m)
{
    static const uint8_t zeros[1024];
    made_add(m, zeros, sizeof zeros);
}

/* One gzip member of one stored block; its name in the header, or NULL. */
static inline void made_gzip(Made *m, const char *name, const void *content, size_t length)
{
    made_add(m, "\x1f\x8b\x08", 3);
    made_number(m, name ? 8 : 0, 1);
    made_add(m, "\0\0\0\0\0\x03", 6);
    if (name)
        made_add(m, name, strlen(name) + 1);
    made_number(m, 1, 1);
    made_number(m, (uint32_t)length, 2);
    made_number(m, ~(uint32_t)length, 2);
    made_add(m, content, length);
    made_number(m, made_crc(content, length), 4);
    made_number(m, (uint32_t)length, 4);
}

typedef struct ZipMember {
    const char *name, *content;
} ZipMember;

static inline void made_zip_head(Made *m, const ZipMember *z)
{
    uint32_t length = (uint32_t)strlen(z->content);
    made_number(m, 0, 2); /* flags */
    made_number(m, 0, 2); /* stored */
    made_number(m, 0x00210000, 4);
    made_number(m, made_crc(z->content, length), 4);
    made_number(m, length, 4);
    made_number(m, length, 4);
    made_number(m, (uint32_t)strlen(z->name), 2);
    made_number(m, 0, 2);
}

static inline void made_zip(Made *m, const ZipMember *members, size_t count)
{
    uint32_t at[16];
    assert_true(count <= 16);
    for (size_t i = 0; i < count; i++) {
        at[i] = (uint32_t)m->length;
        made_add(m, "PK\x03\x04\x0a\0", 6);
        made_zip_head(m, &members[i]);
        made_text(m, members[i].name);
        made_text(m, members[i].content);
    }
    uint32_t start = (uint32_t)m->length;
    for (size_t i = 0; i < count; i++) {
        made_add(m, "PK\x01\x02\x14\0\x0a\0", 8);
        made_zip_head(m, &members[i]);
        made_add(m, "\0\0\0\0\0\0\0\0\0\0", 10);
        made_number(m, at[i], 4);
        made_text(m, members[i].name);
    }
    uint32_t length = (uint32_t)m->length - start;
    made_add(m, "PK\x05\x06\0\0\0\0", 8);
    made_number(m, (uint32_t)count, 2);
    made_number(m, (uint32_t)count, 2);
    made_number(m, length, 4);
    made_number(m, start, 4);
    made_number(m, 0, 2);
}

/* Closed by the caller. */
static inline int made_file(const Made *m)
{
    int fd = memfd_create("made", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, m->bytes, m->length), (ssize_t)m->length);
    return fd;
}
