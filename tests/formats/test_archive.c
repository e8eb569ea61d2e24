/* test_archive.c: kinds of archives, their members, limits and damage; one run after the other. */
#include "tests/formats/archive_open.h"

#define BYTES(text) text, sizeof(text) - 1

/* ---- kinds */

typedef struct Kind {
    const char *bytes;
    size_t size;
    const char *name, *word; /* NULL: no archive */
} Kind;

static const Kind kinds[] = {
    {BYTES("\x1f\x8b\x08\0\0\0\0\0\0\x03"), "a", "gzip"},
    {BYTES("\x1f\x8b\x07\0\0\0\0\0\0\x03"), "a.gz", NULL},
    {BYTES("PK\x03\x04\x14\0\0\0"), "a", "zip"},
    {BYTES("PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), "a", "zip"},
    {BYTES("PK\x05\x06\0\0\0"), "a", NULL},
    {BYTES("PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0AAAABBBBCCCC\x13\0\0\0[Content_Types].xml"), "a",
     NULL},
    {BYTES("BZh91AY&SY\0"), "a", "bzip2"},
    {BYTES("BZh9\x17\x72\x45\x38\x50\x90"), "a", "bzip2"},
    {BYTES("BZhoods,1\n"), "a", NULL},
    {BYTES("\xfd"
           "7zXZ\0\0\x04"),
     "a", "xz"},
    {BYTES("\x28\xb5\x2f\xfd\x04"), "a", "zstd"},
    {BYTES("\x04\x22\x4d\x18\x64"), "a", "lz4"},
    {BYTES("\x1f\x9d\x90"), "a", "compress"},
    {BYTES("\x1f\x9d\x08"), "a", NULL},
    {BYTES("7z\xbc\xaf\x27\x1c\0\x04"), "a", "7z"},
    {BYTES("time,value\n"), "a.zip", NULL},
};

static void kinds_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(kinds); i++) {
        const Kind *k = &kinds[i];
        const void *options[FORMATS_MAX] = {NULL};
        Probe probes[FORMATS_MAX];
        Input in = {.fd = -1,
                    .size = k->size,
                    .name = k->name,
                    .head = (const uint8_t *)k->bytes,
                    .head_size = k->size};
        const char *evidence;
        ArchiveKind kind = archive_kind(&in, &evidence);
        if (!k->word) {
            assert_int_equal(kind, ARCHIVE_KINDS);
            assert_null(evidence);
            continue;
        }
        assert_string_equal(archive_word(kind), k->word);
        const Format *f = formats_find(k->word);
        assert_non_null(f);
        f->probe(&in, options, probes);
        assert_int_equal(probes[0].sure, SURE_BY_CONTENT);
        assert_string_equal(probes[0].evidence, evidence);
    }
}

static void tar_by_its_checksum(void **state)
{
    (void)state;
    Made m = {.length = 0};
    made_tar(&m, "a.csv", '0', "x");
    assert_true(archive_is_tar(m.bytes, m.length));
    assert_false(archive_is_tar(m.bytes, 511));
    m.bytes[3]++;
    assert_false(archive_is_tar(m.bytes, m.length));
    /* no checksum at all is not the sum -1 of bytes that are counted as signed */
    uint8_t block[TAR_BLOCK] = {[0] = 'x'};
    int left = -1 - 'x' - 8 * ' ';
    for (size_t i = 1; left < 0; i++) {
        int least = left < -128 ? -128 : left;
        block[i] = (uint8_t)least;
        left -= least;
    }
    assert_false(archive_is_tar(block, sizeof block));
}

static void names_of_packed_files(void **state)
{
    (void)state;
    static const struct {
        ArchiveKind kind;
        const char *name, *inner;
    } rows[] = {
        {ARCHIVE_GZIP, "a.nc.gz", "a.nc"},      {ARCHIVE_GZIP, "a.tgz", "a.tar"},
        {ARCHIVE_GZIP, "A.NC.GZ", "A.NC"},      {ARCHIVE_GZIP, "a.nc", "a.nc"},
        {ARCHIVE_GZIP, ".gz", ".gz"},           {ARCHIVE_GZIP, "", ""},
        {ARCHIVE_GZIP, "a.xz", "a.xz"},         {ARCHIVE_XZ, "a.xz", "a"},
        {ARCHIVE_BZIP2, "a.tbz2", "a.tar"},     {ARCHIVE_ZSTD, "a.csv.zst", "a.csv"},
        {ARCHIVE_COMPRESS, "91001.Z", "91001"},
    };
    Arena a;
    arena_init(&a, 0);
    for (size_t i = 0; i < CASES(rows); i++)
        assert_string_equal(archive_inner_name(rows[i].kind, rows[i].name, &a), rows[i].inner);
    arena_deinit(&a);
}

/* ---- unpacking */

static void make_tar(Made *m)
{
    *m = (Made){.length = 0};
    made_tar(m, "d/", '5', "");
    made_tar(m, "./a.csv", '0', "x,y\n1,2\n");
    made_tar(m, "hard", '1', "");
    made_tar(m, "soft", '2', "");
    made_tar(m, "null", '3', "");
    made_tar(m, "../b.csv", '0', "");
    made_tar(m, "/c.csv", '0', "three");
    made_tar_end(m);
}

static void check_tar(const Fixture *f)
{
    assert_int_equal(f->u.error.kind, ERROR_NONE);
    assert_int_equal(f->u.count, 3);
    check_member(f, 0, "a.csv", "x,y\n1,2\n");
    check_member(f, 1, "../b.csv", "");
    check_member(f, 2, "/c.csv", "three");
    assert_int_equal(f->u.entries, 7);
    assert_int_equal(f->u.directories, 1);
    assert_int_equal(f->u.links, 2);
    assert_int_equal(f->u.others, 1);
    assert_false(f->u.more);
    assert_string_equal(f->u.format, "tar");
    assert_int_equal(f->u.note_count, 0);
}

static void tar_plain_and_packed(void **state)
{
    (void)state;
    Made m, packed = {.length = 0};
    Fixture f;
    make_tar(&m);
    open_made(&f, &m, "x");
    unpack(&f, &everything);
    check_tar(&f);
    close_made(&f);
    made_gzip(&packed, NULL, m.bytes, m.length);
    open_made(&f, &packed, "x");
    unpack(&f, &everything);
    check_tar(&f);
    assert_non_null(strstr(f.u.model, "gzip"));
    close_made(&f);
}

static const ZipMember three[] = {{"a.csv", "one"}, {"sub/b.csv", "two!"}, {"c.csv", "three"}};

static void zip_in_runs(void **state)
{
    (void)state;
    Made m = {.length = 0};
    Fixture f;
    UnpackOrder o = everything;
    made_zip(&m, three, CASES(three));
    open_made(&f, &m, "x");
    o.run_members = 2;
    unpack(&f, &o);
    assert_int_equal(f.u.count, 2);
    assert_true(f.u.more);
    assert_int_equal(f.u.next, 2);
    check_member(&f, 1, "sub/b.csv", "two!");
    assert_non_null(f.open);
    o.first = f.u.next;
    unpack(&f, &o);
    assert_int_equal(f.u.count, 1);
    assert_false(f.u.more);
    assert_null(f.open);
    check_member(&f, 0, "c.csv", "three");
    o = everything;
    o.run_bytes = 1; /* one member at a time */
    unpack(&f, &o);
    assert_int_equal(f.u.count, 1);
    assert_true(f.u.more);
    close_made(&f);
}

static void damaged_zip(void **state)
{
    (void)state;
    Made m = {.length = 0};
    Fixture f;
    made_zip(&m, three, CASES(three));
    uint8_t *two = memmem(m.bytes, m.length, "two!", 4);
    *two = 'T';
    open_made(&f, &m, "x");
    unpack(&f, &everything);
    assert_int_equal(f.u.error.kind, ERROR_NONE);
    assert_int_equal(f.u.count, 3);
    check_member(&f, 0, "a.csv", "one");
    assert_string_equal(f.u.members[1].code, "checksum");
    check_member(&f, 2, "c.csv", "three");
    close_made(&f);
    const uint8_t *directory = memmem(m.bytes, m.length, "PK\x01\x02", 4);
    m.length = (size_t)(directory - m.bytes);
    open_made(&f, &m, "x");
    unpack(&f, &everything);
    assert_string_equal(f.u.error.code, "truncated");
    check_member(&f, 2, "c.csv", "three");
    close_made(&f);
}

static void limits(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes_left, entries_left, member_bytes, whole;
        const char *code, *member_code;
    } rows[] = {
        {1000, 3, 5, 3, "", ""},                           /* none is met */
        {1000, 2, 1000, 2, "archive_limit", ""},           /* members */
        {1000, 3, 3, 1, "", "decoded_size"},               /* "two!" has 4 bytes */
        {6, 3, 1000, 1, "archive_limit", "archive_limit"}, /* "one" and "two!" have 7 */
    };
    Made m = {.length = 0};
    made_zip(&m, three, CASES(three));
    for (size_t i = 0; i < CASES(rows); i++) {
        Fixture f;
        UnpackOrder o = everything;
        o.bytes_left = rows[i].bytes_left;
        o.entries_left = rows[i].entries_left;
        o.member_bytes = rows[i].member_bytes;
        open_made(&f, &m, "x");
        unpack(&f, &o);
        uint64_t whole = 0;
        const char *member_code = "";
        for (size_t k = 0; k < f.u.count; k++) {
            whole += f.u.members[k].reason[0] == '\0';
            member_code = f.u.members[k].code[0] ? f.u.members[k].code : member_code;
        }
        assert_int_equal(whole, rows[i].whole);
        assert_string_equal(f.u.error.code, rows[i].code);
        assert_string_equal(member_code, rows[i].member_code);
        assert_true(f.u.bytes <= o.bytes_left);
        close_made(&f);
    }
}

static void gzip_of_one_file(void **state)
{
    (void)state;
    static const struct {
        const char *header_name, *file, *inner;
    } rows[] = {{NULL, "a.csv.gz", "a.csv"}, {"cast.csv", "x.gz", "cast.csv"}, {NULL, "x", "x"}};
    for (size_t i = 0; i < CASES(rows); i++) {
        Made m = {.length = 0};
        Fixture f;
        made_gzip(&m, rows[i].header_name, "x,y\n", 4);
        made_gzip(&m, "other", "1,2\n", 4); /* gzip members are one file */
        open_made(&f, &m, rows[i].file);
        unpack(&f, &everything);
        assert_int_equal(f.u.error.kind, ERROR_NONE);
        assert_int_equal(f.u.count, 1);
        check_member(&f, 0, rows[i].inner, "x,y\n1,2\n");
        assert_string_equal(f.u.format, "gzip");
        close_made(&f);
    }
}

static void damaged_gzip(void **state)
{
    (void)state;
    Made good = {.length = 0};
    made_gzip(&good, NULL, "x,y\n1,2\n", 8); /* 10 of header, 5 of block, 8, then crc and length */
    static const struct {
        size_t length, flipped; /* 0: none */
        const char *code;
    } rows[] = {{31, 0, ""},          {30, 0, "truncated"}, {23, 0, "truncated"},
                {20, 0, "truncated"}, {12, 0, "truncated"}, {31, 15, "checksum"},
                {31, 23, "checksum"}, {31, 27, "checksum"}, {31, 11, "damaged"}};
    for (size_t i = 0; i < CASES(rows); i++) {
        Made m = good;
        Fixture f;
        m.length = rows[i].length;
        if (rows[i].flipped)
            m.bytes[rows[i].flipped] ^= 1;
        open_made(&f, &m, "a.gz");
        unpack(&f, &everything);
        assert_string_equal(f.u.error.code, rows[i].code);
        assert_int_equal(f.u.error.place[0] != '\0', rows[i].code[0] != '\0');
        for (size_t k = 0; k < f.u.count; k++)
            assert_string_equal(f.u.members[k].code, rows[i].code);
        close_made(&f);
    }
}

static void cut_tar(void **state)
{
    (void)state;
    static const struct {
        size_t length, count;
        const char *code;
    } rows[] = {{512 + 4, 1, "truncated"},
                {1024, 1, ""},
                {1024 + 100, 1, "truncated"},
                {1024 + 512 + 2, 2, "truncated"}};
    for (size_t i = 0; i < CASES(rows); i++) {
        Made m = {.length = 0};
        Fixture f;
        made_tar(&m, "a.csv", '0', "x,y\n1,2\n");
        made_tar(&m, "b.csv", '0', "three");
        m.length = rows[i].length;
        open_made(&f, &m, "x.tar");
        unpack(&f, &everything);
        assert_int_equal(f.u.count, rows[i].count);
        assert_string_equal(f.u.error.code, rows[i].code);
        assert_int_equal(f.u.note_count, rows[i].code[0] == '\0'); /* cut between members */
        close_made(&f);
    }
}

static const Case cases[] = {
    {"kinds_are_told", kinds_are_told},
    {"tar_by_its_checksum", tar_by_its_checksum},
    {"names_of_packed_files", names_of_packed_files},
    {"tar_plain_and_packed", tar_plain_and_packed},
    {"zip_in_runs", zip_in_runs},
    {"damaged_zip", damaged_zip},
    {"limits", limits},
    {"gzip_of_one_file", gzip_of_one_file},
    {"damaged_gzip", damaged_gzip},
    {"cut_tar", cut_tar},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
