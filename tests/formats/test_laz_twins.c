/* test_laz_twins.c: a LAZ file with a plain LAS file of the same name beside it has the same
 * points, each byte of each record. The folder: $TWINS, or the real files beside the project. */
#include "formats/las/las_vlr.h"
#include "formats/las/laz.h"
#include "tests/support/cases.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPEN_DATA TESTS "/../../shared/data/open"

enum { RUN = 1000, PATH_MOST = 4096, TWINS_MOST = 256, RECORD_MOST = 4096 };

typedef struct Cloud {
    Input in;
    uint8_t head[INPUT_HEAD_SIZE];
    Arena arena;
    LasHeader header;
    LasVlrs vlrs;
} Cloud;

static void open_cloud(Cloud *c, const char *path)
{
    Dataset notes;
    Error e = {0}, cut = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_ok(input_init(&c->in, fd, path, c->head, &e), &e);
    arena_init(&c->arena, 0);
    dataset_init(&notes, &c->arena);
    assert_ok(las_header_read(&c->in, &notes, &c->header, &e), &e);
    assert_ok(las_vlrs_read(&c->in, &c->header, &notes, &c->vlrs, &cut, &e), &e);
    assert_true(c->header.record_bytes <= RECORD_MOST);
}

static void close_cloud(Cloud *c)
{
    close(c->in.fd);
    arena_deinit(&c->arena);
}

static Laz *open_laz(Cloud *c)
{
    const LasHeader *h = &c->header;
    LazPlace place = {.points_offset = h->points_offset,
                      .point_count = h->points,
                      .record_bytes = h->record_bytes,
                      .point_format = h->point_format,
                      .vlr = c->vlrs.laszip.bytes,
                      .vlr_size = c->vlrs.laszip.size};
    Error e = {0};
    Laz *l = NULL;
    assert_true(h->compressed);
    assert_ok(laz_open(&c->in, &place, &c->arena, &l, &e), &e);
    return l;
}

static void compare_records(const Cloud *plain, uint64_t first, const uint8_t *got, size_t count)
{
    static uint8_t want[RUN * RECORD_MOST];
    size_t size = plain->header.record_bytes;
    Error e = {0};
    assert_ok(
        input_read(&plain->in, plain->header.points_offset + first * size, want, count * size, &e),
        &e);
    for (size_t i = 0; i < count * size; i++)
        if (got[i] != want[i])
            fail_msg("%s: point %zu, byte %zu of the record: %u, not %u", plain->in.name,
                     (size_t)first + i / size, i % size, got[i], want[i]);
}

static uint64_t compare_chunk(const Cloud *plain, Laz *l, size_t chunk)
{
    static uint8_t records[RUN * RECORD_MOST];
    Error e = {0};
    uint64_t first = laz_chunk(l, chunk)->first, done = 0;
    assert_ok(laz_begin(l, chunk, &e), &e);
    for (size_t got = RUN; got == RUN; done += got) {
        assert_ok(laz_read(l, records, RUN, &got, &e), &e);
        compare_records(plain, first + done, records, got);
    }
    return done;
}

static void compare(const char *compressed, const char *plain)
{
    static Cloud a, b;
    open_cloud(&a, compressed);
    open_cloud(&b, plain);
    assert_false(b.header.compressed);
    assert_int_equal(a.header.points, b.header.points);
    assert_int_equal(a.header.point_format, b.header.point_format);
    assert_int_equal(a.header.record_bytes, b.header.record_bytes);
    Laz *l = open_laz(&a);
    uint64_t done = 0;
    for (size_t i = 0; i < laz_chunk_count(l); i++)
        done += compare_chunk(&b, l, i);
    assert_int_equal(done, a.header.points);
    printf("%s: %zu points, format %u, the same\n", compressed, (size_t)done,
           a.header.point_format);
    close_cloud(&a);
    close_cloud(&b);
}

/* nftw() hands nothing through. */
static char twins[TWINS_MOST][PATH_MOST];
static size_t twin_count;

static int find_twin(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)where;
    size_t length = strlen(path);
    if (kind != FTW_F || length < 4 || length >= PATH_MOST ||
        strcmp(path + length - 4, ".laz") != 0)
        return 0;
    char *twin = twins[twin_count];
    snprintf(twin, PATH_MOST, "%.*s.las", (int)length - 4, path);
    twin_count += access(twin, R_OK) == 0;
    return twin_count == TWINS_MOST;
}

static void point_by_point(void **state)
{
    (void)state;
    enum { OPEN_FILES = 8 };
    const char *folder = getenv("TWINS");
    if (!folder && access(OPEN_DATA, R_OK) != 0)
        case_skip("the folder ../shared/data/open is not there");
    assert_int_equal(nftw(folder ? folder : OPEN_DATA, find_twin, OPEN_FILES, FTW_PHYS), 0);
    assert_true(twin_count > 0);
    for (size_t i = 0; i < twin_count; i++) {
        char compressed[PATH_MOST];
        memcpy(compressed, twins[i], PATH_MOST);
        compressed[strlen(compressed) - 1] = 'z';
        compare(compressed, twins[i]);
    }
}

static const Case cases[] = {
    {"point_by_point", point_by_point},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
