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
    {"comments", comments}, {"of_variables", of_variables}, {"sentences", sentences},
    {"places", places},     {"rows_above", rows_above},     {"names", names},
    {"habits", habits},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
