/* parsivel_logger.c: tables of Parsivel disdrometers in which every class is a column.
 *
 * As pyAtmosLogger writes them: "datetime_utc;rain rate [mm/h];...;N00;...;N31;v00;...;M_0_0;...":
 * a line of names, measured values 90 and 91 by diameter, 93 by velocity and diameter. */
#include "formats/text/parsivel.h"

#include "formats/text/parsivel_fields.h"
#include "formats/text/text_head.h"
#include "formats/text/text_label.h"

#include <stdio.h>
#include <string.h>

enum { PROBE_MEMORY = 4 << 20, COLUMNS_MOST = 2000, STACKS_MAX = 3 };

static const char mark[] = "datetime_utc;";

typedef struct Logger {
    TextHead head;
    const char **names;
    size_t count;
    TextColumn *columns;
    TextStack stacks[STACKS_MAX];
    TextRecord record;
    TextAttrs attrs;
    Arena *arena;
} Logger;

/* --- names ---------------------------------------------------------------------------------- */

/* "M_3_17" and the like: the columns from `first` on count through all classes. */
static bool is_spectrum(const Logger *l, size_t first)
{
    char name[32];
    for (size_t i = 0; i < PARSIVEL_SPECTRUM; i++) {
        snprintf(name, sizeof name, "M_%zu_%zu", i / PARSIVEL_CLASSES, i % PARSIVEL_CLASSES);
        if (first + i >= l->count || strcmp(l->names[first + i], name) != 0)
            return false;
    }
    return true;
}

/* "N00" to "N31", "v00" to "v31". */
static bool is_by_diameter(const Logger *l, size_t first, char letter)
{
    char name[8];
    for (size_t i = 0; i < PARSIVEL_CLASSES; i++) {
        snprintf(name, sizeof name, "%c%02zu", letter, i);
        if (first + i >= l->count || strcmp(l->names[first + i], name) != 0)
            return false;
    }
    return true;
}

static size_t find(const Logger *l, const char *name)
{
    size_t k = 0;
    while (k < l->count && strcmp(l->names[k], name) != 0)
        k++;
    return k;
}

static bool read_names(Logger *l)
{
    if (l->head.count == 0)
        return false;
    l->names = text_cells(l->head.lines[0], ';', 0, &l->count, l->arena);
    return l->names && l->count <= COLUMNS_MOST && is_spectrum(l, find(l, "M_0_0"));
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    Arena a;
    Error e = {0};
    Logger l = {.arena = &a};
    arena_init(&a, PROBE_MEMORY);
    bool is =
        text_starts(in, mark) && text_head_read(in, 1, true, &l.head, &a, &e) && read_names(&l);
    arena_deinit(&a);
    text_probed(in, is, "names of a Parsivel's 32 x 32 classes, M_0_0 to M_31_31",
                "the first line does not name the classes of a Parsivel", p);
}

/* --- reader --------------------------------------------------------------------------------- */

static void add_stack(Logger *l, size_t first, TextStack stack)
{
    if (first < l->count)
        l->stacks[l->record.stack_count++] = stack;
}

static bool describe(Logger *l)
{
    l->columns = arena_array(l->arena, l->count, sizeof *l->columns);
    if (!l->columns)
        return false;
    for (size_t k = 0; k < l->count; k++) {
        TextColumn *c = &l->columns[k];
        if (!text_label_split(l->names[k], l->arena, &c->name, &c->units))
            return false;
        if (c->units[0] && strncmp(l->names[k], "Z ", 2) == 0)
            c->standard_name = "equivalent_reflectivity_factor";
    }
    l->columns[0] = (TextColumn){.name = "time", .kind = TEXT_TIME, .standard_name = "time"};
    l->record.time.pieces[l->record.time.count++] =
        (TextTimePiece){.column = 0, .piece = TEXT_PATTERN};
    l->record.time.comment = "UTC";
    size_t spectrum = find(l, "M_0_0"), concentration = find(l, "N00"), velocity = find(l, "v00");
    if (!is_by_diameter(l, concentration, 'N'))
        concentration = l->count;
    if (!is_by_diameter(l, velocity, 'v'))
        velocity = l->count;
    add_stack(l, spectrum, parsivel_spectrum(spectrum));
    add_stack(l, concentration, parsivel_by_diameter(concentration, PARSIVEL_CONCENTRATION));
    add_stack(l, velocity, parsivel_by_diameter(velocity, PARSIVEL_VELOCITY));
    l->record.columns = l->columns;
    l->record.column_count = l->count;
    l->record.stacks = l->stacks;
    text_attr(&l->attrs, "instrument", "OTT Parsivel disdrometer");
    return !l->attrs.failed;
}

static bool open_logger(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                        Reader **out, Error *e)
{
    (void)options;
    (void)limits;
    Logger *l = arena_alloc(a, sizeof *l);
    if (!l)
        return arena_full(a, e);
    l->arena = l->attrs.arena = a;
    if (!text_head_read(in, 1, false, &l->head, a, e))
        return false;
    if (!read_names(l))
        return error_coded(e, ERROR_DATA, "bad_header",
                           "the first line does not name the classes M_0_0 to M_31_31");
    if (!describe(l))
        return arena_full(a, e);
    TextTable table = {
        .model = "Parsivel",
        .layout = {.encoding = l->head.encoding,
                   .bom_bytes = l->head.bom_bytes,
                   .first_line = 2,
                   .separator = ';'},
        .records = &l->record,
        .record_count = 1,
        .attrs = l->attrs.items,
        .attr_count = l->attrs.count,
    };
    if (!text_table_open(&table, in, a, out, e))
        return false;
    text_head_note(&l->head, (*out)->dataset);
    return true;
}

const Format format_parsivel_logger = {
    .name = "parsivel_logger",
    .summary = "tables of OTT Parsivel disdrometers with a column for every class",
    .extensions = "csv",
    .probe = probe,
    .open = open_logger,
    .next = text_table_next,
    .close = text_table_close,
};
