/* watch_judge.c: is a file complete, and is it one to be told?
 *
 * Quiet is a file whose time of change lies as far back as is asked for, by the clock of this
 * machine; where that clock may not be the file's (a server's, a time that was set), one that is
 * the same when it is looked at again. */
#include "orchestrator/source_watch_internal.h"

#include "core/clock.h"
#include "orchestrator/identity.h"
#include "orchestrator/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* What the clocks of machines that share a file system may differ by. */
static const double clocks_differ_s = 60;
static const double held_open_s = 60, sum_again_s = 0.05;

static double age_s(const Identity *id)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)(now.tv_sec * INT64_C(1000000000) + now.tv_nsec - id->mtime_ns) * 1e-9;
}

/* A client of a network file system may know better only once it opens the file. */
static int look_from_near(const char *path, struct stat *st)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int rc = fd < 0 ? -1 : fstat(fd, st);
    int error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    return rc;
}

static bool look(const WatchSource *w, const WatchFile *f, struct stat *st)
{
    int rc = f->link ? stat(f->path, st) : lstat(f->path, st);
    if (rc == 0 && S_ISREG(st->st_mode) && watch_device_is_remote(&w->devices, st->st_dev))
        rc = look_from_near(f->path, st);
    return rc == 0;
}

static double longer(double a, double b)
{
    return a > b ? a : b;
}

/* Sets when to look again, where it is not quiet. */
static bool is_quiet(WatchSource *w, WatchFile *f, const struct stat *st)
{
    Identity id = identity_of(st);
    bool remote = watch_device_is_remote(&w->devices, st->st_dev);
    double need_s = w->options.settle_s, now_s = monotonic_s(), age = age_s(&id);
    if (f->hint == WATCH_OPENED)
        need_s = longer(need_s, held_open_s);
    if (f->hint == WATCH_RENAMED || age >= need_s + (remote ? clocks_differ_s : 0))
        return true;
    if (f->seen_since_s <= 0 || !identity_same(&f->seen, &id)) {
        f->seen = id;
        f->seen_since_s = now_s;
    } else if (now_s - f->seen_since_s >= need_s) {
        return true;
    }
    double wait_s = age >= 0 && !remote ? need_s - age : need_s - (now_s - f->seen_since_s);
    watch_files_due(&w->files, f, now_s + longer(wait_s, 0.001));
    return false;
}

static void forget(WatchSource *w, WatchFile *f)
{
    if (w->summing == f) {
        watch_sum_end(&w->sum);
        w->summing = NULL;
    }
    watch_files_remove(&w->files, f);
}

/* ---- checksums */

/* One line for each pair of a file and its sum, not one each time that they are looked at. */
static void say_sum(WatchSource *w, const WatchFile *f, const char *why)
{
    char line[ERROR_MESSAGE_SIZE];
    Error e;
    error_set(&e, ERROR_DATA, "%s: its %s does not agree: %s; waiting for another",
              walk_path_tail(f->path), w->rules.sidecar, why);
    memcpy(line, e.message, sizeof line);
    watch_say(w, "%s", line);
}

/* Whether this file with this sidecar was compared already, and is wrong. */
static bool was_wrong(WatchSource *w, const WatchFile *f, const Identity *id)
{
    struct stat st;
    auto_buffer Buffer text = {0};
    buffer_printf(&text, "%s%s", f->path, w->rules.sidecar);
    if (text.failed || stat(text.bytes, &st) < 0)
        return false;
    Identity sum = identity_of(&st);
    buffer_printf(&text, " %ju %ju %jd %ju %ju %jd", (uintmax_t)id->inode, (uintmax_t)id->size,
                  (intmax_t)id->mtime_ns, (uintmax_t)sum.inode, (uintmax_t)sum.size,
                  (intmax_t)sum.mtime_ns);
    return !text.failed && !watch_is_news(w, text.bytes);
}

static void begin_sum(WatchSource *w, WatchFile *f, const Identity *id)
{
    Error e = {0};
    if (w->summing) {
        watch_files_due(&w->files, f, monotonic_s() + sum_again_s);
        return;
    }
    if (was_wrong(w, f, id)) {
        forget(w, f);
        return;
    }
    f->seen = *id;
    f->seen_since_s = monotonic_s();
    if (watch_sum_begin(&w->sum, &w->rules, f->path, &e)) {
        w->summing = f;
        watch_files_hold(&w->files, f);
        return;
    }
    say_sum(w, f, e.message);
    forget(w, f);
}

void watch_sum_on(WatchSource *w)
{
    Error e = {0};
    WatchFile *f = w->summing;
    WatchSumState state = f ? watch_sum_step(&w->sum, &e) : WATCH_SUM_MORE;
    if (state == WATCH_SUM_MORE)
        return;
    if (state == WATCH_SUM_WRONG && !f->again)
        say_sum(w, f, e.message);
    f->summed = state == WATCH_SUM_RIGHT;
    watch_sum_end(&w->sum);
    w->summing = NULL;
    if (state == WATCH_SUM_RIGHT || f->again)
        watch_files_due(&w->files, f, monotonic_s());
    else
        forget(w, f);
    f->again = false;
}

/* ---- files */

/* What it says is complete is looked at now. */
static void awaken(WatchSource *w, const WatchFile *sidecar)
{
    auto_buffer Buffer path = {0};
    if (watch_belongs_to(&w->rules, sidecar->path, &path) &&
        !watch_name_is_incomplete(&w->rules, path.bytes))
        watch_note(w, path.bytes, sidecar->relative, monotonic_s());
}

/* False: it is not, and is put off or left alone. */
static bool is_complete(WatchSource *w, WatchFile *f, const struct stat *st)
{
    Identity id = identity_of(st);
    if (!is_quiet(w, f, st))
        return false;
    if (!watch_has_sidecar(&w->rules, f->path)) {
        forget(w, f); /* the event of its sidecar brings it back */
        return false;
    }
    if (w->rules.summed && !(f->summed && identity_same(&f->seen, &id))) {
        begin_sum(w, f, &id);
        return false;
    }
    return true;
}

static SourceEvent judge_entry(WatchSource *w, WatchFile *f, const struct stat *st, Object *out)
{
    auto_buffer Buffer belongs = {0};
    const char *name = f->path + f->relative;
    bool file = S_ISREG(st->st_mode);
    bool sidecar = file && watch_belongs_to(&w->rules, f->path, &belongs);
    if (sidecar && !is_quiet(w, f, st))
        return SOURCE_LATER;
    if (sidecar)
        awaken(w, f);
    if (S_ISDIR(st->st_mode) || !filter_includes(&w->filter, name)) {
        forget(w, f);
        return SOURCE_LATER;
    }
    const char *ignored_by = filter_ignores(&w->filter, name, st);
    if (!ignored_by && !sidecar && !is_complete(w, f, st))
        return SOURCE_LATER;
    Object o = {.uri = f->path,
                .identity = identity_of(st),
                .ignored_by = sidecar && !ignored_by ? "sidecar" : ignored_by};
    return watch_tell(w, f, &o, out);
}

static SourceEvent cannot_look(WatchSource *w, WatchFile *f, int error, Error *e)
{
    SourceEvent event = SOURCE_LATER;
    bool gone = error == ENOENT || error == ENOTDIR || error == ELOOP;
    if (!gone) {
        error_errno(e, ERROR_DATA, error, "%s", walk_path_tail(f->path));
        event = watch_is_news(w, e->message) ? SOURCE_TROUBLE : SOURCE_LATER;
    }
    forget(w, f);
    return event;
}

SourceEvent watch_judge(WatchSource *w, WatchFile *f, Object *out, Error *e)
{
    struct stat st;
    if (!look(w, f, &st))
        return cannot_look(w, f, errno, e);
    if (!S_ISLNK(st.st_mode))
        return judge_entry(w, f, &st, out);
    forget(w, f); /* only a listing knows whether what it leads to is told elsewhere */
    watch_scan_all(w, false);
    return SOURCE_LATER;
}

/* ---- what a listing tells */

static bool has_changed(const WatchFile *f, const Object *o)
{
    return f->place == NOT_DUE && !identity_same(&f->seen, &o->identity);
}

static const char *part_behind(const WatchSource *w, const char *path)
{
    size_t longest = 1;
    for (size_t i = 0; i < w->root_count; i++) {
        size_t length = strlen(w->roots[i].path);
        if (strncmp(path, w->roots[i].path, length) == 0 && path[length] == '/' &&
            length + 1 > longest)
            longest = length + 1;
    }
    return path + longest;
}

SourceEvent watch_judge_listed(WatchSource *w, const Object *o, Object *out)
{
    auto_buffer Buffer belongs = {0};
    WatchFile *f = watch_files_find(&w->files, o->uri);
    bool skip = !o->ignored_by && watch_name_is_incomplete(&w->rules, o->uri);
    if (f && has_changed(f, o))
        f->again = true;
    if (f || skip || (w->scan.all_done_once && w->options.known(w->options.context, o)))
        return SOURCE_LATER;
    Object now = *o;
    if (!o->ignored_by && watch_belongs_to(&w->rules, o->uri, &belongs))
        now.ignored_by = "sidecar";
    bool old = age_s(&o->identity) >= w->options.settle_s &&
               !watch_device_is_remote(&w->devices, (dev_t)o->identity.device);
    bool told = now.ignored_by || (old && !w->rules.summed);
    if (told && !now.ignored_by && !watch_has_sidecar(&w->rules, o->uri))
        return SOURCE_LATER;
    f = watch_note(w, o->uri, (size_t)(part_behind(w, o->uri) - o->uri), monotonic_s());
    if (!f)
        return SOURCE_LATER;
    f->link = true;
    return told ? watch_tell(w, f, &now, out) : SOURCE_LATER;
}
