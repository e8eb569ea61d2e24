/* test_csv_reading.c: options, notes and refusals. */
#include "tests/formats/csv_open.h"

#include <math.h>

/* --- options -------------------------------------------------------------------------------- */

typedef struct Setting {
    const char *text, *settings[4];
    const char *variable, *type;
    double sum; /* of its values; of a string: how many are not empty */
} Setting;

static const Setting settings[] = {
    {"a,b\nx,2\ny,4\n", {"separator=;"}, "a,b", "string", 2},
    {"1 2\n3 4\n", {"separator=blanks", "names_line=0"}, "column_2", "int64", 6},
    {"a\tb\n1\t2\n3\t4\n", {"separator=tab"}, "b", "int64", 6},
    {"a,b\n\"1,2\n3,\"4\n", {"quote=none"}, "a", "string", 2},
    {"a;b\n1,5;2\n2,5;3\n", {"decimal=."}, "a", "string", 2},
    {"a,b\n1,2\n@3,4\n5,6\n", {"comment=@"}, "a", "int64", 6},
    {"#a,b\n1,2\n3,4\n", {"comment=none"}, "#a", "int64", 4},
    {"junk\nmore, junk\na,b\n1,2\n3,4\n", {"skip=2"}, "b", "int64", 6},
    {"junk\rmore, junk\ra,b\r1,2\r3,4\r", {"skip=2"}, "b", "int64", 6},
    {"timestamp,x\n3801175200,1\n", {"time_columns=timestamp"}, "timestamp", "int64", 3801175200},
    {"1,2\n3,4\n5,6\n", {"names_line=1"}, "1", "int64", 8},
    {"a,b\n1,2\n3,4\n", {"names_line=0"}, "column_1", "string", 3},
    {"a,b\n10,20\n1,2\n3,4\n", {"names_line=1", "units_line=2"}, "a", "int64", 4},
    {"1,2\n3,4\n5,6\n", {"names=x,y"}, "y", "int64", 12},
    {"a,b\n1,2\n3,4\n", {"types=b=double"}, "b", "double", 6},
    {"a,b\n1,2\n3,4\n", {"types=a=string"}, "a", "string", 2},
    {"a,b\n1,-999\n3,4\n5,-999.0\n", {"missing=-999"}, "b", "int64", 4},
    {"a,b\n1,bad\n3,4\n5,6\n", {"missing=bad"}, "b", "int64", 10},
    {"date,x\n01/02/1970,1\n03/02/1970,2\n",
     {"time_format=%d/%m/%Y"},
     "date",
     "double",
     31 * 86400.0 + 33 * 86400.0},
    {"y,d,x\n1970,2,7\n1970,3,8\n",
     {"time_columns=y,d", "time_format=%Y %j"},
     "time",
     "double",
     86400.0 + 2 * 86400.0},
    {"s,x\n100,1\n200,2\n", {"time_columns=s", "time_format=%s"}, "time", "double", 300},
    {"time,x\n1970-01-01 02:00,1\n1970-01-01 03:00,2\n",
     {"time_zone=+02:00"},
     "time",
     "double",
     3600},
    {"time (PST),x\n1970-01-01 00:00,1\n1970-01-01 01:00,2\n",
     {"time_zone=-08:00"},
     "time (PST)",
     "double",
     2 * 8 * 3600.0 + 3600},
    {"t,x\n\xb0,1\n\xb1,2\n", {"encoding=windows-1252"}, "t", "string", 2},
};

/* One list item a setting: "names=x,y" is given as two. */
static void apply(Table *t, const char *setting)
{
    const char *comma = strchr(setting, ','), *equals = strchr(setting, '=');
    if (!comma || strncmp(setting, "time_format", 11) == 0) {
        table_option(t, setting);
        return;
    }
    char one[64];
    snprintf(one, sizeof one, "%.*s", (int)(comma - setting), setting);
    table_option(t, one);
    snprintf(one, sizeof one, "%.*s%s", (int)(equals + 1 - setting), setting, comma + 1);
    table_option(t, one);
}

static void options_fix_guesses(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(settings); i++) {
        const Setting *s = &settings[i];
        Table *t = table_of("x.csv", s->text, strlen(s->text));
        TableSums sums[TABLE_VARIABLES_MAX] = {0};
        for (size_t k = 0; k < CASES(s->settings) && s->settings[k]; k++)
            apply(t, s->settings[k]);
        if (!table_open(t) || !table_read(t, sums))
            fail_msg("case %zu, %s: %s", i, s->settings[0], t->error.message);
        size_t v = table_variable(t, s->variable);
        const char *type = type_name(t->dataset->vars[v].type);
        bool text = strcmp(type, "string") == 0;
        double sum = text ? (double)sums[v].valid : sums[v].sum;
        if (strcmp(type, s->type) != 0 || fabs(sum - s->sum) > 1e-6)
            fail_msg("case %zu, %s: %s, sum %g", i, s->settings[0], type, sum);
        table_free(t);
    }
}

typedef struct BadSetting {
    const char *setting, *code;
} BadSetting;

static void bad_options_are_named(void **state)
{
    (void)state;
    static const BadSetting bad[] = {
        {"separator=abc", "bad_value"},     {"quote=''", "bad_value"},
        {"comment=####", "bad_value"},      {"types=a", "bad_value"},
        {"types=a=float", "bad_value"},     {"time_zone=Berlin", "bad_value"},
        {"time_columns=when", "no_column"}, {"time_columns=a", "no_time"},
        {"names_line=9", "no_header"},
    };
    static const char text[] = "a,b\n1,2\n3,4\n";
    for (size_t i = 0; i < CASES(bad); i++) {
        Table *t = table_of("x.csv", text, sizeof text - 1);
        table_option(t, bad[i].setting);
        if (table_open(t) || strcmp(t->error.code, bad[i].code) != 0)
            fail_msg("%s: %s %s", bad[i].setting, t->error.code, t->error.message);
        table_free(t);
    }
}

static void guesses_are_described(void **state)
{
    (void)state;
    static const char text[] = "# x\nDatum;Wert\n14.06.2024 12:00;1,5\n14.06.2024 13:00;2,5\n";
    static const char expected[] = "separator: ';'\nquote: '\"'\ndecimal: ,\ncomment: #\n"
                                   "encoding: utf-8\nnames_line: 2\nfirst line of data: 3\n"
                                   "time_columns: Datum\ntime_format: %d.%m.%Y %H:%M\n"
                                   "time_zone: UTC, the file says none\n"
                                   "types: Datum=time, Wert=double\n"
                                   "types seen in: the whole file\n";
    auto_buffer Buffer told = {0};
    Table *t = table_of("x.csv", text, sizeof text - 1);
    assert_ok(table_open(t), &t->error);
    format_csv.describe(t->reader, &told);
    assert_string_equal(told.bytes, expected);
    table_free(t);
}

/* --- notes and refusals --------------------------------------------------------------------- */

typedef struct Noted {
    const char *text, *note;
} Noted;

#define TEN_ROWS "1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n"

static void oddities_are_noted(void **state)
{
    (void)state;
    static const Noted noted[] = {
        {"a,b\n" TEN_ROWS "1\n",
         "too few cells, the rest counts as missing: 1, the first in line 12"},
        {"a,b\n1,2,3\n" TEN_ROWS,
         "too many cells, all of which count as missing: 1, the first in line 2"},
        {"a,b\n" TEN_ROWS "a,b\n" TEN_ROWS, "repeat the names, left out: 1, the first in line 12"},
        {"a,b\n" TEN_ROWS TEN_ROWS "x,2\n", "column a: cells that are no whole number and count as "
                                            "missing: 1, the first in line 22, 'x'"},
        {"a,b\n" TEN_ROWS "7", "cut at the end of the file: 1, the first in line 12"},
        {"a,b\n\xb0,2\n\xb1,3\n", "converted from windows-1252"},
        {"a,b,c\n1,2\n3,4\n5,6\n", "3 names for 2 columns"},
        {"d,x\n01.02.2020,1\n03.04.2020,2\n", "column d: day, month and year"},
        {"time CET,x\n2020-01-01 00:00,1\n2020-01-01 01:00,2\n", "only named (CET)"},
        {"a,b\n", "names but no rows"},
        {"a,b\n" TEN_ROWS "#1,2\n" TEN_ROWS,
         "comments that look like rows, left out: 1, the first in line 12"},
        {"id,v\n1,12%\n2,13.5%\n", "column v: cells like '12%' are text"},
        {"id;v\n1;1.234,5\n2;2.345,5\n", "column v: cells like '1.234,5' are text"},
        {"id,v\n1,\"1,234\"\n2,\"2,345\"\n", "as thousands have: taken for text"},
        {"id;v\n1;1,234\n2;2,345\n", "as thousands have: taken for decimals"},
    };
    for (size_t i = 0; i < CASES(noted); i++) {
        TableSums sums[TABLE_VARIABLES_MAX] = {0};
        Table *t = table_of("x.csv", noted[i].text, strlen(noted[i].text));
        if (!table_open(t) || !table_read(t, sums))
            fail_msg("case %zu: %s", i, t->error.message);
        if (!table_has_note(t, noted[i].note))
            fail_msg("case %zu: no note '%s' (%s)", i, noted[i].note,
                     t->dataset->note_count ? t->dataset->notes[0] : "none");
        table_free(t);
    }
}

/* "#ff0000" is a colour below "red", and a row taken out below a number. */
static void rows_with_a_mark_count(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned rows;
    } tables[] = {
        {"colour,v\nred,1\n#ff0000,2\nblue,3\n#00ff00,4\ngreen,5\n", 5},
        {"day,v\n1,1\n2,2\n#3,3\n4,4\n5,5\n", 4},
        {"# colours\ncolour,v\nred,1\n#ff0000,2\nblue,3\n", 2},
    };
    for (size_t i = 0; i < CASES(tables); i++) {
        TableSums sums[TABLE_VARIABLES_MAX] = {0};
        Table *t = table_of("x.csv", tables[i].text, strlen(tables[i].text));
        table_read_well(t, sums);
        assert_int_equal(t->dataset->rows, tables[i].rows);
        table_free(t);
    }
}

static bool has_time(const char *text)
{
    Table *t = table_of("x.csv", text, strlen(text));
    assert_ok(table_open(t), &t->error);
    bool found = t->dataset->time_var != NO_VAR;
    table_free(t);
    return found;
}

/* Seconds since 1904 and since 1980 look like seconds since 1970 in another year. */
static void other_epochs_are_no_times(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool time;
    } tables[] = {
        {"timestamp,x\n1718316000,1\n1718316600,2\n", true},
        {"timestamp,x\n3801160800,1\n3801161400,2\n", false},
        {"unix,x\n3801160800,1\n3801161400,2\n", true},
        {"gps_timestamp,x\n1402351200,1\n1402351800,2\n", false},
    };
    for (size_t i = 0; i < CASES(tables); i++)
        if (has_time(tables[i].text) != tables[i].time)
            fail_msg("case %zu", i);
}

static void a_good_table_has_no_notes(void **state)
{
    (void)state;
    static const char text[] = "time,a,b\n2024-01-01 00:00:00,1,NaN\n2024-01-01 00:01:00,,2.5\n";
    TableSums sums[TABLE_VARIABLES_MAX] = {0};
    Table *t = table_of("x.csv", text, sizeof text - 1);
    table_read_well(t, sums);
    assert_int_equal(t->dataset->note_count, 0);
    assert_int_equal(t->dataset->rows, 2);
    assert_int_equal(sums[1].valid, 1);
    assert_int_equal(sums[2].valid, 1);
    table_free(t);
}

/* The times of the rows, and how many rows have none. Instants by Python's datetime. */
static void times_of_parts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned valid, untimed;
        double last;
    } tables[] = {
#define ROWS "2019,364,0000,1\n2019,364,1200,1\n2019,364,1800,1\n2019,364,2100,1\n"
#define MORE "2019,365,0000,1\n2019,365,1200,1\n2019,365,1800,1\n2019,365,2100,1\n"
        {"year,doy,hhmm,x\n" ROWS MORE, 8, 0, 1577826000},
        {"year,doy,hhmm,x\n" ROWS MORE "2019,365,2400,1\n", 9, 0, 1577836800},
        {"year,doy,hhmm,x\n2019,364,2459,1\n" ROWS ROWS ROWS ROWS MORE, 20, 1, 1577826000},
        {"year,doy,hhmm,x\n2019,364,-999,1\n" ROWS ROWS ROWS ROWS MORE, 20, 1, 1577826000},
        {"year,doy,hhmm,x\n2019,364,9999,1\n" ROWS ROWS ROWS ROWS MORE, 20, 1, 1577826000},
        {"year,doy,hhmm,x\n2019,366,0000,1\n" ROWS ROWS ROWS ROWS MORE, 20, 1, 1577826000},
        {"year,doy,hhmm,x\n" ROWS ROWS ROWS ROWS MORE "2020,366,1200,1\n", 21, 0, 1609416000},
        {"year,doy,hhmmss,x\n2019,364,130,1\n2019,364,215,1\n", 2, 0, 1577664135},
        {"year,doy,hour,minute,x\n2019,364,23,0,1\n2019,364,24,0,1\n2019,365,1,0,1\n", 3, 0,
         1577754000},
    };
    for (size_t i = 0; i < CASES(tables); i++) {
        TableSums sums[TABLE_VARIABLES_MAX] = {0};
        Table *t = table_of("x.csv", tables[i].text, strlen(tables[i].text));
        table_read_well(t, sums);
        assert_true(t->dataset->time_var != NO_VAR);
        const TableSums *s = &sums[t->dataset->time_var];
        if (s->valid != tables[i].valid || s->last != tables[i].last ||
            table_has_note(t, "make no time: 1, the first in line 2") != (tables[i].untimed > 0))
            fail_msg("case %zu: %u, %.1f", i, (unsigned)s->valid, s->last);
        table_free(t);
    }
}

/* Names that come again in another order begin another table. */
static void other_names_end_the_table(void **state)
{
    (void)state;
    static const char *const others[] = {"b,a\n7,8\n", "a,c\n7,8\n"};
    for (size_t i = 0; i < CASES(others); i++) {
        auto_buffer Buffer text = {0};
        TableSums sums[TABLE_VARIABLES_MAX] = {0};
        buffer_printf(&text, "a,b\n" TEN_ROWS TEN_ROWS TEN_ROWS "%s", others[i]);
        Table *t = table_of("x.csv", text.bytes, text.length);
        assert_ok(table_open(t), &t->error);
        assert_false(table_read(t, sums));
        assert_string_equal(t->error.code, "columns_change");
        assert_non_null(strstr(t->error.message, "line 32"));
        assert_int_equal(t->dataset->rows, 30);
        assert_true(sums[0].sum == 30 && sums[1].sum == 60);
        table_free(t);
    }
    static const char again[] = "a,b\n" TEN_ROWS "A,B\n" TEN_ROWS;
    TableSums sums[TABLE_VARIABLES_MAX] = {0};
    Table *t = table_of("x.csv", again, sizeof again - 1);
    table_read_well(t, sums);
    assert_int_equal(t->dataset->rows, 20);
    table_free(t);
}

/* Of the missing words some begin with a digit. */
static void windows_writes_nan(void **state)
{
    (void)state;
    static const char text[] = "a,b\n1,2.5\n1.#QNAN,3.5\n3,1.#INF\n";
    TableSums sums[TABLE_VARIABLES_MAX] = {0};
    Table *t = table_of("x.csv", text, sizeof text - 1);
    table_read_well(t, sums);
    assert_int_equal(sums[0].valid, 2);
    assert_int_equal(sums[1].valid, 2);
    assert_true(sums[0].sum == 4 && sums[1].sum == 6);
    table_free(t);
}

static void ragged_tables_are_refused(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, "a,b,c\n");
    for (int i = 0; i < 3000; i++)
        buffer_string(&text, i < 2000 || i % 2 ? "1,2,3\n" : "1,2\n");
    Table *t = table_of("x.csv", text.bytes, text.length);
    assert_true(table_open(t)); /* 500 of 3,000 */
    table_free(t);
    for (int i = 0; i < 1000; i++)
        buffer_string(&text, "1,2\n");
    t = table_of("x.csv", text.bytes, text.length);
    assert_false(table_open(t)); /* 1,500 of 4,000 */
    assert_string_equal(t->error.code, "ragged");
    table_free(t);
}

static const Case cases[] = {
    {"options_fix_guesses", options_fix_guesses},
    {"bad_options_are_named", bad_options_are_named},
    {"guesses_are_described", guesses_are_described},
    {"oddities_are_noted", oddities_are_noted},
    {"rows_with_a_mark_count", rows_with_a_mark_count},
    {"other_epochs_are_no_times", other_epochs_are_no_times},
    {"a_good_table_has_no_notes", a_good_table_has_no_notes},
    {"ragged_tables_are_refused", ragged_tables_are_refused},
    {"times_of_parts", times_of_parts},
    {"windows_writes_nan", windows_writes_nan},
    {"other_names_end_the_table", other_names_end_the_table},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
