/* watch_pending.c: a hash table by path, and a binary heap by time. */
#include "orchestrator/watch_pending.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS_FIRST = 64 };

static size_t hash_of(const char *path)
{
    uint64_t h = 0xcbf29ce484222325U; /* FNV-1a */
    for (; *path; path++)
        h = (h ^ (unsigned char)*path) * 0x100000001b3U;
    return (size_t)(h ^ (h >> 32));
}

static WatchFile **bucket(const WatchFiles *f, const char *path)
{
    return &f->buckets[hash_of(path) & (f->bucket_count - 1)];
}

void watch_files_sweep(WatchFiles *f)
{
    while (f->freed) {
        WatchFile *w = f->freed;
        f->freed = w->next;
        free(w);
    }
}

void watch_files_deinit(WatchFiles *f)
{
    for (size_t i = 0; i < f->bucket_count; i++)
        while (f->buckets[i])
            watch_files_remove(f, f->buckets[i]);
    watch_files_sweep(f);
    free(f->buckets);
    free(f->due);
    *f = (WatchFiles){0};
}

WatchFile *watch_files_find(const WatchFiles *f, const char *path)
{
    WatchFile *w = f->bucket_count ? *bucket(f, path) : NULL;
    while (w && strcmp(w->path, path) != 0)
        w = w->next;
    return w;
}

/* ---- the heap */

static void put(WatchFiles *f, WatchFile *w, size_t place)
{
    f->due[place] = w;
    w->place = place;
}

static void sift(WatchFiles *f, WatchFile *w)
{
    size_t at = w->place;
    while (at > 0 && f->due[(at - 1) / 2]->due_s > w->due_s) {
        put(f, f->due[(at - 1) / 2], at);
        at = (at - 1) / 2;
    }
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < f->due_count && f->due[child + 1]->due_s < f->due[child]->due_s)
            child++;
        if (child >= f->due_count || f->due[child]->due_s >= w->due_s)
            break;
        put(f, f->due[child], at);
        at = child;
    }
    put(f, w, at);
}

WatchFile *watch_files_first(const WatchFiles *f)
{
    return f->due_count ? f->due[0] : NULL;
}

/* There is a place for each file that was added: watch_files_add() has seen to it. */
void watch_files_due(WatchFiles *f, WatchFile *w, double due_s)
{
    w->due_s = due_s;
    if (w->place == NOT_DUE)
        put(f, w, f->due_count++);
    sift(f, w);
}

void watch_files_hold(WatchFiles *f, WatchFile *w)
{
    if (w->place == NOT_DUE)
        return;
    size_t place = w->place;
    WatchFile *last = f->due[--f->due_count];
    w->place = NOT_DUE;
    if (last == w)
        return;
    put(f, last, place);
    sift(f, last);
}

/* ---- the table */

static bool make_room(WatchFiles *f)
{
    if (f->count == f->due_capacity) {
        size_t capacity = f->count ? 2 * f->count : BUCKETS_FIRST;
        WatchFile **due = reallocarray(f->due, capacity, sizeof(WatchFile *));
        if (!due)
            return false;
        f->due = due;
        f->due_capacity = capacity;
    }
    if (f->count < f->bucket_count)
        return true;
    WatchFiles larger = {.bucket_count = f->bucket_count ? 2 * f->bucket_count : BUCKETS_FIRST};
    larger.buckets = calloc(larger.bucket_count, sizeof(WatchFile *));
    if (!larger.buckets)
        return false;
    for (size_t i = 0; i < f->bucket_count; i++)
        while (f->buckets[i]) {
            WatchFile *w = f->buckets[i], **to = bucket(&larger, w->path);
            f->buckets[i] = w->next;
            w->next = *to;
            *to = w;
        }
    free(f->buckets);
    f->buckets = larger.buckets;
    f->bucket_count = larger.bucket_count;
    return true;
}

WatchFile *watch_files_add(WatchFiles *f, const char *path, size_t relative, double due_s)
{
    size_t size = strlen(path) + 1;
    WatchFile *w = make_room(f) ? calloc(1, sizeof *w + size) : NULL;
    if (!w)
        return NULL;
    memcpy(w->path, path, size);
    w->relative = relative;
    w->place = NOT_DUE;
    WatchFile **to = bucket(f, path);
    w->next = *to;
    *to = w;
    f->count++;
    watch_files_due(f, w, due_s);
    return w;
}

void watch_files_remove(WatchFiles *f, WatchFile *w)
{
    WatchFile **at = bucket(f, w->path);
    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    watch_files_hold(f, w);
    f->count--;
    w->next = f->freed;
    f->freed = w;
}
