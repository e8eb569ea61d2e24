/* test_signature.c: what files that no format reads seem to be. */
#include "formats/formats.h"
#include "tests/support/cases.h"

#include <stdlib.h>
#include <string.h>

typedef struct Sample {
    const char *bytes;
    size_t size;
    const char *name, *what; /* NULL: nobody knows */
    bool is_data;
} Sample;

#define BYTES(text) text, sizeof(text) - 1

/* First bytes as their specifications give them. */
static const Sample samples[] = {
    {BYTES("PK\x03\x04\x14\0\0\0"), "a", "zip archive", true},
    {BYTES("PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0AAAABBBBCCCC\x13\0\0\0[Content_Types].xml"), "a",
     "Office document (Excel, Word; a table in it can be saved as CSV)", true},
    {BYTES("CDF\x01\0\0\0\0"), "a", "netCDF classic", true},
    {BYTES("\x89HDF\r\n\x1a\n\0"), "a", "HDF5", true},
    {BYTES("\x0e\x03\x13\x01"), "a", "HDF4", true},
    {BYTES("GRIB\0\0\0\x02"), "a", "GRIB message", true},
    {BYTES("BUFR\0\0\x20\x04"), "a", "BUFR message", true},
    {BYTES("SIMPLE  =                    T"), "a", "FITS", true},
    {BYTES("MATLAB 5.0 MAT-file, Platform: GLNXA64"), "a", "MATLAB 5 .mat", true},
    {BYTES("\x93NUMPY\x01\0"), "a", "NumPy .npy", true},
    {BYTES("PAR1\x15\0"), "a", "Apache Parquet", true},
    {BYTES("SQLite format 3\0"), "a", "SQLite database", true},
    {BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "a", "old Office document (Excel, Word)", true},
    {BYTES("II*\0\x08\0\0\0"), "a", "TIFF picture or grid", true},
    {BYTES("\x89PNG\r\n\x1a\n"), "a", "PNG picture", false},
    {BYTES("\xff\xd8\xff\xe0\0\x10JFIF"), "a", "JPEG picture", false},
    {BYTES("GIF89a\x01\0"), "a", "GIF picture", false},
    {BYTES("%PDF-1.7\n"), "a", "PDF document", false},
    {BYTES("\x7f"
           "ELF\x02\x01\x01\0"),
     "a", "ELF program or library", false},
    {BYTES("MZ\x90\0\x03\0"), "a", "Windows program", false},
    {BYTES("MZ,depth\n1,2\n"), "a", NULL, true},
    {BYTES("ORC,GRIB\n1,2\n"), "a", NULL, true},
    {BYTES("-----BEGIN CERTIFICATE-----\n"), "a", "key or certificate", false},
    {BYTES("\xef\xbb\xbf<!DOCTYPE html>\n<html>"), "a", "HTML page", false},
    {BYTES("\xff\xfe<\0!\0D\0O\0C\0T\0Y\0P\0E\0 \0h\0t\0m\0l\0>\0"), "a", "HTML page", false},
    {BYTES("\"TOB1\",\"CR1000\",\"1\"\n"), "a", "Campbell TOB1", true},
    {BYTES("CTD,depth,temp\n1,2,3\n"), "a", NULL, true},
    {BYTES("BOTTLE,salinity\n1,35\n"), "a", NULL, true},
    {BYTES("36,1001\n37,1002\n38,1003\n"), "a", NULL, true},
    {BYTES("51 1001\n52 1002\n"), "a", NULL, true},
    {BYTES("51 1001\nX\n"), "a", "NASA Ames", true},
    {BYTES("Record,Date/Time,10,Tamb(K)\n"), "a", NULL, true},
    {BYTES("Record,Date/Time,Tamb(K)\n1,2020-01-01 00:00,280\n"), "a", NULL, true},
    {BYTES("06.08.2021;00:00:00;0,750;0;<SPECTRUM>;;;1;;\n"), "a", "Parsivel disdrometer telegrams",
     true},
    {BYTES("Date;Time;Rate\n2020-01-01;00:00;<SPECTRUM>ZERO</SPECTRUM>\n"), "a",
     "Parsivel disdrometer telegrams", true},
    {BYTES("file\trows\tnote\na\t3\tlast field <SPECTRUM> holds more\n"), "a", NULL, true},
    {BYTES("01:30:00 5.5 1\n02:30:00 5.7 2\n03:30:00 5.9 3\n"), "a", NULL, true},
    {BYTES("01:06:2019,1\n02:06:2019,2\n03:06:2019,3\n"), "a", NULL, true},
    {BYTES("time,station\n2025-02-02,CS12345\n2025-02-03,CT54321\n"), "a", NULL, true},
    {BYTES("CS12345\nCS12346\n"), "a", NULL, true},
    {BYTES("id,remark\n1,WINDS rev 5\n"), "a", NULL, true},
    {BYTES("     3.05           OBSERVATION DATA    M                   RINEX VERSION / TYPE\n"),
     "a", "RINEX", true},
    {BYTES("id,remark\n1,RINEX VERSION / TYPE\n"), "a", NULL, true},
    {BYTES("$GPGGA,123519,4807.038,N\r\n"), "a", "NMEA sentences", true},
    {BYTES("Conventions,G,BADC-CSV,1\n"), "a", "BADC-CSV", true},
    {BYTES("netcdf x {\ndimensions:\n"), "a", "CDL, netCDF as text", true},
    {BYTES("ncols 4\nnrows 6\nxllcorner 0\n"), "a", "ESRI ASCII grid", true},
    {BYTES("ncols nrows value\n1 2 3\n"), "a", NULL, true},
    {BYTES("PAR1,PAR2\n310.5,311.0\n"), "a", NULL, true},
    {BYTES("GRIB,BUFR\n1,2\n"), "a", NULL, true},
    {BYTES("station,WAVE_HEIGHT\n1,2\n"), "a", NULL, true},
    {BYTES("age,ftyp\n1,2\n"), "a", NULL, true},
    {BYTES("RIFF\x24\x08\0\0WAVEfmt "), "a", "WAVE sound", true},
    {BYTES("<DATE>,<OPEN>,<HIGH>\n20200102,1.5,1.6\n"), "a", NULL, true},
    {BYTES("<DATE>\t<OPEN>\t<HIGH>\n2020.01.02\t1.5\t1.6\n"), "a", NULL, true},
    {BYTES("site: A\nlat: 1\nlon: 2\n\ntime,temp\n2020-01-01,1.5\n"), "a", NULL, true},
    {BYTES("site: A\nlat: 1\nlon: 2\n1.0 2.5 3.5\n"), "a", NULL, true},
    {BYTES("[Header]\nsite=A\n[Data]\n1.5,2.5,3.5\n"), "a", NULL, true},
    {BYTES("# Station A\n\n## units: [doc](x)\nday,t\n2020-01-01,1.5\n"), "a", NULL, true},
    {BYTES("id,code\n1,\"x\nimport os\nclass A\n\"\n"), "a", NULL, true},
    {BYTES("# Title\n\n1. one, two\n\n## More\n"), "a", "Markdown text", false},
    {BYTES("[-],[m]\n1,2\n"), "a", NULL, true},
    {BYTES("#!/bin/sh\necho 1,2\n"), "a", "script", false},
    {BYTES("<!DOCTYPE html>\n<html>"), "a", "HTML page", false},
    {BYTES("<?xml version=\"1.0\"?>\n<a/>"), "a", "XML text", true},
    {BYTES("{\"a\": 1}\n"), "a", "JSON text without known records", true},
    {BYTES("[{\"a\": 1}]\n"), "a", "JSON text without known records", true},
    {BYTES("a: 1\nb: two\nc:\n  - x\n"), "a", "YAML text", true},
    {BYTES("diff --git a/x b/x\n"), "a", "patch", false},
    {BYTES("# Title\n\ntext\n\n## More\n"), "a", "Markdown text", false},
    {BYTES("text\n"), "README.md", "Markdown text", false},
    {BYTES("x = 1\n"), "a.py", "program source", false},
    {BYTES("[section]\nkey=1\n"), "a", "INI configuration", false},
    {BYTES("time,a,b\n2024-01-01 00:00:00,1,2\n"), "a", NULL, true},
    {BYTES("10:30:00,1\n10:31:00,2\n10:32:00,3\n"), "a", NULL, true},
    {BYTES("2024-01-01T00:00:00Z 1 2\n"), "a", NULL, true},
    {BYTES("CL,CS\n1,2\n"), "a", NULL, true},
    {BYTES(""), "a", NULL, true},
    {BYTES("\0"), "a", NULL, true},
};

static void signatures_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(samples); i++) {
        const Sample *s = &samples[i];
        uint8_t *head = malloc(s->size + 1); /* exact, so that reading on is found */
        assert_non_null(head);
        memcpy(head, s->bytes, s->size);
        uint8_t *exact = realloc(head, s->size ? s->size : 1);
        Input in = {
            .fd = -1, .size = s->size, .name = s->name, .head = exact, .head_size = s->size};
        bool is_data = !s->is_data;
        const char *what = signature_guess(&in, &is_data);
        if ((what == NULL) != (s->what == NULL) || (what && strcmp(what, s->what) != 0))
            fail_msg("case %zu '%s': %s", i, s->bytes, what ? what : "nobody knows");
        if (is_data != s->is_data)
            fail_msg("case %zu '%s': data %d", i, s->bytes, is_data);
        free(exact);
    }
}

/* The mark stands 257 bytes into the first member's header; its checksum is not there. */
static void tar_with_a_damaged_header(void **state)
{
    (void)state;
    uint8_t head[512] = "member.csv";
    memcpy(head + 257, "ustar", 5);
    Input in = {.fd = -1, .size = sizeof head, .name = "x", .head = head, .head_size = sizeof head};
    bool is_data;
    assert_string_equal(signature_guess(&in, &is_data),
                        "tar archive whose first header is damaged");
}

static const Case cases[] = {
    {"signatures_are_told", signatures_are_told},
    {"tar_with_a_damaged_header", tar_with_a_damaged_header},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
