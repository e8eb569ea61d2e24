/* signature_text.c: instruments' own text formats, and text that is no data, by the first lines.
 *
 * A mark counts only at its place: a table may quote any of them in a cell. */
#include "formats/signature_text.h"

#include "core/text.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 8192, LINES_LOOKED_AT = 60, YAML_LINES_MIN = 3 };

/* The first bytes as text: no byte order mark, UTF-16 narrowed, NUL-terminated. */
typedef struct Head {
    char bytes[TEXT_SIZE + 1];
    size_t length;
    const char *name;
} Head;

static void take_text(const Input *in, Head *h)
{
    const uint8_t *p = in->head, *end = p + in->head_size;
    size_t step = 1;
    if (in->head_size >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
        p += 3;
    } else if (in->head_size >= 2 &&
               (memcmp(p, "\xff\xfe", 2) == 0 || memcmp(p, "\xfe\xff", 2) == 0)) {
        p += p[0] == 0xff ? 2 : 3;
        step = 2;
    }
    for (; p < end && h->length < TEXT_SIZE; p += step)
        if (*p)
            h->bytes[h->length++] = (char)*p;
    h->bytes[h->length] = '\0';
    h->name = in->name ? in->name : "";
}

static bool starts(const Head *h, const char *what)
{
    return strncmp(h->bytes, what, strlen(what)) == 0;
}

static bool has(const Head *h, const char *what)
{
    return strstr(h->bytes, what) != NULL;
}

/* The next line, the end of the text after the last. */
static const char *next_line(const char *p)
{
    p += strcspn(p, "\r\n");
    return p + strspn(p, "\r\n");
}

/* The word at the start of a line, blanks ahead of it left out. */
static bool has_line(const Head *h, const char *what)
{
    for (const char *p = h->bytes; *p; p = next_line(p))
        if (strncmp(p + strspn(p, " "), what, strlen(what)) == 0)
            return true;
    return false;
}

static bool name_ends(const Head *h, const char *ending)
{
    size_t length = strlen(h->name), wanted = strlen(ending);
    return length >= wanted && text_equal_nocase(h->name + length - wanted, ending);
}

static const char *first_word(const Head *h)
{
    const char *p = h->bytes;
    while (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
        p++;
    return p;
}

/* --- instruments ---------------------------------------------------------------------------- */

/* Names in the second line: in a table of numbers it is a row as the first is. */
static bool names_follow(const Head *h)
{
    const char *line = next_line(h->bytes);
    size_t length = strcspn(line, "\r\n");
    for (size_t i = 0; i < length; i++)
        if ((line[i] | 0x20) >= 'a' && (line[i] | 0x20) <= 'z')
            return true;
    return false;
}

static bool is_nasa_ames(const Head *h)
{
    char *end;
    long lines = strtol(h->bytes, &end, 10);
    if (end == h->bytes || lines < 4 || !strchr(" \t", *end))
        return false;
    long index = strtol(end, &end, 10);
    end += strspn(end, " ");
    return (index == 1001 || index == 1010 || index == 1020 || (index >= 2010 && index <= 4010)) &&
           (*end == '\r' || *end == '\n') && names_follow(h);
}

/* The field that the spectrum opens, which is a field's first word and its only one. */
static bool has_spectrum(const Head *h)
{
    static const char mark[] = "<SPECTRUM>";
    for (const char *p = h->bytes; (p = strstr(p, mark)); p++) {
        const char *behind = p + strlen(mark);
        if ((p == h->bytes || strchr(";,\t\r\n", p[-1])) &&
            (strchr(";,\t\r\n", *behind) || strncmp(behind, "ZERO", 4) == 0))
            return true;
    }
    return false;
}

static bool is_parsivel(const Head *h)
{
    return has_spectrum(h) || starts(h, "OTT PARSIVEL");
}

static bool is_nmea(const Head *h)
{
    return h->bytes[0] == '$' && h->bytes[1] >= 'A' && h->bytes[1] <= 'Z' &&
           strspn(h->bytes + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5 && h->bytes[6] == ',';
}

static bool is_rinex(const Head *h)
{
    enum { LABEL_COLUMN = 60 }; /* RINEX 3.05, table A2 */
    return h->length > LABEL_COLUMN && strcspn(h->bytes, "\r\n") > LABEL_COLUMN &&
           strncmp(h->bytes + LABEL_COLUMN, "RINEX VERSION / TYPE", 20) == 0;
}

static bool is_badc(const Head *h)
{
    return starts(h, "Conventions,G,BADC-CSV");
}

static bool is_odv(const Head *h)
{
    return starts(h, "//<Encoding>") || starts(h, "//<Version>ODV") || starts(h, "//ODV");
}

static bool is_cdl(const Head *h)
{
    const char *p = first_word(h), *brace = strchr(p, '{');
    return strncmp(p, "netcdf ", 7) == 0 && brace && (size_t)(brace - p) < strcspn(p, ",;\t\r\n");
}

static bool is_esri_grid(const Head *h)
{
    const char *number = h->bytes + strspn(h->bytes, "ncolsNCOLS \t");
    return text_starts_nocase(h->bytes, "ncols") && *number >= '0' && *number <= '9' &&
           text_starts_nocase(next_line(h->bytes), "nrows");
}

/* --- text that is no data ------------------------------------------------------------------- */

/* Trading programs write "<DATE>,<OPEN>,<HIGH>" above a table. */
static bool is_markup(const Head *h)
{
    const char *p = first_word(h), *close = strchr(p, '>');
    return p[0] == '<' && (p[1] == '?' || p[1] == '!' || (p[1] | 0x20) >= 'a') && close &&
           !(close[1] && strchr(",;\t|", close[1]));
}

static bool is_html(const Head *h)
{
    const char *p = first_word(h);
    return text_starts_nocase(p, "<!doctype html") || text_starts_nocase(p, "<html");
}

/* An object, or an array of things that are no plain cells. */
static bool is_json(const Head *h)
{
    const char *p = first_word(h);
    if (*p != '{' && *p != '[')
        return false;
    char open = *p++;
    p += strspn(p, " \t\r\n");
    if (open == '{')
        return *p == '"' || *p == '}';
    static const char *const words[] = {"true", "false", "null", NULL};
    for (const char *const *w = words; *w; w++)
        if (strncmp(p, *w, strlen(*w)) == 0)
            return true;
    if (*p == '-')
        p++;
    return *p && strchr("{[\"]0123456789", *p) && (*p != ']' || p[-1] != '-');
}

/* The end of the number or date at p; p itself: there is none. */
static const char *value_end(const char *p)
{
    size_t length = strspn(p, "0123456789.:/+-TZ");
    bool digits = strcspn(p, "0123456789") < length, list = length && strchr(".:", p[length - 1]);
    return digits && !list ? p + length : p;
}

/* A line that begins with a number or a date and goes on behind a separator, or behind blanks with
 * another one: what stands above may be a table's preamble. */
static bool has_row(const Head *h)
{
    for (const char *p = h->bytes; *p; p = next_line(p)) {
        const char *cell = p + strspn(p, " \"'"), *end = value_end(cell);
        if (end == cell)
            continue;
        end += strspn(end, "\"'");
        const char *next = end + strspn(end, " ");
        if (*next && (strchr(",;\t|", *next) || (next > end && value_end(next) > next)))
            return true;
    }
    return false;
}

/* "key: value", "- item" and comments, and nothing else, in the first lines. */
static bool is_yaml(const Head *h)
{
    size_t keys = 0, lines = 0;
    bool marked = starts(h, "---") && (h->bytes[3] == '\n' || h->bytes[3] == '\r');
    for (const char *p = h->bytes; *p && lines < LINES_LOOKED_AT; p = next_line(p)) {
        const char *line = p + strspn(p, " ");
        size_t length = strcspn(line, "\r\n");
        if (length == 0 || line[0] == '#' || strncmp(line, "---", 3) == 0)
            continue;
        lines++;
        const char *key = strncmp(line, "- ", 2) == 0 ? line + 2 : line;
        size_t word = strcspn(key, ":\r\n");
        bool plain = strcspn(key, ",;\t|") >= word && strspn(key, "0123456789-/.") < word;
        bool colon = key[word] == ':' && word > 0 && strchr(" \r\n", key[word + 1]);
        keys += (colon && plain) || key != line;
    }
    return keys == lines && (lines >= YAML_LINES_MIN || (marked && lines > 0)) && !has_row(h);
}

static bool is_script(const Head *h)
{
    return starts(h, "#!");
}

/* Lines that only programs have, or a name that no instrument gives. */
static bool is_source(const Head *h)
{
    static const char *const marks[] = {
        "#include <", "#include \"", "\n#define ", "\nimport ",  "\nfrom ",           "\ndef ",
        "\nclass ",   "\nfunction ", "\nint main", "\npackage ", "\nusing namespace", NULL};
    size_t found = 0;
    for (const char *const *m = marks; *m; m++)
        found += has(h, *m);
    static const char *const names[] = {".c",  ".h",   ".py",  ".cpp", ".hpp",   ".cc", ".rs",
                                        ".go", ".js",  ".pm",  ".pl",  ".java",  ".sh", ".rb",
                                        ".m4", ".css", ".tex", ".f90", ".cmake", NULL};
    for (const char *const *n = names; *n; n++)
        if (name_ends(h, *n))
            return true;
    return (found >= 2 && !has_row(h)) || starts(h, "#include");
}

static bool is_markdown(const Head *h)
{
    bool heading = starts(h, "# ") && strstr(h->bytes, "\n\n") &&
                   (has_line(h, "## ") || has_line(h, "```") || has(h, "]("));
    return name_ends(h, ".md") || name_ends(h, ".rst") || (heading && !has_row(h));
}

static bool is_patch(const Head *h)
{
    return starts(h, "diff --git ") || (starts(h, "--- ") && has_line(h, "+++ "));
}

static bool is_ini(const Head *h)
{
    const char *p = first_word(h);
    const char *end = *p == '[' ? strpbrk(p, "]\r\n") : NULL;
    if (!end || *end != ']' || (end[1] != '\n' && end[1] != '\r'))
        return false;
    const char *line = end + strspn(end, "]\r\n");
    return memchr(line, '=', strcspn(line, "\r\n")) && !has_row(h);
}

typedef struct TextKind {
    bool (*is)(const Head *h);
    const char *what;
    bool is_data;
} TextKind;

static const TextKind kinds[] = {
    {is_parsivel, "Parsivel disdrometer telegrams", true},
    {is_nasa_ames, "NASA Ames", true},
    {is_badc, "BADC-CSV", true},
    {is_odv, "Ocean Data View table", true},
    {is_rinex, "RINEX", true},
    {is_nmea, "NMEA sentences", true},
    {is_esri_grid, "ESRI ASCII grid", true},
    {is_cdl, "CDL, netCDF as text", true},
    {is_script, "script", false},
    {is_html, "HTML page", false},
    {is_markup, "XML text", true},
    {is_json, "JSON text without known records", true},
    {is_patch, "patch", false},
    {is_markdown, "Markdown text", false},
    {is_source, "program source", false},
    {is_yaml, "YAML text", true},
    {is_ini, "INI configuration", false},
};

const char *signature_of_text(const Input *in, bool *is_data)
{
    Head h = {.length = 0};
    take_text(in, &h);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!kinds[i].is(&h))
            continue;
        *is_data = kinds[i].is_data;
        return kinds[i].what;
    }
    return NULL;
}
