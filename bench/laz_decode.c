/* laz_decode.c: decodes every point of a LAZ file and nothing else: laz_decode FILE [PROCESSES].
 * Several processes take the chunks in turn, as parts of a file are read. */
#include "formats/las/las_vlr.h"
#include "formats/las/laz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUN = 10000, PROCESSES_MAX = 64 };

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool open_file(const Input *in, Arena *a, LasHeader *h, Laz **out, Error *e)
{
    Dataset notes;
    LasVlrs vlrs;
    Error cut = {0};
    dataset_init(&notes, a);
    if (!las_header_read(in, &notes, h, e) || !las_vlrs_read(in, h, &notes, &vlrs, &cut, e))
        return false;
    LazPlace place = {.points_offset = h->points_offset,
                      .point_count = h->points,
                      .record_bytes = h->record_bytes,
                      .point_format = h->point_format,
                      .vlr = vlrs.laszip.bytes,
                      .vlr_size = vlrs.laszip.size};
    return laz_open(in, &place, a, out, e);
}

static bool decode(Laz *l, size_t record_bytes, size_t from, size_t step, Error *e)
{
    uint8_t *records = malloc(RUN * record_bytes);
    bool sound = records;
    for (size_t i = from; sound && i < laz_chunk_count(l); i += step) {
        sound = laz_begin(l, i, e);
        for (size_t got = RUN; sound && got == RUN;)
            sound = laz_read(l, records, RUN, &got, e);
    }
    free(records);
    return sound;
}

static int work(const char *path, size_t from, size_t step, uint64_t *points)
{
    static uint8_t head[INPUT_HEAD_SIZE];
    Input in;
    Arena a;
    Laz *l;
    LasHeader h;
    Error e = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    arena_init(&a, 0);
    bool sound = fd >= 0 && input_init(&in, fd, path, head, &e) && open_file(&in, &a, &h, &l, &e) &&
                 decode(l, h.record_bytes, from, step, &e);
    if (!sound)
        fprintf(stderr, "%s: %s\n", path, e.message);
    *points = sound ? h.points : 0;
    arena_deinit(&a);
    return sound ? 0 : 1;
}

int main(int argc, char **argv)
{
    long processes = argc > 2 ? strtol(argv[2], NULL, 10) : 1;
    if (argc < 2 || processes < 1 || processes > PROCESSES_MAX) {
        fprintf(stderr, "laz_decode FILE [PROCESSES]\n");
        return 2;
    }
    double start = now_s();
    for (long i = 1; i < processes; i++) {
        uint64_t points;
        pid_t child = fork();
        if (child == 0)
            _exit(work(argv[1], (size_t)i, (size_t)processes, &points));
    }
    uint64_t points;
    int failed = work(argv[1], 0, (size_t)processes, &points);
    for (int status; wait(&status) > 0;)
        failed |= status != 0;
    printf("%.2f Mpoints/s\n", (double)points / (now_s() - start) / 1e6);
    return failed;
}
