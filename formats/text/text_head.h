/* text_head.h: what a format does before its rows: lines of the header, their cells, attributes. */
#pragma once

#include "formats/csv/csv_table.h"
#include "formats/format.h"

/* True if the text begins so; a byte order mark is passed over, and UTF-16 is compared by its
 * letters. Reads in->head only: cheap enough for the first line of a probe. */
bool text_starts(const Input *in, const char *prefix);

/* The first lines of a file as UTF-8. */
typedef struct TextHead {
    CsvEncoding encoding;
    size_t bom_bytes;
    StringView *lines; /* without their line ends; each is followed by a NUL */
    size_t count;
    bool whole; /* the file has no other lines */
} TextHead;

/* What the probes of one file share: the head as text, taken when the first one asks, and the lines
 * asked for so far. Zeroed, nothing is taken. */
typedef struct TextLook {
    bool taken;
    CsvText text;
    TextHead head;
    size_t capacity; /* of head.lines */
    Arena arena;
} TextLook;

void text_look_deinit(TextLook *l);

/* At most `lines_max` lines of the first 512 KiB (of in->head_size bytes if `head_only`: probes). A
 * line that does not end there counts only where the file ends too. Latin-1 and UTF-16 are
 * converted. Empty lines are lines. Those of a probe belong to in->look where there is one. */
bool text_head_read(const Input *in, size_t lines_max, bool head_only, TextHead *out, Arena *a,
                    Error *e) MUST_CHECK;
/* "read as UTF-16", "a byte order mark was passed over": what a person should know. */
void text_head_note(const TextHead *h, Dataset *d);

/* What a probe has found: SURE_BY_CONTENT, and why; or else why not. */
void text_probed(const Input *in, bool is, const char *why, const char *why_not, Probe *p);

/* The line's cells, without quotation marks and blanks around them, as an array of texts.
 * Separator ' ' is runs of blanks; quote 0: none. NULL: arena full. */
const char **text_cells(StringView line, char separator, char quote, size_t *count, Arena *a);
/* Without blanks around it. */
StringView text_trimmed(StringView v);
/* A copy with a NUL; NULL: arena full. */
char *text_copy(StringView v, Arena *a);
/* The view is this text, ASCII case ignored if `nocase`. */
bool text_is(StringView v, const char *text, bool nocase);

/* Attributes one after the other. Texts that are empty are left out; a name that occurs again gets
 * _2. `failed` (arena full) stays set; look at it once, at the end. */
typedef struct TextAttrs {
    Attr *items;
    size_t count, capacity;
    Arena *arena;
    bool failed;
} TextAttrs;

void text_attr(TextAttrs *list, const char *name, const char *text);
void text_attr_view(TextAttrs *list, const char *name, StringView text);
void text_attr_number(TextAttrs *list, const char *name, double value);

/* Lines one after the other, for a TextSource. */
typedef struct TextLines {
    CsvText text;
    Arena *arena;
    uint64_t line;  /* number of the line last given */
    uint64_t start; /* first byte, and line, to which rewind goes back */
    uint64_t first_line;
    bool unfinished; /* the line last given has no line end */
} TextLines;

/* Begins with line `first_line` (from 1). */
bool text_lines_open(TextLines *l, const Input *in, const TextHead *h, uint64_t first_line,
                     Arena *a, Error *e) MUST_CHECK;
/* The next line without its line end (LF, CR LF, CR, CR CR LF); empty ones too. It lives until the
 * next call, and 80 bytes behind it are readable. */
bool text_lines_next(TextLines *l, StringView *out, bool *end, Error *e) MUST_CHECK;
bool text_lines_rewind(TextLines *l, Error *e) MUST_CHECK;
