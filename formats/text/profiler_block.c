/* profiler_block.c: one profile of a NOAA PSL wind profiler, as text.
 *
 * Site, "WINDS rev 5.1", place, date, "minutes beams gates", four lines of settings, names, a line
 * for every gate, "$". An empty line stands above the first. */
#include "formats/text/profiler_block.h"

#include <string.h>

enum { FIRST_ROOM = 16 * 1024, BLOCK_MAX = 4 << 20, HEADER_LINES = 10, COUNTS = 3 };

bool profiler_block_init(ProfilerBlock *b, Arena *a, Error *e)
{
    b->cells = arena_array(a, (size_t)PROFILER_COLUMNS_MAX * PROFILER_GATES_MAX, sizeof *b->cells);
    b->text = arena_grow(a, NULL, &b->capacity, FIRST_ROOM, 1);
    return b->cells && b->text ? true : arena_full(a, e);
}

/* --- lines ---------------------------------------------------------------------------------- */

static bool add_line(ProfilerBlock *b, const TextLines *lines, StringView line, Error *e)
{
    size_t needed = b->length + line.length + 1 + CSV_SLACK;
    if (needed > BLOCK_MAX) {
        error_coded(e, ERROR_DATA, "record_too_long", "a profile of more than %d bytes", BLOCK_MAX);
        return error_at(e, "line %llu", (unsigned long long)b->line);
    }
    if (needed > b->capacity) {
        char *grown = arena_grow(lines->arena, b->text, &b->capacity, needed, 1);
        if (!grown)
            return arena_full(lines->arena, e);
        b->text = grown;
    }
    memcpy(b->text + b->length, line.bytes, line.length);
    b->length += line.length;
    b->text[b->length++] = '\n';
    return true;
}

static bool read_lines(ProfilerBlock *b, TextLines *lines, bool *end, Error *e)
{
    StringView line;
    bool over = false;
    b->length = 0;
    b->unfinished = false;
    for (;;) {
        if (!text_lines_next(lines, &line, &over, e))
            return false;
        StringView text = text_trimmed(line);
        if (over || (text.length == 1 && text.bytes[0] == '$'))
            break;
        if (text.length == 0)
            continue;
        if (b->length == 0)
            b->line = lines->line;
        if (!add_line(b, lines, text, e))
            return false;
    }
    *end = over && b->length == 0;
    b->unfinished = over;
    memset(b->text + b->length, 0, CSV_SLACK);
    return true;
}

/* --- cells ---------------------------------------------------------------------------------- */

/* The next line of the block; no bytes: there is none. */
static StringView next_line(const ProfilerBlock *b, size_t *at)
{
    if (*at >= b->length)
        return (StringView){b->text + b->length, 0};
    char *start = b->text + *at, *stop = memchr(start, '\n', b->length - *at);
    *at = (size_t)(stop - b->text) + 1;
    return (StringView){start, (size_t)(stop - start)};
}

/* The next cell of the line between blanks; false: there is none. */
static bool next_cell(StringView *line, CsvCell *out)
{
    size_t at = 0, stop;
    while (at < line->length && (line->bytes[at] == ' ' || line->bytes[at] == '\t'))
        at++;
    for (stop = at; stop < line->length && line->bytes[stop] != ' ' && line->bytes[stop] != '\t';)
        stop++;
    *out =
        (CsvCell){.bytes = (char *)(uintptr_t)(line->bytes + at), .length = (uint32_t)(stop - at)};
    line->bytes += stop;
    line->length -= stop;
    return stop > at;
}

static bool whole_number(const CsvCell *c, int64_t most, size_t *out)
{
    int64_t value;
    if (!text_to_int64(c->bytes, c->length, &value) || value < 0 || value > most)
        return false;
    *out = (size_t)value;
    return true;
}

static bool read_date(ProfilerBlock *b)
{
    StringView line = b->header.date;
    for (size_t k = 0; k < PROFILER_DATE_CELLS; k++)
        if (!next_cell(&line, &b->date[k]))
            return false;
    return true;
}

static bool read_promise(ProfilerBlock *b)
{
    StringView line = b->header.consensus;
    CsvCell c;
    for (size_t k = 0; k < COUNTS; k++)
        if (!next_cell(&line, &c))
            return false;
    return whole_number(&c, PROFILER_GATES_MAX, &b->promised) && b->promised > 0;
}

static void count_columns(ProfilerBlock *b)
{
    StringView line = b->header.names;
    CsvCell c;
    for (b->columns = 0; next_cell(&line, &c); b->columns++)
        continue;
}

/* A gate needs a number in each column. */
static bool read_gate(ProfilerBlock *b, StringView line)
{
    CsvCell c;
    double value;
    for (size_t k = 0; k < b->columns; k++) {
        if (!next_cell(&line, profiler_cell(b, k, b->gates)))
            return false;
        c = *profiler_cell(b, k, b->gates);
        if (!text_to_double(c.bytes, c.length, '.', &value))
            return false;
    }
    b->gates++;
    return !next_cell(&line, &c);
}

static bool read_gates(ProfilerBlock *b, size_t at)
{
    while (at < b->length && b->gates < b->promised)
        if (!read_gate(b, next_line(b, &at)))
            return false;
    return at >= b->length && b->gates == b->promised;
}

bool profiler_block_next(ProfilerBlock *b, TextLines *lines, bool *end, Error *e)
{
    if (!read_lines(b, lines, end, e))
        return false;
    StringView *const parts[HEADER_LINES] = {
        &b->header.site,      &b->header.type,    &b->header.place,  &b->header.date,
        &b->header.consensus, &b->header.windows, &b->header.pulses, &b->header.gates,
        &b->header.beams,     &b->header.names,
    };
    size_t at = 0;
    for (size_t i = 0; i < HEADER_LINES; i++)
        *parts[i] = next_line(b, &at);
    b->gates = b->columns = b->promised = 0;
    count_columns(b);
    b->whole = read_date(b) && read_promise(b) && b->columns > 0 &&
               b->columns <= PROFILER_COLUMNS_MAX && read_gates(b, at);
    return true;
}
