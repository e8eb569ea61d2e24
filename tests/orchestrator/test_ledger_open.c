/* test_ledger_open.c: which files are ledgers, who may open one, and how. */
#include "tests/orchestrator/ledger_fixture.h"

#include "orchestrator/ledger_internal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void new_ledger(void **state)
{
    (void)state;
    Fixture f;
    struct stat s;
    char deep[96];
    fixture_folder(&f);
    snprintf(deep, sizeof deep, "%s/a/b/", f.folder);
    assert_ok(ledger_open(deep, LEDGER_WRITE, &f.l, &f.e), &f.e);
    fixture_close(&f);
    snprintf(deep, sizeof deep, "%s/a/b", f.folder);
    snprintf(f.path, sizeof f.path, "%s/ledger.db-wal", deep);
    assert_int_not_equal(access(f.path, F_OK), 0); /* closing leaves one whole file */
    assert_int_equal(stat(deep, &s), 0);
    mode_t mask = umask(0);
    umask(mask);
    assert_int_equal(s.st_mode & 07777, 0777 & ~mask);
    snprintf(f.path, sizeof f.path, "%s/ledger.db", deep);
    assert_answer(&f, "PRAGMA application_id", "1464158546"); /* "WEIR" */
    assert_answer(&f, "PRAGMA user_version", "5");
    assert_answer(&f, "PRAGMA journal_mode", "wal");
    assert_answer(&f,
                  "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE type IN "
                  "('table', 'view') ORDER BY name)",
                  "earlier,failures,files,results,runs,variables");
    remove_folder(deep);
    snprintf(deep, sizeof deep, "%s/a", f.folder);
    assert_int_equal(rmdir(deep), 0);
    fixture_remove(&f);
}

static void write_bytes(const char *path, const void *bytes, size_t length)
{
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, length, out), length);
    assert_int_equal(fclose(out), 0);
}

static size_t read_bytes(const char *path, char *out, size_t size)
{
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    size_t length = fread(out, 1, size, in);
    fclose(in);
    return length;
}

/* Refused in both modes, by name, and the same bytes afterwards. */
static void assert_refused(Fixture *f, const char *code)
{
    enum { ROOM = 1 << 20 };
    char *before = malloc(ROOM), *after = malloc(ROOM);
    assert_true(before && after);
    size_t length = read_bytes(f->path, before, ROOM);
    for (int mode = LEDGER_WRITE; mode <= LEDGER_READ; mode++) {
        assert_false(ledger_open(f->folder, (LedgerMode)mode, &f->l, &f->e));
        assert_int_equal(f->e.kind, ERROR_SETUP);
        assert_string_equal(f->e.code, code);
        assert_non_null(strstr(f->e.message, f->path));
        assert_int_equal(read_bytes(f->path, after, ROOM), length);
        assert_memory_equal(before, after, length);
    }
    free(before);
    free(after);
}

static void refuses_text(void **state)
{
    (void)state;
    Fixture f;
    fixture_folder(&f);
    write_bytes(f.path, "time,temp\n1,2\n", 14);
    assert_refused(&f, "not_a_ledger");
    fixture_remove(&f);
}

static void execute(const Fixture *f, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void refuses_foreign_database(void **state)
{
    (void)state;
    Fixture f;
    fixture_folder(&f);
    execute(&f, "CREATE TABLE bookmarks (url)");
    assert_refused(&f, "not_a_ledger");
    fixture_remove(&f);
}

static void refuses_newer_version(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    fixture_close(&f);
    execute(&f, "PRAGMA user_version = 99");
    assert_refused(&f, "newer_version");
    assert_non_null(strstr(f.e.message, "99"));
    free(ask(&f, "PRAGMA user_version = 98")); /* in the WAL, as after a kill */
    assert_refused(&f, "newer_version");
    assert_non_null(strstr(f.e.message, "98"));
    fixture_remove(&f);
}

static void reader_needs_a_ledger(void **state)
{
    (void)state;
    Fixture f;
    fixture_folder(&f);
    assert_false(ledger_open(f.folder, LEDGER_READ, &f.l, &f.e));
    assert_string_equal(f.e.code, "no_ledger");
    assert_int_not_equal(access(f.path, F_OK), 0);
    write_bytes(f.path, "", 0);
    assert_false(ledger_open(f.folder, LEDGER_READ, &f.l, &f.e));
    assert_string_equal(f.e.code, "no_ledger");
    fixture_open(&f, LEDGER_WRITE); /* an empty file is a creation that was killed */
    fixture_close(&f);
    fixture_open(&f, LEDGER_READ);
    fixture_remove(&f);
}

/* What a kill in the middle of the creating transaction leaves: a hot journal that says "was empty"
 * beside a file with some of the pages. */
static void torn_creation(void **state)
{
    (void)state;
    Fixture f;
    fixture_folder(&f);
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *db = NULL;
        sqlite3_open(f.path, &db);
        sqlite3_exec(db,
                     "PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN;"
                     "PRAGMA application_id = 0x57454952; CREATE TABLE runs (id);"
                     "CREATE TABLE big (x); INSERT INTO big SELECT randomblob(3000) FROM"
                     " (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500)"
                     "  SELECT i FROM n)",
                     NULL, NULL, NULL);
        kill(getpid(), SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    struct stat s;
    assert_int_equal(stat(f.path, &s), 0);
    assert_true(s.st_size > 0); /* torn indeed */
    fixture_open(&f, LEDGER_WRITE);
    fixture_close(&f);
    assert_answer(&f, "PRAGMA integrity_check", "ok");
    assert_answer(&f, "SELECT count(*) FROM files", "0");
    fixture_remove(&f);
}

static void one_writer(void **state)
{
    (void)state;
    Fixture f;
    Ledger *second = NULL;
    char pid[24];
    fixture_new(&f);
    assert_false(ledger_open(f.folder, LEDGER_WRITE, &second, &f.e));
    assert_int_equal(f.e.kind, ERROR_SETUP);
    assert_string_equal(f.e.code, "locked");
    snprintf(pid, sizeof pid, "process %d)", (int)getpid());
    assert_non_null(strstr(f.e.message, pid));
    fixture_close(&f);
    fixture_open(&f, LEDGER_WRITE); /* the lock went with its holder */
    fixture_remove(&f);
}

static void lock_dies_with_its_process(void **state)
{
    (void)state;
    Fixture f;
    fixture_folder(&f);
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        Ledger *l;
        Error e;
        bool ok = ledger_open(f.folder, LEDGER_WRITE, &l, &e);
        if (write(ready[1], ok ? "y" : "n", 1) == 1)
            pause();
        _exit(1);
    }
    char answer = 'n', pid[24];
    assert_int_equal(read(ready[0], &answer, 1), 1);
    assert_int_equal(answer, 'y');
    assert_false(ledger_open(f.folder, LEDGER_WRITE, &f.l, &f.e));
    snprintf(pid, sizeof pid, "process %d)", (int)child);
    assert_non_null(strstr(f.e.message, pid));
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    fixture_open(&f, LEDGER_WRITE);
    close(ready[0]);
    close(ready[1]);
    fixture_remove(&f);
}

static void held_by_another_program(void **state)
{
    (void)state;
    Fixture f;
    sqlite3 *shell = NULL;
    fixture_new(&f);
    sqlite3_busy_timeout(f.l->db, 10);
    assert_int_equal(sqlite3_open(f.path, &shell), SQLITE_OK);
    assert_int_equal(sqlite3_exec(shell, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_false(ledger_begin(f.l, &f.e));
    assert_int_equal(f.e.kind, ERROR_RETRY);
    assert_string_equal(f.e.code, "busy");
    sqlite3_close(shell);
    assert_ok(ledger_begin(f.l, &f.e), &f.e);
    ledger_rollback(f.l);
    fixture_remove(&f);
}

static void damaged_file(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    fixture_close(&f);
    int fd = open(f.path, O_WRONLY);
    assert_true(fd >= 0);
    static const char junk[4000] = {1, 2, 3};
    assert_int_equal(pwrite(fd, junk, sizeof junk, 100), sizeof junk); /* the schema's page */
    close(fd);
    assert_false(ledger_open(f.folder, LEDGER_READ, &f.l, &f.e));
    assert_int_equal(f.e.kind, ERROR_SETUP);
    assert_string_equal(f.e.code, "corrupt");
    fixture_remove(&f);
}

static void no_place_for_a_folder(void **state)
{
    (void)state;
    Fixture f;
    Ledger *l;
    char below[256];
    fixture_folder(&f);
    write_bytes(f.path, "x", 1);
    snprintf(below, sizeof below, "%s/deeper", f.path);
    assert_false(ledger_open(below, LEDGER_WRITE, &l, &f.e));
    assert_int_equal(f.e.kind, ERROR_SETUP);
    assert_non_null(strstr(f.e.message, "deeper"));
    assert_false(ledger_open(f.path, LEDGER_WRITE, &l, &f.e));
    assert_int_equal(f.e.kind, ERROR_SETUP);
    fixture_remove(&f);
}

/* What done("/a", &version_1, ...) records. */
static const UnitVersion recorded = {
    .uri = "/a", .unit = "", .identity = &version_1, .pipeline_hash = "hash1"};

/* A reader sees what is committed, at once, and can change nothing. */
static void reader_beside_writer(void **state)
{
    (void)state;
    Fixture f;
    Ledger *reader;
    fixture_new(&f);
    assert_ok(ledger_open(f.folder, LEDGER_READ, &reader, &f.e), &f.e);
    Outcome o = done("/a", &version_1, NULL);
    record(&f, &o);
    LedgerEntry entry;
    assert_ok(ledger_look(reader, &recorded, &entry, &f.e), &f.e);
    assert_int_equal(entry.verdict, LEDGER_DONE);
    Error e;
    assert_false(ledger_run_begin(reader, "weir run", "0", &e));
    ledger_close(reader);
    fixture_remove(&f);
}

/* As user nobody in a folder that belongs to somebody else: with an empty WAL the file alone is
 * enough, with rows in the WAL its index must be there already. */
static void read_as_nobody(const Fixture *f, const char *code)
{
    enum { NOBODY = 65534 };
    pid_t child = fork();
    if (child == 0) {
        Ledger *l = NULL;
        Error e = {0};
        LedgerEntry entry = {0};
        if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
            _exit(9);
        if (!ledger_open(f->folder, LEDGER_READ, &l, &e))
            _exit(strcmp(e.code, code) == 0 ? 0 : 1);
        bool ok = ledger_look(l, &recorded, &entry, &e);
        ledger_close(l);
        _exit(ok && entry.verdict == LEDGER_DONE && !*code ? 0 : 2);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void folder_that_cannot_be_written(void **state)
{
    (void)state;
    Fixture f;
    if (getuid() != 0)
        case_skip("needs root, to become another user");
    fixture_folder(&f);
    assert_int_equal(chmod(f.folder, 0755), 0);
    fixture_open(&f, LEDGER_WRITE);
    Outcome o = done("/a", &version_1, NULL);
    record(&f, &o);
    read_as_nobody(&f, ""); /* while the writer holds it */
    fixture_close(&f);
    assert_int_equal(chmod(f.path, 0644), 0);
    read_as_nobody(&f, "");
    fixture_open(&f, LEDGER_WRITE);
    o = done("/b", &version_1, NULL);
    record(&f, &o);
    sqlite3_db_config(f.l->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    fixture_close(&f); /* as after a kill: the WAL stays */
    remove_file(f.folder, "ledger.db-shm");
    read_as_nobody(&f, "permission");
    fixture_remove(&f);
}

static const Case cases[] = {
    {"new_ledger", new_ledger},
    {"refuses_text", refuses_text},
    {"refuses_foreign_database", refuses_foreign_database},
    {"refuses_newer_version", refuses_newer_version},
    {"reader_needs_a_ledger", reader_needs_a_ledger},
    {"torn_creation", torn_creation},
    {"one_writer", one_writer},
    {"lock_dies_with_its_process", lock_dies_with_its_process},
    {"held_by_another_program", held_by_another_program},
    {"damaged_file", damaged_file},
    {"no_place_for_a_folder", no_place_for_a_folder},
    {"reader_beside_writer", reader_beside_writer},
    {"folder_that_cannot_be_written", folder_that_cannot_be_written},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
