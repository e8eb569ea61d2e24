/* watch_note.c: what the parts of a watch have to say to each other, to the caller and to a person.
 */
#include "orchestrator/source_watch_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

void watch_say(const WatchSource *w, const char *format, ...)
{
    char line[ERROR_MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    w->options.say(w->options.context, line);
}

bool watch_is_news(WatchSource *w, const char *text)
{
    WatchSaid *s = &w->said;
    const size_t most = sizeof s->items / sizeof *s->items;
    uint64_t h = 0xcbf29ce484222325U; /* FNV-1a */
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 0x100000001b3U;
    for (size_t i = 0; i < s->count && i < most; i++)
        if (s->items[i] == h)
            return false;
    s->items[s->count++ % most] = h;
    return true;
}

bool watch_is_never(const WatchSource *w, const struct stat *st)
{
    struct stat never;
    return w->options.never && stat(w->options.never, &never) == 0 && never.st_dev == st->st_dev &&
           never.st_ino == st->st_ino;
}

WatchFile *watch_note(WatchSource *w, const char *path, size_t relative, double due_s)
{
    WatchFile *f = watch_files_find(&w->files, path);
    if (f && f->place == NOT_DUE)
        f->again = true;
    else if (f)
        watch_files_due(&w->files, f, due_s);
    else if (w->files.count < w->options.most)
        f = watch_files_add(&w->files, path, relative, due_s);
    w->spilled = w->spilled || !f;
    return f;
}

SourceEvent watch_tell(WatchSource *w, WatchFile *f, const Object *o, Object *out)
{
    watch_files_hold(&w->files, f);
    f->seen = o->identity;
    f->again = false;
    w->held++;
    w->told = true;
    *out = *o;
    out->uri = f->path;
    out->uri_length = strlen(f->path);
    out->ticket = (uint64_t)(uintptr_t)f;
    return SOURCE_OBJECT;
}

void watch_scan_all(WatchSource *w, bool now)
{
    w->scan.all_wanted = true;
    if (now)
        w->scan.all_from_s = 0;
}
