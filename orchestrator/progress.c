/* progress.c: one line on stderr, redrawn in place on a terminal. */
#include "orchestrator/progress.h"

#include "core/clock.h"
#include "core/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const double terminal_every_s = 0.1, plain_every_s = 10.0;
enum { LINE_MAX_SIZE = 512, BAR_LEAST = 8, BAR_MOST = 30 };

/* A line can be redrawn in place. */
static bool is_terminal(int fd)
{
    const char *term = getenv("TERM");
    return isatty(fd) && !(term && strcmp(term, "dumb") == 0);
}

bool may_colour(int fd)
{
    const char *no = getenv("NO_COLOR");
    return is_terminal(fd) && !(no && no[0]);
}

unsigned terminal_width(int fd, unsigned otherwise)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return otherwise;
}

/* As the C library would decide, without a locale being set. */
static bool speaks_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && value[0])
            return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
    }
    return false;
}

void progress_init(Progress *p, bool quiet)
{
    *p = (Progress){.quiet = quiet,
                    .terminal = is_terminal(STDERR_FILENO),
                    .colour = may_colour(STDERR_FILENO),
                    .start_s = monotonic_s()};
    p->next_s = p->start_s + (p->terminal ? terminal_every_s : plain_every_s);
}

double progress_seconds(const Progress *p)
{
    return monotonic_s() - p->start_s;
}

static void time_left(const Progress *p, const ProgressCounts *c, char *out, size_t size)
{
    out[0] = '\0';
    uint64_t done = c->files + c->skipped;
    if (!p->total_files || done == 0 || done >= p->total_files)
        return;
    double share =
        p->total_bytes ? (double)(c->bytes + c->skipped_bytes) / (double)p->total_bytes : 0;
    double by_files = (double)done / (double)p->total_files;
    if (share < by_files)
        share = by_files;
    char left[64];
    text_from_duration(left, sizeof left, progress_seconds(p) * (1 - share) / share);
    snprintf(out, size, ", %s left", left);
}

static void describe(const Progress *p, const ProgressCounts *c, char *out, size_t size)
{
    char files[32], total[32], bytes[32], rate[32], left[80];
    double seconds = progress_seconds(p);
    text_from_count(files, sizeof files, c->files + c->skipped);
    text_from_count(total, sizeof total, p->total_files);
    text_from_size(bytes, sizeof bytes, c->bytes);
    text_from_size(rate, sizeof rate, (uint64_t)((double)c->bytes / (seconds > 0 ? seconds : 1)));
    time_left(p, c, left, sizeof left);
    uint64_t of = p->total_files ? p->total_files : c->files + c->skipped;
    snprintf(out, size, "%s%s%s file%s, %" PRIu64 " failed, %s, %s/s%s", files,
             p->total_files ? " of " : "", p->total_files ? total : "", of == 1 ? "" : "s",
             c->failed, bytes, rate, left);
}

/* As wide as the text leaves room for; too little room: no bar. Returns the columns taken. */
static unsigned draw_bar(const Progress *p, const ProgressCounts *c, unsigned room)
{
    if (!p->total_files || room < BAR_LEAST + 1)
        return 0;
    double share = (double)(c->files + c->skipped) / (double)p->total_files;
    unsigned cells = room - 1 < BAR_MOST ? room - 1 : BAR_MOST;
    unsigned full = share < 1 ? (unsigned)(share * cells) : cells;
    const char *done = speaks_utf8() ? "\u2588" : "#", *open = speaks_utf8() ? "\u2591" : ".";
    fputs(p->colour ? "\033[32m" : "", stderr);
    for (unsigned i = 0; i < cells; i++)
        fputs(i < full ? done : open, stderr);
    fputs(p->colour ? "\033[0m " : " ", stderr);
    return cells + 1;
}

static void draw(Progress *p, const ProgressCounts *c)
{
    char line[LINE_MAX_SIZE];
    describe(p, c, line, sizeof line);
    unsigned width = terminal_width(STDERR_FILENO, 80) - 1, length = (unsigned)strlen(line);
    fputs("\r\033[K", stderr);
    unsigned left = width - draw_bar(p, c, width > length ? width - length : 0);
    fprintf(stderr, "%.*s", (int)left, line);
    fflush(stderr);
    p->drawn = true;
}

void progress_update(Progress *p, const ProgressCounts *c)
{
    double now = p->quiet ? 0 : monotonic_s();
    if (p->quiet || now < p->next_s)
        return;
    p->next_s = now + (p->terminal ? terminal_every_s : plain_every_s);
    if (p->terminal) {
        draw(p, c);
        return;
    }
    char line[LINE_MAX_SIZE];
    describe(p, c, line, sizeof line);
    fprintf(stderr, "weir: %s\n", line);
}

void progress_clear(Progress *p)
{
    if (p->drawn)
        fputs("\r\033[K", stderr);
    p->drawn = false;
}

void progress_say(Progress *p, const char *format, ...)
{
    char text[LINE_MAX_SIZE * 2];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    auto_buffer Buffer line = {0};
    text_printable(&line, text, strlen(text));
    progress_clear(p);
    fprintf(stderr, "weir: %s\n", line.bytes ? line.bytes : text);
}
