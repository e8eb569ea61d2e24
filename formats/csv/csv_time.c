/* csv_time.c: which columns say when a row was measured.
 *
 * In this order: what the configuration says; a column of dates with clocks; a date and a clock
 * apart; year, month and day by name; a column of dates; seconds since 1970 by name. */
#include "formats/csv/csv_columns.h"

#include <string.h>

enum { TRIED_ROWS = 200, STANDING_ROWS = 10 };

static const double epoch_until = 1e10, timestamp_until = 2.6e9;

static const char zone_in_header[] = "as the header says";

const char csv_time_units[] = "seconds since 1970-01-01T00:00:00Z";

typedef struct Planner {
    CsvTable *table;
    Dataset *dataset;
    Arena *arena;
    bool refused; /* a column says when, but in a zone that is not known */
} Planner;

/* --- zones ---------------------------------------------------------------------------------- */

static bool configured_zone(const char *zone, int64_t *offset_s, Error *e)
{
    char text[64] = "1970-01-01 00:00 ";
    size_t at = strlen(text), length = strlen(zone);
    Timestamp t;
    if (length < sizeof text - at) {
        memcpy(text + at, zone, length + 1);
        if (timestamp_parse(text, at + length, "%Y-%m-%d %H:%M %z", &t)) {
            *offset_s = -t.instant.seconds;
            return true;
        }
    }
    return error_coded(e, ERROR_SETUP, "bad_value",
                       "`time_zone` is `%s`, but must be UTC or an offset like +02:00", zone);
}

/* The zone of a column that says none in its cells. False: it has a name only. */
static bool find_zone(Planner *p, size_t column, int64_t *offset_s, const char **zone)
{
    const CsvColumn *c = &p->table->columns[column];
    const char *word = "", *texts[] = {c->header, c->units};
    if (p->table->options->time_zone)
        return true; /* set by the caller */
    for (size_t i = 0; i < 2; i++) {
        CsvZone found = csv_zone_of(texts[i], offset_s, &word, p->arena);
        if (found == CSV_ZONE_FIXED)
            *zone = zone_in_header;
        if (found == CSV_ZONE_FIXED)
            return true;
        if (found == CSV_ZONE_NONE)
            continue;
        dataset_note(p->dataset,
                     "column %s: its time zone is only named (%s), so its instants are not known; "
                     "set time_zone to an offset",
                     c->name, word);
        p->refused = true;
        return false;
    }
    return true;
}

/* A column that names the zone of each row: true if that is no UTC. */
static bool zone_in_column(Planner *p)
{
    static const char *const names[] = {"tz",        "tz_cd",     "tzcode", "timezone",
                                        "time_zone", "time zone", "zone",   NULL};
    CsvTable *t = p->table;
    const CsvRows *r = &t->layout.rows;
    for (size_t k = 0; k < t->layout.columns && t->layout.data < r->count; k++) {
        const CsvColumn *c = &t->columns[k];
        const CsvCell *cell = csv_row_cell(r, t->layout.data, k);
        bool named = false;
        for (const char *const *n = names; *n; n++)
            named |= text_equal_nocase(c->header, *n);
        if (!named || !cell || c->kind != CSV_TEXT || p->table->options->time_zone)
            continue;
        int64_t offset_s = 0;
        const char *word, *text = csv_cell_copy(cell, &t->layout.dialect, p->arena);
        bool known = text && csv_zone_of(text, &offset_s, &word, p->arena) != CSV_ZONE_NAMED;
        if (known && offset_s == 0)
            continue;
        dataset_note(p->dataset,
                     "column %s gives the time zone (%s), so the instants are not known; set "
                     "time_zone to an offset",
                     c->name, text ? text : "");
        p->refused = true;
        return true;
    }
    return false;
}

/* Gives every column of times its zone; one whose zone is only a name becomes text. */
static void settle_zones(Planner *p, int64_t configured_s)
{
    CsvTable *t = p->table;
    bool unknown = zone_in_column(p), in_utc = false;
    for (size_t k = 0; k < t->layout.columns; k++) {
        CsvColumn *c = &t->columns[k];
        if (c->kind != CSV_TIME)
            continue;
        c->zone = t->options->time_zone ? t->options->time_zone : "UTC, the file says none";
        c->zone_s = configured_s;
        if (c->zoned > 0)
            c->zone = "in the cells";
        else if (unknown || !find_zone(p, k, &c->zone_s, &c->zone))
            c->kind = CSV_TEXT;
        in_utc |= c->kind == CSV_TIME && strcmp(c->zone, zone_in_header) == 0;
    }
    p->refused &= unknown || !in_utc; /* the same instants, once local and once not */
}

/* --- candidates ----------------------------------------------------------------------------- */

/* Lower is better: the name that a column of the rows' own time has. */
static size_t name_rank(const char *name)
{
    static const char *const names[] = {"time",      "timestamp", "datetime", "date_time",
                                        "date time", "date/time", "time_utc", "utc",
                                        "date",      "datum",     NULL};
    size_t rank = 0;
    while (names[rank] && !text_equal_nocase(name, names[rank]))
        rank++;
    return rank;
}

static bool contains(const char *text, const char *part)
{
    for (; *text; text++)
        if (text_starts_nocase(text, part))
            return true;
    return false;
}

/* When the row was written, not when it was measured. */
static bool is_of_record(const char *name)
{
    static const char *const words[] = {"updat",   "modif",  "creat",  "insert", "upload",
                                        "process", "issue",  "receiv", "expir",  "download",
                                        "publish", "ingest", NULL};
    for (const char *const *w = words; *w; w++)
        if (contains(name, *w))
            return true;
    return false;
}

/* As name_rank, behind all others for what is not the rows' own time. */
static size_t rank(const char *name)
{
    enum { LAST = 100 };
    return is_of_record(name) ? LAST : name_rank(name);
}

static size_t best_time_column(const CsvTable *t, bool dates)
{
    size_t best = CSV_NO_COLUMN;
    for (size_t k = 0; k < t->layout.columns; k++) {
        const CsvColumn *c = &t->columns[k];
        if (c->kind != CSV_TIME || c->is_date != dates)
            continue;
        if (best == CSV_NO_COLUMN || rank(c->header) < rank(t->columns[best].header))
            best = k;
    }
    return best;
}

/* Whole numbers like 20240131, in a column whose name speaks of a date. */
static size_t integer_date(const CsvTable *t, bool with_clock)
{
    for (size_t k = 0; k < t->layout.columns; k++) {
        const CsvColumn *c = &t->columns[k];
        if (c->kind == CSV_INTEGER && c->pattern && !c->ambiguous && !c->is_clock &&
            c->is_date != with_clock)
            return k;
    }
    return CSV_NO_COLUMN;
}

static bool use_column(CsvTable *t, size_t column)
{
    if (column == CSV_NO_COLUMN)
        return false;
    t->time.from = CSV_TIME_COLUMN;
    t->time.column = column;
    return true;
}

/* True if the rows of the sample make instants by this plan, and not all the same. */
static bool plan_works(const CsvTable *t)
{
    const CsvRows *r = &t->layout.rows;
    size_t good = 0, seen = 0, moves = 0;
    double time, before = 0;
    for (size_t i = t->layout.data; i < r->count && seen < TRIED_ROWS; i++) {
        if (r->rows[i].count < t->layout.columns)
            continue;
        seen++;
        if (!csv_time_of_row(t, &r->cells[r->rows[i].first], &time))
            continue;
        moves += good++ > 0 && time != before;
        before = time;
    }
    bool stands = good >= STANDING_ROWS && moves == 0; /* the clock is in another column */
    return seen > 0 && !stands && (seen - good) * CSV_CONTRADICTION_MAX <= seen;
}

static size_t first_part(const CsvTimePlan *plan)
{
    if (plan->date != CSV_NO_COLUMN)
        return plan->date;
    for (size_t i = 0; i < PART_COUNT; i++)
        if (plan->parts[i] != CSV_NO_COLUMN)
            return plan->parts[i];
    return 0;
}

/* Settles a plan of several columns; it is dropped where it does not work. */
static bool accept_parts(Planner *p, int64_t configured_s)
{
    CsvTable *t = p->table;
    CsvTimePlan *plan = &t->time;
    size_t columns[] = {first_part(plan), plan->clock, plan->parts[PART_HOUR],
                        plan->parts[PART_HHMM]};
    plan->zone_s = configured_s;
    plan->zone = t->options->time_zone ? t->options->time_zone : "UTC, the file says none";
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (columns[i] != CSV_NO_COLUMN && !find_zone(p, columns[i], &plan->zone_s, &plan->zone))
            plan->from = CSV_TIME_NOWHERE;
    for (size_t i = 0; i < 2; i++)
        if (columns[i] != CSV_NO_COLUMN)
            t->columns[columns[i]].zone_s = 0;
    if (plan->from != CSV_TIME_NOWHERE && plan_works(t)) {
        if (plan->date != CSV_NO_COLUMN && t->columns[plan->date].kind == CSV_TIME)
            t->columns[plan->date].kind = CSV_TEXT; /* a part stays as it is */
        return true;
    }
    plan->from = CSV_TIME_NOWHERE;
    return false;
}

/* --- seconds since 1970 --------------------------------------------------------------------- */

/* The units that a number of this size must have to lie between 1973 and `until` seconds. */
static const char *epoch_units(double value, double until)
{
    static const struct {
        double scale;
        const char *units;
    } all[] = {{1, csv_time_units},
               {1e3, "milliseconds since 1970-01-01T00:00:00Z"},
               {1e6, "microseconds since 1970-01-01T00:00:00Z"},
               {1e9, "nanoseconds since 1970-01-01T00:00:00Z"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (value >= 1e8 * all[i].scale && value < until * all[i].scale)
            return all[i].units;
    return NULL;
}

static double first_number(const CsvTable *t, size_t column)
{
    const CsvRows *r = &t->layout.rows;
    double value = 0;
    for (size_t i = t->layout.data; i < r->count; i++) {
        const CsvCell *c = csv_row_cell(r, i, column);
        if (c && text_to_double(c->bytes, c->length, t->layout.dialect.decimal, &value))
            break;
    }
    return value;
}

/* "timestamp" may count from 1904 (LabVIEW, Excel for Mac) too: then it is now beyond 3.2e9. */
static bool plan_epoch(CsvTable *t)
{
    for (size_t k = 0; k < t->layout.columns; k++) {
        CsvColumn *c = &t->columns[k];
        if (c->kind != CSV_INTEGER && c->kind != CSV_NUMBER)
            continue;
        bool named = contains(c->header, "epoch") || contains(c->header, "unix") ||
                     contains(c->header, "posix");
        double until = named ? epoch_until : timestamp_until;
        named |= contains(c->header, "timestamp") && !contains(c->header, "gps");
        const char *units = named ? epoch_units(first_number(t, k), until) : NULL;
        if (time_units_look_like(c->units))
            units = c->units;
        if (!units)
            continue;
        c->units = units;
        return use_column(t, k);
    }
    return false;
}

/* --- the configuration ---------------------------------------------------------------------- */

static bool resolve(CsvTable *t, size_t *count, size_t columns[CSV_JOINED_MAX], Error *e)
{
    const StringList *names = &t->options->time_columns;
    *count = names->count;
    if (names->count > CSV_JOINED_MAX)
        return error_coded(e, ERROR_SETUP, "bad_value", "`time_columns` names more than %d columns",
                           CSV_JOINED_MAX);
    for (size_t i = 0; i < names->count; i++) {
        columns[i] = csv_find_column(t, names->items[i]);
        if (columns[i] == CSV_NO_COLUMN)
            return error_coded(e, ERROR_DATA, "no_column",
                               "`time_columns` names %s, which is no column of the table",
                               names->items[i]);
    }
    return true;
}

/* time_format alone: every column of text whose first cell fits it. */
static void apply_format(CsvTable *t)
{
    const CsvRows *r = &t->layout.rows;
    Timestamp stamp;
    for (size_t k = 0; k < t->layout.columns; k++) {
        CsvColumn *c = &t->columns[k];
        const CsvCell *cell = t->layout.data < r->count ? csv_row_cell(r, t->layout.data, k) : NULL;
        if (!cell || (c->kind != CSV_TEXT && c->kind != CSV_TIME) ||
            !timestamp_parse(cell->bytes, cell->length, t->options->time_format, &stamp))
            continue;
        c->kind = CSV_TIME;
        c->pattern = t->options->time_format;
        c->ambiguous = false;
        c->is_date = !stamp.has_clock;
    }
}

/* Parts that the configuration lists without a format: by their names and kinds. */
static bool plan_listed_parts(CsvTable *t, const size_t *columns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const CsvColumn *c = &t->columns[columns[i]];
        bool date = (c->kind == CSV_TIME && c->is_date) ||
                    (c->kind == CSV_INTEGER && c->pattern && c->is_date);
        if (date && csv_clock_parts(t, columns[i], &t->time))
            return true;
    }
    return csv_parts_by_name(t, &t->time);
}

static bool plan_configured(Planner *p, int64_t zone_s, Error *e)
{
    CsvTable *t = p->table;
    const CsvOptions *o = t->options;
    size_t columns[CSV_JOINED_MAX], count;
    if (!resolve(t, &count, columns, e))
        return false;
    CsvColumn *first = &t->columns[columns[0]];
    if (count == 1 && (first->kind == CSV_TIME || !o->time_format)) {
        const char *epoch = epoch_units(first_number(t, columns[0]), epoch_until);
        if (first->kind != CSV_TIME && first->kind != CSV_TEXT && epoch)
            first->units = epoch;
        else if (first->kind != CSV_TIME)
            return error_coded(e, ERROR_DATA, "no_time",
                               "column %s has no times that explain themselves: set `time_format`",
                               first->name);
        return use_column(t, columns[0]);
    }
    if (o->time_format) {
        t->time = (CsvTimePlan){.from = CSV_TIME_JOINED,
                                .join_count = count,
                                .pattern = o->time_format,
                                .zone_s = zone_s,
                                .zone = o->time_zone ? o->time_zone : "UTC, the file says none"};
        memcpy(t->time.joined, columns, count * sizeof *columns);
        if (plan_works(t))
            return true;
        return error_coded(e, ERROR_DATA, "no_time",
                           "`time_columns` do not hold times as `time_format` %s says",
                           o->time_format);
    }
    if (plan_listed_parts(t, columns, count) && accept_parts(p, zone_s))
        return true;
    return error_coded(e, ERROR_DATA, "no_time",
                       "`time_columns` do not make a time together: set "
                       "`time_format` for the text they make, with a "
                       "blank between two columns");
}

/* --- the choice ----------------------------------------------------------------------------- */

static void note_ambiguous(Planner *p)
{
    const CsvTable *t = p->table;
    for (size_t k = 0; k < t->layout.columns; k++) {
        const CsvColumn *c = &t->columns[k];
        const CsvCell *cell = t->layout.data < t->layout.rows.count
                                  ? csv_row_cell(&t->layout.rows, t->layout.data, k)
                                  : NULL;
        if (!c->ambiguous || !cell || c->kind != CSV_TEXT)
            continue;
        dataset_note(p->dataset,
                     "column %s: day, month and year of dates like %.*s cannot be told apart; set "
                     "time_format, for instance to %s",
                     c->name, (int)cell->length, cell->bytes, c->pattern);
    }
}

static bool plan_date_and_clock(Planner *p, int64_t zone_s)
{
    CsvTable *t = p->table;
    size_t dates[] = {best_time_column(t, true), integer_date(t, false)};
    for (size_t i = 0; i < 2; i++)
        if (dates[i] != CSV_NO_COLUMN && csv_clock_parts(t, dates[i], &t->time) &&
            accept_parts(p, zone_s))
            return true;
    return false;
}

/* A column of whole numbers that are dates, alone. */
static bool plan_integer_date(Planner *p, size_t column, int64_t zone_s)
{
    CsvTable *t = p->table;
    if (column == CSV_NO_COLUMN)
        return false;
    (void)csv_clock_parts(t, column, &t->time);
    return accept_parts(p, zone_s);
}

bool csv_time_plan(CsvTable *t, Dataset *d, Arena *a, Error *e)
{
    Planner p = {.table = t, .dataset = d, .arena = a};
    int64_t zone_s = 0;
    t->time.from = CSV_TIME_NOWHERE;
    if (t->options->time_zone && !configured_zone(t->options->time_zone, &zone_s, e))
        return false;
    if (t->options->time_format)
        apply_format(t);
    settle_zones(&p, zone_s);
    note_ambiguous(&p);
    if (t->options->time_columns.count > 0)
        return plan_configured(&p, zone_s, e);
    size_t stamp = best_time_column(t, false);
    bool of_record = stamp != CSV_NO_COLUMN && is_of_record(t->columns[stamp].header);
    if (!of_record && use_column(t, stamp))
        return true;
    bool found = !p.refused && (plan_date_and_clock(&p, zone_s) ||
                                plan_integer_date(&p, integer_date(t, true), zone_s) ||
                                (csv_parts_by_name(t, &t->time) && accept_parts(&p, zone_s)));
    found = found || (!p.refused && use_column(t, best_time_column(t, true))) || plan_epoch(t) ||
            use_column(t, stamp) ||
            (!p.refused && plan_integer_date(&p, integer_date(t, false), zone_s));
    if (!found)
        t->time.from = CSV_TIME_NOWHERE;
    return true;
}
