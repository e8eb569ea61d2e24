/* halo_parameters.c: system_parameters_ID_yyyymm.txt: housekeeping of the lidar, without names.
 *
 * Times are written as the computer's settings say: "7/1/2021 1:05:09 PM" has the month first,
 * "01/07/2021 13:05:09" the day (as doppy reads them, raw/halo_sys_params.py). */
#include "formats/halo/halo.h"

#include "formats/halo/halo_companion.h"

#include "core/time.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS = 7, LOOKED_AT = 20 };

static const char word[] = "system_parameters";
static const char month_first[] = "%m/%d/%Y %I:%M:%S %p", day_first[] = "%d/%m/%Y %H:%M:%S";

typedef struct Parameters {
    TextHead head;
    TextAttrs attrs;
    TextColumn columns[COLUMNS];
    TextRecord record;
} Parameters;

/* How the line's time is written; NULL: it is no line of housekeeping. */
static const char *pattern_of(StringView line, Arena *a)
{
    Timestamp t;
    size_t count;
    double number;
    const char **cells = text_cells(line, '\t', 0, &count, a);
    if (!cells || count < COLUMNS || (count == COLUMNS + 1 && cells[COLUMNS][0] != '\0') ||
        count > COLUMNS + 1)
        return NULL;
    for (size_t k = 1; k < COLUMNS; k++)
        if (!text_to_double(cells[k], strlen(cells[k]), '.', &number) &&
            !text_to_double(cells[k], strlen(cells[k]), ',', &number) &&
            !text_equal_nocase(cells[k], "nan"))
            return NULL;
    if (timestamp_parse(cells[0], strlen(cells[0]), month_first, &t))
        return month_first;
    return timestamp_parse(cells[0], strlen(cells[0]), day_first, &t) ? day_first : NULL;
}

/* The first line with a time that tells, and how many lines there are above it. */
static const char *find_pattern(const TextHead *h, size_t *above, Arena *a)
{
    enum { ABOVE_MAX = 3 };
    for (*above = 0; *above < h->count && *above < ABOVE_MAX; (*above)++) {
        const char *pattern = pattern_of(h->lines[*above], a);
        if (pattern)
            return pattern;
    }
    return NULL;
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    Arena a __attribute__((cleanup(arena_deinit)));
    TextHead head;
    Error e = {0};
    size_t above;
    *p = (Probe){.sure = SURE_NO};
    arena_init(&a, 0);
    bool named = halo_is_named(in, word);
    if (named && text_head_read(in, LOOKED_AT, true, &head, &a, &e) &&
        find_pattern(&head, &above, &a))
        p->sure = SURE_BY_CONTENT;
    snprintf(p->evidence, sizeof p->evidence, "%s",
             p->sure ? "a time and six numbers separated by TABs, and a name with system_parameters"
             : named ? "no lines of a time and six numbers separated by TABs"
                     : "the name has no system_parameters");
}

static void describe(Parameters *s, const char *pattern)
{
    static const TextColumn columns[COLUMNS] = {
        {.name = "time", .kind = TEXT_TIME, .standard_name = "time"},
        {.name = "internal_temperature", .units = "degC", .long_name = "temperature in the lidar"},
        {.name = "internal_relative_humidity",
         .units = "%",
         .long_name = "relative humidity in the lidar"},
        {.name = "supply_voltage", .units = "V", .long_name = "supply voltage"},
        {.name = "acquisition_card_temperature",
         .units = "degC",
         .long_name = "temperature of the acquisition card"},
        {.name = "platform_pitch",
         .units = "degree",
         .standard_name = "platform_pitch",
         .long_name = "pitch of the lidar"},
        {.name = "platform_roll",
         .units = "degree",
         .standard_name = "platform_roll",
         .long_name = "roll of the lidar"},
    };
    for (size_t k = 0; k < COLUMNS; k++) {
        s->columns[k] = columns[k];
        if (k > 0)
            s->columns[k].kind = TEXT_NUMBER;
    }
    s->record = (TextRecord){.columns = s->columns, .column_count = COLUMNS};
    s->record.time = (TextTime){
        .pieces = {{.column = 0, .piece = TEXT_PATTERN, .pattern = pattern}},
        .count = 1,
        .comment = "the file states no time zone, taken for UTC",
    };
    s->columns[0].pattern = pattern;
}

static bool open_parameters(const Input *in, const void *options, const FormatLimits *limits,
                            Arena *a, Reader **out, Error *e)
{
    (void)options;
    (void)limits;
    size_t above;
    Parameters *s = arena_alloc(a, sizeof *s);
    if (!s)
        return arena_full(a, e);
    if (!text_head_read(in, LOOKED_AT, false, &s->head, a, e))
        return false;
    const char *pattern = find_pattern(&s->head, &above, a);
    if (!pattern) {
        error_coded(e, ERROR_DATA, "bad_header",
                    "no line of a time (7/1/2021 1:05:09 PM or 01/07/2021 13:05:09) and six "
                    "numbers, separated by TABs");
        return error_at(e, "line 1");
    }
    describe(s, pattern);
    TextTable table = {.model = "Halo system parameters",
                       .layout = {.encoding = s->head.encoding,
                                  .bom_bytes = s->head.bom_bytes,
                                  .first_line = above + 1,
                                  .separator = '\t',
                                  .decimal = halo_decimal(&s->head)},
                       .records = &s->record,
                       .record_count = 1};
    if (!text_table_open(&table, in, a, out, e))
        return false;
    text_head_note(&s->head, (*out)->dataset);
    return true;
}

const Format format_halo_parameters = {
    .name = "halo_parameters",
    .summary = "housekeeping of Halo Photonics Doppler lidars (system_parameters_*.txt)",
    .extensions = "txt",
    .probe = probe,
    .open = open_parameters,
    .next = text_table_next,
    .close = text_table_close,
};
