/* halo_background.c: Background_ddmmyy-HHMMSS.txt: the noise of each gate, with the beam shut off.
 *
 * One number a line, or all of them without anything between; each has six decimals. A list of
 * numbers says nothing about itself: only the file's name tells. */
#include "formats/halo/halo.h"

#include "formats/halo/halo_companion.h"

#include <stdio.h>
#include <string.h>

enum { DECIMALS = 6, LOOKED_AT = 100 };

static const char word[] = "Background_";

typedef struct Background {
    TextHead head;
    TextLines lines;
    StringView rest; /* of the line */
    TextAttrs attrs;
    TextColumn column;
    TextRecord record;
    CsvCell cell;
} Background;

/* Characters of the number at the front of the text, up to its sixth decimal; 0: none. */
static size_t number_length(StringView text)
{
    size_t i = text.length > 0 && text.bytes[0] == '-', whole = i;
    while (i < text.length && text.bytes[i] >= '0' && text.bytes[i] <= '9')
        i++;
    if (i == whole || i == text.length || (text.bytes[i] != '.' && text.bytes[i] != ','))
        return 0;
    size_t first = ++i;
    while (i < text.length && i < first + DECIMALS && text.bytes[i] >= '0' && text.bytes[i] <= '9')
        i++;
    return i == first + DECIMALS ? i : 0;
}

/* Lines are a number, or several without anything between; a damaged line is no reason to take the
 * file for something else. */
static bool has_shape(const TextHead *h)
{
    enum { TOLERATED_PART = 5 /* one line in five */ };
    size_t numbers = 0, odd = 0;
    for (size_t i = 0; i < h->count; i++) {
        StringView rest = text_trimmed(h->lines[i]);
        size_t length = number_length(rest);
        for (; length > 0; length = number_length(rest)) {
            numbers++;
            rest = (StringView){rest.bytes + length, rest.length - length};
        }
        odd += rest.length > 0 && i + 1 < h->count; /* the last one may be cut */
    }
    return numbers > 0 && odd * TOLERATED_PART <= numbers;
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    Arena a __attribute__((cleanup(arena_deinit)));
    TextHead head;
    Error e = {0};
    *p = (Probe){.sure = SURE_NO};
    arena_init(&a, 0);
    bool named = halo_is_named(in, word);
    if (named && text_head_read(in, LOOKED_AT, true, &head, &a, &e) && has_shape(&head))
        p->sure = SURE_BY_CONTENT;
    snprintf(p->evidence, sizeof p->evidence, "%s",
             p->sure ? "numbers with six decimals, and a name with Background_"
             : named ? "no list of numbers with six decimals"
                     : "the name has no Background_");
}

/* --- rows ----------------------------------------------------------------------------------- */

static bool next_row(void *state, TextRow *row, bool *end, Error *e)
{
    Background *b = state;
    while (b->rest.length == 0) {
        StringView line;
        if (!text_lines_next(&b->lines, &line, end, e) || *end)
            return e->kind == ERROR_NONE;
        b->rest = text_trimmed(line);
    }
    size_t length = number_length(b->rest);
    bool odd = length == 0; /* what is no number is one cell to the line's end */
    if (odd)
        length = b->rest.length;
    b->cell = (CsvCell){.bytes = (char *)(uintptr_t)b->rest.bytes, .length = (uint32_t)length};
    b->rest = (StringView){b->rest.bytes + length, b->rest.length - length};
    *row = (TextRow){.cells = &b->cell, .count = 1, .line = b->lines.line};
    if (odd && b->lines.unfinished) { /* cut within the number */
        row->count = 0;
        row->unfinished = true;
    }
    return true;
}

static bool rewind_rows(void *state, Error *e)
{
    Background *b = state;
    b->rest = (StringView){NULL, 0};
    return text_lines_rewind(&b->lines, e);
}

static bool open_background(const Input *in, const void *options, const FormatLimits *limits,
                            Arena *a, Reader **out, Error *e)
{
    static const TextSource source = {next_row, rewind_rows};
    (void)options;
    (void)limits;
    Background *b = arena_alloc(a, sizeof *b);
    if (!b)
        return arena_full(a, e);
    b->attrs.arena = a;
    if (!text_head_read(in, LOOKED_AT, false, &b->head, a, e) ||
        !text_lines_open(&b->lines, in, &b->head, 1, a, e))
        return false;
    halo_name_time(in, "%d%m%y", &b->attrs);
    b->column = (TextColumn){.name = "background",
                             .kind = TEXT_NUMBER,
                             .long_name = "signal of the gate without the atmosphere's echo"};
    b->record = (TextRecord){.columns = &b->column, .column_count = 1, .row_dim = "range"};
    if (b->attrs.failed)
        return arena_full(a, e);
    TextTable table = {.model = "Halo background",
                       .layout = {.decimal = halo_decimal(&b->head)},
                       .records = &b->record,
                       .record_count = 1,
                       .attrs = b->attrs.items,
                       .attr_count = b->attrs.count,
                       .source = &source,
                       .state = b};
    return text_table_open(&table, in, a, out, e);
}

const Format format_halo_background = {
    .name = "halo_background",
    .summary = "background noise of Halo Photonics Doppler lidars (Background_*.txt)",
    .extensions = "txt",
    .probe = probe,
    .open = open_background,
    .next = text_table_next,
    .close = text_table_close,
};
