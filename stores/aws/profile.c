/* profile.c: the sections of ~/.aws/config and ~/.aws/credentials.
 *
 * The form is that of the AWS SDKs, "Shared config and credentials files" in their reference guide;
 * where they differ it is botocore's, but for comments behind a value, a BOM and sections that come
 * twice. Messages name file and line and never show what stands there: it may be a secret. */
#include "stores/aws/settings.h"

#include "core/buffer.h"
#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct Reader {
    const char *file;
    Arena *arena;
    size_t line;
    size_t first; /* of this file's sections */
    ProfileSection *sections;
    size_t count, capacity;
    size_t current; /* the section that is open */
    bool open;
    size_t key_capacity; /* of the open section */
    size_t indent;       /* of the last key */
    char *key;           /* whose value may go on; NULL: none */
    Buffer value;
    bool nested; /* the key's value is lines of `name = value` */
} Reader;

static bool bad(const Reader *r, Error *e, const char *what)
{
    return error_coded(e, ERROR_SETUP, "aws_profile", "%s:%zu: %s", r->file, r->line, what);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static StringView trimmed(StringView t)
{
    while (t.length > 0 && is_blank(t.bytes[0])) {
        t.bytes++;
        t.length--;
    }
    while (t.length > 0 && is_blank(t.bytes[t.length - 1]))
        t.length--;
    return t;
}

static bool is_comment(StringView t)
{
    return t.length > 0 && (t.bytes[0] == '#' || t.bytes[0] == ';');
}

/* Without a comment behind it, which has a blank before it. */
static StringView bare(StringView t)
{
    for (size_t i = 1; i < t.length; i++)
        if (is_blank(t.bytes[i - 1]) && (t.bytes[i] == '#' || t.bytes[i] == ';'))
            return trimmed((StringView){t.bytes, i});
    return trimmed(t);
}

static char *lower_copy(Arena *a, StringView t, const char *prefix)
{
    char *copy = arena_printf(a, "%s%s%.*s", prefix, *prefix ? "." : "", (int)t.length, t.bytes);
    for (char *c = copy; c && *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return copy;
}

static bool put_key(Reader *r, const char *key, StringView value, Error *e)
{
    ProfileSection *s = &r->sections[r->current];
    char *copy = arena_copy(r->arena, value.bytes ? value.bytes : "", value.length);
    if (!key || !copy)
        return arena_full(r->arena, e);
    for (size_t i = 0; i < s->key_count; i++)
        if (strcmp(s->keys[i].key, key) == 0) {
            explicit_bzero(s->keys[i].value, strlen(s->keys[i].value));
            s->keys[i].value = copy;
            return true;
        }
    ProfileKey *keys =
        arena_grow(r->arena, s->keys, &r->key_capacity, s->key_count + 1, sizeof *keys);
    if (!keys)
        return arena_full(r->arena, e);
    s->keys = keys;
    s->keys[s->key_count++] = (ProfileKey){key, copy};
    return true;
}

/* The last key's value is whole. */
static bool finish_key(Reader *r, Error *e)
{
    const char *key = r->key;
    r->key = NULL;
    if (!key || r->nested)
        return true;
    if (r->value.failed)
        return error_coded(e, ERROR_RETRY, "no_memory", "%s: out of memory", r->file);
    return put_key(r, key, (StringView){r->value.bytes, r->value.length}, e);
}

/* "profile  'my work'" -> "profile my work" */
static const char *section_name(Arena *a, StringView t)
{
    static const char *const words[] = {"profile", "services", "sso-session"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if (t.length <= length || strncmp(t.bytes, words[i], length) != 0 ||
            !is_blank(t.bytes[length]))
            continue;
        StringView name = trimmed((StringView){t.bytes + length, t.length - length});
        bool quoted = name.length >= 2 && (name.bytes[0] == '"' || name.bytes[0] == '\'') &&
                      name.bytes[name.length - 1] == name.bytes[0];
        if (quoted)
            name = (StringView){name.bytes + 1, name.length - 2};
        return arena_printf(a, "%s %.*s", words[i], (int)name.length, name.bytes);
    }
    return arena_copy(a, t.bytes, t.length);
}

static bool open_section(Reader *r, StringView t, Error *e)
{
    const char *end = memchr(t.bytes, ']', t.length);
    if (!end)
        return bad(r, e, "a section without ]");
    StringView name = trimmed((StringView){t.bytes + 1, (size_t)(end - t.bytes) - 1});
    StringView rest = trimmed((StringView){end + 1, (size_t)(t.bytes + t.length - end) - 1});
    if (name.length == 0)
        return bad(r, e, "a section without a name");
    if (rest.length > 0 && !is_comment(rest))
        return bad(r, e, "there is more behind the section's ]");
    const char *text = section_name(r->arena, name);
    if (!text)
        return arena_full(r->arena, e);
    r->open = true;
    for (size_t i = r->first; i < r->count; i++)
        if (strcmp(r->sections[i].name, text) == 0) {
            r->current = i;
            r->key_capacity = r->sections[i].key_count;
            return true;
        }
    ProfileSection *grown =
        arena_grow(r->arena, r->sections, &r->capacity, r->count + 1, sizeof *grown);
    if (!grown)
        return arena_full(r->arena, e);
    r->sections = grown;
    r->current = r->count++;
    r->sections[r->current] = (ProfileSection){.name = text, .file = r->file};
    r->key_capacity = 0;
    return true;
}

/* A line that is indented more than the key above it. */
static bool more_value(Reader *r, StringView t, Error *e)
{
    if (!r->nested && r->value.length > 0) {
        buffer_char(&r->value, '\n');
        buffer_append(&r->value, t.bytes, t.length);
        return true;
    }
    const char *equals = memchr(t.bytes, '=', t.length);
    StringView name = {t.bytes, equals ? (size_t)(equals - t.bytes) : 0};
    name = trimmed(name);
    if (name.length == 0)
        return bad(r, e, "expected name = value below a key without a value");
    r->nested = true;
    StringView value = {equals + 1, (size_t)(t.bytes + t.length - equals) - 1};
    return put_key(r, lower_copy(r->arena, name, r->key), bare(value), e);
}

static bool begin_key(Reader *r, StringView t, Error *e)
{
    size_t length = 0;
    while (length < t.length && t.bytes[length] != '=' && t.bytes[length] != ':')
        length++;
    StringView name = trimmed((StringView){t.bytes, length});
    if (length == t.length || name.length == 0)
        return bad(r, e, "neither a [section] nor name = value");
    if (!r->open)
        return bad(r, e, "a value before the first [section]");
    StringView value = bare((StringView){t.bytes + length + 1, t.length - length - 1});
    if (r->value.bytes)
        explicit_bzero(r->value.bytes, r->value.length);
    buffer_clear(&r->value);
    buffer_append(&r->value, value.bytes, value.length);
    r->nested = false;
    r->key = lower_copy(r->arena, name, "");
    return r->key || arena_full(r->arena, e);
}

static bool read_line(Reader *r, StringView line, Error *e)
{
    StringView t = trimmed(line);
    if (t.length == 0 || is_comment(t))
        return true;
    size_t indent = (size_t)(t.bytes - line.bytes);
    if (r->key && indent > r->indent)
        return more_value(r, t, e);
    if (!finish_key(r, e))
        return false;
    r->indent = indent;
    return t.bytes[0] == '[' ? open_section(r, t, e) : begin_key(r, t, e);
}

static bool read_lines(Reader *r, const char *text, size_t length, Error *e)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t at = length >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0;
    while (at < length) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t next = end ? (size_t)(end - text) + 1 : length;
        StringView line = {text + at, next - at - (end ? 1 : 0)};
        r->line++;
        if (memchr(line.bytes, '\0', line.length))
            return bad(r, e, "a NUL byte: this is no text");
        if (!read_line(r, line, e))
            return false;
        at = next;
    }
    return finish_key(r, e);
}

bool profile_parse(StringView text, const char *path, Arena *a, ProfileSection **sections,
                   size_t *count, Error *e)
{
    Reader r = {.arena = a,
                .first = *count,
                .sections = *sections,
                .count = *count,
                .capacity = *count,
                .file = arena_string(a, path)};
    if (!r.file)
        return arena_full(a, e);
    if (text.length > PROFILE_FILE_MOST)
        return error_coded(e, ERROR_SETUP, "aws_profile",
                           "%s: larger than %d KiB, this is no file of AWS profiles", path,
                           PROFILE_FILE_MOST / 1024);
    bool good = read_lines(&r, text.bytes, text.length, e);
    if (r.value.bytes)
        explicit_bzero(r.value.bytes, r.value.capacity);
    buffer_deinit(&r.value);
    if (!good) {
        if (r.count > r.first)
            profile_wipe(r.sections + r.first, r.count - r.first);
        return false;
    }
    *sections = r.sections;
    *count = r.count;
    return true;
}

/* Up to one byte more than such a file may have. */
static bool read_all(const char *path, int fd, char *bytes, size_t *length, Error *e)
{
    *length = 0;
    while (*length <= PROFILE_FILE_MOST) {
        ssize_t got = read(fd, bytes + *length, PROFILE_FILE_MOST + 1 - *length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_errno(e, ERROR_SETUP, errno, "%s", path);
        if (got == 0)
            return true;
        *length += (size_t)got;
    }
    return true;
}

bool profile_read(const char *path, Arena *a, ProfileSection **sections, size_t *count, Error *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return true;
    if (fd < 0)
        return error_errno(e, ERROR_SETUP, errno, "%s", path);
    char *bytes = malloc(PROFILE_FILE_MOST + 1);
    size_t length = 0;
    bool good = bytes ? read_all(path, fd, bytes, &length, e)
                      : error_errno(e, ERROR_RETRY, ENOMEM, "%s", path);
    good = good && profile_parse((StringView){bytes, length}, path, a, sections, count, e);
    if (bytes)
        explicit_bzero(bytes, length);
    free(bytes);
    close(fd);
    return good;
}

bool profile_read_credentials(const char *path, Arena *a, ProfileSection **sections, size_t *count,
                              Error *e)
{
    size_t first = *count;
    if (!profile_read(path, a, sections, count, e))
        return false;
    for (size_t i = first; i < *count; i++) {
        ProfileSection *s = &(*sections)[i];
        s->name = arena_printf(a, "profile %s", s->name);
        if (!s->name) {
            profile_wipe(*sections + first, *count - first);
            *count = first;
            return arena_full(a, e);
        }
    }
    return true;
}

const char *profile_value(const ProfileSection *section, const char *key)
{
    for (size_t i = 0; i < section->key_count; i++)
        if (strcmp(section->keys[i].key, key) == 0)
            return section->keys[i].value;
    return NULL;
}

void profile_wipe(ProfileSection *sections, size_t count)
{
    static const char *const secret[] = {"aws_secret_access_key", "aws_session_token",
                                         "aws_security_token"};
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sizeof secret / sizeof *secret; k++) {
            const char *value = profile_value(&sections[i], secret[k]);
            if (value)
                explicit_bzero((char *)value, strlen(value));
        }
}
