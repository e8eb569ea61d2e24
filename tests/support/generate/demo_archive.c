/* demo_archive.c: casts of a lake, sent in by post: a zip whose members are tables (PKWARE's
 * APPNOTE, members stored as they are). */
#include "tests/support/generate/generate.h"

#include <stdlib.h>
#include <string.h>

enum { CASTS = 3, LEVELS = 20 };

static void little(Bytes *b, uint32_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        bytes_u8(b, (uint8_t)(value >> 8 * i));
}

static uint32_t crc_of(const Bytes *b)
{
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < 8 * b->length; i++) {
        crc ^= i % 8 ? 0 : b->data[i / 8];
        crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

/* What the header of a member and its line in the directory have in common. */
static void head(Bytes *zip, const char *name, const Bytes *content)
{
    little(zip, 10, 2);
    little(zip, 0, 2);
    little(zip, 0, 2);
    little(zip, 0x58c20000, 4); /* 2024-06-02 00:00 */
    little(zip, crc_of(content), 4);
    little(zip, (uint32_t)content->length, 4);
    little(zip, (uint32_t)content->length, 4);
    little(zip, (uint32_t)strlen(name), 2);
    little(zip, 0, 2);
}

static void add_member(Bytes *zip, Bytes *directory, const char *name, const Bytes *content)
{
    size_t at = zip->length;
    bytes_add(zip, "PK\3\4", 4);
    head(zip, name, content);
    bytes_add(zip, name, strlen(name));
    bytes_add(zip, content->data, content->length);
    bytes_add(directory, "PK\1\2\24\0", 6);
    head(directory, name, content);
    bytes_add(directory, "\0\0\0\0\0\0\0\0\0\0", 10);
    little(directory, (uint32_t)at, 4);
    bytes_add(directory, name, strlen(name));
}

static void cast(Expected *x, const char *unit, unsigned number, Bytes *out)
{
    char line[80];
    double depth[LEVELS], temperature[LEVELS];
    bytes_add(out, "depth_m,temperature\n", 20);
    for (size_t i = 0; i < LEVELS; i++) {
        depth[i] = (double)i + 0.5;
        temperature[i] = rounded(4 + number + 12.0 / (1 + (double)i * 0.25), 100);
        int length = snprintf(line, sizeof line, "%.1f,%.2f\n", depth[i], temperature[i]);
        bytes_add(out, line, (size_t)length);
    }
    expected_variable(x, unit, "depth_m", depth, LEVELS);
    expected_variable(x, unit, "temperature", temperature, LEVELS);
    expected_file(x,
                  &(ExpectedFile){.file = unit, .state = "done", .format = "csv", .rows = LEVELS});
}

void demo_archive(Expected *x)
{
    static const char name[] = "lake/casts_june.zip";
    static const char words[] = "Three casts from the boat, each a table.\n";
    Bytes zip = {0}, directory = {0}, readme = {0};
    char unit[64];
    bytes_add(&readme, words, sizeof words - 1);
    add_member(&zip, &directory, "README.txt", &readme);
    for (unsigned i = 1; i <= CASTS; i++) {
        Bytes table = {0};
        snprintf(unit, sizeof unit, "%s/cast_%u.csv", name, i);
        cast(x, unit, i, &table);
        add_member(&zip, &directory, unit + sizeof name, &table);
        free(table.data);
    }
    size_t start = zip.length;
    bytes_add(&zip, directory.data, directory.length);
    bytes_add(&zip, "PK\5\6\0\0\0\0", 8);
    little(&zip, CASTS + 1, 2);
    little(&zip, CASTS + 1, 2);
    little(&zip, (uint32_t)directory.length, 4);
    little(&zip, (uint32_t)start, 4);
    little(&zip, 0, 2);
    bytes_save(&zip, x->folder, name);
    free(directory.data);
    free(readme.data);
    expected_file(x, &(ExpectedFile){.file = name, .state = "done", .format = "zip", .rows = -1});
    snprintf(unit, sizeof unit, "%s/README.txt", name);
    expected_file(x, &(ExpectedFile){.file = unit, .state = "ignored", .rows = -1});
}
