/* test_text.c: rows cut into cells, columns and their types, as the configuration says. */
#include "formats/text/text.h"

#include "tests/formats/text_open.h"

#define NO_TIME ", time none\n"

/* One name, what goes in and what must come out. */
#define TEXT(name, options, text, expected)                                                        \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        text_case(&format_text, &(TextCase){options, text, sizeof(text) - 1, expected});           \
    }

/* --- cells ---------------------------------------------------------------------------------- */

TEXT(comma, "", "1,2.5,x\n2,3,y\n",
     "column_1 [] int64: 1 2\ncolumn_2 [] double: 2.5 3\ncolumn_3 [] string: 'x' 'y'\n"
     "rows 2" NO_TIME)
TEXT(semicolon_and_decimal_comma, "separator=;\ndecimal=,", "1;2,5\n2;-3,25\n",
     "column_1 [] int64: 1 2\ncolumn_2 [] double: 2.5 -3.25\nrows 2" NO_TIME)
TEXT(blanks, "separator=blanks", "  1   2.5\n 22 \t 3 \n",
     "column_1 [] int64: 1 22\ncolumn_2 [] double: 2.5 3\nrows 2" NO_TIME)
TEXT(quoted, "quote='", "'a,b',1\n'it''s',2\n",
     "column_1 [] string: 'a,b' 'it's'\ncolumn_2 [] int64: 1 2\nrows 2" NO_TIME)
TEXT(quotes_mean_nothing, "quote=none", "\"a,1\nb\",2\n",
     "column_1 [] string: '\"a' 'b\"'\ncolumn_2 [] int64: 1 2\nrows 2" NO_TIME)
TEXT(one_column, "separator=none\ncolumns=line", "a,b\nc\n",
     "line [] string: 'a,b' 'c'\nrows 2" NO_TIME)
/* Sea-Bird's columns of 11 characters that touch. */
TEXT(widths_that_touch, "widths=6\nwidths=6\ncolumns=p\ncolumns=t", "  1.00-12.25\n102.50  3.75\n",
     "p [] double: 1 102.5\nt [] double: -12.25 3.75\nrows 2" NO_TIME)
TEXT(widths_from_to, "widths=1-3\nwidths=7-8", "abcxxx12\ndefyyy 3\n",
     "column_1 [] string: 'abc' 'def'\ncolumn_2 [] int64: 12 3\nrows 2" NO_TIME)
/* The degree sign is two bytes and one character. */
TEXT(widths_count_characters, "widths=3\nwidths=2",
     "a\xc2\xb0"
     "b12\nxyz34\n",
     "column_1 [] string: 'a\xc2\xb0"
     "b' 'xyz'\ncolumn_2 [] int64: 12 34\nrows 2" NO_TIME)
TEXT(widths_of_a_short_row, "widths=3\nwidths=3\nwidths=3", "  1  2  3\n  4  5\n",
     "column_1 [] int64: 1 4\ncolumn_2 [] int64: 2 5\ncolumn_3 [] int64: 3 _\nrows 2" NO_TIME
     "note: rows with too few cells, the rest counts as missing: 1, the first in line 2\n")
TEXT(widths_cut, "widths=3\nwidths=3", "  1  2\n  4  ",
     "column_1 [] int64: 1\ncolumn_2 [] int64: 2\nrows 1" NO_TIME
     "note: the last line is cut and left out: 1 of 2 cells, line 2\n")
TEXT(separator_regex, "separator_regex=\\s*[;|]\\s*", "1 ; 2.5\n3|  4\n",
     "column_1 [] int64: 1 3\ncolumn_2 [] double: 2.5 4\nrows 2" NO_TIME)
TEXT(separator_regex_in_the_header, "names_line=1\nseparator_regex=\\s*;\\s*", "a b ; c\n1;2\n",
     "a b [] int64: 1\nc [] int64: 2\nrows 1" NO_TIME)
TEXT(row_regex, "row_regex=^(\\w+)=(-?[\\d.]+)(?: \\((\\w+)\\))?$",
     "ab=1.5 (m)\n# nothing\ncd=-2\n",
     "column_1 [] string: 'ab' 'cd'\ncolumn_2 [] double: 1.5 -2\ncolumn_3 [] string: 'm' ''\n"
     "rows 2" NO_TIME
     "note: lines that the regular expression does not fit, left out: 1, the first in line 2\n")
TEXT(line_ends, "", "1,2\r\n3,4\r\r\n5,6\r7,8\n\n9,10",
     "column_1 [] int64: 1 3 5 7 9\ncolumn_2 [] int64: 2 4 6 8 10\nrows 5" NO_TIME)
TEXT(trailing_separator, "columns=a integer\ncolumns=b integer", "1,2,\n3,4\n",
     "a [] int64: 1 3\nb [] int64: 2 4\nrows 2" NO_TIME)
TEXT(latin_1, "encoding=windows-1252\ncolumns=a\ncolumns=b",
     "\xb0"
     "C,1\n",
     "a [] string: '\xc2\xb0"
     "C'\nb [] int64: 1\nrows 1" NO_TIME "note: converted from windows-1252 to UTF-8\n")

/* --- rows ----------------------------------------------------------------------------------- */

TEXT(header_lines, "skip=1\nnames_line=2\nunits_line=3",
     "a file\nt,p\ndegC,hPa\n1.5,990\n2.5,991\n",
     "t [degC] double: 1.5 2.5\np [hPa] int64: 990 991\nrows 2" NO_TIME)
TEXT(units_in_the_names, "names_line=1", "Tamb(K),Rh(%)\n270.5,99\n",
     "Tamb(K) [K] double: 270.5\nRh(%) [%] int64: 99\nrows 1" NO_TIME)
TEXT(names_in_a_comment, "names_line=1\ncomment=#", "# t,p\n# more\n1.5,990\n",
     "t [] double: 1.5\np [] int64: 990\nrows 1" NO_TIME)
TEXT(comment, "comment=//", "1,2\n// 3,4\n5,6\n",
     "column_1 [] int64: 1 5\ncolumn_2 [] int64: 2 6\nrows 2" NO_TIME)
TEXT(leave_out, "leave_out=^(START|STOP)", "START 1\n1,2\nSTOP 2\nSTART 3\n5,6\n",
     "column_1 [] int64: 1 5\ncolumn_2 [] int64: 2 6\nrows 2" NO_TIME)
TEXT(end, "end=END_DATA", "1,2\n3,4\nEND_DATA\nthis,is,no,row\n",
     "column_1 [] int64: 1 3\ncolumn_2 [] int64: 2 4\nrows 2" NO_TIME)
TEXT(end_is_not_there, "end=END_DATA", "1,2\n3,4\n",
     "column_1 [] int64: 1 3\ncolumn_2 [] int64: 2 4\nrows 2" NO_TIME
     "note: the file ends without END_DATA\n")
TEXT(end_is_required, "end=END_DATA\nend_required=true", "1,2\n3,4\n",
     "column_1 [] int64: 1 3\ncolumn_2 [] int64: 2 4\nrows 2" NO_TIME
     "fails: truncated at line 3: the file ends without END_DATA\n")
TEXT(header_is_cut, "names_line=3", "a\nb\n",
     "refused: truncated at line 3: the file has no such header line\n")
TEXT(empty_file, "", "", "refused: empty at : the file is empty\n")
TEXT(no_row, "skip=2", "a\nb\n",
     "refused: no_table at : there is no row that would tell how many columns there are; list "
     "`columns`\n")
TEXT(no_row_but_columns, "skip=2\ncolumns=a number", "a\nb\n",
     "a [] double:\nrows 0" NO_TIME "note: the table has names but no rows\n")
TEXT(last_row_is_cut, "columns=a\ncolumns=b\ncolumns=c", "1,2,3\n4,5",
     "a [] int64: 1\nb [] int64: 2\nc [] int64: 3\nrows 1" NO_TIME
     "note: the last line is cut and left out: 2 of 3 cells, line 2\n")
TEXT(short_row_of_blanks, "separator=blanks\ncolumns=a\ncolumns=b", "1 2\n3\n",
     "a [] int64: 1 _\nb [] int64: 2 _\nrows 2" NO_TIME
     "note: rows with too few cells, which cannot be told apart and count as missing: 1, the first "
     "in line 2\n")

TEXT(rows_that_end_early, "cells_least=2\ncolumns=a\ncolumns=b\ncolumns=c\ncolumns=d empty=zero",
     "1,2,3,4\n5,6\n7\n8,9,1",
     "a [] int64: 1 5 7 8\nb [] int64: 2 6 _ 9\nc [] int64: 3 _ _ 1\nd [] int64: 4 0 _ 0\n"
     "rows 4" NO_TIME "note: rows with too few cells, the rest counts as missing: 1, the first in "
     "line 3\n")

/* --- columns -------------------------------------------------------------------------------- */

TEXT(types,
     "columns=a number\ncolumns=b text\ncolumns=c integer\ncolumns=d skip\ncolumns=-\n"
     "columns=f time\ncolumns=g time format=%d/%m/%Y",
     "1,2,3.0,4,5,2021-01-02T03:04:05,31/12/2020\n",
     "a [] double: 1\nb [] string: '2'\nc [] int64: 3\ncolumn_5 [] int64: 5\n"
     "f time: 2021-01-02T03:04:05Z\ng time: 2020-12-31T00:00:00Z\nrows 1" NO_TIME)
TEXT(by_name,
     "names_line=1\ncolumns=b [degC] name=temperature number missing=-999,99\n"
     "columns=#1 text",
     "a,b\n1,-999.00\n2,3\n3,99\n",
     "a [] string: '1' '2' '3'\ntemperature [degC] double: _ 3 _\nrows 3" NO_TIME)
TEXT(no_such_name, "names_line=1\ncolumns=q integer", "a,b\n1,2\n",
     "refused: no_column at : the table has no column `q` (of 2)\n")
TEXT(names_that_occur_again, "names_line=1", "a,a,,a\n1,2,3,4\n",
     "a [] int64: 1\na_2 [] int64: 2\ncolumn_3 [] int64: 3\na_3 [] int64: 4\nrows 1" NO_TIME)
TEXT(missing_words, "missing=NODATA\nmissing=-9", "1,a,NODATA\n-9,NODATA,2.5\n-9.0,b,////\n",
     "column_1 [] int64: 1 _ _\ncolumn_2 [] string: 'a' '' 'b'\ncolumn_3 [] double: _ 2.5 _\n"
     "rows 3" NO_TIME)
TEXT(empty_is_zero, "columns=a integer empty=zero\ncolumns=b integer", "1,\n,2\n",
     "a [] int64: 1 0\nb [] int64: _ 2\nrows 2" NO_TIME)
TEXT(
    contradictions, "columns=a number\ncolumns=b",
    "1,1\nx,1\n3,1\n4,1\n5,1\n6,1\n7,1\n8,1\n9,1\n10,1\n"
    "11,1\n12,1\n13,1\n14,1\n15,1\n16,1\n17,1\n18,1\n19,1\n20,y\n",
    "a [] double: 1 _ 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20\n"
    "b [] int64: 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 _\nrows 20" NO_TIME
    "note: column a: cells that are no number and count as missing: 1, the first in line 2, 'x'\n"
    "note: column b: cells that are no whole number and count as missing: 1, the first in line 20, "
    "'y'\n")
TEXT(two_bad_cells_of_a_short_column, "columns=a number\ncolumns=b",
     "1,1\nx,2\n3,3\n4,4.5\ny,5\n6,#\n7,7\n8,8\n9,9\n10,10\n",
     "a [] double: 1 _ 3 4 _ 6 7 8 9 10\nb [] double: 1 2 3 4.5 5 _ 7 8 9 10\nrows 10" NO_TIME
     "note: column a: cells that are no number and count as missing: 2, the first in line 2, 'x'\n"
     "note: column b: cells that are no number and count as missing: 1, the first in line 6, '#'\n")
TEXT(too_many_contradictions, "columns=a number", "1\nx\n3\n",
     "a [] double: 1 _ 3 failed bad_value at line 2\nrows 3" NO_TIME
     "note: column a: cells that are no number and count as missing: 1, the first in line 2, 'x'\n")
TEXT(
    ragged, "columns=a\ncolumns=b", "1,2\n3\n4\n5\n",
    "a [] int64: 1 3 4 5\nb [] int64: 2 _ _ _\nrows 4" NO_TIME
    "note: rows with too few cells, the rest counts as missing: 3, the first in line 2\n"
    "fails: ragged at line 2: 3 of 4 rows do not have the 2 cells of the header, the first in line "
    "2\n")

static void attributes(void **state)
{
    (void)state;
    static const char text[] = "1,2\n";
    static const char options[] =
        "columns=a [K] integer standard_name=air_temperature long_name='at 2 m' scale=0.1 "
        "offset=200 cell_methods='time: mean' comment=\"dry, shaded\"\ncolumns=b\n"
        "attributes=station=Morro Bay\nattributes=height = 3 m";
    TextFile *f = text_open(&format_text, "test", options, text, sizeof text - 1);
    assert_ok(f->reader != NULL, &f->error);
    const Dataset *d = f->reader->dataset;
    const Var *v = &d->vars[0];
    double number;
    assert_string_equal(var_attr_text(v, "units"), "K");
    assert_string_equal(var_attr_text(v, "standard_name"), "air_temperature");
    assert_string_equal(var_attr_text(v, "long_name"), "at 2 m");
    assert_string_equal(var_attr_text(v, "cell_methods"), "time: mean");
    assert_string_equal(var_attr_text(v, "comment"), "dry, shaded");
    assert_true(attr_number(var_attr(v, "scale_factor"), 0, &number) && number == 0.1);
    assert_true(attr_number(var_attr(v, "add_offset"), 0, &number) && number == 200);
    const Group *root = &d->groups[0];
    assert_string_equal(attr_find(root->attrs, root->attr_count, "station")->values, "Morro Bay");
    assert_string_equal(attr_find(root->attrs, root->attr_count, "height")->values, "3 m");
    text_close(&format_text, f);
}

static void never_by_itself(void **state)
{
    (void)state;
    Probe p = {.sure = SURE_BY_CONTENT};
    Input in = {.name = "a.text", .head = (const uint8_t *)"1,2\n", .head_size = 4, .size = 4};
    format_text.probe(&in, NULL, &p);
    assert_int_equal(p.sure, SURE_NO);
}

/* --- large ---------------------------------------------------------------------------------- */

/* Rows "N,name-N,N%100.5": their values in a block. */
static void check_block(const Block *b, uint64_t first, double *sum)
{
    char name[32];
    for (uint64_t i = 0; i < b->count; i++) {
        size_t length = (size_t)snprintf(name, sizeof name, "name-%d", (int)(first + i));
        if (b->var == 0)
            assert_int_equal(((const int64_t *)b->values)[i], first + i);
        else if (b->var == 2)
            *sum += ((const double *)b->values)[i];
        else
            assert_true(b->strings[i].length == length &&
                        memcmp(b->strings[i].bytes, name, length) == 0);
    }
}

static bool next_block(TextFile *f, Block *b)
{
    bool end = false;
    *b = (Block){0};
    assert_ok(format_text.next(f->reader, b, &end, &f->error), &f->error);
    return !end;
}

/* Strings outlive the chunk that they came in, and batches follow each other. */
static void many_rows(void **state)
{
    (void)state;
    enum { ROWS = 200000, HUNDREDS = ROWS / 100, SUM_OF_HUNDRED = 4950 + 50 };
    auto_buffer Buffer text = {0};
    for (int i = 0; i < ROWS; i++)
        buffer_printf(&text, "%d,name-%d,%d.5\n", i, i, i % 100);
    TextFile *f = text_open(&format_text, "test", "", text.bytes, text.length);
    assert_ok(f->reader != NULL, &f->error);
    uint64_t seen[3] = {0};
    double sum = 0;
    for (Block b; next_block(f, &b); seen[b.var] += b.count)
        check_block(&b, seen[b.var], &sum);
    assert_int_equal(seen[0], ROWS);
    assert_int_equal(seen[1], ROWS);
    assert_true(sum == HUNDREDS * SUM_OF_HUNDRED);
    text_close(&format_text, f);
}

#define CASE(name)                                                                                 \
    {                                                                                              \
#name, name                                                                                \
    }

static const Case cases[] = {
    CASE(comma),
    CASE(semicolon_and_decimal_comma),
    CASE(blanks),
    CASE(quoted),
    CASE(quotes_mean_nothing),
    CASE(one_column),
    CASE(widths_that_touch),
    CASE(widths_from_to),
    CASE(widths_count_characters),
    CASE(widths_of_a_short_row),
    CASE(widths_cut),
    CASE(separator_regex),
    CASE(separator_regex_in_the_header),
    CASE(row_regex),
    CASE(line_ends),
    CASE(trailing_separator),
    CASE(latin_1),
    CASE(header_lines),
    CASE(units_in_the_names),
    CASE(names_in_a_comment),
    CASE(comment),
    CASE(leave_out),
    CASE(end),
    CASE(end_is_not_there),
    CASE(end_is_required),
    CASE(header_is_cut),
    CASE(empty_file),
    CASE(no_row),
    CASE(no_row_but_columns),
    CASE(last_row_is_cut),
    CASE(short_row_of_blanks),
    CASE(rows_that_end_early),
    CASE(types),
    CASE(by_name),
    CASE(no_such_name),
    CASE(names_that_occur_again),
    CASE(missing_words),
    CASE(empty_is_zero),
    CASE(contradictions),
    CASE(two_bad_cells_of_a_short_column),
    CASE(too_many_contradictions),
    CASE(ragged),
    CASE(attributes),
    CASE(never_by_itself),
    CASE(many_rows),
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
