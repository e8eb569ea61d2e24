/* halo_profile.c: the wind profiles that the lidar's own program makes, .hpl like the rays.
 *
 * The first line is the number of levels, each further one "height direction speed". There is no
 * header: a file whose name does not say what it is must look like a profile in every line. */
#include "formats/halo/halo.h"

#include "formats/halo/halo_companion.h"
#include "formats/halo/halo_reader.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS = 3, LEVELS_MAX = 100000, LOOKED_AT = 2000 };

typedef struct Profile {
    TextHead head;
    uint64_t levels;
    TextAttrs attrs;
    TextRecord record;
} Profile;

/* The number of levels in the first line. */
static bool read_levels(const TextHead *h, uint64_t *out)
{
    StringView line = h->count > 0 ? text_trimmed(h->lines[0]) : (StringView){NULL, 0};
    return line.length > 0 && line.bytes[0] != '+' &&
           text_to_uint64(line.bytes, line.length, out) && *out > 0 && *out <= LEVELS_MAX;
}

static bool read_level(StringView line, double values[COLUMNS], Arena *a)
{
    size_t count;
    const char **cells = text_cells(line, ' ', 0, &count, a);
    if (!cells || count != COLUMNS)
        return false;
    for (size_t k = 0; k < COLUMNS; k++)
        if (!text_to_double(cells[k], strlen(cells[k]), '.', &values[k]) &&
            !text_to_double(cells[k], strlen(cells[k]), ',', &values[k]))
            return false;
    return true;
}

/* Heights that rise, directions of a compass, speeds; *levels: how many. */
static bool has_shape(const TextHead *h, size_t *levels, Arena *a)
{
    enum { CIRCLE = 360 };
    double above = 0;
    *levels = 0;
    for (size_t i = 1; i < h->count; i++) {
        double v[COLUMNS];
        if (text_trimmed(h->lines[i]).length == 0)
            continue;
        if (!read_level(h->lines[i], v, a)) /* the last one may be cut */
            return i + 1 == h->count && *levels > 0;
        if (v[0] <= above || v[1] < 0 || v[1] > CIRCLE || v[2] < 0)
            return false;
        above = v[0];
        (*levels)++;
    }
    return *levels > 0;
}

/* In the name, the ending of the lidar's files or the program's word for its profiles. */
static bool is_named(const Input *in)
{
    return halo_is_named(in, "Processed_Wind_Profile") || halo_is_hpl(in->name);
}

static Sureness judge(const Input *in, Arena *a)
{
    TextHead head;
    uint64_t said;
    size_t levels;
    Error e = {0};
    if (!text_head_read(in, 1, true, &head, a, &e) || !read_levels(&head, &said) ||
        !text_head_read(in, LOOKED_AT, true, &head, a, &e) || !has_shape(&head, &levels, a))
        return SURE_NO;
    if (is_named(in))
        return SURE_BY_CONTENT;
    return head.whole && levels == said ? SURE_BY_LOOKS : SURE_NO;
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    Arena a __attribute__((cleanup(arena_deinit)));
    arena_init(&a, 0);
    *p = (Probe){.sure = judge(in, &a)};
    snprintf(p->evidence, sizeof p->evidence, "%s",
             p->sure ? "a number of levels, then lines of height, direction and speed"
                     : "no number of levels above lines of height, direction and speed");
}

static bool open_profile(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                         Reader **out, Error *e)
{
    static const TextColumn columns[COLUMNS] = {
        {.name = "height",
         .kind = TEXT_NUMBER,
         .units = "m",
         .standard_name = "height",
         .long_name = "height above the lidar"},
        {.name = "wind_direction",
         .kind = TEXT_NUMBER,
         .units = "degree",
         .standard_name = "wind_from_direction",
         .long_name = "direction that the wind comes from"},
        {.name = "wind_speed",
         .kind = TEXT_NUMBER,
         .units = "m s-1",
         .standard_name = "wind_speed"},
    };
    (void)options;
    (void)limits;
    Profile *w = arena_alloc(a, sizeof *w);
    if (!w)
        return arena_full(a, e);
    w->attrs.arena = a;
    if (!text_head_read(in, LOOKED_AT, false, &w->head, a, e))
        return false;
    if (!read_levels(&w->head, &w->levels)) {
        error_coded(e, ERROR_DATA, "bad_header", "the first line is no number of levels");
        return error_at(e, "line 1");
    }
    halo_name_time(in, "%Y%m%d", &w->attrs);
    if (w->attrs.failed)
        return arena_full(a, e);
    w->record = (TextRecord){.columns = columns, .column_count = COLUMNS, .row_dim = "height"};
    TextTable table = {.model = "Halo wind profile",
                       .layout = {.encoding = w->head.encoding,
                                  .bom_bytes = w->head.bom_bytes,
                                  .first_line = 2,
                                  .split = TEXT_SPLIT_BLANKS,
                                  .decimal = halo_decimal(&w->head),
                                  .rows_promised = w->levels,
                                  .promised_by = "number of levels"},
                       .records = &w->record,
                       .record_count = 1,
                       .attrs = w->attrs.items,
                       .attr_count = w->attrs.count};
    return text_table_open(&table, in, a, out, e);
}

const Format format_halo_profile = {
    .name = "halo_profile",
    .summary = "wind profiles made by the program of Halo Photonics Doppler lidars",
    .extensions = "hpl",
    .probe = probe,
    .open = open_profile,
    .next = text_table_next,
    .close = text_table_close,
};
