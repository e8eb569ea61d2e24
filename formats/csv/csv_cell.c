/* csv_cell.c: what a single cell looks like: nothing, a number, a time, a word. */
#include "formats/csv/csv_table.h"

#include <string.h>

enum { MISSING_LENGTH_MAX = 12, TIME_LENGTH_MIN = 4, TIME_LENGTH_MAX = 40 };

/* How instruments and programs write that there is no value. Numbers such as -999 are not among
 * them: only the file or the configuration can say that they are none. */
static const char *const missing_words[] = {
    "nan",    "na",       "n/a",       "null",      "none",    "nil",     "missing",   "miss",
    "nodata", "no data",  "#n/a",      "#na",       "#value!", "#div/0!", "<na>",      "nat",
    "-nan",   "+nan",     "nan(ind)",  "1.#qnan",   "-1.#ind", "1.#inf",  "inf",       "+inf",
    "-inf",   "infinity", "+infinity", "-infinity", "-1.#inf", ".",       "-nan(ind)", "undefined",
    "1.#ind", "-1.#qnan", "#n/a n/a",  "#num!",     "#ref!",   "#name?",  "#null!",    "#nv",
    "#wert!", "#zahl!",   "#bezug!",   "n.a.",      "n/d",     "null!",   "-null",     NULL,
};

const char *const csv_table_endings[] = {".csv", ".tsv", NULL};

bool csv_is_named(const char *name, const char *const *endings)
{
    size_t length = strlen(name);
    for (; *endings; endings++) {
        size_t wanted = strlen(*endings);
        if (length > wanted && text_equal_nocase(name + length - wanted, *endings))
            return true;
    }
    return false;
}

static bool is_run_of(const char *text, size_t length, char c)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] != c)
            return false;
    return true;
}

/* The length of the blank at p: ' ', TAB, U+00A0, U+202F; 0: it is none. */
static size_t blank_length(const char *p, size_t length)
{
    if (length >= 1 && (*p == ' ' || *p == '\t'))
        return 1;
    if (length >= 2 && memcmp(p, "\xc2\xa0", 2) == 0)
        return 2;
    return length >= 3 && memcmp(p, "\xe2\x80\xaf", 3) == 0 ? 3 : 0;
}

static bool is_plain(char c)
{
    return c > ' ' && c < 0x7f;
}

void csv_trim(const char **text, size_t *length)
{
    if (*length > 0 && is_plain((*text)[0]) && is_plain((*text)[*length - 1]))
        return;
    for (size_t n; (n = blank_length(*text, *length)) > 0;) {
        *text += n;
        *length -= n;
    }
    for (size_t n = 1; n <= 3 && n <= *length; n++)
        if (blank_length(*text + *length - n, n) == n) {
            *length -= n;
            n = 0;
        }
}

/* Groups of digits with marks between them. */
static size_t grouped_digits(const char *text, size_t length, size_t *marks)
{
    size_t i = 0;
    while (i < length) {
        size_t mark = blank_length(text + i, length - i);
        if (mark == 0)
            mark = strchr(",.'", text[i]) != NULL;
        if (mark == 0 && !(text[i] >= '0' && text[i] <= '9'))
            break;
        *marks += mark > 0;
        i += mark ? mark : 1;
    }
    return i;
}

/* What may stand before and behind the digits; false: none of these is at the text's start. */
static bool take_dress(const char **text, size_t *length)
{
    static const char *const dress[] = {
        "%", "$", "<", ">", "~", "(", ")", "+", "-", "\xe2\x82\xac", "\xc2\xa3", "\xe2\x88\x92",
        NULL};
    for (const char *const *d = dress; *d; d++) {
        size_t n = strlen(*d);
        if (*length < n || memcmp(*text, *d, n) != 0)
            continue;
        *text += n;
        *length -= n;
        csv_trim(text, length);
        return true;
    }
    return false;
}

bool csv_is_dressed_number(const char *text, size_t length)
{
    size_t marks = 0, dress = 0, digit = 0;
    while (digit < length && (text[digit] < '0' || text[digit] > '9'))
        digit++;
    if (digit == length)
        return false;
    while (take_dress(&text, &length))
        dress++;
    size_t digits = grouped_digits(text, length, &marks);
    text += digits;
    length -= digits;
    while (take_dress(&text, &length))
        dress++;
    return digits > 0 && length == 0 && (marks > 0 || dress > 0);
}

bool csv_is_missing(const char *text, size_t length)
{
    if (length == 0)
        return true;
    bool digit = text[0] >= '0' && text[0] <= '9';
    if (length > MISSING_LENGTH_MAX || (digit && !memchr(text, '#', length))) /* "1.#QNAN" */
        return false;
    if (strchr("-/*_=", text[0]) && is_run_of(text, length, text[0]))
        return true;
    char word[MISSING_LENGTH_MAX + 1];
    memcpy(word, text, length);
    word[length] = '\0';
    if (strcmp(word, "M") == 0 || strcmp(word, "MM") == 0) /* not the units m and mm */
        return true;
    for (const char *const *w = missing_words; *w; w++)
        if (text_equal_nocase(word, *w))
            return true;
    return false;
}

static bool is_whole(const char *text, size_t length)
{
    for (size_t i = text[0] == '-' || text[0] == '+'; i < length; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

CsvLook csv_look(const char *text, size_t length, char decimal)
{
    double number;
    int64_t whole;
    Timestamp t;
    csv_trim(&text, &length);
    if (length == 0)
        return LOOK_EMPTY;
    if (text_to_double(text, length, decimal, &number)) {
        bool fits =
            is_whole(text, length) && text_to_int64(text, length, &whole) && whole != INT64_MIN;
        return fits ? LOOK_INTEGER : LOOK_NUMBER;
    }
    if (csv_is_missing(text, length))
        return LOOK_MISSING;
    return timestamp_parse_iso(text, length, &t) ? LOOK_TIME : LOOK_WORD;
}

static bool has_month(const char *text, size_t length)
{
    static const char months[] = "jan feb mar apr may jun jul aug sep oct nov dec";
    for (size_t i = 0; i + 3 <= length; i++) {
        char word[4] = {(char)(text[i] | 0x20), (char)(text[i + 1] | 0x20),
                        (char)(text[i + 2] | 0x20), '\0'};
        if (strstr(months, word))
            return true;
    }
    return false;
}

/* What stands between the groups of digits. */
static bool is_time_mark(char c)
{
    return c == ' ' || c == '-' || c == '/' || c == '.' || c == ':' || c == ',' || c == '_' ||
           c == '+';
}

/* "14.06.2024 12:00", "10:30", "1-Jan-2020", "250119 000007", "20240101T000000Z": groups of digits,
 * and either a colon, two marks of a date, a month's name or many digits. */
bool csv_looks_like_time(const char *text, size_t length)
{
    enum { MANY_DIGITS = 8 };
    if (length < TIME_LENGTH_MIN || length > TIME_LENGTH_MAX)
        return false;
    size_t groups = 0, letters = 0, digits = 0, colons = 0, marks = 0, dots = 0, blanks = 0;
    for (size_t i = 0; i < length; i++) {
        char c = text[i], before = i ? text[i - 1] : ' ';
        bool digit = c >= '0' && c <= '9';
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        if (!digit && !letter && !is_time_mark(c))
            return false;
        bool new_group = digit && !(before >= '0' && before <= '9');
        digits += digit;
        letters += letter;
        groups += new_group;
        colons += c == ':';
        dots += c == '.';
        blanks += c == ' ' || c == 'T' || c == 't' || c == '_';
        marks += (c == '-' || c == '/' || c == '.') && before >= '0' && before <= '9';
    }
    bool address = dots >= 3 && colons == 0;
    if (groups < 2 || digits < 3 || letters > digits + 3 || address ||
        memmem(text, length, "since", 5)) /* "minutes since 2024-06-13 22:00:00" is a unit */
        return false;
    return colons > 0 || marks >= 2 || (digits >= MANY_DIGITS && blanks > 0 && marks == 0) ||
           has_month(text, length);
}
