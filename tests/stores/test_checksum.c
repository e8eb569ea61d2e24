/* test_checksum.c: checksums of files from none to 3 MiB; expected values from Python: zlib.crc32,
 * hashlib, base64, and crc32c and crc64nvme of awscrt 0.38.1. */
#include "stores/checksum.h"
#include "stores/crc.h"
#include "tests/support/cases.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { METHODS = 5, KIB = 1024, MOST_BYTES = 3 * KIB * KIB };

static const char *const names[METHODS] = {"crc32", "crc32c", "crc64nvme", "sha1", "sha256"};

/* The first bytes of one sequence: byte i is the upper byte of the (i + 1)th state of Knuth's
 * generator modulo 2^64 (6364136223846793005 x + 1442695040888963407, from 1). */
static const struct {
    size_t size;
    const char *sums[METHODS];
} files[] = {
    {0,
     {"AAAAAA==", "AAAAAA==", "AAAAAAAAAAA=", "2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
      "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}},
    {1,
     {"lgbC/g==", "fvgP4w==", "nD99SnSrPb8=", "B8NCvm5WDn9DhC4uIbd05h2F8Ec=",
      "rKyGwOYJypBvYysOLazMsrd9IrBiHyDr7OGkg1uT9vA="}},
    {7,
     {"npp9JQ==", "5gGcuQ==", "twlOk+ukx3M=", "xuT2Uxq82LXqqoJIYigWXxlLmdQ=",
      "Na5cf8lV/S33aAa8Jkf5ByhqqWeD1Z1tAKxnDW7MlnA="}},
    {8,
     {"hC+x0w==", "iGI8pw==", "ckVsm0dLSgk=", "UpGnhT5eudrQKEod4aVj355s0tM=",
      "ei25N6PMIPo5JLlkmVpsiDiwrW+17W8PcbSFZO+5jEQ="}},
    {9,
     {"ouw0sw==", "0QbmYw==", "DrO7G4o7lEg=", "jJz29WsTshFQzUO8PVlZ/g4YLDQ=",
      "l15p8jiH0Iuw0/yrGBd6uJRi2wtzmqN5vWOjgSr15zU="}},
    {255,
     {"FcZT1A==", "hkbdaQ==", "pb3Y4WHeyiw=", "bt+UC0KEz1IxDvFXTZ/EinWVFlg=",
      "AN3mZ94cqlJC4HtRVFqB6FsGCj3Tsy6Fj1Kr0aozTXw="}},
    {256 * KIB - 1,
     {"VGJ7Yg==", "LwWBPQ==", "NEyccBevZbg=", "uyrMTlrfBcpLqn/YyScRy8uYe8Q=",
      "Ipn4W0T0tO83qFYaptWrd5ZM23P3Mom+lwQVi50mJ4g="}},
    {256 * KIB,
     {"A+3qBw==", "OLWSng==", "GjYvfexp76k=", "8NvHToz1pnO1+rJu1zCECnv1bgU=",
      "4NdCXHjpulYFbz02CrHtZB1RkzAi94lQWizi8NOCviI="}},
    {256 * KIB + 1,
     {"I9XgJQ==", "meejsA==", "ZXalBtGnoFo=", "0NL60LHh8Gg0YeQ/1A3RB7XSZzY=",
      "QrMZDkRoNlmiJwbXAS4kEFAyiwuYA+qbXaI5Bnqd3cY="}},
    {MOST_BYTES,
     {"4ZPIlA==", "n8vYmw==", "pKqgSR7FFEM=", "LJDUBY9Tze0IW7Dc5y/n9DcjSkw=",
      "dgwJkrKK/vGN2ZyxWPFMxC831l/EFJ2+wm9ZT8l39PE="}},
};

static uint8_t *sequence(size_t size)
{
    uint8_t *bytes = malloc(size + 1);
    assert_non_null(bytes);
    uint64_t state = 1;
    for (size_t i = 0; i < size; i++) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        bytes[i] = (uint8_t)(state >> 56);
    }
    return bytes;
}

static int file_of(const void *bytes, size_t size)
{
    int fd = memfd_create("checksum", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    return fd;
}

static void sizes(void **state)
{
    (void)state;
    uint8_t *bytes = sequence(MOST_BYTES);
    int fd = file_of(bytes, MOST_BYTES); /* more than is asked for is left alone */
    for (size_t f = 0; f < CASES(files); f++) {
        for (size_t m = 0; m < METHODS; m++) {
            char expected[128], out[128];
            bool known = false;
            Error e = {0};
            snprintf(expected, sizeof expected, "%s %s", names[m], files[f].sums[m]);
            assert_ok(checksum_compute(fd, files[f].size, names[m], out, &e), &e);
            assert_string_equal(out, expected);
            assert_ok(checksum_compare(fd, files[f].size, expected, &known, &e), &e);
            assert_true(known);
        }
    }
    close(fd);
    free(bytes);
}

/* The check values of the catalogue of parametrised CRC algorithms (CRC-32/ISO-HDLC, CRC-32/ISCSI,
 * CRC-64/NVME) and the example of 32 zeros in RFC 3720, B.4. */
static void published(void **state)
{
    (void)state;
    static const struct {
        CrcKind kind;
        const char *bytes;
        size_t length;
        uint64_t sum;
    } rows[] = {
        {CRC_32, "123456789", 9, 0xcbf43926},
        {CRC_32C, "123456789", 9, 0xe3069283},
        {CRC_64_NVME, "123456789", 9, 0xae8b14860a799888},
        {CRC_32C, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 32,
         0x8a9136aa},
    };
    static void (*const begin[])(Crc *, CrcKind) = {crc_begin, crc_begin_tables};
    Crc *c = malloc(sizeof *c);
    assert_non_null(c);
    for (size_t i = 0; i < CASES(rows) * CASES(begin); i++) {
        begin[i % 2](c, rows[i / 2].kind);
        crc_add(c, (const uint8_t *)rows[i / 2].bytes, rows[i / 2].length);
        assert_int_equal(crc_end(c), rows[i / 2].sum);
    }
    free(c);
}

/* However the bytes are cut, and by tables as by the processor: the value of 3 MiB above. */
static void pieces(void **state)
{
    (void)state;
    static const struct {
        CrcKind kind;
        uint64_t sum;
    } kinds[] = {{CRC_32, 0xe193c894}, {CRC_32C, 0x9fcbd89b}, {CRC_64_NVME, 0xa4aaa0491ec51443}};
    static const size_t cuts[] = {1, 7, 8, 15, 17, 8191, 24575, 24577, 65536, MOST_BYTES};
    static void (*const begin[])(Crc *, CrcKind) = {crc_begin, crc_begin_tables};
    uint8_t *bytes = sequence(MOST_BYTES);
    Crc *c = malloc(sizeof *c);
    assert_non_null(c);
    for (size_t i = 0; i < CASES(kinds) * CASES(cuts) * 2; i++) {
        size_t cut = cuts[i / 2 % CASES(cuts)], kind = i / 2 / CASES(cuts);
        begin[i % 2](c, kinds[kind].kind);
        for (size_t at = 0; at < MOST_BYTES; at += cut)
            crc_add(c, bytes + at, MOST_BYTES - at < cut ? MOST_BYTES - at : cut);
        assert_int_equal(crc_end(c), kinds[kind].sum);
    }
    free(c);
    free(bytes);
}

/* "abc", but for one byte or one digit. */
static void differences(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *said, *told;
    } rows[] = {
        {"abd", "crc32 NSRBwg==", "NSRBwg=="},
        {"abc", "crc32 NSRBxg==", "NSRBwg=="},
        {"abc", "crc32c NSRBwg==", "Nks/tw=="},
        {"abc", "crc64nvme BeXKuz/B+uo=", "BeXKuz/B+us="},
        {"abc", "sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J4=", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="},
        {"abc", "sha256 AAAWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", "sha256"},
        {"ABC", "sha256 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", "sha256"},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        int fd = file_of(rows[i].bytes, 3);
        bool known = false;
        Error e = {0};
        assert_false(checksum_compare(fd, 3, rows[i].said, &known, &e));
        assert_int_equal(e.kind, ERROR_RETRY);
        assert_string_equal(e.code, "checksum");
        assert_non_null(strstr(e.message, rows[i].told));
        assert_non_null(strstr(e.message, strchr(rows[i].said, ' ') + 1));
        close(fd);
    }
}

/* None is what S3 says of "abc"; nobody can tell from them that the file is bad. */
static void not_known(void **state)
{
    (void)state;
    static const char *const said[] = {
        "",
        " ",
        "crc32",
        "crc32\0NSRBwg==", /* ends where it ends */
        "crc32 ",
        "NSRBwg==",
        " NSRBwg==",
        "crc32  NSRBwg==",
        "crc32 NSRBwg== ",
        "crc32:NSRBwg==",
        "CRC32 NSRBwg==",
        "crc3 NSRBwg==",
        "crc32d NSRBwg==",
        "md5 kAFQmDzST7DWlj99KOF/cg==",
        "sha512 NSRBwg==",
        "crc32 352441c2",                                      /* hex */
        "crc32 NSRBwg=",                                       /* padding: too little, */
        "crc32 NSRBwg===",                                     /* too much, */
        "crc32 NSRBwg=x",                                      /* interrupted, */
        "crc32 NSRBwgAA",                                      /* none */
        "crc32 NSRBwh==",                                      /* 4 bits too many */
        "crc32 NSRB_g==",                                      /* base64url */
        "crc32 NSR\nwg==",                                     /* no digit */
        "crc32 NSRBwg==-2",                                    /* of two parts */
        "crc32 BeXKuz/B+us=",                                  /* another's length */
        "crc32c NSRB",                                         /* 3 bytes */
        "crc32c NSRBwgA=",                                     /* 5 bytes */
        "crc64nvme NSRBwg==",                                  /* 4 bytes */
        "crc64nvme BeXKuz/B+ut=",                              /* 2 bits too many */
        "sha1 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",   /* a sha256 */
        "sha256 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",                 /* a sha1 */
        "sha256 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0A", /* 33 bytes */
    };
    int fd = file_of("abd", 3);
    for (size_t i = 0; i < CASES(said); i++) {
        bool known = true;
        Error e = {0};
        assert_ok(checksum_compare(fd, 3, said[i], &known, &e), &e);
        if (known)
            fail_msg("\"%s\" counts as a checksum", said[i]);
    }
    close(fd);
}

/* Fewer bytes than were announced, by one and by as many as there can be. */
static void too_short(void **state)
{
    (void)state;
    int fd = file_of("123456789", 9);
    for (size_t m = 0; m < METHODS; m++) {
        char out[128] = "as before";
        Error e = {0};
        assert_false(checksum_compute(fd, 10, names[m], out, &e));
        assert_int_equal(e.kind, ERROR_RETRY);
        assert_string_equal(e.code, "truncated");
        assert_non_null(strstr(e.message, "byte 9 of 10"));
        assert_string_equal(out, "as before");
    }
    bool known = false;
    Error e = {0};
    assert_false(checksum_compare(fd, UINT64_MAX, "crc32 y/Q5Jg==", &known, &e));
    assert_string_equal(e.code, "truncated");
    close(fd);
}

static void unreadable(void **state)
{
    (void)state;
    int pipe_ends[2];
    assert_int_equal(pipe2(pipe_ends, O_CLOEXEC), 0);
    for (size_t m = 0; m < METHODS; m++) {
        char out[128] = "as before";
        Error e = {0};
        assert_false(checksum_compute(pipe_ends[0], 1, names[m], out, &e));
        assert_int_equal(e.kind, ERROR_RETRY);
        assert_non_null(strstr(e.message, names[m]));
        assert_string_equal(out, "as before");
    }
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

static void unknown_names(void **state)
{
    (void)state;
    static const char *const unknown[] = {"", "crc", "crc32 ", "md5", "SHA256"};
    int fd = file_of("abc", 3);
    for (size_t i = 0; i < CASES(unknown); i++) {
        char out[128] = "as before";
        Error e = {0};
        assert_false(checksum_compute(fd, 3, unknown[i], out, &e));
        assert_int_equal(e.kind, ERROR_SETUP);
        assert_string_equal(out, "as before");
    }
    close(fd);
}

static const Case cases[] = {
    {"sizes", sizes},           {"published", published},
    {"pieces", pieces},         {"differences", differences},
    {"not_known", not_known},   {"too_short", too_short},
    {"unreadable", unreadable}, {"unknown_names", unknown_names},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
