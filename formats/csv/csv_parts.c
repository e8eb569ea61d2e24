/* csv_parts.c: an instant from the cells of a row: one cell, date and clock apart, or year, month,
 * day, hour, minute and second in columns of their own. */
#include "core/calendar.h"
#include "formats/csv/csv_columns.h"
#include "formats/csv/csv_number.h"

#include <math.h>
#include <string.h>

enum {
    PART_NAME_MAX = 24,
    DAY_S = 86400,
    MINUTES_PER_DAY = 1440,
    HHMM_MAX = 2400,
    HHMMSS_MAX = 240000,
};

typedef struct PartName {
    const char *name;
    CsvPart part;
} PartName;

/* "m" and "mm" are a month, or minutes where the month is known already. */
static const PartName part_names[] = {
    {"year", PART_YEAR},
    {"yyyy", PART_YEAR},
    {"yy", PART_YEAR},
    {"yr", PART_YEAR},
    {"y", PART_YEAR},
    {"month", PART_MONTH},
    {"mon", PART_MONTH},
    {"mo", PART_MONTH},
    {"mm", PART_MONTH},
    {"m", PART_MONTH},
    {"day", PART_DAY},
    {"dd", PART_DAY},
    {"dy", PART_DAY},
    {"d", PART_DAY},
    {"dom", PART_DAY},
    {"doy", PART_DAY_OF_YEAR},
    {"jday", PART_DAY_OF_YEAR},
    {"yday", PART_DAY_OF_YEAR},
    {"julian", PART_DAY_OF_YEAR},
    {"julianday", PART_DAY_OF_YEAR},
    {"ddd", PART_DAY_OF_YEAR},
    {"dayofyear", PART_DAY_OF_YEAR},
    {"hour", PART_HOUR},
    {"hours", PART_HOUR},
    {"hh", PART_HOUR},
    {"hr", PART_HOUR},
    {"h", PART_HOUR},
    {"minute", PART_MINUTE},
    {"minutes", PART_MINUTE},
    {"min", PART_MINUTE},
    {"mn", PART_MINUTE},
    {"mi", PART_MINUTE},
    {"second", PART_SECOND},
    {"seconds", PART_SECOND},
    {"sec", PART_SECOND},
    {"ss", PART_SECOND},
    {"s", PART_SECOND},
    {"hhmm", PART_HHMM},
    {"hrmn", PART_HHMM},
    {"hourmin", PART_HHMM},
    {"hhmmss", PART_HHMM},
    {"time", PART_HHMM},
    {"utc", PART_HHMM},
    {"gmt", PART_HHMM},
    {"pst", PART_HHMM},
    {"mst", PART_HHMM},
    {"cst", PART_HHMM},
    {"est", PART_HHMM},
    {"lst", PART_HHMM},
};

/* The letters of the name ahead of a bracket, in lower case. */
static void plain_name(const char *name, char out[PART_NAME_MAX])
{
    size_t n = 0;
    for (; *name && !strchr("([", *name) && n < PART_NAME_MAX - 1; name++) {
        char lower = *name >= 'A' && *name <= 'Z' ? (char)(*name | 0x20) : *name;
        if (lower >= 'a' && lower <= 'z')
            out[n++] = lower;
    }
    out[n] = '\0';
}

/* hhmm, hrmn, hourmin, hhmmss: then no bad cell makes the column something else. */
static bool says_packed(const char *name)
{
    return name[0] == 'h' && strcmp(name, "hour") != 0;
}

/* A day above 31 counts through the year; "time" is hhmm only where a number shows it. */
static CsvPart settle_part(const CsvColumn *c, CsvPart part, const char *name)
{
    if (part == PART_DAY && c->most > 31)
        return PART_DAY_OF_YEAR;
    bool hhmm = says_packed(name) || (c->least >= 0 && c->most <= HHMMSS_MAX && c->most >= 100);
    return part == PART_HHMM && !hhmm ? PART_COUNT : part;
}

/* Names that say nothing else; "mm" may be rain, "min" the least of something. */
static bool is_plain_part(const char *name)
{
    static const char *const names[] = {"year",   "month",   "day", "hour", "hours",
                                        "minute", "minutes", "hr",  "yyyy", NULL};
    for (const char *const *n = names; *n; n++)
        if (strcmp(name, *n) == 0)
            return true;
    return false;
}

/* What follows the prefix that all names of a table's date may have. */
static const char *behind(const char *header, StringView prefix)
{
    return strncmp(header, prefix.bytes, prefix.length) == 0 ? header + prefix.length : header;
}

/* PART_COUNT: none. */
static CsvPart part_of(const CsvColumn *c, StringView prefix)
{
    char name[PART_NAME_MAX];
    plain_name(behind(c->header, prefix), name);
    if (c->kind != CSV_INTEGER && c->kind != CSV_NUMBER)
        return PART_COUNT;
    for (size_t i = 0; i < sizeof part_names / sizeof *part_names; i++) {
        CsvPart part = part_names[i].part;
        bool fraction = part == PART_SECOND || part == PART_DAY_OF_YEAR || is_plain_part(name);
        if (strcmp(name, part_names[i].name) == 0 && (c->kind == CSV_INTEGER || fraction))
            return settle_part(c, part, name);
    }
    return PART_COUNT;
}

static void forget_parts(CsvTimePlan *plan)
{
    for (size_t i = 0; i < PART_COUNT; i++)
        plan->parts[i] = CSV_NO_COLUMN;
    plan->date = plan->clock = CSV_NO_COLUMN;
}

static bool has(const CsvTimePlan *plan, CsvPart part)
{
    return plan->parts[part] != CSV_NO_COLUMN;
}

/* Without an hour "min" and "mm" are no minutes, and without minutes "s" is no second. */
static bool is_lost(const char *header, CsvPart part, const CsvTimePlan *plan)
{
    char name[PART_NAME_MAX];
    plain_name(header, name);
    bool hour = has(plan, PART_HOUR);
    return (part == PART_MINUTE && !hour && !is_plain_part(name)) ||
           (part == PART_SECOND && !(hour && has(plan, PART_MINUTE)) && !has(plan, PART_HHMM));
}

/* Takes the columns of a run until one has no part left to be. */
static void take_run(const CsvTable *t, StringView prefix, size_t from, size_t stop,
                     CsvTimePlan *plan)
{
    for (size_t k = from; k < stop; k++) {
        const CsvColumn *c = &t->columns[k];
        CsvPart part = part_of(c, prefix);
        if (part == PART_MONTH && has(plan, PART_MONTH))
            part = PART_MINUTE;
        if (part == PART_COUNT || has(plan, part) || is_lost(behind(c->header, prefix), part, plan))
            return;
        plan->parts[part] = k;
    }
}

static bool is_clock(const CsvColumn *c)
{
    return c->is_clock && c->kind == CSV_TEXT;
}

/* True for a name that only the clock of the rows has; "Sunrise" and "Time of gust" are others. */
static bool is_clock_name(const char *header)
{
    static const char *const names[] = {
        "time", "clock",   "uhrzeit", "zeit",    "heure",   "hora", "ora",    "utc",
        "gmt",  "timeutc", "utctime", "hour",    "tid",     "hhmm", "hhmmss", "localtime",
        "tijd", "aika",    "obstime", "gmttime", "timegmt", NULL};
    char name[PART_NAME_MAX];
    plain_name(header, name);
    for (const char *const *n = names; *n; n++)
        if (strcmp(name, *n) == 0)
            return true;
    return false;
}

/* The clock that belongs to the date in the columns [from, to): by its name, else the only one in
 * the table, where it stands beside them and is not called otherwise. */
static size_t find_clock(const CsvTable *t, size_t from, size_t to)
{
    size_t found = CSV_NO_COLUMN, clocks = 0;
    for (size_t k = 0; k < t->layout.columns; k++) {
        const CsvColumn *c = &t->columns[k];
        if (!is_clock(c))
            continue;
        if (is_clock_name(c->header))
            return k;
        clocks++;
        if (k == to || k + 1 == from)
            found = k;
    }
    bool named = found != CSV_NO_COLUMN && t->columns[found].header[0];
    return clocks == 1 || !named ? found : CSV_NO_COLUMN;
}

static const StringView no_prefix = {"", 0};

/* "CCl4catsBRWyr", "CCl4catsBRWmon", "CCl4catsBRWday": what stands ahead of year, month and day in
 * columns side by side; empty: they are called something else. */
static StringView common_prefix(const CsvTable *t)
{
    static const char *const parts[][3] = {{"yr", "mon", "day"}, {"year", "month", "day"}};
    for (size_t k = 0; k + 2 < t->layout.columns; k++)
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            const char *header = t->columns[k].header;
            size_t length = strlen(header), part = strlen(parts[i][0]);
            if (length <= part || !text_equal_nocase(header + length - part, parts[i][0]))
                continue;
            StringView prefix = {header, length - part};
            if (text_equal_nocase(behind(t->columns[k + 1].header, prefix), parts[i][1]) &&
                text_equal_nocase(behind(t->columns[k + 2].header, prefix), parts[i][2]))
                return prefix;
        }
    return no_prefix;
}

/* hhmmss by its name; "time" and "utc" where a number shows it. */
static bool packs_seconds(const CsvTable *t, const CsvTimePlan *plan)
{
    char name[PART_NAME_MAX];
    if (!has(plan, PART_HHMM))
        return false;
    const CsvColumn *c = &t->columns[plan->parts[PART_HHMM]];
    plain_name(c->header, name);
    return says_packed(name) ? strcmp(name, "hhmmss") == 0 : c->most > HHMM_MAX;
}

bool csv_parts_by_name(const CsvTable *t, CsvTimePlan *plan)
{
    size_t columns = t->layout.columns;
    StringView prefix = common_prefix(t);
    for (size_t k = 0; k < columns; k++) {
        if (part_of(&t->columns[k], prefix) != PART_YEAR)
            continue;
        size_t from = k, stop = k + 1;
        while (from > 0 && part_of(&t->columns[from - 1], prefix) != PART_COUNT)
            from--;
        while (stop < columns && part_of(&t->columns[stop], prefix) != PART_COUNT)
            stop++;
        forget_parts(plan);
        take_run(t, prefix, from, stop, plan);
        bool date = (has(plan, PART_MONTH) && has(plan, PART_DAY)) || has(plan, PART_DAY_OF_YEAR);
        if (has(plan, PART_YEAR) && date) {
            if (!has(plan, PART_HOUR) && !has(plan, PART_HHMM) && !has(plan, PART_MINUTE))
                plan->clock = find_clock(t, from, stop);
            plan->packs_seconds = packs_seconds(t, plan);
            plan->from = CSV_TIME_PARTS;
            return true;
        }
    }
    return false;
}

bool csv_clock_parts(const CsvTable *t, size_t date, CsvTimePlan *plan)
{
    forget_parts(plan);
    plan->date = date;
    plan->clock = find_clock(t, date, date + 1);
    plan->from = CSV_TIME_PARTS;
    if (plan->clock != CSV_NO_COLUMN)
        return true;
    for (size_t k = date + 1; k < t->layout.columns; k++) {
        CsvPart part = part_of(&t->columns[k], no_prefix);
        if (part == PART_MONTH && has(plan, PART_HOUR))
            part = PART_MINUTE;
        if (part < PART_HOUR || part == PART_COUNT || has(plan, part) ||
            is_lost(t->columns[k].header, part, plan))
            break;
        plan->parts[part] = k;
    }
    plan->packs_seconds = packs_seconds(t, plan);
    return has(plan, PART_HOUR) || has(plan, PART_HHMM);
}

/* --- reading -------------------------------------------------------------------------------- */

static double seconds_of(Instant i)
{
    return (double)i.seconds + (double)i.nanoseconds * 1e-9;
}

bool csv_time_of_cell(const CsvColumn *c, const char *text, size_t length, double *out)
{
    Timestamp t;
    bool ok = c->pattern ? timestamp_parse(text, length, c->pattern, &t)
                         : timestamp_parse_iso(text, length, &t);
    if (!ok)
        return false;
    *out = seconds_of(t.instant) - (t.has_zone ? 0 : (double)c->zone_s);
    return true;
}

/* The part's number, or `absent` where the plan has no such part; false: the cell has none. */
static bool part_value(const CsvTable *t, const CsvCell *cells, CsvPart part, double absent,
                       double *out)
{
    size_t column = t->time.parts[part];
    *out = absent;
    if (column == CSV_NO_COLUMN)
        return true;
    const CsvCell *c = &cells[column];
    char decimal = t->layout.dialect.decimal;
    return (csv_quick_number(c->bytes, c->length, decimal, out) ||
            text_to_double(c->bytes, c->length, decimal, out)) &&
           *out >= 0;
}

/* No fraction, unless nothing smaller is told in a column of its own. */
static bool may_be(const CsvTable *t, double value, CsvPart smaller)
{
    bool told = t->time.clock != CSV_NO_COLUMN || has(&t->time, PART_HHMM);
    for (CsvPart part = smaller; part < PART_HHMM; part++)
        told |= has(&t->time, part);
    return !told || value == floor(value);
}

static bool civil_date(const CsvTable *t, const CsvCell *cells, double *out)
{
    enum { PIVOT = 69, CENTURY = 100, DAYS_WITHOUT_FEBRUARY = 337 };
    double year, month, day, day_of_year;
    Instant instant;
    bool by_month = has(&t->time, PART_MONTH) && has(&t->time, PART_DAY);
    if (!part_value(t, cells, PART_YEAR, 0, &year) ||
        !part_value(t, cells, PART_MONTH, 1, &month) || !part_value(t, cells, PART_DAY, 1, &day) ||
        !part_value(t, cells, PART_DAY_OF_YEAR, 1, &day_of_year) || year > 9999 || month > 12 ||
        day >= 32 || day < 1 || year != floor(year) || month != floor(month) ||
        !may_be(t, by_month ? day : day_of_year, PART_HOUR))
        return false;
    CivilTime civil = {.year = (int64_t)year, .month = 1, .day = 1};
    if (civil.year < CENTURY)
        civil.year += civil.year >= PIVOT ? 1900 : 2000;
    int february = calendar_month_days(civil.year, 2, CALENDAR_PROLEPTIC_GREGORIAN);
    if (day_of_year < 1 || day_of_year >= DAYS_WITHOUT_FEBRUARY + february + 1)
        return false;
    if (by_month) {
        civil.month = (int)month;
        civil.day = (int)day;
    }
    if (!civil_to_instant(&civil, CALENDAR_PROLEPTIC_GREGORIAN, &instant))
        return false;
    *out = (double)instant.seconds + (by_month ? day - floor(day) : day_of_year - 1) * DAY_S;
    return true;
}

/* 1230 or 123000 -> seconds of the day. */
static bool packed_clock(const CsvTable *t, const CsvCell *cells, double *out)
{
    double packed, seconds = 0;
    if (!part_value(t, cells, PART_HHMM, 0, &packed))
        return false;
    if (t->time.packs_seconds) {
        seconds = fmod(packed, 100);
        packed = floor(packed / 100);
    }
    *out = floor(packed / 100) * 3600 + fmod(packed, 100) * 60 + seconds;
    return packed <= HHMM_MAX && fmod(packed, 100) < 60 && seconds < 60;
}

/* Seconds of the day from the columns of numbers. */
static bool numeric_clock(const CsvTable *t, const CsvCell *cells, double *out)
{
    double hour, minute, second, packed;
    bool of_day = !has(&t->time, PART_HOUR); /* then minutes may count through the day */
    if (!part_value(t, cells, PART_HOUR, 0, &hour) ||
        !part_value(t, cells, PART_MINUTE, 0, &minute) ||
        !part_value(t, cells, PART_SECOND, 0, &second) || !packed_clock(t, cells, &packed) ||
        hour > 24 || second >= 61 || !may_be(t, hour, PART_MINUTE) ||
        !may_be(t, minute, PART_SECOND) || minute >= (of_day ? MINUTES_PER_DAY : 60))
        return false;
    *out = hour * 3600 + minute * 60 + second + packed;
    return *out < DAY_S + 1; /* 24:00, or a leap second */
}

static bool text_date(const CsvTable *t, const CsvCell *cells, double *out)
{
    const CsvCell *c = &cells[t->time.date];
    return csv_time_of_cell(&t->columns[t->time.date], c->bytes, c->length, out);
}

static bool time_of_parts(const CsvTable *t, const CsvCell *cells, double *out)
{
    double date, clock = 0, numbers;
    bool has_date = t->time.date != CSV_NO_COLUMN;
    if (!(has_date ? text_date(t, cells, &date) : civil_date(t, cells, &date)) ||
        !numeric_clock(t, cells, &numbers))
        return false;
    if (t->time.clock != CSV_NO_COLUMN) {
        const CsvCell *c = &cells[t->time.clock];
        if (!csv_time_of_cell(&t->columns[t->time.clock], c->bytes, c->length, &clock))
            return false;
    }
    *out = date + clock + numbers - (double)t->time.zone_s;
    return true;
}

static bool time_of_joined(const CsvTable *t, const CsvCell *cells, double *out)
{
    char text[256];
    size_t used = 0;
    Timestamp stamp;
    for (size_t i = 0; i < t->time.join_count; i++) {
        const CsvCell *c = &cells[t->time.joined[i]];
        if (used + c->length + 1 > sizeof text)
            return false;
        if (i > 0)
            text[used++] = ' ';
        memcpy(text + used, c->bytes, c->length);
        used += c->length;
    }
    if (!timestamp_parse(text, used, t->time.pattern, &stamp))
        return false;
    *out = seconds_of(stamp.instant) - (stamp.has_zone ? 0 : (double)t->time.zone_s);
    return true;
}

bool csv_time_of_row(const CsvTable *t, const CsvCell *cells, double *out)
{
    return t->time.from == CSV_TIME_JOINED ? time_of_joined(t, cells, out)
                                           : time_of_parts(t, cells, out);
}
