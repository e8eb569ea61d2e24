/* test_netcdf3_headers.c: netCDF classic headers laid by hand, after the format's specification. */
#include "formats/netcdf3/netcdf3.h"
#include "tests/support/read_format.h"

#include <fcntl.h>

typedef struct Bytes {
    uint8_t bytes[4096];
    size_t size;
} Bytes;

static void add(Bytes *b, uint64_t value, size_t width)
{
    for (size_t i = width; i-- > 0;)
        b->bytes[b->size++] = (uint8_t)(value >> (8 * i));
}

static void add_name(Bytes *b, const char *name)
{
    size_t length = strlen(name);
    add(b, length, 4);
    memcpy(b->bytes + b->size, name, length);
    b->size += (length + 3) / 4 * 4;
}

/* What a hand-made CDF-1 file says; zero where a case does not care. */
typedef struct Header {
    const char *name;
    uint32_t records, dim_tag, dim_count, x, attr_count, attr_type, attr_length, var_count, rank,
        dim_id, type, begin;
    const char *code, *says; /* the expected error */
} Header;

static const Header sound = {
    .records = 0,
    .dim_tag = 10,
    .dim_count = 2,
    .x = 4,
    .attr_count = 1,
    .attr_type = 4,
    .attr_length = 1,
    .var_count = 1,
    .rank = 1,
    .dim_id = 1,
    .type = 4,
    .begin = 112,
};

/* CDF-1: dimensions time (record) and x, a global attribute, one variable v, 16 bytes of data. */
static void lay(Bytes *b, const Header *h)
{
    *b = (Bytes){0};
    add(b, 0x43444601, 4);
    add(b, h->records, 4);
    add(b, h->dim_tag, 4);
    add(b, h->dim_count, 4);
    add_name(b, "time");
    add(b, 0, 4);
    add_name(b, "x");
    add(b, h->x, 4);
    add(b, 12, 4);
    add(b, h->attr_count, 4);
    add_name(b, "a");
    add(b, h->attr_type, 4);
    add(b, h->attr_length, 4);
    add(b, 7, 4);
    add(b, 11, 4);
    add(b, h->var_count, 4);
    add_name(b, "v");
    add(b, h->rank, 4);
    add(b, h->dim_id, 4);
    add(b, 0, 4); /* no attributes */
    add(b, 0, 4);
    add(b, h->type, 4);
    add(b, 16, 4);
    add(b, h->begin, 4);
    for (uint32_t i = 1; i <= 4; i++)
        add(b, i, 4);
}

static void hand_made(void **state)
{
    (void)state;
    Bytes b;
    ReadFile f;
    const int32_t values[] = {1, 2, 3, 4};
    lay(&b, &sound);
    read_all(&f, &format_netcdf3, b.bytes, b.size);
    read_expect(&f, "v", TYPE_INT, values, sizeof values);
    read_close(&f);
}

/* One lie at a time. */
static const Header lies[] = {
    {.name = "dimensions",
     .dim_count = 0x7fffffff,
     .code = "truncated",
     .says = "at byte 16 it goes on with 2147483647 dimensions"},
    {.name = "dimension tag", .dim_tag = 99, .code = "bad_header", .says = "damaged at byte 8: "},
    {.name = "attributes",
     .attr_count = 0xfffffff0,
     .code = "truncated",
     .says = "at byte 48 it goes on with 4294967280 attributes"},
    {.name = "attribute length",
     .attr_length = 0xffffffff,
     .code = "truncated",
     .says = "attribute a: the header is cut short or damaged: at byte 64"},
    {.name = "attribute type",
     .attr_type = 7,
     .code = "bad_header",
     .says = "attribute a: the header is damaged at byte 56: unknown type 7"},
    {.name = "variables",
     .var_count = 0xffffffff,
     .code = "truncated",
     .says = "at byte 76 it goes on with 4294967295 variables"},
    {.name = "rank",
     .rank = 0x40000000,
     .code = "truncated",
     .says = "variable 1 of 1 v: the header is cut short or damaged: at byte 88"},
    {.name = "dimension id",
     .dim_id = 2,
     .code = "bad_header",
     .says = "variable 1 of 1 v: the header is damaged at byte 88: unknown dimension 2"},
    {.name = "type",
     .type = 13,
     .code = "bad_header",
     .says = "damaged at byte 100: unknown type 13"},
    {.name = "begin inside the header",
     .begin = 8,
     .code = "bad_header",
     .says = "variable v begins at byte 8, inside the header"},
};

static void lying_headers(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(lies); i++) {
        Bytes b;
        ReadFile f;
        Header h = sound;
        const Header *l = &lies[i];
        h.dim_tag = l->dim_tag ? l->dim_tag : h.dim_tag;
        h.dim_count = l->dim_count ? l->dim_count : h.dim_count;
        h.attr_count = l->attr_count ? l->attr_count : h.attr_count;
        h.attr_length = l->attr_length ? l->attr_length : h.attr_length;
        h.attr_type = l->attr_type ? l->attr_type : h.attr_type;
        h.var_count = l->var_count ? l->var_count : h.var_count;
        h.rank = l->rank ? l->rank : h.rank;
        h.dim_id = l->dim_id ? l->dim_id : h.dim_id;
        h.type = l->type ? l->type : h.type;
        h.begin = l->begin ? l->begin : h.begin;
        lay(&b, &h);
        read_all(&f, &format_netcdf3, b.bytes, b.size);
        if (!strstr(f.error.message, l->says))
            fail_msg("%s: %s", l->name, f.error.message);
        read_expect_refused(&f, l->code);
        read_close(&f);
    }
}

static void begin_past_the_end(void **state)
{
    (void)state;
    Bytes b;
    ReadFile f;
    Header h = sound;
    h.begin = 0xfffffff0;
    lay(&b, &h);
    read_all(&f, &format_netcdf3, b.bytes, b.size);
    read_expect_failed(&f, "v", "truncated");
    read_close(&f);
}

/* v(time): an int a record, four of them in the file. */
static void record_counts(void **state)
{
    (void)state;
    static const struct {
        size_t cut, whole;
        uint32_t promised;
        bool broken;
    } cases[] = {
        {0, 4, 4, false},          /* as it is */
        {0, 2, 2, false},          /* more bytes than records */
        {0, 4, 5, true},           /* one record more than there is */
        {0, 4, 0xfffffffe, true},  /* the most that can be promised */
        {0, 4, 0xffffffff, false}, /* streaming: as many as there are */
        {3, 3, 0xffffffff, false}, /* streaming, the last one incomplete */
        {16, 0, 0xffffffff, false},
    };
    const int32_t values[] = {1, 2, 3, 4};
    for (size_t i = 0; i < CASES(cases); i++) {
        Bytes b;
        ReadFile f;
        Header h = sound;
        h.records = cases[i].promised;
        h.dim_id = 0;
        lay(&b, &h);
        read_all(&f, &format_netcdf3, b.bytes, b.size - cases[i].cut);
        assert_non_null(f.d);
        assert_int_equal(f.broken, cases[i].broken);
        assert_int_equal(f.d->rows, cases[i].whole);
        assert_int_equal(f.vars[0].n, cases[i].whole);
        if (cases[i].whole)
            assert_memory_equal(f.vars[0].bytes, values, cases[i].whole * 4);
        assert_int_equal(f.d->note_count, cases[i].broken || cases[i].cut == 3);
        read_close(&f);
    }
}

/* x = 2^32 - 1 doubles in each of 2^32 - 2 records: 2^67 bytes. */
static void overflowing_product(void **state)
{
    (void)state;
    Bytes b = {0};
    ReadFile f;
    add(&b, 0x43444601, 4);
    add(&b, 0, 4);
    add(&b, 10, 4);
    add(&b, 3, 4);
    for (const char *name = "abc"; *name; name++) {
        add_name(&b, (char[]){*name, '\0'});
        add(&b, 0xffffffff, 4);
    }
    add(&b, 0, 8); /* no attributes */
    add(&b, 11, 4);
    add(&b, 1, 4);
    add_name(&b, "v");
    add(&b, 3, 4);
    for (uint32_t i = 0; i < 3; i++)
        add(&b, i, 4);
    add(&b, 0, 8);
    add(&b, 6, 4);
    add(&b, 0, 4);
    add(&b, 200, 4);
    b.size = 300;
    read_all(&f, &format_netcdf3, b.bytes, b.size);
    read_expect_refused(&f, "bad_header");
    read_close(&f);
}

/* Variables of (time): their slices follow each other in the file from `begin` on. */
static void lay_records(Bytes *b, const uint32_t *types, size_t count, uint32_t records,
                        const uint32_t *begins)
{
    *b = (Bytes){0};
    add(b, 0x43444601, 4);
    add(b, records, 4);
    add(b, 10, 4);
    add(b, 1, 4);
    add_name(b, "time");
    add(b, 0, 4);
    add(b, 0, 8);
    add(b, 11, 4);
    add(b, count, 4);
    for (size_t i = 0; i < count; i++) {
        add_name(b, (char[]){(char)('a' + i), '\0'});
        add(b, 1, 4);
        add(b, 0, 4);
        add(b, 0, 8);
        add(b, types[i], 4);
        add(b, 4, 4);
        add(b, begins[i], 4);
    }
}

/* The only record variable is not padded: shorts lie 2 bytes apart. */
static void one_record_variable(void **state)
{
    (void)state;
    Bytes b;
    ReadFile f;
    lay_records(&b, (uint32_t[]){3}, 1, 3, (uint32_t[]){80});
    assert_int_equal(b.size, 80);
    add(&b, 0x0001fffe0203, 6);
    read_all(&f, &format_netcdf3, b.bytes, b.size);
    read_expect(&f, "a", TYPE_SHORT, (int16_t[]){1, -2, 0x203}, 6);
    read_close(&f);
}

/* With a second one, each slice is padded to 4 bytes; the last padding may be missing. */
static void two_record_variables(void **state)
{
    (void)state;
    for (size_t missing = 0; missing <= 3; missing++) {
        Bytes b;
        ReadFile f;
        lay_records(&b, (uint32_t[]){3, 1}, 2, 2, (uint32_t[]){116, 120});
        assert_int_equal(b.size, 116);
        add(&b, 0x0001aaaa, 4);
        add(&b, 0x05aaaaaa, 4);
        add(&b, 0x0002aaaa, 4);
        add(&b, 0xfbaaaaaa, 4);
        read_all(&f, &format_netcdf3, b.bytes, b.size - missing);
        assert_false(f.broken);
        read_expect(&f, "a", TYPE_SHORT, (int16_t[]){1, 2}, 4);
        read_expect(&f, "b", TYPE_BYTE, (int8_t[]){5, -5}, 2);
        read_close(&f);
    }
}

/* The same 400 bytes claimed by each of 20 variables, in a file of 2400. */
static void claims_more_than_the_file(void **state)
{
    (void)state;
    Bytes b = {0};
    ReadFile f;
    add(&b, 0x43444601, 4);
    add(&b, 0, 4);
    add(&b, 10, 4);
    add(&b, 1, 4);
    add_name(&b, "x");
    add(&b, 100, 4);
    add(&b, 0, 8);
    add(&b, 11, 4);
    add(&b, 20, 4);
    for (size_t i = 0; i < 20; i++) {
        add_name(&b, "v");
        add(&b, 1, 4);
        add(&b, 0, 4);
        add(&b, 0, 8);
        add(&b, 4, 4);
        add(&b, 400, 4);
        add(&b, 2000, 4);
    }
    b.size = 2400;
    read_all(&f, &format_netcdf3, b.bytes, b.size);
    read_expect_refused(&f, "bad_header");
    read_close(&f);
}

/* A descriptor that cannot be read is the world's fault. */
static void unreadable_descriptor(void **state)
{
    (void)state;
    enum { MANY = 30000 };
    Bytes b;
    ReadFile f;
    lay_records(&b, (uint32_t[]){6}, 1, MANY, (uint32_t[]){80});
    uint8_t *bytes = calloc(1, 80 + MANY * 8);
    assert_non_null(bytes);
    memcpy(bytes, b.bytes, b.size);
    read_open(&f, &format_netcdf3, bytes, 80 + MANY * 8);
    assert_non_null(f.d);
    int closed = open("/dev/null", O_WRONLY | O_CLOEXEC);
    assert_true(dup2(closed, f.in.fd) >= 0);
    close(closed);
    read_on(&f);
    assert_true(f.broken);
    assert_int_equal(f.error.kind, ERROR_RETRY);
    read_close(&f);
    free(bytes);
}

static const Case cases[] = {
    {"hand_made", hand_made},
    {"lying_headers", lying_headers},
    {"begin_past_the_end", begin_past_the_end},
    {"record_counts", record_counts},
    {"overflowing_product", overflowing_product},
    {"one_record_variable", one_record_variable},
    {"two_record_variables", two_record_variables},
    {"claims_more_than_the_file", claims_more_than_the_file},
    {"unreadable_descriptor", unreadable_descriptor},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
