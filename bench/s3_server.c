/* s3_server.c: s3_server PORT KEYS SIZE|FILE DELAY_MS: a bucket of so many keys in folders of
 * 10,000, each object of SIZE bytes that are made up, or a copy of the file, every reply DELAY_MS
 * late as on a network. It believes everybody: what is measured is who asks. */
#include "core/buffer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 1000, FOLDER = 10000, KEY_SIZE = 1100, CHUNK = 1 << 20 };

typedef struct Bucket {
    uint64_t keys, size;
    long delay_ms;
    const char *chunk; /* made up: CHUNK bytes; NULL: file */
    const char *file;
} Bucket;

typedef struct Connection {
    const Bucket *bucket;
    int fd;
} Connection;

static void key_of(uint64_t i, char out[KEY_SIZE])
{
    snprintf(out, KEY_SIZE, "data/%05" PRIu64 "/%05" PRIu64 ".bin", i / FOLDER, i % FOLDER);
}

/* How many keys are not behind the text. */
static uint64_t place_of(const Bucket *b, const char *text)
{
    uint64_t low = 0, high = b->keys;
    char key[KEY_SIZE];
    while (low < high) {
        uint64_t middle = (low + high) / 2;
        key_of(middle, key);
        if (strcmp(key, text) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int hex(char c)
{
    return c <= '9' ? c - '0' : (c & ~0x20) - 'A' + 10;
}

static void parameter(const char *target, const char *name, char out[KEY_SIZE])
{
    size_t length = strlen(name), n = 0;
    const char *at = strchr(target, '?');
    while (at && !(strncmp(at + 1, name, length) == 0 && at[length + 1] == '='))
        at = strchr(at + 1, '&');
    for (at = at ? at + length + 2 : ""; *at && *at != '&' && n + 1 < KEY_SIZE; at++) {
        out[n++] = (char)(*at == '%' ? hex(at[1]) << 4 | hex(at[2]) : *at);
        at += *at == '%' ? 2 : 0;
    }
    out[n] = '\0';
}

static void put_page(const Bucket *b, const char *target, Buffer *out)
{
    char prefix[KEY_SIZE], after[KEY_SIZE], token[KEY_SIZE], delimiter[KEY_SIZE], key[KEY_SIZE];
    parameter(target, "prefix", prefix);
    parameter(target, "start-after", after);
    parameter(target, "continuation-token", token);
    parameter(target, "delimiter", delimiter);
    uint64_t i = token[0] ? strtoull(token, NULL, 10) : place_of(b, after);
    size_t told = 0, length = strlen(prefix);
    buffer_string(out, "<ListBucketResult><EncodingType>url</EncodingType>");
    for (; i < b->keys && told < PAGE; i++) {
        key_of(i, key);
        int order = strncmp(key, prefix, length);
        if (order > 0)
            break;
        if (order < 0)
            continue;
        char *slash = delimiter[0] ? strchr(key + length, '/') : NULL;
        told++;
        if (slash) {
            slash[1] = '\0';
            buffer_printf(out, "<CommonPrefixes><Prefix>%s</Prefix></CommonPrefixes>", key);
            i = (strlen(key) > 5 ? i / FOLDER * FOLDER + FOLDER : b->keys) - 1;
            continue;
        }
        buffer_printf(out,
                      "<Contents><Key>%s</Key><LastModified>2026-11-21T00:00:00.000Z"
                      "</LastModified><ETag>&quot;%016" PRIx64 "&quot;</ETag><Size>%" PRIu64
                      "</Size><StorageClass>STANDARD</StorageClass></Contents>",
                      key, i, b->size);
    }
    bool more = i < b->keys && told == PAGE;
    buffer_printf(out, "<IsTruncated>%s</IsTruncated>", more ? "true" : "false");
    if (more)
        buffer_printf(out, "<NextContinuationToken>%" PRIu64 "</NextContinuationToken>", i);
    buffer_string(out, "</ListBucketResult>");
}

static bool put(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

static bool say_page(const Connection *c, const char *target)
{
    Buffer body = {0};
    char head[128];
    put_page(c->bucket, target, &body);
    int n =
        snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", body.length);
    bool ok = put(c->fd, head, (size_t)n) && put(c->fd, body.bytes, body.length);
    buffer_deinit(&body);
    return ok;
}

static bool say_object(const Connection *c, const char *request)
{
    const char *range = strcasestr(request, "\r\nrange: bytes=");
    uint64_t begin = 0, end = c->bucket->size;
    if (range) {
        char *rest;
        begin = strtoull(range + 15, &rest, 10);
        end = strtoull(rest + 1, NULL, 10) + 1;
    }
    char head[256];
    int n = snprintf(head, sizeof head,
                     "HTTP/1.1 %s\r\nETag: \"0\"\r\nContent-Length: %" PRIu64 "\r\n\r\n",
                     range ? "206 Partial Content" : "200 OK", end - begin);
    if (!put(c->fd, head, (size_t)n) || strncmp(request, "HEAD", 4) == 0)
        return strncmp(request, "HEAD", 4) == 0;
    for (uint64_t left = end - begin; left > 0;) {
        size_t piece = left < CHUNK ? (size_t)left : CHUNK;
        const Bucket *b = c->bucket;
        if (!put(c->fd, b->chunk ? b->chunk : b->file + end - left, piece))
            return false;
        left -= piece;
    }
    return true;
}

static void *serve(void *context)
{
    Connection *c = context;
    char request[16384];
    size_t length = 0;
    for (;;) {
        ssize_t n = recv(c->fd, request + length, sizeof request - 1 - length, 0);
        if (n <= 0)
            break;
        length += (size_t)n;
        request[length] = '\0';
        if (!strstr(request, "\r\n\r\n"))
            continue;
        struct timespec late = {c->bucket->delay_ms / 1000, c->bucket->delay_ms % 1000 * 1000000};
        nanosleep(&late, NULL);
        char target[8192] = "";
        sscanf(request, "%*s %8191s", target);
        bool lists = strstr(target, "list-type=2") != NULL;
        if (!(lists ? say_page(c, target) : say_object(c, request)))
            break;
        length = 0;
    }
    close(c->fd);
    free(c);
    return NULL;
}

static bool fill(Bucket *b, const char *what)
{
    struct stat st;
    char *rest;
    b->size = strtoull(what, &rest, 10);
    if (*rest == '\0') {
        char *chunk = malloc(CHUNK);
        b->chunk = chunk;
        return chunk && memset(chunk, 0xa5, CHUNK);
    }
    int fd = open(what, O_RDONLY);
    if (fd < 0 || fstat(fd, &st) < 0)
        return false;
    b->size = (uint64_t)st.st_size;
    b->file = mmap(NULL, b->size, PROT_READ, MAP_SHARED, fd, 0);
    return b->file != MAP_FAILED;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: s3_server PORT KEYS SIZE|FILE DELAY_MS\n");
        return 2;
    }
    static Bucket b;
    b.keys = strtoull(argv[2], NULL, 10);
    b.delay_ms = atol(argv[4]);
    if (!fill(&b, argv[3])) {
        perror(argv[3]);
        return 1;
    }
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)atoi(argv[1])),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&a, sizeof a) < 0 || listen(listener, 256) < 0) {
        perror("s3_server");
        return 1;
    }
    for (;;) {
        Connection *c = malloc(sizeof *c);
        pthread_t thread;
        *c = (Connection){&b, accept(listener, NULL, NULL)};
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (c->fd >= 0 && pthread_create(&thread, NULL, serve, c) == 0)
            pthread_detach(thread);
    }
}
