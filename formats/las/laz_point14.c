/* laz_point14.c: position, returns, class, flags, intensity, angle, source and time of formats
 * 6-10: nine layers. The first one has what the others take their contexts from. */
#include "formats/las/laz_gpstime.h"
#include "formats/las/laz_item.h"
#include "formats/las/laz_median.h"

/* In the chunk's order. */
enum {
    PLACE_LAYER, /* channel, returns, x, y */
    Z_LAYER,
    CLASS_LAYER,
    FLAGS_LAYER,
    INTENSITY_LAYER,
    ANGLE_LAYER,
    USER_DATA_LAYER,
    SOURCE_LAYER,
    TIME_LAYER,
    POINT_LAYERS,
};

enum {
    X_AT = 0,
    Y_AT = 4,
    Z_AT = 8,
    INTENSITY_AT = 12,
    RETURNS_AT = 14, /* number, count << 4 */
    FLAGS_AT = 15,   /* class flags, channel << 4, direction << 6, edge << 7 */
    CLASS_AT = 16,
    USER_DATA_AT = 17,
    ANGLE_AT = 18,
    SOURCE_AT = 20,
    TIME_AT = 22,
    POINT14_SIZE = 30,
};

/* Bits of the symbol that says what is not as in the record before. */
enum {
    NUMBER_STEP = 3, /* 0: the same return number, 1: one more, 2: one less, 3: another */
    COUNT_CHANGED = 4,
    ANGLE_CHANGED = 8,
    TIME_CHANGED = 16,
    SOURCE_CHANGED = 32,
    CHANNEL_CHANGED = 64,
    CHANGES = 128,
};

enum {
    RETURNS = 16,
    LEVELS = 8,
    KINDS = 12, /* of pulse, times whether the time has changed */
    BYTE_VALUES = 256,
    OTHER_CHANNELS = 3,
    OTHER_NUMBERS = 13,
    RETURN_KINDS = 4, /* first, last, both, neither */
    FLAG_VALUES = 64,
    BYTE_CONTEXTS = 64,
};

/* What one channel of the scanner has. */
typedef struct Channel {
    uint32_t chunk; /* it was there last */
    uint8_t last[POINT14_SIZE];
    bool time_changed; /* with the last record */
    uint16_t intensity[2 * RETURN_KINDS];
    uint32_t z[LEVELS];
    LazMedian dx[KINDS], dy[KINDS];
    LazModel changed[2 * RETURN_KINDS]; /* by the last record's return, and time_changed */
    LazModel channel, number_same_time;
    LazModel count[RETURNS], number[RETURNS]; /* by the last value */
    LazModel class[BYTE_CONTEXTS], flags[FLAG_VALUES], user_data[BYTE_CONTEXTS];
    LazInteger x_diff, y_diff, z_diff, intensity_diff, angle_diff, source_diff;
    LazTimes times;
} Channel;

typedef struct Point14 {
    LazSource *layers;
    bool tells_changes; /* version 3: see next_channel() */
    unsigned current;
    Channel *channels[LAZ_CHANNELS]; /* NULL: was not there yet */
} Point14;

/* A record while it is decoded. */
typedef struct Pulse {
    Channel *c;
    uint32_t changed;
    unsigned count, number;
    unsigned kind; /* first 2, last 1 */
    bool time_changed;
} Pulse;

/* [number of returns][return number] */
static const uint8_t pulse_kind[RETURNS][RETURNS] = {
    {0, 1, 2, 3, 4, 5, 3, 4, 4, 5, 5, 5, 5, 5, 5, 5},
    {1, 0, 1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3},
    {2, 1, 2, 4, 4, 4, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3},
    {3, 3, 4, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4},
    {4, 3, 4, 4, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4},
    {5, 3, 4, 4, 4, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4},
    {3, 3, 4, 4, 4, 4, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4},
    {4, 3, 4, 4, 4, 4, 4, 5, 4, 4, 4, 4, 4, 4, 4, 4},
    {4, 3, 4, 4, 4, 4, 4, 4, 5, 4, 4, 4, 4, 4, 4, 4},
    {5, 3, 4, 4, 4, 4, 4, 4, 4, 5, 4, 4, 4, 4, 4, 4},
    {5, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 4, 4, 4, 4, 4},
    {5, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 4, 4, 4},
    {5, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 4, 4},
    {5, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 4},
    {5, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5},
    {5, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5},
};

static bool create_channel(Channel *c, Arena *a)
{
    return laz_models_create(c->changed, 2 * RETURN_KINDS, CHANGES, a) &&
           laz_model_create(&c->channel, OTHER_CHANNELS, a) &&
           laz_model_create(&c->number_same_time, OTHER_NUMBERS, a) &&
           laz_models_create(c->count, RETURNS, RETURNS, a) &&
           laz_models_create(c->number, RETURNS, RETURNS, a) &&
           laz_models_create(c->class, BYTE_CONTEXTS, BYTE_VALUES, a) &&
           laz_models_create(c->flags, FLAG_VALUES, FLAG_VALUES, a) &&
           laz_models_create(c->user_data, BYTE_CONTEXTS, BYTE_VALUES, a) &&
           laz_integer_create(&c->x_diff, 32, 2, a) && laz_integer_create(&c->y_diff, 32, 22, a) &&
           laz_integer_create(&c->z_diff, 32, 20, a) &&
           laz_integer_create(&c->intensity_diff, 16, 4, a) &&
           laz_integer_create(&c->angle_diff, 16, 2, a) &&
           laz_integer_create(&c->source_diff, 16, 1, a) && laz_times_create(&c->times, false, a);
}

/* Begins a channel with the record given. */
static bool open_channel(Point14 *p, LazScan *scan, unsigned channel, const uint8_t *first)
{
    Channel *c = p->channels[channel];
    if (!c) {
        c = arena_alloc(scan->arena, sizeof *c);
        scan->memory_full = !c || !create_channel(c, scan->arena);
        if (scan->memory_full)
            return false;
        p->channels[channel] = c;
    }
    c->chunk = scan->chunk;
    memcpy(c->last, first, POINT14_SIZE);
    c->time_changed = false;
    for (int i = 0; i < 2 * RETURN_KINDS; i++)
        c->intensity[i] = laz_get16(first + INTENSITY_AT);
    for (int i = 0; i < LEVELS; i++)
        c->z[i] = laz_get32(first + Z_AT);
    memset(c->dx, 0, sizeof c->dx);
    memset(c->dy, 0, sizeof c->dy);
    laz_times_begin(&c->times, laz_get64(first + TIME_AT));
    return true;
}

static void *create_point14(size_t size, unsigned version, LazSource *layers, Arena *a)
{
    (void)size;
    Point14 *p = arena_alloc(a, sizeof *p);
    if (!p)
        return NULL;
    *p = (Point14){.layers = layers, .tells_changes = version < 4};
    return p;
}

static bool begin_point14(void *state, LazScan *scan, const uint8_t *first)
{
    Point14 *p = state;
    scan->channel = p->current = first[FLAGS_AT] >> 4 & 3;
    return open_channel(p, scan, p->current, first);
}

/* The symbol of changes, and the channel that the record belongs to. Version 3 has a fault that
 * belongs to the format: it tells the other items of a change only; records after it are of channel
 * 0 to them. */
LAZ_INLINE bool next_channel(Point14 *p, LazScan *scan, LazRange *r, Pulse *pulse)
{
    Channel *c = p->channels[p->current];
    unsigned number = c->last[RETURNS_AT] & 15, count = c->last[RETURNS_AT] >> 4;
    unsigned context = (number == 1) | (number >= count) << 1 | (unsigned)c->time_changed << 2;
    pulse->changed = laz_symbol(r, &c->changed[context]);
    if (p->tells_changes)
        scan->channel = 0;
    if (LAZ_RARE(pulse->changed & CHANNEL_CHANGED)) {
        unsigned channel = (p->current + 1 + laz_symbol(r, &c->channel)) % LAZ_CHANNELS;
        bool fresh = !p->channels[channel] || p->channels[channel]->chunk != scan->chunk;
        if (fresh && !open_channel(p, scan, channel, c->last))
            return false;
        scan->channel = p->current = channel;
        c = p->channels[channel];
        c->last[FLAGS_AT] = (uint8_t)((c->last[FLAGS_AT] & ~0x30U) | channel << 4);
    }
    pulse->c = c;
    pulse->time_changed = pulse->changed & TIME_CHANGED;
    return true;
}

LAZ_INLINE void next_returns(LazRange *r, Pulse *pulse)
{
    Channel *c = pulse->c;
    unsigned number = c->last[RETURNS_AT] & 15, count = c->last[RETURNS_AT] >> 4;
    unsigned step = pulse->changed & NUMBER_STEP;
    if (pulse->changed & COUNT_CHANGED)
        count = laz_symbol(r, &c->count[count]);
    if (step == 1)
        number = (number + 1) % RETURNS;
    else if (step == 2)
        number = (number + RETURNS - 1) % RETURNS;
    else if (step == 3 && pulse->time_changed)
        number = laz_symbol(r, &c->number[number]);
    else if (step == 3)
        number = (number + laz_symbol(r, &c->number_same_time) + 2) % RETURNS;
    c->last[RETURNS_AT] = (uint8_t)(number | count << 4);
    pulse->number = number;
    pulse->count = count;
    pulse->kind = (unsigned)(number == 1) << 1 | (number >= count);
}

LAZ_INLINE void next_x_y(LazRange *r, Pulse *pulse)
{
    enum { MOST_CONTEXT = 20 };
    Channel *c = pulse->c;
    unsigned single = pulse->count == 1;
    unsigned kind = 2U * pulse_kind[pulse->count][pulse->number] + pulse->time_changed;
    uint32_t d = (uint32_t)c->dx[kind].sorted[LAZ_MEDIAN] + laz_difference(r, &c->x_diff, single);
    laz_put32(c->last + X_AT, laz_get32(c->last + X_AT) + d);
    laz_median_add(&c->dx[kind], (int32_t)d);
    unsigned k = c->x_diff.k;
    unsigned context = k < MOST_CONTEXT ? k & ~1U : MOST_CONTEXT;
    d = (uint32_t)c->dy[kind].sorted[LAZ_MEDIAN] + laz_difference(r, &c->y_diff, single + context);
    laz_put32(c->last + Y_AT, laz_get32(c->last + Y_AT) + d);
    laz_median_add(&c->dy[kind], (int32_t)d);
}

LAZ_INLINE bool next_place(Point14 *p, LazScan *scan, Pulse *pulse)
{
    LazSource *layer = &p->layers[PLACE_LAYER];
    LazRange range = layer->range;
    if (!next_channel(p, scan, &range, pulse))
        return false;
    next_returns(&range, pulse);
    next_x_y(&range, pulse);
    layer->range = range;
    return laz_source_check(layer);
}

LAZ_INLINE bool next_z(LazSource *layer, const Pulse *pulse)
{
    enum { MOST_CONTEXT = 18, MOST_LEVEL = LEVELS - 1 };
    Channel *c = pulse->c;
    unsigned k = (c->x_diff.k + c->y_diff.k) / 2;
    unsigned context = k < MOST_CONTEXT ? k & ~1U : MOST_CONTEXT;
    unsigned level =
        pulse->count > pulse->number ? pulse->count - pulse->number : pulse->number - pulse->count;
    if (level > MOST_LEVEL)
        level = MOST_LEVEL;
    LazRange range = layer->range;
    c->z[level] += laz_difference(&range, &c->z_diff, (pulse->count == 1) + context);
    layer->range = range;
    laz_put32(c->last + Z_AT, c->z[level]);
    return laz_source_check(layer);
}

LAZ_INLINE bool next_class(LazSource *layer, const Pulse *pulse)
{
    enum { CLASSES = 31, SINGLE = 3 };
    uint8_t *class = pulse->c->last + CLASS_AT;
    unsigned context = (*class & (unsigned)CLASSES) << 1 | (pulse->kind == SINGLE);
    *class = (uint8_t)laz_symbol(&layer->range, &pulse->c->class[context]);
    return laz_source_check(layer);
}

LAZ_INLINE bool next_flags(LazSource *layer, const Pulse *pulse)
{
    uint8_t *flags = pulse->c->last + FLAGS_AT;
    unsigned before = (*flags & 15U) | (*flags >> 6 << 4);
    unsigned now = laz_symbol(&layer->range, &pulse->c->flags[before]);
    *flags = (uint8_t)((now & 15) | (*flags & 0x30U) | now >> 4 << 6);
    return laz_source_check(layer);
}

LAZ_INLINE bool next_intensity(LazSource *layer, const Pulse *pulse)
{
    Channel *c = pulse->c;
    uint16_t *last = &c->intensity[pulse->kind << 1 | pulse->time_changed];
    LazRange range = layer->range;
    *last = (uint16_t)(*last + laz_difference(&range, &c->intensity_diff, pulse->kind));
    layer->range = range;
    laz_put16(c->last + INTENSITY_AT, *last);
    return laz_source_check(layer);
}

LAZ_INLINE bool next_user_data(LazSource *layer, const Pulse *pulse)
{
    uint8_t *value = pulse->c->last + USER_DATA_AT;
    enum { VALUES_A_CONTEXT = BYTE_VALUES / BYTE_CONTEXTS };
    *value = (uint8_t)laz_symbol(&layer->range, &pulse->c->user_data[*value / VALUES_A_CONTEXT]);
    return laz_source_check(layer);
}

/* The angle or the source. */
LAZ_INLINE bool next_number(LazSource *layer, LazInteger *n, size_t context, uint8_t *value)
{
    laz_put16(value, (uint16_t)(laz_get16(value) + laz_difference(&layer->range, n, context)));
    return laz_source_check(layer);
}

LAZ_INLINE bool next_time(LazSource *layer, const Pulse *pulse)
{
    Channel *c = pulse->c;
    laz_put64(c->last + TIME_AT, laz_times_next(&c->times, &layer->range, false));
    return laz_source_check(layer);
}

COMPILED_TWICE static bool next_point14(void *state, LazScan *scan, uint8_t *out)
{
    Point14 *p = state;
    LazSource *layers = p->layers;
    Pulse pulse;
    if (!next_place(p, scan, &pulse))
        return false;
    Channel *c = pulse.c;
    bool whole = true;
    if (layers[Z_LAYER].present)
        whole &= next_z(&layers[Z_LAYER], &pulse);
    if (layers[CLASS_LAYER].present)
        whole &= next_class(&layers[CLASS_LAYER], &pulse);
    if (layers[FLAGS_LAYER].present)
        whole &= next_flags(&layers[FLAGS_LAYER], &pulse);
    if (layers[INTENSITY_LAYER].present)
        whole &= next_intensity(&layers[INTENSITY_LAYER], &pulse);
    if (layers[ANGLE_LAYER].present && pulse.changed & ANGLE_CHANGED)
        whole &= next_number(&layers[ANGLE_LAYER], &c->angle_diff, pulse.time_changed,
                             c->last + ANGLE_AT);
    if (layers[USER_DATA_LAYER].present)
        whole &= next_user_data(&layers[USER_DATA_LAYER], &pulse);
    if (layers[SOURCE_LAYER].present && pulse.changed & SOURCE_CHANGED)
        whole &= next_number(&layers[SOURCE_LAYER], &c->source_diff, 0, c->last + SOURCE_AT);
    if (layers[TIME_LAYER].present && pulse.time_changed)
        whole &= next_time(&layers[TIME_LAYER], &pulse);
    c->time_changed = pulse.time_changed;
    memcpy(out, c->last, POINT14_SIZE);
    return whole;
}

const LazLayerItem laz_point14 = {
    .type = LAZ_POINT14,
    .size = POINT14_SIZE,
    .layers = POINT_LAYERS,
    .create = create_point14,
    .begin = begin_point14,
    .next = next_point14,
};
