/* test_text_records.c: kinds of rows, columns that make one variable, and descriptions that lie. */
#include "formats/text/text.h"

#include "tests/formats/text_open.h"

#define TEXT(name, options, text, expected)                                                        \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        text_case(&format_text, &(TextCase){options, text, sizeof(text) - 1, expected});           \
    }

/* --- kinds ---------------------------------------------------------------------------------- */

/* As Radiometrics writes level 1: a header line for each kind, a cell that tells the kind. */
TEXT(kinds_with_headers,
     "skip=2\nrecords=met column=3 equals=41 names_line=1\n"
     "records=sky column=3 equals=51 names_line=2\n"
     "columns=Record skip\ncolumns=met/40 skip\ncolumns=sky/50 skip\n"
     "time=Time %m/%d/%y %H:%M:%S",
     "Record,Time,40,T(K),Rain\nRecord,Time,50,Az(deg),Ch 22.2,Ch 23.4\n"
     "1,01/31/21 00:04:28,41,268.5,0\n2,01/31/21 00:05:02,51,90.5,,6.25\n"
     "3,01/31/21 00:06:17,41,268.75,1\n4,01/31/21 00:07:00,99,1,2\n",
     "time time: 2021-01-31T00:04:28Z 2021-01-31T00:05:02Z 2021-01-31T00:06:17Z\n"
     "/met/Time time: 2021-01-31T00:04:28Z 2021-01-31T00:06:17Z\n"
     "/met/T(K) [K] double: 268.5 268.75\n"
     "/met/Rain [] int64: 0 1\n"
     "/sky/Time time: 2021-01-31T00:05:02Z\n"
     "/sky/Az(deg) [deg] double: 90.5\n"
     "/sky/Ch 22.2 [] double: _\n"
     "/sky/Ch 23.4 [] double: 6.25\n"
     "rows 3, time time\n"
     "note: lines of no known kind, left out: 1, the first in line 6, '4'\n")
TEXT(kinds_by_regex,
     "records=a regex='^A '\nrecords=b regex='^B '\nseparator=blanks\n"
     "columns=kind skip\ncolumns=a/x integer\ncolumns=b/y number\ncolumns=b/z number",
     "A 1\nB 2.5 3\nA 4\n",
     "/a/x [] int64: 1 4\n/b/y [] double: 2.5\n/b/z [] double: 3\nrows 3, time none\n")
/* The first kind that fits has the row: the last one takes the rest. */
TEXT(kinds_in_order,
     "records=header column=1 equals=H ignore\nrecords=row\n"
     "columns=header/a\ncolumns=row/k text\ncolumns=row/v",
     "H\nD,1\nH,2,3\nE,2\n", "k [] string: 'D' 'E'\nv [] int64: 1 2\nrows 2, time none\n")
TEXT(kind_without_rows,
     "records=a column=1 equals=A\nrecords=b column=1 equals=B\ncolumns=k skip\ncolumns=v number",
     "A,1\n", "/a/v [] double: 1\n/b/v [] double:\nrows 1, time none\n")
TEXT(kinds_of_fixed_width,
     "records=a column=1 equals=A\nrecords=b column=1 equals=B\nwidths=1\nwidths=4\nwidths=4\n"
     "columns=k skip\ncolumns=v number\ncolumns=w number",
     "A 1.5 2.5\nB-9.5 9.5\n",
     "/a/v [] double: 1.5\n/a/w [] double: 2.5\n/b/v [] double: -9.5\n/b/w [] double: 9.5\n"
     "rows 2, time none\n")

/* --- stacks --------------------------------------------------------------------------------- */

TEXT(stack_by_names,
     "names_line=1\nstacks=temperature [K] columns=2..4 axis=height values=names axis_units=km",
     "t, 0.00, 0.25,10.00\n1,270.5,,260\n2,271,265,261\n",
     "t [] int64: 1 2\nheight [km] double: 0 0.25 10\n"
     "temperature [K] double: 270.5 _ 260 271 265 261\nrows 2, time none\n")
TEXT(stack_by_step,
     "separator=;\nstacks=n integer columns=2..4 axis=diameter from=0.5 step=0.25 axis_units=mm "
     "empty=zero missing=-9",
     "7;1;;-9\n8;4;5;6\n",
     "column_1 [] int64: 7 8\ndiameter [mm] double: 0.5 0.75 1\nn [] int64: 1 0 _ 4 5 6\n"
     "rows 2, time none\n")
TEXT(stack_without_coordinates, "stacks=n columns=1..3 axis=gate", "1,2,3\n",
     "n [] double: 1 2 3\nrows 1, time none\n")
TEXT(stack_of_two_axes, "stacks=n columns=1..6 axis=diameter values=1,2 axis2=velocity length2=3",
     "1,2,3,4,5,6\n", "diameter [] double: 1 2\nn [] double: 1 2 3 4 5 6\nrows 1, time none\n")
TEXT(stack_behind_the_columns, "columns=a text\nstacks=n columns=2..4 axis=gate", "1,2,3,4\n",
     "a [] string: '1'\nn [] double: 2 3 4\nrows 1, time none\n")
TEXT(axes_that_do_not_fit, "stacks=n columns=1..6 axis=a length=4 axis2=b length2=2",
     "1,2,3,4,5,6\n",
     "refused: bad_value at stacks 0: `n`: the lengths of the axes do not make up the columns\n")
TEXT(two_stacks_share_an_axis,
     "stacks=a columns=1..2 axis=h values=10,20\nstacks=b columns=3..4 axis=h values=10,20",
     "1,2,3,4\n", "h [] double: 10 20\na [] double: 1 2\nb [] double: 3 4\nrows 1, time none\n")
TEXT(
    stack_of_a_kind,
    "records=11 column=1 equals=11\nrecords=12 column=1 equals=12\ncolumns=k skip\ncolumns=x skip\n"
    "columns=y skip\nstacks=11/temperature [K] columns=2..3 axis=height from=0 step=1\n"
    "stacks=12/vapour columns=2..3 axis=height from=0 step=1",
    "11,1,2\n12,3,4\n11,5,6\n",
    "/11/height [] double: 0 1\n/11/temperature [K] double: 1 2 5 6\n/12/height [] double: 0 1\n"
    "/12/vapour [] double: 3 4\nrows 3, time none\n")
TEXT(stack_beyond_the_columns, "stacks=n columns=2..9 axis=gate", "1,2,3\n",
     "refused: no_column at : the table has no column `9` (of 3)\n")
TEXT(stack_with_bad_names, "names_line=1\nstacks=n columns=a..b axis=gate values=names",
     "a,b\n1,2\n",
     "refused: bad_header at : column 1: its name `a` holds no number for the axis gate\n")

/* --- descriptions that cannot be ------------------------------------------------------------ */

static const struct {
    const char *options, *place, *message;
} wrong[] = {
    {"columns=a [K", "columns 0", "`[` is not closed"},
    {"columns=a\ncolumns=b 'c", "columns 1", "a quotation mark is not closed"},
    {"columns=a nummer", "columns 0", "unknown word `nummer` (did you mean `number`?)"},
    {"columns=a number text", "columns 0", "more than one type"},
    {"columns=a missing=1,x", "columns 0", "must be numbers with commas between"},
    {"columns=a scale=x", "columns 0", "must be a number"},
    {"columns=a empty=one", "columns 0", "can only be zero"},
    {"widths=3\nwidths=x", "widths 1", "but must have widths (11)"},
    {"widths=5-3", "widths 0", "but must have widths (11)"},
    {"widths=3\nseparator=,", "widths 0", "exclude each other"},
    {"separator=ab", "separator 0", "must be one character, tab, blanks or none"},
    {"separator_regex=(", "separator_regex 0", "is no regular expression"},
    {"row_regex=abc", "row_regex 0", "has no group"},
    {"leave_out=[", "leave_out 0", "is no regular expression"},
    {"comment=####", "comment 0", "at most 3 characters"},
    {"records=a column=1", "records 0", "both or neither"},
    {"records=a regex='('", "records 0", "is no regular expression"},
    {"stacks=a columns=1 axis=h", "stacks 0", "as in columns=11..57"},
    {"stacks=a columns=1..2", "stacks 0", "as in axis=height"},
    {"stacks=a columns=1..3 axis=h values=1,2", "stacks 0", "2 values for 3 columns"},
    {"time=1 hhhmm", "time 0", "did you mean `hhmm`?"},
    {"time=1 parsecs since 1970-01-01", "time 0", "parsecs"},
    {"time_zone=CET", "time_zone 0", "must be UTC or an offset like +02:00"},
    {"time_date=yesterday", "time_date 0", "must be a date like 2021-01-31"},
    {"attributes=station", "attributes 0", "NAME=TEXT"},
};

/* Found without a file, and when a file is opened. */
static void wrong_options(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(wrong); i++) {
        Arena a;
        Error e = {0};
        arena_init(&a, 0);
        void *options = arena_alloc(&a, format_text.options_size);
        text_set_options(&format_text, options, wrong[i].options, &a);
        assert_false(format_text.check(options, &a, &e));
        if (e.kind != ERROR_SETUP || strcmp(e.place, wrong[i].place) != 0 ||
            !strstr(e.message, wrong[i].message))
            fail_msg("%s: %s at %s", wrong[i].options, e.message, e.place);
        arena_deinit(&a);
        TextFile *f = text_open(&format_text, "test", wrong[i].options, "1,2,3\n", 6);
        assert_null(f->reader);
        assert_int_equal(f->error.kind, ERROR_SETUP);
        text_close(&format_text, f);
    }
}

static void expect_good(const char *lines)
{
    Arena a;
    Error e = {0};
    arena_init(&a, 0);
    void *options = arena_alloc(&a, format_text.options_size);
    text_set_options(&format_text, options, lines, &a);
    assert_ok(format_text.check(options, &a, &e), &e);
    arena_deinit(&a);
}

/* What only a file can tell is no fault of the options. */
static void options_that_wait(void **state)
{
    (void)state;
    static const char *const good[] = {"", "names_line=1\ncolumns=x integer\ntime=y %H:%M",
                                       "stacks=n columns=a..b axis=h values=names\nnames_line=1",
                                       "records=41 column=kind equals=41 names_line=1",
                                       "row_regex=^(a)(b)\ncolumns=x\ncolumns=y"};
    for (size_t i = 0; i < CASES(good); i++)
        expect_good(good[i]);
}

#define CASE(name)                                                                                 \
    {                                                                                              \
#name, name                                                                                \
    }

static const Case cases[] = {
    CASE(kinds_with_headers),   CASE(kinds_by_regex),
    CASE(kinds_in_order),       CASE(kind_without_rows),
    CASE(kinds_of_fixed_width), CASE(stack_by_names),
    CASE(stack_by_step),        CASE(stack_without_coordinates),
    CASE(stack_of_two_axes),    CASE(stack_behind_the_columns),
    CASE(axes_that_do_not_fit), CASE(two_stacks_share_an_axis),
    CASE(stack_of_a_kind),      CASE(stack_beyond_the_columns),
    CASE(stack_with_bad_names), CASE(wrong_options),
    CASE(options_that_wait),
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
