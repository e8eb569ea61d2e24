/* csv_options.c: the option table of the CSV reader: one row for every guess. */
#include "formats/csv/csv_options.h"

#include "formats/csv/csv_table.h"

#include <string.h>

#define AT(field) offsetof(CsvOptions, field)

enum { LINES_MAX = 1000000 };

static const char *const escapes[] = {"doubled", "backslash", NULL};
static const char *const decimals[] = {".", ",", NULL};

const Option csv_options[] = {
    {.key = "separator",
     .kind = OPTION_STRING,
     .offset = AT(separator),
     .value = "CHARACTER",
     .help = "What stands between two cells: a character, or tab, blanks (runs of them), none "
             "(one column)"},
    {.key = "quote",
     .kind = OPTION_STRING,
     .offset = AT(quote),
     .value = "CHARACTER",
     .help = "The quotation mark around cells, or none"},
    {.key = "escape",
     .kind = OPTION_CHOICE,
     .offset = AT(escape),
     .value = "HOW",
     .choices = escapes,
     .help = "How a quotation mark inside a quoted cell is written"},
    {.key = "decimal",
     .kind = OPTION_CHOICE,
     .offset = AT(decimal),
     .value = "MARK",
     .choices = decimals,
     .help = "The decimal mark"},
    {.key = "comment",
     .kind = OPTION_STRING,
     .offset = AT(comment),
     .value = "MARK",
     .help = "What a comment line begins with, or none"},
    {.key = "encoding",
     .kind = OPTION_CHOICE,
     .offset = AT(encoding),
     .value = "NAME",
     .choices = csv_encoding_names,
     .help = "How characters are encoded (Latin-1 is windows-1252)"},
    {.key = "skip",
     .kind = OPTION_INT,
     .offset = AT(skip),
     .value = "N",
     .standard = "0",
     .max = LINES_MAX,
     .help = "Lines at the start of the file that are not looked at"},
    {.key = "names_line",
     .kind = OPTION_INT,
     .offset = AT(names_line),
     .value = "LINE",
     .standard = "-1",
     .min = -1,
     .max = LINES_MAX,
     .help = "The line of the column names, counted from 1; 0: there is none; -1: found by "
             "looking"},
    {.key = "units_line",
     .kind = OPTION_INT,
     .offset = AT(units_line),
     .value = "LINE",
     .standard = "-1",
     .min = -1,
     .max = LINES_MAX,
     .help = "The line of the units, where names_line is given; 0 or -1: there is none"},
    {.key = "names",
     .kind = OPTION_LIST,
     .offset = AT(names),
     .value = "NAME",
     .help = "Names of the columns, in place of the file's"},
    {.key = "types",
     .kind = OPTION_LIST,
     .offset = AT(types),
     .value = "NAME=TYPE",
     .help = "Types of columns: int64, double, time or string"},
    {.key = "missing",
     .kind = OPTION_LIST,
     .offset = AT(missing),
     .value = "TOKEN",
     .help = "Further words and numbers that mean a missing value, such as -999"},
    {.key = "time_columns",
     .kind = OPTION_LIST,
     .offset = AT(time_columns),
     .value = "NAME",
     .help = "The column, or the columns, that say when a row was measured"},
    {.key = "time_format",
     .kind = OPTION_STRING,
     .offset = AT(time_format),
     .value = "FORMAT",
     .help = "How times are written, as in strptime: %d.%m.%Y %H:%M; several time_columns are "
             "joined with a blank"},
    {.key = "time_zone",
     .kind = OPTION_STRING,
     .offset = AT(time_zone),
     .value = "ZONE",
     .help = "Zone of times that say none themselves: UTC or an offset like +02:00"},
    {.key = "sample",
     .kind = OPTION_SIZE,
     .offset = AT(sample),
     .value = "BYTES",
     .standard = "64M",
     .help = "Files up to this size are looked at whole before types are fixed, larger ones at "
             "their start and at windows spread over the rest"},
    {0},
};

bool csv_mark(const char *key, const char *text, char *out, Error *e)
{
    static const struct {
        const char *word;
        char mark;
    } words[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'},  {"\\t", '\t'}, {"bar", '|'},
                 {"blank", ' '}, {"blanks", ' '},    {"space", ' '}, {"none", 0},   {NULL, 0}};
    if (strlen(text) == 1) {
        *out = text[0];
        return true;
    }
    for (size_t i = 0; words[i].word; i++)
        if (text_equal_nocase(text, words[i].word)) {
            *out = words[i].mark;
            return true;
        }
    return error_coded(e, ERROR_SETUP, "bad_value",
                       "`%s` is `%s`, but must be one character, tab, blanks or none", key, text);
}

bool csv_options_check(const CsvOptions *o, Error *e)
{
    enum { COMMENT_MAX = 3 };
    char mark;
    if (o->comment && strlen(o->comment) > COMMENT_MAX && !text_equal_nocase(o->comment, "none"))
        return error_coded(e, ERROR_SETUP, "bad_value",
                           "`comment` is `%s`, but must have at most %d characters", o->comment,
                           COMMENT_MAX);
    return (!o->separator || csv_mark("separator", o->separator, &mark, e)) &&
           (!o->quote || csv_mark("quote", o->quote, &mark, e));
}
