/* profiler.c: winds and RASS temperatures of NOAA PSL's radar wind profilers ("ctd21125.15w").
 *
 * Blocks of a header and a table, one for each time and mode of the radar; heights differ by mode.
 * Each mode is a kind of rows, in which a row is a profile. 999999 is missing. psl.noaa.gov, data
 * description of the wind profilers; heights are km above the ground. */
#include "formats/text/profiler.h"

#include "formats/text/profiler_block.h"
#include "formats/text/text_table.h"

#include <stdio.h>
#include <string.h>

enum {
    MODES_MAX = 16,
    KEY_CELLS = 1,
    MODE_NAME = 16,
    PLACE_CELLS = 3,
    PROBE_LINES = 6,
    PROBE_MEMORY = 1 << 20
};

static const double missing_number = 999999;

/* A mode of the radar: columns and heights. */
typedef struct Mode {
    char name[MODE_NAME];
    StringView names_line;
    const char **names;
    size_t columns, gates;
    double *heights;
    TextAttrs attrs;
} Mode;

typedef struct Profiler {
    TextHead head;
    TextLines lines;
    ProfilerBlock block;
    Mode modes[MODES_MAX];
    size_t mode_count;
    TextRecord records[MODES_MAX];
    CsvCell *row; /* of the widest mode */
    size_t row_cells;
    const char *model;
    TextAttrs attrs;
    Arena *arena;
} Profiler;

/* --- recognition ---------------------------------------------------------------------------- */

static bool is_type(StringView line)
{
    static const char *const words[] = {"WINDS", "RASS", "TEMPS"};
    line = text_trimmed(line);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if (line.length > length && memcmp(line.bytes, words[i], length) == 0 &&
            line.bytes[length] == ' ' && memmem(line.bytes, line.length, " rev ", 5))
            return true;
    }
    return false;
}

static bool recognise(const TextHead *h)
{
    size_t i = 0;
    while (i < h->count && text_trimmed(h->lines[i]).length == 0)
        i++;
    return i + 1 < h->count && is_type(h->lines[i + 1]);
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    Arena a;
    TextHead head;
    Error e = {0};
    arena_init(&a, PROBE_MEMORY);
    bool is = text_head_read(in, PROBE_LINES, true, &head, &a, &e) && recognise(&head);
    arena_deinit(&a);
    text_probed(in, is, "a site, and below it WINDS or RASS with a revision",
                "the second line is not WINDS or RASS with a revision", p);
}

/* --- modes ---------------------------------------------------------------------------------- */

static double number_of(const CsvCell *c)
{
    double value;
    return text_to_double(c->bytes, c->length, '.', &value) ? value : 0;
}

/* The names and heights of the block are the mode's; the first heights where it is not whole. */
static bool fits(const Mode *m, ProfilerBlock *b)
{
    StringView names = b->header.names;
    if (b->gates > m->gates || b->promised != m->gates || names.length != m->names_line.length ||
        memcmp(names.bytes, m->names_line.bytes, names.length) != 0)
        return false;
    for (size_t i = 0; i < b->gates; i++)
        if (number_of(profiler_cell(b, 0, i)) != m->heights[i])
            return false;
    return true;
}

static Mode *mode_of(Profiler *p)
{
    for (size_t i = 0; i < p->mode_count; i++)
        if (fits(&p->modes[i], &p->block))
            return &p->modes[i];
    return NULL;
}

static void keep_settings(Profiler *p, Mode *m)
{
    const ProfilerHeader *h = &p->block.header;
    m->attrs.arena = p->arena;
    text_attr_view(&m->attrs, "averaging_minutes_beams_gates", text_trimmed(h->consensus));
    text_attr_view(&m->attrs, "consensus_windows", text_trimmed(h->windows));
    text_attr_view(&m->attrs, "integrations_averages_pulses_periods", text_trimmed(h->pulses));
    text_attr_view(&m->attrs, "doppler_range_delays_gates_spacings", text_trimmed(h->gates));
    text_attr_view(&m->attrs, "beam_azimuths_and_elevations", text_trimmed(h->beams));
}

static bool add_mode(Profiler *p, Error *e)
{
    ProfilerBlock *b = &p->block;
    if (p->mode_count == MODES_MAX) {
        error_coded(e, ERROR_DATA, "bad_header",
                    "more than %d sets of heights: this is no profiler with a few modes",
                    MODES_MAX);
        return error_at(e, "line %llu", (unsigned long long)b->line);
    }
    Mode *m = &p->modes[p->mode_count++];
    snprintf(m->name, sizeof m->name, "mode_%zu", p->mode_count);
    m->names_line = b->header.names;
    m->names_line.bytes = text_copy(b->header.names, p->arena);
    m->names = text_cells(b->header.names, ' ', 0, &m->columns, p->arena);
    m->gates = b->gates;
    m->heights = arena_array(p->arena, m->gates, sizeof *m->heights);
    if (!m->names_line.bytes || !m->names || !m->heights)
        return arena_full(p->arena, e);
    for (size_t i = 0; i < m->gates; i++)
        m->heights[i] = number_of(profiler_cell(b, 0, i));
    keep_settings(p, m);
    size_t cells = KEY_CELLS + PROFILER_DATE_CELLS + m->columns * m->gates;
    p->row_cells = cells > p->row_cells ? cells : p->row_cells;
    return m->attrs.failed ? arena_full(p->arena, e) : true;
}

static void global_attributes(Profiler *p)
{
    static const char *const names[] = {"latitude", "longitude", "altitude_m"};
    const ProfilerHeader *h = &p->block.header;
    size_t count;
    double value;
    text_attr_view(&p->attrs, "station", text_trimmed(h->site));
    text_attr_view(&p->attrs, "data_type", text_trimmed(h->type));
    const char **place = text_cells(h->place, ' ', 0, &count, p->arena);
    for (size_t i = 0; place && i < PLACE_CELLS && i < count; i++)
        if (text_to_double(place[i], strlen(place[i]), '.', &value))
            text_attr_number(&p->attrs, names[i], value);
    p->model = text_copy(text_trimmed(h->type), p->arena);
    p->attrs.failed |= !place || !p->model;
}

/* Looks through the file for its modes. */
static bool find_modes(Profiler *p, Error *e)
{
    for (bool end = false;;) {
        if (!profiler_block_next(&p->block, &p->lines, &end, e))
            return false;
        if (end)
            break;
        if (!p->block.whole || mode_of(p))
            continue;
        if (p->mode_count == 0)
            global_attributes(p);
        if (!add_mode(p, e))
            return false;
    }
    if (p->mode_count > 0)
        return text_lines_rewind(&p->lines, e);
    error_coded(e, ERROR_DATA, "truncated",
                "no profile is whole: none has all the gates that its "
                "header says");
    return error_at(e, "line %llu", (unsigned long long)p->block.line);
}

/* --- rows ----------------------------------------------------------------------------------- */

static CsvCell key_cell(Mode *m)
{
    static char none[MODE_NAME] = "?";
    char *text = m ? m->name : none;
    return (CsvCell){.bytes = text, .length = (uint32_t)strlen(text)};
}

/* A block as a row: the mode, the date, and column by column the gates. */
static bool next_row(void *state, TextRow *row, bool *end, Error *e)
{
    Profiler *p = state;
    ProfilerBlock *b = &p->block;
    if (!profiler_block_next(b, &p->lines, end, e) || *end)
        return !*end ? false : true;
    Mode *m = mode_of(p);
    size_t n = 0;
    p->row[n++] = key_cell(m);
    for (size_t k = 0; b->whole && k < PROFILER_DATE_CELLS; k++)
        p->row[n++] = b->date[k];
    for (size_t k = 0; m && b->whole && k < m->columns; k++)
        for (size_t i = 0; i < m->gates; i++)
            p->row[n++] = *profiler_cell(b, k, i);
    *row = (TextRow){p->row, n, b->line, b->unfinished && !b->whole};
    return true;
}

static bool rewind_rows(void *state, Error *e)
{
    return text_lines_rewind(&((Profiler *)state)->lines, e);
}

/* --- columns -------------------------------------------------------------------------------- */

typedef struct Quantity {
    const char *name, *units, *long_name, *standard_name;
    bool by_beam;
} Quantity;

static const Quantity quantities[] = {
    {"SPD", "m s-1", "wind speed", "wind_speed", false},
    {"DIR", "degree", "wind direction", "wind_from_direction", false},
    {"MET_QC", NULL, "meteorological quality control code", NULL, false},
    {"RAD", "m s-1", "radial velocity", NULL, true},
    {"CNT", "1", "number of values in the consensus", NULL, false},
    {"SNR", "dB", "signal-to-noise ratio", NULL, false},
    {"QC", NULL, "quality control code", NULL, true},
    {"T", "degC", "uncorrected RASS virtual temperature", "virtual_temperature", false},
    {"Tc", "degC", "RASS virtual temperature, corrected for the vertical wind",
     "virtual_temperature", false},
    {"W", "m s-1", "vertical wind", "upward_air_velocity", false},
};

/* How many columns up to this one have its name: the beams of a wind profiler. */
static size_t occurrence(const Mode *m, size_t k)
{
    size_t n = 0;
    for (size_t i = 0; i <= k; i++)
        n += strcmp(m->names[i], m->names[k]) == 0;
    return n;
}

static bool describe_column(Profiler *p, const Mode *m, size_t k, TextColumn *c)
{
    const char *name = m->names[k];
    *c = (TextColumn){
        .name = name, .kind = TEXT_NUMBER, .missing = &missing_number, .missing_count = 1};
    for (size_t i = 0; i < sizeof quantities / sizeof *quantities; i++) {
        const Quantity *q = &quantities[i];
        if (strcmp(q->name, name) != 0)
            continue;
        c->units = q->units;
        c->long_name = q->by_beam
                           ? arena_printf(p->arena, "%s, beam %zu", q->long_name, occurrence(m, k))
                           : q->long_name;
        c->standard_name = q->standard_name;
        if (!c->long_name)
            return false;
    }
    return true;
}

static bool describe_mode(Profiler *p, Mode *m, TextRecord *record)
{
    static const TextPiece pieces[] = {TEXT_YEAR,    TEXT_MONTH,   TEXT_DAY,    TEXT_HOURS,
                                       TEXT_MINUTES, TEXT_SECONDS, TEXT_MINUTES};
    size_t cells = KEY_CELLS + PROFILER_DATE_CELLS + m->columns * m->gates;
    TextColumn *columns = arena_array(p->arena, cells, sizeof *columns);
    TextStack *stacks = arena_array(p->arena, m->columns, sizeof *stacks);
    if (!columns || !stacks)
        return false;
    *record = (TextRecord){.name = m->name,
                           .key = m->name,
                           .columns = columns,
                           .column_count = cells,
                           .stacks = stacks};
    for (size_t k = 0; k < cells; k++)
        columns[k] = (TextColumn){.kind = TEXT_SKIP};
    for (size_t k = 0; k < PROFILER_DATE_CELLS; k++)
        record->time.pieces[record->time.count++] =
            (TextTimePiece){.column = KEY_CELLS + k, .piece = pieces[k]};
    for (size_t k = 1; k < m->columns; k++) {
        TextStack *s = &stacks[record->stack_count++];
        *s = (TextStack){.first = KEY_CELLS + PROFILER_DATE_CELLS + k * m->gates, .axis_count = 1};
        if (!describe_column(p, m, k, &s->as))
            return false;
        s->axes[0] = (TextAxis){.name = "height",
                                .length = m->gates,
                                .coordinates = m->heights,
                                .units = "km",
                                .long_name = "height above ground",
                                .standard_name = "height"};
    }
    record->time.comment = "UTC: the minutes that the header states behind the time are added";
    return true;
}

/* --- reader --------------------------------------------------------------------------------- */

static bool prepare(Profiler *p, const Input *in, Error *e)
{
    if (!text_head_read(in, PROBE_LINES, false, &p->head, p->arena, e) ||
        !text_lines_open(&p->lines, in, &p->head, 1, p->arena, e) ||
        !profiler_block_init(&p->block, p->arena, e) || !find_modes(p, e))
        return false;
    p->row = arena_array(p->arena, p->row_cells, sizeof *p->row);
    for (size_t i = 0; p->row && i < p->mode_count; i++)
        if (!describe_mode(p, &p->modes[i], &p->records[i]))
            return arena_full(p->arena, e);
    return p->row && !p->attrs.failed ? true : arena_full(p->arena, e);
}

/* The settings of a mode are attributes of its group; those of the only one are the file's. */
static bool attach_settings(Profiler *p, Dataset *d, Error *e)
{
    for (size_t i = 0; i < p->mode_count && p->mode_count > 1; i++) {
        d->groups[1 + i].attrs = p->modes[i].attrs.items;
        d->groups[1 + i].attr_count = p->modes[i].attrs.count;
    }
    const TextAttrs *own = &p->modes[0].attrs;
    for (size_t i = 0; i < own->count && p->mode_count == 1; i++)
        text_attr(&p->attrs, own->items[i].name, own->items[i].values);
    d->groups[0].attrs = p->attrs.items;
    d->groups[0].attr_count = p->attrs.count;
    return p->attrs.failed ? arena_full(p->arena, e) : true;
}

static bool open_profiler(const Input *in, const void *options, const FormatLimits *limits,
                          Arena *a, Reader **out, Error *e)
{
    static const TextSource source = {.next = next_row, .rewind = rewind_rows};
    (void)options;
    (void)limits;
    Profiler *p = arena_alloc(a, sizeof *p);
    if (!p)
        return arena_full(a, e);
    p->arena = p->attrs.arena = a;
    if (!prepare(p, in, e))
        return false;
    TextTable table = {
        .model = p->model,
        .records = p->records,
        .record_count = p->mode_count,
        .source = &source,
        .state = p,
    };
    if (!text_table_open(&table, in, a, out, e) || !attach_settings(p, (*out)->dataset, e))
        return false;
    text_head_note(&p->head, (*out)->dataset);
    return true;
}

const Format format_profiler = {
    .name = "profiler",
    .summary = "winds and RASS temperatures of NOAA PSL's radar wind profilers",
    .extensions = "",
    .probe = probe,
    .open = open_profiler,
    .next = text_table_next,
    .close = text_table_close,
};
