/* watching.h: for the tests of a watch: what it tells about a folder, waited for, never slept for.
 * Whatever it tells is held against the rule that all files obey: left alone for long enough, or
 * renamed. */
#pragma once

#include "core/clock.h"
#include "orchestrator/source_watch.h"
#include "tests/orchestrator/listing.h"

#include <time.h>

enum { TOLD_MAX = 40000, SAID_MAX = 64 };
static const double patience_s = 20;

typedef struct Told {
    char *line; /* "path" or "path (reason)" */
    char *uri;
    Identity identity;
    uint64_t ticket;
} Told;

typedef struct Watched {
    Folder *folder;
    Source *source;
    WatchOptions options;
    Told *told;
    size_t count, troubles;
    char said[SAID_MAX][ERROR_MESSAGE_SIZE];
    size_t said_count;
    bool hold;  /* tickets are left for the test to settle */
    bool hasty; /* files may be told before they are settled: the test has set their times */
} Watched;

static inline bool is_told(void *context, const Object *o)
{
    const Watched *w = context;
    for (size_t i = w->count; i-- > 0;)
        if (strcmp(w->told[i].uri, o->uri) == 0)
            return memcmp(&w->told[i].identity, &o->identity, sizeof o->identity) == 0;
    return false;
}

static inline void hear(void *context, const char *line)
{
    Watched *w = context;
    assert_true(w->said_count < SAID_MAX);
    snprintf(w->said[w->said_count++], sizeof w->said[0], "%s", line);
}

static inline bool was_said(const Watched *w, const char *part)
{
    for (size_t i = 0; i < w->said_count; i++)
        if (strstr(w->said[i], part))
            return true;
    return false;
}

/* The working directory is watched, with what the test has put into `options`. */
static inline void watch_begin(Watched *w, Folder *f)
{
    static const char *here[] = {"."}; /* the source borrows it */
    Error e = {0};
    w->folder = f;
    w->told = calloc(TOLD_MAX, sizeof *w->told);
    assert_non_null(w->told);
    if (w->options.directories.count == 0)
        w->options.directories = (StringList){here, 1};
    if (w->options.settle_s <= 0)
        w->options.settle_s = 0.1;
    w->options.known = is_told;
    w->options.say = hear;
    w->options.context = w;
    assert_ok(source_watch_open(&w->options, &w->source, &e), &e);
    assert_true(w->source->endless);
}

static inline void watch_end(Watched *w)
{
    w->source->methods->close(w->source);
    for (size_t i = 0; i < w->count; i++) {
        free(w->told[i].line);
        free(w->told[i].uri);
    }
    free(w->told);
    folder_remove(w->folder);
}

static inline double age_of(const Identity *id)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)(now.tv_sec * INT64_C(1000000000) + now.tv_nsec - id->mtime_ns) * 1e-9;
}

static inline void take_told(Watched *w, const Object *o)
{
    char line[2048];
    size_t base = strlen(w->folder->path);
    assert_true(w->count < TOLD_MAX);
    assert_int_equal(strlen(o->uri), o->uri_length);
    assert_int_equal(strncmp(o->uri, w->folder->path, base), 0);
    assert_true(o->ticket != 0);
    snprintf(line, sizeof line, o->ignored_by ? "%s (%s)" : "%s", o->uri + base + 1, o->ignored_by);
    if (!o->ignored_by && !w->hasty && age_of(&o->identity) < w->options.settle_s)
        fail_msg("%s was told before it was settled", line);
    w->told[w->count++] = (Told){strdup(line), strdup(o->uri), o->identity, o->ticket};
    if (!w->hold)
        w->source->methods->settle(w->source, o->ticket, SETTLED);
}

/* One call of next(). */
static inline SourceEvent step(Watched *w)
{
    Object o = {0};
    Error e = {0};
    SourceEvent event = w->source->methods->next(w->source, &o, &e);
    if (event == SOURCE_OBJECT)
        take_told(w, &o);
    else if (event == SOURCE_TROUBLE)
        w->troubles++;
    else
        assert_int_equal(event, SOURCE_LATER);
    return event;
}

static inline size_t times_told(const Watched *w, const char *line)
{
    size_t times = 0;
    for (size_t i = 0; i < w->count; i++)
        times += strcmp(w->told[i].line, line) == 0;
    return times;
}

static inline void await_times(Watched *w, const char *line, size_t times)
{
    double end_s = monotonic_s() + patience_s;
    while (times_told(w, line) < times) {
        if (monotonic_s() > end_s)
            fail_msg("%s was told %zu times, not %zu", line, times_told(w, line), times);
        step(w);
    }
}

static inline void await(Watched *w, const char *line)
{
    await_times(w, line, 1);
}

static inline void await_said(Watched *w, const char *part)
{
    double end_s = monotonic_s() + patience_s;
    while (!was_said(w, part)) {
        if (monotonic_s() > end_s)
            fail_msg("nothing was said of '%s'", part);
        step(w);
    }
}

static inline void go_on_for(Watched *w, double seconds)
{
    double end_s = monotonic_s() + seconds;
    while (monotonic_s() < end_s)
        step(w);
}

/* Whatever has happened until now has been told: a file that comes after it was. */
static inline void catch_up(Watched *w)
{
    static unsigned number;
    char name[32];
    snprintf(name, sizeof name, "catch_up_%u", ++number);
    make_file(name, "x");
    await(w, name);
}

static inline void expect_told(const Watched *w, const char *line, size_t times)
{
    if (times_told(w, line) != times)
        fail_msg("%s was told %zu times, not %zu", line, times_told(w, line), times);
}
