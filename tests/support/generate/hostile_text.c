/* hostile_text.c: tables that no reader should try to hold in memory. */
#include "tests/support/generate/generate.h"

#include <stdlib.h>
#include <string.h>

enum { LONG_LINE = 10 << 20, MANY_COLUMNS = 100000 };

static void begin(const char *folder, const char *name, FILE **f, char **path)
{
    *path = file_path(folder, name);
    *f = file_create(*path);
}

static void end(FILE *f, char *path)
{
    file_close(f, path);
    free(path);
}

static void repeat(FILE *f, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        fputs(text, f);
}

void generate_hostile_text(const char *folder)
{
    FILE *f;
    char *path;

    begin(folder, "csv_long_line.csv", &f, &path);
    fputs("time,value\n2024-06-01T00:00:00Z,", f);
    repeat(f, "7", LONG_LINE);
    fputs("\n2024-06-01T00:10:00Z,2\n", f);
    end(f, path);

    begin(folder, "csv_long_line_without_separator.csv", &f, &path);
    repeat(f, "x", LONG_LINE);
    end(f, path);

    begin(folder, "csv_100000_columns.csv", &f, &path);
    for (int row = 0; row < 3; row++) {
        for (int i = 0; i < MANY_COLUMNS; i++)
            fprintf(f, row == 0 ? "c%d," : "%d,", i);
        fputs("0\n", f);
    }
    end(f, path);

    begin(folder, "csv_unbalanced_quote.csv", &f, &path);
    fputs("time,remark,value\n2024-06-01T00:00:00Z,\"never closed,1\n", f);
    for (int i = 1; i < 60000; i++)
        fprintf(f, "2024-06-01T00:%02d:%02dZ,fine,%d\n", i / 60 % 60, i % 60, i);
    end(f, path);

    begin(folder, "csv_nul_bytes.csv", &f, &path);
    fputs("time,value\n2024-06-01T00:00:00Z,1\n", f);
    for (int i = 0; i < 200; i++)
        fputc('\0', f);
    fputs("\n2024-06-01T00:10:00Z,2\n", f);
    end(f, path);

    begin(folder, "csv_only_quotes.csv", &f, &path);
    repeat(f, "\"", 100001);
    end(f, path);

    begin(folder, "csv_only_separators.csv", &f, &path);
    repeat(f, ",,,,,,,,,,,,\n", 20000);
    end(f, path);

    begin(folder, "csv_huge_numbers.csv", &f, &path);
    fputs("a,b\n1e999,-1e999\n99999999999999999999999999999999,0x41\n1e-999,nan\n", f);
    end(f, path);

    begin(folder, "json_nested.json", &f, &path);
    repeat(f, "[", 100000);
    end(f, path);

    begin(folder, "yaml_like.txt", &f, &path);
    repeat(f, "\xff\xfe,\x80;", 5000);
    end(f, path);
}
