/* csv_describe.c: what was guessed, in the words of the option table. */
#include "formats/csv/csv_reader.h"

#include <string.h>

static const char *mark_word(char mark)
{
    return mark == '\t' ? "tab" : mark == ' ' ? "blanks" : mark == 0 ? "none" : NULL;
}

static void put_mark(Buffer *b, const char *key, char mark)
{
    const char *word = mark_word(mark);
    buffer_printf(b, "%s: ", key);
    if (word)
        buffer_string(b, word);
    else
        buffer_printf(b, "'%c'", mark);
    buffer_char(b, '\n');
}

static void put_text(Buffer *b, const char *text)
{
    text_printable(b, text, strlen(text));
}

static void put_lines(Buffer *b, const CsvLayout *l)
{
    if (l->names_line)
        buffer_printf(b, "names_line: %llu%s\n", (unsigned long long)l->names_line,
                      l->names_in_comment ? " (a comment)" : "");
    else
        buffer_printf(b, "names_line: %s\n",
                      l->names_in_comment ? "a list in the comments" : "none");
    if (l->units_line)
        buffer_printf(b, "units_line: %llu\n", (unsigned long long)l->units_line);
    if (l->data_line)
        buffer_printf(b, "first line of data: %llu\n", (unsigned long long)l->data_line);
}

static void put_columns(Buffer *b, const CsvTable *t, const size_t *columns, size_t count)
{
    const char *comma = "";
    for (size_t i = 0; i < count; i++) {
        if (columns[i] == CSV_NO_COLUMN)
            continue;
        buffer_string(b, comma);
        put_text(b, t->columns[columns[i]].name);
        comma = ", ";
    }
}

static void put_time(Buffer *b, const CsvTable *t)
{
    const CsvTimePlan *p = &t->time;
    const char *pattern = p->pattern, *zone = p->zone;
    buffer_string(b, "time_columns: ");
    if (p->from == CSV_TIME_NOWHERE) {
        buffer_string(b, "none\n");
        return;
    }
    if (p->from == CSV_TIME_COLUMN) {
        const CsvColumn *c = &t->columns[p->column];
        put_columns(b, t, &p->column, 1);
        pattern = c->kind == CSV_TIME ? c->pattern ? c->pattern : "ISO 8601" : c->units;
        zone = c->zone;
    } else if (p->from == CSV_TIME_PARTS) {
        const size_t text[] = {p->date, p->clock};
        bool both = p->date != CSV_NO_COLUMN && p->parts[PART_HOUR] != CSV_NO_COLUMN;
        put_columns(b, t, text, 2);
        buffer_string(b, both ? ", " : "");
        put_columns(b, t, p->parts, PART_COUNT);
    } else {
        put_columns(b, t, p->joined, p->join_count);
    }
    if (pattern) {
        buffer_string(b, "\ntime_format: ");
        put_text(b, pattern);
    }
    if (zone)
        buffer_printf(b, "\ntime_zone: %s", zone);
    buffer_char(b, '\n');
}

void csv_describe(const Reader *reader, Buffer *out)
{
    const CsvReader *r = (const CsvReader *)reader;
    const CsvTable *t = &r->table;
    const CsvDialect *d = &t->layout.dialect;
    put_mark(out, "separator", d->separator);
    put_mark(out, "quote", d->quote);
    if (d->escapes)
        buffer_string(out, "escape: backslash\n");
    buffer_printf(out, "decimal: %c\n", d->decimal);
    buffer_printf(out, "comment: %s\n", d->comment[0] ? d->comment : "none");
    buffer_printf(out, "encoding: %s\n", csv_encoding_names[r->text.encoding]);
    put_lines(out, &t->layout);
    put_time(out, t);
    buffer_string(out, "types: ");
    for (size_t k = 0; k < t->layout.columns; k++) {
        const CsvColumn *c = &t->columns[k];
        buffer_string(out, k ? ", " : "");
        put_text(out, c->name);
        buffer_printf(out, "=%s", csv_kind_names[c->kind]);
    }
    buffer_printf(out, "\ntypes seen in: %s\n",
                  t->surveyed_whole ? "the whole file" : "samples of the file");
}
