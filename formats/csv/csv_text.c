/* csv_text.c: the bytes of a table as UTF-8, a chunk at a time.
 *
 * A chunk of plain UTF-8 stays where pread has put it; only one that holds NUL bytes, another
 * encoding or bytes that are no UTF-8 is written anew. */
#include "formats/csv/csv_table.h"

#include <string.h>

enum { UTF8_GROWTH = 3 /* bytes that one byte of a file may become */ };

const char *const csv_encoding_names[] = {"utf-8", "windows-1252", "utf-16le", "utf-16be", NULL};

/* Windows-1252 from 0x80 to 0x9f; 0 where nothing is defined (kept as the C1 control). */
static const uint16_t windows_1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

/* Which of the two bytes of UTF-16 without a mark is always NUL in European text, or neither. */
static CsvEncoding guess_utf16(const uint8_t *head, size_t size)
{
    size_t even = 0, odd = 0, pairs = (size < 4096 ? size : 4096) / 2;
    for (size_t i = 0; i < pairs; i++) {
        even += head[2 * i] == 0;
        odd += head[2 * i + 1] == 0;
    }
    if (odd * 10 > pairs * 9 && even * 10 < pairs)
        return CSV_UTF16_LE;
    if (even * 10 > pairs * 9 && odd * 10 < pairs)
        return CSV_UTF16_BE;
    return CSV_UTF8;
}

/* Bytes at the end that begin a UTF-8 sequence without finishing it. */
static size_t cut_sequence(const uint8_t *bytes, size_t size)
{
    for (size_t back = 1; back <= 3 && back <= size; back++) {
        uint8_t c = bytes[size - back];
        if (c < 0x80)
            return 0;
        if (c >= 0xc0)
            return back < (c >= 0xf0 ? 4U : c >= 0xe0 ? 3U : 2U) ? back : 0;
    }
    return 0;
}

CsvEncoding csv_encoding_guess(const uint8_t *head, size_t size, bool whole, size_t *bom_bytes)
{
    *bom_bytes = 0;
    if (size >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0) {
        *bom_bytes = 3;
        return CSV_UTF8;
    }
    if (size >= 2 && (memcmp(head, "\xff\xfe", 2) == 0 || memcmp(head, "\xfe\xff", 2) == 0)) {
        *bom_bytes = 2;
        return head[0] == 0xff ? CSV_UTF16_LE : CSV_UTF16_BE;
    }
    CsvEncoding wide = size >= 8 ? guess_utf16(head, size) : CSV_UTF8;
    if (wide != CSV_UTF8)
        return wide;
    if (!whole)
        size -= cut_sequence(head, size);
    size_t sequences = 0, foreign = 0;
    for (size_t at = 0; at < size;) {
        size_t valid = text_valid_utf8((const char *)head + at, size - at);
        for (size_t i = at; i < at + valid; i++)
            sequences += head[i] >= 0xc0;
        foreign += at + valid < size;
        at += valid + 1;
    }
    return foreign > sequences ? CSV_WINDOWS_1252 : CSV_UTF8;
}

bool csv_text_init(CsvText *t, const Input *in, CsvEncoding encoding, uint64_t offset, Arena *a,
                   Error *e)
{
    uint64_t stop = in->size, range = stop > offset ? stop - offset : 0;
    size_t chunk = range < CSV_CHUNK ? (size_t)range + 1 : CSV_CHUNK;
    bool one_read = offset < CSV_SLACK && range < CSV_CHUNK; /* nothing is ever carried over */
    size_t kept = one_read ? 0 : CSV_RECORD_MAX + CSV_SLACK;
    *t = (CsvText){
        .in = in, .encoding = encoding, .offset = offset, .stop = offset + range, .chunk = chunk};
    t->capacity = kept + UTF8_GROWTH * chunk + CSV_SLACK;
    t->bytes = arena_alloc(a, t->capacity);
    return t->bytes ? true : arena_full(a, e);
}

void csv_text_move(CsvText *t, uint64_t offset, uint64_t stop)
{
    t->offset = offset;
    t->stop = stop;
    t->at = t->length = 0;
    t->ended = false;
}

static bool is_plain(const char *bytes, size_t size)
{
    uint64_t high = 0, word;
    size_t i = 0;
    for (; i + sizeof word <= size; i += sizeof word) {
        memcpy(&word, bytes + i, sizeof word);
        high |= word;
    }
    for (; i < size; i++)
        high |= (uint64_t)(unsigned char)bytes[i];
    bool ascii = !(high & 0x8080808080808080ULL);
    return !memchr(bytes, 0, size) && (ascii || text_valid_utf8(bytes, size) == size);
}

static char *put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
        *out++ = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        *out++ = (char)(0xe0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    } else {
        *out++ = (char)(0xf0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 0x3f));
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    }
    return out;
}

static char *put_windows_1252(char *out, uint8_t c)
{
    uint32_t code = c >= 0x80 && c < 0xa0 ? windows_1252[c - 0x80] : c;
    return put_utf8(out, code ? code : c);
}

static char *convert_utf16(CsvText *t, size_t size, char *out)
{
    size_t high = t->encoding == CSV_UTF16_LE ? 1 : 0;
    for (size_t i = 0; i + 1 < size; i += 2) {
        uint32_t c = (uint32_t)(t->raw[i + high] << 8 | t->raw[i + 1 - high]);
        if (c >= 0xd800 && c < 0xdc00 && i + 3 < size) {
            uint32_t low = (uint32_t)(t->raw[i + 2 + high] << 8 | t->raw[i + 3 - high]);
            bool pair = low >= 0xdc00 && low < 0xe000;
            c = pair ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
            i += pair ? 2 : 0;
        } else if (c >= 0xd800 && c < 0xe000) {
            c = 0xfffd;
        }
        if (c == 0)
            t->nuls++;
        else
            out = put_utf8(out, c);
    }
    return out;
}

static char *convert_bytes(CsvText *t, size_t size, char *out)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t c = t->raw[i];
        if (c == 0) {
            t->nuls++;
        } else if (c < 0x80 || t->encoding == CSV_WINDOWS_1252) {
            out = put_windows_1252(out, c);
        } else {
            size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
            bool good =
                i + length <= size && text_valid_utf8((const char *)t->raw + i, length) == length;
            t->foreign += !good;
            out = good ? mempcpy(out, t->raw + i, length) : put_windows_1252(out, c);
            i += good ? length - 1 : 0;
        }
    }
    return out;
}

/* How many of the bytes just read can be used now; the rest is read again with what follows. */
static size_t usable(const CsvText *t, const char *bytes, size_t got, bool last)
{
    if (last)
        return got;
    if (t->encoding == CSV_UTF8)
        return got - cut_sequence((const uint8_t *)bytes, got);
    if (t->encoding == CSV_WINDOWS_1252)
        return got;
    size_t even = got & ~(size_t)1, high = t->encoding == CSV_UTF16_LE ? 1 : 0;
    bool half_pair = even >= 4 && ((uint8_t)bytes[even - 2 + high] & 0xfc) == 0xd8;
    return even - (half_pair ? 2 : 0);
}

bool csv_text_fill(CsvText *t, Arena *a, Error *e)
{
    size_t kept = t->length - t->at;
    if (kept > CSV_RECORD_MAX)
        return error_coded(e, ERROR_DATA, "record_too_long",
                           "a record is longer than %d KiB: perhaps a quotation mark is never "
                           "closed (`quote: none` reads them as they are)",
                           CSV_RECORD_MAX / 1024);
    memmove(t->bytes, t->bytes + t->at, kept);
    t->at = 0;
    t->length = kept;
    char *out = t->bytes + kept;
    uint64_t left = t->stop - t->offset;
    size_t want = left < t->chunk ? (size_t)left : t->chunk, got;
    if (!input_read_some(t->in, t->offset, out, want, &got, e))
        return false;
    bool last = got < want || got == left;
    size_t use = usable(t, out, got, last);
    if (t->encoding == CSV_UTF8 && is_plain(out, use)) {
        t->length += use;
    } else {
        if (!t->raw && !(t->raw = arena_alloc(a, t->chunk)))
            return arena_full(a, e);
        memcpy(t->raw, out, use);
        bool wide = t->encoding == CSV_UTF16_LE || t->encoding == CSV_UTF16_BE;
        char *end = wide ? convert_utf16(t, use, out) : convert_bytes(t, use, out);
        t->length = (size_t)(end - t->bytes);
    }
    t->offset += use;
    t->ended = last;
    memset(t->bytes + t->length, 0, CSV_SLACK);
    t->bytes[t->length] = '\n';
    return true;
}
