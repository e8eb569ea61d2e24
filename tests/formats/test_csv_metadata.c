/* test_csv_metadata.c: what a table says of itself in comments, rows above it, and names. */
#include "tests/formats/csv_open.h"

#include "core/buffer.h"

/* Attributes of the file, then those of the variables but what every table has. */
static void tell_attribute(Buffer *out, const char *of, const Attr *a)
{
    double number;
    buffer_printf(out, "%s:%s =", of, a->name);
    if (a->type == TYPE_CHAR)
        buffer_printf(out, " '%s'", (const char *)a->values);
    for (size_t i = 0; a->type != TYPE_CHAR && attr_number(a, i, &number); i++)
        buffer_printf(out, " %.12g", number);
    buffer_char(out, '\n');
}

static bool is_plain(const Attr *a)
{
    return strcmp(a->name, "calendar") == 0 || strcmp(a->name, "_FillValue") == 0 ||
           (strcmp(a->name, "units") == 0 &&
            strcmp(a->values, "seconds since 1970-01-01T00:00:00Z") == 0);
}

static void expect(const char *text, const char *expected)
{
    auto_buffer Buffer out = {0};
    Table *t = table_of("a.csv", text, strlen(text));
    assert_ok(table_open(t), &t->error);
    const Dataset *d = t->dataset;
    for (size_t i = 0; i < d->groups[0].attr_count; i++)
        tell_attribute(&out, "", &d->groups[0].attrs[i]);
    for (size_t k = 0; k < d->var_count; k++)
        for (size_t i = 0; i < d->vars[k].attr_count; i++)
            if (!is_plain(&d->vars[k].attrs[i]))
                tell_attribute(&out, d->vars[k].name, &d->vars[k].attrs[i]);
    assert_string_equal(out.bytes ? out.bytes : "", expected);
    table_free(t);
}

static void comments(void **state)
{
    (void)state;
    expect("# station: Hill\n# Operated by the village\n# url: http://a.org/x\n#\n"
           "time,t\n2020-01-01,1.5\n2020-01-02,2.5\n",
           ":station = 'Hill'\n:url = 'http://a.org/x'\n:comment = 'Operated by the village'\n");
}

static void of_variables(void **state)
{
    (void)state;
    expect("# t:units : degC\n# t:_FillValue : -9.5\n# n:missing_value : -9\n# t: at 2 m\n"
           "# p: hPa\n# q:long_name : x\n"
           "time,t,n,p\n2020-01-01,1.5,1,1013.5\n2020-01-02,2.5,2,1012.5\n",
           ":q:long_name = 'x'\nt:units = 'degC'\nt:missing_value = -9.5\nt:comment = 'at 2 m'\n"
           "n:missing_value = -9\np:units = 'hPa'\n");
}

/* A number is missing only where a sentence says so, and it is made of nines. */
static void sentences(void **state)
{
    (void)state;
    expect("# Missing values are -99.99 or -999; 12 is a number. 99999 is no word of it.\n"
           "t,n\n1.5,1\n2.5,2\n",
           ":comment = 'Missing values are -99.99 or -999; 12 is a number. 99999 is no word of "
           "it.'\nt:missing_value = -99.99 -999\nn:missing_value = -999\n");
    expect("# Heights are 999 and 99999 m\nt,n\n1.5,1\n2.5,2\n",
           ":comment = 'Heights are 999 and 99999 m'\n");
    expect("# 3 values are missing\nt,n\n1.5,1\n2.5,2\n", ":comment = '3 values are missing'\n");
}

/* missing_value of t and p below that comment, as "t: -99.9; p: none". */
static void expect_missing(const char *comment, const char *of_t, const char *of_p)
{
    auto_buffer Buffer text = {0}, told = {0};
    buffer_printf(&text, "# %s\nflag,t,p\n1,1.5,99.9\n2,2.5,1.5\n", comment);
    Table *t = table_of("a.csv", text.bytes, text.length);
    assert_ok(table_open(t), &t->error);
    for (size_t k = 1; k < 3; k++) {
        const Attr *a = var_attr(&t->dataset->vars[k], "missing_value");
        double number;
        buffer_clear(&told);
        buffer_string(&told, a ? "" : "none");
        for (size_t i = 0; a && attr_number(a, i, &number); i++)
            buffer_printf(&told, "%s%.12g", i ? " " : "", number);
        const char *expected = k == 1 ? of_t : of_p;
        if (strcmp(told.bytes, expected) != 0)
            fail_msg("%s: %s has %s", comment, k == 1 ? "t" : "p", told.bytes);
    }
    table_free(t);
}

/* Whatever else stands in a sentence with "missing" is no missing value. */
static void sentences_of_something_else(void **state)
{
    (void)state;
    static const char *const others[] = {
        "data coverage is 99.9 %, missing values were interpolated",
        "coverage: 99.9, missing: 0.1",
        "of 9999 records 12 are missing",
        "values above 99 are invalid",
        "Missing data are marked NaN, not 9999",
        "No data from sensor 99",
        "Instrument 999 was missing on 2020-01-01",
        "Missing values: none (9999 rows)",
        "quality flag 9: missing; 99: not available",
        "Flagged data (flag 99) are invalid",
        "999 missing values were filled",
        "WS-999 was not available",
        NULL,
    };
    for (const char *const *o = others; *o; o++)
        expect_missing(*o, "none", "none");
    expect_missing("fill value = -999.0, valid range 0 to 9999", "-999", "-999");
}

static void sentences_of_all_columns(void **state)
{
    (void)state;
    static const char *const all[] = {
        "-99.9 indicates missing",
        "NODATA_value  -99.9",
        "missing_value: -99.9",
        "Missing data are set to -99.9",
        "no data = -99.9",
        "Invalid measurements are indicated by the value -99.9",
        "missing values (-99.9)",
        "A value of -99.9 stands for missing data",
        NULL,
    };
    for (const char *const *a = all; *a; a++)
        expect_missing(*a, "-99.9", "-99.9");
    expect_missing("missing values are -99.9, -999 and -9999", "-99.9 -999 -9999",
                   "-99.9 -999 -9999");
}

static void sentences_of_one_column(void **state)
{
    (void)state;
    expect_missing("p: missing values are 99.9", "none", "99.9");
    expect_missing("p: pressure. Missing: 99.9", "none", "99.9");
    expect_missing("Missing value for p is 99.9", "none", "99.9");
    expect_missing("missing data flag = 99.9 in column p", "none", "99.9");
    expect_missing("t is never missing. p = 99 when not available", "none", "99");
}

static void places(void **state)
{
    (void)state;
    expect("# Location : Hill (42.5N deg; 13.25W deg; 683.0 m asl)\nt,n\n1.5,1\n2.5,2\n",
           ":latitude = 42.5\n:longitude = -13.25\n:altitude_m = 683\n"
           ":Location = 'Hill (42.5N deg; 13.25W deg; 683.0 m asl)'\n");
    expect("# at 33.9\xc2\xb0S, 18.4\xc2\xb0"
           "E\nt,n\n1.5,1\n2.5,2\n",
           ":latitude = -33.9\n:longitude = 18.4\n:comment = 'at 33.9\xc2\xb0S, 18.4\xc2\xb0"
           "E'\n");
    expect("# 2020 N 2021 E\nt,n\n1.5,1\n2.5,2\n", ":comment = '2020 N 2021 E'\n");
}

static void rows_above(void **state)
{
    (void)state;
    expect("Station:,Hill,,\nElevation,1819,,\nMade by "
           "hand,,,\ntime,temperature,count,mode\n2020-01-01,1.5,1,3\n"
           "2020-01-02,2.5,2,4\n2020-01-03,2.5,2,4\n2020-01-04,2.5,2,4\n",
           ":Station = 'Hill'\n:Elevation = '1819'\n:comment = 'Made by hand,,,'\n");
}

static void names(void **state)
{
    (void)state;
    expect("\"Gage height, feet\",\"Area, square feet\",\"a, b\"\n1.5,2,3\n2.5,3,4\n",
           "Gage height, feet:units = 'feet'\nArea, square feet:units = 'feet2'\n");
    expect(
        "p_hPa,air_temp_C,vitamin_C,WS_max_ms,O3(PPB),degC,hh_mm\n1,2,3,4,5,6,7\n2,3,4,5,6,7,8\n",
        "p_hPa:units = 'hPa'\nair_temp_C:units = 'degC'\nWS_max_ms:units = 'm s-1'\n"
        "O3(PPB):units = 'PPB'\ndegC:units = 'degC'\n");
}

/* Letters behind "_" and in brackets that are no units. */
static void no_units(void **state)
{
    (void)state;
    expect("attempt_c,template_f,temperate_zone_k,dws_code_ms,wind [x],b[i]\n1,2,3,4,5,6\n"
           "2,3,4,5,6,7\n",
           "");
    expect("Wind (min),Wind (max),Time (s)\n1,2,3\n2,3,4\n", "Time (s):units = 's'\n");
    expect("\"Wind, min\",\"Wind, max\"\n1,2\n2,3\n", "");
    expect("Duration (min),sensor_temp_k\n1,2\n2,3\n",
           "Duration (min):units = 'min'\nsensor_temp_k:units = 'K'\n");
}

/* Most names end in known units: so do the others. */
static void habits(void **state)
{
    (void)state;
    expect("Rain/mm,Pa/kPa,Ta/dsC\n1,2,3\n2,3,4\n",
           "Rain/mm:units = 'mm'\nPa/kPa:units = 'kPa'\nTa/dsC:units = 'dsC'\n");
    expect("C0uS/cm,b,c\n1,2,3\n2,3,4\n", "");
    expect("T (C),W (m/s),P (hPa),D (degres),F (umol/m2s)\n1,2,3,4,5\n2,3,4,5,6\n",
           "T (C):units = 'C'\nW (m/s):units = 'm/s'\nP (hPa):units = 'hPa'\nD (degres):units = "
           "'degres'\n"
           "F (umol/m2s):units = 'umol/m2s'\n");
}

static const Case cases[] = {
    {"comments", comments},
    {"of_variables", of_variables},
    {"sentences", sentences},
    {"places", places},
    {"rows_above", rows_above},
    {"names", names},
    {"habits", habits},
    {"sentences_of_something_else", sentences_of_something_else},
    {"sentences_of_all_columns", sentences_of_all_columns},
    {"sentences_of_one_column", sentences_of_one_column},
    {"no_units", no_units},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
