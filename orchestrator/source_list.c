/* source_list.c: stat each name in turn. What has vanished since it was chosen is no fault. */
#include "orchestrator/source_list.h"

#include "orchestrator/bucket_look.h"
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
    Aws *aws;
    Arena arena; /* texts of the object told last */
} ListSource;

static SourceEvent next(Source *s, Object *out, Error *e)
{
    ListSource *l = (ListSource *)s;
    if (l->at == l->uris->count)
        return SOURCE_END;
    const char *uri = l->uris->items[l->at++];
    struct stat st;
    if (s3_is_uri(uri)) {
        arena_reset(&l->arena);
        *out = (Object){.uri = uri, .uri_length = strlen(uri)};
        return bucket_look(l->aws, out, &l->arena, e);
    }
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
    arena_deinit(&((ListSource *)s)->arena);
    free(s);
}

static const SourceMethods methods = {.name = "list", .next = next, .close = close_list};

bool source_list_open(const StringList *uris, Aws *aws, Source **out, Error *e)
{
    ListSource *l = malloc(sizeof *l);
    if (!l)
        return error_errno(e, ERROR_RETRY, ENOMEM, "list of files");
    *l = (ListSource){.source = {.methods = &methods}, .uris = uris, .aws = aws};
    arena_init(&l->arena, 0);
    *out = &l->source;
    return true;
}
