/* fuzz_text.c: the first byte chooses a description, the rest is the file; for libFuzzer. */
#include "formats/text/text.h"
#include "formats/text/toa5.h"
#include "tests/fuzz/fuzz_reader.h"

#include <string.h>

/* "key=value" lines; the last one's file is TOA5. */
static const char *const descriptions[] = {
    "names_line=1\nunits_line=2\ncomment=#\nend=END\nmissing=-999\ntime=1 %d.%m.%y\ntime=2 hhmm",
    "separator=blanks\nquote=none\ntime=1 year\ntime=2 day_of_year\ntime=3 hhmmss\ntime_pivot=30",
    "widths=5\nwidths=1-9\nwidths=3\ncolumns=a number missing=1,2\ncolumns=b text\ncolumns=c "
    "integer",
    "separator_regex=\\s*[;|]\\s*\ndecimal=,\nencoding=utf-16le",
    "row_regex=^(\\w+)=(-?[\\d.]+)( .*)?$\nleave_out=^#\ntime=2 days since 1950-01-01",
    "records=a column=2 equals=1 names_line=1\nrecords=b column=2 equals=2 names_line=2\nrecords=c "
    "ignore\ntime=1",
    "cells_least=1\ncolumns=t\nstacks=n integer columns=2..7 empty=zero axis=x length=2 from=1 "
    "step=1 "
    "axis2=y length2=3\ntime=t %H:%M\ntime_date=2021-01-31\ntime_wraps=true\ntime_zone=+02:00",
    "names_line=1\nstacks=n columns=2..4 axis=x values=names\ntime=row 0.5 seconds",
    NULL,
};

static void set_options(void *options, const char *lines, Arena *a)
{
    Error e = {0};
    require(options_defaults(format_text.options, options, a, &e));
    while (*lines) {
        char key[64], value[256];
        size_t length = strcspn(lines, "\n"), equals = strcspn(lines, "="), used = 0;
        require(equals < length && equals < sizeof key && length < sizeof value / 2);
        memcpy(key, lines, equals);
        key[equals] = '\0';
        const Option *row = options_find(format_text.options, key);
        require(row != NULL);
        for (size_t i = equals + 1; i < length; i++) {
            if (lines[i] == ',' && row->kind == OPTION_LIST)
                value[used++] = '\\';
            value[used++] = lines[i];
        }
        value[used] = '\0';
        require(options_set(row, options, value, a, &e));
        lines += length + (lines[length] == '\n');
    }
}

static void read_text(const Input *in, const char *description, Arena *a)
{
    TextOptions options;
    if (description)
        set_options(&options, description, a);
    read_file(description ? &format_text : &format_toa5, in, &options, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Input in;
    if (size == 0)
        return 0;
    open_bytes(data + 1, size - 1, "fuzz.txt", &in);
    Arena a;
    arena_init(&a, 256U << 20);
    read_text(&in, descriptions[data[0] % (sizeof descriptions / sizeof *descriptions)], &a);
    arena_deinit(&a);
    close(in.fd);
    return 0;
}
