/* test_s3_write.c: what decides a write into a bucket, without a service; `--do` writes into one
 * (s3_commands.h). */
#include "stores/aws/s3_write.h"
#include "tests/stores/s3_commands.h"
#include "tests/support/cases.h"

static const uint64_t mebi = 1ULL << 20, gibi = 1ULL << 30;

/* 10,000 parts of 8 MiB are 80,000 MiB; the rest by hand. */
static void parts(void **state)
{
    (void)state;
    const struct {
        uint64_t size, part_mebi;
    } sizes[] = {
        {1, 8},
        {16 * mebi + 1, 8},
        {80000 * mebi, 8},
        {80000 * mebi + 1, 9},
        {90000 * mebi, 9},
        {90000 * mebi + 1, 10},
        {5120 * gibi, 525},   /* 5 TiB: 524.288 MiB */
        {50000 * gibi, 5120}, /* 51,200,000 MiB: 5 GiB each, the most */
    };
    for (size_t i = 0; i < CASES(sizes); i++) {
        uint64_t part = s3_part_bytes(sizes[i].size);
        assert_int_equal(part, sizes[i].part_mebi * mebi);
        assert_true((sizes[i].size + part - 1) / part <= 10000);
    }
}

/* "abc"; expected values from Python's hashlib, zlib, and crc64nvme of awscrt. */
static void same(void **state)
{
    (void)state;
    const struct {
        uint64_t size;
        const char *etag, *checksum;
        bool same;
    } objects[] = {
        {3, "900150983cd24fb0d6963f7d28e17f72", "", true},
        {3, "900150983cd24fb0d6963f7d28e17f72", NULL, true},
        {3, "900150983cd24fb0d6963f7d28e17f73", "", false},
        {4, "900150983cd24fb0d6963f7d28e17f72", "", false},
        {3, "other", "crc32 NSRBwg==", true},
        {3, "other", "crc32 NSRBww==", false},
        {3, "other", "sha256 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", true},
        /* a checksum counts more than an ETag */
        {3, "900150983cd24fb0d6963f7d28e17f72", "crc32 NSRBww==", false},
        /* one that is not known counts nothing */
        {3, "900150983cd24fb0d6963f7d28e17f72", "crc99 NSRBwg==", true},
        /* of parts: nobody can tell */
        {3, "900150983cd24fb0d6963f7d28e17f72-1", "", false},
        {3, "", "", false},
    };
    int fd = memfd_create("abc", MFD_CLOEXEC);
    assert_int_equal(write(fd, "abc", 3), 3);
    const S3Body bodies[] = {{.bytes = "abc", .fd = -1, .size_bytes = 3},
                             {.fd = fd, .size_bytes = 3}};
    for (size_t i = 0; i < CASES(objects) * 2; i++) {
        S3Object o = {.key = "k",
                      .etag = objects[i / 2].etag,
                      .size_bytes = objects[i / 2].size,
                      .checksum = objects[i / 2].checksum};
        bool found = !objects[i / 2].same;
        Error e = {0};
        assert_ok(s3_same(&o, &bodies[i % 2], &found, &e), &e);
        assert_int_equal(found, objects[i / 2].same);
    }
    close(fd);
}

static void shorter(void **state)
{
    (void)state;
    int fd = memfd_create("abc", MFD_CLOEXEC);
    assert_int_equal(write(fd, "abc", 3), 3);
    const S3Body body = {.fd = fd, .size_bytes = 4};
    uint8_t room[4];
    const uint8_t *out;
    Error e = {0};
    assert_false(s3_body_piece(&body, 0, 4, room, &out, &e));
    assert_int_equal(e.kind, ERROR_DATA);
    assert_string_equal(e.code, "changed");
    close(fd);
}

/* More than 10,000 parts of 5 GiB: no call is made, so that there need be no service. */
static void too_large(void **state)
{
    (void)state;
    S3Write w = {.uri = {"bucket", "key"}, .body = {.fd = -1, .size_bytes = 50001 * gibi}};
    Error e = {0};
    assert_false(s3_write_wait(NULL, &w, &e));
    assert_int_equal(e.kind, ERROR_DATA);
    assert_string_equal(e.code, "too_large");
}

static const Case cases[] = {
    {"parts", parts},
    {"same", same},
    {"shorter", shorter},
    {"too_large", too_large},
};

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--do") == 0)
        return do_writes(argv[2]);
    return cases_main(argc, argv, cases, CASES(cases));
}
