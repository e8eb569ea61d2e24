/* las_vlr.c: walks the variable length records. */
#include "formats/las/las_vlr.h"

#include "formats/las/las_bytes.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    VLR_BYTES = 54,
    EVLR_BYTES = 60,
    USER_BYTES = 16,
    LOOKED_AT_MAX = 4096, /* files have a handful */
    LISTED_MAX = 32,
    KEPT_MAX = 4 * 1024 * 1024, /* bytes of one record that is kept */
};

typedef struct Walk {
    const Input *in;
    Dataset *notes;
    LasVlrs *out;
    Error *e;
    char list[LISTED_MAX * (USER_BYTES + 8)];
    size_t list_length, listed;
} Walk;

/* One record's header: what it is, and where what it holds lies. */
typedef struct Record {
    char user[USER_BYTES + 1];
    unsigned id;
    uint64_t place, size;
} Record;

typedef struct Known {
    const char *user;
    unsigned id;
    size_t to; /* place in LasVlrs */
} Known;

static const Known known[] = {
    {"LASF_Projection", 34735, offsetof(LasVlrs, geo_keys)},
    {"LASF_Projection", 34737, offsetof(LasVlrs, geo_ascii)},
    {"LASF_Projection", 2112, offsetof(LasVlrs, wkt)},
    {"liblas", 2112, offsetof(LasVlrs, wkt_of_liblas)},
    {"LASF_Spec", 4, offsetof(LasVlrs, extra_bytes)},
    {"LASF_Spec", 3, offsetof(LasVlrs, area)},
    {"laszip encoded", 22204, offsetof(LasVlrs, laszip)},
};

static bool fetch(const Walk *w, uint64_t from, void *to, size_t size)
{
    if (from > w->in->head_size || size > w->in->head_size - from)
        return input_read(w->in, from, to, size, w->e);
    memcpy(to, w->in->head + from, size);
    return true;
}

/* The first of a kind counts. */
static LasBytes *wanted(const Walk *w, const Record *r)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        LasBytes *to = (LasBytes *)((char *)w->out + known[i].to);
        if (r->id == known[i].id && strcmp(r->user, known[i].user) == 0)
            return to->bytes ? NULL : to;
    }
    return NULL;
}

static void list(Walk *w, const Record *r)
{
    if (w->listed == LISTED_MAX)
        return;
    char user[USER_BYTES + 1];
    for (size_t i = 0; i < sizeof user; i++) {
        bool plain = r->user[i] == '\0' || (r->user[i] >= ' ' && r->user[i] <= '~');
        user[i] = plain ? r->user[i] : '?';
    }
    size_t room = sizeof w->list - w->list_length;
    int length =
        snprintf(w->list + w->list_length, room, "%s%s %u", w->listed ? ", " : "", user, r->id);
    w->list_length += (size_t)length;
    w->listed++;
}

static bool take(Walk *w, const Record *r)
{
    list(w, r);
    LasBytes *to = wanted(w, r);
    if (!to || r->size == 0)
        return true;
    if (r->size > KEPT_MAX) {
        dataset_note(w->notes,
                     "variable length record %s %u takes %" PRIu64 " bytes and is not looked at",
                     r->user, r->id, r->size);
        return true;
    }
    uint8_t *bytes = arena_alloc(w->notes->arena, (size_t)r->size);
    if (!bytes)
        return arena_full(w->notes->arena, w->e);
    *to = (LasBytes){bytes, (size_t)r->size};
    return fetch(w, r->place, bytes, (size_t)r->size);
}

static Record record_of(const uint8_t *bytes, uint64_t at, bool extended)
{
    Record r = {.id = las_u16(bytes + 18), .place = at + (extended ? EVLR_BYTES : VLR_BYTES)};
    memcpy(r.user, bytes + 2, USER_BYTES);
    r.size = extended ? las_u64(bytes + 20) : las_u16(bytes + 20);
    return r;
}

static bool too_many(const Walk *w, uint32_t index)
{
    if (index == LOOKED_AT_MAX)
        dataset_note(w->notes, "only the first %d variable length records are looked at",
                     LOOKED_AT_MAX);
    return index == LOOKED_AT_MAX;
}

static bool read_before_points(Walk *w, const LasHeader *h)
{
    uint64_t at = h->header_bytes;
    for (uint32_t i = 0; i < h->vlr_count && !too_many(w, i); i++) {
        uint8_t bytes[VLR_BYTES];
        Record r = {0};
        uint64_t left = h->points_offset - at;
        bool fits = left >= VLR_BYTES;
        if (fits) {
            if (!fetch(w, at, bytes, sizeof bytes))
                return false;
            r = record_of(bytes, at, false);
            fits = r.size <= left - VLR_BYTES;
        }
        if (!fits) {
            dataset_note(w->notes,
                         "the header promises %u variable length records, but only %u of them fit "
                         "before the points",
                         h->vlr_count, i);
            return true;
        }
        if (!take(w, &r))
            return false;
        at = r.place + r.size;
    }
    return true;
}

/* Whether the record goes beyond the end of the file. */
static bool is_cut(const Walk *w, uint32_t index, uint64_t at, const Record *r, Error *cut)
{
    uint64_t size = w->in->size;
    if (at <= size && size - at >= EVLR_BYTES && r->size <= size - r->place)
        return false;
    error_coded(cut, ERROR_DATA, "truncated",
                "the points are there, but the file ends at byte %" PRIu64
                " inside of extended variable length record %u, which begins at byte %" PRIu64,
                size, index + 1, at);
    error_at(cut, "byte %" PRIu64, size);
    return true;
}

static bool read_behind_points(Walk *w, const LasHeader *h, Error *cut)
{
    uint64_t at = h->evlr_offset;
    if (h->evlr_count > 0 && at < h->points_offset) {
        dataset_note(w->notes,
                     "the header promises extended variable length records at byte %" PRIu64
                     ", which is not behind the points; they are left out",
                     at);
        return true;
    }
    for (uint32_t i = 0; i < h->evlr_count && !too_many(w, i); i++) {
        uint8_t bytes[EVLR_BYTES];
        Record r = {.size = UINT64_MAX};
        if (at <= w->in->size && w->in->size - at >= EVLR_BYTES) {
            if (!fetch(w, at, bytes, sizeof bytes))
                return false;
            r = record_of(bytes, at, true);
        }
        if (is_cut(w, i, at, &r, cut))
            return true;
        if (!take(w, &r))
            return false;
        at = r.place + r.size;
    }
    return true;
}

bool las_vlrs_read(const Input *in, const LasHeader *h, Dataset *notes, LasVlrs *out, Error *cut,
                   Error *e)
{
    Walk w = {.in = in, .notes = notes, .out = out, .e = e};
    *out = (LasVlrs){0};
    *cut = (Error){0};
    if (!read_before_points(&w, h) || !read_behind_points(&w, h, cut))
        return false;
    if (w.listed > 0)
        out->list = arena_copy(notes->arena, w.list, w.list_length);
    return w.listed == 0 || out->list || arena_full(notes->arena, e);
}
