/* las_fields.c: the variables of the eleven point formats (LAS 1.4 R15, tables 7 to 20). */
#include "formats/las/las_reader.h"

#include "core/calendar.h"

#include <string.h>

enum { STANDARD_TIME_IS_ADJUSTED_BY = 1000000000 };

typedef struct Standard {
    const char *name, *long_name, *units;
    DataType type;
    LasField field;
} Standard;

#define WHOLE(offset, bytes)                                                                       \
    {                                                                                              \
        offset, bytes, 0, 0, 1                                                                     \
    }
#define BITS(offset, shift, bits)                                                                  \
    {                                                                                              \
        offset, 1, shift, bits, 1                                                                  \
    }

static const Standard old_formats[] = {
    {"intensity", "pulse return magnitude", "1", TYPE_USHORT, WHOLE(12, 2)},
    {"return_number", "return number of the pulse", "1", TYPE_UBYTE, BITS(14, 0, 3)},
    {"number_of_returns", "number of returns of the pulse", "1", TYPE_UBYTE, BITS(14, 3, 3)},
    {"scan_direction_flag", "scan mirror moves from left to right", "1", TYPE_UBYTE,
     BITS(14, 6, 1)},
    {"edge_of_flight_line", "last point before the scan turns", "1", TYPE_UBYTE, BITS(14, 7, 1)},
    {"classification", "class of the point", "1", TYPE_UBYTE, BITS(15, 0, 5)},
    {"synthetic", "point made by other than lidar", "1", TYPE_UBYTE, BITS(15, 5, 1)},
    {"key_point", "key point of a model", "1", TYPE_UBYTE, BITS(15, 6, 1)},
    {"withheld", "point that should not be used", "1", TYPE_UBYTE, BITS(15, 7, 1)},
    {"scan_angle", "scan angle, negative to the left of nadir", "degree", TYPE_BYTE, WHOLE(16, 1)},
    {"user_data", "user data", NULL, TYPE_UBYTE, WHOLE(17, 1)},
    {"point_source_id", "file or flight line the point comes from", NULL, TYPE_USHORT,
     WHOLE(18, 2)},
};

static const Standard new_formats[] = {
    {"intensity", "pulse return magnitude", "1", TYPE_USHORT, WHOLE(12, 2)},
    {"return_number", "return number of the pulse", "1", TYPE_UBYTE, BITS(14, 0, 4)},
    {"number_of_returns", "number of returns of the pulse", "1", TYPE_UBYTE, BITS(14, 4, 4)},
    {"synthetic", "point made by other than lidar", "1", TYPE_UBYTE, BITS(15, 0, 1)},
    {"key_point", "key point of a model", "1", TYPE_UBYTE, BITS(15, 1, 1)},
    {"withheld", "point that should not be used", "1", TYPE_UBYTE, BITS(15, 2, 1)},
    {"overlap", "point in the overlap of swaths", "1", TYPE_UBYTE, BITS(15, 3, 1)},
    {"scanner_channel", "channel of the scanner head", "1", TYPE_UBYTE, BITS(15, 4, 2)},
    {"scan_direction_flag", "scan mirror moves from left to right", "1", TYPE_UBYTE,
     BITS(15, 6, 1)},
    {"edge_of_flight_line", "last point before the scan turns", "1", TYPE_UBYTE, BITS(15, 7, 1)},
    {"classification", "class of the point", "1", TYPE_UBYTE, WHOLE(16, 1)},
    {"scan_angle", "scan angle, negative to the left of nadir", "degree", TYPE_SHORT, WHOLE(18, 2)},
    {"user_data", "user data", NULL, TYPE_UBYTE, WHOLE(17, 1)},
    {"point_source_id", "file or flight line the point comes from", NULL, TYPE_USHORT,
     WHOLE(20, 2)},
};

static const Standard colours[] = {
    {"red", "red of an image at the point", "1", TYPE_USHORT, WHOLE(0, 2)},
    {"green", "green of an image at the point", "1", TYPE_USHORT, WHOLE(2, 2)},
    {"blue", "blue of an image at the point", "1", TYPE_USHORT, WHOLE(4, 2)},
    {"nir", "near infrared of an image at the point", "1", TYPE_USHORT, WHOLE(6, 2)},
};

static const Standard wave_packet[] = {
    {"wavepacket_index", "number of the wave packet descriptor, 0: none", "1", TYPE_UBYTE,
     WHOLE(0, 1)},
    {"wavepacket_offset", "byte offset to the waveform data", "byte", TYPE_UINT64, WHOLE(1, 8)},
    {"wavepacket_size", "size of the waveform packet", "byte", TYPE_UINT, WHOLE(9, 4)},
    {"return_point_wave_location", "time from the first digitised value to the return", "ps",
     TYPE_FLOAT, WHOLE(13, 4)},
    {"x_t", "change of x along the pulse", NULL, TYPE_FLOAT, WHOLE(17, 4)},
    {"y_t", "change of y along the pulse", NULL, TYPE_FLOAT, WHOLE(21, 4)},
    {"z_t", "change of z along the pulse", NULL, TYPE_FLOAT, WHOLE(25, 4)},
};

/* By point format, byte of the record where it begins; 0: it has none. */
static const uint8_t time_at[LAS_FORMATS] = {0, 20, 0, 20, 20, 20, 22, 22, 22, 22, 22};
static const uint8_t colours_at[LAS_FORMATS] = {0, 0, 20, 28, 0, 28, 0, 30, 30, 0, 30};
static const uint8_t nir_at[LAS_FORMATS] = {0, 0, 0, 0, 0, 0, 0, 0, 36, 0, 36};
static const uint8_t wave_at[LAS_FORMATS] = {0, 0, 0, 0, 28, 34, 0, 0, 0, 30, 38};

static void add_classes(LasAttrs *attrs, bool is_new)
{
    static const char old[] =
        "never_classified unclassified ground low_vegetation medium_vegetation high_vegetation "
        "building low_point model_key_point water overlap";
    static const uint8_t old_values[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12};
    static const char new[] =
        "never_classified unclassified ground low_vegetation medium_vegetation high_vegetation "
        "building low_point water rail road_surface wire_guard wire_conductor transmission_tower "
        "wire_structure_connector bridge_deck high_noise overhead_structure ignored_ground snow "
        "temporal_exclusion";
    static const uint8_t new_values[] = {0,  1,  2,  3,  4,  5,  6,  7,  9,  10, 11,
                                         13, 14, 15, 16, 17, 18, 19, 20, 21, 22};
    if (is_new)
        las_attr_numbers(attrs, "flag_values", TYPE_UBYTE, sizeof new_values, new_values);
    else
        las_attr_numbers(attrs, "flag_values", TYPE_UBYTE, sizeof old_values, old_values);
    las_attr_text(attrs, "flag_meanings", is_new ? new : old);
}

static bool add_standard(Las *l, const Standard *s, uint32_t at)
{
    const double angle_step = 0.006;
    LasAttrs attrs = {.arena = l->dataset.arena};
    las_attr_text(&attrs, "long_name", s->long_name);
    las_attr_text(&attrs, "units", s->units);
    if (strcmp(s->name, "classification") == 0)
        add_classes(&attrs, s->field.bits == 0);
    if (strcmp(s->name, "scan_angle") == 0 && s->type == TYPE_SHORT)
        las_attr_double(&attrs, "scale_factor", angle_step);
    LasField field = s->field;
    field.offset += at;
    return las_add_var(l, &(LasNewVar){s->name, s->type, field, &attrs});
}

static bool add_standards(Las *l, const Standard *list, size_t count, uint32_t at)
{
    for (size_t i = 0; i < count; i++)
        if (!add_standard(l, &list[i], at))
            return false;
    return true;
}

static void name_axis(const LasCrs *c, size_t axis, LasAttrs *attrs)
{
    static const char *const units[] = {"degrees_east", "degrees_north"};
    static const char *const angles[] = {"longitude", "latitude"};
    static const char *const lengths[] = {"projection_x_coordinate", "projection_y_coordinate"};
    bool told = c->epsg || c->name || c->units;
    if (axis == 2) {
        las_attr_text(attrs, "units", c->vertical_units);
        las_attr_text(attrs, "long_name", "z");
        return;
    }
    if (c->geographic || (told && !c->geocentric))
        las_attr_text(attrs, "standard_name", c->geographic ? angles[axis] : lengths[axis]);
    las_attr_text(attrs, "units", c->geographic ? units[axis] : c->units);
    las_attr_text(attrs, "long_name", axis == 0 ? "x" : "y");
}

/* As they are stored: whole numbers, of which the statistics lose no digit. */
static bool add_coordinates(Las *l)
{
    static const char *const names[] = {"x", "y", "z"};
    for (size_t i = 0; i < 3; i++) {
        LasAttrs attrs = {.arena = l->dataset.arena};
        name_axis(&l->crs, i, &attrs);
        las_attr_double(&attrs, "scale_factor", l->header.scale[i]);
        las_attr_double(&attrs, "add_offset", l->header.offset[i]);
        LasField field = {.offset = (uint32_t)(i * 4), .bytes = 4, .components = 1};
        if (!las_add_var(l, &(LasNewVar){names[i], TYPE_INT, field, &attrs}))
            return false;
    }
    return true;
}

/* Standard GPS time less 10^9 s, or seconds of a week that the file does not name. */
static bool add_time(Las *l, uint32_t at)
{
    LasAttrs attrs = {.arena = l->dataset.arena};
    if (l->header.encoding & LAS_GPS_STANDARD) {
        l->time_var = l->dataset.time_var = l->dataset.var_count;
        las_attr_text(&attrs, "long_name", "adjusted standard GPS time");
        las_attr_text(&attrs, "standard_name", "time");
        las_attr_text(&attrs, "units", "seconds since 2011-09-14 01:46:40");
        las_attr_text(&attrs, "calendar", "proleptic_gregorian");
        las_attr_text(&attrs, "time_scale", "GPS");
    } else {
        las_attr_text(&attrs, "long_name", "seconds of the GPS week");
        las_attr_text(&attrs, "units", "s");
        if (l->header.points > 0)
            dataset_note(&l->dataset,
                         "gps_time counts from the beginning of a GPS week, and the file does not "
                         "say of which: no dates");
    }
    LasField field = {.offset = at, .bytes = 8, .components = 1};
    return las_add_var(l, &(LasNewVar){"gps_time", TYPE_DOUBLE, field, &attrs});
}

#define ADD(l, list, at) add_standards(l, list, sizeof(list) / sizeof *(list), at)

bool las_add_fields(Las *l, Error *e)
{
    unsigned f = l->header.point_format;
    size_t count = sizeof colours / sizeof *colours - (nir_at[f] == 0);
    bool ok = add_coordinates(l);
    l->return_var = l->dataset.var_count + 1;
    ok = ok && (f < 6 ? ADD(l, old_formats, 0) : ADD(l, new_formats, 0)) &&
         (!time_at[f] || add_time(l, time_at[f])) &&
         (!colours_at[f] || add_standards(l, colours, count, colours_at[f])) &&
         (!wave_at[f] || ADD(l, wave_packet, wave_at[f]));
    return ok || arena_full(l->dataset.arena, e);
}
