/* listing.h: for the tests of listings: a folder of their own, trees in it, and what a listing of
 * it says as sorted lines. */
#pragma once

#include "orchestrator/source.h"
#include "tests/support/cases.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a temporary folder that is the working directory */

typedef struct Folder {
    char path[64];
    int before; /* the working directory until now */
} Folder;

static inline Folder folder_make(void)
{
    Folder f = {.path = "/tmp/weir-listing-XXXXXX"};
    f.before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(f.before >= 0);
    assert_non_null(mkdtemp(f.path));
    assert_int_equal(chmod(f.path, 0755), 0);
    assert_int_equal(chdir(f.path), 0);
    return f;
}

/* rm can remove a tree that is deeper than any path; nftw cannot. */
static inline void folder_remove(Folder *f)
{
    assert_int_equal(fchdir(f->before), 0);
    close(f->before);
    pid_t child = fork();
    if (child == 0) {
        execlp("rm", "rm", "-rf", "--", f->path, (char *)NULL);
        _exit(127);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static inline void make_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

/* "d/" makes a directory, "a -> b" a link, anything else an empty file. Ends with NULL. */
static inline void build(const char *const *entries)
{
    for (; *entries; entries++) {
        char path[256];
        snprintf(path, sizeof path, "%s", *entries);
        char *arrow = strstr(path, " -> ");
        if (arrow) {
            *arrow = '\0';
            assert_int_equal(symlink(arrow + 4, path), 0);
        } else if (path[strlen(path) - 1] == '/') {
            assert_int_equal(mkdir(path, 0755), 0);
        } else {
            make_file(path, "");
        }
    }
}

/* ---- a listing as sorted lines: "path" or "path (reason)", "! code" for a trouble */

enum { LINES_MAX = 64 };

typedef struct Listing {
    char lines[LINES_MAX][512];
    size_t count;
    Error trouble; /* the last one */
} Listing;

static inline int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static inline void add_line(Listing *l, const Folder *f, const Object *o)
{
    char *line = l->lines[l->count++];
    size_t base = strlen(f->path);
    assert_int_equal(strlen(o->uri), o->uri_length);
    if (strncmp(o->uri, f->path, base) != 0 || o->uri[base] != '/')
        fail_msg("%s is not below %s", o->uri, f->path);
    snprintf(line, sizeof l->lines[0], o->ignored_by ? "%s (%s)" : "%s", o->uri + base + 1,
             o->ignored_by);
}

static inline void list_all(const Folder *f, const DirectoryOptions *o, Listing *l)
{
    *l = (Listing){0};
    Source *s;
    Error e = {0};
    assert_ok(source_directory_open(o, &s, &e), &e);
    for (;;) {
        Object object = {0};
        e = (Error){0};
        SourceEvent event = s->methods->next(s, &object, &e);
        if (event == SOURCE_END)
            break;
        assert_true(l->count < LINES_MAX);
        if (event == SOURCE_OBJECT) {
            add_line(l, f, &object);
            continue;
        }
        assert_true(e.kind != ERROR_NONE);
        l->trouble = e;
        snprintf(l->lines[l->count++], sizeof l->lines[0], "! %s", e.code);
    }
    Object object = {0};
    assert_int_equal(s->methods->next(s, &object, &e), SOURCE_END); /* and stays there */
    s->methods->close(s);
    qsort(l->lines, l->count, sizeof l->lines[0], by_text);
}

static inline StringList strings(const char **items)
{
    size_t count = 0;
    while (items && items[count])
        count++;
    return (StringList){items, count};
}

#define LIST(...) ((const char *[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

/* expected: sorted as bytes. */
static inline void expect_of(const char *what, const Folder *f, const DirectoryOptions *o,
                             const char **expected)
{
    Listing *l = malloc(sizeof *l);
    assert_non_null(l);
    list_all(f, o, l);
    for (size_t i = 0; i < l->count && expected[i]; i++)
        if (strcmp(l->lines[i], expected[i]) != 0)
            fail_msg("%s: '%s', not '%s'", what, l->lines[i], expected[i]);
    if (l->count != strings(expected).count)
        fail_msg("%s: %zu lines, not %zu", what, l->count, strings(expected).count);
    free(l);
}

static inline void expect(const Folder *f, const DirectoryOptions *o, const char **expected)
{
    expect_of(o->paths.items[0], f, o, expected);
}

static inline void expect_paths(const Folder *f, const char **paths, const char **expected)
{
    DirectoryOptions o = {.paths = strings(paths)};
    expect(f, &o, expected);
}
