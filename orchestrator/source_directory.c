/* source_directory.c: files below directories as objects.
 *
 * First the trees and files that the user names are told as the walk meets them. Symbolic links are
 * put aside: what they lead to may lie in a tree that comes later. Then links to directories are
 * followed in the order of their names, again and again until no new ones turn up, and links to
 * files last. So the same objects come out in whatever order the file system lists its entries. */
#include "core/buffer.h"
#include "orchestrator/identity.h"
#include "orchestrator/path_split.h"
#include "orchestrator/source_filter.h"
#include "orchestrator/source_listed.h"
#include "orchestrator/source_paths.h"
#include "orchestrator/walk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A path that is not met inside a tree: one that the user names, or a link. */
typedef struct Start {
    const char *path;
    size_t relative; /* where the part begins that the patterns see */
    bool named;      /* by the user: below it, the patterns see what lies behind it */
} Start;

typedef struct StartList {
    Start *items;
    size_t count, capacity;
} StartList;

typedef struct DirectorySource {
    Source source; /* first */
    Arena arena;   /* grows with the links, trees and single files */
    SourceFilter filter;
    Listed listed;
    SourcePaths *paths; /* NULL: inside a tree */
    void (*meet)(void *context, const char *path, size_t relative, const struct stat *st);
    void *meet_context;
    bool paths_ended;
    Buffer path;   /* what the user named last, absolute */
    Buffer parent; /* its directory as named; the real one is in parent_real */
    char *parent_real;
    Walk walk;
    size_t relative; /* as in Start, of the tree being walked */
    struct {
        bool pending;     /* the directory met last could not be opened for a shortage ... */
        const char *tree; /* ... the top of this tree, or NULL: one inside */
        struct stat st;
    } shut;
    StartList links;      /* found, not yet looked at */
    StartList file_links; /* lead to no directory */
    StartList batch;      /* sorted, being followed */
    size_t batch_at;
    bool batch_is_files;
} DirectorySource;

/* What one step has to tell, if anything. */
typedef struct Reply {
    bool told;
    SourceEvent event;
    Object *out;
    Error *e;
} Reply;

static void reply_object(Reply *r, const char *uri, const struct stat *st, const char *ignored_by)
{
    *r->out = (Object){.uri = uri,
                       .uri_length = strlen(uri),
                       .identity = identity_of(st),
                       .ignored_by = ignored_by};
    r->event = SOURCE_OBJECT;
    r->told = true;
}

/* r->e is set. */
static void reply_trouble(Reply *r)
{
    r->event = SOURCE_TROUBLE;
    r->told = true;
}

static void meet(const DirectorySource *d, const char *path, size_t relative, const struct stat *st)
{
    if (d->meet)
        d->meet(d->meet_context, path, relative, st);
}

/* A file, or something that is never opened. */
static void reply_file(const DirectorySource *d, const Start *s, const struct stat *st, Reply *r)
{
    const char *name = s->path + s->relative;
    if (!filter_includes(&d->filter, name))
        return;
    reply_object(r, s->path, st, filter_ignores(&d->filter, name, st));
}

/* ---- links, put aside */

static void reply_no_memory(const char *path, Reply *r)
{
    error_errno(r->e, ERROR_RETRY, ENOMEM, "link %s", walk_path_tail(path));
    reply_trouble(r);
}

/* The path must live as long as the arena. */
static void put_aside(DirectorySource *d, StartList *list, const Start *s, Reply *r)
{
    Start *items =
        arena_grow(&d->arena, list->items, &list->capacity, list->count + 1, sizeof *items);
    if (!items) {
        reply_no_memory(s->path, r);
        return;
    }
    list->items = items;
    items[list->count++] = *s;
}

static void meet_link(DirectorySource *d, const WalkEntry *w, Reply *r)
{
    if (!d->paths) {
        meet(d, w->path, d->relative, &w->st);
        return;
    }
    Start s = {.path = arena_copy(&d->arena, w->path, w->path_length), .relative = d->relative};
    if (s.path)
        put_aside(d, &d->links, &s, r);
    else
        reply_no_memory(w->path, r);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const Start *)a)->path, ((const Start *)b)->path);
}

/* The next links to follow, or false: there are none left. */
static bool take_batch(DirectorySource *d)
{
    d->batch_is_files = d->links.count == 0;
    StartList *next = d->batch_is_files ? &d->file_links : &d->links;
    d->batch = *next;
    d->batch_at = 0;
    *next = (StartList){0};
    if (d->batch.count > 0)
        qsort(d->batch.items, d->batch.count, sizeof *d->batch.items, by_path);
    return d->batch.count > 0;
}

/* ---- going into directories */

/* `tree`: the top of a new one, or NULL: the directory that the walk has told last. */
static void go_in(DirectorySource *d, const char *tree, const struct stat *st, Reply *r)
{
    size_t depth = d->walk.depth;
    meet(d, tree ? tree : d->walk.path.bytes, d->relative, st);
    bool ok = tree ? walk_begin(&d->walk, tree, r->e) : walk_enter(&d->walk, r->e);
    d->shut.pending = !ok && d->source.patient && error_is_shortage(r->e);
    if (d->shut.pending) {
        d->shut.tree = tree;
        d->shut.st = *st;
        r->event = SOURCE_WAIT;
        r->told = true;
    } else if (!ok) {
        reply_trouble(r);
    } else if (d->walk.depth > depth) {
        d->walk.levels[depth].watched = listed_holds_files(&d->listed, st);
    }
}

static void go_in_again(DirectorySource *d, Reply *r)
{
    struct stat st = d->shut.st;
    go_in(d, d->shut.tree, &st, r);
}

/* ---- inside a tree */

/* Was this file of the directory that the walk is in told for itself? */
static bool was_told(const DirectorySource *d, const char *name)
{
    const WalkLevel *level = &d->walk.levels[d->walk.depth - 1];
    struct stat st;
    return level->watched && fstat(dirfd(level->dir), &st) == 0 &&
           listed_has_file(&d->listed, &st, name);
}

static void meet_directory(DirectorySource *d, const WalkEntry *w, Reply *r)
{
    if (listed_bars(&d->listed, &w->st))
        return;
    const char *ignored_by = filter_bars_directory(&d->filter, w->path + d->relative);
    if (ignored_by) {
        reply_object(r, w->path, &w->st, ignored_by);
        return;
    }
    go_in(d, NULL, &w->st, r);
}

static void next_in_tree(DirectorySource *d, Reply *r)
{
    WalkEntry w;
    WalkEvent event = walk_next(&d->walk, &w, r->e);
    if (event == WALK_TROUBLE)
        reply_trouble(r);
    if (event != WALK_ENTRY)
        return;
    Start s = {.path = w.path, .relative = d->relative};
    if (S_ISDIR(w.st.st_mode))
        meet_directory(d, &w, r);
    else if (S_ISLNK(w.st.st_mode))
        meet_link(d, &w, r);
    else if (!was_told(d, w.name))
        reply_file(d, &s, &w.st, r);
}

/* ---- trees and single files begin */

static void start_directory(DirectorySource *d, const Start *s, const char *real,
                            const struct stat *st, Reply *r)
{
    const char *name = s->path + s->relative;
    const char *ignored_by =
        s->named ? filter_excludes(&d->filter, name) : filter_bars_directory(&d->filter, name);
    if (ignored_by) {
        reply_object(r, s->path, st, ignored_by);
        return;
    }
    bool is_new = false;
    if (!listed_add_tree(&d->listed, real, st, s->named ? "" : name, &is_new, r->e)) {
        reply_trouble(r);
        return;
    }
    bool is_root = strcmp(s->path, "/") == 0;
    d->relative = s->named ? strlen(s->path) + !is_root : s->relative;
    if (is_new)
        go_in(d, s->path, st, r);
}

static void start_file(DirectorySource *d, const Start *s, const char *real, const struct stat *st,
                       Reply *r)
{
    const char *name = s->path + s->relative;
    bool is_new = true; /* what is only listed hides no other name of the same file */
    bool wanted = filter_includes(&d->filter, name) && !filter_excludes(&d->filter, name);
    if (wanted && !listed_add_file(&d->listed, real, &is_new, r->e))
        reply_trouble(r);
    else if (is_new) {
        if (!s->named)
            meet(d, s->path, s->relative, st);
        reply_file(d, s, st, r);
    }
}

/* stat() has failed: a link that leads nowhere, something that is gone, or a fault. */
static void start_unknown(DirectorySource *d, const Start *s, int error, Reply *r)
{
    struct stat st;
    bool leads_nowhere = error == ENOENT || error == ENOTDIR || error == ELOOP;
    bool is_there = lstat(s->path, &st) == 0;
    if (leads_nowhere && is_there && S_ISLNK(st.st_mode)) {
        reply_file(d, s, &st, r);
    } else if (s->named || is_there || !leads_nowhere) {
        error_errno(r->e, ERROR_DATA, error, "%s", walk_path_tail(s->path));
        reply_trouble(r);
    }
}

static void start(DirectorySource *d, const Start *s, Reply *r)
{
    struct stat st;
    if (stat(s->path, &st) < 0) {
        start_unknown(d, s, errno, r);
        return;
    }
    bool is_directory = S_ISDIR(st.st_mode);
    if (!is_directory && !s->named && !d->batch_is_files) {
        put_aside(d, &d->file_links, s, r);
        return;
    }
    char *real = realpath(s->path, NULL);
    if (!real)
        start_unknown(d, s, errno, r);
    else if (is_directory)
        start_directory(d, s, real, &st, r);
    else
        start_file(d, s, real, &st, r);
    free(real);
}

/* ---- what the user names */

/* Sets d->path: the directory's real path and the last part as it was spelled. */
static bool make_absolute(DirectorySource *d, const char *named, Error *e)
{
    PathSplit split = path_split(named);
    Buffer parent = {0};
    buffer_append(&parent, split.folder > 0 ? named : ".", split.folder > 0 ? split.folder : 1);
    bool same = d->parent_real && !parent.failed && strcmp(parent.bytes, d->parent.bytes) == 0;
    if (!same && !parent.failed) {
        free(d->parent_real);
        d->parent_real = realpath(parent.bytes, NULL);
    }
    buffer_deinit(&d->parent);
    d->parent = parent;
    if (parent.failed)
        return error_errno(e, ERROR_RETRY, ENOMEM, "directory listing");
    if (!d->parent_real)
        return error_errno(e, ERROR_DATA, errno, "%s", walk_path_tail(named));
    buffer_clear(&d->path);
    buffer_string(&d->path, d->parent_real);
    if (split.name > 0 && d->path.length > 1)
        buffer_char(&d->path, '/');
    buffer_append(&d->path, named + split.folder, split.name);
    return !d->path.failed || error_errno(e, ERROR_RETRY, ENOMEM, "directory listing");
}

static void next_named(DirectorySource *d, Reply *r)
{
    const char *named;
    PathsEvent event = source_paths_next(d->paths, &named, r->e);
    d->paths_ended = event == PATHS_END;
    if (event == PATHS_END)
        return;
    if (event == PATHS_TROUBLE || !make_absolute(d, named, r->e)) {
        reply_trouble(r);
        return;
    }
    const char *path = d->path.bytes;
    Start s = {.path = path, .named = true};
    s.relative = (size_t)(strrchr(path, '/') + 1 - path);
    start(d, &s, r);
}

/* ---- the source */

static SourceEvent next(Source *source, Object *out, Error *e)
{
    DirectorySource *d = (DirectorySource *)source;
    Reply r = {.out = out, .e = e};
    while (!r.told) {
        if (d->shut.pending)
            go_in_again(d, &r);
        else if (d->walk.depth > 0)
            next_in_tree(d, &r);
        else if (!d->paths_ended)
            next_named(d, &r);
        else if (d->batch_at < d->batch.count)
            start(d, &d->batch.items[d->batch_at++], &r);
        else if (!take_batch(d))
            return SOURCE_END;
    }
    return r.event;
}

static bool lost(Source *source, const char *uri)
{
    struct stat st;
    bool gone = lstat(uri, &st) < 0 && (errno == ENOENT || errno == ENOTDIR);
    return gone && listed_covers(&((DirectorySource *)source)->listed, uri);
}

static void close_directory(Source *source)
{
    DirectorySource *d = (DirectorySource *)source;
    source_paths_close(d->paths);
    walk_deinit(&d->walk);
    listed_deinit(&d->listed);
    buffer_deinit(&d->path);
    buffer_deinit(&d->parent);
    free(d->parent_real);
    arena_deinit(&d->arena);
    free(d);
}

static const SourceMethods methods = {
    .name = "directory", .next = next, .lost = lost, .close = close_directory};

/* The one path is told as a link would be: with everything below it, links put aside for ever. */
static bool begin_inside(DirectorySource *d, const DirectoryOptions *o, Error *e)
{
    Reply r = {.e = e};
    Start s = {.path = arena_string(&d->arena, o->paths.items[0]), .relative = o->inside};
    if (!s.path)
        return error_errno(e, ERROR_RETRY, ENOMEM, "directory listing");
    d->paths_ended = true;
    put_aside(d, &d->links, &s, &r);
    return !r.told;
}

bool source_directory_open(const DirectoryOptions *o, Source **out, Error *e)
{
    DirectorySource *d = calloc(1, sizeof *d);
    if (!d)
        return error_errno(e, ERROR_RETRY, ENOMEM, "directory listing");
    d->source.methods = &methods;
    d->meet = o->meet;
    d->meet_context = o->context;
    arena_init(&d->arena, 0);
    if (!filter_init(&d->filter, &o->include, &o->exclude, &d->arena, e) ||
        !listed_init(&d->listed, &d->filter, o->never, &d->arena, e) ||
        !(o->inside ? begin_inside(d, o, e) : source_paths_open(&o->paths, &d->paths, e))) {
        close_directory(&d->source);
        return false;
    }
    *out = &d->source;
    return true;
}
