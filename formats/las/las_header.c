/* las_header.c: reads the public header block and refuses what cannot be. */
#include "formats/las/las_header.h"

#include "formats/las/las_bytes.h"

#include <inttypes.h>
#include <math.h>

static const uint8_t format_bytes[LAS_FORMATS] = {20, 28, 26, 34, 57, 63, 30, 36, 38, 59, 67};

size_t las_format_bytes(unsigned point_format)
{
    return format_bytes[point_format];
}

const char *las_text(const uint8_t *bytes, size_t size, Arena *a)
{
    const char *text = (const char *)bytes;
    size_t length = strnlen(text, size);
    while (length > 0 && *text == ' ') {
        text++;
        length--;
    }
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\n'))
        length--;
    return length > 0 ? arena_copy(a, text, length) : NULL;
}

static bool bad(Error *e, size_t byte)
{
    return error_at(e, "byte %zu", byte);
}

static bool read_bytes(const Input *in, LasHeader *h, Error *e)
{
    const uint8_t *b = in->head;
    if (in->head_size < 4 || memcmp(b, "LASF", 4) != 0) {
        error_coded(e, ERROR_DATA, "bad_header", "it does not begin with 'LASF'");
        return bad(e, 0);
    }
    if (in->head_size < LAS_HEADER_LEAST) {
        error_coded(e, ERROR_DATA, "truncated",
                    "the header of a LAS file takes %d bytes, but the file ends at byte %zu",
                    LAS_HEADER_LEAST, in->head_size);
        return bad(e, in->head_size);
    }
    h->header_bytes = las_u16(b + 94);
    if (h->header_bytes < LAS_HEADER_LEAST) {
        error_coded(e, ERROR_DATA, "bad_header",
                    "the header says that it takes %" PRIu64 " bytes, the least is %d",
                    h->header_bytes, LAS_HEADER_LEAST);
        return bad(e, 94);
    }
    size_t taken = h->header_bytes < LAS_HEADER_MOST ? (size_t)h->header_bytes : LAS_HEADER_MOST;
    memcpy(h->bytes, b, taken < in->head_size ? taken : in->head_size);
    return true;
}

static bool read_version(LasHeader *h, Error *e)
{
    unsigned major = h->bytes[24];
    h->minor = h->bytes[25];
    if (major == 1 && h->minor <= 4)
        return true;
    error_coded(e, ERROR_DATA, "unsupported", "LAS %u.%u is not known here; known are 1.0 to 1.4",
                major, h->minor);
    return bad(e, 24);
}

static bool read_point_format(LasHeader *h, Error *e)
{
    enum { COMPRESSION_BITS = 0xc0 };
    h->compressed = (h->bytes[104] & COMPRESSION_BITS) != 0;
    h->point_format = h->bytes[104] & ~(unsigned)COMPRESSION_BITS;
    h->record_bytes = las_u16(h->bytes + 105);
    if (h->point_format >= LAS_FORMATS) {
        error_coded(e, ERROR_DATA, "unsupported",
                    "point format %u is not known here; known are 0 to %d", h->point_format,
                    LAS_FORMATS - 1);
        return bad(e, 104);
    }
    if (h->record_bytes < las_format_bytes(h->point_format)) {
        error_coded(e, ERROR_DATA, "bad_header",
                    "a point takes %zu bytes says the header, point format %u takes %zu at least",
                    h->record_bytes, h->point_format, las_format_bytes(h->point_format));
        return bad(e, 105);
    }
    return true;
}

/* LAS 1.4 counts twice: in the old place with 32 bits, and in a new one. */
static void read_counts(Dataset *notes, LasHeader *h)
{
    enum { OLD_RETURNS = 5 };
    uint64_t old = las_u32(h->bytes + 107);
    h->points = old;
    h->return_count = OLD_RETURNS;
    for (unsigned i = 0; i < OLD_RETURNS; i++)
        h->by_return[i] = las_u32(h->bytes + 111 + i * 4);
    if (h->minor < 4 || h->header_bytes < LAS_HEADER_MOST)
        return;
    uint64_t points = las_u64(h->bytes + 247);
    if (points == 0 && old > 0) {
        dataset_note(notes,
                     "the header counts no points in its 64-bit field but %" PRIu64
                     " in the 32-bit one, which is taken",
                     old);
        return;
    }
    if (old != 0 && old != points)
        dataset_note(notes,
                     "the header counts %" PRIu64 " points in its 32-bit field and %" PRIu64
                     " in the 64-bit one, which is taken",
                     old, points);
    h->points = points;
    h->return_count = LAS_RETURNS_MAX;
    for (unsigned i = 0; i < LAS_RETURNS_MAX; i++)
        h->by_return[i] = las_u64(h->bytes + 255 + i * 8);
}

static bool read_coordinates(LasHeader *h, Error *e)
{
    static const char axes[] = "xyz";
    for (size_t i = 0; i < 3; i++) {
        size_t scale_at = 131 + i * 8, offset_at = 155 + i * 8, bounds_at = 179 + i * 16;
        h->scale[i] = las_f64(h->bytes + scale_at);
        h->offset[i] = las_f64(h->bytes + offset_at);
        h->max[i] = las_f64(h->bytes + bounds_at);
        h->min[i] = las_f64(h->bytes + bounds_at + 8);
        bool has_scale = isfinite(h->scale[i]) && h->scale[i] != 0;
        if (h->points == 0 || (has_scale && isfinite(h->offset[i])))
            continue;
        error_coded(e, ERROR_DATA, "bad_header",
                    "the %s of %c is %g in the header, so its coordinates cannot be told",
                    has_scale ? "offset" : "scale factor", axes[i],
                    has_scale ? h->offset[i] : h->scale[i]);
        return bad(e, has_scale ? offset_at : scale_at);
    }
    return true;
}

static bool check_offset(const Input *in, const LasHeader *h, Error *e)
{
    if (h->points_offset < h->header_bytes) {
        error_coded(e, ERROR_DATA, "bad_header",
                    "the points begin at byte %" PRIu64
                    " says the header, which itself takes %" PRIu64 " bytes",
                    h->points_offset, h->header_bytes);
        return bad(e, 96);
    }
    if (h->points_offset > in->size) {
        error_coded(e, ERROR_DATA, "truncated",
                    "the points begin at byte %" PRIu64 ", but the file ends at byte %" PRIu64,
                    h->points_offset, in->size);
        return error_at(e, "byte %" PRIu64, in->size);
    }
    return true;
}

bool las_header_read(const Input *in, Dataset *notes, LasHeader *h, Error *e)
{
    if (!read_bytes(in, h, e) || !read_version(h, e) || !read_point_format(h, e))
        return false;
    static const uint16_t usual_bytes[] = {227, 227, 227, 235, 375};
    if (h->header_bytes < usual_bytes[h->minor])
        dataset_note(notes, "the header takes %" PRIu64 " bytes, that of LAS 1.%u takes %u",
                     h->header_bytes, h->minor, usual_bytes[h->minor]);
    h->encoding = h->minor >= 2 ? las_u16(h->bytes + 6) : 0; /* reserved before */
    h->points_offset = las_u32(h->bytes + 96);
    h->vlr_count = las_u32(h->bytes + 100);
    if (h->minor >= 4) {
        h->evlr_offset = las_u64(h->bytes + 235);
        h->evlr_count = h->evlr_offset ? las_u32(h->bytes + 243) : 0;
    }
    read_counts(notes, h);
    return read_coordinates(h, e) && check_offset(in, h, e);
}
