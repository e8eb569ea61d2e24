/* event_parse.c: the grammar of JSON (RFC 8259), and the literals NaN and Infinity.
 *
 * Nothing is converted here: a value is where it begins and how long it is. */
#include "formats/events/event_parse.h"

#include <string.h>

enum { DEPTH_MAX = 64 };

static EventParsed bad(EventParser *p, const char *fault)
{
    p->fault = fault;
    return EVENT_BAD;
}

static bool skip_blanks(EventParser *p)
{
    p->at = event_skip_blanks(p->at, p->end);
    return p->at < p->end;
}

static bool put(EventParser *p, EventItem item)
{
    if (!p->fields || item.field == EVENT_NO_FIELD)
        return true;
    if (p->count == p->capacity) {
        EventItem *grown =
            arena_grow(p->fields->arena, p->items, &p->capacity, p->count + 1, sizeof *grown);
        if (!grown) {
            p->full = true;
            return false;
        }
        p->items = grown;
    }
    p->items[p->count++] = item;
    return true;
}

static EventParsed give(EventParser *p, int32_t field, EventItemKind kind, char *from)
{
    EventItem item = {from, (uint32_t)(p->at - from), field, kind};
    return put(p, item) ? EVENT_VALUE : bad(p, "too many values");
}

/* --- strings -------------------------------------------------------------------------------- */

/* To the next quotation mark, backslash or control character, eight bytes at a time. */
static char *plain_run(char *at, const char *end)
{
    const uint64_t ones = 0x0101010101010101ULL, highs = 0x8080808080808080ULL;
    uint64_t v;
    for (; (size_t)(end - at) >= sizeof v; at += sizeof v) {
        memcpy(&v, at, sizeof v);
        uint64_t quote = v ^ ones * '"', slash = v ^ ones * '\\';
        uint64_t found = ((quote - ones) & ~quote) | ((slash - ones) & ~slash);
        found |= (v - ones * 0x20) & ~v;
        found &= highs;
        if (found)
            return at + (__builtin_ctzll(found) >> 3);
    }
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20)
        at++;
    return at;
}

static bool four_hex(const char *at)
{
    for (int i = 0; i < 4; i++) {
        char c = at[i], lower = (char)(c | 0x20);
        if (!((c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'f')))
            return false;
    }
    return true;
}

/* Behind the backslash. */
static EventParsed skip_escape(EventParser *p)
{
    enum { HEX = 5 };
    if (p->at >= p->end)
        return EVENT_MORE;
    if (*p->at != 'u') {
        if (!*p->at || !strchr("\"\\/bfnrt", *p->at))
            return bad(p, "an unknown escape in a string");
        p->at++;
        return EVENT_VALUE;
    }
    if (p->end - p->at < HEX)
        return EVENT_MORE;
    if (!four_hex(p->at + 1))
        return bad(p, "\\u without four hexadecimal digits");
    p->at += HEX;
    return EVENT_VALUE;
}

/* At the opening quotation mark; gives what is between the marks. */
static EventParsed string(EventParser *p, char **from, size_t *length, bool *escaped)
{
    *from = ++p->at;
    *escaped = false;
    for (;;) {
        p->at = plain_run(p->at, p->end);
        if (p->at >= p->end)
            return EVENT_MORE;
        if (*p->at == '"')
            break;
        if (*p->at != '\\')
            return bad(p, "a control character in a string, or a string that is not closed");
        *escaped = true;
        p->at++;
        EventParsed status = skip_escape(p);
        if (status != EVENT_VALUE)
            return status;
    }
    *length = (size_t)(p->at++ - *from);
    return EVENT_VALUE;
}

static uint32_t hex_value(const char *at)
{
    uint32_t v = 0;
    for (int i = 0; i < 4; i++)
        v = v << 4 | (uint32_t)(at[i] <= '9' ? at[i] - '0' : (at[i] | 0x20) - 'a' + 10);
    return v;
}

static char *put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        *out++ = (char)c;
        return out;
    }
    int tail = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint8_t leads[] = {0, 0xc0, 0xe0, 0xf0};
    *out++ = (char)(leads[tail] | c >> 6 * tail);
    while (tail-- > 0)
        *out++ = (char)(0x80 | (c >> 6 * tail & 0x3f));
    return out;
}

/* \uXXXX, or two of them that are one character; *at is behind the 'u'. */
static uint32_t unicode_escape(const char **at, const char *end)
{
    uint32_t c = hex_value(*at);
    *at += 4;
    if (c >= 0xd800 && c < 0xdc00 && end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u') {
        uint32_t low = hex_value(*at + 2);
        if (low >= 0xdc00 && low < 0xe000) {
            *at += 6;
            return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    return c >= 0xd800 && c < 0xe000 ? 0xfffd : c;
}

size_t event_unescape(char *text, size_t length)
{
    static const char letters[] = "bfnrt", values[] = "\b\f\n\r\t";
    const char *at = text, *end = text + length;
    char *out = text;
    while (at < end) {
        if (*at != '\\') {
            *out++ = *at++;
            continue;
        }
        char c = at[1];
        at += 2;
        const char *letter = strchr(letters, c);
        if (c == 'u')
            out = put_utf8(out, unicode_escape(&at, end));
        else
            *out++ = letter ? values[letter - letters] : c;
    }
    return (size_t)(out - text);
}

/* --- numbers and words ---------------------------------------------------------------------- */

static bool digits(EventParser *p)
{
    const char *from = p->at;
    while (p->at < p->end && *p->at >= '0' && *p->at <= '9')
        p->at++;
    return p->at > from;
}

static EventParsed no_number(EventParser *p)
{
    return p->at >= p->end ? EVENT_MORE : bad(p, "something that is no number");
}

/* The rest of the word at `at`. */
static EventParsed word(EventParser *p, const char *text)
{
    size_t length = strlen(text), left = (size_t)(p->end - p->at);
    if (memcmp(p->at, text, left < length ? left : length) != 0)
        return bad(p, "a word that is no JSON");
    if (left < length)
        return EVENT_MORE;
    p->at += length;
    return EVENT_VALUE;
}

static EventParsed number(EventParser *p, int32_t field)
{
    char *from = p->at;
    EventItemKind kind = EVENT_ITEM_INTEGER;
    p->at += *p->at == '-';
    if (p->at < p->end && *p->at == 'I') {
        EventParsed status = word(p, "Infinity");
        return status == EVENT_VALUE ? give(p, field, EVENT_ITEM_SPECIAL, from) : status;
    }
    const char *whole = p->at;
    if (!digits(p))
        return no_number(p);
    if (*whole == '0' && p->at - whole > 1)
        return bad(p, "a number that begins with 0");
    if (p->at < p->end && *p->at == '.') {
        p->at++;
        kind = EVENT_ITEM_DECIMAL;
        if (!digits(p))
            return no_number(p);
    }
    if (p->at < p->end && (*p->at | 0x20) == 'e') {
        p->at++;
        kind = EVENT_ITEM_DECIMAL;
        p->at += p->at < p->end && (*p->at == '-' || *p->at == '+');
        if (!digits(p))
            return no_number(p);
    }
    return give(p, field, kind, from);
}

static EventParsed literal(EventParser *p, int32_t field)
{
    static const struct {
        const char *text;
        EventItemKind kind;
    } words[] = {{"true", EVENT_ITEM_TRUE},
                 {"false", EVENT_ITEM_FALSE},
                 {"null", EVENT_ITEM_NULL},
                 {"NaN", EVENT_ITEM_SPECIAL},
                 {"Infinity", EVENT_ITEM_SPECIAL}};
    char *from = p->at;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (*from != words[i].text[0])
            continue;
        EventParsed status = word(p, words[i].text);
        return status == EVENT_VALUE ? give(p, field, words[i].kind, from) : status;
    }
    return bad(p, "no value where one must be");
}

/* --- objects and arrays --------------------------------------------------------------------- */

static EventParsed value(EventParser *p, int32_t field, int depth);

/* "," or the closing mark behind a member; *more tells which. */
static EventParsed behind_member(EventParser *p, char close, bool *more)
{
    if (!skip_blanks(p))
        return EVENT_MORE;
    *more = *p->at == ',';
    if (!*more && *p->at != close)
        return bad(p, close == '}' ? "neither ',' nor '}' behind a value"
                                   : "neither ',' nor ']' behind a value");
    p->at++;
    return *more && !skip_blanks(p) ? EVENT_MORE : EVENT_VALUE;
}

/* The key at hand is the one that was guessed, which is most often so: moves past it. */
static bool is_guessed(EventParser *p, int32_t parent, int32_t guess)
{
    if (!p->fields || parent == EVENT_NO_FIELD || guess <= 0)
        return false;
    const EventField *f = &p->fields->items[guess];
    size_t length = f->key.length;
    bool same = f->is_plain && f->parent == parent && (size_t)(p->end - p->at) > length + 1 &&
                p->at[length + 1] == '"' && memcmp(p->at + 1, f->key.bytes, length) == 0;
    if (same)
        p->at += length + 2;
    return same;
}

/* Past the colon. */
static EventParsed colon(EventParser *p)
{
    if (!skip_blanks(p))
        return EVENT_MORE;
    if (*p->at != ':')
        return bad(p, "no ':' behind a key");
    p->at++;
    return EVENT_VALUE;
}

/* `"key":`; *field is the member's, *raw the key as it is written. */
static EventParsed key(EventParser *p, int32_t parent, int32_t guess, int32_t *field,
                       StringView *raw)
{
    char *from = NULL;
    size_t length = 0;
    bool escaped;
    if (*p->at != '"')
        return bad(p, "no key where one must be");
    *field = guess;
    if (is_guessed(p, parent, guess))
        return colon(p);
    EventParsed status = string(p, &from, &length, &escaped);
    if (status == EVENT_VALUE)
        status = colon(p);
    if (status != EVENT_VALUE)
        return status;
    *field = EVENT_NO_FIELD;
    *raw = (StringView){from, length};
    if (!p->fields || parent == EVENT_NO_FIELD)
        return EVENT_VALUE;
    char copy[EVENT_KEY_MAX];
    if (escaped && length <= sizeof copy) {
        from = memcpy(copy, from, length);
        length = event_unescape(copy, length);
    }
    *field = event_fields_member(p->fields, parent, (StringView){from, length}, guess);
    return EVENT_VALUE;
}

/* Remembers which key came next, so that the next record's is found without a search. */
static void learn(EventParser *p, int32_t parent, int32_t before, int32_t field)
{
    if (field == EVENT_NO_FIELD)
        return;
    EventField *items = p->fields->items;
    if (before > 0)
        items[before].next = field;
    else
        items[parent].first = field;
}

static EventParsed object(EventParser *p, int32_t parent, int depth)
{
    int32_t before = EVENT_NO_FIELD;
    bool more = true;
    p->at++;
    if (!skip_blanks(p))
        return EVENT_MORE;
    if (*p->at == '}') {
        p->at++;
        return EVENT_VALUE;
    }
    while (more) {
        int32_t field = EVENT_NO_FIELD, guess = EVENT_NO_FIELD;
        StringView raw;
        if (p->fields && parent != EVENT_NO_FIELD)
            guess = before > 0 ? p->fields->items[before].next : p->fields->items[parent].first;
        EventParsed status = key(p, parent, guess, &field, &raw);
        if (status == EVENT_VALUE && field != EVENT_NO_FIELD && field != guess)
            learn(p, parent, before, field);
        if (status == EVENT_VALUE && !skip_blanks(p))
            status = EVENT_MORE;
        if (status == EVENT_VALUE)
            status = value(p, field, depth + 1);
        if (status == EVENT_VALUE)
            status = behind_member(p, '}', &more);
        if (status != EVENT_VALUE)
            return status;
        before = field;
    }
    return EVENT_VALUE;
}

/* The field of the array's next element, which begins. */
static int32_t next_element(EventParser *p, int32_t parent, size_t index, int depth)
{
    if (!p->fields || parent == EVENT_NO_FIELD)
        return EVENT_NO_FIELD;
    int32_t field =
        depth == 0 ? event_fields_cell(p->fields, index) : event_fields_element(p->fields, parent);
    if (field != EVENT_NO_FIELD && p->fields->items[parent].first == 0)
        p->fields->items[parent].first = field;
    return field;
}

static EventParsed array(EventParser *p, int32_t parent, int depth)
{
    bool more = true;
    p->at++;
    if (!skip_blanks(p))
        return EVENT_MORE;
    if (*p->at == ']') {
        p->at++;
        return EVENT_VALUE;
    }
    for (size_t i = 0; more; i++) {
        int32_t field = next_element(p, parent, i, depth);
        EventItem begins = {p->at, 0, field, EVENT_ITEM_ELEMENT};
        if (depth > 0 && !put(p, begins))
            return bad(p, "too many values");
        EventParsed status = value(p, field, depth + 1);
        if (status == EVENT_VALUE)
            status = behind_member(p, ']', &more);
        if (status != EVENT_VALUE)
            return status;
    }
    return EVENT_VALUE;
}

static EventParsed value(EventParser *p, int32_t field, int depth)
{
    char *from = NULL;
    size_t length = 0;
    bool escaped;
    if (depth > DEPTH_MAX)
        return bad(p, "more than 64 objects and arrays within each other");
    switch (*p->at) {
    case '{':
        return object(p, field, depth);
    case '[':
        return array(p, field, depth);
    case '"': {
        EventParsed status = string(p, &from, &length, &escaped);
        EventItem item = {from, (uint32_t)length, field,
                          escaped ? EVENT_ITEM_ESCAPED : EVENT_ITEM_STRING};
        if (status != EVENT_VALUE)
            return status;
        return put(p, item) ? EVENT_VALUE : bad(p, "too many values");
    }
    default:
        return *p->at == '-' || (*p->at >= '0' && *p->at <= '9') ? number(p, field)
                                                                 : literal(p, field);
    }
}

EventParsed event_parse(EventParser *p)
{
    p->count = 0;
    p->fault = NULL;
    return value(p, 0, 0);
}

EventParsed event_parse_field(EventParser *p, int32_t field)
{
    p->count = 0;
    p->fault = NULL;
    return value(p, field, 1);
}

EventParsed event_parse_key(EventParser *p, StringView *raw, int32_t *field)
{
    return key(p, 0, EVENT_NO_FIELD, field, raw);
}
