/* text_time.c: when a row was measured: the sum of its pieces. */
#include "core/calendar.h"
#include "formats/text/text_reader.h"

#include <math.h>
#include <string.h>

#define DAY_S 86400.0

enum { PIVOT = 69, CENTURY = 100, HALF_DAY_S = 43200, DAYS_WITHOUT_FEBRUARY = 337 };

static double seconds_of(Instant i)
{
    return (double)i.seconds + (double)i.nanoseconds * 1e-9;
}

/* --- what a plan says ----------------------------------------------------------------------- */

static bool pattern_has_date(const char *pattern)
{
    static const char *const marks[] = {"%Y", "%y", "%s", NULL};
    for (const char *const *m = marks; pattern && *m; m++)
        if (strstr(pattern, *m))
            return true;
    return !pattern;
}

static bool says_date(const TextTime *t, const TextTimePiece *p)
{
    switch (p->piece) {
    case TEXT_PATTERN:
        return pattern_has_date(p->pattern);
    case TEXT_SINCE:
    case TEXT_YEAR:
        return true;
    case TEXT_MONTH:
    case TEXT_DAY:
    case TEXT_DAY_OF_YEAR:
        return t->year != 0;
    default:
        return false;
    }
}

size_t text_clock_column(const TextRecord *r)
{
    const TextTime *t = &r->time;
    const TextTimePiece *p = &t->pieces[0];
    bool single = t->count == 1 && p->column < r->column_count &&
                  r->columns[p->column].kind != TEXT_SKIP && p->scale == 0 && !t->wraps;
    if (!single || (p->piece != TEXT_SINCE && p->piece != TEXT_PATTERN) || !says_date(t, p))
        return TEXT_NO_COLUMN;
    return p->piece == TEXT_SINCE && t->zone_s != 0 ? TEXT_NO_COLUMN : p->column;
}

bool text_clock_init(TextClock *c, const TextTime *t, size_t columns, Error *e)
{
    *c = (TextClock){.time = t, .based = true, .wraps = t->wraps, .previous = NAN};
    for (size_t i = 0; i < t->count; i++) {
        const TextTimePiece *p = &t->pieces[i];
        if (p->column >= columns && p->column != TEXT_ROW_NUMBER)
            return error_coded(e, ERROR_DATA, "bad_header",
                               "the time is said to be in column %zu of %zu", p->column + 1,
                               columns);
        c->based = c->based && !says_date(t, p);
        if (p->piece == TEXT_SINCE &&
            !time_units_parse(p->units, CALENDAR_PROLEPTIC_GREGORIAN, &c->since[i], e))
            return error_wrap(e, "the units of the time");
    }
    return true;
}

/* --- pieces --------------------------------------------------------------------------------- */

/* The date of a row, put together from numbers. */
typedef struct DateParts {
    double year, month, day, day_of_year; /* NaN: not said */
} DateParts;

/* A row's time so far. */
typedef struct TimeSum {
    DateParts date;
    double seconds;
    bool zoned; /* a piece has said its zone */
} TimeSum;

static int64_t whole_year(const TextTime *t, double year)
{
    int64_t y = (int64_t)year, pivot = t->pivot ? t->pivot : PIVOT;
    return y < CENTURY ? y + (y < pivot ? 2000 : 1900) : y;
}

static bool date_of_parts(const TextTime *t, const DateParts *d, double *out)
{
    bool by_month = !isnan(d->month) || !isnan(d->day), by_day = !isnan(d->day_of_year);
    bool said = !isnan(d->year);
    *out = 0;
    if (!by_month && !by_day && !said)
        return true;
    double year = said ? d->year : t->year, month = isnan(d->month) ? 1 : d->month;
    double day = isnan(d->day) ? 1 : d->day;
    if ((!said && t->year == 0) || year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day >= 32)
        return false;
    CivilTime civil = {
        .year = said ? whole_year(t, year) : t->year, .month = (int)month, .day = (int)day};
    int february = calendar_month_days(civil.year, 2, CALENDAR_PROLEPTIC_GREGORIAN);
    Instant instant;
    if ((by_day &&
         (d->day_of_year < 1 || d->day_of_year >= DAYS_WITHOUT_FEBRUARY + february + 1)) ||
        !civil_to_instant(&civil, CALENDAR_PROLEPTIC_GREGORIAN, &instant))
        return false;
    *out = (double)instant.seconds + (by_day ? (d->day_of_year - 1) * DAY_S : 0);
    return true;
}

/* A year of two digits that core/time.h has put into the other century. */
static bool move_century(const TextTime *t, const char *pattern, Instant *i)
{
    if (t->pivot == 0 || !pattern || !strstr(pattern, "%y"))
        return true;
    CivilTime civil;
    instant_to_civil(*i, CALENDAR_PROLEPTIC_GREGORIAN, &civil);
    civil.year = whole_year(t, (double)(civil.year % CENTURY));
    return civil_to_instant(&civil, CALENDAR_PROLEPTIC_GREGORIAN, i);
}

static bool parse_stamp(const TextTime *t, const char *pattern, const CsvCell *cell, double *out,
                        bool *zoned)
{
    Timestamp stamp;
    const char *text = cell->bytes;
    size_t length = cell->length;
    csv_trim(&text, &length);
    bool ok = pattern ? timestamp_parse(text, length, pattern, &stamp)
                      : timestamp_parse_iso(text, length, &stamp);
    if (!ok || !move_century(t, pattern, &stamp.instant))
        return false;
    *zoned |= stamp.has_zone;
    *out = seconds_of(stamp.instant);
    return true;
}

bool text_time_cell(const TextTime *t, const char *pattern, const CsvCell *cell, double *out)
{
    double value;
    bool zoned = false;
    if (!parse_stamp(t, pattern, cell, &value, &zoned))
        return false;
    *out = value - (zoned ? 0 : (double)t->zone_s);
    return true;
}

static bool month_by_name(const CsvCell *cell, double *out)
{
    Timestamp stamp;
    char text[32] = "2000 ";
    size_t room = sizeof text - 6, length = cell->length < room ? cell->length : room;
    memcpy(text + 5, cell->bytes, length);
    if (!timestamp_parse(text, 5 + length, "%Y %b", &stamp) &&
        !timestamp_parse(text, 5 + length, "%Y %B", &stamp))
        return false;
    CivilTime civil;
    instant_to_civil(stamp.instant, CALENDAR_PROLEPTIC_GREGORIAN, &civil);
    *out = civil.month;
    return true;
}

/* hhmm, or hhmmss with a fraction. */
static bool packed_clock(double v, bool seconds, double *out)
{
    double second = seconds ? fmod(v, 100) : 0, hhmm = seconds ? floor(v / 100) : v;
    double minute = fmod(hhmm, 100), hour = floor(hhmm / 100);
    *out = hour * 3600 + minute * 60 + second;
    return v >= 0 && hour <= 24 && minute < 60 && second < 61 && *out <= DAY_S;
}

static bool since(const TextClock *c, size_t piece, double v, double *out)
{
    Instant instant;
    if (!time_units_decode(&c->since[piece], v, &instant))
        return false;
    *out = seconds_of(instant);
    return true;
}

/* A piece that is a number adds to the parts of the date, or to the sum. */
static bool add_number(const TextClock *c, size_t piece, double v, TimeSum *sum)
{
    double part = 0;
    DateParts *date = &sum->date;
    switch (c->time->pieces[piece].piece) {
    case TEXT_YEAR:
        date->year = v;
        return true;
    case TEXT_MONTH:
        date->month = v;
        return true;
    case TEXT_DAY:
        date->day = v;
        return true;
    case TEXT_DAY_OF_YEAR:
        date->day_of_year = v;
        return true;
    case TEXT_DAYS:
        part = v * DAY_S;
        break;
    case TEXT_HOURS:
        part = v * 3600;
        break;
    case TEXT_MINUTES:
        part = v * 60;
        break;
    case TEXT_SECONDS:
        part = v;
        break;
    case TEXT_SINCE:
        if (!since(c, piece, v, &part))
            return false;
        break;
    default:
        if (!packed_clock(v, c->time->pieces[piece].piece == TEXT_HHMMSS, &part))
            return false;
    }
    sum->seconds += part;
    return true;
}

static bool number_of(const TextReader *r, const TextTimePiece *p, const TextColumn *column,
                      const CsvCell *cell, double *out)
{
    if (p->piece == TEXT_MONTH && month_by_name(cell, out))
        return true;
    return text_number(r, cell, out) && !text_missing_number(column, *out);
}

static bool add_piece(const TextRows *rows, const TextReader *r, const TextRow *row, size_t piece,
                      TimeSum *sum)
{
    const TextTimePiece *p = &rows->clock.time->pieces[piece];
    double v;
    if (p->column == TEXT_ROW_NUMBER) {
        v = (double)(rows->start + rows->filled);
    } else {
        const CsvCell *cell = p->column < row->count ? &row->cells[p->column] : NULL;
        if (!cell || cell->length == 0)
            return false;
        if (p->piece == TEXT_PATTERN) {
            if (!parse_stamp(rows->clock.time, p->pattern, cell, &v, &sum->zoned))
                return false;
            sum->seconds += v;
            return true;
        }
        if (!number_of(r, p, &rows->record->columns[p->column], cell, &v))
            return false;
    }
    return add_number(&rows->clock, piece, p->scale != 0 ? v * p->scale : v, sum);
}

/* To the microsecond: fractions of days leave dust behind. */
static double rounded(double seconds)
{
    const double limit = 1e9, per_second = 1e6;
    return fabs(seconds) < limit * 4 ? round(seconds * per_second) / per_second : seconds;
}

double text_clock_read(TextRows *rows, const TextReader *r, const TextRow *row)
{
    TextClock *c = &rows->clock;
    TimeSum sum = {.date = {NAN, NAN, NAN, NAN}};
    double day;
    for (size_t i = 0; i < c->time->count; i++)
        if (!add_piece(rows, r, row, i, &sum))
            return NAN;
    if (!date_of_parts(c->time, &sum.date, &day))
        return NAN;
    if (c->time->within_day && (sum.seconds < 0 || sum.seconds > DAY_S))
        return NAN;
    double seconds = sum.seconds + day + (c->based ? (double)c->time->base_s : 0);
    if (c->wraps) {
        if (!isnan(c->previous) && seconds < c->previous - HALF_DAY_S)
            c->days_s += DAY_S;
        c->previous = seconds;
        seconds += c->days_s;
    }
    return rounded(seconds - (sum.zoned ? 0 : (double)c->time->zone_s));
}
