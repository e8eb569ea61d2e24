/* csv_patterns.c: how a column writes its times, found by trying.
 *
 * A cell is cut into a date and a clock; the clock's pattern follows from its shape, the date's
 * from a list. What orders of day, month and year remain after all cells decides. */
#include "formats/csv/csv_columns.h"

#include <stdio.h>
#include <string.h>

enum { DERIVED_MAX = 24, TEXT_MAX = 48 };

static const char *const marked_dates[] = {
    "%Y.%m.%d", "%Y-%m-%d", "%Y/%m/%d", "%Y %m %d",  "%d.%m.%Y", "%m.%d.%Y", "%d/%m/%Y",
    "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%y",  "%m.%d.%y", "%y.%m.%d", "%d/%m/%y",
    "%m/%d/%y", "%y/%m/%d", "%d-%m-%y", "%m-%d-%y",  "%y-%m-%d", "%d-%b-%Y", "%d %b %Y",
    "%d/%b/%Y", "%d.%b.%Y", "%b %d %Y", "%b %d, %Y", "%Y-%b-%d", "%d-%b-%y", "%d%b%Y",
    "%d%b%y",   "%Y-%j",    "%d:%m:%Y", "%m:%d:%Y",  "%Y:%m:%d", NULL,
};

/* What is not a date with a clock behind it, tried where nothing else fits. */
static const char *const whole_patterns[] = {
    "%a %b %d %H:%M:%S %Y",
    "%a, %d %b %Y %H:%M:%S",
    "%a, %d %b %Y %H:%M:%S %z",
    "%a %d %b %Y %H:%M:%S",
    "%a %d %b %Y %H:%M",
    "%a %Y-%m-%d %H:%M:%S",
    "%a %Y-%m-%d %H:%M",
    "%a %d.%m.%Y %H:%M:%S",
    "%a %d.%m.%Y %H:%M",
    "%a %d/%m/%Y %H:%M",
    "%a %m/%d/%Y %H:%M",
    "%H:%M:%S %Y-%m-%d",
    "%H:%M:%S %Y/%m/%d",
    "%H:%M:%S %d.%m.%Y",
    "%H:%M:%S %d/%m/%Y",
    "%H:%M:%S %m/%d/%Y",
    "%H:%M:%S %d-%b-%Y",
    "%H:%M:%S %d %b %Y",
    "%H:%M %Y-%m-%d",
    "%H:%M %d.%m.%Y",
    "%H:%M %d/%m/%Y",
    "%H:%M %m/%d/%Y",
    "%Y-%m-%d-%H-%M-%S",
    "%Y-%m-%d_%H-%M-%S",
    "%Y-%m-%dT%H-%M-%S",
    "%Y-%m-%d %H-%M-%S",
    "%Y_%m_%d_%H_%M_%S",
    "%Y-%m-%dT%H%M%S",
    "%Y-%m-%dT%H%M%S%z",
    "%Y-%m-%d %H%M",
    "%Y-%m-%d %H",
    "%Y-%m-%dT%H",
    "%Y-%m-%dT%H%z",
    "%Y:%m:%d %H:%M:%S",
    "%Y:%m:%d:%H:%M:%S",
    "%d:%m:%Y %H:%M:%S",
    "%m:%d:%Y %H:%M:%S",
    "%d/%m/%Y %Hh%M",
    "%d.%m.%Y %Hh%M",
    "%d/%m/%Y %H.%M",
    "%d.%m.%Y %H.%M",
    "%d.%m.%Y %H.%M.%S",
    NULL,
};

typedef struct DigitDate {
    size_t digits;
    const char *pattern;
} DigitDate;

static const DigitDate digit_dates[] = {
    {14, "%Y%m%d%H%M%S"}, {12, "%Y%m%d%H%M"}, {10, "%Y%m%d%H"}, {8, "%Y%m%d"},
    {8, "%d%m%Y"},        {8, "%m%d%Y"},      {7, "%Y%j"},      {6, "%y%m%d"},
    {6, "%d%m%y"},        {6, "%m%d%y"},      {0, NULL},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool parses(const char *text, size_t length, const char *pattern, int64_t *seconds)
{
    Timestamp t;
    const int64_t year_1900 = -2208988800, year_2100 = 4102444800;
    bool marked = strpbrk(pattern, "./-: ") != NULL;
    bool ok = timestamp_parse(text, length, pattern, &t);
    *seconds = ok ? t.instant.seconds : 0;
    return ok && (marked || (t.instant.seconds >= year_1900 && t.instant.seconds < year_2100));
}

static size_t count_digits(const char *text, size_t length)
{
    size_t n = 0;
    while (n < length && is_digit(text[n]))
        n++;
    return n;
}

/* Where the clock begins: at the digits before the first colon, or behind the letter, blank or
 * underscore that follows a date of digits alone; length: there is none. */
static size_t find_clock(const char *text, size_t length)
{
    const char *colon = memchr(text, ':', length);
    size_t digits = count_digits(text, length);
    bool glued = digits >= 6 && digits + 4 < length && strchr(" T_t-:", text[digits]) &&
                 count_digits(text + digits + 1, length - digits - 1) >= 4;
    if (!colon || glued)
        return glued ? digits + 1 : length;
    size_t at = (size_t)(colon - text);
    while (at > 0 && is_digit(text[at - 1]))
        at--;
    return at;
}

/* The pattern of a clock by its shape: "%H:%M:%S", "%I:%M %p", "%H%M%S", and a zone behind it. */
static bool clock_pattern(const char *text, size_t length, char out[CSV_PATTERN_SIZE])
{
    const char *colon = memchr(text, ':', length), *second = NULL;
    size_t used;
    if (colon) {
        second = memchr(colon + 1, ':', length - (size_t)(colon + 1 - text));
        used = (size_t)((second ? second : colon) + 1 - text);
    } else {
        used = 0;
    }
    size_t digits = count_digits(text + used, length - used);
    used += digits;
    if (used < length && (text[used] == '.' || text[used] == ',')) {
        size_t fraction = count_digits(text + used + 1, length - used - 1);
        used += fraction ? fraction + 1 : 0;
    }
    bool half = memchr(text + used, 'M', length - used) || memchr(text + used, 'm', length - used);
    const char *hour = half ? "%I" : "%H", *rest = "";
    if (used < length)
        rest = text[used] == ' ' ? (half ? " %p" : " %z") : (half ? "%p" : "%z");
    if (colon)
        snprintf(out, CSV_PATTERN_SIZE, "%s:%%M%s%s", hour, second ? ":%S" : "", rest);
    else
        snprintf(out, CSV_PATTERN_SIZE, "%s%%M%s%s", hour, digits >= 6 ? "%S" : "", rest);
    return digits > 0;
}

static void add_pattern(CsvTimes *t, const char *text, size_t length, const char *pattern)
{
    int64_t seconds;
    if (t->count == CSV_PATTERNS_MAX || strlen(pattern) >= CSV_PATTERN_SIZE ||
        !parses(text, length, pattern, &seconds))
        return;
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->patterns[i], pattern) == 0)
            return;
    snprintf(t->patterns[t->count], CSV_PATTERN_SIZE, "%s", pattern);
    t->last[t->count] = seconds;
    t->fitting[t->count++] = 1;
}

static size_t count_colons(const char *text, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++)
        n += text[i] == ':';
    return n;
}

/* Every date that text[0..date) may be, with the clock's pattern behind it. */
static void add_dates(CsvTimes *t, const char *text, size_t length, size_t date, const char *rest)
{
    char whole[3 * CSV_PATTERN_SIZE];
    size_t digits = count_digits(text, date);
    for (const DigitDate *d = digit_dates; d->pattern && digits == date; d++) {
        if (d->digits != digits)
            continue;
        snprintf(whole, sizeof whole, "%s%s", d->pattern, rest);
        add_pattern(t, text, length, whole);
    }
    for (const char *const *d = marked_dates; *d && digits < date; d++) {
        snprintf(whole, sizeof whole, "%s%s", *d, rest);
        add_pattern(t, text, length, whole);
    }
}

/* All patterns that this cell fits. */
static void derive(CsvTimes *t, const char *text, size_t length)
{
    char clock[CSV_PATTERN_SIZE] = "", glue[4] = "", rest[2 * CSV_PATTERN_SIZE];
    size_t at = find_clock(text, length), date = at;
    if (at < length && !clock_pattern(text + at, length - at, clock))
        return;
    if (at == 0 && count_colons(text, length) == 2) /* a date, for those who write it so */
        add_dates(t, text, length, length, "");
    while (at < length && date > 0 && strchr(" Tt_,", text[date - 1]) &&
           at - date < sizeof glue - 1)
        date--;
    if (date == at && at > 0 && at < length && (text[at - 1] == '-' || text[at - 1] == ':'))
        date--;
    if (at < length)
        memcpy(glue, text + date, at - date);
    if (date == 0) {
        add_pattern(t, text, length, clock);
        return;
    }
    snprintf(rest, sizeof rest, "%s%s", glue, clock);
    add_dates(t, text, length, date, rest);
}

/* The pattern, and those behind it that may mean the same text otherwise. */
static void add_rivals(CsvTimes *t, const char *text, size_t length, const char *const *pattern)
{
    size_t before = t->count;
    add_pattern(t, text, length, *pattern);
    for (pattern++; *pattern && t->count > before; pattern++)
        add_pattern(t, text, length, *pattern);
}

static void count_step(CsvTimes *t, size_t i, int64_t seconds)
{
    int64_t step = seconds - t->last[i];
    if (t->fitting[i] > 1 && step != t->step[i])
        t->uneven[i] = true;
    t->step[i] = step;
    t->last[i] = seconds;
}

/* Of the patterns that fit alike the only one whose clock runs evenly through midnight: the others
 * leap by a month or a year there. Dates alone do not tell: days of a month look like months. */
static bool only_even(const CsvTimes *t, uint64_t fitting, size_t *out)
{
    enum { STEPS_MIN = 20, DAY_S = 86400 };
    size_t found = 0;
    for (size_t i = 0; i < t->count; i++) {
        int64_t step = t->step[i] < 0 ? -t->step[i] : t->step[i];
        if (t->fitting[i] != fitting || t->uneven[i] || step == 0 || step >= DAY_S)
            continue;
        *out = i;
        found++;
    }
    return found == 1 && fitting > STEPS_MIN;
}

void csv_times_add(CsvTimes *t, const char *text, size_t length)
{
    bool known = false;
    for (size_t i = 0; i < t->count; i++) {
        int64_t seconds;
        bool fits = parses(text, length, t->patterns[i], &seconds);
        if (fits)
            count_step(t, i, seconds);
        t->fitting[i] += fits;
        known |= fits;
    }
    if (known || t->derived >= DERIVED_MAX || length > TEXT_MAX)
        return;
    t->derived++;
    size_t before = t->count;
    derive(t, text, length);
    for (const char *const *w = whole_patterns; *w && t->count == before; w++)
        add_rivals(t, text, length, w);
}

/* The order in which day, month and year stand: "dmy" of "%d.%m.%Y" and of "dd/mm/yyyy hh:mm". */
static void read_order(const char *text, char order[4])
{
    size_t n = 0;
    for (; *text && *text != 'H' && *text != 'I' && n < 3; text++) {
        char c = (char)(*text | 0x20);
        if ((c == 'd' || c == 'm' || c == 'y') && !memchr(order, c, n))
            order[n++] = c;
    }
    order[n] = '\0';
}

/* Where a header writes "dd/mm/yyyy" or the like: that part of it, else NULL. */
static const char *format_words(const char *header)
{
    static const char *const words[] = {"dd", "mm", "yy", NULL};
    for (; *header; header++)
        for (const char *const *w = words; *w; w++)
            if (text_starts_nocase(header, *w))
                return header;
    return NULL;
}

bool csv_times_settle(const CsvTimes *t, uint64_t fitting, const char *header, const char **pattern)
{
    char wanted[4] = "", order[4];
    const char *words = format_words(header);
    if (words)
        read_order(words, wanted);
    for (size_t i = 0; i < t->count && strlen(wanted) == 3; i++) {
        read_order(t->patterns[i], order);
        if (t->fitting[i] != fitting || strcmp(order, wanted) != 0)
            continue;
        *pattern = t->patterns[i];
        return true;
    }
    return false;
}

const char *csv_times_best(const CsvTimes *t, uint64_t *fitting, bool *ambiguous)
{
    size_t best = 0;
    for (size_t i = 1; t && i < t->count; i++)
        if (t->fitting[i] > t->fitting[best])
            best = i;
    if (!t || t->count == 0)
        return NULL;
    *fitting = t->fitting[best];
    *ambiguous = false;
    for (size_t i = 0; i < t->count; i++)
        *ambiguous |= i != best && t->fitting[i] == t->fitting[best];
    if (*ambiguous && only_even(t, *fitting, &best))
        *ambiguous = false;
    return t->patterns[best];
}
