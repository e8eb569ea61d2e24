/* archive_open.h: small archives, made in memory and unpacked, for the programs that test them. */
#pragma once

#include "formats/archive/archive_kind.h"
#include "formats/formats.h"
#include "tests/support/make_archive.h"

static const UnpackOrder everything = {.run_bytes = 1 << 30,
                                       .run_members = 1000,
                                       .bytes_left = 1 << 30,
                                       .entries_left = 1000,
                                       .member_bytes = 1 << 30};

typedef struct Fixture {
    Arena arena;
    int fd, out;
    Input in;
    uint8_t head[INPUT_HEAD_SIZE];
    Unpacker *open;
    Unpacked u;
    Error e;
} Fixture;

static inline void open_made(Fixture *f, const Made *m, const char *name)
{
    *f = (Fixture){.fd = made_file(m), .out = memfd_create("out", MFD_CLOEXEC)};
    arena_init(&f->arena, 0);
    assert_true(f->out >= 0);
    assert_ok(input_init(&f->in, f->fd, name, f->head, &f->e), &f->e);
}

static inline void forget_runs(Fixture *f)
{
    if (f->open)
        f->open->close(f->open);
    f->open = NULL;
}

static inline void close_made(Fixture *f)
{
    forget_runs(f);
    arena_deinit(&f->arena);
    close(f->fd);
    close(f->out);
}

static inline void unpack(Fixture *f, const UnpackOrder *order)
{
    UnpackOrder o = *order;
    const char *evidence;
    ArchiveKind kind = archive_kind(&f->in, &evidence);
    assert_true(kind < ARCHIVE_KINDS);
    const Format *format = formats_find(archive_word(kind));
    o.out = f->out;
    assert_ok(format->unpack(&f->open, &f->in, &o, &f->arena, &f->u, &f->e), &f->e);
}

static inline void check_member(const Fixture *f, size_t index, const char *name,
                                const char *content)
{
    char bytes[256] = "";
    assert_true(index < f->u.count);
    const UnpackedMember *m = &f->u.members[index];
    assert_string_equal(m->name, name);
    assert_string_equal(m->reason, "");
    assert_int_equal(m->size, strlen(content));
    assert_int_equal(pread(f->out, bytes, m->size, (off_t)m->offset), (ssize_t)m->size);
    assert_string_equal(bytes, content);
}
