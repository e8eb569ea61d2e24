/* source.h: where objects come from. A source lists, it never reads. */
#pragma once

#include "core/arena.h"
#include "core/error.h"
#include "core/options.h"

#include <stdint.h>
#include <sys/stat.h>

/* What makes a version of a file: any difference means that it must be read again. Of an object in
 * a bucket, `inode` stands for its ETag, and there is no time. */
typedef struct Identity {
    uint64_t device, inode, size;
    int64_t mtime_ns;
} Identity;

typedef struct Object {
    const char *uri; /* absolute path; any byte but NUL; valid until the next call of next() */
    size_t uri_length;
    Identity identity;
    const char *version;    /* an object's ETag, valid as long as the uri; NULL: a local file */
    const char *ignored_by; /* the exclude rule or reason for which it is only listed, or NULL */
    uint64_t ticket;        /* of an event: what settle() is called with; 0: it need not be */
} Object;

typedef enum SourceEvent {
    SOURCE_OBJECT,
    SOURCE_TROUBLE, /* a place that cannot be listed (e is set): the run goes on, exit code 4 */
    SOURCE_WAIT,    /* a shortage of the machine keeps a place from being listed (e is set): the
                       next call tries it again */
    SOURCE_LATER,   /* nothing yet; the next call waits for it a little. Of a source without an
                       end: what has kept it waiting is over */
    SOURCE_GONE,    /* what was to be told is not there any more (e says what): no fault */
    SOURCE_END,
} SourceEvent;

typedef enum Settlement {
    SETTLED,       /* what came of it is durable, or there was nothing to do: done with */
    SETTLED_LATER, /* no verdict (stopped, the world's fault): it is to be told again */
} Settlement;

typedef struct Source Source;
typedef struct SourceMethods {
    const char *name;
    SourceEvent (*next)(Source *s, Object *out, Error *e);
    /* After the whole listing: whether a uri would have been told by it, were it there, and is not
     * there any more. NULL: not known of any. */
    bool (*lost)(Source *s, const char *uri);
    /* Where what is told may be old news: sets identity and version of `o` to what lies under its
     * uri now (texts from the arena). SOURCE_OBJECT, SOURCE_GONE, or SOURCE_TROUBLE with e. NULL:
     * what is told is what is there. */
    SourceEvent (*look)(Source *s, Object *o, Arena *a, Error *e);
    /* Once for each object told with a ticket, in any order, on the thread that calls next(). Never
     * waits. NULL: there are no tickets. */
    void (*settle)(Source *s, uint64_t ticket, Settlement how);
    /* Of one without an end, when it is to end: whether it knows of something that was not told, or
     * not settled, and that only a listener to come will hear of. NULL: never. */
    bool (*behind)(Source *s);
    /* What was not settled is told again to whoever listens next. */
    void (*close)(Source *s);
} SourceMethods;
struct Source {
    const SourceMethods *methods;
    bool patient; /* the caller's: SOURCE_WAIT is understood; else a shortage is a trouble */
    bool endless; /* it waits for events until the caller has had enough of it */
};

typedef struct DirectoryOptions {
    StringList paths; /* files, directories, globs; "-": NUL- or newline-separated list on stdin */
    StringList include, exclude; /* globs on the path relative to its root, or on the last part */
    const char *never; /* a directory that is never entered (OUT), however it is reached, or NULL */
    /* For one who watches, else NULL: called with each directory before it is listed, with each
     * file that a link leads to before it is told, and with each link that is not followed.
     * `relative`: where in `path` begins what the patterns see. */
    void (*meet)(void *context, const char *path, size_t relative, const struct stat *st);
    void *context;
    /* Not 0: the one path is a directory below one that was listed before, the patterns see what
     * is behind so many bytes of it, and links are met, not followed. */
    size_t inside;
} DirectoryOptions;

/* Symbolic links are followed once (a target reached twice is listed once), loops are cut, FIFOs,
 * sockets and devices are listed as ignored and never opened. Memory does not grow with the number
 * of files. ERROR_SETUP where a path given does not exist. */
bool source_directory_open(const DirectoryOptions *o, Source **out, Error *e) MUST_CHECK;
