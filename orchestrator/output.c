/* output.c: rows for programs: CSV, NDJSON, JSON. */
#include "orchestrator/query_internal.h"

#include "core/json.h"

#include <inttypes.h>
#include <string.h>

/* Calls `item` for every part of a list that is stored as text. */
static void each_item(StringView list, char separator, void (*item)(Json *, const char *, size_t),
                      Json *j)
{
    const char *at = list.bytes, *end = list.bytes + list.length;
    while (at < end) {
        const char *stop = memchr(at, separator, (size_t)(end - at));
        if (!stop)
            stop = end;
        item(j, at, (size_t)(stop - at));
        at = stop + 1;
    }
}

static void number_item(Json *j, const char *bytes, size_t length)
{
    uint64_t n;
    if (text_to_uint64(bytes, length, &n))
        json_uint(j, n);
    else
        json_null(j);
}

static void json_list(Json *j, FieldKind kind, const Cell *c)
{
    json_array_begin(j);
    if (c->kind == CELL_TEXT && kind == FIELD_LINES)
        each_item(c->text, '\n', json_string, j);
    else if (c->kind == CELL_TEXT)
        each_item(c->text, kind == FIELD_SHAPE ? 'x' : ' ', number_item, j);
    json_array_end(j);
}

/* "0=1412 4=28" -> {"0":1412,"4":28} */
static void value_item(Json *j, const char *bytes, size_t length)
{
    char value[24];
    size_t name = 0;
    while (name < length && name < sizeof value - 1 && bytes[name] != '=')
        name++;
    memcpy(value, bytes, name);
    value[name] = '\0';
    json_key(j, value);
    number_item(j, bytes + name + 1, length > name ? length - name - 1 : 0);
}

static void json_counts(Json *j, const Cell *c)
{
    json_object_begin(j);
    each_item(c->text, ' ', value_item, j);
    json_object_end(j);
}

static void json_cell(Json *j, FieldKind kind, const Cell *c)
{
    if (c->kind == CELL_TEXT && kind == FIELD_OF_VALUES) {
        json_counts(j, c);
        return;
    }
    if (kind == FIELD_LINES ||
        (c->kind == CELL_TEXT && (kind == FIELD_SHAPE || kind == FIELD_COUNTS))) {
        json_list(j, kind, c);
        return;
    }
    switch (c->kind) {
    case CELL_INT:
        json_int(j, c->i);
        break;
    case CELL_UINT:
        json_uint(j, c->u);
        break;
    case CELL_DOUBLE:
        json_double(j, c->d);
        break;
    case CELL_TEXT:
        json_string(j, c->text.bytes, c->text.length);
        break;
    case CELL_NULL:
    default:
        json_null(j);
    }
}

static void json_row(Output *o, const Cell *cells)
{
    Json j = {.out = &o->text};
    json_object_begin(&j);
    for (size_t i = 0; i < o->fields->count; i++) {
        json_key(&j, o->fields->fields[i].name);
        json_cell(&j, o->fields->fields[i].kind, &cells[i]);
    }
    json_object_end(&j);
    o->rows++;
}

static void ndjson_row(Output *o, const Cell *cells)
{
    json_row(o, cells);
    buffer_char(&o->text, '\n');
}

const OutputMethods output_ndjson = {.row = ndjson_row};

static void array_begin(Output *o)
{
    buffer_char(&o->text, '[');
}

static void array_row(Output *o, const Cell *cells)
{
    buffer_string(&o->text, o->rows > 0 ? ",\n" : "\n");
    json_row(o, cells);
}

static void array_end(Output *o)
{
    buffer_string(&o->text, o->rows > 0 ? "\n]\n" : "]\n");
}

const OutputMethods output_json = {.begin = array_begin, .row = array_row, .end = array_end};

/* A spreadsheet takes text that begins so for a formula (CWE-1236): an apostrophe makes it text. */
static bool looks_like_formula(StringView text)
{
    double number;
    return text.length > 0 && text.bytes[0] && strchr("=+-@\t\r", text.bytes[0]) &&
           !text_to_double(text.bytes, text.length, '.', &number);
}

static bool needs_quotes(FieldKind kind, StringView text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.bytes[i] == '"' || text.bytes[i] == ',' || text.bytes[i] == '\r' ||
            (text.bytes[i] == '\n' && kind != FIELD_LINES))
            return true;
    return false;
}

/* RFC 4180: quotes where needed, quotes doubled. A list of texts is joined by "; ". */
static void csv_text(Buffer *out, FieldKind kind, StringView text)
{
    bool quoted = needs_quotes(kind, text);
    buffer_string(out, quoted ? "\"" : "");
    buffer_string(out, looks_like_formula(text) ? "'" : "");
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] == '"')
            buffer_char(out, '"');
        if (text.bytes[i] == '\n' && kind == FIELD_LINES)
            buffer_string(out, "; ");
        else
            buffer_char(out, text.bytes[i]);
    }
    buffer_string(out, quoted ? "\"" : "");
}

static void csv_cell(Buffer *out, FieldKind kind, const Cell *c)
{
    Json plain = {.out = out}; /* numbers as in JSON */
    if (c->kind == CELL_TEXT)
        csv_text(out, kind, c->text);
    else if (c->kind != CELL_NULL)
        json_cell(&plain, kind, c);
}

static void csv_begin(Output *o)
{
    for (size_t i = 0; i < o->fields->count; i++)
        buffer_printf(&o->text, i > 0 ? ",%s" : "%s", o->fields->fields[i].name);
    buffer_string(&o->text, "\r\n");
}

static void csv_row(Output *o, const Cell *cells)
{
    for (size_t i = 0; i < o->fields->count; i++) {
        if (i > 0)
            buffer_char(&o->text, ',');
        csv_cell(&o->text, o->fields->fields[i].kind, &cells[i]);
    }
    buffer_string(&o->text, "\r\n");
    o->rows++;
}

const OutputMethods output_csv = {.begin = csv_begin, .row = csv_row};
