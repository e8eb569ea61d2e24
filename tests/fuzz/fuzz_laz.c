/* fuzz_laz.c: any bytes as compressed points, for every set of items.
 *
 * The first byte of the input picks the point format, the second the version, the third the extra
 * bytes, the next two how many points are promised; the rest is the file from the points on. */
#include "formats/las/laz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { CHOICES = 5, FORMATS = 11, VLR_HEAD = 34, ITEM = 6, MOST_ITEMS = 5, RUN = 50 };
enum { BYTE = 0, WAVEPACKET13 = 9, POINT14 = 10, BYTE14 = 14 };

/* Items of the formats, 0 behind the last; sizes by type. */
static const uint8_t items[FORMATS][MOST_ITEMS] = {
    {6},  {6, 7},   {6, 8},   {6, 7, 8}, {6, 7, 9},    {6, 7, 8, 9},
    {10}, {10, 11}, {10, 12}, {10, 13},  {10, 12, 13},
};
static const uint8_t sizes[] = {0, 0, 0, 0, 0, 0, 20, 8, 6, 29, 30, 6, 8, 29};

static uint8_t *put16(uint8_t *to, unsigned value)
{
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
    return to + 2;
}

static size_t add_item(uint8_t **to, unsigned type, unsigned size, unsigned version)
{
    if (type == WAVEPACKET13)
        version = 1;
    *to = put16(put16(put16(*to, type), size), version);
    return size;
}

/* The VLR for the choices; returns the bytes of a record. */
static size_t choose(const uint8_t *choice, uint8_t *vlr, LazPlace *place)
{
    unsigned format = choice[0] % FORMATS, version = choice[1] % 2, extra = choice[2] % 4;
    bool layered = items[format][0] == POINT14;
    uint8_t *to = vlr + VLR_HEAD;
    size_t record = 0, count = 0;
    for (; count < MOST_ITEMS && items[format][count]; count++)
        record += add_item(&to, items[format][count], sizes[items[format][count]],
                           layered ? 3 + version : 1 + version);
    if (extra) {
        record +=
            add_item(&to, layered ? BYTE14 : BYTE, extra, layered ? 3 + version : 1 + version);
        count++;
    }
    unsigned kind = choice[1] / 2 % 3;
    put16(vlr, layered ? 3 : kind ? 2 : 1);
    put16(vlr + 12, kind == 1 ? 0 : 20);
    put16(vlr + 32, (unsigned)count);
    *place = (LazPlace){.point_count = choice[3] | (uint64_t)choice[4] << 8,
                        .record_bytes = record,
                        .point_format = format,
                        .vlr = vlr,
                        .vlr_size = (size_t)(to - vlr)};
    return record;
}

static void read_all(Laz *l, size_t record)
{
    uint8_t *records = malloc(RUN * record); /* of the right size, so that a write behind is seen */
    uint64_t next = 0;
    if (!records)
        abort();
    for (size_t i = 0; i < laz_chunk_count(l); i++) {
        const LazChunk *chunk = laz_chunk(l, i);
        Error e = {0};
        uint64_t done = 0;
        bool sound = laz_begin(l, i, &e);
        for (size_t got = RUN; sound && got == RUN; done += got)
            sound = laz_read(l, records, RUN, &got, &e);
        if (chunk->first != next || done > chunk->points || (sound && done < chunk->points))
            abort();
        if (!sound && (e.kind == ERROR_NONE || e.code[0] == '\0'))
            abort();
        next += chunk->points;
    }
    free(records);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static uint8_t head[INPUT_HEAD_SIZE];
    uint8_t vlr[VLR_HEAD + ITEM * (MOST_ITEMS + 1)] = {0};
    LazPlace place;
    Error e = {0};
    Input in;
    Arena a;
    Laz *l = NULL;
    if (size < CHOICES)
        return 0;
    size_t record = choose(bytes, vlr, &place), rest = size - CHOICES;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes + CHOICES, rest) != (ssize_t)rest ||
        !input_init(&in, fd, "f", head, &e))
        abort();
    arena_init(&a, (size_t)64 << 20);
    if (laz_open(&in, &place, &a, &l, &e))
        read_all(l, record);
    else if (e.kind == ERROR_NONE || e.code[0] == '\0')
        abort();
    arena_deinit(&a);
    close(fd);
    return 0;
}
