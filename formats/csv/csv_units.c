/* csv_units.c: units in a row of their own, in names, and in comments. */
#include "core/units.h"
#include "formats/csv/csv_names.h"

#include <ctype.h>
#include <string.h>

enum { NAME_MAX_LENGTH = 60, UNIT_MAX_LENGTH = 24 };

/* --- a row of units ------------------------------------------------------------------------- */

/* What stands in a row of units where a column has none. */
static bool is_no_unit(const char *cell)
{
    static const char *const words[] = {"-",   "--", "---", "utc", "gmt", "ts",   "rn",
                                        "[-]", "()", "[]",  "#",   "n/a", "none", NULL};
    for (const char *const *w = words; *w; w++)
        if (text_equal_nocase(cell, *w))
            return true;
    return text_starts_nocase(cell, "yy") || text_starts_nocase(cell, "hh") ||
           text_starts_nocase(cell, "dd");
}

/* The names of the parts of a date are units too. */
static bool is_part_of_date(const char *cell)
{
    static const char *const words[] = {"year", "month", "day", "hour", "minute", "second", NULL};
    for (const char *const *w = words; *w; w++)
        if (text_equal_nocase(cell, *w))
            return true;
    return false;
}

static bool is_bracketed(const char *cell)
{
    size_t length = strlen(cell);
    return length > 2 && ((cell[0] == '(' && cell[length - 1] == ')') ||
                          (cell[0] == '[' && cell[length - 1] == ']'));
}

const char *csv_unit_text(const char *cell, Arena *a)
{
    size_t length = strlen(cell);
    return is_bracketed(cell) ? arena_copy(a, cell + 1, length - 2) : cell;
}

bool csv_are_units(const char *const *cells, size_t count)
{
    enum { DATE_PARTS = 3 };
    size_t filled = 0, units = 0, neutral = 0, parts = 0;
    double number;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(cells[i]);
        if (length == 0)
            continue;
        if (time_units_look_like(cells[i])) {
            filled++;
            units++;
            continue;
        }
        if (length > UNIT_MAX_LENGTH ||
            (text_to_double(cells[i], length, '.', &number) && number != 1))
            return false;
        filled++;
        parts += is_part_of_date(cells[i]);
        if (is_no_unit(cells[i]))
            neutral++;
        else
            units += is_bracketed(cells[i]) ||
                     ((cells[i][0] < '0' || cells[i][0] > '9') && units_known(cells[i]));
    }
    return units > 0 && parts < DATE_PARTS && (units + neutral) * 2 >= filled;
}

/* --- one name ------------------------------------------------------------------------------- */

static char *copy_between(const char *from, const char *to, Arena *a)
{
    while (from < to && *from == ' ')
        from++;
    while (to > from && to[-1] == ' ')
        to--;
    return arena_copy(a, from, (size_t)(to - from));
}

static bool is_label(const char *text)
{
    double number;
    size_t length = strlen(text);
    if (length == 1 && strchr("xyzijn", text[0])) /* "wind [x]": a component, an index */
        return false;
    return length > 0 && length <= UNIT_MAX_LENGTH && !text_to_double(text, length, '.', &number);
}

/* Parts of a whole, in capitals too: UDUNITS knows the small ones. */
static bool is_part(const char *units)
{
    static const char *const words[] = {"ppm", "ppb", "ppt", "ppmv", "ppbv", "pptv", NULL};
    for (const char *const *w = words; *w; w++)
        if (text_equal_nocase(units, *w))
            return true;
    return false;
}

const char *csv_units_of_name(const char *name, Arena *a)
{
    for (const char *close = name + strlen(name); close > name; close--) {
        if (close[-1] != ')' && close[-1] != ']')
            continue;
        char opening = close[-1] == ')' ? '(' : '[';
        const char *open = memrchr(name, opening, (size_t)(close - 1 - name));
        if (!open)
            continue;
        const char *units = copy_between(open + 1, close - 1, a);
        if (units && (opening == '[' ? is_label(units) : units_known(units) || is_part(units)))
            return units;
    }
    return NULL;
}

/* "Gage height, feet" */
static const char *behind_comma(const char *name, Arena *a)
{
    const char *comma = strrchr(name, ',');
    const char *units = comma ? copy_between(comma + 1, name + strlen(name), a) : NULL;
    static const char *const powers[][2] = {{"cubic ", "3"}, {"square ", "2"}};
    for (size_t i = 0; units && i < sizeof powers / sizeof *powers; i++) {
        size_t word = strlen(powers[i][0]);
        if (strncmp(units, powers[i][0], word) != 0)
            continue;
        const char *unit = units + word; /* "cubic feet per second" is feet3 per second */
        size_t length = strcspn(unit, " ");
        units = arena_printf(a, "%.*s%s%s", (int)length, unit, powers[i][1], unit + length);
    }
    return units && is_label(units) && units[1] && units_known(units) ? units : NULL;
}

/* "air_temp", "Temperature", "tempmax"; not "attempt", "template", "temperate". */
static bool speaks_of_temperature(const char *name)
{
    static const char *const rest[] = {"erature", "max", "min", "avg", "mean", "s_", NULL};
    for (const char *at = name; (at = strcasestr(at, "temp")) != NULL;) {
        at += strlen("temp");
        if (!isalpha((unsigned char)*at))
            return true;
        for (const char *const *r = rest; *r; r++)
            if (text_starts_nocase(at, *r))
                return true;
    }
    return false;
}

/* "speed", or the word "ws". */
static bool speaks_of_speed(const char *name)
{
    const char *ws = strcasestr(name, "ws_");
    return strcasestr(name, "speed") || (ws && (ws == name || !isalpha((unsigned char)ws[-1])));
}

/* What names end in behind "_" where their units have no brackets: "air_pressure_hPa". Units that
 * other words are spelt like need one beside them that says what is measured. */
static const char *behind_underline(const char *name)
{
    static const struct {
        const char *ending, *units;
        bool (*speaks)(const char *name);
    } known[] = {
        {"mm", "mm", NULL},
        {"cm", "cm", NULL},
        {"km", "km", NULL},
        {"hpa", "hPa", NULL},
        {"kpa", "kPa", NULL},
        {"mbar", "mbar", NULL},
        {"deg", "degree", NULL},
        {"degc", "degC", NULL},
        {"degf", "degF", NULL},
        {"pct", "%", NULL},
        {"percent", "%", NULL},
        {"c", "degC", speaks_of_temperature},
        {"k", "K", speaks_of_temperature},
        {"f", "degF", speaks_of_temperature},
        {"ms", "m s-1", speaks_of_speed},
        {"wm2", "W m-2", NULL},
        {"volts", "V", NULL},
    };
    static const char *const dates[] = {"hh", "yy", "dd", "date", "time", NULL}; /* "hh_mm" */
    const char *ending = strrchr(name, '_');
    for (const char *const *d = dates; *d; d++)
        if (text_starts_nocase(name, *d))
            return NULL;
    for (size_t i = 0; ending && i < sizeof known / sizeof *known; i++)
        if (text_equal_nocase(ending + 1, known[i].ending) &&
            (!known[i].speaks || known[i].speaks(name)))
            return known[i].units;
    return NULL;
}

/* Instead of what is measured the name is the unit. */
static const char *whole_name(const char *name)
{
    static const char *const known[] = {"degC", "degF", "hPa",  "kPa", "mbar", "m/s",  "km/h",
                                        "W/m2", "ppm",  "ppmv", "ppb", "ppbv", "mm/h", NULL};
    for (const char *const *k = known; *k; k++)
        if (strcmp(name, *k) == 0)
            return *k;
    return NULL;
}

const char *csv_units_in_name(const char *name, Arena *a)
{
    const char *units = csv_units_of_name(name, a);
    if (!units)
        units = behind_comma(name, a);
    if (!units)
        units = behind_underline(name);
    return units ? units : whole_name(name);
}

bool csv_is_least(const CsvLayout *l, const char *units)
{
    static const char *const others[] = {"(max", "[max", ", max", "(mean", "[mean", ", mean", NULL};
    if (strcmp(units, "min") != 0)
        return false;
    for (size_t k = 0; k < l->columns; k++)
        for (const char *const *o = others; *o; o++)
            if (strcasestr(l->names[k], *o))
                return true;
    return false;
}

/* --- all names of a table ------------------------------------------------------------------- */

/* "(umol/m2s)", "(degres)": brackets at the end that UDUNITS does not know. */
static const char *bracketed_end(const char *name, Arena *a)
{
    size_t length = strlen(name);
    const char *open = strrchr(name, '(');
    if (length == 0 || name[length - 1] != ')' || !open)
        return NULL;
    const char *units = copy_between(open + 1, name + length - 1, a);
    return units && is_label(units) && (strchr(units, '/') || text_starts_nocase(units, "deg"))
               ? units
               : NULL;
}

/* "Ta/dsC": behind the only slash. */
static const char *behind_slash(const char *name, Arena *a)
{
    const char *slash = strchr(name, '/');
    if (!slash || slash == name || !slash[1] || slash[1] == '(' || strchr(slash + 1, '/'))
        return NULL;
    return copy_between(slash + 1, name + strlen(name), a);
}

typedef const char *FindUnits(const char *name, Arena *a);

/* Where most names have known units at one place, so have the others, known or not. */
static void follow_habit(CsvLayout *l, FindUnits *known, FindUnits *any, Arena *a)
{
    size_t having = 0;
    for (size_t k = 0; k < l->columns; k++) {
        const char *units = known(l->names[k], a);
        having += units && units_known(units);
    }
    for (size_t k = 0; k < l->columns && having * 2 > l->columns; k++) {
        const char *units =
            l->units[k][0] || csv_units_of_name(l->names[k], a) ? NULL : any(l->names[k], a);
        if (units)
            l->units[k] = units;
    }
}

void csv_units_in_names(CsvLayout *l, Arena *a)
{
    follow_habit(l, csv_units_of_name, bracketed_end, a);
    follow_habit(l, behind_slash, behind_slash, a);
}

/* --- comments ------------------------------------------------------------------------------- */

/* "at 2 m": UDUNITS takes a word for a unit. */
static bool is_phrase(const char *text)
{
    static const char *const words[] = {"at ", "in ", "a ", "for ", "per ", NULL};
    for (const char *const *w = words; *w; w++)
        if (text_starts_nocase(text, *w))
            return true;
    return false;
}

void csv_units_in_comments(CsvLayout *l, Arena *a)
{
    for (size_t i = 0; i < l->rows.comment_count; i++) {
        StringView text = l->rows.comments[i].text;
        const char *colon = memchr(text.bytes, ':', text.length), *end = text.bytes + text.length;
        if (!colon || text.length > 2 * NAME_MAX_LENGTH)
            continue;
        const char *name = copy_between(text.bytes, colon, a);
        const char *units = copy_between(colon + 1, end, a);
        if (!name || !units || is_phrase(units) || !units_known(units))
            continue;
        for (size_t k = 0; k < l->columns; k++)
            if (!l->units[k][0] && strcmp(l->names[k], name) == 0)
                l->units[k] = units;
    }
}
