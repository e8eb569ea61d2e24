/* icartt.c: ICARTT files with the file format index 1001, versions 1.1 and 2.0.
 *
 * The header says how long it is, then in fixed lines who made the data, the day, the independent
 * variable (seconds of that day, UTC, which go on past midnight), and for each dependent variable a
 * scale factor, a missing value, name, units and standard name; then comments, the last ones as
 * "KEY: value"; its last line repeats the names (ICARTT data format document V2.0, ESDS-RFC-029).
 */
#include "formats/text/icartt.h"

#include "formats/text/icartt_header.h"

#include <stdio.h>
#include <string.h>

/* --- probe ---------------------------------------------------------------------------------- */

/* A table of numbers might begin so too: names follow in the second line of ICARTT. */
static bool is_icartt(const Input *in, int64_t *index)
{
    const char *text = (const char *)in->head, *end = text + in->head_size;
    static const int64_t indices[] = {1001, 1020, 2010, 2110, 2160, 2310};
    int64_t lines;
    if (in->head_size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    const char *stop = memchr(text, '\n', (size_t)(end - text));
    if (!stop)
        return false;
    const char *second = memchr(stop + 1, '\n', (size_t)(end - stop - 1));
    if (!icartt_first_line(text, (size_t)(stop - text), &lines, index) ||
        !icartt_has_letter(stop + 1, (size_t)((second ? second : end) - stop - 1)))
        return false;
    for (size_t i = 0; i < sizeof indices / sizeof *indices; i++)
        if (*index == indices[i])
            return true;
    return false;
}

static void probe(const Input *in, const void *options, Probe *p)
{
    int64_t index = 0;
    (void)options;
    *p = (Probe){.sure = is_icartt(in, &index) ? SURE_BY_CONTENT : SURE_NO};
    if (p->sure)
        snprintf(p->evidence, sizeof p->evidence,
                 "the first line is the length of an ICARTT header and its format index %lld",
                 (long long)index);
    else
        snprintf(p->evidence, sizeof p->evidence, "%s",
                 in->size ? "the first line is not that of an ICARTT file" : "the file is empty");
}

/* --- columns and time ----------------------------------------------------------------------- */

static void add_flags(Icartt *f)
{
    for (size_t k = 0; k < f->count; k++) {
        TextColumn *c = &f->columns[1 + k];
        double *missing = &f->missing[k * ICARTT_MISSING_MAX];
        for (size_t i = 0; i < f->flag_count; i++)
            missing[c->missing_count++] = f->flags[i];
    }
}

static bool is_seconds(const char *units)
{
    static const char *const words[] = {"s", "sec", "secs", "UTC", NULL};
    bool word = !units || !units[0] || text_starts_nocase(units, "second") ||
                text_starts_nocase(units, "sec_") || text_starts_nocase(units, "sec ");
    for (const char *const *w = words; *w; w++)
        word |= units && text_equal_nocase(units, *w);
    return word;
}

static bool describe(Icartt *f)
{
    TextColumn *time = &f->columns[0];
    f->record = (TextRecord){.columns = f->columns, .column_count = f->count + 1};
    add_flags(f);
    f->timed = is_seconds(time->units);
    if (!f->timed)
        return true;
    const char *units = arena_printf(f->arena, "seconds since %04lld-%02lld-%02lld 00:00:00",
                                     (long long)f->year, (long long)f->month, (long long)f->day);
    time->standard_name = "time";
    f->record.time.pieces[0] = (TextTimePiece){.column = 0, .piece = TEXT_SINCE, .units = units};
    f->record.time.count = 1;
    f->record.time.comment = "UTC, seconds of the header's date";
    return units != NULL;
}

/* Rows without a comma are divided by blanks. */
static bool has_commas(const Icartt *f)
{
    return f->lines >= f->head.count || f->count == 0 ||
           memchr(f->head.lines[f->lines].bytes, ',', f->head.lines[f->lines].length);
}

/* --- reader --------------------------------------------------------------------------------- */

static void note_header(const Icartt *f, Dataset *d)
{
    text_head_note(&f->head, d);
    if (f->moved)
        dataset_note(d, "the header is not as long as it says: its names are in line %zu",
                     f->lines);
    if (!f->timed)
        dataset_note(d, "the units of %s are no seconds (%s): taken for no time",
                     f->columns[0].name, f->columns[0].units);
}

static bool open_icartt(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                        Reader **out, Error *e)
{
    (void)options;
    (void)limits;
    Icartt *f = arena_alloc(a, sizeof *f);
    if (!f)
        return arena_full(a, e);
    f->arena = f->attrs.arena = a;
    if (!icartt_read_header(f, in, e))
        return false;
    if (!describe(f) || f->attrs.failed)
        return arena_full(a, e);
    bool commas = has_commas(f);
    TextTable table = {
        .model = "FFI 1001",
        .layout = {.encoding = f->head.encoding,
                   .bom_bytes = f->head.bom_bytes,
                   .first_line = f->lines + 1,
                   .split = commas ? TEXT_SPLIT_CHARACTER : TEXT_SPLIT_BLANKS,
                   .separator = commas ? ',' : ' '},
        .records = &f->record,
        .record_count = 1,
        .attrs = f->attrs.items,
        .attr_count = f->attrs.count,
    };
    if (!text_table_open(&table, in, a, out, e))
        return false;
    note_header(f, (*out)->dataset);
    return true;
}

const Format format_icartt = {
    .name = "icartt",
    .summary = "ICARTT files of field campaigns (format index 1001)",
    .extensions = "ict",
    .probe = probe,
    .open = open_icartt,
    .next = text_table_next,
    .close = text_table_close,
};
