/* archive_walk.c: entry after entry of a zip, tar or 7z, through libarchive. */
#include "formats/archive/archive_error.h"
#include "formats/archive/archive_unpack.h"
#include "formats/archive/archive_zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <inttypes.h>
#include <string.h>

/* Damaged members behind which the list of members is gone through once more, in one run. */
enum { RESTARTS_MAX = 1000 };
/* Blocks of a tar in which a good header is looked for behind damaged ones, 2 GiB. */
enum { STEPS_MAX = 1 << 22 };

/* libarchive reads on through these; `error` is what they could not tell it. */
struct Walk {
    OpenArchive *u;
    ArchiveKind kind;
    struct archive *archive; /* NULL: not begun, or over */
    uint64_t first;          /* entry to begin with */
    uint64_t index;          /* of `entry` */
    struct archive_entry *entry;
    bool is_waiting;    /* `entry` is the next run's; what is below stays as it is until then */
    bool has_directory; /* a list of members, from which those behind a damaged one are found */
    bool is_open;       /* libarchive has seen what it is */
    uint32_t steps;     /* over damaged headers */
    bool again;         /* to be gone through once more, from `first` */
    bool whole;         /* the archive's end was met */
    Error error;
    Error damage; /* that the runs so far have come by */
};

/* ---- libarchive's way to the bytes */

static la_ssize_t read_more(struct archive *a, void *context, const void **buffer)
{
    Walk *w = context;
    Stream *s = &w->u->stream;
    if (!stream_next(s, &w->error)) {
        archive_set_error(a, -1, "reading failed");
        return ARCHIVE_FATAL;
    }
    *buffer = s->bytes;
    return (la_ssize_t)s->length;
}

static la_int64_t skip(struct archive *a, void *context, la_int64_t count)
{
    (void)a;
    Stream *s = &((Walk *)context)->u->stream;
    uint64_t left = s->end > s->at ? s->end - s->at : 0;
    if (s->packed || s->is_held || count <= 0)
        return 0;
    uint64_t taken = (uint64_t)count < left ? (uint64_t)count : left;
    s->at += taken;
    return (la_int64_t)taken;
}

static la_int64_t seek(struct archive *a, void *context, la_int64_t offset, int whence)
{
    (void)a;
    Stream *s = &((Walk *)context)->u->stream;
    int64_t base = whence == SEEK_CUR   ? (int64_t)s->at
                   : whence == SEEK_END ? (int64_t)s->end
                                        : (int64_t)s->start;
    int64_t to;
    if (__builtin_add_overflow(base, offset, &to) || to < (int64_t)s->start ||
        (uint64_t)to > s->end)
        return ARCHIVE_FAILED;
    s->at = (uint64_t)to;
    return to - (int64_t)s->start;
}

static bool open_walk(Walk *w, Error *e)
{
    struct archive *a = w->archive = archive_read_new();
    w->index = 0;
    w->whole = w->is_open = false;
    if (!w->u->stream.packed)
        w->u->stream.at = w->u->stream.start;
    if (!a)
        return error_coded(e, ERROR_DATA, "memory", "no memory to unpack it");
    if (w->kind == ARCHIVE_ZIP && w->has_directory)
        archive_read_support_format_zip(a);
    else if (w->kind == ARCHIVE_ZIP) /* nor may it take one of a zip inside for it */
        archive_read_support_format_zip_streamable(a);
    else if (w->kind == ARCHIVE_7Z)
        archive_read_support_format_7zip(a);
    else
        archive_read_support_format_tar(a);
    /* one tar behind the other: `cat`, `tar -A` */
    if (w->kind == ARCHIVE_TAR &&
        archive_read_set_format_option(a, "tar", "read_concatenated_archives", "1") != ARCHIVE_OK)
        return error_coded(e, ERROR_DATA, "memory", "no memory to unpack it");
    archive_read_set_callback_data(a, w);
    archive_read_set_read_callback(a, read_more);
    if (!w->u->stream.packed) {
        archive_read_set_skip_callback(a, skip);
        archive_read_set_seek_callback(a, seek);
    }
    return true;
}

/* Why libarchive goes no further: the archive's fault is told of it; the world's fails. */
static bool broken_off(Walk *w, Error *e)
{
    Error *out = &w->u->unpacked->error;
    if (w->error.kind == ERROR_RETRY || w->error.kind == ERROR_SETUP) {
        *e = w->error;
        return false;
    }
    if (w->error.kind == ERROR_DATA)
        *out = w->error;
    else if (w->is_open && archive_read_has_encrypted_entries(w->archive) > 0)
        error_coded(out, ERROR_DATA, "encrypted",
                    "its list of members is encrypted, and there is no password for it here");
    else
        archive_failed(w->archive, w->u->stream.at, out);
    return true;
}

/* ---- one entry */

typedef enum Going { GO_ON, GO_NO_FURTHER, GO_WORLD } Going;

/* What ends a member early; a limit of the archive ends the archive too. */
static Going end_early(Walk *w, const Error *why, bool fatal, Error *e)
{
    bool limit = strcmp(why->code, "archive_limit") == 0;
    if (why->kind != ERROR_DATA) {
        *e = *why;
        return GO_WORLD;
    }
    if (limit)
        w->u->unpacked->error = *why;
    if (!member_fail(w->u, why, e))
        return GO_WORLD;
    return limit || fatal ? GO_NO_FURTHER : GO_ON;
}

/* A hole at the end of a sparse file comes as no data. */
static bool fill_up(const Walk *w, Error *why)
{
    la_int64_t size = archive_entry_size(w->entry);
    bool hole = w->kind == ARCHIVE_TAR && size > 0 && (uint64_t)size > w->u->written;
    return !hole || member_write(w->u, NULL, 0, (uint64_t)size, why);
}

static Going copy_data(Walk *w, Error *e)
{
    const void *bytes;
    size_t length;
    la_int64_t offset;
    Error why = {0};
    for (;;) {
        int rc = archive_read_data_block(w->archive, &bytes, &length, &offset);
        if (rc == ARCHIVE_EOF)
            break;
        if (rc == ARCHIVE_FATAL && !broken_off(w, e))
            return GO_WORLD;
        if (rc == ARCHIVE_FATAL) {
            why = w->u->unpacked->error;
            return end_early(w, &why, true, e);
        }
        if (rc != ARCHIVE_OK) {
            archive_failed(w->archive, w->u->stream.at, &why);
            return end_early(w, &why, false, e);
        }
        if (offset < 0 || !member_write(w->u, bytes, length, (uint64_t)offset, &why))
            return end_early(w, &why, false, e);
    }
    if (!fill_up(w, &why))
        return end_early(w, &why, false, e);
    member_end(w->u);
    return GO_ON;
}

/* The name as it is in the archive, without the "./" that tar puts before all. */
static const char *name_of(struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    while (name && name[0] == '.' && name[1] == '/')
        name += 2 + strspn(name + 2, "/");
    return name ? name : "";
}

/* True where the entry is no file; it is counted. */
static bool is_left_out(Unpacked *u, struct archive_entry *entry)
{
    mode_t type = archive_entry_filetype(entry);
    if (archive_entry_hardlink(entry) || type == AE_IFLNK)
        u->links++;
    else if (type == AE_IFDIR)
        u->directories++;
    else if (type != AE_IFREG && type != 0)
        u->others++;
    else
        return false;
    return true;
}

static Going take_entry(Walk *w, Error *e)
{
    Error why = {0};
    if (is_left_out(w->u->unpacked, w->entry))
        return GO_ON;
    if (!member_begin(w->u, name_of(w->entry), e))
        return GO_WORLD;
    if (!archive_entry_is_data_encrypted(w->entry))
        return copy_data(w, e);
    error_coded(&why, ERROR_DATA, "encrypted",
                "it is encrypted, and there is no password for it here");
    return end_early(w, &why, false, e);
}

/* ---- all entries */

static bool is_full(const OpenArchive *u)
{
    const Unpacked *p = u->unpacked;
    return p->bytes >= u->order->run_bytes || p->count >= u->order->run_members;
}

static void too_many(OpenArchive *u)
{
    error_coded(&u->unpacked->error, ERROR_DATA, "archive_limit", "has more members than allowed");
}

/* libarchive goes no further behind a damaged member; a new reader finds those behind it. */
static void go_behind(Walk *w)
{
    Error *end = &w->u->unpacked->error;
    w->again = w->has_directory && strcmp(end->code, "archive_limit") != 0;
    w->first = w->index + 1;
    if (w->again)
        error_clear(end);
}

/* A block of zeros `back` bytes before the end of what came last. */
static bool has_zeros(const Stream *s, uint64_t back)
{
    static const uint8_t zeros[TAR_BLOCK];
    return back >= TAR_BLOCK && back <= s->last &&
           memcmp(s->bytes + s->last - back, zeros, sizeof zeros) == 0;
}

/* What libarchive cannot read lies behind the zeros that end a tar. `at`: where it looked for
 * another member. */
static bool is_behind_end(const Walk *w, int64_t at)
{
    const Stream *s = &w->u->stream;
    uint64_t end = s->packed ? s->unpacked : s->at;
    return w->kind == ARCHIVE_TAR && w->error.kind == ERROR_NONE && at > 0 &&
           has_zeros(s, end - (uint64_t)at);
}

/* A tar has no list: behind a damaged header libarchive goes on at the next block, and there may be
 * a good one. The fault is the archive's all the same. */
static bool step_over(Walk *w, int64_t at, int rc)
{
    Error *end = &w->u->unpacked->error;
    if (rc != ARCHIVE_RETRY || w->kind != ARCHIVE_TAR || w->error.kind != ERROR_NONE ||
        ++w->steps > STEPS_MAX)
        return false;
    if (end->kind != ERROR_NONE)
        return true;
    error_coded(end, ERROR_DATA, "damaged",
                "the header of a member is damaged: that member is lost; those behind it were "
                "looked for");
    error_at(end, "byte %" PRId64 "%s", at, w->u->stream.packed ? " of what is packed" : "");
    return true;
}

/* The next entry. False: there is none, *going says why. */
static bool next_entry(Walk *w, Going *going, Error *e)
{
    for (;;) {
        int64_t at = archive_filter_bytes(w->archive, 0);
        int rc = archive_read_next_header(w->archive, &w->entry);
        bool good = rc == ARCHIVE_OK || rc == ARCHIVE_WARN;
        w->whole = rc == ARCHIVE_EOF || (!good && is_behind_end(w, at));
        *going = GO_NO_FURTHER;
        if (good || w->whole)
            return good;
        if (!step_over(w, at, rc)) {
            *going = broken_off(w, e) ? GO_NO_FURTHER : GO_WORLD;
            return false;
        }
    }
}

/* The entry that was met is the next run's. */
static void end_run(Walk *w)
{
    Unpacked *p = w->u->unpacked;
    w->is_waiting = true;
    w->damage = p->error; /* the last run tells it */
    error_clear(&p->error);
    p->more = true;
    p->next = w->index;
}

/* To the end of the run. */
static bool each_entry(Walk *w, Error *e)
{
    Unpacked *p = w->u->unpacked;
    const UnpackOrder *o = w->u->order;
    Going going;
    for (;; w->index++) {
        bool met = w->is_waiting || next_entry(w, &going, e);
        w->is_waiting = false;
        if (!met)
            return going != GO_WORLD;
        if (w->index < w->first)
            continue;
        if (is_full(w->u)) {
            end_run(w);
            return true;
        }
        if (p->entries == o->entries_left) {
            too_many(w->u);
            return true;
        }
        p->entries++;
        going = take_entry(w, e);
        if (going == GO_NO_FURTHER)
            go_behind(w);
        if (going != GO_ON)
            return going == GO_NO_FURTHER;
    }
}

/* Behind the last member: a packing's own checksum stands at its very end; and a tar ends in zeros
 * unless it has been cut between two members. */
static bool look_behind(Walk *w, Error *e)
{
    Stream *s = &w->u->stream;
    Unpacked *p = w->u->unpacked;
    uint64_t most = s->unpacked + w->u->order->bytes_left;
    Error why = {0};
    if (w->kind != ARCHIVE_TAR)
        return true;
    bool ok = stream_next(s, &why);
    while (ok && s->length > 0 && s->unpacked <= most)
        ok = stream_next(s, &why);
    if (!ok && why.kind != ERROR_DATA) {
        *e = why;
        return false;
    }
    if (s->garbage && !unpack_garbage(w->u, e))
        return false;
    if (!ok)
        p->error = why;
    else if (s->length > 0)
        error_coded(&p->error, ERROR_DATA, "archive_limit", "unpacks to more than allowed");
    else if (!has_zeros(s, TAR_BLOCK))
        return unpack_note(w->u,
                           "the tar does not end as tars do: it may have been cut behind the "
                           "last member",
                           e);
    return true;
}

static void name_model(Walk *w)
{
    const char *format = archive_format_name(w->archive);
    ArchiveKind kind = w->u->stream.kind;
    Unpacked *p = w->u->unpacked;
    const char *model =
        archive_is_packing(kind)
            ? arena_printf(w->u->arena, "%s, %s", format ? format : "tar", archive_word(kind))
            : arena_string(w->u->arena, format ? format : "");
    p->model = model ? model : "";
}

/* Without it the members are read from the front, as far as there are any. */
static void check_directory(Walk *w)
{
    Unpacked *p = w->u->unpacked;
    if (w->kind == ARCHIVE_ZIP && !w->has_directory && !p->more &&
        strcmp(p->error.code, "archive_limit") != 0)
        error_coded(&p->error, ERROR_DATA, "truncated",
                    "it is cut: the list of members that ends a zip is missing; what came before "
                    "was read");
}

static bool walk(Walk *w, Error *e)
{
    w->again = false;
    if (!w->is_waiting) {
        if (!open_walk(w, e))
            return false;
        if (archive_read_open1(w->archive) != ARCHIVE_OK)
            return broken_off(w, e);
        w->is_open = true;
    }
    if (!each_entry(w, e))
        return false;
    name_model(w);
    return !w->whole || look_behind(w, e);
}

/* Where the zip is, and whether its list of members. */
static bool find_zip(Walk *w, Error *e)
{
    const Input *in = &w->u->in;
    Stream *s = &w->u->stream;
    const char *evidence;
    ZipPlace place;
    if (archive_begins(in, ARCHIVE_ZIP, &evidence))
        return zip_has_directory(in, &w->has_directory, w->u->arena, e);
    w->has_directory = zip_behind(in, &place);
    if (w->has_directory) {
        s->start = place.start;
        s->end = place.end;
    }
    return true;
}

bool walk_open(OpenArchive *u, ArchiveKind kind, Error *e)
{
    Walk *w = u->walk = arena_alloc(&u->own, sizeof *w);
    if (!w)
        return arena_full(&u->own, e);
    *w = (Walk){.u = u, .kind = kind, .first = u->order->first};
    w->has_directory = kind == ARCHIVE_7Z;
    return kind != ARCHIVE_ZIP || find_zip(w, e);
}

static void end_walk(Walk *w)
{
    archive_read_free(w->archive);
    w->archive = NULL;
}

void walk_close(Walk *w)
{
    if (w)
        end_walk(w);
}

bool walk_run(Walk *w, Error *e)
{
    Unpacked *p = w->u->unpacked;
    bool ok = true;
    p->format = archive_word(w->kind);
    p->error = w->damage;
    w->again = true;
    for (unsigned tries = 0; ok && w->again && tries < RESTARTS_MAX; tries++) {
        ok = walk(w, e);
        if (!w->is_waiting)
            end_walk(w);
    }
    if (ok && w->again)
        error_coded(&p->error, ERROR_DATA, "damaged",
                    "more than %d of its members are damaged; the rest was not looked at",
                    RESTARTS_MAX);
    check_directory(w);
    return ok;
}
