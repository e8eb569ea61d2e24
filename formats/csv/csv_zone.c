/* csv_zone.c: a time zone in the words of a header.
 *
 * A numeric offset is applied. An abbreviation is only recognised, so that nobody takes its clock
 * for UTC: PST is eight hours behind or, where daylight saving was forgotten, seven. */
#include "formats/csv/csv_columns.h"

#include <string.h>

static const char *const named_zones[] = {
    "PST",  "PDT",  "MST",  "MDT", "CST", "CDT",  "EST",  "EDT",  "AST",  "ADT",  "NST",
    "NDT",  "AKST", "AKDT", "HST", "CET", "CEST", "MEZ",  "MESZ", "EET",  "EEST", "WET",
    "WEST", "BST",  "IST",  "JST", "KST", "AEST", "AEDT", "ACST", "AWST", "NZST", "NZDT",
    "MSK",  "SAST", "BRT",  "ART", "CLT", "LST",  "LMT",  "LT",   NULL};

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* The word standing for itself in the text; NULL: not there. */
static const char *find_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *p = strstr(text, word); p; p = strstr(p + 1, word))
        if ((p == text || !is_letter(p[-1])) && !is_letter(p[length]))
            return p;
    return NULL;
}

/* "Etc/GMT-1" is an hour ahead of Greenwich: POSIX counts westwards (tz database, file etcetera).
 */
static bool is_posix(const char *header, const char *p)
{
    static const char area[] = "Etc/";
    size_t length = strlen(area);
    return (size_t)(p - header) >= length && memcmp(p - length, area, length) == 0;
}

/* "+2", "+02:00", "-0330" at p, NUL or anything but a digit behind it. */
static bool read_offset(const char *p, int64_t *offset_s)
{
    char text[] = "1970-01-01 00:00 +00:00000";
    size_t at = strlen("1970-01-01 00:00 "), length = 0;
    while (length < 6 &&
           (strchr("+-:", p[length]) ? length == 0 || p[length] == ':'
                                     : p[length] >= '0' && p[length] <= '9') &&
           p[length])
        length++;
    if (length < 2 || (p[length] >= '0' && p[length] <= '9'))
        return false;
    memcpy(text + at, p, length);
    Timestamp t;
    if (!timestamp_parse(text, at + length, "%Y-%m-%d %H:%M %z", &t))
        return false;
    *offset_s = -t.instant.seconds;
    return true;
}

CsvZone csv_zone_of(const char *header, int64_t *offset_s, const char **word, Arena *a)
{
    static const char *const utc[] = {"UTC", "GMT", "utc", "gmt", "Utc", "Gmt", NULL};
    for (const char *const *u = utc; *u; u++) {
        const char *p = find_word(header, *u);
        if (!p)
            continue;
        const char *sign = p + strlen(*u);
        while (*sign == ' ')
            sign++;
        if (strncmp(sign, "\xc2\xb1", 2) == 0) /* plus-minus */
            sign++;
        *offset_s = 0;
        if (*sign == '+' || *sign == '-')
            (void)read_offset(sign, offset_s);
        if (is_posix(header, p))
            *offset_s = -*offset_s;
        return CSV_ZONE_FIXED;
    }
    const char *bracket = strpbrk(header, "([");
    if (bracket && (bracket[1] == '+' || bracket[1] == '-') && read_offset(bracket + 1, offset_s))
        return CSV_ZONE_FIXED;
    for (const char *const *z = named_zones; *z; z++)
        if (find_word(header, *z)) {
            *word = *z;
            return CSV_ZONE_NAMED;
        }
    char *lower = arena_string(a, header);
    for (char *p = lower; p && *p; p++)
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p;
    if (lower && find_word(lower, "local")) {
        *word = "local";
        return CSV_ZONE_NAMED;
    }
    return CSV_ZONE_NONE;
}
