/* credentials_process.c: another program that prints credentials: credential_process.
 *
 * No shell is started: the command line is split into words as botocore splits it. What the program
 * says on standard error goes where ours goes. */
#include "stores/aws/credentials_provider.h"

#include "core/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MOST = 256, OUTPUT_MOST = 65536, LIMIT_S = 60, SLICE_MS = 50 };

/* What a quote is for: the bytes of a word up to the blank behind it. NULL: a quote without end. */
static const char *read_word(const char *c, Buffer *word)
{
    char quote = '\0';
    for (; *c && (quote || !strchr(" \t\r\n", *c)); c++) {
        bool escapes = *c == '\\' && (!quote || (quote == '"' && (c[1] == '"' || c[1] == '\\')));
        if (escapes && !c[1])
            return NULL;
        if (escapes)
            buffer_char(word, *++c);
        else if (quote ? *c == quote : (*c == '"' || *c == '\''))
            quote = quote ? '\0' : *c;
        else
            buffer_char(word, *c);
    }
    return quote ? NULL : c;
}

bool credentials_split(const char *command, Arena *a, char ***words, Error *e)
{
    char **all = arena_array(a, WORDS_MOST + 1, sizeof *all);
    if (!all) {
        arena_full(a, e);
        return false;
    }
    size_t count = 0;
    auto_buffer Buffer word = {0};
    for (const char *c = command + strspn(command, " \t\r\n"); *c; c += strspn(c, " \t\r\n")) {
        buffer_clear(&word);
        buffer_string(&word, "");
        c = read_word(c, &word);
        if (!c)
            return error_coded(e, ERROR_SETUP, "credentials",
                               "credential_process has a quote or a \\ without its end");
        if (count == WORDS_MOST)
            return error_coded(e, ERROR_SETUP, "credentials",
                               "credential_process has more than %d words", WORDS_MOST);
        all[count] = word.failed ? NULL : arena_copy(a, word.bytes, word.length);
        if (!all[count++]) {
            arena_full(a, e);
            return false;
        }
    }
    if (count == 0)
        return error_coded(e, ERROR_SETUP, "credentials", "credential_process is empty");
    *words = all;
    return true;
}

/* Standard output is the pipe, standard input is empty, signals are as at a program's start. */
static int spawn(char **words, int out, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGINT);
    sigaddset(&usual, SIGTERM);
    int error = posix_spawn_file_actions_init(&actions);
    if (error)
        return error;
    error = posix_spawnattr_init(&attributes);
    if (error) {
        posix_spawn_file_actions_destroy(&actions);
        return error;
    }
    error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!error)
        error = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    if (!error)
        error = posix_spawnattr_setsigmask(&attributes, &none);
    if (!error)
        error = posix_spawnattr_setsigdefault(&attributes, &usual);
    if (!error)
        error =
            posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (!error)
        error = posix_spawnp(pid, words[0], &actions, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

typedef struct Run {
    const CredentialSearch *search;
    const char *name; /* of the program, for messages */
    double until_s;
} Run;

/* False with e: stop waiting. */
static bool may_wait(const Run *r, Error *e)
{
    if (r->search->stop && atomic_load(r->search->stop))
        return error_coded(e, ERROR_RETRY, "stopped", "credential_process %s: stopped", r->name);
    if (monotonic_s() < r->until_s)
        return true;
    return error_coded(e, ERROR_RETRY, "credentials",
                       "credential_process %s: no end after %d s, ended by force", r->name,
                       LIMIT_S);
}

static bool read_output(const Run *r, int fd, Buffer *out, Error *e)
{
    char bytes[4096];
    bool good = true;
    for (bool end = false; good && !end;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int ready = poll(&p, 1, SLICE_MS);
        if (ready < 0 && errno != EINTR)
            good = error_errno(e, ERROR_RETRY, errno, "credential_process %s", r->name);
        else
            good = may_wait(r, e);
        if (!good || ready <= 0)
            continue;
        ssize_t got = read(fd, bytes, sizeof bytes);
        end = got <= 0;
        if (got > 0)
            buffer_append(out, bytes, (size_t)got);
        if (out->failed || out->length > OUTPUT_MOST)
            good = error_coded(e, ERROR_SETUP, "credentials",
                               "credential_process %s: more than %d KiB of output", r->name,
                               OUTPUT_MOST / 1024);
    }
    explicit_bzero(bytes, sizeof bytes);
    return good;
}

/* Its exit status; *gone says that nothing is left of it. */
static bool wait_end(const Run *r, pid_t pid, int *status, bool *gone, Error *e)
{
    *status = 0;
    for (;;) {
        pid_t got = waitpid(pid, status, WNOHANG);
        *gone = got == pid || (got < 0 && errno != EINTR);
        if (*gone)
            return true;
        if (!may_wait(r, e))
            return false;
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
}

static bool check_status(const Run *r, int status, Error *e)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    return error_coded(e, ERROR_SETUP, "credentials",
                       "credential_process %s: ended with %s %d; run it by hand to see why",
                       r->name, WIFSIGNALED(status) ? "signal" : "exit code",
                       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static bool run(const Run *r, char **words, Buffer *out, Error *e)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_errno(e, ERROR_RETRY, errno, "credential_process %s", r->name);
    pid_t pid;
    int error = spawn(words, ends[1], &pid);
    close(ends[1]);
    if (error) {
        close(ends[0]);
        return error_errno(e, ERROR_SETUP, error, "credential_process %s: cannot be started",
                           r->name);
    }
    int status = 0;
    bool gone = false;
    bool good = read_output(r, ends[0], out, e) && wait_end(r, pid, &status, &gone, e);
    close(ends[0]);
    if (!gone) {
        kill(pid, SIGKILL);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    return good && check_status(r, status, e);
}

bool credentials_from_process(CredentialSearch *c, const char *command, Credentials *out, Error *e)
{
    Arena a = {0};
    auto_buffer Buffer output = {0};
    char **words, from[160];
    bool good = credentials_split(command, &a, &words, e);
    if (good) {
        Run r = {.search = c, .name = words[0], .until_s = monotonic_s() + LIMIT_S};
        snprintf(from, sizeof from, "credential_process %.120s", words[0]);
        CredentialReply reply = {
            .from = from, .token_key = "SessionToken", .kind = ERROR_SETUP, .process = true};
        good = run(&r, words, &output, e) &&
               credentials_from_json(output.bytes ? output.bytes : "", output.length, &reply, out,
                                     e) &&
               credentials_are_fresh(out, &reply, e);
        if (!good)
            credentials_deinit(out);
    }
    credentials_wipe(&output);
    arena_deinit(&a);
    return good;
}
