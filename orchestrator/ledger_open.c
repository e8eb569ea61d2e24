/* ledger_open.c: opening and closing the ledger, and its lock.
 *
 * SQLite before 3.51.3 can corrupt a WAL that two connections write or checkpoint (its "WAL-reset
 * bug"): hence the lock beside the file, and readers that never checkpoint. A rollback-journal
 * transaction creates the file, so that a kill at creation leaves nothing or all of it. */
#include "orchestrator/ledger_internal.h"

#include "core/buffer.h"
#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUSY_TIMEOUT_MS = 5000, LENGTH_LIMIT = 256 << 20, SQL_LIMIT = 1 << 20, COLUMN_LIMIT = 100 };

/* Makes a durable entry of a new folder in its parent. */
static bool sync_parent(const char *folder, Error *e)
{
    const char *slash = strrchr(folder, '/');
    char *parent = !slash            ? strdup(".")
                   : slash == folder ? strdup("/")
                                     : strndup(folder, (size_t)(slash - folder));
    int fd = parent ? open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    free(parent);
    /* A parent that may be entered but not read cannot be synced: nothing is lost but a guarantee
     * against power cuts. */
    bool ok = fd < 0 || fsync(fd) == 0 || errno == EINVAL;
    if (!ok)
        error_errno(e, ERROR_SETUP, errno, "%s", folder);
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool make_one_folder(const char *folder, Error *e)
{
    if (mkdir(folder, 0777) == 0)
        return sync_parent(folder, e);
    return errno == EEXIST ||
           error_errno(e, ERROR_SETUP, errno, "cannot make the folder %s", folder);
}

static bool make_folder(const char *folder, Error *e)
{
    char *path = strdup(folder);
    if (!path)
        return error_errno(e, ERROR_RETRY, ENOMEM, "%s", folder);
    bool ok = true;
    for (char *slash = strchr(path + (*path == '/'), '/'); ok && slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        struct stat s;
        ok = stat(path, &s) == 0 || make_one_folder(path, e);
        *slash = '/';
    }
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        path[--length] = '\0';
    ok = ok && make_one_folder(path, e);
    free(path);
    return ok;
}

static bool locked_by_other(int fd, const char *folder, Error *e)
{
    char text[24] = {0};
    int64_t pid = 0;
    ssize_t length = pread(fd, text, sizeof text - 1, 0);
    if (length > 1 && text_to_int64(text, (size_t)length - 1, &pid))
        return error_coded(e, ERROR_SETUP, "locked",
                           "%s is in use by another weir (process %lld); wait for it or choose "
                           "another folder with -o",
                           folder, (long long)pid);
    return error_coded(e, ERROR_SETUP, "locked", "%s is in use by another weir", folder);
}

/* The lock goes with the descriptor: a dead process never leaves one behind. */
static bool take_lock(Ledger *l, const char *folder, Error *e)
{
    auto_buffer Buffer path = {0};
    buffer_printf(&path, "%s/ledger.lock", folder);
    if (path.failed)
        return error_errno(e, ERROR_RETRY, ENOMEM, "%s", folder);
    l->lock_fd = open(path.bytes, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (l->lock_fd < 0)
        return error_errno(e, ERROR_SETUP, errno, "%s/ledger.lock", folder);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(l->lock_fd, F_OFD_SETLK, &lock) != 0) {
        if (errno == EAGAIN || errno == EACCES)
            return locked_by_other(l->lock_fd, folder, e);
        return error_errno(e, ERROR_SETUP, errno, "locking %s/ledger.lock", folder);
    }
    char text[24];
    int length = snprintf(text, sizeof text, "%lld\n", (long long)getpid());
    if (pwrite(l->lock_fd, text, (size_t)length, 0) != length || ftruncate(l->lock_fd, length) != 0)
        return error_errno(e, ERROR_SETUP, errno, "writing %s/ledger.lock", folder);
    return true;
}

static bool open_database(Ledger *l, const char *name, int flags)
{
    sqlite3_close(l->db);
    l->db = NULL;
    if (sqlite3_open_v2(name, &l->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) !=
        SQLITE_OK)
        return false;
    sqlite3_db_config(l->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(l->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(l->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(l->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(l->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    /* A file that is refused must not be changed by closing it; nor may a reader checkpoint. */
    sqlite3_db_config(l->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_limit(l->db, SQLITE_LIMIT_LENGTH, LENGTH_LIMIT);
    sqlite3_limit(l->db, SQLITE_LIMIT_SQL_LENGTH, SQL_LIMIT);
    sqlite3_limit(l->db, SQLITE_LIMIT_COLUMN, COLUMN_LIMIT);
    sqlite3_limit(l->db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_busy_timeout(l->db, BUSY_TIMEOUT_MS);
    return query_add_functions(l->db) == SQLITE_OK;
}

static bool set_wal(Ledger *l, Error *e)
{
    sqlite3_stmt *s = NULL;
    bool ok = sqlite3_prepare_v2(l->db, "PRAGMA journal_mode = WAL", -1, &s, NULL) == SQLITE_OK &&
              sqlite3_step(s) == SQLITE_ROW;
    if (!ok)
        ledger_error(l, "switching to a write-ahead log", e);
    else if (strcmp((const char *)sqlite3_column_text(s, 0), "wal") != 0)
        ok = error_coded(e, ERROR_SETUP, "no_wal",
                         "%s: this file system allows no write-ahead log; choose a folder on a "
                         "local disk with -o",
                         l->path);
    sqlite3_finalize(s);
    return ok;
}

static bool pragmas(Ledger *l, const char *sql, Error *e)
{
    return sqlite3_exec(l->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
           ledger_error(l, "setting it up", e);
}

static bool open_writer(Ledger *l, const char *folder, Error *e)
{
    bool fresh;
    if (!make_folder(folder, e) || !take_lock(l, folder, e))
        return false;
    if (!open_database(l, l->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE))
        return ledger_error(l, "opening it", e);
    if (sqlite3_db_readonly(l->db, "main") == 1)
        return error_errno(e, ERROR_SETUP, EACCES, "%s: opening it for writing", l->path);
    if (!ledger_check_header(l, &fresh, e))
        return false;
    if (!pragmas(l,
                 "PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;"
                 "PRAGMA journal_size_limit = 67108864",
                 e) ||
        !ledger_migrate(l, e) || !set_wal(l, e))
        return false;
    sqlite3_db_config(l->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    return true;
}

static bool wal_is_empty(const Ledger *l)
{
    struct stat s;
    auto_buffer Buffer wal = {0};
    buffer_printf(&wal, "%s-wal", l->path);
    return !wal.failed && (stat(wal.bytes, &s) != 0 ? errno == ENOENT : s.st_size == 0);
}

/* A folder that cannot be written has no room for the WAL's index; without a WAL there is no need
 * for one, and nobody who could change the file under our hands. */
static bool open_immutable(Ledger *l)
{
    auto_buffer Buffer uri = {0};
    buffer_string(&uri, "file:");
    for (const char *c = l->path; *c; c++) {
        if (*c == '%' || *c == '?' || *c == '#')
            buffer_printf(&uri, "%%%02x", (unsigned)*c);
        else
            buffer_char(&uri, *c);
    }
    buffer_string(&uri, "?immutable=1");
    return !uri.failed && open_database(l, uri.bytes, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

static bool no_ledger(const Ledger *l, Error *e)
{
    return error_coded(e, ERROR_SETUP, "no_ledger",
                       "there is no ledger %s yet; `weir run` makes one (-o names its folder)",
                       l->path);
}

static bool readable(Ledger *l)
{
    return sqlite3_exec(l->db, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL) == SQLITE_OK;
}

/* Opened for writing though it never writes: reading a WAL needs its index, which SQLite keeps in a
 * shared file beside it. */
static bool open_reader(Ledger *l, Error *e)
{
    bool fresh;
    if (access(l->path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
        return no_ledger(l, e);
    if (!open_database(l, l->path, SQLITE_OPEN_READWRITE) &&
        !open_database(l, l->path, SQLITE_OPEN_READONLY))
        return ledger_error(l, "opening it", e);
    if (!ledger_check_header(l, &fresh, e))
        return false;
    if (fresh)
        return no_ledger(l, e);
    if (!readable(l)) {
        int code = sqlite3_errcode(l->db) & 0xff;
        bool closed = code == SQLITE_CANTOPEN || code == SQLITE_READONLY;
        if (closed && !wal_is_empty(l))
            return error_coded(e, ERROR_SETUP, "permission",
                               "%s: its newest rows are in ledger.db-wal, which cannot be read "
                               "without write permission for the folder; ask its owner, or copy "
                               "the folder",
                               l->path);
        if (!closed || !open_immutable(l) || !readable(l))
            return ledger_error(l, "reading it", e);
    }
    return pragmas(l, "PRAGMA query_only = 1; PRAGMA wal_autocheckpoint = 0", e) &&
           ledger_check_version(l, e);
}

bool ledger_open(const char *folder, LedgerMode mode, Ledger **out, Error *e)
{
    Ledger *l = calloc(1, sizeof *l);
    if (!l)
        return error_errno(e, ERROR_RETRY, ENOMEM, "%s", folder);
    l->lock_fd = -1;
    bool ok = asprintf(&l->path, "%s/ledger.db", folder) > 0;
    if (!ok) {
        l->path = NULL;
        error_errno(e, ERROR_RETRY, ENOMEM, "%s", folder);
    } else {
        ok = mode == LEDGER_WRITE ? open_writer(l, folder, e) : open_reader(l, e);
    }
    if (!ok) {
        ledger_close(l);
        return false;
    }
    *out = l;
    return true;
}

bool ledger_open_temporary(Ledger **out, Error *e)
{
    Ledger *l = calloc(1, sizeof *l);
    char *path = strdup("a temporary ledger");
    if (!l || !path) {
        free(l);
        free(path);
        return error_errno(e, ERROR_RETRY, ENOMEM, "a temporary ledger");
    }
    *l = (Ledger){.path = path, .lock_fd = -1};
    bool ok = open_database(l, "", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
                  ? pragmas(l,
                            "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;"
                            "PRAGMA cache_size = -16384",
                            e) &&
                        ledger_migrate(l, e)
                  : ledger_error(l, "opening it", e);
    if (!ok) {
        ledger_close(l);
        return false;
    }
    *out = l;
    return true;
}

void ledger_sqlite_version(char *out, size_t size)
{
    snprintf(out, size, "%s", sqlite3_libversion());
}

void ledger_close(Ledger *l)
{
    if (!l)
        return;
    if (l->db)
        ledger_rollback(l);
    for (int i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(l->statements[i]);
    sqlite3_close(l->db);
    if (l->lock_fd >= 0)
        close(l->lock_fd);
    free(l->path);
    free(l);
}
