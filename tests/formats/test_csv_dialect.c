/* test_csv_dialect.c: what is guessed of a table, and what is not taken for one. */
#include "formats/csv/csv_table.h"
#include "tests/formats/csv_open.h"

typedef struct Guess {
    const char *text, *name;
    char separator, quote, decimal;
    const char *comment;
    size_t columns;
    uint64_t names_line, data_line;
} Guess;

static const Guess guesses[] = {
    {"a,b,c\n1,2,3\n", "x.csv", ',', '"', '.', "", 3, 1, 2},
    {"a;b;c\n1,5;2;3\n2,5;3;4\n", "x.csv", ';', '"', ',', "", 3, 1, 2},
    {"a;b\n1.5;x, y\n2.5;z, w\n", "x.csv", ';', '"', '.', "", 2, 1, 2},
    {"a\tb\n2024-01-01 00:00:00\t1\n2024-01-01 00:01:00\t2\n", "x", '\t', '"', '.', "", 2, 1, 2},
    {"a|b\n1|2\n3|4\n", "x.txt", '|', '"', '.', "", 2, 1, 2},
    {"1 2 3\n4 5 6\n7 8 9\n", "x", ' ', '"', '.', "", 3, 0, 1},
    {"1,5 2,5 3\n4,5 5,5 6\n7,5 8,5 9\n", "x", ' ', '"', ',', "", 3, 0, 1},
    {"\"1,5\",\"2\"\n\"2,5\",\"3\"\n", "x.csv", ',', '"', ',', "", 2, 0, 1},
    {"'a','b'\n'x, y',1\n'z, w',2\n", "x.csv", ',', '\'', '.', "", 2, 1, 2},
    {"# made by X\n# 2024\na,b\n1,2\n3,4\n", "x.csv", ',', '"', '.', "#", 2, 3, 4},
    {"% depth temp\n1 2.5\n2 3.5\n3 4.5\n", "x.asc", ' ', '"', '.', "%", 2, 1, 2},
    {"// note\na,b\n1,2\n3,4\n", "x.csv", ',', '"', '.', "//", 2, 2, 3},
    {"! note\n1 2\n3 4\n5 6\n", "x.dat", ' ', '"', '.', "!", 2, 0, 2},
    {"; note\n1,2\n3,4\n5,6\n", "x.dat", ',', '"', '.', ";", 2, 0, 2},
    {"name: x\nserial: 7\n\na,b\n1,2\n3,4\n5,6\n", "x.csv", ',', '"', '.', "", 2, 4, 5},
    {"a,b\nm,s\n1,2\n3,4\n", "x.csv", ',', '"', '.', "", 2, 1, 3},
    {"a,b,\n1,2,\n3,4,\n", "x.csv", ',', '"', '.', "", 2, 1, 2},
    {"1,2,3,4\n", "x", ',', '"', '.', "", 4, 0, 1},
    {"sep=;\na;b\n1;2\n3;4\n", "x.csv", ';', '"', '.', "", 2, 2, 3},
    {"#,a,b\n1,2,3\n2,3,4\n", "x.csv", ',', '"', '.', "", 3, 1, 2},
    {";a;b\n1;2;3\n2;3;4\n", "x.csv", ';', '"', '.', "", 3, 1, 2},
    {"a\tb\tnote\n1\t0.5\tlast of <x> here\n2\t1.5\tlast of <x> here\n", "x", '\t', '"', '.', "", 3,
     1, 2},
    {"x,2\ny,3\n", "x.csv", ',', '"', '.', "", 2, 0, 1},
    {"x,1,2,3\ny,4,5,6\n", "x.csv", ',', '"', '.', "", 4, 0, 1},
    {"x,1,2,3\ny,4.5,0,6\nz,1,1,1\n", "x.csv", ',', '"', '.', "", 4, 0, 1},
    {"v\n1\n2\n3\n", "x.csv", 0, '"', '.', "", 1, 1, 2},
};

static void guesses_are_right(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(guesses); i++) {
        const Guess *g = &guesses[i];
        Table *t = table_of(g->name, g->text, strlen(g->text));
        CsvText sample;
        CsvLayout l = {0};
        Error e = {0};
        bool ok = csv_text_init(&sample, &t->in, CSV_UTF8, 0, &t->arena, &e) &&
                  csv_text_fill(&sample, &t->arena, &e) &&
                  csv_dialect_guess(&sample, &t->options, &l, &t->arena, &e) &&
                  csv_header_guess(&sample, &t->options, &l, &t->arena, &e);
        if (!ok)
            fail_msg("%s: %s", g->text, e.message);
        if (l.dialect.separator != g->separator || l.dialect.quote != g->quote ||
            l.dialect.decimal != g->decimal || strcmp(l.dialect.comment, g->comment) != 0)
            fail_msg("%s: separator '%c' quote '%c' decimal '%c' comment '%s'", g->text,
                     l.dialect.separator, l.dialect.quote, l.dialect.decimal, l.dialect.comment);
        if (l.columns != g->columns || l.names_line != g->names_line || l.data_line != g->data_line)
            fail_msg("%s: %zu columns, names in %d, data from %d", g->text, l.columns,
                     (int)l.names_line, (int)l.data_line);
        table_free(t);
    }
}

typedef struct NoTable {
    const char *text, *name, *why;
} NoTable;

static const NoTable no_tables[] = {
    {"", "empty.csv", "empty"},
    {"The weather was fine.\nWe measured nothing, alas.\nTomorrow, perhaps.\n", "notes.txt",
     "table"},
    {"Mast 3 was struck by lightning in 2019.\nIt was repaired, at last, in 2021.\n"
     "The logger, a CR1000, is new.\n",
     "notes.txt", "table"},
    {"name,colour\nmast,red\nhut,green\n", "list", "words only"},
    {"#include <stdio.h>\n#include <math.h>\nint main(void)\n{\n    return 0;\n}\n", "x",
     "program source"},
    {"import os\nimport sys\n\ndef f(a, b):\n    return a, b\n", "x", "program source"},
    {"a: 1\nb: 2\nc: 3\n", "x", "YAML"},
    {"---\n- name: x\n  value: 3\n", "x.yaml", "YAML"},
    {"{\"a\": 1, \"b\": [1, 2]}\n{\"a\": 2, \"b\": [3, 4]}\n", "x", "JSON"},
    {"[true]\n[\"a\", 1, 2]\n[\"b\", 3, 4]\n", "x.ndjson", "JSON"},
    {"<?xml version=\"1.0\"?>\n<a><b>1</b></a>\n", "x", "XML"},
    {"# Title\n\nText, more text.\n\n## Part\n\n* a\n* b\n", "README", "Markdown"},
    {"[section]\nkey = 1\nother = 2\n", "x.conf", "INI"},
    {"2024-01-01 00:00:01 INFO started the pump\n2024-01-01 00:00:02 WARN pressure is low\n"
     "2024-01-01 00:00:07 ERROR pump stopped, no flow\n2024-01-01 00:00:09 INFO bye\n",
     "run.log", "table"},
    {"127.0.0.1 localhost\n192.168.1.7 mast hut\n192.168.1.8 logger\n", "hosts", "table"},
    {"\x01\x02\x03\x04,\x05\x06\n\x07\x08,\x01\n\x02\x03,\x01\n", "x.csv", "control"},
    {"1\n2\n3\n", "numbers", "single column"},
    {"x, y\n", "note.txt", "single line"},
};

static void others_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(no_tables); i++) {
        const NoTable *n = &no_tables[i];
        Table *t = table_of(n->name, n->text, strlen(n->text));
        Probe p = {0};
        format_csv.probe(&t->in, &t->options, &p);
        if (p.sure != SURE_NO || !strstr(p.evidence, n->why))
            fail_msg("'%s': sure %d, %s", n->text, (int)p.sure, p.evidence);
        table_free(t);
    }
}

static void evidence_names_columns_and_lines(void **state)
{
    (void)state;
    const char *text = "Station X\n\na;b;c\n1;2;3\n4;5;6\n7;8;9\n";
    Table *t = table_of("x.csv", text, strlen(text));
    Probe p = {0};
    format_csv.probe(&t->in, &t->options, &p);
    assert_string_equal(p.evidence,
                        "3 columns separated by ';' in 4 of 4 lines looked at, names in line 3");
    assert_int_equal(p.sure, SURE_BY_LOOKS);
    table_free(t);
}

typedef struct Look {
    const char *cell;
    CsvLook look;
} Look;

static void cells_are_told_apart(void **state)
{
    (void)state;
    static const Look looks[] = {
        {"", LOOK_EMPTY},
        {"NaN", LOOK_MISSING},
        {"n/a", LOOK_MISSING},
        {"-", LOOK_MISSING},
        {"/////", LOOK_MISSING},
        {"MM", LOOK_MISSING},
        {"-999", LOOK_INTEGER},
        {"+7", LOOK_INTEGER},
        {"007", LOOK_INTEGER},
        {"9223372036854775807", LOOK_INTEGER},
        {"9223372036854775808", LOOK_NUMBER},
        {"-9223372036854775808", LOOK_NUMBER}, /* stands for missing in a block */
        {"1.", LOOK_NUMBER},
        {"1e3", LOOK_NUMBER},
        {"2024-02-29", LOOK_TIME},
        {"2023-02-29", LOOK_WORD},
        {"2024-01-01T00:00:00Z", LOOK_TIME},
        {"12:30", LOOK_WORD},
        {"0x10", LOOK_WORD},
        {"1,5", LOOK_WORD},
        {" 1.5 ", LOOK_NUMBER},
        {"\xc2\xa0"
         "15",
         LOOK_INTEGER},
        {"#NUM!", LOOK_MISSING},
        {"-1.#QNAN", LOOK_MISSING},
        {"north", LOOK_WORD},
    };
    for (size_t i = 0; i < CASES(looks); i++)
        if (csv_look(looks[i].cell, strlen(looks[i].cell), '.') != looks[i].look)
            fail_msg("'%s' looks like %d", looks[i].cell,
                     (int)csv_look(looks[i].cell, strlen(looks[i].cell), '.'));
}

typedef struct Encoded {
    const char *bytes;
    size_t size;
    CsvEncoding encoding;
    size_t bom;
} Encoded;

static void encodings_are_recognised(void **state)
{
    (void)state;
#define BYTES(text) text, sizeof(text) - 1
    static const Encoded all[] = {
        {BYTES("plain"), CSV_UTF8, 0},
        {BYTES("\xef\xbb\xbfplain"), CSV_UTF8, 3},
        {BYTES("\xff\xfep\0l\0"), CSV_UTF16_LE, 2},
        {BYTES("\xfe\xff\0p\0l"), CSV_UTF16_BE, 2},
        {BYTES("p\0l\0a\0i\0n\0"), CSV_UTF16_LE, 0},
        {BYTES("\0p\0l\0a\0i\0n"), CSV_UTF16_BE, 0},
        {BYTES("T (\xb0"
               "C)"),
         CSV_WINDOWS_1252, 0},
        {BYTES("T (\xc2\xb0"
               "C)"),
         CSV_UTF8, 0},
    };
    for (size_t i = 0; i < CASES(all); i++) {
        size_t bom;
        CsvEncoding found =
            csv_encoding_guess((const uint8_t *)all[i].bytes, all[i].size, true, &bom);
        if (found != all[i].encoding || bom != all[i].bom)
            fail_msg("case %zu: %s, %zu bytes of mark", i, csv_encoding_names[found], bom);
    }
}

static const Case cases[] = {
    {"guesses_are_right", guesses_are_right},
    {"others_are_refused", others_are_refused},
    {"evidence_names_columns_and_lines", evidence_names_columns_and_lines},
    {"cells_are_told_apart", cells_are_told_apart},
    {"encodings_are_recognised", encodings_are_recognised},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
