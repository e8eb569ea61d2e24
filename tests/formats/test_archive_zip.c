/* test_archive_zip.c: zips behind something else, and what only looks like one. */
#include "tests/formats/archive_open.h"

static const ZipMember two[] = {{"a.csv", "one"}, {"b.csv", "two!"}};

/* `front` bytes, a zip whose list counts from its own start or from the file's, `comment` bytes of
 * a comment, `behind` others. */
static void make_behind(Made *m, size_t front, bool counts_all, size_t comment, size_t behind)
{
    Made zip = {.length = counts_all ? front : 0};
    made_zip(&zip, two, CASES(two));
    *m = (Made){.length = 0};
    for (size_t i = 0; i < front; i++)
        made_number(m, (uint32_t)(0x80 + i % 7), 1);
    made_add(m, zip.bytes + (counts_all ? front : 0), zip.length - (counts_all ? front : 0));
    m->bytes[m->length - 2] = (uint8_t)(comment & 0xff);
    m->bytes[m->length - 1] = (uint8_t)(comment >> 8);
    for (size_t i = 0; i < comment + behind; i++)
        made_number(m, i % 4 == 0 ? 'P' : 'K', 1);
}

static void behind_something_else(void **state)
{
    (void)state;
    static const struct {
        size_t front, comment;
    } rows[] = {{1, 0}, {1000, 0}, {1, 1}, {1000, 20000}, {20000, 40000}};
    for (size_t i = 0; i < 2 * CASES(rows); i++) {
        Made m;
        Fixture f;
        make_behind(&m, rows[i / 2].front, i % 2, rows[i / 2].comment, 0);
        open_made(&f, &m, "x");
        unpack(&f, &everything);
        assert_int_equal(f.u.error.kind, ERROR_NONE);
        assert_string_equal(f.u.format, "zip");
        assert_int_equal(f.u.count, 2);
        check_member(&f, 0, "a.csv", "one");
        check_member(&f, 1, "b.csv", "two!");
        close_made(&f);
    }
}

/* Larger than what is kept of a file's beginning: the end is read. */
static void far_behind(void **state)
{
    (void)state;
    Made m;
    Fixture f;
    const uint64_t far = UINT64_C(5) << 30;
    make_behind(&m, 0, false, 3, 0);
    open_made(&f, &m, "x");
    assert_int_equal(ftruncate(f.fd, 0), 0);
    assert_int_equal(pwrite(f.fd, m.bytes, m.length, (off_t)far), (ssize_t)m.length);
    assert_ok(input_init(&f.in, f.fd, "x", f.head, &f.e), &f.e);
    unpack(&f, &everything);
    assert_int_equal(f.u.error.kind, ERROR_NONE);
    check_member(&f, 1, "b.csv", "two!");
    close_made(&f);
}

static ArchiveKind kind_of(const Made *m)
{
    Fixture f;
    const char *evidence;
    open_made(&f, m, "x.zip");
    ArchiveKind kind = archive_kind(&f.in, &evidence);
    assert_int_equal(evidence == NULL, kind == ARCHIVE_KINDS);
    close_made(&f);
    return kind;
}

/* Where the end of the list is, from the end of the file: 22 bytes. */
static uint8_t *end_of(Made *m)
{
    return m->bytes + m->length - 22;
}

static void put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static void no_zip(void **state)
{
    (void)state;
    static const struct {
        size_t at; /* of a number in the end, 0: none */
        uint32_t value;
        size_t comment, behind;
    } rows[] = {
        {0, 0, 0, 1},                                                  /* in the middle of a file */
        {0, 0, 0, 1000},        {0, 0, 5, 1},           {12, 0, 0, 0}, /* a list of no bytes */
        {12, 45, 0, 0},                                                /* of less than one member */
        {12, 91, 0, 0},         {12, UINT32_MAX, 0, 0}, {16, 900, 0, 0}, /* before the file */
        {16, UINT32_MAX, 0, 0}, {16, 0, 0, 0},          {16, 75, 0, 0},  /* nothing begins there */
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        Made m;
        make_behind(&m, 100, false, rows[i].comment, rows[i].behind);
        if (rows[i].at)
            put_u32(end_of(&m) + rows[i].at, rows[i].value);
        assert_int_equal(kind_of(&m), ARCHIVE_KINDS);
    }
    Made m;
    make_behind(&m, 100, false, 0, 0);
    assert_int_equal(kind_of(&m), ARCHIVE_ZIP); /* as it is without any of these */
    m.bytes[100] ^= 1;                          /* of the first member */
    assert_int_equal(kind_of(&m), ARCHIVE_KINDS);
    m = (Made){.length = 0}; /* nothing but an end */
    made_text(&m, "text");
    made_zip(&m, NULL, 0);
    assert_int_equal(kind_of(&m), ARCHIVE_KINDS);
}

/* What begins as something known is that. */
static void the_beginning_counts_first(void **state)
{
    (void)state;
    Made m = {.length = 0}, zip = {.length = 0};
    made_gzip(&m, NULL, "x,y\n", 4);
    made_zip(&zip, two, CASES(two));
    made_add(&m, zip.bytes, zip.length);
    assert_int_equal(kind_of(&m), ARCHIVE_GZIP);
}

static void a_document_stays_closed(void **state)
{
    (void)state;
    static const ZipMember book[] = {{"[Content_Types].xml", "<Types/>"}, {"a.csv", "one"}};
    Made m = {.length = 0}, zip = {.length = 0};
    made_text(&m, "x");
    made_zip(&zip, book, CASES(book));
    made_add(&m, zip.bytes, zip.length);
    assert_int_equal(kind_of(&m), ARCHIVE_KINDS);
    /* nor where its list has another order */
    uint8_t *listed = memmem(zip.bytes, zip.length, "PK\x01\x02", 4);
    listed[46] = 'x';
    assert_int_equal(kind_of(&zip), ARCHIVE_KINDS);
}

static const Case cases[] = {
    {"behind_something_else", behind_something_else},
    {"far_behind", far_behind},
    {"no_zip", no_zip},
    {"the_beginning_counts_first", the_beginning_counts_first},
    {"a_document_stays_closed", a_document_stays_closed},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
