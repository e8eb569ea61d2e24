/* ceilometer_message.c: one message, checked and taken apart. */
#include "formats/ceilometer/ceilometer_message.h"

#include "formats/ceilometer/ceilometer_hex.h"

#include <math.h>
#include <string.h>

static const double metres_per_foot = 0.3048;
enum { HEIGHT_WIDTH = 5, SKY_METRES = 10, SKY_FEET = 100, TOKENS_MAX = 2 * CEILOMETER_LAYERS };

/* --- lines ---------------------------------------------------------------------------------- */

/* Where the lines of a message are; 0: it has none. */
typedef struct Places {
    size_t sky, parameters, profile;
} Places;

static bool find_lines(const CeilometerFrame *f, Places *out)
{
    const CeilometerKind *k = f->header.kind;
    CeilometerPlan plan = k->plan(f->header.number, f->header.subclass);
    size_t next = 2;
    *out = (Places){0};
    if (!plan.known || f->restarted)
        return false;
    if (plan.sky && !k->sky_last)
        out->sky = next++;
    if (plan.profile) {
        out->parameters = next++;
        out->profile = next;
        next += k->profile_lines;
    }
    if (plan.sky && k->sky_last)
        out->sky = next++;
    return f->count >= next && ceilometer_is_status(f->lines[1]) &&
           (!plan.profile || f->lines[out->parameters].length == k->parameter_length);
}

/* A whole number with blanks and a sign ahead of it; NaN for anything else. */
static double number(StringView line, size_t column, size_t width)
{
    int64_t value;
    if (column + width > line.length)
        return NAN;
    const char *p = line.bytes + column, *end = p + width;
    while (p < end && *p == ' ')
        p++;
    return text_to_int64(p, (size_t)(end - p), &value) ? (double)value : NAN;
}

bool ceilometer_shape(const CeilometerFrame *f, CeilometerShape *out)
{
    enum { GATES_COLUMN = 9, GATES_WIDTH = 4, RESOLUTION_COLUMN = 6, RESOLUTION_WIDTH = 2 };
    const CeilometerKind *k = f->header.kind;
    Places places;
    *out = (CeilometerShape){.gates = k->gates, .resolution_m = k->resolution_m};
    if (!find_lines(f, &places))
        return false;
    if (!places.profile)
        *out = (CeilometerShape){0};
    if (!places.profile || k->gates > 0)
        return true;
    StringView line = f->lines[places.parameters];
    double gates = number(line, GATES_COLUMN, GATES_WIDTH);
    double resolution = number(line, RESOLUTION_COLUMN, RESOLUTION_WIDTH);
    if (!(gates >= 1) || !(resolution >= 1))
        return false;
    *out = (CeilometerShape){.gates = (size_t)gates, .resolution_m = resolution};
    return true;
}

StringView ceilometer_settings(const CeilometerFrame *f)
{
    const CeilometerKind *k = f->header.kind;
    Places places;
    if (k->settings_width == 0 || !find_lines(f, &places) || !places.parameters)
        return (StringView){"", 0};
    StringView line = f->lines[places.parameters];
    return (StringView){line.bytes + k->settings_column, k->settings_width};
}

/* --- checksum ------------------------------------------------------------------------------- */

void ceilometer_crc_init(CeilometerCrc *c)
{
    c->sky_width = 0;
    for (unsigned i = 0; i < 256; i++) {
        unsigned crc = i << 8;
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1;
        c->table[i] = (uint16_t)crc;
    }
}

static uint16_t crc_add(const CeilometerCrc *c, uint16_t crc, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        crc = (uint16_t)(crc << 8 ^ c->table[(crc >> 8 ^ (uint8_t)bytes[i]) & 255]);
    return crc;
}

/* With the line `sky` filled up with blanks ahead of it to `width` characters. */
static bool fits(const CeilometerCrc *c, const CeilometerFrame *f, size_t sky, size_t width)
{
    uint16_t crc = 0xFFFF;
    for (size_t i = 0; i < f->count; i++) {
        StringView line = f->lines[i];
        for (size_t n = line.length; i > 0 && i == sky && n < width; n++)
            crc = crc_add(c, crc, " ", 1);
        crc = crc_add(c, crc, line.bytes, line.length);
        crc = i == 0 ? crc_add(c, crc, "\x02\r\n", 3) : crc_add(c, crc, "\r\n", 2);
    }
    crc = crc_add(c, crc, "\x03", 1);
    return (crc ^ f->sum) == 0xFFFF; /* inverted */
}

CeilometerSum ceilometer_sum(CeilometerCrc *c, const CeilometerFrame *f)
{
    /* five layers with heights of three digits, of four digits */
    static const size_t widths[] = {0, 35, 40};
    const CeilometerKind *k = f->header.kind;
    if (!f->has_sum)
        return k->has_checksum && f->restarted ? SUM_BAD : SUM_NONE;
    size_t sky = k->plan(f->header.number, f->header.subclass).sky ? 2 : 0;
    if (fits(c, f, sky, c->sky_width))
        return SUM_GOOD;
    for (size_t i = 0; i < sizeof widths / sizeof *widths && sky; i++) {
        if (widths[i] == c->sky_width || !fits(c, f, sky, widths[i]))
            continue;
        c->sky_width = widths[i];
        return SUM_GOOD;
    }
    return SUM_BAD;
}

/* --- values --------------------------------------------------------------------------------- */

void ceilometer_message_clear(CeilometerMessage *m)
{
    *m = (CeilometerMessage){.status = -1};
    for (size_t i = 0; i < VALUE_COUNT; i++)
        m->values[i] = NAN;
    for (size_t i = 0; i < CEILOMETER_LAYERS; i++)
        m->cover[i] = m->height_m[i] = NAN;
}

/* The status bits; an old CS135 writes them in groups of four. */
static bool take_bits(const CeilometerKind *k, StringView line, CeilometerMessage *m)
{
    char digits[16];
    size_t count = 0, wanted = k->status_length - k->status_column;
    uint64_t bits;
    for (size_t i = k->status_column; i < line.length; i++) {
        if (line.bytes[i] == ' ')
            continue;
        if (count == wanted)
            return false;
        digits[count++] = line.bytes[i];
    }
    if (count != wanted || !ceilometer_hex(digits, count, &bits))
        return false;
    m->status = (int64_t)bits;
    m->feet = !(bits & k->metre_bit);
    return true;
}

static double warning(char c)
{
    return c == '0' ? 0 : c == 'W' ? 1 : c == 'A' ? 2 : NAN;
}

static void take_status(const CeilometerFrame *f, CeilometerMessage *m)
{
    const CeilometerKind *k = f->header.kind;
    StringView line = f->lines[1];
    if (!take_bits(k, line, m)) /* without them nobody knows the heights' unit */
        return;
    char state = line.bytes[0];
    double unit = m->feet ? metres_per_foot : 1;
    m->values[VALUE_DETECTION] = state == '/' ? NAN : state - '0';
    m->values[VALUE_WARNING] = warning(line.bytes[1]);
    for (size_t i = 0; i < k->bases; i++) {
        CeilometerValue value = (CeilometerValue)(VALUE_BASE_1 + i);
        if (state == k->obscured && i < 2)
            value = i == 0 ? VALUE_VERTICAL_VISIBILITY : VALUE_HIGHEST_SIGNAL;
        m->values[value] =
            number(line, k->base_column + i * (HEIGHT_WIDTH + 1), HEIGHT_WIDTH) * unit;
    }
    for (size_t i = 0; i < k->status_field_count; i++) {
        const CeilometerField *field = &k->status_fields[i];
        m->values[field->value] = number(line, field->column, field->width) * field->factor;
    }
}

static size_t split(StringView line, StringView tokens[TOKENS_MAX + 1])
{
    size_t count = 0;
    for (size_t i = 0; i < line.length && count <= TOKENS_MAX;) {
        size_t start = i;
        while (i < line.length && line.bytes[i] != ' ')
            i++;
        if (i > start)
            tokens[count++] = (StringView){line.bytes + start, i - start};
        else
            i++;
    }
    return count;
}

/* "  3 055  5 170  0 ///": octas and height of each layer; the first octas may be a code. */
static void take_sky(const CeilometerFrame *f, size_t line, CeilometerMessage *m)
{
    enum { OCTAS_MAX = 8, VERTICAL_VISIBILITY = 9, NO_DATA = -1, TOO_EARLY = 99 };
    StringView tokens[TOKENS_MAX + 1] = {{0}};
    size_t count = split(f->lines[line], tokens), layers = f->header.kind->layers;
    if (m->status < 0 || (count != 2 * layers && count != 2 * layers - 2))
        return;
    double unit = m->feet ? SKY_FEET * metres_per_foot : SKY_METRES;
    double code = number(tokens[0], 0, tokens[0].length);
    if (code != TOO_EARLY && !(code >= NO_DATA && code <= VERTICAL_VISIBILITY))
        return;
    m->values[VALUE_SKY_STATUS] = code;
    for (size_t i = 0; i < count / 2; i++) {
        StringView height = tokens[2 * i + 1];
        double octas = number(tokens[2 * i], 0, tokens[2 * i].length);
        double height_m = number(height, 0, height.length) * unit;
        if (i == 0 && code == VERTICAL_VISIBILITY)
            m->values[VALUE_SKY_VISIBILITY] = height_m;
        if (!(code >= 0 && code <= OCTAS_MAX) || !(octas >= 0 && octas <= OCTAS_MAX))
            continue;
        m->cover[i] = octas;
        m->height_m[i] = height_m;
    }
}

static void take_parameters(const CeilometerFrame *f, size_t line, CeilometerMessage *m)
{
    const CeilometerKind *k = f->header.kind;
    for (size_t i = 0; i < k->field_count; i++) {
        const CeilometerField *field = &k->fields[i];
        m->values[field->value] =
            number(f->lines[line], field->column, field->width) * field->factor;
    }
    if (k->resolution_m > 0)
        m->values[VALUE_RESOLUTION] = k->resolution_m;
    m->values[VALUE_SUM] *= m->values[VALUE_SCALE]; /* per cent: in the fields' factor */
}

/* Counts in two's complement. False: a character is no digit. */
static bool take_gates(const CeilometerKind *k, const char *p, size_t gates, double scale,
                       double *out)
{
    int64_t limit = (int64_t)1 << (4 * k->gate_digits);
    double per_unit = 100 * k->counts; /* the one rounding is the division's */
    for (size_t i = 0; i < gates; i++, p += k->gate_digits) {
        uint64_t bits;
        if (!ceilometer_hex(p, k->gate_digits, &bits))
            return false;
        int64_t count = (int64_t)bits < limit / 2 ? (int64_t)bits : (int64_t)bits - limit;
        out[i] = (double)count * scale / per_unit;
    }
    return true;
}

static bool take_profile(const CeilometerFrame *f, size_t first, double scale, double *out,
                         size_t gates)
{
    const CeilometerKind *k = f->header.kind;
    size_t per_line = gates / k->profile_lines;
    for (size_t i = 0; i < k->profile_lines; i++) {
        StringView line = f->lines[first + i];
        if (line.length != k->profile_index + per_line * k->gate_digits ||
            (k->profile_index > 0 && number(line, 0, k->profile_index) != (double)(i * per_line)) ||
            !take_gates(k, line.bytes + k->profile_index, per_line, scale, out + i * per_line))
            return false;
    }
    return isfinite(scale);
}

bool ceilometer_message(const CeilometerFrame *f, CeilometerMessage *out, double *profile,
                        size_t gates)
{
    Places places;
    if (!find_lines(f, &places))
        return false;
    take_status(f, out);
    if (places.sky)
        take_sky(f, places.sky, out);
    if (places.parameters)
        take_parameters(f, places.parameters, out);
    if (places.profile && profile)
        out->profile_good =
            take_profile(f, places.profile, out->values[VALUE_SCALE], profile, gates);
    for (size_t i = 0; profile && !out->profile_good && i < gates; i++)
        profile[i] = NAN;
    return out->status >= 0;
}
