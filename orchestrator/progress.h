/* progress.h: what a person sees while a run goes on, on stderr. A bar on a terminal, a plain line
 * now and then elsewhere, nothing when quiet. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct Progress {
    bool quiet, terminal, colour;
    uint64_t total_files, total_bytes; /* what lies ahead, 0: not known */
    double start_s, next_s;            /* monotonic: begin, earliest next drawing */
    bool drawn;                        /* a bar stands on the line */
} Progress;

typedef struct ProgressCounts {
    uint64_t files, failed, skipped;
    uint64_t bytes, skipped_bytes; /* of `files`, of `skipped` */
} ProgressCounts;

void progress_init(Progress *p, bool quiet);
/* Draws if it is time to. */
void progress_update(Progress *p, const ProgressCounts *c);
/* A line of its own: a fault of the world, a pause. Shown even when quiet. */
void progress_say(Progress *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Removes the bar. */
void progress_clear(Progress *p);
double progress_seconds(const Progress *p);

/* True where stderr (fd 2) or stdout (fd 1) may be coloured: a terminal, and NO_COLOR is not set.
 */
bool may_colour(int fd);
/* Columns of the terminal behind fd, else `otherwise`. */
unsigned terminal_width(int fd, unsigned otherwise);
