/* test_http_tls.c: whom a call trusts. The other end is openssl's own server. */
#include "stores/aws/http.h"
#include "tests/support/cases.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* A certificate of our own for localhost, and a server that has it. */
typedef struct World {
    char folder[32], key[64], certificate[64], said[64];
    pid_t server;
    char origin[40];
} World;

/* Its standard output is `out` or nobody's. */
static pid_t start(const char *const *words, const char *out)
{
    posix_spawn_file_actions_t files;
    pid_t pid;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out, O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int failure = posix_spawnp(&pid, words[0], &files, NULL, (char *const *)words, environ);
    posix_spawn_file_actions_destroy(&files);
    if (failure)
        case_skip("there is no program openssl");
    return pid;
}

/* "ACCEPT 127.0.0.1:40001" is what it says once it listens. */
static void find_port(World *w)
{
    char line[256] = "";
    const char *colon = NULL;
    for (int i = 0; i < 500 && !colon; i++) {
        FILE *f = fopen(w->said, "r");
        while (f && !colon && fgets(line, sizeof line, f))
            if (strncmp(line, "ACCEPT ", 7) == 0 && strchr(line, '\n'))
                colon = strrchr(line, ':');
        if (f)
            fclose(f);
        usleep(20000);
    }
    assert_non_null(colon);
    snprintf(w->origin, sizeof w->origin, "https://localhost:%.*s", (int)strcspn(colon + 1, "\r\n"),
             colon + 1);
}

static World *world_new(void)
{
    World *w = calloc(1, sizeof *w);
    assert_non_null(w);
    snprintf(w->folder, sizeof w->folder, "/tmp/test_http.XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    snprintf(w->key, sizeof w->key, "%s/key", w->folder);
    snprintf(w->certificate, sizeof w->certificate, "%s/certificate", w->folder);
    snprintf(w->said, sizeof w->said, "%s/said", w->folder);
    const char *const make[] = {
        "openssl", "req",   "-x509",         "-newkey",      "rsa:2048",
        "-nodes",  "-subj", "/CN=localhost", "-addext",      "subjectAltName=DNS:localhost",
        "-keyout", w->key,  "-out",          w->certificate, NULL};
    int status;
    waitpid(start(make, "/dev/null"), &status, 0);
    assert_int_equal(status, 0);
    const char *const serve[] = {"openssl", "s_server",     "-accept", "127.0.0.1:0", "-www",
                                 "-cert",   w->certificate, "-key",    w->key,        NULL};
    w->server = start(serve, w->said);
    find_port(w);
    return w;
}

static void world_free(World *w)
{
    kill(w->server, SIGTERM);
    waitpid(w->server, NULL, 0);
    unlink(w->key);
    unlink(w->certificate);
    unlink(w->said);
    rmdir(w->folder);
    free(w);
}

static bool ask(const World *w, const char *bundle, int *status, Error *e)
{
    HttpOptions o = {.ca_bundle = bundle, .connections = 1};
    HttpRequest r = {.method = "GET", .origin = w->origin, .path = "/"};
    HttpCall c = {.total_s = 20};
    Http *h = NULL;
    assert_ok(http_open(&o, &h, e), e);
    bool done = http_exchange(h, &r, &c, e);
    *status = c.status;
    http_call_deinit(&c);
    http_close(h);
    return done;
}

static void trust(void **state)
{
    (void)state;
    World *w = world_new();
    int status;
    Error e = {0};
    assert_ok(ask(w, w->certificate, &status, &e), &e);
    assert_int_equal(status, 200);
    static const char *const no_bundles[] = {NULL, "/nowhere/bundle"};
    for (size_t i = 0; i < CASES(no_bundles); i++) {
        assert_false(ask(w, no_bundles[i], &status, &e));
        assert_int_equal(status, 0);
        assert_int_equal(e.kind, ERROR_SETUP);
        assert_string_equal(e.code, "tls");
        assert_non_null(strstr(e.message, "AWS_CA_BUNDLE"));
    }
    /* the right authority, but for another name */
    memcpy(strstr(w->origin, "localhost"), "127.0.0.1", 9);
    assert_false(ask(w, w->certificate, &status, &e));
    assert_int_equal(e.kind, ERROR_SETUP);
    assert_string_equal(e.code, "tls");
    world_free(w);
}

static const Case cases[] = {
    {"trust", trust},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
