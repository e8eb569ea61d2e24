/* test_events.c: records in JSON: where they begin and end, fields, types, times, faults. */
#include "tests/formats/events_open.h"

/* One name, what goes in and what must come out. */
#define EVENTS(name, text, expected)                                                               \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        events_expect(text, sizeof(text) - 1, expected);                                           \
    }

static void events_expect(const char *bytes, size_t length, const char *expected)
{
    events_expect_as("events.ndjson", "", (StringView){bytes, length}, expected);
}

/* --- where records are ---------------------------------------------------------------------- */

EVENTS(lines, "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n",
       "NDJSON\na [] int64: 1 2\nb [] string: 'x' 'y'\nrows 2" NO_TIME)
EVENTS(no_last_line_feed, "{\"a\":1}\r\n\r\n{\"a\":2}", "NDJSON\na [] int64: 1 2\nrows 2" NO_TIME)
EVENTS(one_line, "{\"a\":1}\n", "NDJSON\na [] int64: 1\nrows 1" NO_TIME)
EVENTS(byte_order_mark, "\xef\xbb\xbf{\"a\":1}\n{\"a\":2}\n",
       "NDJSON\na [] int64: 1 2\nrows 2" NO_TIME)
EVENTS(utf16, "\xff\xfe{\0\"\0a\0\"\0:\0001\0}\0\n\0{\0\"\0a\0\"\0:\0002\0}\0\n\0",
       "NDJSON\na [] int64: 1 2\nrows 2" NO_TIME "note: converted from utf-16le to UTF-8\n")
EVENTS(concatenated, "{\"a\":1}{\"a\":2} {\n \"a\":\n 3}\n",
       "concatenated JSON\na [] int64: 1 2 3\nrows 3" NO_TIME)
EVENTS(array, "[\n  {\"a\": 1},\n  {\"a\": 2}\n]\n", "JSON array\na [] int64: 1 2\nrows 2" NO_TIME)
EVENTS(array_in_a_line, "[{\"a\":1},{\"a\":2}]", "JSON array\na [] int64: 1 2\nrows 2" NO_TIME)
EVENTS(records_that_are_arrays, "[1,\"x\",true]\n[2,\"y\",false]\n[3]\n",
       "NDJSON\ncolumn_1 [] int64: 1 2 3\ncolumn_2 [] string: 'x' 'y' ''\n"
       "column_3 [] byte: 1 0 _\nrows 3" NO_TIME)
EVENTS(a_matrix, "[[1,2.5],[3,4]]",
       "JSON array\ncolumn_1 [] int64: 1 3\ncolumn_2 [] double: 2.5 4\nrows 2" NO_TIME)
EVENTS(null_is_a_record, "{\"a\":1}\nnull\n{}\n", "NDJSON\na [] int64: 1 _ _\nrows 3" NO_TIME)

/* --- fields --------------------------------------------------------------------------------- */

EVENTS(within_each_other, "{\"a\":{\"b\":{\"c\":1}},\"d\":2}\n{\"a\":{\"b\":{\"c\":3}}}\n",
       "NDJSON\na.b.c [] int64: 1 3\nd [] int64: 2 _\nrows 2" NO_TIME)
EVENTS(arrays_of_numbers, "{\"a\":[1,2.5],\"b\":1}\n{\"a\":[],\"b\":2}\n{\"a\":[3]}\n",
       "NDJSON\na[] [] double: 1 2.5 3\nb [] int64: 1 2 _\nrows 3" NO_TIME)
EVENTS(arrays_of_objects, "{\"a\":[{\"x\":1,\"y\":2},{\"y\":3}]}\n{\"a\":[{\"x\":4}]}\n",
       "NDJSON\na[].x [] int64: 1 _ 4\na[].y [] int64: 2 3 _\nrows 2" NO_TIME)
EVENTS(arrays_of_arrays, "{\"a\":[[1,2],[3]]}\n{\"a\":[[4]]}\n",
       "NDJSON\na[][] [] int64: 1 2 3 4\nrows 2" NO_TIME)
EVENTS(now_a_number_now_an_array, "{\"a\":1}\n{\"a\":[2,3]}\n",
       "NDJSON\na [] int64: 1 _\na[] [] int64: 2 3\nrows 2" NO_TIME)
EVENTS(a_key_with_a_dot, "{\"a.b\":1,\"a\":{\"b\":2}}\n{\"a.b\":3}\n",
       "NDJSON\na.b [] int64: 1 3\na.b_2 [] int64: 2 _\nrows 2" NO_TIME)
EVENTS(a_key_with_escapes, "{\"\\u0061\":1}\n{\"a\":2}\n",
       "NDJSON\na [] int64: 1 2\nrows 2" NO_TIME)
EVENTS(keys_in_any_order, "{\"a\":1,\"b\":2}\n{\"b\":3,\"a\":4}\n{\"c\":5,\"b\":6}\n",
       "NDJSON\na [] int64: 1 4 _\nb [] int64: 2 3 6\nc [] int64: _ _ 5\nrows 3" NO_TIME)
EVENTS(a_key_twice, "{\"a\":1,\"a\":2}\n{\"a\":3}\n",
       "NDJSON\na [] int64: 2 3\nrows 2" NO_TIME
       "note: field a: 1 times twice in one object, the last value counts\n")

/* --- types ---------------------------------------------------------------------------------- */

EVENTS(booleans_and_null, "{\"a\":true}\n{\"a\":null}\n{\"a\":false}\n",
       "NDJSON\na [] byte: 1 _ 0\nrows 3" NO_TIME)
EVENTS(numbers, "{\"a\":-0.5e1}\n{\"a\":1E+2}\n{\"a\":7}\n",
       "NDJSON\na [] double: -5 100 7\nrows 3" NO_TIME)
EVENTS(beyond_int64, "{\"a\":9223372036854775808}\n{\"a\":1}\n{}\n",
       "NDJSON\na [] uint64: 9223372036854775808 1 _\nrows 3" NO_TIME)
EVENTS(beyond_uint64, "{\"a\":100000000000000000000}\n{\"a\":-1}\n",
       "NDJSON\na [] double: 1e+20 -1\nrows 2" NO_TIME
       "note: field a: 1 whole numbers beyond 64 bits, or beside others of another kind, are "
       "rounded to doubles\n")
EVENTS(beyond_double, "{\"a\":9007199254740993}\n{\"a\":9007199254740992}\n{\"a\":1.5}\n",
       "NDJSON\na [] double: 9.00719925474e+15 9.00719925474e+15 1.5\nrows 3" NO_TIME
       "note: field a: 1 whole numbers beyond 64 bits, or beside others of another kind, are "
       "rounded to doubles\n")
EVENTS(no_numbers, "{\"a\":NaN}\n{\"a\":-Infinity}\n{\"a\":2}\n",
       "NDJSON\na [] double: _ _ 2\nrows 3" NO_TIME
       "note: field a: 2 NaN or Infinity, which JSON does not have, count as missing\n")
EVENTS(mixed, "{\"a\":1}\n{\"a\":\"x\"}\n{\"a\":true}\n{\"a\":2.50}\n",
       "NDJSON\na [] string: '1' 'x' 'true' '2.50'\nrows 4" NO_TIME
       "note: field a: 2 numbers, 1 texts and 1 booleans, so all are read as text\n")
EVENTS(empty_text_among_numbers, "{\"a\":1}\n{\"a\":\"\"}\n",
       "NDJSON\na [] int64: 1 _\nrows 2" NO_TIME)
EVENTS(one_text_among_numbers,
       "[{\"a\":1},{\"a\":2},{\"a\":3},{\"a\":4},{\"a\":5},{\"a\":6},{\"a\":7},{\"a\":8},{\"a\":9},"
       "{\"a\":10},{\"a\":11},{\"a\":12},{\"a\":13},{\"a\":14},{\"a\":15},{\"a\":16},{\"a\":17},"
       "{\"a\":18},{\"a\":19},{\"a\":\"x\"}]",
       "JSON array\na [] int64: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 _\nrows 20" NO_TIME
       "note: field a: 1 values that are no numbers count as missing\n")
EVENTS(escapes, "{\"a\":\"\\\"\\\\\\/\\u00e4\\ud83d\\ude00\"}\n{\"a\":\"\\ud83dx\"}\n",
       "NDJSON\na [] string: '\"\\/\xc3\xa4\xf0\x9f\x98\x80' '\xef\xbf\xbdx'\nrows 2" NO_TIME)

/* --- times ---------------------------------------------------------------------------------- */

EVENTS(iso_times,
       "{\"v\":1,\"time\":\"2024-06-04T00:00:00+02:00\"}\n{\"v\":2,\"time\":null}\n"
       "{\"v\":3,\"time\":\"2024-06-04T00:00:01.5Z\"}\n",
       "NDJSON\nv [] int64: 1 2 3\n"
       "time time: 2024-06-03T22:00:00Z _ 2024-06-04T00:00:01.5Z\nrows 3, time time\n")
EVENTS(the_rows_own_time,
       "{\"created\":\"2024-01-01T00:00:00Z\",\"eventTime\":\"2023-01-01T00:00:00Z\"}\n"
       "{\"created\":\"2024-01-02T00:00:00Z\",\"eventTime\":\"2023-01-02T00:00:00Z\"}\n",
       "NDJSON\ncreated time: 2024-01-01T00:00:00Z 2024-01-02T00:00:00Z\n"
       "eventTime time: 2023-01-01T00:00:00Z 2023-01-02T00:00:00Z\nrows 2, time eventTime\n")
EVENTS(epoch_seconds, "{\"ts\":1717459200}\n{\"ts\":1717459201.5}\n",
       "NDJSON\nts time: 2024-06-04T00:00:00Z 2024-06-04T00:00:01.5Z\nrows 2, time ts\n")
EVENTS(epoch_milliseconds, "{\"timestamp\":1717459200000}\n{\"timestamp\":1717459210000}\n",
       "NDJSON\ntimestamp [milliseconds since 1970-01-01 00:00:00] int64: 1.7174592e+12 "
       "1.71745921e+12\nrows 2, time timestamp\n")
EVENTS(no_epoch, "{\"ts\":1}\n{\"ts\":2}\n", "NDJSON\nts [] int64: 1 2\nrows 2" NO_TIME)
EVENTS(rare_times, "{\"time\":\"2024-06-04T00:00:00Z\"}\n{\"a\":1}\n{\"a\":2}\n",
       "NDJSON\ntime time: 2024-06-04T00:00:00Z _ _\na [] int64: _ 1 2\nrows 3" NO_TIME)

/* --- faults --------------------------------------------------------------------------------- */

EVENTS(a_bad_line, "{\"a\":1}\n{\"a\":2,}\n{\"a\":3}\n",
       "NDJSON\na [] int64: 1 3\nrows 2" NO_TIME
       "note: line 2 is set aside: no key where one must be\n"
       "fails: damaged at line 2: 1 of 3 records cannot be read, the first: no key where one must "
       "be\n")
EVENTS(a_cut_line, "{\"a\":1}\n{\"a\":2}\n{\"a\":3",
       "NDJSON\na [] int64: 1 2\nrows 2" NO_TIME
       "note: line 3 is set aside: the line ends within the record\n"
       "fails: truncated at line 3: 1 of 3 records cannot be read, the first: the line ends within "
       "the record\n")
EVENTS(a_line_that_is_not_closed, "{\"a\":1}\n{\"a\":\"x\n{\"a\":3}\n",
       "NDJSON\na [] int64: 1 3\nrows 2" NO_TIME
       "note: line 2 is set aside: the line ends within the record\n"
       "fails: damaged at line 2: 1 of 3 records cannot be read, the first: the line ends within "
       "the record\n")
EVENTS(something_behind_a_record, "{\"a\":1}\n{\"a\":2} x\n{\"a\":3}\n",
       "NDJSON\na [] int64: 1 3\nrows 2" NO_TIME
       "note: line 2 is set aside: something behind the record\n"
       "fails: damaged at line 2: 1 of 3 records cannot be read, the first: something behind the "
       "record\n")
EVENTS(a_bad_record_in_an_array, "[\n {\"a\":1},\n {\"a\":02},\n {\"a\":3}\n]\n",
       "JSON array\na [] int64: 1 3\nrows 2" NO_TIME
       "note: record 2 in line 3 is set aside: a number that begins with 0\n"
       "fails: damaged at line 3: 1 of 3 records cannot be read, the first: a number that begins "
       "with 0\n")
EVENTS(a_cut_array, "[{\"a\":1},\n{\"a\":2},\n{\"a\":3",
       "JSON array\na [] int64: 1 2\nrows 2" NO_TIME
       "note: record 3 in line 3 is set aside: the file ends within the record\n"
       "fails: truncated at line 3: 1 of 3 records cannot be read, the first: the file ends within "
       "the record\n")
EVENTS(an_array_without_end, "[{\"a\":1},{\"a\":2}",
       "JSON array\na [] int64: 1 2\nrows 2" NO_TIME
       "note: record 3 in line 1 is set aside: the file ends within the array\n"
       "fails: truncated at line 1: 1 of 3 records cannot be read, the first: the file ends within "
       "the array\n")
EVENTS(
    a_bad_record_over_lines, "{\n \"a\": 1\n}\n{\n \"a\": x\n}\n{\n \"a\": 3\n}\n",
    "concatenated JSON\na [] int64: 1 3\nrows 2" NO_TIME
    "note: line 4 is set aside: no value where one must be\n"
    "fails: damaged at line 4: 1 of 3 records cannot be read, the first: no value where one must "
    "be\n")
EVENTS(no_good_record, "{\"a\":1,}\n{\"a\":}\n",
       "refused: damaged at line 1: none of 2 records can be read: no key where one must be\n")
EVENTS(empty, "", "refused: no_records at : there is no record in the file\n")
EVENTS(empty_array, "[]", "refused: no_records at : there is no record in the file\n")

/* 65 objects within each other are one too many. */
static void too_deep(void **state)
{
    enum { DEPTH = 100 };
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, "{\"a\":1}\n");
    for (int i = 0; i < DEPTH; i++)
        buffer_string(&text, "{\"a\":");
    for (int i = 0; i < DEPTH; i++)
        buffer_char(&text, '}');
    buffer_string(&text, "\n{\"a\":2}\n");
    events_expect(
        text.bytes, text.length,
        "NDJSON\na [] int64: 1 2\nrows 2" NO_TIME
        "note: line 2 is set aside: more than 64 objects and arrays within each other\n"
        "fails: damaged at line 2: 1 of 3 records cannot be read, the first: more than 64 "
        "objects and arrays within each other\n");
}

/* --- many ----------------------------------------------------------------------------------- */

enum { MANY = 60000, TEXT_SIZE = 64 };

/* Record i: i, a text of it, and i % 4 elements i; with a blank so that windows are cut anywhere.
 */
static void write_many(Buffer *out, const char *between)
{
    for (int i = 0; i < MANY; i++) {
        buffer_printf(out, "%s{\"i\":%d, \"s\":\"%d\\n\", \"e\":[", i > 0 ? between : "", i, i);
        for (int k = 0; k < i % 4; k++)
            buffer_printf(out, "%s%d", k > 0 ? "," : "", i);
        buffer_string(out, "]}");
    }
}

typedef struct Seen {
    uint64_t integers, strings, elements, sum;
} Seen;

static bool is_number_and_line_end(StringView s, int64_t number)
{
    char text[TEXT_SIZE];
    snprintf(text, sizeof text, "%lld\n", (long long)number);
    return s.length == strlen(text) && memcmp(s.bytes, text, s.length) == 0;
}

static void see(Seen *s, const Block *b)
{
    const int64_t *values = b->values;
    for (uint64_t i = 0; i < b->count; i++) {
        int64_t expected = (int64_t)(b->start + i);
        s->integers += b->var == 0 && values[i] == expected;
        s->strings += b->var == 1 && is_number_and_line_end(b->strings[i], expected);
        s->elements += b->var == 2;
        s->sum += b->var == 2 ? (uint64_t)values[i] : 0;
    }
}

static void check_many(Reader *r)
{
    Seen seen = {0};
    Error e = {0};
    for (bool end = false; !end;) {
        Block b = {0};
        assert_ok(format_ndjson.next(r, &b, &end, &e), &e);
        see(&seen, &b);
    }
    assert_int_equal(seen.integers, MANY);
    assert_int_equal(seen.strings, MANY);
    assert_int_equal(seen.elements, MANY / 4 * 6);
    uint64_t expected_sum = 0;
    for (uint64_t i = 0; i < MANY; i++)
        expected_sum += i % 4 * i;
    assert_int_equal(seen.sum, expected_sum);
}

static void many_with(const char *before, const char *between, const char *behind)
{
    auto_buffer Buffer text = {0};
    buffer_string(&text, before);
    write_many(&text, between);
    buffer_string(&text, behind);
    TextFile *f = text_open(&format_ndjson, "many.json", "", text.bytes, text.length);
    assert_ok(f->reader != NULL, &f->error);
    assert_int_equal(f->reader->dataset->rows, MANY);
    check_many(f->reader);
    text_close(&format_ndjson, f);
}

static void many_lines(void **state)
{
    (void)state;
    many_with("", "\n", "\n");
}

static void many_concatenated(void **state)
{
    (void)state;
    many_with("", "", "");
}

static void many_in_an_array(void **state)
{
    (void)state;
    many_with("[", ",", "]");
}

static uint64_t count_rising(const Block *b, int64_t factor)
{
    uint64_t good = 0;
    for (uint64_t i = 0; i < b->count; i++)
        good += ((const int64_t *)b->values)[i] == factor * (int64_t)(b->start + i);
    return good;
}

/* More elements in one record than a column holds: it is handed out within the record. */
static void many_elements(void **state)
{
    enum { ELEMENTS = 30000 };
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, "{\"a\":0}\n{\"e\":[");
    for (int i = 0; i < ELEMENTS; i++)
        buffer_printf(&text, "%s{\"x\":%d,\"y\":%d}", i > 0 ? "," : "", i, -i);
    buffer_string(&text, "]}\n");
    TextFile *f = text_open(&format_ndjson, "a.ndjson", "", text.bytes, text.length);
    assert_ok(f->reader != NULL, &f->error);
    uint64_t good = 0;
    for (bool end = false; !end;) {
        Block b = {0};
        assert_ok(format_ndjson.next(f->reader, &b, &end, &f->error), &f->error);
        good += b.var > 0 ? count_rising(&b, b.var == 1 ? 1 : -1) : 0;
    }
    assert_int_equal(good, 2 * ELEMENTS);
    text_close(&format_ndjson, f);
}

/* --- probe ---------------------------------------------------------------------------------- */

static void probe(void **state)
{
    static const struct {
        const char *name, *text;
        Sureness sure;
    } files[] = {
        {"a.json", "{\"name\": \"x\", \"version\": 1}\n", SURE_NO},
        {"a.json", "{\n \"cells\": [{\"a\": 1}]\n}\n", SURE_NO},
        {"a.json", "[1, 2, 3]\n", SURE_NO},
        {"a.json", "[\"a\", \"b\"]\n", SURE_NO},
        {"a.json", "[]\n", SURE_NO},
        {"a.ini", "[section]\nkey = 1\n", SURE_NO},
        {"a.toml", "[[servers]]\nkey = 1\n", SURE_NO},
        {"a.csv", "a,b\n1,2\n", SURE_NO},
        {"a.txt", "1\n2\n", SURE_NO},
        {"a", "", SURE_NO},
        {"a.ndjson", "{\"a\": 1}\n", SURE_BY_CONTENT},
        {"a.csv", "{\"a\": 1}\n{\"a\": 2}\n", SURE_BY_CONTENT},
        {"a.txt", "not JSON\n{\"a\": 1}\n{\"a\": 2}\n", SURE_BY_CONTENT},
        {"a.dat", "[{\"a\": 1}]\n", SURE_BY_CONTENT},
        {"a.json", "{\"a\": 1} {\"a\": 2}", SURE_BY_CONTENT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        size_t length = strlen(files[i].text);
        Input in = {.name = files[i].name,
                    .size = length,
                    .head = (const uint8_t *)files[i].text,
                    .head_size = length};
        Probe p;
        format_ndjson.probe(&in, NULL, &p);
        if (p.sure != files[i].sure)
            printf("%s: %s\n", files[i].text, p.evidence);
        assert_int_equal(p.sure, files[i].sure);
        assert_true(p.evidence[0] != '\0');
    }
}

#define CASE(name)                                                                                 \
    {                                                                                              \
#name, name                                                                                \
    }

static const Case cases[] = {
    CASE(lines),
    CASE(no_last_line_feed),
    CASE(one_line),
    CASE(byte_order_mark),
    CASE(utf16),
    CASE(concatenated),
    CASE(array),
    CASE(array_in_a_line),
    CASE(records_that_are_arrays),
    CASE(a_matrix),
    CASE(null_is_a_record),
    CASE(within_each_other),
    CASE(arrays_of_numbers),
    CASE(arrays_of_objects),
    CASE(arrays_of_arrays),
    CASE(now_a_number_now_an_array),
    CASE(a_key_with_a_dot),
    CASE(a_key_with_escapes),
    CASE(keys_in_any_order),
    CASE(a_key_twice),
    CASE(booleans_and_null),
    CASE(numbers),
    CASE(beyond_int64),
    CASE(beyond_uint64),
    CASE(beyond_double),
    CASE(no_numbers),
    CASE(mixed),
    CASE(empty_text_among_numbers),
    CASE(one_text_among_numbers),
    CASE(escapes),
    CASE(iso_times),
    CASE(the_rows_own_time),
    CASE(epoch_seconds),
    CASE(epoch_milliseconds),
    CASE(no_epoch),
    CASE(rare_times),
    CASE(a_bad_line),
    CASE(a_cut_line),
    CASE(a_line_that_is_not_closed),
    CASE(something_behind_a_record),
    CASE(a_bad_record_in_an_array),
    CASE(a_cut_array),
    CASE(an_array_without_end),
    CASE(a_bad_record_over_lines),
    CASE(no_good_record),
    CASE(empty),
    CASE(empty_array),
    CASE(too_deep),
    CASE(many_lines),
    CASE(many_concatenated),
    CASE(many_in_an_array),
    CASE(many_elements),
    CASE(probe),
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
