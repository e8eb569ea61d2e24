/* text_setup_time.c: which columns say when a row was measured. */
#include "formats/text/text_setup.h"

#include <string.h>

static const struct {
    const char *word;
    TextPiece piece;
    const char *units;
} forms[] = {
    {"iso", TEXT_PATTERN, NULL},
    {"year", TEXT_YEAR, NULL},
    {"month", TEXT_MONTH, NULL},
    {"day", TEXT_DAY, NULL},
    {"day_of_year", TEXT_DAY_OF_YEAR, NULL},
    {"days", TEXT_DAYS, NULL},
    {"hours", TEXT_HOURS, NULL},
    {"minutes", TEXT_MINUTES, NULL},
    {"seconds", TEXT_SECONDS, NULL},
    {"hhmm", TEXT_HHMM, NULL},
    {"hhmmss", TEXT_HHMMSS, NULL},
    {"unix", TEXT_SINCE, "seconds since 1970-01-01"},
    {"unix_ms", TEXT_SINCE, "milliseconds since 1970-01-01"},
    {"excel", TEXT_SINCE, "days since 1899-12-30"},
    {"matlab", TEXT_SINCE, "days since -0001-12-31"},
    {NULL, TEXT_PATTERN, NULL},
};

/* What follows the column's name: "%d.%m.%Y", "days since 1950-01-01", "hhmm". */
static bool read_form(const char *form, TextTimePiece *p, Error *e)
{
    TimeUnits units;
    if (strchr(form, '%')) {
        p->pattern = form;
        return true;
    }
    if (strstr(form, " since ")) {
        p->piece = TEXT_SINCE;
        p->units = form;
        Error inner = {0};
        return time_units_parse(form, CALENDAR_PROLEPTIC_GREGORIAN, &units, &inner) ||
               error_coded(e, ERROR_SETUP, "bad_value", "%s", inner.message);
    }
    const char *words[sizeof forms / sizeof *forms] = {0};
    for (size_t i = 0; forms[i].word; i++) {
        words[i] = forms[i].word;
        if (strcmp(form, forms[i].word) != 0)
            continue;
        p->piece = forms[i].piece;
        p->units = forms[i].units;
        return true;
    }
    const char *near = text_nearest(form, words);
    return error_coded(
        e, ERROR_SETUP, "bad_value",
        "`%s` is no form of time%s%s%s; allowed are a format like %%d.%%m.%%Y, units "
        "like days since 1950-01-01, and the words of the manual",
        form, near ? " (did you mean `" : "", near ? near : "", near ? "`?)" : "");
}

/* "COLUMN FORM", COLUMN in quotation marks where it has blanks. `row` counts them: "row 0.5
 * seconds". */
static bool read_piece(Setup *s, SetupKind *k, const char *text, TextTimePiece *p, bool *mine,
                       Error *e)
{
    Item item;
    const char *rest = text;
    char quote = 0;
    *p = (TextTimePiece){0};
    for (; *rest && (quote || *rest != ' '); rest++)
        if (quote ? *rest == quote : *rest == '\'' || *rest == '"')
            quote = quote ? 0 : *rest;
    char *column = arena_copy(s->arena, text, (size_t)(rest - text));
    if (!column)
        return arena_full(s->arena, e);
    rest += strspn(rest, " ");
    if (!setup_item(s, k, column, &item, mine, e) || !*mine)
        return e->kind == ERROR_NONE;
    if (strcmp(item.name, "row") == 0) {
        size_t length = strcspn(rest, " ");
        p->column = TEXT_ROW_NUMBER;
        if (text_to_double(rest, length, '.', &p->scale) && p->scale != 0)
            rest += length + strspn(rest + length, " ");
    } else if (!setup_find(s, k, item.name, &p->column, e)) {
        return false;
    }
    if (!*rest) {
        p->piece = TEXT_PATTERN; /* ISO 8601 */
        return true;
    }
    return read_form(rest, p, e);
}

static bool read_zone(const Setup *s, TextTime *t, Error *e)
{
    const char *zone = s->options->time_zone;
    Timestamp stamp, utc;
    if (!zone)
        return true;
    const char *text = arena_printf(s->arena, "2000-01-01 00:00:00 %s", zone);
    if (!text)
        return arena_full(s->arena, e);
    if (!timestamp_parse(text, strlen(text), "%Y-%m-%d %H:%M:%S %z", &stamp) ||
        !timestamp_parse_iso("2000-01-01", 10, &utc)) {
        error_coded(e, ERROR_SETUP, "bad_value",
                    "`time_zone` is `%s`, but must be UTC or an offset like +02:00", zone);
        return error_at(e, "time_zone 0");
    }
    t->zone_s = utc.instant.seconds - stamp.instant.seconds;
    return true;
}

static bool read_date(const Setup *s, TextTime *t, Error *e)
{
    const char *date = s->options->time_date;
    Timestamp stamp;
    if (!date)
        return true;
    if (!timestamp_parse_iso(date, strlen(date), &stamp)) {
        error_coded(e, ERROR_SETUP, "bad_value",
                    "`time_date` is `%s`, but must be a date like 2021-01-31", date);
        return error_at(e, "time_date 0");
    }
    t->base_s = stamp.instant.seconds;
    return true;
}

bool setup_time(Setup *s, SetupKind *k, Error *e)
{
    const TextOptions *o = s->options;
    TextTime *t = &k->record.time;
    *t = (TextTime){.year = (int)o->time_year, .pivot = (int)o->time_pivot, .wraps = o->time_wraps};
    if (!read_zone(s, t, e) || !read_date(s, t, e))
        return false;
    for (size_t i = 0; i < o->time.count && !k->record.ignored; i++) {
        bool mine = false;
        TextTimePiece piece;
        if (!read_piece(s, k, o->time.items[i], &piece, &mine, e))
            return e->kind == ERROR_SETUP ? error_at(e, "time %zu", i) : false;
        if (!mine)
            continue;
        if (t->count == TEXT_PIECES_MAX) {
            error_coded(e, ERROR_SETUP, "bad_value", "more than %d parts of a time",
                        TEXT_PIECES_MAX);
            return error_at(e, "time %zu", i);
        }
        t->pieces[t->count++] = piece;
    }
    return true;
}
