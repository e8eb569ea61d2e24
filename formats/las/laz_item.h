/* laz_item.h: what decodes one group of fields of a point record ("item").
 *
 * The first record of a chunk is stored as it is; from there on each item of a record follows from
 * the same item of the records before it and from the chunk's stream, which all items of formats
 * 0-5 share. Formats 6-10 have a stream for each field ("layers"). */
#pragma once

#include "formats/las/laz_source.h"

/* Item types, as the file numbers them. */
enum {
    LAZ_BYTE = 0,
    LAZ_POINT10 = 6,
    LAZ_GPSTIME11 = 7,
    LAZ_RGB12 = 8,
    LAZ_WAVEPACKET13 = 9,
    LAZ_POINT14 = 10,
    LAZ_RGB14 = 11,
    LAZ_RGBNIR14 = 12,
    LAZ_WAVEPACKET14 = 13,
    LAZ_BYTE14 = 14,
};

/* For items of formats 0-5. */
typedef struct LazPointItem {
    uint16_t type, version; /* as the file says */
    uint16_t size;          /* bytes; 0: any */
    /* Bytes of the stream that next() takes at most, a byte of the item. */
    size_t most_bytes;
    /* State for items of `size` bytes; NULL: the arena is full. */
    void *(*create)(size_t size, Arena *a);
    /* Takes the item of the chunk's first record. */
    void (*begin)(void *state, const uint8_t *first);
    /* The item of the next record. */
    void (*next)(void *state, LazRange *r, uint8_t *out);
} LazPointItem;

/* Where a chunk in layers is: what its items tell each other. */
typedef struct LazScan {
    Arena *arena;
    uint32_t chunk; /* its number, for the models */
    unsigned
        channel; /* of the scanner, 0 to 3: set by the first item. Each has models of its own */
    bool memory_full;
} LazScan;

enum { LAZ_CHANNELS = 4 };

/* For items of formats 6-10. begin() and next() fail where the arena is full (scan->memory_full),
 * next() also where a layer ends too early. */
typedef struct LazLayerItem {
    uint16_t type, size;
    size_t layers; /* 0: one a byte */
    void *(*create)(size_t size, unsigned version, LazSource *layers, Arena *a);
    bool (*begin)(void *state, LazScan *scan, const uint8_t *first);
    bool (*next)(void *state, LazScan *scan, uint8_t *out);
} LazLayerItem;

extern const LazPointItem laz_point10_v1, laz_point10_v2, laz_gpstime11_v1, laz_gpstime11_v2,
    laz_rgb12_v1, laz_rgb12_v2, laz_wavepacket13_v1, laz_byte_v1, laz_byte_v2;
extern const LazLayerItem laz_point14, laz_rgb14, laz_rgbnir14, laz_wavepacket14, laz_byte14;

/* Which channel's last item the next one follows from, for all items but the first. Version 3 has a
 * fault that belongs to the format: at a change to a channel that was there before in the chunk the
 * item follows from the last one of the channel left, and is kept there. */
typedef struct LazTurn {
    bool keeps_fault;
    unsigned current;
    uint32_t chunk[LAZ_CHANNELS]; /* that the channel was there last */
} LazTurn;

typedef struct LazFrom {
    unsigned from; /* follows from this channel's last item */
    bool fresh;    /* which the channel does not have: it begins with a copy of this one */
} LazFrom;

LAZ_INLINE LazFrom laz_turn(LazTurn *t, const LazScan *scan)
{
    unsigned before = t->current, now = scan->channel;
    if (before == now)
        return (LazFrom){now, false};
    t->current = now;
    if (t->chunk[now] != scan->chunk) {
        t->chunk[now] = scan->chunk;
        return (LazFrom){before, true};
    }
    return (LazFrom){t->keeps_fault ? before : now, false};
}

/* The channel of the chunk's first record. */
LAZ_INLINE void laz_turn_begin(LazTurn *t, const LazScan *scan)
{
    t->current = scan->channel;
    t->chunk[scan->channel] = scan->chunk;
}
