/* test_archive_runs.c: an archive in several runs: the same members whether it stays open between
 * them or not, and gone through once where it does. */
#include "tests/formats/archive_open.h"

enum { MEMBERS = 8, CONTENT = 40000 };

/* A tar in a gzip of several members, one for each of the tar's: far more than is read at a time.
 * Their content is digits: 0000..., 1111... */
typedef struct Packed {
    Fixture f;
    uint64_t starts[MEMBERS + 1]; /* of the gzip's members */
} Packed;

static void add_piece(int fd, const Made *tar)
{
    static Made piece;
    piece.length = 0;
    made_gzip(&piece, NULL, tar->bytes, tar->length);
    assert_int_equal(write(fd, piece.bytes, piece.length), (ssize_t)piece.length);
}

static void open_packed(Packed *p, unsigned broken)
{
    static Made tar;
    static char content[CONTENT + 1];
    Made none = {.length = 0};
    open_made(&p->f, &none, "x");
    for (unsigned i = 0; i < MEMBERS; i++) {
        char name[16];
        tar.length = 0;
        memset(content, '0' + (int)i, CONTENT);
        snprintf(name, sizeof name, "m%u.csv", i);
        made_tar(&tar, name, '0', content);
        if (i == broken)
            tar.bytes[0] ^= 1;
        p->starts[i] = (uint64_t)lseek(p->f.fd, 0, SEEK_END);
        add_piece(p->f.fd, &tar);
    }
    p->starts[MEMBERS] = (uint64_t)lseek(p->f.fd, 0, SEEK_END);
    tar.length = 0;
    made_tar_end(&tar);
    add_piece(p->f.fd, &tar);
    assert_ok(input_init(&p->f.in, p->f.fd, "x", p->f.head, &p->f.e), &p->f.e);
}

static void check_digits(const Fixture *f, unsigned digit)
{
    static char bytes[CONTENT];
    char name[16];
    assert_int_equal(f->u.count, 1);
    const UnpackedMember *m = &f->u.members[0];
    snprintf(name, sizeof name, "m%u.csv", digit);
    assert_string_equal(m->name, name);
    assert_string_equal(m->reason, "");
    assert_int_equal(m->size, CONTENT);
    assert_int_equal(pread(f->out, bytes, CONTENT, (off_t)m->offset), CONTENT);
    for (size_t i = 0; i < CONTENT; i++)
        assert_int_equal(bytes[i], '0' + (int)digit);
}

static UnpackOrder one_by_one(void)
{
    UnpackOrder o = everything;
    o.run_bytes = 1;
    return o;
}

/* What was read is overwritten: to read it again would be to find a damaged archive. */
static void what_was_read_is_not_read_again(void **state)
{
    (void)state;
    static const uint8_t nothing[CONTENT];
    Packed p;
    UnpackOrder o = one_by_one();
    open_packed(&p, UINT32_MAX);
    for (unsigned i = 0; i < MEMBERS; i++) {
        unpack(&p.f, &o);
        check_digits(&p.f, i);
        assert_int_equal(p.f.u.more, i + 1 < MEMBERS);
        o.first = p.f.u.next;
        assert_int_equal(pwrite(p.f.fd, nothing, CONTENT, (off_t)p.starts[i]), CONTENT);
    }
    assert_int_equal(p.f.u.error.kind, ERROR_NONE);
    assert_int_equal(p.f.u.note_count, 0);
    assert_null(p.f.open);
    close_made(&p.f);
}

/* A run that has to begin anew finds the same members. */
static void forgotten_between_runs(void **state)
{
    (void)state;
    for (unsigned forgotten = 0; forgotten < MEMBERS; forgotten++) {
        Packed p;
        UnpackOrder o = one_by_one();
        open_packed(&p, UINT32_MAX);
        for (unsigned i = 0; i < MEMBERS; i++) {
            unpack(&p.f, &o);
            check_digits(&p.f, i);
            o.first = p.f.u.next;
            if (i == forgotten)
                forget_runs(&p.f);
        }
        assert_false(p.f.u.more);
        close_made(&p.f);
    }
}

/* A header that is damaged is told of once, by the last run. */
static void damage_is_told_at_the_end(void **state)
{
    (void)state;
    for (int forgetful = 0; forgetful <= 1; forgetful++) {
        Packed p;
        UnpackOrder o = one_by_one();
        unsigned members = 0;
        open_packed(&p, 2);
        do {
            unpack(&p.f, &o);
            check_digits(&p.f, members < 2 ? members : members + 1);
            members++;
            o.first = p.f.u.next;
            if (forgetful)
                forget_runs(&p.f);
            assert_string_equal(p.f.u.error.code, p.f.u.more ? "" : "damaged");
        } while (p.f.u.more);
        assert_int_equal(members, MEMBERS - 1);
        close_made(&p.f);
    }
}

static const Case cases[] = {
    {"what_was_read_is_not_read_again", what_was_read_is_not_read_again},
    {"forgotten_between_runs", forgotten_between_runs},
    {"damage_is_told_at_the_end", damage_is_told_at_the_end},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
