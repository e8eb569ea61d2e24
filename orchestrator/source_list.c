/* source_list.c: stat each name in turn. What has vanished since it was chosen is no fault. */
#include "orchestrator/source_list.h"

#include "orchestrator/identity.h"
#include "orchestrator/walk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct ListSource {
    Source source; /* first */
    const StringList *uris;
    size_t at;
} ListSource;

static SourceEvent next(Source *s, Object *out, Error *e)
{
    ListSource *l = (ListSource *)s;
    if (l->at == l->uris->count)
        return SOURCE_END;
    const char *uri = l->uris->items[l->at++];
    struct stat st;
    if (stat(uri, &st) < 0) {
        bool gone = errno == ENOENT || errno == ENOTDIR;
        if (!gone)
            error_errno(e, ERROR_RETRY, errno, "%s", walk_path_tail(uri));
        else
            error_coded(e, ERROR_DATA, "gone", "%s is not there any more", walk_path_tail(uri));
        return gone ? SOURCE_GONE : SOURCE_TROUBLE;
    }
    if (!S_ISREG(st.st_mode)) {
        error_coded(e, ERROR_DATA, "gone", "%s is no regular file any more", walk_path_tail(uri));
        return SOURCE_GONE;
    }
    *out = (Object){.uri = uri, .uri_length = strlen(uri), .identity = identity_of(&st)};
    return SOURCE_OBJECT;
}

static void close_list(Source *s)
{
    free(s);
}

static const SourceMethods methods = {.name = "list", .next = next, .close = close_list};

bool source_list_open(const StringList *uris, Source **out, Error *e)
{
    ListSource *l = malloc(sizeof *l);
    if (!l)
        return error_errno(e, ERROR_RETRY, ENOMEM, "list of files");
    *l = (ListSource){.source = {.methods = &methods}, .uris = uris};
    *out = &l->source;
    return true;
}
