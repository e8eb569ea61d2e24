/* radiometrics.c: level 0, 1 and 2 files of Radiometrics microwave radiometers.
 *
 * Rows of several kinds, told apart by the third cell: 40 names the columns of 41, 50 of 51, 10 of
 * 11 to 14 (profiles of temperature, vapour, humidity, liquid), 400 of 401 to 404. Columns that are
 * named by numbers are heights of a profile (km), "Ch 22.234" are channels (GHz). Radiometrics
 * Profiler Operator's Manual, record types; times are mm/dd/yy or mm/dd/yyyy. */
#include "formats/text/radiometrics.h"

#include "formats/text/radiometrics_scan.h"
#include "formats/text/text_label.h"
#include "formats/text/text_table.h"

#include <stdio.h>
#include <string.h>

enum { RECORD_COLUMN, TIME_COLUMN, STACKS_MAX = 4, TYPES_OF_HEADER = 10, BRIGHTNESS = 1 };

typedef struct Radio {
    RadioFile file;
    TextRecord *records;
    size_t record_count;
    Arena *arena;
} Radio;

static void probe(const Input *in, const void *options, Probe *p)
{
    static const char mark[] = "Record,Date/Time,";
    (void)options;
    size_t at = strlen(mark);
    bool is =
        text_starts(in, mark) && in->head_size > at && in->head[at] >= '0' && in->head[at] <= '9';
    text_probed(in, is, "the first line names the columns of a Radiometrics record type",
                "the first line does not begin with Record,Date/Time and a type", p);
}

/* --- profiles and channels ------------------------------------------------------------------ */

/* What the profiles of a type hold, where no row 101 says so. */
typedef struct Quantity {
    int64_t type;
    const char *title;
    const char *name, *units, *standard_name;
} Quantity;

static const char vapour[] = "mass_concentration_of_water_vapor_in_air";
static const char liquid[] = "mass_concentration_of_cloud_liquid_water_in_air";
static const Quantity quantities[] = {
    {11, "Temperature (K)", "temperature", "K", "air_temperature"},
    {12, "Vapor Density (g/m^3)", "vapor_density", "g m-3", vapour},
    {13, "Relative Humidity (%)", "relative_humidity", "%", "relative_humidity"},
    {14, "Liquid (g/m^3)", "liquid_density", "g m-3", liquid},
    {401, "Temperature (K)", "temperature", "K", "air_temperature"},
    {402, "Vapor Density (g/m^3)", "vapor_density", "g m-3", vapour},
    {403, "Liquid (g/m^3)", "liquid_density", "g m-3", liquid},
    {404, "Relative Humidity (%)", "relative_humidity", "%", "relative_humidity"},
};

static bool describe_profile(const Radio *r, size_t data, TextColumn *as)
{
    const char *title = r->file.titles[data];
    for (size_t i = 0; i < sizeof quantities / sizeof *quantities; i++) {
        const Quantity *q = &quantities[i];
        if (title ? strncmp(title, q->title, strlen(q->title)) != 0
                  : q->type != r->file.data[data].number)
            continue;
        as->name = q->name;
        as->units = q->units;
        as->standard_name = q->standard_name;
        break;
    }
    as->long_name = title;
    return as->name || text_label_split(title ? title : "profile", r->arena, &as->name, &as->units);
}

typedef enum Axis { AXIS_NONE, AXIS_HEIGHT, AXIS_FREQUENCY } Axis;

/* "0.25" is a height, "Ch  22.234" a channel. */
static Axis axis_of(const char *heading, double *value)
{
    bool channel = strncmp(heading, "Ch", 2) == 0;
    const char *number = channel ? heading + 2 + strspn(heading + 2, " ") : heading;
    if (!text_to_double(number, strlen(number), '.', value))
        return AXIS_NONE;
    return channel ? AXIS_FREQUENCY : AXIS_HEIGHT;
}

/* --- columns -------------------------------------------------------------------------------- */

static const char *standard_name(const char *name)
{
    static const char *const names[][2] = {
        {"Tamb", "air_temperature"},
        {"Rh", "relative_humidity"},
        {"Pres", "air_pressure"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i][0], name) == 0)
            return names[i][1];
    return NULL;
}

static const char *time_pattern(const RadioType *data)
{
    return data->long_year ? "%m/%d/%Y %H:%M:%S" : "%m/%d/%y %H:%M:%S";
}

static bool describe_column(Radio *r, size_t data, size_t k, TextColumn *c)
{
    const RadioType *type = &r->file.data[data], *header = radio_header_of(&r->file, type->number);
    *c = (TextColumn){.name = "Record", .kind = TEXT_INTEGER};
    if (k == RECORD_COLUMN)
        return true;
    if (k == TIME_COLUMN) {
        *c = (TextColumn){.name = "time", .kind = TEXT_TIME, .pattern = time_pattern(type)};
        c->standard_name = "time";
        return true;
    }
    c->kind = k == RADIO_TYPE_COLUMN ? TEXT_SKIP : TEXT_AUTO;
    if (!text_label_split(header->cells[k], r->arena, &c->name, &c->units))
        return false;
    c->standard_name = standard_name(c->name);
    return true;
}

/* The columns from `first` on that lie on one axis become a stack. */
static bool add_stack(Radio *r, TextRecord *record, TextStack *stack, size_t first, size_t data)
{
    const char *const *cells = radio_header_of(&r->file, r->file.data[data].number)->cells;
    double value;
    size_t length = 0;
    Axis axis = axis_of(cells[first], &value);
    while (first + length < record->column_count && axis_of(cells[first + length], &value) == axis)
        length++;
    double *at = arena_array(r->arena, length, sizeof *at);
    if (!at)
        return false;
    for (size_t i = 0; i < length; i++)
        (void)axis_of(cells[first + i], &at[i]);
    *stack = (TextStack){.first = first, .axis_count = 1};
    bool height = axis == AXIS_HEIGHT;
    stack->axes[0] = (TextAxis){.name = height ? "height" : "frequency",
                                .length = length,
                                .coordinates = at,
                                .units = height ? "km" : "GHz",
                                .standard_name = height ? "height" : "radiation_frequency"};
    if (height)
        return describe_profile(r, data, &stack->as);
    stack->as = (TextColumn){.name = "channels", .long_name = "values of the channels"};
    if (r->file.data[data].number % TYPES_OF_HEADER != BRIGHTNESS)
        return true;
    stack->as = (TextColumn){.name = "Tb",
                             .units = "K",
                             .standard_name = "brightness_temperature",
                             .long_name = "brightness temperature of the channels"};
    return true;
}

static bool add_stacks(Radio *r, TextRecord *record, size_t data)
{
    const RadioType *header = radio_header_of(&r->file, r->file.data[data].number);
    TextStack *stacks = arena_array(r->arena, STACKS_MAX, sizeof *stacks);
    double value;
    if (!stacks)
        return false;
    record->stacks = stacks;
    for (size_t k = RADIO_TYPE_COLUMN + 1; k + 1 < header->count; k++) {
        Axis axis = axis_of(header->cells[k], &value);
        bool run = axis != AXIS_NONE && axis_of(header->cells[k + 1], &value) == axis;
        if (!run || record->stack_count == STACKS_MAX)
            continue;
        TextStack *stack = &stacks[record->stack_count++];
        if (!add_stack(r, record, stack, k, data))
            return false;
        k += stack->axes[0].length - 1;
    }
    return true;
}

/* --- records -------------------------------------------------------------------------------- */

static bool add_data(Radio *r, size_t data)
{
    const RadioType *type = &r->file.data[data], *header = radio_header_of(&r->file, type->number);
    if (!header || header->count <= RADIO_TYPE_COLUMN)
        return true;
    TextRecord *record = &r->records[r->record_count++];
    TextColumn *columns = arena_array(r->arena, header->count, sizeof *columns);
    *record = (TextRecord){.name = type->text,
                           .key = type->text,
                           .key_column = RADIO_TYPE_COLUMN,
                           .columns = columns,
                           .column_count = header->count};
    for (size_t k = 0; columns && k < header->count; k++)
        if (!describe_column(r, data, k, &columns[k]))
            return false;
    record->time.pieces[record->time.count++] = (TextTimePiece){
        .column = TIME_COLUMN, .piece = TEXT_PATTERN, .pattern = time_pattern(type)};
    record->time.comment = "the file states no time zone, taken for UTC";
    return columns && add_stacks(r, record, data);
}

/* Rows that name columns, titles and the configuration are no data. */
static void add_ignored(Radio *r, const char *type)
{
    static const TextColumn skipped[RADIO_TYPE_COLUMN + 1] = {
        {.kind = TEXT_SKIP}, {.kind = TEXT_SKIP}, {.kind = TEXT_SKIP}};
    r->records[r->record_count++] = (TextRecord){.name = type,
                                                 .key = type,
                                                 .key_column = RADIO_TYPE_COLUMN,
                                                 .ignored = true,
                                                 .columns = skipped,
                                                 .column_count = RADIO_TYPE_COLUMN + 1};
}

static bool make_records(Radio *r, Error *e)
{
    r->records = arena_array(r->arena, 2 * RADIO_TYPES_MAX + 2, sizeof *r->records);
    if (!r->records)
        return arena_full(r->arena, e);
    for (size_t i = 0; i < r->file.data_count; i++)
        if (!add_data(r, i))
            return arena_full(r->arena, e);
    if (r->record_count == 0)
        return error_coded(e, ERROR_DATA, "no_rows",
                           "the file names the columns of its records, but has no record of them");
    for (size_t i = 0; i < r->file.header_count; i++)
        add_ignored(r, r->file.headers[i].text);
    add_ignored(r, "99");
    add_ignored(r, "101");
    return true;
}

static bool open_radiometrics(const Input *in, const void *options, const FormatLimits *limits,
                              Arena *a, Reader **out, Error *e)
{
    (void)options;
    (void)limits;
    Radio *r = arena_alloc(a, sizeof *r);
    if (!r)
        return arena_full(a, e);
    r->arena = a;
    if (!radio_scan(in, &r->file, a, e) || !make_records(r, e))
        return false;
    TextAttrs attrs = {.arena = a};
    text_attr(&attrs, "source", "Radiometrics microwave radiometer");
    TextTable table = {
        .model = "Radiometrics",
        .layout = {.encoding = r->file.head.encoding,
                   .bom_bytes = r->file.head.bom_bytes,
                   .separator = ','},
        .records = r->records,
        .record_count = r->record_count,
        .attrs = attrs.items,
        .attr_count = attrs.count,
    };
    if (attrs.failed || !text_table_open(&table, in, a, out, e))
        return attrs.failed ? arena_full(a, e) : false;
    text_head_note(&r->file.head, (*out)->dataset);
    if (r->file.configuration > 0)
        dataset_note((*out)->dataset, "%llu lines of the instrument's configuration are left out",
                     (unsigned long long)r->file.configuration);
    return true;
}

const Format format_radiometrics = {
    .name = "radiometrics",
    .summary = "level 0 to 2 tables of Radiometrics microwave radiometers",
    .extensions = "csv",
    .probe = probe,
    .open = open_radiometrics,
    .next = text_table_next,
    .close = text_table_close,
};
