/* ceilometer_schema.c: the dataset of a file of messages: dimensions, variables, attributes. */
#include "formats/ceilometer/ceilometer_reader.h"
#include "formats/text/text_head.h"

#include <string.h>

enum { DIMS_MAX = 3 /* time, range, layer */ };
enum { BATCH_VALUES = 65536, BATCH_ROWS_MAX = 4096 };

typedef struct Spec {
    const char *name;
    DataType type;
    const char *units, *long_name, *standard_name, *comment;
    const char *flag_values, *flag_meanings; /* values: a character for each, its code less '0' */
} Spec;

static const Spec specs[VALUE_COUNT] = {
    [VALUE_TIME] = {"time", TYPE_DOUBLE, "seconds since 1970-01-01 00:00:00",
                    "time that the logger gave the message", "time",
                    "taken for UTC where the file states no time zone", NULL, NULL},
    [VALUE_RANGE] = {"range", TYPE_DOUBLE, "m",
                     "distance from the instrument along the beam, middle of the gate", NULL,
                     "not corrected for the tilt of the instrument", NULL, NULL},
    [VALUE_BACKSCATTER] = {"backscatter", TYPE_DOUBLE, "sr-1 m-1",
                           "attenuated volume backscatter coefficient",
                           "volume_attenuated_backwards_scattering_function_in_air",
                           "as the instrument has calibrated it", NULL, NULL},
    [VALUE_BASE_1] = {"cloud_base_height_1", TYPE_DOUBLE, "m", "height of the lowest cloud base",
                      NULL, NULL, NULL, NULL},
    [VALUE_BASE_2] = {"cloud_base_height_2", TYPE_DOUBLE, "m", "height of the second cloud base",
                      NULL, NULL, NULL, NULL},
    [VALUE_BASE_3] = {"cloud_base_height_3", TYPE_DOUBLE, "m", "height of the third cloud base",
                      NULL, NULL, NULL, NULL},
    [VALUE_BASE_4] = {"cloud_base_height_4", TYPE_DOUBLE, "m", "height of the fourth cloud base",
                      NULL, NULL, NULL, NULL},
    [VALUE_VERTICAL_VISIBILITY] = {"vertical_visibility", TYPE_DOUBLE, "m", "vertical visibility",
                                   NULL, "where the sky is obscured and no cloud base is found",
                                   NULL, NULL},
    [VALUE_HIGHEST_SIGNAL] = {"highest_signal", TYPE_DOUBLE, "m",
                              "height of the highest signal detected", NULL,
                              "where the sky is obscured and no cloud base is found", NULL, NULL},
    [VALUE_DETECTION] = {"detection_status", TYPE_BYTE, "1", "detection status", "status_flag",
                         NULL, "012345",
                         "no_significant_backscatter one_cloud_base two_cloud_bases "
                         "three_cloud_bases full_obscuration some_obscuration_transparent"},
    [VALUE_WARNING] = {"warning_status", TYPE_BYTE, "1", "result of the self-check", "status_flag",
                       NULL, "012", "no_warning warning alarm"},
    [VALUE_STATUS] = {"status", TYPE_INT64, "1", "alarms, warnings and internal status",
                      "status_flag", NULL, NULL, NULL},
    [VALUE_CHECKSUM] = {"checksum_ok", TYPE_BYTE, "1", "the message has the checksum of its text",
                        NULL, "CRC-16 from SOH to ETX, with what the logger has stripped put back",
                        "01", "wrong right"},
    [VALUE_SKY_STATUS] = {"sky_condition_status", TYPE_BYTE, "1", "code of the sky condition",
                          "status_flag", "0 to 8: octas of the first layer", NULL, NULL},
    [VALUE_SKY_VISIBILITY] = {"sky_condition_vertical_visibility", TYPE_DOUBLE, "m",
                              "vertical visibility of the sky condition", NULL, NULL, NULL, NULL},
    [VALUE_SKY_COVER] = {"sky_condition_cover", TYPE_DOUBLE, "1", "cloud cover of the layer", NULL,
                         "octas", NULL, NULL},
    [VALUE_SKY_HEIGHT] = {"sky_condition_height", TYPE_DOUBLE, "m", "height of the cloud layer",
                          NULL, NULL, NULL, NULL},
    [VALUE_SCALE] = {"scale", TYPE_DOUBLE, "%", "scale of the backscatter profile", NULL,
                     "has been applied to backscatter", NULL, NULL},
    [VALUE_RESOLUTION] = {"range_resolution", TYPE_DOUBLE, "m", "length of a range gate", NULL,
                          NULL, NULL, NULL},
    [VALUE_ENERGY] = {"laser_pulse_energy", TYPE_DOUBLE, "%", "laser pulse energy", NULL,
                      "of the nominal energy", NULL, NULL},
    [VALUE_TEMPERATURE] = {"laser_temperature", TYPE_DOUBLE, "degC", "laser temperature", NULL,
                           NULL, NULL, NULL},
    [VALUE_TRANSMISSION] = {"window_transmission", TYPE_DOUBLE, "%",
                            "estimate of the window transmission", NULL, NULL, NULL, NULL},
    [VALUE_SENSITIVITY] = {"receiver_sensitivity", TYPE_DOUBLE, "%", "receiver sensitivity", NULL,
                           NULL, NULL, NULL},
    [VALUE_CONTAMINATION] = {"window_contamination", TYPE_DOUBLE, "mV", "window contamination",
                             NULL, NULL, NULL, NULL},
    [VALUE_TILT] = {"tilt_angle", TYPE_DOUBLE, "degree", "tilt of the instrument from the vertical",
                    NULL, NULL, NULL, NULL},
    [VALUE_BACKGROUND] = {"background_light", TYPE_DOUBLE, "mV", "background light", NULL, NULL,
                          NULL, NULL},
    [VALUE_PULSES] = {"pulse_count", TYPE_DOUBLE, "1", "laser pulses of a profile", NULL, NULL,
                      NULL, NULL},
    [VALUE_RATE] = {"sample_rate", TYPE_DOUBLE, "MHz", "sampling rate", NULL, NULL, NULL, NULL},
    [VALUE_SUM] = {"backscatter_sum", TYPE_DOUBLE, "sr-1", "sum of detected backscatter", NULL,
                   NULL, NULL, NULL},
};

/* --- attributes ----------------------------------------------------------------------------- */

static void typed(TextAttrs *list, const char *name, DataType type, size_t count,
                  const void *values)
{
    Arena *a = list->arena;
    Attr *items = arena_grow(a, list->items, &list->capacity, list->count + 1, sizeof *items);
    void *copy = arena_array(a, count, type_size(type));
    list->failed = list->failed || !items || !copy;
    if (list->failed)
        return;
    memcpy(copy, values, count * type_size(type));
    list->items = items;
    items[list->count++] = (Attr){.name = name, .type = type, .count = count, .values = copy};
}

static void flags(TextAttrs *list, const Spec *spec)
{
    int8_t values[16];
    size_t count = strlen(spec->flag_values);
    for (size_t i = 0; i < count; i++)
        values[i] = (int8_t)(spec->flag_values[i] - '0');
    typed(list, "flag_values", TYPE_BYTE, count, values);
    text_attr(list, "flag_meanings", spec->flag_meanings);
}

static void sky_flags(TextAttrs *list)
{
    static const int8_t values[] = {-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 99};
    typed(list, "flag_values", TYPE_BYTE, sizeof values, values);
    text_attr(list, "flag_meanings",
              "no_data clear octas_1 octas_2 octas_3 octas_4 octas_5 octas_6 octas_7 octas_8 "
              "vertical_visibility_only not_enough_data_yet");
}

static void masks(TextAttrs *list, const CeilometerKind *k)
{
    enum { BITS_MAX = 64, MEANINGS_SIZE = 4096 };
    int64_t values[BITS_MAX];
    char meanings[MEANINGS_SIZE];
    size_t used = 0;
    for (size_t i = 0; i < k->bit_count && i < BITS_MAX; i++) {
        size_t length = strlen(k->bits[i].meaning);
        values[i] = (int64_t)1 << k->bits[i].bit;
        if (used + length + 1 > sizeof meanings)
            return;
        memcpy(meanings + used, k->bits[i].meaning, length);
        used += length;
        meanings[used++] = ' ';
    }
    typed(list, "flag_masks", TYPE_INT64, k->bit_count, values);
    text_attr_view(list, "flag_meanings", (StringView){meanings, used});
}

static const Spec detection_of_cs135 = {
    .flag_values = "0123456",
    .flag_meanings = "no_significant_backscatter one_cloud_base two_cloud_bases three_cloud_bases "
                     "four_cloud_bases full_obscuration some_obscuration_transparent"};

static bool describe(const Ceilometer *c, CeilometerValue value, Var *v, Error *e)
{
    const Spec *spec = &specs[value];
    const CeilometerKind *k = c->survey.kind;
    TextAttrs list = {.arena = c->dataset.arena};
    text_attr(&list, "units", value == VALUE_PULSES ? k->pulse_unit : spec->units);
    text_attr(&list, "long_name", spec->long_name);
    text_attr(&list, "standard_name", spec->standard_name);
    text_attr(&list, "comment",
              c->is_ld40 && value == VALUE_BACKSCATTER ? "value x range^2 x 1e-12, not calibrated"
                                                       : spec->comment);
    if (value == VALUE_TIME)
        text_attr(&list, "calendar", "proleptic_gregorian");
    if (value == VALUE_DETECTION && k->obscured == '5')
        flags(&list, &detection_of_cs135);
    else if (spec->flag_values)
        flags(&list, spec);
    if (value == VALUE_SKY_STATUS)
        sky_flags(&list);
    if (value == VALUE_STATUS)
        masks(&list, k);
    if (spec->type == TYPE_BYTE)
        typed(&list, "_FillValue", TYPE_BYTE, 1, &(int8_t){CEILOMETER_BYTE_MISSING});
    if (spec->type == TYPE_INT64)
        typed(&list, "_FillValue", TYPE_INT64, 1, &(int64_t){CEILOMETER_STATUS_MISSING});
    v->attrs = list.items;
    v->attr_count = list.count;
    return !list.failed || arena_full(c->dataset.arena, e);
}

static bool globals(Ceilometer *c, Error *e)
{
    const CeilometerSurvey *s = &c->survey;
    const CeilometerHeader *h = &s->header;
    TextAttrs list = {.arena = c->dataset.arena,
                      .items = arena_array(c->dataset.arena, 1, sizeof(Attr))};
    const Group *root = &c->dataset.groups[0];
    for (size_t i = 0; i < root->attr_count; i++)
        text_attr(&list, root->attrs[i].name, root->attrs[i].values);
    if (s->has_header) {
        size_t digits = h->kind->software_digits, number = 3 + digits;
        text_attr(&list, "manufacturer", h->kind->maker);
        text_attr(&list, "instrument_model", ceilometer_model(h->kind, h->subclass));
        text_attr_view(&list, "unit_id", (StringView){h->text + 2, 1});
        text_attr_view(&list, "software_level", (StringView){h->text + 3, digits});
        text_attr_view(&list, "message_number",
                       (StringView){h->text + number, h->subclass ? 1 : strlen(h->text) - number});
        if (h->subclass)
            text_attr_view(&list, "message_subclass", (StringView){h->text + number + 1, 1});
        text_attr_view(&list, "measurement_parameters", s->settings);
        text_attr(&list, "unit_of_heights_in_file",
                  s->feet ? "feet, converted to metres" : "metres");
    }
    c->dataset.groups[0].attrs = list.items;
    c->dataset.groups[0].attr_count = list.count;
    return !list.failed || arena_full(c->dataset.arena, e);
}

/* "Name of the PI: ..." and "-File created: ..." -> attributes. */
static void take_preamble(TextAttrs *list, StringView line)
{
    enum { KEY_MAX = 64, VALUE_MAX = 1024 };
    char key[KEY_MAX + 1];
    const char *p = line.bytes, *colon = memchr(p, ':', line.length);
    size_t skipped = 0;
    while (skipped < line.length && memchr("-#%* ", p[skipped], 5))
        skipped++;
    if (!colon || colon < p + skipped + 1 || line.length > VALUE_MAX ||
        text_valid_utf8(p, line.length) != line.length)
        return;
    size_t length = (size_t)(colon - p) - skipped;
    if (length > KEY_MAX || colon + 1 == p + line.length || colon[1] != ' ')
        return;
    for (size_t i = 0; i < length; i++) {
        char c = p[skipped + i];
        key[i] = c == ' ' ? '_' : c;
        if ((unsigned char)c < ' ')
            return;
    }
    key[length] = '\0';
    const char *name = arena_string(list->arena, key);
    list->failed = list->failed || !name;
    if (name)
        text_attr_view(list, name, (StringView){colon + 1, line.length - (size_t)(colon + 1 - p)});
}

bool ceilometer_preamble(Ceilometer *c, Error *e)
{
    enum { LINES_MAX = 64 };
    Arena *a = c->dataset.arena;
    CeilometerHeader unused;
    TextAttrs list = {.arena = a};
    c->dataset.groups = arena_array(a, 1, sizeof(Group));
    if (!c->dataset.groups || !ceilometer_rewind(c, e))
        return arena_full(a, e);
    for (size_t i = 0; i < LINES_MAX; i++) {
        CeilometerLine line;
        bool end;
        if (!ceilometer_lines_next(&c->frames.lines, &line, &end, e))
            return false;
        if (end || ceilometer_header(line.text, &unused))
            break;
        take_preamble(&list, line.text);
    }
    c->dataset.groups[0] = (Group){.path = "", .attrs = list.items, .attr_count = list.count};
    c->dataset.group_count = 1;
    return (!list.failed || arena_full(a, e)) && ceilometer_rewind(c, e);
}

/* --- variables ------------------------------------------------------------------------------ */

static bool in_fields(const CeilometerField *fields, size_t count, CeilometerValue value)
{
    for (size_t i = 0; i < count; i++)
        if (fields[i].value == value)
            return true;
    return false;
}

/* Whether messages such as the file's have it. */
static bool has(const Ceilometer *c, CeilometerValue value)
{
    const CeilometerSurvey *s = &c->survey;
    const CeilometerKind *k = s->kind;
    switch (value) {
    case VALUE_TIME:
        return s->timed > 0;
    case VALUE_RANGE:
    case VALUE_BACKSCATTER:
        return s->profile;
    default:
        break;
    }
    if (c->is_ld40)
        return false;
    if (value >= VALUE_BASE_1 && value <= VALUE_BASE_4)
        return (size_t)(value - VALUE_BASE_1) < k->bases;
    if (value == VALUE_CHECKSUM)
        return k->has_checksum;
    if (value >= VALUE_SKY_STATUS && value <= VALUE_SKY_HEIGHT)
        return s->sky;
    if (value < VALUE_SCALE)
        return true;
    return in_fields(k->status_fields, k->status_field_count, value) ||
           (s->profile && (in_fields(k->fields, k->field_count, value) ||
                           (value == VALUE_RESOLUTION && k->resolution_m > 0)));
}

/* The dimensions of a variable as indices; how many. */
static size_t dims_of(const Ceilometer *c, CeilometerValue value, size_t dims[2])
{
    size_t range = 1, layer = c->survey.profile ? 2 : 1;
    dims[0] = value == VALUE_RANGE ? range : 0;
    dims[1] = value == VALUE_BACKSCATTER ? range : layer;
    return value == VALUE_BACKSCATTER || value == VALUE_SKY_COVER || value == VALUE_SKY_HEIGHT ? 2
                                                                                               : 1;
}

static bool add_var(Ceilometer *c, CeilometerValue value, Error *e)
{
    Dataset *d = &c->dataset;
    Var *v = &d->vars[d->var_count];
    uint64_t *shape = arena_array(d->arena, 2, sizeof *shape);
    size_t *dims = arena_array(d->arena, 2, sizeof *dims);
    if (!shape || !dims)
        return arena_full(d->arena, e);
    *v = (Var){.name = specs[value].name,
               .type = specs[value].type,
               .base = specs[value].type,
               .shape = shape,
               .dims = dims,
               .dim_count = dims_of(c, value, dims),
               .no_default_fill = true};
    v->count = 1;
    for (size_t i = 0; i < v->dim_count; i++) {
        shape[i] = d->dims[v->dims[i]].length;
        v->count *= shape[i];
    }
    CeilometerColumn *column = &c->columns[value];
    *column =
        (CeilometerColumn){.var = d->var_count, .width = v->dim_count > 1 ? (size_t)shape[1] : 1};
    if (value != VALUE_RANGE)
        column->values = arena_array(d->arena, c->batch_rows * column->width, type_size(v->type));
    if (value == VALUE_TIME)
        d->time_var = d->var_count;
    d->var_count++;
    return (column->values || value == VALUE_RANGE || arena_full(d->arena, e)) &&
           describe(c, value, v, e);
}

static bool add_range(Ceilometer *c, Error *e)
{
    const CeilometerShape *shape = &c->survey.shape;
    if (c->range_m) /* LD40: the file says it */
        return true;
    c->range_m = arena_array(c->dataset.arena, shape->gates + 1, sizeof *c->range_m);
    if (!c->range_m)
        return arena_full(c->dataset.arena, e);
    for (size_t i = 0; i < shape->gates; i++)
        c->range_m[i] = ((double)i + 0.5) * shape->resolution_m;
    return true;
}

static size_t batch_rows(const CeilometerSurvey *s)
{
    uint64_t rows = BATCH_VALUES / (s->shape.gates + 1) + 1;
    if (rows > BATCH_ROWS_MAX)
        rows = BATCH_ROWS_MAX;
    return (size_t)(rows < s->rows ? rows : s->rows);
}

bool ceilometer_schema(Ceilometer *c, Error *e)
{
    const CeilometerSurvey *s = &c->survey;
    Dataset *d = &c->dataset;
    d->dims = arena_array(d->arena, DIMS_MAX, sizeof *d->dims);
    d->vars = arena_array(d->arena, VALUE_COUNT, sizeof *d->vars);
    if (!d->dims || !d->vars)
        return arena_full(d->arena, e);
    d->dims[d->dim_count++] = (Dim){.name = "time", .length = s->rows, .unlimited = true};
    if (s->profile)
        d->dims[d->dim_count++] = (Dim){.name = "range", .length = s->shape.gates};
    if (s->sky)
        d->dims[d->dim_count++] = (Dim){.name = "layer", .length = s->kind->layers};
    d->rows = s->rows;
    d->rows_known = true;
    d->model = c->is_ld40 ? "LD40" : ceilometer_model(s->kind, s->header.subclass);
    c->batch_rows = batch_rows(s);
    for (CeilometerValue value = 0; value < VALUE_COUNT; value++) {
        c->columns[value].var = NO_VAR;
        if (has(c, value) && !add_var(c, value, e))
            return false;
    }
    return add_range(c, e) && globals(c, e);
}
