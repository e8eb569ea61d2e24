/* key_template.c: templates of names, and names that are safe as keys and as paths. */
#include "orchestrator/key_template.h"

#include "core/hash.h"
#include "core/text.h"
#include "stores/aws/s3.h"

#include <stdio.h>
#include <string.h>

enum { PART_MOST = 200, NAME_MOST = 900, DIGITS = 16 };

typedef enum KeyField {
    KEY_LITERAL,
    KEY_PIPELINE,
    KEY_URI,
    KEY_BUCKET,
    KEY_KEY,
    KEY_NAME,
    KEY_STEM,
    KEY_UNIT,
    KEY_WORK_KEY,
    KEY_FIRST_TIME,
    KEY_LAST_TIME,
} KeyField;

static const char *const fields[] = {
    [KEY_LITERAL] = "",
    [KEY_PIPELINE] = "pipeline",
    [KEY_URI] = "uri",
    [KEY_BUCKET] = "bucket",
    [KEY_KEY] = "key",
    [KEY_NAME] = "name",
    [KEY_STEM] = "stem",
    [KEY_UNIT] = "unit",
    [KEY_WORK_KEY] = "work_key",
    [KEY_FIRST_TIME] = "first_time",
    [KEY_LAST_TIME] = "last_time",
    NULL,
};

struct KeyPiece {
    KeyField field;
    const char *text; /* a literal's, or how a time is written */
};

/* ---- reading */

static bool bad(Error *e, const char *text, const char *what)
{
    return error_coded(e, ERROR_SETUP, "configuration", "`%s`: %s", text, what);
}

static bool check_time(const char *text, const char *how, Error *e)
{
    for (const char *at = how; *at; at++)
        if (*at == '%' && (!*++at || !strchr("YmdHMS", *at)))
            return bad(e, text, "of a time there are %Y %m %d %H %M %S");
    return true;
}

static bool read_field(const char *text, const char *name, Arena *a, KeyPiece *out, Error *e)
{
    const char *colon = strchr(name, ':');
    const char *word = colon ? arena_copy(a, name, (size_t)(colon - name)) : name;
    if (!word)
        return arena_full(a, e);
    size_t i = 1;
    while (fields[i] && strcmp(fields[i], word) != 0)
        i++;
    if (!fields[i]) {
        const char *near = text_nearest(word, fields + 1);
        return error_coded(e, ERROR_SETUP, "configuration", "`%s`: unknown field {%s}%s%s%s", text,
                           word,
                           near ? " (did you mean {"
                                : "; allowed: pipeline uri bucket key name stem "
                                  "unit work_key first_time:%Y last_time:%Y",
                           near ? near : "", near ? "}?)" : "");
    }
    bool is_time = i == KEY_FIRST_TIME || i == KEY_LAST_TIME;
    if (colon && !is_time)
        return bad(e, text, "only first_time and last_time have a form behind a colon");
    *out = (KeyPiece){.field = (KeyField)i, .text = colon ? colon + 1 : "%Y%m%dT%H%M%SZ"};
    return !is_time || check_time(text, out->text, e);
}

static bool read_piece(const char *text, const char **at, Arena *a, KeyPiece *out, Error *e)
{
    bool field = **at == '{';
    size_t length = field ? strcspn(*at, "}") : strcspn(*at, "{}");
    if (**at == '}' || (field && (*at)[length] == '\0'))
        return bad(e, text, "a { without its }, or a } without its {");
    const char *word = arena_copy(a, *at + field, length - field);
    *at += length + field;
    *out = (KeyPiece){.text = word};
    if (!word)
        return arena_full(a, e);
    return !field || read_field(text, word, a, out, e);
}

bool key_template_read(const char *text, Arena *a, KeyTemplate *out, Error *e)
{
    KeyTemplate t = {0};
    KeyPiece *pieces = arena_array(a, strlen(text) + 1, sizeof *pieces);
    if (!pieces)
        return arena_full(a, e);
    for (const char *at = text; *at; t.count++) {
        if (!read_piece(text, &at, a, &pieces[t.count], e))
            return false;
        t.by_unit |= pieces[t.count].field == KEY_UNIT;
    }
    if (t.count < 2 && (t.count == 0 || pieces[0].field == KEY_LITERAL))
        return bad(e, text, "without a field every file would have the same name");
    t.pieces = pieces;
    *out = t;
    return true;
}

static const char *literal(const KeyPiece *p)
{
    return p->field == KEY_LITERAL ? p->text : "";
}

void key_template_ends(const KeyTemplate *t, const char **begin, const char **end)
{
    *begin = literal(&t->pieces[0]);
    *end = literal(&t->pieces[t->count - 1]);
}

/* ---- values */

/* `slash` stays what it is. */
static void add_value(Buffer *out, const char *bytes, size_t length, bool slash)
{
    for (size_t i = 0; i < length;) {
        unsigned char c = (unsigned char)bytes[i];
        size_t valid = text_valid_utf8(bytes + i, length - i < 4 ? length - i : 4);
        size_t whole = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        bool odd = c < ' ' || c == 0x7f || c == '%' || (c == '/' && !slash) || valid < whole;
        whole = odd ? 1 : whole;
        if (odd)
            buffer_printf(out, "%%%02X", c);
        else
            buffer_append(out, bytes + i, whole);
        i += whole;
    }
}

/* "2019-06-03T01:02:03Z"; the year may be longer, or have a sign. */
static void add_time(Buffer *out, const char *iso, const char *how)
{
    const char *clock = iso ? strchr(iso, 'T') : NULL;
    if (!clock || clock - iso < 10 || strlen(clock) < 9) {
        buffer_string(out, "undated");
        return;
    }
    const char *date = clock - 6; /* "-06-03" */
    for (const char *c = how; *c; c++) {
        if (*c != '%') {
            add_value(out, c, 1, true);
            continue;
        }
        switch (*++c) {
        case 'Y':
            buffer_append(out, iso, (size_t)(date - iso));
            break;
        case 'm':
            buffer_append(out, date + 1, 2);
            break;
        case 'd':
            buffer_append(out, date + 4, 2);
            break;
        case 'H':
            buffer_append(out, clock + 1, 2);
            break;
        case 'M':
            buffer_append(out, clock + 4, 2);
            break;
        default:
            buffer_append(out, clock + 7, 2);
        }
    }
}

/* Bucket and key of s3://bucket/key; a local file is in none, its key is its path. */
static void divide(const char *uri, StringView *bucket, const char **key)
{
    *bucket = (StringView){"local", 5};
    *key = uri[0] == '/' ? uri + 1 : uri;
    if (!s3_is_uri(uri))
        return;
    const char *begin = strstr(uri, "://") + 3, *slash = strchr(begin, '/');
    *bucket = (StringView){begin, slash ? (size_t)(slash - begin) : strlen(begin)};
    *key = slash ? slash + 1 : "";
}

static void add_piece(Buffer *out, const KeyPiece *p, const KeyFacts *f)
{
    StringView bucket;
    const char *key;
    divide(f->uri, &bucket, &key);
    const char *slash = strrchr(key, '/'), *name = slash ? slash + 1 : key;
    const char *dot = strrchr(name, '.');
    size_t stem = dot && dot > name ? (size_t)(dot - name) : strlen(name);
    switch (p->field) {
    case KEY_LITERAL:
        buffer_string(out, p->text);
        break;
    case KEY_PIPELINE:
        add_value(out, f->pipeline, strlen(f->pipeline), false);
        break;
    case KEY_URI:
        add_value(out, f->uri, strlen(f->uri), true);
        break;
    case KEY_BUCKET:
        add_value(out, bucket.bytes, bucket.length, false);
        break;
    case KEY_KEY:
        add_value(out, key, strlen(key), true);
        break;
    case KEY_NAME:
        add_value(out, name, strlen(name), false);
        break;
    case KEY_STEM:
        add_value(out, name, stem, false);
        break;
    case KEY_UNIT:
        add_value(out, f->unit, strlen(f->unit), true);
        break;
    case KEY_WORK_KEY:
        add_value(out, f->work_key, strlen(f->work_key), false);
        break;
    case KEY_FIRST_TIME:
        add_time(out, f->first_time, p->text);
        break;
    case KEY_LAST_TIME:
        add_time(out, f->last_time, p->text);
        break;
    }
}

/* ---- a name that is safe */

/* At most `most` bytes, not cut within a character or %XX. */
static bool add_cut(Buffer *out, const char *text, size_t length, size_t most, Error *e)
{
    if (length <= most) {
        buffer_append(out, text, length);
        return true;
    }
    auto_buffer Buffer whole = {0};
    char hex[HASH_HEX_SIZE];
    buffer_append(&whole, text, length);
    if (whole.failed || !hash_strings(hex, (const char *[]){whole.bytes, NULL}, e))
        return !whole.failed ? false
                             : error_coded(e, ERROR_RETRY, "no_memory", "a name: no memory");
    size_t keep = text_valid_utf8(text, most - DIGITS - 1);
    for (size_t back = 0; back < 2 && keep > back; back++)
        if (text[keep - 1 - back] == '%')
            keep -= back + 1;
    while (keep > 0 && text[keep - 1] == '/')
        keep--;
    buffer_append(out, text, keep);
    buffer_printf(out, "~%.*s", DIGITS, hex);
    return true;
}

static bool add_part(Buffer *out, const char *part, size_t length, Error *e)
{
    bool dots = length > 0 && length <= 2 && strspn(part, ".") >= length;
    for (size_t i = 0; dots && i < length; i++)
        buffer_string(out, "%2E");
    return dots || add_cut(out, part, length, PART_MOST, e);
}

/* A '/' that would make an empty part is written %2F and belongs to the part. */
static bool add_parts(Buffer *out, const char *name, Error *e)
{
    auto_buffer Buffer part = {0};
    for (const char *c = name; *c; c++) {
        bool divides = *c == '/' && part.length > 0 && c[1] != '\0';
        if (!divides) {
            buffer_string(&part, *c == '/' ? "%2F" : (char[]){*c, '\0'});
            continue;
        }
        if (part.failed || !add_part(out, part.bytes, part.length, e))
            break;
        buffer_char(out, '/');
        buffer_clear(&part);
    }
    if (e->kind != ERROR_NONE)
        return false;
    if (part.failed)
        return error_coded(e, ERROR_RETRY, "no_memory", "a name: no memory");
    return add_part(out, part.length ? part.bytes : "%2F", part.length ? part.length : 3, e);
}

bool key_template_expand(const KeyTemplate *t, const KeyFacts *f, Buffer *out, Error *e)
{
    auto_buffer Buffer raw = {0}, safe = {0};
    for (size_t i = 0; i < t->count; i++)
        add_piece(&raw, &t->pieces[i], f);
    if (raw.failed || !add_parts(&safe, raw.bytes ? raw.bytes : "", e))
        return e->kind != ERROR_NONE
                   ? false
                   : error_coded(e, ERROR_RETRY, "no_memory", "a name: no memory");
    if (!add_cut(out, safe.bytes ? safe.bytes : "", safe.length, NAME_MOST, e))
        return false;
    return !out->failed || error_coded(e, ERROR_RETRY, "no_memory", "a name: no memory");
}
