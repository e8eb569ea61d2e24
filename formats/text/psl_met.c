/* psl_met.c: surface meteorology of NOAA PSL, "ayp22199.21m".
 *
 * Rows of a Campbell logger without a header: number of the array, year, day of the year, hhmm,
 * then values. Four whole numbers prove little: they are a time only where the file's name says the
 * same year, day and hour, or where several rows follow each other by the clock. */
#include "formats/text/psl_met.h"

#include "formats/text/psl_sites.h"
#include "formats/text/text_head.h"
#include "formats/text/text_table.h"

#include <stdio.h>
#include <string.h>

enum {
    ARRAY,
    YEAR,
    DAY,
    HHMM,
    DATE_CELLS,
    CELLS_LEAST = 6,
    CELLS_MOST = 200,
    PROBE_LINES = 40,
    PROVING_ROWS = 6,
    PROBE_MEMORY = 1 << 20,
    NAME_LENGTH = 12,
    LABEL_LENGTH = 8,
};

static const double missing_number = 99999;

typedef struct PslMet {
    TextHead head;
    TextColumn *columns;
    TextRecord record;
    TextAttrs attrs;
} PslMet;

/* --- recognition ---------------------------------------------------------------------------- */

typedef struct Stamp {
    int64_t array, year, day, hhmm;
} Stamp;

static bool whole(const char *text, int64_t least, int64_t most, int64_t *out)
{
    return text_to_int64(text, strlen(text), out) && *out >= least && *out <= most;
}

static bool is_row(const char *const *cells, size_t count, Stamp *s)
{
    double value;
    if (count < CELLS_LEAST || count > CELLS_MOST || !whole(cells[ARRAY], 1, 9999, &s->array) ||
        !whole(cells[YEAR], 1980, 2199, &s->year) || !whole(cells[DAY], 1, 366, &s->day) ||
        !whole(cells[HHMM], 0, 2400, &s->hhmm) || s->hhmm % 100 > 59)
        return false;
    for (size_t k = DATE_CELLS; k < count; k++)
        if (!text_to_double(cells[k], strlen(cells[k]), '.', &value))
            return false;
    return true;
}

static int64_t minute_of(const Stamp *s)
{
    return (s->day * 24 + s->hhmm / 100) * 60 + s->hhmm % 100;
}

/* "ayp22199.21m": site, year, day of the year, hour. */
static bool is_named(const char *name, const Stamp *s)
{
    int64_t year, day, hour;
    return strlen(name) == NAME_LENGTH && strspn(name, "abcdefghijklmnopqrstuvwxyz") == 3 &&
           name[LABEL_LENGTH] == '.' && name[NAME_LENGTH - 1] == 'm' &&
           text_to_int64(name + 3, 2, &year) && text_to_int64(name + 5, 3, &day) &&
           text_to_int64(name + LABEL_LENGTH + 1, 2, &hour) && year == s->year % 100 &&
           day == s->day && hour == s->hhmm / 100;
}

static const char by_name[] = "array number, year, day and hhmm, and the file's name says the same";

/* What speaks for it: a phrase; NULL: nothing. *cells: of every row. A counter beside years is no
 * clock: the array is one and the same, and hhmm moves too. */
static const char *recognise(const TextHead *h, const char *name, size_t *cells, Arena *a)
{
    Stamp first = {0}, last = {0}, now;
    size_t rows = 0;
    bool even = true;
    int64_t step = 0;
    *cells = 0;
    for (size_t i = 0; i < h->count; i++) {
        size_t count;
        bool cut = h->whole && rows > 0 && i + 1 == h->count;
        if (text_trimmed(h->lines[i]).length == 0)
            continue;
        const char **row = text_cells(h->lines[i], ',', 0, &count, a);
        if (!row || !is_row(row, count, &now) || (*cells && count != *cells)) {
            if (cut)
                break;
            return NULL;
        }
        int64_t moved = minute_of(&now) - minute_of(&last);
        even = even && (rows < 2 || moved == step) &&
               (rows == 0 || (moved > 0 && now.hhmm != last.hhmm && now.year == last.year &&
                              now.array == last.array));
        step = moved;
        first = rows == 0 ? now : first;
        last = now;
        *cells = count;
        rows++;
    }
    if (rows > 0 && name && is_named(name, &first))
        return by_name;
    return rows >= PROVING_ROWS && even
               ? "array number, year, day and hhmm, which advance evenly from row to row"
               : NULL;
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    Arena a;
    TextHead head;
    Error e = {0};
    size_t cells;
    arena_init(&a, PROBE_MEMORY);
    const char *why = text_head_read(in, PROBE_LINES, true, &head, &a, &e)
                          ? recognise(&head, in->name, &cells, &a)
                          : NULL;
    arena_deinit(&a);
    text_probed(in, why, why, "no rows of array number, year, day of the year and hhmm", p);
}

/* --- reader --------------------------------------------------------------------------------- */

static bool describe(PslMet *m, const PslSite *site, bool named, size_t cells, Arena *a)
{
    static const char *const names[] = {"Datalogger_ID", "Year", "J_day", "HoursMinutes"};
    static const TextPiece pieces[] = {TEXT_YEAR, TEXT_DAY_OF_YEAR, TEXT_HHMM};
    m->columns = arena_array(a, cells, sizeof *m->columns);
    if (!m->columns)
        return false;
    TextTime *time = &m->record.time;
    for (size_t k = 0; k < cells; k++) {
        TextColumn *c = &m->columns[k];
        if (k < DATE_CELLS) {
            *c = (TextColumn){.name = names[k], .kind = TEXT_INTEGER};
            if (k > ARRAY)
                time->pieces[time->count++] =
                    (TextTimePiece){.column = k, .piece = pieces[k - YEAR]};
            continue;
        }
        *c = (TextColumn){
            .kind = TEXT_NUMBER, .missing = &missing_number, .missing_count = named ? 1 : 0};
        if (!site)
            continue;
        const PslColumn *known = &psl_columns[site->columns[k - DATE_CELLS]];
        c->name = known->name;
        c->units = known->units;
        c->long_name = known->long_name;
        c->standard_name = known->standard_name;
    }
    time->comment = site ? "UTC" : "the file states no time zone, taken for UTC";
    m->record.columns = m->columns;
    m->record.column_count = cells;
    return true;
}

static void global_attributes(PslMet *m, const PslSite *site)
{
    if (!site)
        return;
    text_attr(&m->attrs, "station", site->id);
    text_attr(&m->attrs, "station_name", site->place);
    text_attr_number(&m->attrs, "latitude", site->latitude);
    text_attr_number(&m->attrs, "longitude", site->longitude);
    text_attr_number(&m->attrs, "altitude_m", site->altitude_m);
}

static bool open_psl_met(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                         Reader **out, Error *e)
{
    (void)options;
    (void)limits;
    size_t cells;
    PslMet *m = arena_alloc(a, sizeof *m);
    if (!m)
        return arena_full(a, e);
    m->attrs.arena = a;
    if (!text_head_read(in, PROBE_LINES, false, &m->head, a, e))
        return false;
    const char *why = recognise(&m->head, in->name, &cells, a);
    if (!why)
        return error_coded(e, ERROR_DATA, "bad_header",
                           "the rows are not array number, year, day of the year and hhmm, or "
                           "nothing proves that this is their time");
    const PslSite *site = in->name ? psl_site_of(in->name, cells - DATE_CELLS) : NULL;
    bool named = site || why == by_name; /* any Campbell logger's rows may look like these */
    global_attributes(m, site);
    if (!describe(m, site, named, cells, a) || m->attrs.failed)
        return arena_full(a, e);
    TextTable table = {
        .model = named ? "PSL surface meteorology" : "array table of a Campbell logger",
        .layout = {.encoding = m->head.encoding, .bom_bytes = m->head.bom_bytes, .separator = ','},
        .records = &m->record,
        .record_count = 1,
        .attrs = m->attrs.items,
        .attr_count = m->attrs.count,
    };
    if (!text_table_open(&table, in, a, out, e))
        return false;
    text_head_note(&m->head, (*out)->dataset);
    if (!site)
        dataset_note((*out)->dataset, "nothing says what the columns behind the time are");
    return true;
}

const Format format_psl_met = {
    .name = "psl_met",
    .summary = "surface meteorology of NOAA PSL (rows of array number, year, day, hhmm)",
    .extensions = "",
    .probe = probe,
    .open = open_psl_met,
    .next = text_table_next,
    .close = text_table_close,
};
