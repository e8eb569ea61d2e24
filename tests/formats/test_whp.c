/* test_whp.c: WHP-Exchange bottle and CTD files with the traps that files of cruises hold. */
#include "formats/text/whp.h"

#include "tests/formats/text_open.h"

static void check(const TextCase *c)
{
    text_case(&format_whp, c);
}

#define BOTTLE                                                                                     \
    "BOTTLE,20150327CCHSIORJL\n# made by hand\n"                                                   \
    "EXPOCODE,STNNBR,SAMPNO,BTLNBR_FLAG_W,DATE,TIME,LATITUDE,CTDPRS,SALNTY,SALNTY_FLAG_W\n"        \
    ",,,,,,,DBAR,PSS-78,\n"

static const char bottle_expected[] = "EXPOCODE [] string: '33RO' '33RO'\n"
                                      "STNNBR [] int64: 1 1\n"
                                      "SAMPNO [] int64: 24 23\n"
                                      "BTLNBR_FLAG_W [] int64: 2 3\n"
                                      "DATE [] int64: 20131226 20131226\n"
                                      "TIME [] int64: 706 2400\n"
                                      "LATITUDE [degrees_north] double: -6.0016 -6.0016\n"
                                      "CTDPRS [DBAR] double: 3.9 22.5\n"
                                      "SALNTY [PSS-78] double: 36.3082 _\n"
                                      "SALNTY_FLAG_W [] int64: 2 9\n"
                                      "time time: 2013-12-26T07:06:00Z 2013-12-27T00:00:00Z\n"
                                      "rows 2, time time\n";

static void bottle(void **state)
{
    (void)state;
    check(&(TextCase){"",
                      BOTTLE "33RO, 1,  24,2,20131226, 0706, -6.0016,   3.9, 36.3082,2\n"
                             "33RO, 1,  23,3,20131226, 2400, -6.0016,  22.5,-999.0000,9\n"
                             "END_DATA\nafterwards, anything\n",
                      0, bottle_expected});
}

/* Blank lines, comments among the rows, CR LF. */
static void blank_lines(void **state)
{
    (void)state;
    check(&(TextCase){"",
                      "BOTTLE,20150327CCHSIORJL\r\n\r\n# made by hand\r\n#\r\n\r\n"
                      "EXPOCODE,STNNBR,SAMPNO,BTLNBR_FLAG_W,DATE,TIME,LATITUDE,CTDPRS,SALNTY,"
                      "SALNTY_FLAG_W\r\n\r\n,,,,,,,DBAR,PSS-78,\r\n\r\n"
                      "33RO, 1,  24,2,20131226, 0706, -6.0016,   3.9, 36.3082,2\r\n\r\n# note\r\n"
                      "33RO, 1,  23,3,20131226, 2400, -6.0016,  22.5,-999.00,9\r\n\r\nEND_DATA\r\n",
                      0, bottle_expected});
}

/* What a spreadsheet makes of it: separators fill every line up. */
static void spreadsheet(void **state)
{
    (void)state;
    check(&(TextCase){"",
                      "BOTTLE,20150327CCHSIORJL,,\n\"# one, two\",,,\nSTNNBR,CTDPRS,,\n,DBAR,,\n"
                      "1,2.5,,\n2,-999,,\nEND_DATA,,,\n",
                      0, "STNNBR [] int64: 1 2\nCTDPRS [DBAR] double: 2.5 _\nrows 2, time none\n"});
}

/* -999 however it is written; a column of nothing else; -999.9 is a value. */
static void sentinels(void **state)
{
    (void)state;
    check(
        &(TextCase){"",
                    "BOTTLE,20150327X\nCTDPRS,OXYGEN,CFC-11,NOTE\nDBAR,UMOL/KG,PMOL/KG,\n"
                    "1.5,-999,-999,a=b\n 2.5 , -999.0000 ,-999.0,\"c, d\"\n3.5,-999.9,-999.00,-999"
                    "\nEND_DATA\n",
                    0,
                    "CTDPRS [DBAR] double: 1.5 2.5 3.5\n"
                    "OXYGEN [UMOL/KG] double: _ _ -999.9\n"
                    "CFC-11 [PMOL/KG] double: _ _ _\n"
                    "NOTE [] string: 'a=b' 'c, d' ''\nrows 3, time none\n"});
}

static void latin1(void **state)
{
    (void)state;
    check(&(TextCase){
        "", "BOTTLE,20150327X\n# Jos\xe9\nCTDPRS,SHIP\nDBAR,\n1.5,Andr\xe9\nEND_DATA\n", 0,
        "CTDPRS [DBAR] double: 1.5\nSHIP [] string: 'Andr\xc3\xa9'\nrows 1, time none\n"});
}

#define CTD                                                                                        \
    "CTD,20130709ODF\n# cast\nNUMBER_HEADERS = 8\nEXPOCODE = 318M\nSTNNBR = 1\nDATE = 20130322\n"  \
    "TIME = 2205\nLATITUDE =  32.5068\nLONGITUDE = -133.0297\nDEPTH = -999\n"                      \
    "CTDPRS,CTDPRS_FLAG_W,CTDTMP,REMARK\nDBAR,,ITS-90,\n"

static void ctd(void **state)
{
    (void)state;
    check(&(TextCase){"",
                      "CTD,20130709ODF\nNUMBER_HEADERS = 4\nDATE = 20130322\nTIME = 2205\n"
                      "LATITUDE =  32.5068\nCTDPRS,CTDTMP,REMARK\nDBAR,ITS-90,\n"
                      "      2.0,  19.1840,a=1\n      4.5,  -999.00,\nEND_DATA\n",
                      0,
                      "CTDPRS [DBAR] double: 2 4.5\nCTDTMP [ITS-90] double: 19.184 _\n"
                      "REMARK [] string: 'a=1' ''\n"
                      "time time: 2013-03-22T22:05:00Z 2013-03-22T22:05:00Z\nrows 2, time time\n"});
}

static const Attr *global(const TextFile *f, const char *name)
{
    const Group *root = &f->reader->dataset->groups[0];
    return attr_find(root->attrs, root->attr_count, name);
}

static void ctd_attributes(void **state)
{
    (void)state;
    static const char text[] = CTD "2.0,2,19.1,x\nEND_DATA\n";
    TextFile *f = text_open(&format_whp, "test", "", text, sizeof text - 1);
    assert_ok(f->reader != NULL, &f->error);
    double latitude, longitude;
    assert_true(attr_number(global(f, "LATITUDE"), 0, &latitude) && latitude == 32.5068);
    assert_true(attr_number(global(f, "LONGITUDE"), 0, &longitude) && longitude == -133.0297);
    assert_string_equal(global(f, "EXPOCODE")->values, "318M");
    assert_string_equal(global(f, "STNNBR")->values, "1");
    assert_string_equal(global(f, "stamp")->values, "20130709ODF");
    assert_string_equal(global(f, "comments")->values, "cast");
    assert_null(global(f, "DEPTH"));
    const Var *pressure = &f->reader->dataset->vars[0], *flag = &f->reader->dataset->vars[1];
    assert_string_equal(var_attr_text(pressure, "standard_name"), "sea_water_pressure");
    assert_string_equal(var_attr_text(pressure, "ancillary_variables"), "CTDPRS_FLAG_W");
    assert_string_equal(var_attr_text(flag, "standard_name"), "status_flag");
    assert_int_equal(var_attr(flag, "flag_values")->count, 8);
    assert_string_equal(f->reader->dataset->model, "CTD");
    text_close(&format_whp, f);
}

/* NUMBER_HEADERS counts itself, which writers forget: the lines themselves are looked at. */
static void lying_header(void **state)
{
    (void)state;
    check(&(TextCase){"", CTD "2.5,2,19.1,x\nEND_DATA\n", 0,
                      "CTDPRS [DBAR] double: 2.5\nCTDPRS_FLAG_W [] int64: 2\n"
                      "CTDTMP [ITS-90] double: 19.1\nREMARK [] string: 'x'\n"
                      "time time: 2013-03-22T22:05:00Z\nrows 1, time time\n"});
    check(&(TextCase){"",
                      "CTD,20130709ODF\nNUMBER_HEADERS = 99\nDATE = 20130322\nCTDPRS\nDBAR\n2.5\n"
                      "END_DATA\n",
                      0,
                      "CTDPRS [DBAR] double: 2.5\ntime time: 2013-03-22T00:00:00Z\n"
                      "rows 1, time time\n"
                      "note: NUMBER_HEADERS is 99, but there are 2 such lines\n"});
}

static void no_units(void **state)
{
    (void)state;
    check(&(TextCase){"", "BOTTLE,20150327X\nSTNNBR,CTDPRS\n1,2.5\n2,3.5\nEND_DATA\n", 0,
                      "STNNBR [] int64: 1 2\nCTDPRS [] double: 2.5 3.5\nrows 2, time none\n"
                      "note: there is no row of units behind the names\n"});
}

/* The last row counts, whatever is behind it. */
static void no_end(void **state)
{
    (void)state;
    static const char expected[] =
        "STNNBR [] int64: 1 2\nCTDPRS [DBAR] double: 2.5 3.5\nrows 2, time none\n"
        "note: the file ends without END_DATA\n";
    check(&(TextCase){"", "BOTTLE,20150327X\nSTNNBR,CTDPRS\n,DBAR\n1,2.5\n2,3.5\n", 0, expected});
    check(&(TextCase){"", "BOTTLE,20150327X\nSTNNBR,CTDPRS\n,DBAR\n1,2.5\n2,3.5", 0, expected});
}

static void cut_row(void **state)
{
    (void)state;
    check(&(TextCase){
        "", "BOTTLE,20150327X\nSTNNBR,CASTNO,CTDPRS\n,,DBAR\n1,1,2.5\n2,3", 0,
        "STNNBR [] int64: 1\nCASTNO [] int64: 1\nCTDPRS [DBAR] double: 2.5\nrows 1, time none\n"
        "note: the last line is cut and left out: 2 of 3 cells, line 5\n"
        "note: the file ends without END_DATA\n"
        "fails: truncated at line 5: the file ends within a row and without "
        "END_DATA: 1 whole rows\n"});
}

static void cut_header(void **state)
{
    (void)state;
    check(&(TextCase){"", "BOTTLE,20150327X\n# a\n", 0,
                      "refused: truncated at line 2: the file ends before the names of its "
                      "columns\n"});
    check(&(TextCase){"", "CTD,20150327X\nNUMBER_HEADERS = 3\nDATE = 2013", 0,
                      "refused: truncated at line 3: the file ends before the names of its "
                      "columns\n"});
    check(&(TextCase){"", "BOTTLE,20150327X\nSTNNBR,CTDPRS\n", 0,
                      "refused: truncated at line 2: the file ends before the units of its "
                      "columns\n"});
}

static void no_rows(void **state)
{
    (void)state;
    check(&(TextCase){"", "BOTTLE,20150327X\nSTNNBR,CTDPRS\n,DBAR\nEND_DATA\n", 0,
                      "STNNBR [] double:\nCTDPRS [DBAR] double:\nrows 0, time none\n"
                      "note: the table has names but no rows\n"});
}

/* The same name in other units is another quantity. */
static void standard_names(void **state)
{
    (void)state;
    static const char text[] =
        "BOTTLE,20150327X\nOXYGEN,CTDOXY,NITRAT,FOO\nUMOL/KG,ML/L,UMOL/KG,V\n"
        "1.5,2.5,3.5,4.5\nEND_DATA\n";
    static const char *const expected[] = {"moles_of_oxygen_per_unit_mass_in_sea_water",
                                           "volume_fraction_of_oxygen_in_sea_water",
                                           "moles_of_nitrate_per_unit_mass_in_sea_water"};
    TextFile *f = text_open(&format_whp, "test", "", text, sizeof text - 1);
    assert_ok(f->reader != NULL, &f->error);
    for (size_t i = 0; i < CASES(expected); i++)
        assert_string_equal(var_attr_text(&f->reader->dataset->vars[i], "standard_name"),
                            expected[i]);
    assert_null(var_attr_text(&f->reader->dataset->vars[3], "standard_name"));
    text_close(&format_whp, f);
}

static void probes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        Sureness sure;
    } cases[] = {{"BOTTLE,20200101SIO\n#x\nEXPOCODE,SECT\n", SURE_BY_CONTENT},
                 {"CTD,20200101SIO\nNUMBER_HEADERS = 11\n", SURE_BY_CONTENT},
                 {"\xef\xbb\xbf"
                  "CTD, 20200101SIO\n",
                  SURE_BY_CONTENT},
                 {"CTD\n# a\nNUMBER_HEADERS = 11\n", SURE_BY_CONTENT},
                 {"CTD,20200101,3\n1,2,3\n", SURE_NO},
                 {"CTD,depth,temp\n1,2,3\n", SURE_NO},
                 {"BOTTLES,20200101SIO\n", SURE_NO},
                 {"", SURE_NO}};
    for (size_t i = 0; i < CASES(cases); i++) {
        Input in = {.size = strlen(cases[i].text), .head_size = strlen(cases[i].text)};
        Error e = {0};
        uint8_t head[INPUT_HEAD_SIZE];
        int fd = memfd_create("probe", MFD_CLOEXEC);
        assert_true(write(fd, cases[i].text, in.size) == (ssize_t)in.size);
        assert_ok(input_init(&in, fd, "a.nc", head, &e), &e);
        Probe p = {0};
        format_whp.probe(&in, NULL, &p);
        assert_int_equal(p.sure, cases[i].sure);
        assert_true(p.evidence[0] != '\0');
        close(fd);
    }
}

static const Case cases[] = {
    {"bottle", bottle},
    {"blank_lines", blank_lines},
    {"spreadsheet", spreadsheet},
    {"sentinels", sentinels},
    {"latin1", latin1},
    {"ctd", ctd},
    {"ctd_attributes", ctd_attributes},
    {"lying_header", lying_header},
    {"no_units", no_units},
    {"no_end", no_end},
    {"cut_row", cut_row},
    {"cut_header", cut_header},
    {"no_rows", no_rows},
    {"standard_names", standard_names},
    {"probes", probes},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
