/* listing.c: unpacking, and its answer as bytes, described once for both directions. */
#include "pipelines/listing.h"

#include "core/wire.h"

enum { LISTING_MAGIC = 0x314c5057, LEAST_MEMBER = 4 * sizeof(uint32_t) + 2 * sizeof(uint64_t) };

/* NULL: it is no archive. */
static const Format *archive_format(const Input *in)
{
    for (size_t i = 0; formats_all[i]; i++) {
        Probe probe = {0};
        if (formats_all[i]->unpack)
            formats_all[i]->probe(in, NULL, &probe);
        if (probe.sure == SURE_BY_CONTENT)
            return formats_all[i];
    }
    return NULL;
}

void unpacker_close(Unpacker **open)
{
    if (*open)
        (*open)->close(*open);
    *open = NULL;
}

void pipeline_unpack(Unpacker **open, const Input *in, const UnpackOrder *o, Arena *a, Listing *l)
{
    const Format *f = archive_format(in);
    *l = (Listing){.unpacked = {.format = "", .model = ""}};
    if (f && !f->unpack(open, in, o, a, &l->unpacked, &l->error))
        l->unpacked = (Unpacked){.format = "", .model = ""};
    if (f)
        return;
    unpacker_close(open);
    error_coded(&l->error, ERROR_RETRY, "changed", "it has changed: it is no archive any more");
}

static void wire_member(Wire *w, UnpackedMember *m)
{
    wire_string(w, &m->name);
    wire_u64(w, &m->offset);
    wire_u64(w, &m->size);
    wire_string(w, &m->code);
    wire_string(w, &m->reason);
    wire_string(w, &m->place);
    wire_bool(w, &m->is_cut);
}

static void wire_listing(Wire *w, Listing *l)
{
    Unpacked *u = &l->unpacked;
    uint32_t magic = LISTING_MAGIC;
    wire_u32(w, &magic);
    if (magic != LISTING_MAGIC)
        wire_fail(w, "not a listing");
    wire_error(w, &l->error);
    wire_string(w, &u->format);
    wire_string(w, &u->model);
    uint64_t *numbers[] = {&u->entries, &u->bytes,  &u->directories,
                           &u->links,   &u->others, &u->next};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        wire_u64(w, numbers[i]);
    wire_bool(w, &u->more);
    wire_error(w, &u->error);
    u->members = wire_list(w, &u->count, u->members, sizeof *u->members, LEAST_MEMBER);
    for (size_t i = 0; i < u->count && !w->failed; i++)
        wire_member(w, &u->members[i]);
    u->notes = wire_list(w, &u->note_count, u->notes, sizeof *u->notes, sizeof(uint32_t));
    for (size_t i = 0; i < u->note_count && !w->failed; i++)
        wire_string(w, &u->notes[i]);
}

size_t listing_encode(const Listing *l, uint8_t *out, size_t capacity)
{
    Listing copy = *l;
    Wire w = {.out = out, .size = capacity};
    wire_listing(&w, &copy);
    return w.failed ? 0 : w.at;
}

/* What no honest child says. NULL: all is well. */
static const char *lie(const Unpacked *u, const UnpackOrder *o)
{
    if (u->entries > o->entries_left || u->count > u->entries)
        return "more members than were asked for";
    if (u->bytes > o->bytes_left)
        return "more bytes than were asked for";
    if (u->more && (u->next <= o->first || u->entries == 0))
        return "it would go on for ever";
    if (u->more && u->error.kind != ERROR_NONE)
        return "an end that is none";
    for (size_t i = 0; i < u->count; i++)
        if (u->members[i].size > u->bytes || u->members[i].offset > u->bytes - u->members[i].size)
            return "a member outside of what was unpacked";
    return NULL;
}

bool listing_decode(const uint8_t *bytes, size_t length, const UnpackOrder *o, Arena *a,
                    Listing *out, Error *e)
{
    Listing l = {0};
    Wire w = {.in = bytes, .size = length, .arena = a};
    wire_listing(&w, &l);
    if (!w.failed && w.at != length)
        wire_fail(&w, "bytes behind the end");
    const char *lied = w.failed || l.error.kind != ERROR_NONE ? NULL : lie(&l.unpacked, o);
    if (lied)
        wire_fail(&w, lied);
    if (w.failed)
        return error_coded(e, ERROR_DATA, "bad_report",
                           "the unpacker's answer is damaged at byte %zu: %s", w.failed_at,
                           w.failed);
    *out = l;
    return true;
}
