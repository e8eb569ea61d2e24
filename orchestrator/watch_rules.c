/* watch_rules.c: the names that rsync, browsers, editors and sftp give to what they have not
 * finished; md5sum's and sha256sum's files. */
#include "orchestrator/watch_rules.h"

#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIDECAR_MOST = 1 << 20, STEP_BYTES = 4 << 20, BLOCK = 64 << 10 };

static const char *const always[] = {"*.tmp", "*.part", "*.partial", "*.filepart", "*.swp", ".*"};
enum { ALWAYS = sizeof always / sizeof *always };

static const struct {
    const char *ending;
    HashKind kind;
    size_t digits;
} sums[] = {{".md5", HASH_MD5, 32},
            {".md5sum", HASH_MD5, 32},
            {".sha1", HASH_SHA1, 40},
            {".sha256", HASH_SHA256, 64},
            {".sha256sum", HASH_SHA256, 64}};

bool watch_rules_init(WatchRules *r, const StringList *more, const char *sidecar, Arena *a,
                      Error *e)
{
    const char **items = arena_array(a, ALWAYS + more->count, sizeof *items);
    if (!items)
        return arena_full(a, e);
    *r = (WatchRules){.incomplete = {items, ALWAYS + more->count}, .sidecar = sidecar};
    memcpy(items, always, sizeof always);
    for (size_t i = 0; i < more->count; i++)
        items[ALWAYS + i] = more->items[i];
    if (sidecar && (sidecar[0] == '\0' || strchr(sidecar, '/')))
        return error_coded(e, ERROR_SETUP, "bad_value",
                           "--sidecar `%s`: must be what is behind the file's name, as in .done",
                           sidecar);
    for (size_t i = 0; sidecar && i < sizeof sums / sizeof *sums; i++)
        if (text_equal_nocase(sidecar, sums[i].ending)) {
            r->summed = true;
            r->kind = sums[i].kind;
        }
    return true;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

bool watch_name_is_incomplete(const WatchRules *r, const char *path)
{
    const char *name = last_part(path);
    for (size_t i = 0; i < r->incomplete.count; i++)
        if (text_glob(r->incomplete.items[i], name))
            return true;
    return false;
}

bool watch_belongs_to(const WatchRules *r, const char *path, Buffer *out)
{
    size_t name = strlen(last_part(path)), ending = r->sidecar ? strlen(r->sidecar) : 0;
    if (ending == 0 || name <= ending || strcmp(path + strlen(path) - ending, r->sidecar) != 0)
        return false;
    buffer_clear(out);
    buffer_append(out, path, strlen(path) - ending);
    return !out->failed;
}

bool watch_has_sidecar(const WatchRules *r, const char *path)
{
    struct stat st;
    auto_buffer Buffer sidecar = {0};
    if (!r->sidecar)
        return true;
    buffer_printf(&sidecar, "%s%s", path, r->sidecar);
    return !sidecar.failed && stat(sidecar.bytes, &st) == 0 && S_ISREG(st.st_mode);
}

/* ---- checksums */

static bool read_whole(const char *path, Buffer *out, Error *e)
{
    char block[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return error_errno(e, ERROR_DATA, errno, "%s", path);
    ssize_t n;
    while ((n = read(fd, block, sizeof block)) > 0 && out->length <= SIDECAR_MOST)
        buffer_append(out, block, (size_t)n);
    int error = errno;
    close(fd);
    if (n < 0)
        return error_errno(e, ERROR_DATA, error, "%s", path);
    buffer_char(out, '\0');
    return !out->failed || error_errno(e, ERROR_RETRY, ENOMEM, "%s", path);
}

static size_t digits_of(HashKind kind)
{
    size_t i = 0;
    while (sums[i].kind != kind)
        i++;
    return sums[i].digits;
}

/* A run of just so many hexadecimal digits, or NULL. */
static const char *find_digits(const char *line, size_t length, size_t digits)
{
    static const char hex[] = "0123456789abcdefABCDEF";
    const char *at = line, *end = line + length;
    while (at < end) {
        size_t run = strspn(at, hex);
        if (run == digits && (at == line || !strchr("_./-", at[-1])))
            return at;
        at += run + (run == 0);
    }
    return NULL;
}

/* The sum in the line that names the file; in the first one, where no line does. */
static bool find_sum(const char *text, const char *name, size_t digits, char *out)
{
    bool found = false;
    for (size_t length; *text; text += length + (text[length] == '\n')) {
        length = strcspn(text, "\n");
        const char *sum = find_digits(text, length, digits);
        bool named = sum && memmem(text, length, name, strlen(name));
        if (!sum || (found && !named))
            continue;
        for (size_t i = 0; i < digits; i++)
            out[i] = (char)(sum[i] >= 'A' && sum[i] <= 'F' ? sum[i] + ('a' - 'A') : sum[i]);
        out[digits] = '\0';
        found = true;
        if (named)
            return true;
    }
    return found;
}

bool watch_sum_begin(WatchSum *s, const WatchRules *r, const char *path, Error *e)
{
    *s = (WatchSum){.fd = -1};
    auto_buffer Buffer sidecar = {0};
    auto_buffer Buffer text = {0};
    buffer_printf(&sidecar, "%s%s", path, r->sidecar);
    if (sidecar.failed)
        return error_errno(e, ERROR_RETRY, ENOMEM, "%s", path);
    if (!read_whole(sidecar.bytes, &text, e))
        return false;
    if (!find_sum(text.bytes, last_part(path), digits_of(r->kind), s->expected))
        return error_set(e, ERROR_DATA, "no checksum of %zu digits in it", digits_of(r->kind));
    s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (s->fd < 0)
        return error_errno(e, ERROR_DATA, errno, "%s", path);
    if (hash_begin(&s->hash, r->kind, e))
        return true;
    watch_sum_end(s);
    return false;
}

void watch_sum_end(WatchSum *s)
{
    hash_deinit(&s->hash);
    if (s->fd >= 0)
        close(s->fd);
    *s = (WatchSum){.fd = -1};
}

static WatchSumState compare(WatchSum *s, Error *e)
{
    unsigned char sum[HASH_BYTES_MAX];
    char hex[HASH_HEX_SIZE];
    size_t size;
    if (!hash_end(&s->hash, sum, &size, e))
        return WATCH_SUM_WRONG;
    for (size_t i = 0; i < size; i++)
        snprintf(hex + 2 * i, 3, "%02x", sum[i]);
    if (strcmp(hex, s->expected) == 0)
        return WATCH_SUM_RIGHT;
    error_coded(e, ERROR_DATA, "checksum", "it says %s, the file has %s", s->expected, hex);
    return WATCH_SUM_WRONG;
}

WatchSumState watch_sum_step(WatchSum *s, Error *e)
{
    char block[BLOCK];
    for (size_t done = 0; done < STEP_BYTES;) {
        ssize_t n = read(s->fd, block, sizeof block);
        if (n == 0)
            return compare(s, e);
        if (n < 0) {
            error_errno(e, ERROR_DATA, errno, "reading it");
            return WATCH_SUM_WRONG;
        }
        if (!hash_add(&s->hash, block, (size_t)n, e))
            return WATCH_SUM_WRONG;
        done += (size_t)n;
    }
    return WATCH_SUM_MORE;
}
