/* test_events_object.c: records within one JSON object: in an array, as features, as columns. */
#include "tests/formats/events_open.h"

typedef struct ObjectCase {
    const char *what, *options, *text, *expected;
} ObjectCase;

static void check(const ObjectCase *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const ObjectCase *c = &cases[i];
        print_message("%s\n", c->what);
        events_expect_as("a.json", c->options, (StringView){c->text, strlen(c->text)}, c->expected);
    }
}

#define RECORDS "JSON object with records\n"

static void envelopes(void **state)
{
    (void)state;
    static const ObjectCase cases[] = {
        {"on lines", "", "{\"Records\": [\n {\"a\": 1},\n {\"a\": 2}\n]}\n",
         RECORDS "a [] int64: 1 2\nrows 2" NO_TIME},
        {"in one line, with members before and behind", "",
         "{\"count\":2,\"by\":\"x \\u00e4\",\"ok\":true,\"none\":null,\"o\":{\"a\":[9]},"
         "\"data\":[{\"a\":1},{\"a\":2.5}],\"next\":\"p2\"}",
         RECORDS "a [] double: 1 2.5\nrows 2" NO_TIME
                 "count = 2\nby = x \xc3\xa4\nok = true\nnext = p2\n"},
        {"their time", "",
         "{\"items\":[{\"time\":\"2024-06-04T00:00:00Z\"},{\"time\":\"2024-06-04T00:00:01Z\"}]}",
         RECORDS "time time: 2024-06-04T00:00:00Z 2024-06-04T00:00:01Z\nrows 2, time time\n"},
        {"records that are arrays", "", "{\"rows\":[[1,\"x\"],[2,\"y\"]]}",
         RECORDS "column_1 [] int64: 1 2\ncolumn_2 [] string: 'x' 'y'\nrows 2" NO_TIME},
        {"the first array that may be meant", "",
         "{\"tags\":[\"x\"],\"links\":[{\"r\":1}],\"results\":[{\"a\":1}],\"items\":[{\"b\":1}]}",
         RECORDS "a [] int64: 1\nrows 1" NO_TIME},
        {"where an option says", "records=response.hits",
         "{\"took\":3,\"data\":[{\"x\":1}],\"response\":{\"total\":1,\"hits\":[{\"a\":1}],"
         "\"more\":[1]},\"z\":5}",
         RECORDS "a [] int64: 1\nrows 1" NO_TIME "took = 3\nz = 5\n"},
        {"columns where an option says", "records=r", "{\"r\":{\"a\":[1,2],\"b\":[3,4]}}",
         "JSON columns\na [] int64: 1 2\nb [] int64: 3 4\nrows 2" NO_TIME},
    };
    check(cases, CASES(cases));
}

static void damaged_envelopes(void **state)
{
    (void)state;
    static const ObjectCase cases[] = {
        {"a bad record in a line", "",
         "{\"data\":[{\"a\":1},{\"a\":x,\"b\":[\"]},\"]},{\"a\":3}],\"n\":7}",
         RECORDS "a [] int64: 1 3\nrows 2" NO_TIME "n = 7\n"
                 "note: record 2 in line 1 is set aside: no value where one must be\n"
                 "fails: damaged at line 1: 1 of 3 records cannot be read, the first: no value "
                 "where one must be\n"},
        {"a bad record on a line", "",
         "{\"data\":[\n{\"a\":1},\n{\"a\":02},\n{\"a\":3}\n],\"n\":7}",
         RECORDS "a [] int64: 1 3\nrows 2" NO_TIME "n = 7\n"
                 "note: record 2 in line 3 is set aside: a number that begins with 0\n"
                 "fails: damaged at line 3: 1 of 3 records cannot be read, the first: a number "
                 "that begins with 0\n"},
        {"the last is bad", "", "{\"data\":[{\"a\":1},{\"a\":}]}",
         RECORDS "a [] int64: 1\nrows 1" NO_TIME
                 "note: record 2 in line 1 is set aside: no value where one must be\n"
                 "fails: damaged at line 1: 1 of 2 records cannot be read, the first: no value "
                 "where one must be\n"},
        {"cut within a record", "", "{\"data\":[{\"a\":1},{\"a\":2",
         RECORDS "a [] int64: 1\nrows 1" NO_TIME
                 "note: record 2 in line 1 is set aside: the file ends within the record\n"
                 "fails: truncated at line 1: 1 of 2 records cannot be read, the first: the file "
                 "ends within the record\n"},
        {"cut behind the array", "", "{\"data\":[{\"a\":1}],",
         RECORDS "a [] int64: 1\nrows 1" NO_TIME
                 "note: record 2 in line 1 is set aside: the file ends within the object\n"
                 "fails: truncated at line 1: 1 of 2 records cannot be read, the first: the file "
                 "ends within the object\n"},
        {"something behind the object", "", "{\"data\":[{\"a\":1}]} x",
         RECORDS "a [] int64: 1\nrows 1" NO_TIME
                 "note: record 2 in line 1 is set aside: something behind the end of the object\n"
                 "fails: damaged at line 1: 1 of 2 records cannot be read, the first: something "
                 "behind the end of the object\n"},
        {"a bad member", "", "{\"data\":[{\"a\":1}],\"n\":}",
         RECORDS "a [] int64: 1\nrows 1" NO_TIME
                 "note: record 2 in line 1 is set aside: no value where one must be\n"
                 "fails: damaged at line 1: 1 of 2 records cannot be read, the first: no value "
                 "where one must be\n"},
    };
    check(cases, CASES(cases));
}

/* RFC 7946, section 1.5, with a feature that has no geometry. */
static void geojson(void **state)
{
    (void)state;
    static const ObjectCase cases[] = {
        {"features", "",
         "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":"
         "{\"type\":\"Point\",\"coordinates\":[102.0,0.5,7]},\"properties\":{\"p\":\"v\"}},"
         "{\"type\":\"Feature\",\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[102.0,0.0],"
         "[103.0,1.0],[104.0,-2.0],[105.0,1.0]]},\"properties\":{\"p\":\"w\",\"q\":0.5}},"
         "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[-100.0,0.0],"
         "[101.0,0.0],[101.0,1.5],[-100.0,0.0]]]},\"properties\":{}},"
         "{\"type\":\"Feature\",\"geometry\":null,\"properties\":null}]}",
         "GeoJSON\ntype [] string: 'Feature' 'Feature' 'Feature' 'Feature'\n"
         "geometry.type [] string: 'Point' 'LineString' 'Polygon' ''\n"
         "geometry.coordinates[] [] double: 102 0.5 7 _ _ _ _ _\n"
         "properties.p [] string: 'v' 'w' '' ''\n"
         "geometry.coordinates[][] [] double: 102 0 103 1 104 -2 105 1 _ _ _ _\n"
         "properties.q [] double: _ 0.5 _ _\n"
         "geometry.coordinates[][][] [] double: -100 0 101 0 101 1.5 -100 0\n"
         "rows 4" NO_TIME "type = FeatureCollection\n"
         "fact: geometries: Point 1, LineString 1, Polygon 1, none 1\n"
         "fact: bounding box: longitude -100 to 105, latitude -2 to 1.5, of 9 positions\n"},
    };
    check(cases, CASES(cases));
}

#define COLUMNS "JSON columns\n"

static void columns(void **state)
{
    (void)state;
    static const ObjectCase cases[] = {
        {"of all types", "",
         "{\"station\":\"x\",\"time\":[\"2024-06-01T00:00:00Z\",\"2024-06-01T01:00:00Z\",null],"
         "\"t\":[1.5,2,3],\"flag\":[true,false,null],\"name\":[\"a\",\"\\u0062\",\"\"]}",
         COLUMNS "time time: 2024-06-01T00:00:00Z 2024-06-01T01:00:00Z _\nt [] double: 1.5 2 3\n"
                 "flag [] byte: 1 0 _\nname [] string: 'a' 'b' ''\nrows 3, time time\n"
                 "station = x\n"},
        {"within a member that is called so", "",
         "{\"latitude\":52.5,\"hourly_units\":{\"t\":\"K\"},\"hourly\":{\"time\":["
         "\"2024-06-01T00:00\",\"2024-06-01T01:00\"],\"t\":[280,281]},\"n\":1}",
         COLUMNS "time time: 2024-06-01T00:00:00Z 2024-06-01T01:00:00Z\nt [] int64: 280 281\n"
                 "rows 2, time time\nlatitude = 52.5\nn = 1\n"},
        {"over lines", "", "{\n \"a\": [\n  1,\n  2\n ],\n \"b\": [\n  3,\n  4\n ]\n}\n",
         COLUMNS "a [] int64: 1 2\nb [] int64: 3 4\nrows 2" NO_TIME},
        {"a bad value", "", "{\"a\":[1,2,3],\"b\":[4,?,6]}",
         COLUMNS "a [] int64: 1 2 3\nb [] int64: 4 _ 6\nrows 3" NO_TIME
                 "note: value 2 in line 1 is set aside: no value where one must be\n"
                 "fails: damaged at line 1: 1 of 6 values cannot be read, the first: no value "
                 "where one must be\n"},
        {"cut", "", "{\"a\":[1,2,3],\"b\":[4,5",
         COLUMNS "a [] int64: 1 2 3\nb [] int64: 4 _ _\nrows 3" NO_TIME
                 "note: value 2 in line 1 is set aside: the file ends within the record\n"
                 "fails: truncated at line 1: 1 of 5 values cannot be read, the first: the file "
                 "ends within the record\n"},
        {"of different lengths", "records=r", "{\"r\":{\"a\":[1,2,3],\"b\":[3,4]}}",
         "refused: ragged at variable b: its arrays are no columns: b has 2 values, the longest "
         "3\n"},
    };
    check(cases, CASES(cases));
}

/* --- many ----------------------------------------------------------------------------------- */

enum { MANY = 200000 };

static void check_rising(Reader *r, const int64_t *factors)
{
    uint64_t good[2] = {0};
    Error e = {0};
    for (bool end = false; !end;) {
        Block b = {0};
        assert_ok(format_ndjson.next(r, &b, &end, &e), &e);
        for (uint64_t i = 0; i < b.count; i++)
            good[b.var] +=
                ((const int64_t *)b.values)[i] == factors[b.var] * (int64_t)(b.start + i);
    }
    assert_int_equal(good[0], MANY);
    assert_int_equal(good[1], MANY);
}

static void many_as(const char *text, size_t length)
{
    static const int64_t factors[] = {1, -3};
    TextFile *f = text_open(&format_ndjson, "many.json", "", text, length);
    assert_ok(f->reader != NULL, &f->error);
    assert_int_equal(f->reader->dataset->rows, MANY);
    check_rising(f->reader, factors);
    text_close(&format_ndjson, f);
}

static void many_records(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, "{\"page\":1,\"results\":[");
    for (int i = 0; i < MANY; i++)
        buffer_printf(&text, "%s{\"i\":%d,\"k\":%d}", i ? "," : "", i, -3 * i);
    buffer_string(&text, "],\"pages\":1}");
    many_as(text.bytes, text.length);
}

static void many_columns(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, "{\"i\":[");
    for (int i = 0; i < MANY; i++)
        buffer_printf(&text, "%s%d", i ? "," : "", i);
    buffer_string(&text, "],\"k\":[");
    for (int i = 0; i < MANY; i++)
        buffer_printf(&text, "%s%d", i ? ", " : "", -3 * i);
    buffer_string(&text, "]}");
    many_as(text.bytes, text.length);
}

/* --- probe ---------------------------------------------------------------------------------- */

static void probe(void **state)
{
    static const struct {
        const char *text, *evidence; /* NULL: it is not taken */
    } files[] = {
        {"{\"data\":[{\"a\":1}]}", "one JSON object, its records in data"},
        {"{\"data\":{\"a\":[1,2],\"b\":[1,2]}}", "one JSON object of columns in data"},
        {"{\"a\":[1,2],\"b\":[1,2]}", "one JSON object of columns"},
        {"{\"a\":[\"2024-06-01T00:00\",\"2024-06-01T01:00\"],\"b\":[\"x\",\"y\"]}",
         "one JSON object of columns"},
        {"{\"a\":[1,2],\"b\":[1,2,3]}", NULL}, /* not the same length */
        {"{\"a\":[1],\"b\":[2]}", NULL},
        {"{\"a\":[1,2]}", NULL},
        {"{\"files\":[\"a\",\"b\"],\"ignore\":[\"x\",\"y\"]}", NULL}, /* a configuration */
        {"{\"a\":[1,2],\"b\":[1,2],\"c\":{\"d\":1}}", NULL},
        {"{\"data\":[1,2,3]}", NULL},
        {"{\"data\":[]}", NULL},
        {"{\"data\":[x]}", NULL},
        {"{\"cells\":[{\"a\":1}]}", NULL}, /* a notebook */
        {"{}", NULL},
        {"{\"", NULL},
        {"{data:[{\"a\":1}]}", NULL},
    };
    (void)state;
    for (size_t i = 0; i < CASES(files); i++) {
        size_t length = strlen(files[i].text);
        Input in = {.name = "a.json",
                    .size = length,
                    .head = (const uint8_t *)files[i].text,
                    .head_size = length};
        Probe p;
        format_ndjson.probe(&in, NULL, &p);
        if ((p.sure == SURE_BY_CONTENT) != (files[i].evidence != NULL))
            fail_msg("%s: %s", files[i].text, p.evidence);
        if (files[i].evidence)
            assert_string_equal(p.evidence, files[i].evidence);
    }
}

int main(int argc, char **argv)
{
    static const Case cases[] = {
        {"envelopes", envelopes},
        {"damaged_envelopes", damaged_envelopes},
        {"geojson", geojson},
        {"columns", columns},
        {"many_records", many_records},
        {"many_columns", many_columns},
        {"probe", probe},
    };
    return cases_main(argc, argv, cases, CASES(cases));
}
