/* archive_kind.c: magic bytes of archives, zips behind something else, and names without the
 * endings of packing. */
#include "formats/archive/archive_kind.h"

#include "formats/archive/archive_zip.h"

#include <string.h>
#include <strings.h>

typedef struct KindRow {
    const char *word;
    const char *magic;
    size_t magic_length;
    const char *evidence;
    const char *endings; /* of one packed file: blank-separated, "tgz=tar": what comes instead */
} KindRow;

#define MAGIC(bytes) bytes, sizeof(bytes) - 1

static const KindRow rows[ARCHIVE_KINDS] = {
    [ARCHIVE_TAR] = {"tar", MAGIC(""), "a tar header with a checksum that is right at byte 0",
                     NULL},
    [ARCHIVE_ZIP] = {"zip", MAGIC("PK\x03\x04"), "'PK' 03 04 at byte 0", NULL},
    [ARCHIVE_7Z] = {"7z", MAGIC("7z\xbc\xaf\x27\x1c"), "'7z' BC AF 27 1C at byte 0", NULL},
    [ARCHIVE_GZIP] = {"gzip", MAGIC("\x1f\x8b\x08"), "1F 8B 08 at byte 0", "gz tgz=tar gzip"},
    [ARCHIVE_BZIP2] = {"bzip2", MAGIC("BZh"), "'BZh' and the mark of a block at byte 0",
                       "bz2 tbz2=tar tbz=tar"},
    [ARCHIVE_XZ] = {"xz", MAGIC("\xfd\x37zXZ\0"), "FD '7zXZ' 00 at byte 0", "xz txz=tar"},
    [ARCHIVE_ZSTD] = {"zstd", MAGIC("\x28\xb5\x2f\xfd"), "28 B5 2F FD at byte 0",
                      "zst zstd tzst=tar"},
    [ARCHIVE_LZ4] = {"lz4", MAGIC("\x04\x22\x4d\x18"), "04 22 4D 18 at byte 0", "lz4"},
    [ARCHIVE_COMPRESS] = {"compress", MAGIC("\x1f\x9d"), "1F 9D at byte 0", "z taz=tar"},
};

const char *archive_word(ArchiveKind kind)
{
    return rows[kind].word;
}

bool archive_is_packing(ArchiveKind kind)
{
    return rows[kind].endings != NULL;
}

/* An octal number between blanks or NULs; SIZE_MAX: it is none. */
static size_t octal(const uint8_t *text, size_t length)
{
    size_t value = 0, at = 0, digits = 0;
    while (at < length && text[at] == ' ')
        at++;
    for (; at < length && text[at] >= '0' && text[at] <= '7'; at++, digits++)
        value = value * 8 + (size_t)(text[at] - '0');
    bool ended = at == length || text[at] == ' ' || text[at] == '\0';
    return digits && ended ? value : SIZE_MAX;
}

bool archive_is_tar(const uint8_t *bytes, size_t length)
{
    enum { CHECKSUM_AT = 148, CHECKSUM_LENGTH = 8 };
    size_t sum = 0, signed_sum = 0;
    if (length < TAR_BLOCK || bytes[0] == '\0')
        return false;
    size_t said = octal(bytes + CHECKSUM_AT, CHECKSUM_LENGTH);
    if (said == SIZE_MAX)
        return false;
    for (size_t i = 0; i < TAR_BLOCK; i++) {
        bool own = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH;
        uint8_t byte = own ? ' ' : bytes[i];
        sum += byte;
        signed_sum += (size_t)(int8_t)byte; /* as some old programs counted */
    }
    return said == sum || said == signed_sum;
}

static bool ends_in(const char *name, const char *ending)
{
    size_t length = strlen(name), end = strlen(ending);
    return length > end && strcasecmp(name + length - end, ending) == 0;
}

bool archive_is_named_tar(const char *name)
{
    static const char *const endings[] = {".tar",     ".tgz",     ".tbz",    ".tbz2",    ".txz",
                                          ".taz",     ".tzst",    ".tar.gz", ".tar.bz2", ".tar.xz",
                                          ".tar.zst", ".tar.lz4", ".tar.z"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_in(name, endings[i]))
            return true;
    return false;
}

/* "BZh" could begin a text: the level and the mark of a block, or of the end, come behind. */
static bool is_bzip2(const Input *in)
{
    const uint8_t *h = in->head;
    return in->head_size >= 10 && h[3] >= '1' && h[3] <= '9' &&
           (memcmp(h + 4, "\x31\x41\x59\x26\x53\x59", 6) == 0 ||
            memcmp(h + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

/* Two blocks of zeros are all there is to a tar without members. */
static bool is_empty_tar(const Input *in)
{
    static const uint8_t zeros[2 * (size_t)TAR_BLOCK];
    return archive_is_named_tar(in->name) && in->head_size >= sizeof zeros &&
           memcmp(in->head, zeros, sizeof zeros) == 0;
}

/* Two bytes are little: the third says with how many bits at most, 9 to 16. */
static bool is_compress(const Input *in)
{
    uint8_t bits = in->head_size > 2 ? in->head[2] & 0x7f : 0;
    return bits >= 9 && bits <= 16;
}

/* What programs keep in a zip for themselves, by the first member's name: all of it, or a folder.
 */
static bool names_document(const char *name, size_t length)
{
    static const char *const names[] = {"[Content_Types].xml", "_rels/", "mimetype", "META-INF/"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t own = strlen(names[i]);
        bool folder = names[i][own - 1] == '/';
        if ((folder ? length >= own : length == own) && memcmp(name, names[i], own) == 0)
            return true;
    }
    return false;
}

static bool is_document(const Input *in)
{
    enum { NAME_LENGTH_AT = 26, NAME_AT = 30 };
    if (in->head_size < NAME_AT)
        return false;
    size_t there = in->head_size - NAME_AT;
    size_t length = (size_t)(in->head[NAME_LENGTH_AT] + 256 * in->head[NAME_LENGTH_AT + 1]);
    return names_document((const char *)in->head + NAME_AT, length < there ? length : there);
}

static bool has_magic(const Input *in, ArchiveKind kind)
{
    const KindRow *r = &rows[kind];
    return in->head_size >= r->magic_length && memcmp(in->head, r->magic, r->magic_length) == 0;
}

static bool is_kind(const Input *in, ArchiveKind kind)
{
    if (kind == ARCHIVE_TAR)
        return archive_is_tar(in->head, in->head_size) || is_empty_tar(in);
    if (kind == ARCHIVE_ZIP && in->head_size >= 22 && memcmp(in->head, "PK\x05\x06", 4) == 0)
        return true; /* without members */
    return has_magic(in, kind) && (kind != ARCHIVE_BZIP2 || is_bzip2(in)) &&
           (kind != ARCHIVE_COMPRESS || is_compress(in)) &&
           (kind != ARCHIVE_ZIP || !is_document(in));
}

ArchiveKind archive_kind(const Input *in, const char **evidence)
{
    ArchiveKind kind = 0;
    while (kind < ARCHIVE_KINDS && !is_kind(in, kind))
        kind++;
    ZipPlace place;
    *evidence = kind < ARCHIVE_KINDS ? rows[kind].evidence : NULL;
    if (kind < ARCHIVE_KINDS || has_magic(in, ARCHIVE_ZIP) || !zip_behind(in, &place) ||
        names_document(place.name, strlen(place.name)))
        return kind;
    *evidence = "behind something else a zip, whose list of members ends the file";
    return ARCHIVE_ZIP;
}

bool archive_begins(const Input *in, ArchiveKind kind, const char **evidence)
{
    if (!is_kind(in, kind))
        return false;
    *evidence = rows[kind].evidence;
    return true;
}

const char *archive_inner_name(ArchiveKind kind, const char *name, Arena *a)
{
    const char *dot = strrchr(name, '.');
    size_t stem = dot ? (size_t)(dot - name) : 0;
    for (const char *at = rows[kind].endings; stem && *at; at += strspn(at, " ")) {
        size_t word = strcspn(at, " "), ending = strcspn(at, " =");
        if (strlen(dot + 1) == ending && strncasecmp(dot + 1, at, ending) == 0) {
            bool other = word > ending;
            return arena_printf(a, "%.*s%s%.*s", (int)stem, name, other ? "." : "",
                                other ? (int)(word - ending - 1) : 0, at + ending + other);
        }
        at += word;
    }
    return arena_string(a, name);
}
