/* csv.c: tables in text: probe, open and the vtable. */
#include "formats/csv/csv.h"

#include "formats/csv/csv_metadata.h"
#include "formats/csv/csv_options.h"
#include "formats/csv/csv_reader.h"
#include "formats/formats.h"

#include <stdio.h>
#include <string.h>

enum { CONTROLS_PER_BYTE = 2000, NUL_RUNS_PER_BYTE = 1000, PROBE_ARENA = 64 << 20 };

/* Text has hardly any control characters; NUL bytes come in a few runs where a disk was full or the
 * power went. */
static bool is_text(const CsvText *sample, const Input *in)
{
    size_t controls = 0, runs = 0;
    for (size_t i = 0; i < sample->length; i++) {
        unsigned char c = (unsigned char)sample->bytes[i];
        controls += (c < 0x20 && !strchr("\t\n\v\f\r\x1a", c)) || c == 0x7f;
    }
    bool wide = sample->encoding == CSV_UTF16_LE || sample->encoding == CSV_UTF16_BE;
    for (size_t i = 1; i < in->head_size && !wide; i++)
        runs += in->head[i] == 0 && in->head[i - 1] != 0;
    return controls * CONTROLS_PER_BYTE <= sample->length + CONTROLS_PER_BYTE - 1 &&
           runs <= 1 + sample->length / NUL_RUNS_PER_BYTE;
}

static CsvEncoding choose_encoding(const Input *in, const CsvOptions *o, size_t *bom)
{
    CsvEncoding guess = csv_encoding_guess(in->head, in->head_size, in->head_size == in->size, bom);
    for (size_t i = 0; o->encoding && csv_encoding_names[i]; i++)
        if (text_equal_nocase(o->encoding, csv_encoding_names[i]))
            return (CsvEncoding)i;
    return guess;
}

/* Reads the first chunk. */
static bool read_sample(const Input *in, const CsvOptions *o, CsvText *out, Arena *a, Error *e)
{
    size_t bom;
    CsvEncoding encoding = choose_encoding(in, o, &bom);
    if (!csv_text_init(out, in, encoding, bom, a, e) || !csv_text_fill(out, a, e))
        return false;
    if (!is_text(out, in))
        return error_coded(e, ERROR_DATA, "no_table",
                           "it holds control characters, as text does "
                           "not");
    return true;
}

/* --- probe ---------------------------------------------------------------------------------- */

/* A list of words is a table only where the file's name says so; so is a single column. */
static bool believable(const CsvLayout *l, const char *name, Error *e)
{
    static const char *const list_endings[] = {".csv", ".tsv", ".txt", ".dat", NULL};
    if (l->typed == 0 && !csv_is_named(name, csv_table_endings))
        return error_coded(e, ERROR_DATA, "no_table", "its columns hold words only");
    if (l->columns == 1 && (l->typed == 0 || !csv_is_named(name, list_endings)))
        return error_coded(e, ERROR_DATA, "no_table", "a single column, and no name that says so");
    return true;
}

static void tell(const CsvLayout *l, Probe *p)
{
    const char *mark = l->dialect.separator == ' '    ? "blanks"
                       : l->dialect.separator == '\t' ? "TAB"
                                                      : NULL;
    char separated[32] = "", names[64] = "no names";
    if (mark)
        snprintf(separated, sizeof separated, " separated by %s", mark);
    else if (l->dialect.separator)
        snprintf(separated, sizeof separated, " separated by '%c'", l->dialect.separator);
    if (l->names_line)
        snprintf(names, sizeof names, "names in line %llu", (unsigned long long)l->names_line);
    else if (l->names_in_comment)
        snprintf(names, sizeof names, "names in a list of comments");
    snprintf(p->evidence, sizeof p->evidence, "%zu column%s%s in %zu of %zu lines looked at, %s",
             l->columns, l->columns == 1 ? "" : "s", separated, l->span.fitting, l->span.seen,
             names);
}

static void probe(const Input *in, const void *options, Probe *p)
{
    Arena a __attribute__((cleanup(arena_deinit)));
    Input start = *in;
    start.size = in->head_size;
    arena_init(&a, PROBE_ARENA);
    const CsvOptions *o = options;
    CsvText sample;
    CsvLayout layout = {0};
    Error e = {0};
    bool is_data;
    *p = (Probe){.sure = SURE_NO};
    const char *known = signature_guess(in, &is_data);
    if (in->size == 0 || known) {
        snprintf(p->evidence, sizeof p->evidence,
                 known ? "it seems to be %s" : "the file is empty%s", known ? known : "");
        return;
    }
    if (read_sample(&start, o, &sample, &a, &e)) {
        sample.ended = in->head_size == in->size;
        if (csv_dialect_guess(&sample, o, &layout, &a, &e) &&
            csv_header_guess(&sample, o, &layout, &a, &e) && believable(&layout, in->name, &e)) {
            p->sure = SURE_BY_LOOKS;
            tell(&layout, p);
            return;
        }
    }
    snprintf(p->evidence, sizeof p->evidence, "no table: %.*s", EVIDENCE_SIZE - 16, e.message);
}

/* --- open ----------------------------------------------------------------------------------- */

static bool check_rows(const CsvTable *t, Error *e)
{
    uint64_t all = t->fitting_rows + t->other_rows;
    if (csv_tolerates(t->other_rows, all))
        return true;
    return error_coded(e, ERROR_DATA, "ragged", "%llu of %llu lines do not have %zu cells",
                       (unsigned long long)t->other_rows, (unsigned long long)all,
                       t->layout.columns);
}

static bool open_csv(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                     Reader **out, Error *e)
{
    (void)limits; /* nothing is decompressed */
    const CsvOptions *o = options;
    CsvReader *r = arena_alloc(a, sizeof *r);
    Dataset *d = arena_alloc(a, sizeof *d);
    if (!r || !d)
        return arena_full(a, e);
    dataset_init(d, a);
    r->base.dataset = d;
    r->in = *in;
    r->arena = a;
    CsvTable *t = &r->table;
    t->options = o;
    if (!csv_options_check(o, e) || !read_sample(&r->in, o, &r->text, a, e) ||
        !csv_dialect_guess(&r->text, o, &t->layout, a, e) ||
        !csv_header_guess(&r->text, o, &t->layout, a, e) || !csv_columns_init(t, a, e) ||
        !csv_survey(t, &r->text, a, e) || !check_rows(t, e) || !csv_types_decide(t, e) ||
        !csv_time_plan(t, d, a, e))
        return false;
    if (t->layout.note)
        dataset_note(d, "%s", t->layout.note);
    if (t->layout.grouped)
        dataset_note(d,
                     "all numbers with a comma have three digits behind it, as thousands have: "
                     "taken for %s; set decimal",
                     t->layout.dialect.decimal == ',' ? "decimals" : "text");
    r->text.at = (size_t)(t->layout.data_start - r->text.bytes);
    csv_scanner_init(&r->scanner, &t->layout.dialect, r->text.bytes + r->text.at,
                     r->text.length - r->text.at, r->text.ended);
    if (t->layout.data_line)
        r->scanner.line = t->layout.data_line;
    if (!csv_reader_init(r, a, e) || !csv_metadata(r, e))
        return false;
    *out = &r->base;
    return true;
}

static void close_csv(Reader *r)
{
    (void)r; /* all of it is the arena's */
}

const Format format_csv = {
    .name = "csv",
    .summary = "tables in text: separated by commas, semicolons, TABs or blanks",
    .extensions = "csv tsv txt dat asc tab",
    .options = csv_options,
    .options_size = sizeof(CsvOptions),
    .probe = probe,
    .open = open_csv,
    .next = csv_next,
    .close = close_csv,
    .describe = csv_describe,
};
