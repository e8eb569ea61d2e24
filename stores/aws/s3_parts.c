/* s3_parts.c: an object in parts: begin an upload, send its parts, complete it, or take all of it
 * back.
 *
 * Parts are sent a few at the same time, in the order of the file, so that the checksum of the
 * whole grows with them. S3 compares that one when the upload is completed. */
#include "core/text.h"
#include "stores/aws/s3_write.h"
#include "stores/aws/xml.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 4, MEBI = 1 << 20, HEADERS_MOST = 4, NUMBER_SIZE = 16 };

/* The service keeps the connection of a long completion alive with blanks. */
static const double complete_quiet_s = 120, complete_s = 1800;

typedef struct Upload Upload;

typedef struct Part {
    AwsCall call; /* first */
    Upload *upload;
    uint8_t *room; /* NULL: the bytes are in memory */
    char checksum[CHECKSUM_SIZE], number_text[NUMBER_SIZE];
    HttpPair headers[2], query[2];
    unsigned number; /* from 1 */
    bool busy;
} Part;

struct Upload {
    S3Writing *writing;
    char *id;
    uint64_t part_bytes;
    unsigned count;
    char **etags, **checksums; /* of the parts that are there */
    Checksum *whole;
    Part parts[AT_ONCE];

    pthread_mutex_t lock; /* for what follows */
    pthread_cond_t ended;
    unsigned busy;
    Error error; /* of the first part that failed */
};

static AwsCall call_of(const S3Writing *g, const char *method, const HttpPair *query, size_t count)
{
    return (AwsCall){
        .service = AWS_S3,
        .bucket = g->write->uri.bucket,
        .request = {.method = method, .path = g->path, .query = query, .query_count = count},
        .what = g->what};
}

/* ---- a part, on an I/O thread when it has ended */

static bool keep_part(Part *p)
{
    Upload *u = p->upload;
    const char *etag = http_header(&p->call.http, "etag");
    if (!etag)
        return error_coded(&p->call.error, ERROR_RETRY, "bad_reply",
                           "%s: the reply to part %u has no ETag", p->call.what, p->number);
    u->etags[p->number - 1] = strdup(etag);
    u->checksums[p->number - 1] = strdup(s3_checksum_value(p->checksum));
    return (u->etags[p->number - 1] && u->checksums[p->number - 1]) ||
           error_coded(&p->call.error, ERROR_RETRY, "no_memory", "%s: no memory", p->call.what);
}

static void part_finished(AwsCall *c)
{
    Part *p = (Part *)c;
    Upload *u = p->upload;
    pthread_mutex_lock(&u->lock);
    bool good = c->error.kind == ERROR_NONE && keep_part(p);
    if (!good && u->error.kind == ERROR_NONE)
        u->error = c->error;
    p->busy = false;
    u->busy--;
    pthread_cond_signal(&u->ended);
    pthread_mutex_unlock(&u->lock);
}

static void send_part(Part *p, const uint8_t *bytes, size_t length)
{
    Upload *u = p->upload;
    const S3Writing *g = u->writing;
    aws_call_deinit(&p->call);
    snprintf(p->number_text, sizeof p->number_text, "%u", p->number);
    p->headers[0] = (HttpPair){"x-amz-checksum-crc64nvme", s3_checksum_value(p->checksum)};
    p->headers[1] = (HttpPair){"x-amz-sdk-checksum-algorithm", "CRC64NVME"};
    p->query[0] = (HttpPair){"partNumber", p->number_text};
    p->query[1] = (HttpPair){"uploadId", u->id};
    p->call = call_of(g, "PUT", p->query, 2);
    p->call.request.headers = p->headers;
    p->call.request.header_count = 2;
    p->call.request.body = bytes;
    p->call.request.body_size = length;
    p->call.bulk = true;
    p->call.unsigned_body = true;
    p->call.cancelled = g->write->cancelled;
    p->call.finished = part_finished;
    aws_start(g->aws, &p->call);
}

/* ---- all parts, on the write's own thread */

/* One that is free, or NULL: a part has failed. */
static Part *take_part(Upload *u)
{
    Part *found = NULL;
    pthread_mutex_lock(&u->lock);
    while (u->busy == AT_ONCE && u->error.kind == ERROR_NONE)
        pthread_cond_wait(&u->ended, &u->lock);
    for (size_t i = 0; u->error.kind == ERROR_NONE && !found && i < AT_ONCE; i++)
        if (!u->parts[i].busy)
            found = &u->parts[i];
    if (found) {
        found->busy = true;
        u->busy++;
    }
    pthread_mutex_unlock(&u->lock);
    return found;
}

static void leave_part(Part *p)
{
    pthread_mutex_lock(&p->upload->lock);
    p->busy = false;
    p->upload->busy--;
    pthread_mutex_unlock(&p->upload->lock);
}

static bool begin_part(Part *p, unsigned number, Error *e)
{
    Upload *u = p->upload;
    const S3Body *body = &u->writing->write->body;
    uint64_t at = (uint64_t)(number - 1) * u->part_bytes, left = body->size_bytes - at;
    size_t length = left < u->part_bytes ? left : u->part_bytes;
    const uint8_t *bytes;
    p->number = number;
    if (!p->room && !body->bytes && !(p->room = malloc(u->part_bytes)))
        return error_coded(e, ERROR_RETRY, "no_memory", "no memory for a part");
    if (!s3_body_piece(body, at, length, p->room, &bytes, e) ||
        !checksum_add(u->whole, bytes, length, e) || !s3_checksum_of(bytes, length, p->checksum, e))
        return false;
    send_part(p, bytes, length);
    return true;
}

static bool send_all(Upload *u, Error *e)
{
    bool ok = true;
    for (unsigned number = 1; ok && number <= u->count; number++) {
        Part *p = take_part(u);
        if (!p)
            break;
        ok = begin_part(p, number, e) || error_wrap(e, "%s", u->writing->what);
        if (!ok)
            leave_part(p);
    }
    pthread_mutex_lock(&u->lock);
    while (u->busy > 0)
        pthread_cond_wait(&u->ended, &u->lock);
    pthread_mutex_unlock(&u->lock);
    if (ok && u->error.kind != ERROR_NONE)
        *e = u->error;
    return ok && u->error.kind == ERROR_NONE;
}

/* ---- its begin and its end: what they come to has to be known, also to one who gives up */

typedef struct Reply {
    char *id, *etag; /* the caller's */
} Reply;

static bool on_element(void *context, const char *path, const char *text, size_t length, Error *e)
{
    Reply *r = context;
    char **field = strcmp(path, "InitiateMultipartUploadResult/UploadId") == 0 ? &r->id
                   : strcmp(path, "CompleteMultipartUploadResult/ETag") == 0   ? &r->etag
                                                                               : NULL;
    if (!field || length == 0)
        return true;
    free(*field);
    *field = strndup(text, length);
    return *field || error_coded(e, ERROR_RETRY, "no_memory", "no memory for the reply");
}

static bool read_reply(const AwsCall *c, Reply *out, Error *e)
{
    const char *body = c->http.body.bytes ? c->http.body.bytes : "";
    size_t blanks = strspn(body, " \t\r\n");
    return xml_read(body + blanks, c->http.body.length - blanks, on_element, out, e) ||
           error_wrap(e, "%s", c->what);
}

static bool create(Upload *u, Error *e)
{
    const S3Writing *g = u->writing;
    const HttpPair query = {"uploads", ""};
    HttpPair headers[HEADERS_MOST] = {{"x-amz-checksum-algorithm", "CRC64NVME"},
                                      {"x-amz-checksum-type", "FULL_OBJECT"}};
    size_t count = 2;
    if (g->write->content_type)
        headers[count++] = (HttpPair){"content-type", g->write->content_type};
    AwsCall c = call_of(g, "POST", &query, 1);
    c.request.headers = headers;
    c.request.header_count = count;
    c.last = g->write->cancelled;
    Reply r = {NULL, NULL};
    bool ok = aws_do(g->aws, &c, e) && read_reply(&c, &r, e);
    if (ok && !r.id)
        ok = error_coded(e, ERROR_RETRY, "bad_reply", "%s: the reply names no upload", g->what);
    u->id = r.id;
    free(r.etag);
    aws_call_deinit(&c);
    return ok;
}

static void add_escaped(Buffer *out, const char *text)
{
    for (; *text; text++) {
        const char *entity = *text == '&'   ? "&amp;"
                             : *text == '<' ? "&lt;"
                             : *text == '>' ? "&gt;"
                             : *text == '"' ? "&quot;"
                                            : NULL;
        if (entity)
            buffer_string(out, entity);
        else
            buffer_char(out, *text);
    }
}

static void list_parts(const Upload *u, Buffer *out)
{
    buffer_string(out,
                  "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
    for (unsigned i = 0; i < u->count; i++) {
        buffer_printf(out, "<Part><PartNumber>%u</PartNumber><ETag>", i + 1);
        add_escaped(out, u->etags[i]);
        buffer_printf(out, "</ETag><ChecksumCRC64NVME>%s</ChecksumCRC64NVME></Part>",
                      u->checksums[i]);
    }
    buffer_string(out, "</CompleteMultipartUpload>");
}

static bool complete(Upload *u, Error *e)
{
    S3Writing *g = u->writing;
    const HttpPair query = {"uploadId", u->id};
    char condition[S3_CONDITION_SIZE];
    auto_buffer Buffer body = {0};
    HttpPair headers[HEADERS_MOST] = {
        {"x-amz-checksum-crc64nvme", s3_checksum_value(g->write->checksum)},
        {"x-amz-checksum-type", "FULL_OBJECT"}};
    list_parts(u, &body);
    if (body.failed)
        return error_coded(e, ERROR_RETRY, "no_memory", "%s: no memory", g->what);
    AwsCall c = call_of(g, "POST", &query, 1);
    c.request.headers = headers;
    c.request.header_count = 2 + s3_condition(g, condition, headers + 2);
    c.request.body = body.bytes;
    c.request.body_size = body.length;
    c.quiet_s = complete_quiet_s;
    c.total_s = complete_s;
    c.last = g->write->cancelled;
    Reply r = {NULL, NULL};
    bool ok = aws_do(g->aws, &c, e) && read_reply(&c, &r, e) && s3_keep_etag(g, r.etag, e);
    free(r.id);
    free(r.etag);
    aws_call_deinit(&c);
    return ok;
}

/* Once no part is under way any more. An upload that is not there has been taken back, or has
 * become the object after all. */
static void take_back(Upload *u, Error *e)
{
    const S3Writing *g = u->writing;
    Error why = {0}, first = *e;
    if (!s3_upload_abort(g->aws, g->write->uri.bucket, g->path, u->id, &why))
        error_coded(e, first.kind, first.code, "%s; its parts are left behind as upload %.40s: %s",
                    first.message, u->id, why.message);
}

static void upload_deinit(Upload *u)
{
    for (size_t i = 0; i < AT_ONCE; i++) {
        aws_call_deinit(&u->parts[i].call);
        free(u->parts[i].room);
    }
    for (unsigned i = 0; i < u->count; i++) {
        if (u->etags)
            free(u->etags[i]);
        if (u->checksums)
            free(u->checksums[i]);
    }
    free(u->etags);
    free(u->checksums);
    free(u->id);
    checksum_free(&u->whole);
    pthread_cond_destroy(&u->ended);
    pthread_mutex_destroy(&u->lock);
    free(u);
}

uint64_t s3_part_bytes(uint64_t size)
{
    uint64_t least = (size + S3_PARTS_MOST - 1) / S3_PARTS_MOST;
    least = (least + MEBI - 1) / MEBI * MEBI;
    return least > S3_PART_LEAST ? least : S3_PART_LEAST;
}

static Upload *upload_new(S3Writing *g, Error *e)
{
    Upload *u = calloc(1, sizeof *u);
    if (!u) {
        error_coded(e, ERROR_RETRY, "no_memory", "%s: no memory", g->what);
        return NULL;
    }
    uint64_t size = g->write->body.size_bytes;
    pthread_mutex_init(&u->lock, NULL);
    pthread_cond_init(&u->ended, NULL);
    u->writing = g;
    u->part_bytes = s3_part_bytes(size);
    u->count = (unsigned)((size + u->part_bytes - 1) / u->part_bytes);
    for (size_t i = 0; i < AT_ONCE; i++)
        u->parts[i].upload = u;
    u->etags = calloc(u->count, sizeof *u->etags);
    u->checksums = calloc(u->count, sizeof *u->checksums);
    bool ok = (u->etags && u->checksums) ||
              error_coded(e, ERROR_RETRY, "no_memory", "%s: no memory", g->what);
    if (ok && checksum_begin("crc64nvme", &u->whole, e))
        return u;
    upload_deinit(u);
    return NULL;
}

static bool send_and_complete(Upload *u, Error *e)
{
    S3Write *w = u->writing->write;
    char checksum[CHECKSUM_SIZE];
    if (!send_all(u, e) || !checksum_end(u->whole, checksum, e))
        return false;
    snprintf(w->checksum, sizeof w->checksum, "%.*s", (int)sizeof w->checksum - 1, checksum);
    return complete(u, e);
}

bool s3_write_parts(S3Writing *g, Error *e)
{
    Upload *u = upload_new(g, e);
    if (!u)
        return false;
    bool ok = create(u, e);
    if (ok && !send_and_complete(u, e)) {
        take_back(u, e);
        ok = false;
    }
    upload_deinit(u);
    return ok;
}
