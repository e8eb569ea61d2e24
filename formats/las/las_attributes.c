/* las_attributes.c: what the header says, as attributes. */
#include "formats/las/las_bytes.h"
#include "formats/las/las_reader.h"

#include "core/time.h"

static void add(LasAttrs *l, const char *name, DataType type, size_t count, const void *values)
{
    Attr *items = arena_grow(l->arena, l->items, &l->capacity, l->count + 1, sizeof *items);
    l->failed |= !items || !values;
    if (!items)
        return;
    l->items = items;
    if (values)
        items[l->count++] = (Attr){name, type, count, values};
}

void las_attr_text(LasAttrs *l, const char *name, const char *text)
{
    if (text)
        add(l, name, TYPE_CHAR, strlen(text), text);
}

void las_attr_numbers(LasAttrs *l, const char *name, DataType type, size_t count,
                      const void *values)
{
    add(l, name, type, count, arena_copy(l->arena, values, count * type_size(type)));
}

void las_attr_double(LasAttrs *l, const char *name, double value)
{
    las_attr_numbers(l, name, TYPE_DOUBLE, 1, &value);
}

void las_attr_int(LasAttrs *l, const char *name, int64_t value)
{
    las_attr_numbers(l, name, TYPE_INT64, 1, &value);
}

/* 12345678-90ab-cdef-0123-456789abcdef; none where it is all zeros. */
static void add_project(const Las *l, LasAttrs *to)
{
    static const uint8_t none[16];
    const uint8_t *b = l->header.bytes + 8;
    if (memcmp(b, none, sizeof none) == 0)
        return;
    char *text = arena_printf(to->arena, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                              las_u32(b), las_u16(b + 4), las_u16(b + 6), b[8], b[9], b[10], b[11],
                              b[12], b[13], b[14], b[15]);
    las_attr_text(to, "project_id", text);
    to->failed |= !text;
}

static void add_creation(const Las *l, LasAttrs *to)
{
    enum { DAY_S = 86400 };
    int64_t day = las_u16(l->header.bytes + 90), year = las_u16(l->header.bytes + 92);
    if (day > 0)
        las_attr_int(to, "file_creation_day_of_year", day);
    if (year > 0)
        las_attr_int(to, "file_creation_year", year);
    Instant t;
    CivilTime date = {.year = year, .month = 1, .day = 1};
    if (year == 0 || day == 0 || !civil_to_instant(&date, CALENDAR_PROLEPTIC_GREGORIAN, &t))
        return;
    instant_to_civil(instant_add(t, (day - 1) * DAY_S, 0), CALENDAR_PROLEPTIC_GREGORIAN, &date);
    if (date.year != year) /* day 366 of a year that has none, or nonsense */
        return;
    char *text =
        arena_printf(to->arena, "%04lld-%02d-%02d", (long long)date.year, date.month, date.day);
    las_attr_text(to, "date_created", text);
    to->failed |= !text;
}

static void add_crs(const LasCrs *c, LasAttrs *to)
{
    if (c->epsg)
        las_attr_int(to, "crs_epsg", c->epsg);
    las_attr_text(to, "crs_name", c->name);
    if (c->vertical_epsg)
        las_attr_int(to, "crs_vertical_epsg", c->vertical_epsg);
    las_attr_text(to, "crs_vertical_name", c->vertical_name);
    las_attr_text(to, "crs_wkt", c->wkt);
}

static void add_counts(const Las *l, LasAttrs *to)
{
    const LasHeader *h = &l->header;
    las_attr_int(to, "global_encoding", h->encoding);
    las_attr_int(to, "point_format", h->point_format);
    las_attr_int(to, "point_record_bytes", (int64_t)h->record_bytes);
    las_attr_numbers(to, "header_points", TYPE_UINT64, 1, &h->points);
    las_attr_numbers(to, "header_points_by_return", TYPE_UINT64, h->return_count, h->by_return);
    las_attr_numbers(to, "header_minimum", TYPE_DOUBLE, 3, h->min);
    las_attr_numbers(to, "header_maximum", TYPE_DOUBLE, 3, h->max);
    if (h->compressed)
        las_attr_text(to, "compression", "LASzip");
}

bool las_describe_file(Las *l, Error *e)
{
    Arena *a = l->dataset.arena;
    LasAttrs to = {.arena = a};
    const uint8_t *b = l->header.bytes;
    if (l->header.minor > 0)
        las_attr_int(&to, "file_source_id", las_u16(b + 4));
    las_attr_text(&to, "system_identifier", las_text(b + 26, 32, a));
    las_attr_text(&to, "generating_software", las_text(b + 58, 32, a));
    add_project(l, &to);
    add_creation(l, &to);
    add_counts(l, &to);
    add_crs(&l->crs, &to);
    if (l->vlrs.area.bytes)
        las_attr_text(&to, "area", las_text(l->vlrs.area.bytes, l->vlrs.area.size, a));
    las_attr_text(&to, "variable_length_records", l->vlrs.list);
    Group *root = arena_alloc(a, sizeof *root);
    if (!root || to.failed)
        return arena_full(a, e);
    *root = (Group){.path = "", .attrs = to.items, .attr_count = to.count};
    l->dataset.groups = root;
    l->dataset.group_count = 1;
    return true;
}
