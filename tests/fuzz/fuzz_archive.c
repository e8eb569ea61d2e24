/* fuzz_archive.c: an archive on its way to the orchestrator: unpacked in small runs, told as bytes,
 * believed; and those bytes as a hostile child would send them, which is the input itself. */
#include "orchestrator/unit_names.h"
#include "pipelines/listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CAPACITY = 1 << 22, RUNS_MAX = 20 };

static const UnpackOrder small = {.run_bytes = 1 << 16,
                                  .run_members = 5,
                                  .bytes_left = 1 << 20,
                                  .entries_left = 200,
                                  .member_bytes = 1 << 19};

static void take_names(const Unpacked *u, Arena *a)
{
    UnitNames names = {0};
    Error e = {0};
    const char *text;
    for (size_t i = 0; i < u->count; i++) {
        unit_name_leads_out(u->members[i].name);
        if (!unit_names_add(&names, a, i % 2 ? "x.zip" : "", u->members[i].name, &text, &e) ||
            !text[0])
            abort();
    }
    unit_names_deinit(&names);
}

/* One run, as a child does it and as the parent takes it. False: there is no next. */
static bool run(Unpacker **open, const Input *in, UnpackOrder *o, uint8_t *bytes)
{
    Arena a;
    Listing said, heard;
    Error e = {0};
    arena_init(&a, 1 << 27);
    pipeline_unpack(open, in, o, &a, &said);
    size_t length = listing_encode(&said, bytes, CAPACITY);
    if (length == 0 || !listing_decode(bytes, length, o, &a, &heard, &e))
        (void)fprintf(stderr, "%s\n", e.message), abort(); /* an honest child is believed */
    bool more = heard.error.kind == ERROR_NONE && heard.unpacked.more;
    take_names(&heard.unpacked, &a);
    o->first = heard.unpacked.next;
    o->bytes_left -= heard.unpacked.bytes;
    o->entries_left -= heard.unpacked.entries;
    arena_deinit(&a);
    return more;
}

static void unpack_all(const uint8_t *data, size_t size, uint8_t *bytes)
{
    static uint8_t head[INPUT_HEAD_SIZE];
    int fd = memfd_create("archive", MFD_CLOEXEC), out = memfd_create("out", MFD_CLOEXEC);
    Input in;
    Error e = {0};
    if (fd < 0 || out < 0 || write(fd, data, size) != (ssize_t)size ||
        !input_init(&in, fd, "fuzz.gz", head, &e))
        abort();
    Unpacker *open = NULL;
    UnpackOrder o = small;
    o.out = out;
    for (int runs = 0; runs < RUNS_MAX && run(&open, &in, &o, bytes); runs++)
        ;
    unpacker_close(&open);
    close(fd);
    close(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t *bytes;
    if (!bytes)
        bytes = malloc(CAPACITY);
    Arena a;
    Listing listing;
    Error e = {0};
    arena_init(&a, 1 << 26);
    if (listing_decode(data, size, &small, &a, &listing, &e))
        take_names(&listing.unpacked, &a);
    arena_deinit(&a);
    unpack_all(data, size, bytes);
    return 0;
}
