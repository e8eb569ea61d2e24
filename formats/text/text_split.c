/* text_split.c: lines -> cells by position, or by the groups of a regular expression. */
#include "formats/text/text_reader.h"

#include <string.h>

static CsvCell cell_of(const char *from, const char *to)
{
    while (from < to && (*from == ' ' || *from == '\t'))
        from++;
    while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
        to--;
    return (CsvCell){.bytes = (char *)(uintptr_t)from, .length = (uint32_t)(to - from)};
}

static bool is_ascii(StringView line)
{
    unsigned char high = 0;
    for (size_t i = 0; i < line.length; i++)
        high |= (unsigned char)line.bytes[i];
    return high < 0x80;
}

/* The byte at which character `wanted` begins. */
static size_t byte_of(StringView line, size_t wanted, bool ascii)
{
    if (ascii)
        return wanted < line.length ? wanted : line.length;
    size_t at = 0;
    for (size_t n = 0; at < line.length; at++) {
        bool begins = ((unsigned char)line.bytes[at] & 0xc0) != 0x80;
        if (begins && n++ == wanted)
            break;
    }
    return at;
}

void text_split_widths(TextSplitter *s, StringView line, const TextRecord *record)
{
    bool ascii = is_ascii(line), cut = false;
    size_t count = 0;
    for (; count < record->column_count; count++) {
        const TextColumn *c = &record->columns[count];
        size_t stop = c->width ? c->position + c->width : SIZE_MAX;
        size_t from = byte_of(line, c->position, ascii), to = byte_of(line, stop, ascii);
        if (from >= line.length)
            break;
        cut |= c->width && byte_of(line, stop - 1, ascii) >= line.length;
        s->cells[count] = cell_of(line.bytes + from, line.bytes + to);
    }
    if (cut && s->scanner.unfinished && count > 0)
        count--; /* its last cell may lack digits */
    s->scanner.count = count;
}

bool text_split_regex(TextSplitter *s, StringView line)
{
    size_t groups = regex_groups(s->regex);
    StringView *found = s->groups;
    if (!regex_split(s->regex, line.bytes, line.length, found))
        return false;
    for (size_t i = 0; i < groups; i++) {
        const char *from = found[i + 1].bytes ? found[i + 1].bytes : line.bytes;
        s->cells[i] = cell_of(from, from + found[i + 1].length);
    }
    s->scanner.count = groups;
    return true;
}

void text_split_between(TextSplitter *s, StringView line)
{
    const char *at = line.bytes, *end = at + line.length;
    size_t count = 0;
    while (at) {
        bool found = at < end && regex_split(s->regex, at, (size_t)(end - at), s->groups) &&
                     s->groups[0].length > 0;
        const char *stop = found ? s->groups[0].bytes : end;
        if (count < s->capacity)
            s->cells[count] = cell_of(at, stop);
        count++;
        at = found ? stop + s->groups[0].length : NULL;
    }
    s->scanner.count = count;
}
