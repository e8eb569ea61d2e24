/* test_disdrometers.c: tables and telegrams of Parsivel and Thies disdrometers, good and damaged.
 */
#include "formats/text/parsivel.h"
#include "formats/text/thies.h"

#include "tests/formats/text_open.h"

enum { CLASSES = 32, SPECTRUM = CLASSES * CLASSES };

#define NAMES                                                                                      \
    "Date;Time;Intensity of precipitation (mm/h);Radar reflectivity (dBz);"                        \
    "Weather code METAR/SPECI;Spectrum\r\n"

/* 1024 cells with `count` at velocity class v and diameter class d, each followed by `mark`. */
static void add_spectrum(Buffer *b, char mark, size_t v, size_t d, int count)
{
    for (size_t i = 0; i < SPECTRUM; i++)
        if (i == v * CLASSES + d)
            buffer_printf(b, "%d%c", count, mark);
        else
            buffer_char(b, mark);
}

static void add_row(Buffer *b, const char *values, size_t v, size_t d, int count)
{
    buffer_printf(b, "%s<SPECTRUM>", values);
    add_spectrum(b, ';', v, d, count);
    buffer_string(b, "</SPECTRUM>\r\n");
}

/* What is said of a file: every variable but the spectrum's axes; of the spectrum what is not 0. */
static void tell_spectrum(Buffer *out, const Block *b)
{
    const int64_t *values = b->values;
    for (uint64_t i = 0; i < b->count; i++) {
        uint64_t at = b->start + i;
        if (values[i] == INT64_MIN && at % SPECTRUM == 0)
            buffer_printf(out, " row %d: missing", (int)(at / SPECTRUM));
        else if (values[i] != INT64_MIN && values[i] != 0)
            buffer_printf(out, " row %d v %d d %d: %d", (int)(at / SPECTRUM),
                          (int)(at % SPECTRUM / CLASSES), (int)(at % CLASSES), (int)values[i]);
    }
}

static void tell(const Format *format, Reader *r, Buffer *out)
{
    const Dataset *d = r->dataset;
    Error e = {0};
    bool end = false, whole = true;
    while (!end && whole) {
        Block b = {0};
        whole = format->next(r, &b, &end, &e);
        const Var *v = &d->vars[b.var];
        if (end || !whole || strcmp(v->name, "diameter") == 0 || strcmp(v->name, "velocity") == 0)
            continue;
        buffer_string(out, v->name);
        if (strcmp(v->name, "spectrum") == 0)
            tell_spectrum(out, &b);
        else
            text_tell_values(out, v, &b);
        buffer_char(out, '\n');
    }
    buffer_printf(out, "rows %d\n", (int)d->rows);
    for (size_t i = 0; i < d->note_count; i++)
        buffer_printf(out, "note: %s\n", d->notes[i]);
    if (!whole)
        text_tell_error(out, "fails", &e);
}

static void expect(const Format *format, const Buffer *text, const char *expected)
{
    auto_buffer Buffer out = {0};
    TextFile *f = text_open(format, "test", "", text->bytes, text->length);
    Probe p;
    format->probe(&f->in, NULL, &p);
    assert_int_equal(p.sure, SURE_BY_CONTENT);
    if (f->reader)
        tell(format, f->reader, &out);
    else
        text_tell_error(&out, "refused", &f->error);
    assert_string_equal(out.bytes, expected);
    text_close(format, f);
}

/* --- tables --------------------------------------------------------------------------------- */

static void named(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, NAMES "2019/11/15;00:50:00;0.000;-9.999;NP;<SPECTRUM>ZERO</SPECTRUM>\r\n");
    add_row(&text, "2019/11/15;00:51:00;0.050;4.131;-RADZ;", 14, 5, 3);
    expect(&format_parsivel, &text,
           "Date '2019/11/15' '2019/11/15'\nTime '00:50:00' '00:51:00'\n"
           "Intensity of precipitation 0 0.05\nRadar reflectivity -9.999 4.131\n"
           "Weather code METAR/SPECI 'NP' '-RADZ'\nspectrum row 1 v 14 d 5: 3\n"
           "time 2019-11-15T00:50:00Z 2019-11-15T00:51:00Z\nrows 2\n");
}

/* Names of the columns are those of the maker's software, in its order without a choice. */
static void without_names(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    add_row(&text,
            "06.08.2021;00:00:00;0,750;88,69;62;RA;R;21,446;8931;22890;60;14;0,95;23,9;3,990;0;", 0,
            31, 7);
    buffer_string(&text, "\r\n");
    expect(&format_parsivel, &text,
           "Date '06.08.2021'\nTime '00:00:00'\nIntensity of precipitation 0.75\n"
           "Precipitation since start 88.69\nWeather code SYNOP WaWa 62\n"
           "Weather code METAR/SPECI 'RA'\nWeather code NWS 'R'\nRadar reflectivity 21.446\n"
           "MOR Visibility 8931\nSignal amplitude of Laserband 22890\n"
           "Number of detected particles 60\nTemperature in sensor 14\nHeating current 0.95\n"
           "Sensor voltage 23.9\nKinetic Energy 3.99\nSnow intensity 0\n"
           "spectrum row 0 v 0 d 31: 7\ntime 2021-08-06T00:00:00Z\nrows 1\n"
           "note: the file names no columns: they are taken for those that the maker's software "
           "writes, in its order\n"
           "note: dates are read as day.month.year, as the sensor writes them\n");
}

static void unknown_order(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    add_row(&text, "2021-08-06,00:00:00,1.5,", 1, 1, 2);
    expect(&format_parsivel, &text,
           "Date '2021-08-06'\nTime '00:00:00'\ncolumn_3 1.5\nspectrum row 0 v 1 d 1: 2\n"
           "time 2021-08-06T00:00:00Z\nrows 1\n"
           "note: the file names no columns, and they are not in the order of the maker's "
           "software\n");
}

/* Other names, date and clock in one cell, the names once more. */
static void one_cell(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text,
                  "Timestamp;SYNOP;Spectrum\n01.02.2021 10:00:30;61;<SPECTRUM>ZERO</SPECTRUM>\n"
                  "Timestamp;SYNOP;Spectrum\n");
    add_row(&text, "01.02.2021 10:01:30;62;", 3, 4, 5);
    expect(&format_parsivel, &text,
           "Timestamp 2021-02-01T10:00:30Z 2021-02-01T10:01:30Z\nSYNOP 61 62\n"
           "spectrum row 1 v 3 d 4: 5\nrows 2\n"
           "note: dates are read as day.month.year, as the sensor writes them\n");
}

static void two_ways(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, "06/08/2021;10:00:30;61;<SPECTRUM>ZERO</SPECTRUM>\n");
    expect(&format_parsivel, &text,
           "Date '06/08/2021'\nTime '10:00:30'\ncolumn_3 61\nspectrum\nrows 1\n"
           "note: the file names no columns, and they are not in the order of the maker's "
           "software\n"
           "note: day and month of the dates cannot be told apart: there are no times\n");
}

static void cut(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, NAMES);
    add_row(&text, "2019/11/15;00:51:00;0.050;4.131;-RADZ;", 14, 5, 3);
    buffer_string(&text, "2019/11/15;00:52:00;0.050;4.131;-RADZ;<SPECTRUM>;;;9;;");
    expect(&format_parsivel, &text,
           "Date '2019/11/15'\nTime '00:51:00'\nIntensity of precipitation 0.05\n"
           "Radar reflectivity 4.131\nWeather code METAR/SPECI '-RADZ'\n"
           "spectrum row 0 v 14 d 5: 3\ntime 2019-11-15T00:51:00Z\nrows 1\n"
           "note: the last line is cut and left out: 5 of 1029 cells, line 3\n");
}

/* A spectrum of fewer classes: what is behind it is not known. */
static void short_spectrum(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, NAMES "2019/11/15;00:50:00;0.1;1;NP;<SPECTRUM>;4;</SPECTRUM>\r\n");
    buffer_string(&text, "2019/11/15;00:51:00;0.1;1;NP;\r\n");
    expect(&format_parsivel, &text,
           "Date '2019/11/15' '2019/11/15'\nTime '00:50:00' '00:51:00'\n"
           "Intensity of precipitation 0.1 0.1\nRadar reflectivity 1 1\n"
           "Weather code METAR/SPECI 'NP' 'NP'\nspectrum row 0 v 0 d 1: 4 row 1: missing\n"
           "time 2019-11-15T00:50:00Z 2019-11-15T00:51:00Z\nrows 2\n"
           "note: rows with too few cells, the rest counts as missing: 1, the first in line 2\n");
}

static void no_table(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "Date;Time;Spectrum\r\n", "a;b;<SPECTRUM>words\n",
                                        "x,y,last field <SPECTRUM> holds more\n"};
    for (size_t i = 0; i < CASES(texts); i++) {
        TextFile *f = text_open(&format_parsivel, "test", "", texts[i], strlen(texts[i]));
        Probe p;
        format_parsivel.probe(&f->in, NULL, &p);
        assert_int_equal(p.sure, SURE_NO);
        assert_null(f->reader);
        assert_string_equal(f->error.code, "bad_header");
        text_close(&format_parsivel, f);
    }
}

/* --- telegrams ------------------------------------------------------------------------------ */

/* As a logger writes the answers to a poll, the time in brackets. */
static void polled(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    for (int minute = 1; minute < 3; minute++) {
        buffer_printf(&text, "[2020-05-01 00:0%d:00\nTYP OP4A\n01:0000.%d00\n05:   NP\n11:0000%d\n",
                      minute, minute, minute);
        buffer_string(&text, "93:");
        add_spectrum(&text, ';', 2, (size_t)minute, 5);
        buffer_string(&text, "\n]\n");
    }
    expect(&format_parsivel_telegram, &text,
           "time 2020-05-01T00:01:00Z 2020-05-01T00:02:00Z\nrain_intensity 0.1 0.2\n"
           "weather_code_metar 'NP' 'NP'\nparticle_count 1 2\n"
           "spectrum row 0 v 2 d 1: 5 row 1 v 2 d 2: 5\nrows 2\n");
}

/* No time above: the sensor's own. A value that a telegram lacks is missing. */
static void own_clock(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, "01:0000.000\r\n02:0001.50\r\n03:61\r\n20:10:00:30\r\n21:01.05.2020\r\n"
                         "01:0002.500\r\n03:62\r\n20:10:01:30\r\n21:01.05.2020\r\n");
    expect(&format_parsivel_telegram, &text,
           "rain_intensity 0 2.5\nrain_amount 1.5 _\nweather_code_synop_4680 61 62\n"
           "sensor_time '10:00:30' '10:01:30'\nsensor_date '01.05.2020' '01.05.2020'\n"
           "time 2020-05-01T10:00:30Z 2020-05-01T10:01:30Z\nrows 2\n");
}

static void lists(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, "01:0.1\n02:0.2\n03:61\n90:");
    for (int i = 0; i < CLASSES; i++)
        buffer_printf(&text, "%s;", i == 3 ? "1.25" : "-9.999");
    buffer_string(&text, "\n");
    auto_buffer Buffer expected = {0};
    buffer_string(&expected, "rain_intensity 0.1\nrain_amount 0.2\nweather_code_synop_4680 61\n"
                             "number_concentration");
    for (int i = 0; i < CLASSES; i++)
        buffer_string(&expected, i == 3 ? " 1.25" : " _");
    buffer_string(&expected, "\nrows 1\n");
    expect(&format_parsivel_telegram, &text, expected.bytes);
}

static void cut_telegram(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, "01:0.1\n02:0.2\n03:61\n93:");
    add_spectrum(&text, ';', 0, 0, 1);
    buffer_string(&text, "\n01:0.3\n02:0.4\n03:62\n93:;;;7;");
    expect(&format_parsivel_telegram, &text,
           "rain_intensity 0.1\nrain_amount 0.2\nweather_code_synop_4680 61\n"
           "spectrum row 0 v 0 d 0: 1\nrows 1\n"
           "note: the last line is cut and left out: 3 of 1027 cells, line 5\n");
}

/* Clocks and times of day begin with two digits and a colon too. */
static void clocks_are_no_telegrams(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        Sureness sure;
    } files[] = {
        {"01:0000.000\n02:0001.50\n03:61\n", SURE_BY_CONTENT},
        {"TYP OP4A\n05:   NP\n07:-9.999\n13:450123\n20:10:00:30\n", SURE_BY_CONTENT},
        {"01:00:00,5.5\n02:00:00,5.7\n03:00:00,5.9\n", SURE_NO},
        {"01:30 5.5\n02:30 5.7\n03:30 5.9\n", SURE_NO},
        {"01:30,12.5\n02:30,13.5\n03:30,14.5\n", SURE_NO},
        {"01:30\n02:30\n03:30\n", SURE_NO},
        {"01:06:2019,00:30:00,0.1\n02:06:2019,00:30:00,0.1\n03:06:2019,00:30:00,0.1\n", SURE_NO},
    };
    static uint8_t head[INPUT_HEAD_SIZE];
    for (size_t i = 0; i < CASES(files); i++) {
        Error e = {0};
        Input in;
        Probe p;
        int fd = memfd_create("text", MFD_CLOEXEC);
        size_t length = strlen(files[i].text);
        assert_int_equal(write(fd, files[i].text, length), (ssize_t)length);
        assert_ok(input_init(&in, fd, "a.csv", head, &e), &e);
        format_parsivel_telegram.probe(&in, NULL, &p);
        close(fd);
        if (p.sure != files[i].sure)
            fail_msg("case %zu: %s", i, p.evidence);
    }
}

/* --- a column for every class --------------------------------------------------------------- */

static void classes_as_columns(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, "datetime_utc;rain rate [mm/h];wawa");
    for (int i = 0; i < CLASSES; i++)
        buffer_printf(&text, ";N%02d", i);
    for (int i = 0; i < SPECTRUM; i++)
        buffer_printf(&text, ";M_%d_%d", i / CLASSES, i % CLASSES);
    buffer_string(&text, "\n2025-11-18 00:00:03;0001.500;61");
    for (int i = 0; i < CLASSES; i++)
        buffer_printf(&text, ";%s", i == 3 ? "1.25" : "-9.999");
    for (int i = 0; i < SPECTRUM; i++)
        buffer_printf(&text, ";%03d", i == 7 * CLASSES + 4 ? 9 : 0);
    buffer_string(&text, "\n");
    auto_buffer Buffer expected = {0};
    buffer_string(&expected,
                  "time 2025-11-18T00:00:03Z\nrain rate 1.5\nwawa 61\nnumber_concentration");
    for (int i = 0; i < CLASSES; i++)
        buffer_string(&expected, i == 3 ? " 1.25" : " _");
    buffer_string(&expected, "\nspectrum row 0 v 7 d 4: 9\nrows 1\n");
    expect(&format_parsivel_logger, &text, expected.bytes);
}

/* --- Thies ---------------------------------------------------------------------------------- */

/* A telegram as the monitor writes it, with `count` particles in class 41 of the 440. */
static void add_thies(Buffer *b, const char *ahead, const char *clock, int count)
{
    buffer_printf(b,
                  "%s06;0854;2.11;01.02.14;%s;00;-1;NP   ;000.000;00;61;RA   ;001.500;001.500;"
                  "000.000;0000.10;99999;-9.9;100;0.0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;+23;26;1662;"
                  "4011;2886;258;062;063;+20.3;999;9999;9999;9999;00007;00000.123;",
                  ahead, clock);
    for (int i = 0; i < 14; i++)
        buffer_string(b, "00000;00000.000;");
    for (int i = 0; i < 440; i++)
        buffer_printf(b, "%03d;", i == 41 ? count : 0);
}

static size_t variable(const Dataset *d, const char *name)
{
    for (size_t i = 0; i < d->var_count; i++)
        if (strcmp(d->vars[i].name, name) == 0)
            return i;
    fail_msg("no variable %s", name);
    return 0;
}

/* Class 41 is the third diameter and the second velocity: rows of 20 velocities. */
static void thies(void **state)
{
    (void)state;
    static const char *const names[] = {"synop_4680_5min",     "metar_4678",    "intensity",
                                        "ambient_temperature", "particles_all", "time"};
    auto_buffer Buffer text = {0}, out = {0};
    Error e = {0};
    uint64_t at = 0;
    add_thies(&text, "\x02", "18:59:00", 3);
    buffer_string(&text, "\x03\r\n");
    TextFile *f = text_open(&format_thies, "test", "", text.bytes, text.length);
    assert_ok(f->reader != NULL, &f->error);
    const Dataset *d = f->reader->dataset;
    size_t spectrum = variable(d, "spectrum");
    assert_int_equal(d->vars[spectrum].shape[1], 22);
    assert_int_equal(d->vars[spectrum].shape[2], 20);
    for (bool end = false; !end;) {
        Block b = {0};
        assert_ok(format_thies.next(f->reader, &b, &end, &e), &e);
        for (size_t i = 0; !end && i < CASES(names); i++)
            if (b.var == variable(d, names[i])) {
                buffer_string(&out, names[i]);
                text_tell_values(&out, &d->vars[b.var], &b);
                buffer_char(&out, '\n');
            }
        for (uint64_t i = 0; !end && b.var == spectrum && i < b.count; i++)
            if (((const int64_t *)b.values)[i] != 0)
                at = b.start + i;
    }
    assert_int_equal(at, 2 * 20 + 1);
    assert_string_equal(out.bytes, "synop_4680_5min _\nmetar_4678 'RA'\nintensity 1.5\n"
                                   "ambient_temperature 20.3\nparticles_all 7\n"
                                   "time 2014-02-01T18:59:00Z\n");
    text_close(&format_thies, f);
}

/* The logger's time counts before the sensor's; a cut telegram is left out. */
static void thies_logged(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    add_thies(&text, "2024-01-01T00:00:00;", "18:59:00", 3);
    buffer_string(&text, "\n");
    size_t whole = text.length;
    add_thies(&text, "2024-01-01T00:01:00;", "19:00:00", 3);
    text.length = whole + 700;
    TextFile *f = text_open(&format_thies, "test", "", text.bytes, text.length);
    assert_ok(f->reader != NULL, &f->error);
    Error e = {0};
    Block b = {0};
    for (bool end = false; !end;)
        assert_ok(format_thies.next(f->reader, &b, &end, &e), &e);
    const Dataset *d = f->reader->dataset;
    assert_int_equal(d->rows, 1);
    assert_int_equal(d->time_var, 0);
    assert_int_equal(d->note_count, 1);
    assert_non_null(strstr(d->notes[0], "the last line is cut and left out"));
    text_close(&format_thies, f);
}

/* Names above, a year of four digits, and no counts. */
static void thies_short(void **state)
{
    (void)state;
    static const char text[] =
        "datetime;start;address\n"
        "\x03\x02"
        "00;0747;2.50;17.04.2024;23:00:50;00;00;NP   ;000.000;00;00;NP   ;000.000;"
        "000.000;000.000;0087.76;99999;-9.9;100;0.0;0;0;\r\n";
    TextFile *f = text_open(&format_thies, "test", "", text, sizeof text - 1);
    assert_ok(f->reader != NULL, &f->error);
    auto_buffer Buffer out = {0};
    text_tell(&format_thies, f->reader, &out);
    assert_non_null(strstr(out.bytes, "amount [mm] double: 87.76\n"));
    assert_non_null(strstr(out.bytes, "time time: 2024-04-17T23:00:50Z\nrows 1, time time\n"));
    assert_null(strstr(out.bytes, "spectrum"));
    text_close(&format_thies, f);
}

static void no_thies(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "06;0854;2.11;01.02.14;18:59:00;00\n", "1;2;3\n"};
    for (size_t i = 0; i < CASES(texts); i++) {
        TextFile *f = text_open(&format_thies, "test", "", texts[i], strlen(texts[i]));
        Probe p;
        format_thies.probe(&f->in, NULL, &p);
        assert_int_equal(p.sure, SURE_NO);
        assert_null(f->reader);
        assert_string_equal(f->error.code, "bad_header");
        text_close(&format_thies, f);
    }
}

static const Case cases[] = {
    {"named", named},
    {"without_names", without_names},
    {"unknown_order", unknown_order},
    {"one_cell", one_cell},
    {"two_ways", two_ways},
    {"cut", cut},
    {"short_spectrum", short_spectrum},
    {"no_table", no_table},
    {"polled", polled},
    {"own_clock", own_clock},
    {"lists", lists},
    {"cut_telegram", cut_telegram},
    {"clocks_are_no_telegrams", clocks_are_no_telegrams},
    {"classes_as_columns", classes_as_columns},
    {"thies", thies},
    {"thies_logged", thies_logged},
    {"thies_short", thies_short},
    {"no_thies", no_thies},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
