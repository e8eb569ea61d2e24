/* ceilometer_frames.c: messages in a log, found by their own marks. */
#include "formats/ceilometer/ceilometer_frames.h"

#include "formats/ceilometer/ceilometer_hex.h"
#include "formats/ceilometer/ceilometer_stamp.h"

#include <string.h>

static const char replacement[] = "\xef\xbf\xbd"; /* what converters make of control characters */
enum { REPLACEMENT = 3, SUM_DIGITS = 4, STATUS_SHORTEST = 29 };

static StringView behind(StringView v, size_t count)
{
    return (StringView){v.bytes + count, v.length - count};
}

static bool starts(StringView v, const char *text, size_t length)
{
    return v.length >= length && memcmp(v.bytes, text, length) == 0;
}

/* --- header --------------------------------------------------------------------------------- */

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_number(const char *p, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (p[i] < '0' || p[i] > '9')
            return false;
    return true;
}

static bool is_blank(StringView v)
{
    for (size_t i = 0; i < v.length; i++)
        if (v.bytes[i] != ' ')
            return false;
    return true;
}

/* STX or what stands for it, and blanks, may follow. */
static bool is_header_end(StringView v)
{
    if (v.length > 0 && *v.bytes == CEILOMETER_STX)
        v = behind(v, 1);
    else if (starts(v, replacement, REPLACEMENT))
        v = behind(v, REPLACEMENT);
    return is_blank(v);
}

static bool take_header(StringView v, const CeilometerKind *k, CeilometerHeader *out)
{
    size_t software = 3, number = software + k->software_digits;
    if (v.length < k->header_length || memcmp(v.bytes, k->mark, 2) != 0 || !is_alnum(v.bytes[2]) ||
        !is_number(v.bytes + software, k->header_length - software) ||
        !is_header_end(behind(v, k->header_length)))
        return false;
    const char *p = v.bytes + number;
    *out = (CeilometerHeader){.kind = k, .number = p[0] - '0'};
    if (k->header_length - number == 3) /* 001 to 004 */
        out->number = (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
    else
        out->subclass = p[1] - '0';
    memcpy(out->text, v.bytes, k->header_length);
    return true;
}

bool ceilometer_header(StringView line, CeilometerHeader *out)
{
    const char *soh = line.length > 0 ? memchr(line.bytes, CEILOMETER_SOH, line.length) : NULL;
    if (soh)
        line = behind(line, (size_t)(soh - line.bytes) + 1);
    else if (starts(line, replacement, REPLACEMENT))
        line = behind(line, REPLACEMENT);
    for (const CeilometerKind *const *k = ceilometer_kinds; *k; k++)
        if (take_header(line, *k, out))
            return true;
    return false;
}

bool ceilometer_is_status(StringView line)
{
    const char *p = line.bytes;
    return line.length >= STATUS_SHORTEST && ((p[0] >= '0' && p[0] <= '9') || p[0] == '/') &&
           (p[1] == '0' || p[1] == 'W' || p[1] == 'A') && p[2] == ' ' &&
           (is_number(p + 3, 3) || memcmp(p + 3, "///", 3) == 0);
}

/* --- frames --------------------------------------------------------------------------------- */

static void begin(CeilometerFrames *f, const CeilometerHeader *h)
{
    f->frame = (CeilometerFrame){.header = *h, .count = 1, .terminated = true};
    f->frame.lines[0] = (StringView){f->frame.header.text, h->kind->header_length};
    f->used = 0;
    f->open = true;
    f->etx = false;
    f->has_stamp = false;
}

/* False: more than any message has. */
static bool add(CeilometerFrames *f, StringView v, bool ended)
{
    CeilometerFrame *m = &f->frame;
    if (m->count == CEILOMETER_FRAME_LINES || v.length > f->room - f->used)
        return false;
    memcpy(f->text + f->used, v.bytes, v.length);
    m->lines[m->count++] = (StringView){f->text + f->used, v.length};
    m->terminated = ended;
    f->used += v.length;
    return true;
}

/* As many lines as its header promises. */
static bool has_lines(const CeilometerFrame *m)
{
    const CeilometerKind *k = m->header.kind;
    CeilometerPlan plan = k->plan(m->header.number, m->header.subclass);
    return m->count >= 2U + plan.sky + (plan.profile ? 1 + k->profile_lines : 0);
}

/* Without a checksum and its mark, all lines have to be there. */
static bool is_whole(const CeilometerFrame *m)
{
    const CeilometerKind *k = m->header.kind;
    return k->plan(m->header.number, m->header.subclass).known && !k->has_checksum &&
           has_lines(m) && m->terminated;
}

static void close_frame(CeilometerFrames *f, bool whole, bool at_end)
{
    f->open = false;
    f->frame.whole = whole || is_whole(&f->frame);
    f->frame.at_end = at_end && !f->frame.whole;
}

/* Four digits of checksum at the start; a stamp may follow without a line end. */
static bool take_sum(CeilometerFrames *f, const CeilometerLine *line, StringView v)
{
    double unused;
    uint64_t sum;
    if (v.length < SUM_DIGITS || !f->frame.header.kind->has_checksum ||
        !ceilometer_hex(v.bytes, SUM_DIGITS, &sum))
        return false;
    StringView rest = behind(v, SUM_DIGITS);
    bool closed = is_blank(rest) || starts(rest, replacement, REPLACEMENT) ||
                  ceilometer_stamp(rest, &unused) > 0;
    if (!f->etx && (!closed || !has_lines(&f->frame))) /* a profile that is cut looks like it */
        return false;
    f->frame.has_sum = true;
    f->frame.sum = (uint16_t)sum;
    ceilometer_lines_back(&f->lines, line, (size_t)(rest.bytes - line->text.bytes));
    return true;
}

/* A line of the open frame; true: it was its last. */
static bool take_line(CeilometerFrames *f, const CeilometerLine *line, StringView v)
{
    bool etx = v.length > 0 && *v.bytes == CEILOMETER_ETX;
    if (etx)
        v = behind(v, 1);
    else if (starts(v, replacement, REPLACEMENT)) {
        etx = true;
        v = behind(v, REPLACEMENT);
    }
    if (f->etx && !etx) { /* the line behind a bare ETX: the checksum, or there is none */
        if (!take_sum(f, line, v))
            ceilometer_lines_back(&f->lines, line, 0);
        close_frame(f, true, false);
        return true;
    }
    f->etx = f->etx || etx;
    if (take_sum(f, line, v) || (etx && !f->frame.header.kind->has_checksum)) {
        close_frame(f, true, false);
        return true;
    }
    if ((etx && v.length > 0) || (v.length > 0 && !add(f, v, line->ended))) {
        close_frame(f, false, !line->ended);
        return true;
    }
    return false;
}

/* A header: of a frame that begins, or of one that waits until the open one is told. */
static bool take_new(CeilometerFrames *f, CeilometerHeader *h)
{
    if (!f->open) {
        begin(f, h);
        return false;
    }
    if (!h->has_time && f->frame.header.has_time && f->frame.header.kind->has_checksum) {
        f->frame.restarted = true;
        return false;
    }
    f->waiting = true;
    f->next = *h;
    close_frame(f, false, false);
    return true;
}

/* True: the frame is complete, or broken off. */
static bool take(CeilometerFrames *f, const CeilometerLine *line)
{
    CeilometerHeader h;
    double time = f->stamp;
    size_t stamp = ceilometer_stamp(line->text, &time);
    StringView v = behind(line->text, stamp);
    if (stamp > 0 && v.length == 0) {
        f->has_stamp = true;
        f->stamp = time;
        return false;
    }
    bool etx = f->etx || (v.length > 0 && *v.bytes == CEILOMETER_ETX);
    if (f->open && etx) /* the next record may follow on the same line */
        return take_line(f, line, v);
    if (!ceilometer_header(v, &h))
        return f->open && take_line(f, line, v);
    h.offset = line->offset + stamp;
    h.has_time = stamp > 0 || f->has_stamp;
    h.time = time;
    return take_new(f, &h);
}

bool ceilometer_frames_next(CeilometerFrames *f, bool *end, Error *e)
{
    *end = false;
    if (f->waiting) {
        f->waiting = false;
        begin(f, &f->next);
    }
    for (;;) {
        CeilometerLine line;
        bool last;
        if (!ceilometer_lines_next(&f->lines, &line, &last, e))
            return false;
        if (last && !f->open) {
            *end = true;
            return true;
        }
        if (last) {
            close_frame(f, false, true);
            return true;
        }
        if (take(f, &line))
            return true;
    }
}
