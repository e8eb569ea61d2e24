/* csv_metadata.c: what a table says of itself above its rows.
 *
 * Nothing here changes what the rows are; a number is missing only where the text says so in one
 * sentence with it. */
#include "formats/csv/csv_metadata.h"

#include "core/regex.h"
#include "formats/csv/csv_names.h"
#include "formats/csv/csv_sentences.h"

#include <ctype.h>
#include <string.h>

enum { ATTRS_MAX = 400, KEY_MAX = 40, KEY_WORDS_MAX = 5, TEXT_MAX = 32 * 1024 };

typedef struct Metadata {
    CsvReader *reader;
    Arena *arena;
    Attr *attrs; /* of the file */
    size_t count, capacity;
    char *text; /* what is no attribute; TEXT_MAX bytes */
    size_t length;
    CsvSentinel missing[CSV_SENTINELS_MAX];
    size_t missing_count;
    Regex *place, *height;
    bool failed;
} Metadata;

/* --- attributes ----------------------------------------------------------------------------- */

static bool text_attribute(const char *name, StringView value, Attr *out, Arena *a)
{
    const char *copy = arena_copy(a, value.bytes, value.length);
    *out = (Attr){name, TYPE_CHAR, value.length, copy};
    return copy != NULL;
}

static void add_attribute(Metadata *m, Attr attr)
{
    if (m->count >= ATTRS_MAX || attr_find(m->attrs, m->count, attr.name))
        return;
    m->attrs = arena_grow(m->arena, m->attrs, &m->capacity, m->count + 1, sizeof *m->attrs);
    if (m->attrs)
        m->attrs[m->count++] = attr;
    m->failed |= !m->attrs;
}

static void add_text(Metadata *m, const char *name, StringView value)
{
    Attr attr;
    if (name && text_attribute(name, value, &attr, m->arena))
        add_attribute(m, attr);
    else
        m->failed = true;
}

static void add_number(Metadata *m, const char *name, double value)
{
    double *copy = arena_alloc(m->arena, sizeof *copy);
    if (!copy) {
        m->failed = true;
        return;
    }
    *copy = value;
    add_attribute(m, (Attr){name, TYPE_DOUBLE, 1, copy});
}

static void set_of_variable(Metadata *m, Var *v, Attr attr)
{
    if (var_attr(v, attr.name) || v->attr_count >= ATTRS_MAX)
        return;
    Attr *attrs = arena_array(m->arena, v->attr_count + 1, sizeof *attrs);
    if (!attrs) {
        m->failed = true;
        return;
    }
    memcpy(attrs, v->attrs, v->attr_count * sizeof *attrs);
    attrs[v->attr_count++] = attr;
    v->attrs = attrs;
}

/* missing_value, in the variable's type. */
static void set_missing(Metadata *m, Var *v, const double *values, size_t count)
{
    bool whole = v->type == TYPE_INT64;
    double *numbers = arena_array(m->arena, count, sizeof *numbers);
    int64_t *integers = arena_array(m->arena, count, sizeof *integers);
    size_t n = 0;
    if (!numbers || !integers) {
        m->failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        bool fits = values[i] > -1e15 && values[i] < 1e15;
        if (whole && (!fits || (double)(int64_t)values[i] != values[i]))
            continue;
        numbers[n] = values[i];
        integers[n++] = fits ? (int64_t)values[i] : 0;
    }
    if (n > 0)
        set_of_variable(m, v,
                        (Attr){"missing_value", v->type, n,
                               whole ? (const void *)integers : (const void *)numbers});
}

/* --- pieces of text ------------------------------------------------------------------------- */

static StringView trimmed(StringView v)
{
    csv_trim(&v.bytes, &v.length);
    return v;
}

static bool has_letters(StringView v)
{
    for (size_t i = 0; i < v.length; i++)
        if (isalpha((unsigned char)v.bytes[i]) || (unsigned char)v.bytes[i] >= 0x80)
            return true;
    return false;
}

/* Text that is no attribute is kept as it is, line by line. */
static void keep_text(Metadata *m, StringView v)
{
    if (!has_letters(v))
        return;
    if (!m->text && !(m->text = arena_alloc(m->arena, TEXT_MAX))) {
        m->failed = true;
        return;
    }
    if (m->length + v.length + 1 >= TEXT_MAX)
        return;
    if (m->length > 0)
        m->text[m->length++] = '\n';
    memcpy(m->text + m->length, v.bytes, v.length);
    m->length += v.length;
}

static bool is_key(StringView v)
{
    size_t words = 1;
    for (size_t i = 0; i < v.length; i++) {
        if (strchr(",;()\"", v.bytes[i]))
            return false;
        words += v.bytes[i] == ' ';
    }
    return v.length > 0 && v.length <= KEY_MAX && words <= KEY_WORDS_MAX && has_letters(v);
}

/* "station : Hill", not "http://..." and not "12:30". */
static bool split_pair(StringView text, StringView *key, StringView *value)
{
    const char *colon = memmem(text.bytes, text.length, ": ", 2);
    if (!colon) {
        colon = memchr(text.bytes, ':', text.length);
        if (!colon || colon + 1 == text.bytes + text.length || colon[1] == '/')
            return false;
    }
    *key = trimmed((StringView){text.bytes, (size_t)(colon - text.bytes)});
    const char *from = colon + 1;
    *value = trimmed((StringView){from, (size_t)(text.bytes + text.length - from)});
    return value->length > 0 && is_key(*key);
}

static Var *variable_of(const Metadata *m, StringView name)
{
    const CsvTable *t = &m->reader->table;
    Dataset *d = m->reader->base.dataset;
    for (size_t k = 0; k < t->layout.columns; k++) {
        const char *header = t->columns[k].header;
        if (strlen(header) == name.length && name.length > 0 &&
            memcmp(header, name.bytes, name.length) == 0)
            return &d->vars[k];
    }
    return NULL;
}

/* --- where it was measured ------------------------------------------------------------------ */

static bool number_of(StringView v, double *out)
{
    return v.bytes && text_to_double(v.bytes, v.length, '.', out);
}

static void look_for_place(Metadata *m, StringView text)
{
    enum { LATITUDE = 1, NORTH, LONGITUDE, EAST, GROUPS };
    StringView g[GROUPS];
    double latitude, longitude, height;
    if (regex_split(m->place, text.bytes, text.length, g) && number_of(g[LATITUDE], &latitude) &&
        number_of(g[LONGITUDE], &longitude) && latitude <= 90 && longitude <= 180) {
        add_number(m, "latitude", g[NORTH].bytes[0] == 'S' ? -latitude : latitude);
        add_number(m, "longitude", g[EAST].bytes[0] == 'W' ? -longitude : longitude);
        if (regex_split(m->height, text.bytes, text.length, g) && number_of(g[1], &height))
            add_number(m, "altitude_m", height);
    }
}

static bool make_patterns(Metadata *m, Error *e)
{
    static const char degree[] = "(?:\\s*(?:\xc2\xb0|deg))?\\s*";
    const char *place = arena_printf(m->arena,
                                     "(?<![\\d.])(\\d{1,2}(?:\\.\\d+)?)%s([NS])\\b%s[\\s,;]+"
                                     "(\\d{1,3}(?:\\.\\d+)?)%s([EW])\\b",
                                     degree, degree, degree);
    return place ? regex_new(place, m->arena, &m->place, e) &&
                       regex_new("(-?\\d+(?:\\.\\d+)?)\\s*m\\s*(?:asl|amsl|a\\.s\\.l)", m->arena,
                                 &m->height, e)
                 : arena_full(m->arena, e);
}

/* --- comments ------------------------------------------------------------------------------- */

/* "value:_FillValue : -9", "temp:long_name : air temperature" */
static bool take_of_variable(Metadata *m, StringView key, StringView value)
{
    const char *colon = memchr(key.bytes, ':', key.length);
    Var *v = colon ? variable_of(m, (StringView){key.bytes, (size_t)(colon - key.bytes)}) : NULL;
    double number;
    Attr attr;
    if (!v)
        return false;
    const char *name =
        arena_copy(m->arena, colon + 1, key.length - (size_t)(colon + 1 - key.bytes));
    bool fill = name && (strcmp(name, "_FillValue") == 0 || strcmp(name, "missing_value") == 0);
    bool is_number = v->type == TYPE_DOUBLE || v->type == TYPE_INT64;
    if (fill && is_number && text_to_double(value.bytes, value.length, '.', &number))
        set_missing(m, v, &number, 1);
    else if (name && text_attribute(name, value, &attr, m->arena))
        set_of_variable(m, v, attr);
    else
        m->failed = true;
    return true;
}

/* "Pressure: hPa" says units, "DateTime: yyyy-mm-dd" anything else. */
static void take_about(Metadata *m, Var *v, StringView value)
{
    Attr attr;
    const char *units = var_attr_text(v, "units");
    if (units && strlen(units) == value.length && memcmp(units, value.bytes, value.length) == 0)
        return;
    if (text_attribute("comment", value, &attr, m->arena))
        set_of_variable(m, v, attr);
    else
        m->failed = true;
}

static void take_comment(Metadata *m, StringView text)
{
    StringView key, value;
    csv_sentences_read(&m->reader->table, text, m->missing, &m->missing_count);
    look_for_place(m, text);
    if (!split_pair(text, &key, &value)) {
        keep_text(m, text);
        return;
    }
    Var *v = variable_of(m, key);
    if (v && v->type != TYPE_STRING)
        take_about(m, v, value);
    else if (!take_of_variable(m, key, value))
        add_text(m, arena_copy(m->arena, key.bytes, key.length), value);
}

static bool is_names(const CsvLayout *l, const CsvComment *c)
{
    size_t number;
    StringView name;
    if (!l->names_in_comment)
        return false;
    return l->names_line > 0 ? c->line == l->names_line : csv_list_entry(c->text, &number, &name);
}

/* --- rows above the table ------------------------------------------------------------------- */

static StringView cell_text(const CsvCell *c)
{
    return trimmed((StringView){c->bytes, c->length});
}

/* "Station:,Hill": two cells, a word and what it is; the rest of the line as it is. */
static void take_row(Metadata *m, const CsvRows *rows, size_t row, char separator)
{
    const struct CsvRow *r = &rows->rows[row];
    StringView said[2] = {{0}};
    size_t filled = 0;
    for (size_t k = 0; k < r->count; k++) {
        StringView v = cell_text(csv_row_cell(rows, row, k));
        if (v.length > 0 && filled < 2)
            said[filled] = v;
        filled += v.length > 0;
    }
    if (filled > 0 && said[0].length > 1 && said[0].bytes[said[0].length - 1] == ':')
        said[0].length--;
    if (filled == 2 && separator != ' ' && is_key(said[0])) {
        add_text(m, arena_copy(m->arena, said[0].bytes, said[0].length), said[1]);
        return;
    }
    size_t length = strcspn(r->start, "\r\n");
    look_for_place(m, (StringView){r->start, length});
    keep_text(m, trimmed((StringView){r->start, length}));
}

/* Rows ahead of the names, or of the data where there are none. */
static size_t rows_above(const CsvLayout *l)
{
    size_t count = 0;
    bool named = l->names_line > 0 && !l->names_in_comment;
    while (count < l->rows.count &&
           (named ? count < l->data && l->rows.rows[count].line < l->names_line
                  : count < l->span.first))
        count++;
    return count;
}

/* --- all of it ------------------------------------------------------------------------------ */

/* What sentences say of that column. */
static void set_said(Metadata *m, size_t column)
{
    double values[CSV_SENTINELS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < m->missing_count; i++)
        if (m->missing[i].column == column || m->missing[i].column == CSV_NO_COLUMN)
            values[count++] = m->missing[i].value;
    if (count > 0)
        set_missing(m, &m->reader->base.dataset->vars[column], values, count);
}

static void take_all(Metadata *m)
{
    const CsvLayout *l = &m->reader->table.layout;
    const Dataset *d = m->reader->base.dataset;
    for (size_t i = 0; i < l->rows.comment_count; i++) {
        const CsvComment *c = &l->rows.comments[i];
        if (c->row <= l->data && c->text.length > 0 && !is_names(l, c))
            take_comment(m, c->text);
    }
    for (size_t i = 0; i < rows_above(l); i++)
        if (l->rows.rows[i].line != l->units_line)
            take_row(m, &l->rows, i, l->dialect.separator);
    for (size_t k = 0; k < l->columns && m->missing_count > 0; k++)
        if (d->vars[k].type == TYPE_INT64 || (d->vars[k].type == TYPE_DOUBLE && k != d->time_var))
            set_said(m, k);
    if (m->length > 0)
        add_text(m, "comment", (StringView){m->text, m->length});
}

bool csv_metadata(CsvReader *r, Error *e)
{
    const CsvLayout *l = &r->table.layout;
    Metadata m = {.reader = r, .arena = r->arena};
    if (l->rows.comment_count == 0 && rows_above(l) == 0)
        return true;
    if (!make_patterns(&m, e))
        return false;
    take_all(&m);
    if (m.failed)
        return arena_full(r->arena, e);
    r->root.attrs = m.attrs;
    r->root.attr_count = m.count;
    return true;
}
