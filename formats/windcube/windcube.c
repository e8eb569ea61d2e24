/* windcube.c: text files of WindCube profiling lidars, versions 1 and 2, WLS70 and offshore.
 *
 * All begin with HeaderSize= or HeaderLength=, keys, and a line of column names; they are ISO
 * 8859-1 with TABs. Statistics and single lines of sight differ in their columns, so the names tell
 * which it is. */
#include "formats/windcube/windcube.h"

#include "formats/windcube/windcube_reader.h"

#include <stdio.h>
#include <string.h>

/* --- probe ---------------------------------------------------------------------------------- */

typedef enum Kind { KIND_NONE, KIND_STATISTICS, KIND_SIGHTS } Kind;

static bool has_bytes(const char *from, const char *end, const char *what)
{
    return memmem(from, (size_t)(end - from), what, strlen(what)) != NULL;
}

/* By the column names; KIND_NONE: they are not within the first bytes. */
static Kind kind_of_names(const Input *in)
{
    const char *p = (const char *)in->head, *end = p + in->head_size;
    while (p < end) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        stop = stop ? stop : end;
        if (windcube_is_names((StringView){p, (size_t)(stop - p)})) {
            bool sights = has_bytes(p, stop, "\tPosition") || has_bytes(p, stop, "Radial Wind") ||
                          has_bytes(p, stop, "RWS");
            return sights ? KIND_SIGHTS : KIND_STATISTICS;
        }
        p = stop + 1;
    }
    return KIND_NONE;
}

static Kind kind_of(const Input *in)
{
    static const char *const endings[] = {"rtd", "stdrtd", NULL};
    if (!windcube_starts(in))
        return KIND_NONE;
    Kind kind = kind_of_names(in);
    if (kind != KIND_NONE)
        return kind;
    const char *dot = in->name ? strrchr(in->name, '.') : NULL;
    for (const char *const *e = endings; dot && *e; e++)
        if (text_equal_nocase(dot + 1, *e))
            return KIND_SIGHTS;
    return KIND_STATISTICS;
}

static void probe(const Input *in, Kind wanted, Probe *p)
{
    Kind kind = kind_of(in);
    const char *what = kind == KIND_SIGHTS ? "single lines of sight" : "statistics";
    *p = (Probe){.sure = kind == wanted ? SURE_BY_CONTENT : SURE_NO};
    if (kind == KIND_NONE)
        snprintf(p->evidence, sizeof p->evidence, "%s",
                 in->size ? "the first line is not HeaderSize= or HeaderLength= and a number"
                          : "the file is empty");
    else
        snprintf(p->evidence, sizeof p->evidence, "the first line is %.24s, the columns are %s",
                 text_starts(in, "HeaderSize") ? "HeaderSize=" : "HeaderLength=", what);
}

static void probe_sta(const Input *in, const void *options, Probe *p)
{
    (void)options;
    probe(in, KIND_STATISTICS, p);
}

static void probe_rtd(const Input *in, const void *options, Probe *p)
{
    (void)options;
    probe(in, KIND_SIGHTS, p);
}

/* --- reader --------------------------------------------------------------------------------- */

static const char *model_of(const Windcube *w)
{
    const Attr *id = attr_find(w->attrs.items, w->attrs.count, "ID System");
    if (id && text_starts_nocase(id->values, "WLS70"))
        return "WLS70";
    return w->numbered ? "WindCube version 1" : "WindCube version 2";
}

static void note_header(const Windcube *w, Dataset *d)
{
    text_head_note(&w->head, d);
    if (w->note[0])
        dataset_note(d, "%s", w->note);
    if (w->heights_note[0])
        dataset_note(d, "%s", w->heights_note);
    if (w->zone_unknown)
        dataset_note(d,
                     "timezone=%s is no offset from UTC: the times stay text, and when it was is "
                     "not known",
                     w->zone);
    if (w->height_count == 0)
        dataset_note(d, "no column belongs to a height");
}

static bool open_table(Windcube *w, const Input *in, Reader **out, Error *e)
{
    TextTable table = {
        .model = model_of(w),
        .layout = {.decimal = w->decimal},
        .records = &w->record,
        .record_count = 1,
        .attrs = w->attrs.items,
        .attr_count = w->attrs.count,
        .source = &windcube_source,
        .state = w,
        .finish = windcube_finish,
    };
    if (!text_table_open(&table, in, w->arena, out, e))
        return false;
    note_header(w, (*out)->dataset);
    return true;
}

static bool open_kind(const Input *in, bool statistics, Arena *a, Reader **out, Error *e)
{
    Windcube *w = arena_alloc(a, sizeof *w);
    if (!w)
        return arena_full(a, e);
    if (in->size == 0)
        return error_coded(e, ERROR_DATA, "empty", "the file is empty");
    w->arena = w->attrs.arena = a;
    w->statistics = statistics;
    return windcube_header_read(w, in, e) && windcube_columns_make(w, e) &&
           windcube_rows_open(w, in, e) && open_table(w, in, out, e);
}

static bool open_sta(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                     Reader **out, Error *e)
{
    (void)options;
    (void)limits;
    return open_kind(in, true, a, out, e);
}

static bool open_rtd(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                     Reader **out, Error *e)
{
    (void)options;
    (void)limits;
    return open_kind(in, false, a, out, e);
}

const Format format_windcube_sta = {
    .name = "windcube_sta",
    .summary = "statistics of WindCube profiling lidars",
    .extensions = "sta stdsta",
    .probe = probe_sta,
    .open = open_sta,
    .next = text_table_next,
    .close = text_table_close,
};

const Format format_windcube_rtd = {
    .name = "windcube_rtd",
    .summary = "single lines of sight of WindCube profiling lidars",
    .extensions = "rtd stdrtd",
    .probe = probe_rtd,
    .open = open_rtd,
    .next = text_table_next,
    .close = text_table_close,
};
