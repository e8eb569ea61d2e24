/* test_foundation.c: Arena, Error, Buffer, and Dataset's names and attributes. */
#include "core/arena.h"
#include "core/buffer.h"
#include "core/dataset.h"
#include "tests/support/cases.h"

#include <errno.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void free_arena(Arena *a)
{
    arena_deinit(a);
}
#define auto_arena __attribute__((cleanup(free_arena)))

static bool all_zero(const void *bytes, size_t size)
{
    const char *p = bytes;
    for (size_t i = 0; i < size; i++)
        if (p[i])
            return false;
    return true;
}

static void arena_gives_zeroed_aligned_memory(void **state)
{
    (void)state;
    auto_arena Arena a;
    arena_init(&a, 0);
    for (int round = 0; round < 2; round++) {
        for (size_t size = 0; size < 200000; size = size * 2 + 1) {
            char *p = arena_alloc(&a, size);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
            assert_true(all_zero(p, size));
            memset(p, 0xFF, size);
        }
        arena_reset(&a);
        assert_int_equal(a.used, 0);
    }
}

static void arena_respects_its_ceiling(void **state)
{
    (void)state;
    auto_arena Arena a;
    arena_init(&a, 1 << 20);
    assert_non_null(arena_alloc(&a, 1 << 19));
    assert_null(arena_alloc(&a, (1 << 19) + 1));
    assert_non_null(arena_alloc(&a, 1 << 19));
    assert_null(arena_alloc(&a, 1));
    Error e = {0};
    assert_false(arena_full(&a, &e));
    assert_int_equal(e.kind, ERROR_DATA);
    assert_string_equal(e.code, "memory");
    assert_string_equal(e.message, "needs more memory than the 1 MiB that one file may take");
    arena_reset(&a);
    assert_non_null(arena_alloc(&a, 1 << 20));
}

static void arena_refuses_impossible_sizes(void **state)
{
    (void)state;
    auto_arena Arena a;
    arena_init(&a, 0);
    assert_null(arena_array(&a, SIZE_MAX / 2, 3));
    assert_null(arena_array(&a, SIZE_MAX, SIZE_MAX));
    assert_null(arena_alloc(&a, SIZE_MAX));
    assert_null(arena_alloc(&a, SIZE_MAX - 8));
    assert_null(arena_copy(&a, "", SIZE_MAX));
    size_t capacity = 0;
    assert_null(arena_grow(&a, NULL, &capacity, SIZE_MAX, 1));
    assert_int_equal(capacity, 0);
    assert_non_null(arena_array(&a, 0, 8));
}

static void arena_copies_text(void **state)
{
    (void)state;
    auto_arena Arena a;
    arena_init(&a, 0);
    assert_memory_equal(arena_copy(&a, "a\0b", 3), "a\0b", 4);
    assert_string_equal(arena_string(&a, "name"), "name");
    assert_string_equal(arena_printf(&a, "%s %d", "gate", 124), "gate 124");
    assert_string_equal(arena_printf(&a, "%s", ""), "");
}

static void arena_grows_arrays(void **state)
{
    (void)state;
    auto_arena Arena a;
    arena_init(&a, 0);
    int *items = NULL;
    size_t capacity = 0;
    for (int i = 0; i < 1000; i++) {
        items = arena_grow(&a, items, &capacity, (size_t)i + 1, sizeof *items);
        assert_non_null(items);
        assert_true(capacity > (size_t)i);
        assert_int_equal(items[i], 0);
        items[i] = i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
}

static void arena_may_be_emptied_twice(void **state)
{
    (void)state;
    Arena a = {0};
    arena_deinit(&a);
    assert_non_null(arena_alloc(&a, 10));
    arena_deinit(&a);
    arena_deinit(&a);
}

static void error_says_what_and_where(void **state)
{
    (void)state;
    Error e = {0};
    assert_false(error_coded(&e, ERROR_DATA, "truncated", "ray %d of %d", 124, 250));
    assert_false(error_at(&e, "byte %d", 4711));
    assert_false(error_at(&e, "an outer layer"));
    assert_false(error_wrap(&e, "reading %s", "a.hpl"));
    assert_int_equal(e.kind, ERROR_DATA);
    assert_string_equal(e.code, "truncated");
    assert_string_equal(e.place, "byte 4711");
    assert_string_equal(e.message, "reading a.hpl: ray 124 of 250");
    assert_false(error_set(&e, ERROR_SETUP, "other"));
    assert_string_equal(e.code, "");
    assert_string_equal(e.place, "");
    error_clear(&e);
    assert_int_equal(e.kind, ERROR_NONE);
}

static void error_from_errno(void **state)
{
    (void)state;
    static const struct {
        int value;
        ErrorKind kind;
        const char *code;
    } rows[] = {
        {EACCES, ERROR_DATA, "permission"}, {ENOENT, ERROR_DATA, "not_found"},
        {ENOSPC, ERROR_RETRY, "disk_full"}, {EDQUOT, ERROR_RETRY, "disk_full"},
        {EIO, ERROR_RETRY, "io"},           {EMFILE, ERROR_RETRY, "too_many_open_files"},
        {ENOMEM, ERROR_RETRY, "no_memory"}, {ESTALE, ERROR_RETRY, "stale_handle"},
        {EXDEV, ERROR_DATA, "system"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Error e = {0};
        assert_false(error_errno(&e, ERROR_DATA, rows[i].value, "open"));
        assert_int_equal(e.kind, rows[i].kind);
        assert_string_equal(e.code, rows[i].code);
    }
    Error e = {0};
    assert_false(error_errno(&e, ERROR_DATA, ENOENT, "open %s", "a.nc"));
    assert_string_equal(e.message, "open a.nc: No such file or directory");
}

/* Messages of every length around the buffer's end: the two bytes of an e-acute stay together. */
static void error_is_cut_between_characters(void **state)
{
    (void)state;
    for (size_t before = ERROR_MESSAGE_SIZE - 6; before < ERROR_MESSAGE_SIZE + 2; before++) {
        char text[ERROR_MESSAGE_SIZE + 64];
        memset(text, 'x', before);
        snprintf(text + before, sizeof text - before, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x8c\x8a end");
        Error e = {0};
        assert_false(error_set(&e, ERROR_DATA, "%s", text));
        size_t length = strlen(e.message);
        assert_true(length < sizeof e.message);
        assert_true(length + 4 >= sizeof e.message);
        assert_memory_equal(e.message, text, length);
        assert_int_equal(text_valid_utf8(e.message, length), length);
    }
}

static void error_wrap_keeps_the_front(void **state)
{
    (void)state;
    char text[ERROR_MESSAGE_SIZE * 2];
    memset(text, 'y', sizeof text);
    text[sizeof text - 1] = '\0';
    Error e = {0};
    assert_false(error_set(&e, ERROR_DATA, "%s", text));
    assert_false(error_wrap(&e, "front"));
    assert_int_equal(strlen(e.message), ERROR_MESSAGE_SIZE - 1);
    assert_memory_equal(e.message, "front: yyy", 10);
}

static void buffer_grows(void **state)
{
    (void)state;
    auto_buffer Buffer b = {0};
    for (int i = 0; i < 1000; i++)
        buffer_printf(&b, "%04d", i);
    buffer_append(&b, "a\0b", 3);
    buffer_append(&b, NULL, 0);
    buffer_char(&b, '!');
    buffer_string(&b, "end");
    assert_false(b.failed);
    assert_int_equal(b.length, 4007);
    assert_memory_equal(b.bytes, "00000001", 8);
    assert_memory_equal(b.bytes + 3996, "0999a\0b!end", 12);
    buffer_clear(&b);
    assert_int_equal(b.length, 0);
    assert_string_equal(b.bytes, "");
}

static void buffer_remembers_failure(void **state)
{
    (void)state;
    auto_buffer Buffer b = {0};
    buffer_string(&b, "kept");
    buffer_append(&b, "", SIZE_MAX / 2);
    assert_true(b.failed);
    buffer_string(&b, "dropped");
    assert_string_equal(b.bytes, "kept");
    buffer_clear(&b);
    buffer_string(&b, "again");
    assert_string_equal(b.bytes, "again");
    assert_false(b.failed);
}

/* Names and sizes of netCDF's external types, NetCDF User's Guide, "Data Types". */
static void types(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t size;
        DataType type;
        bool numeric, integer;
    } rows[] = {
        {"byte", 1, TYPE_BYTE, true, true},      {"ubyte", 1, TYPE_UBYTE, true, true},
        {"char", 1, TYPE_CHAR, false, false},    {"short", 2, TYPE_SHORT, true, true},
        {"ushort", 2, TYPE_USHORT, true, true},  {"int", 4, TYPE_INT, true, true},
        {"uint", 4, TYPE_UINT, true, true},      {"int64", 8, TYPE_INT64, true, true},
        {"uint64", 8, TYPE_UINT64, true, true},  {"float", 4, TYPE_FLOAT, true, false},
        {"double", 8, TYPE_DOUBLE, true, false}, {"string", 0, TYPE_STRING, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(type_name(rows[i].type), rows[i].name);
        assert_int_equal(type_size(rows[i].type), rows[i].size);
        assert_int_equal(type_is_numeric(rows[i].type), rows[i].numeric);
        assert_int_equal(type_is_integer(rows[i].type), rows[i].integer);
    }
}

static void notes_are_kept_once(void **state)
{
    (void)state;
    auto_arena Arena a;
    arena_init(&a, 0);
    Dataset d;
    dataset_init(&d, &a);
    assert_int_equal(d.time_var, NO_VAR);
    for (int i = 0; i < 40; i++)
        dataset_note(&d, "line %d: too few cells", i % 20);
    assert_int_equal(d.note_count, 20);
    assert_string_equal(d.notes[0], "line 0: too few cells");
    assert_string_equal(d.notes[19], "line 19: too few cells");
}

static void notes_without_room_are_dropped(void **state)
{
    (void)state;
    auto_arena Arena a;
    arena_init(&a, 16);
    Dataset d;
    dataset_init(&d, &a);
    dataset_note(&d, "a note that does not fit");
    assert_int_equal(d.note_count, 0);
}

static void attributes(void **state)
{
    (void)state;
    static const int8_t bytes[] = {-1, 2};
    static const uint64_t large[] = {UINT64_MAX};
    static const float floats[] = {0.5F};
    static const StringView words[] = {{"m s-1", 5}};
    static const Attr attrs[] = {
        {"units", TYPE_CHAR, 4, "degC"},  {"valid_range", TYPE_BYTE, 2, bytes},
        {"large", TYPE_UINT64, 1, large}, {"scale_factor", TYPE_FLOAT, 1, floats},
        {"words", TYPE_STRING, 1, words}, {"unread", TYPE_COMPOUND, 1, NULL},
        {"empty", TYPE_STRING, 0, words},
    };
    const Var v = {.name = "temp", .attrs = attrs, .attr_count = 7};
    assert_string_equal(var_attr_text(&v, "units"), "degC");
    assert_string_equal(var_attr_text(&v, "words"), "m s-1");
    assert_null(var_attr_text(&v, "valid_range"));
    assert_null(var_attr_text(&v, "unread"));
    assert_null(var_attr_text(&v, "empty"));
    assert_null(var_attr_text(&v, "unit"));
    double number = 42;
    assert_true(attr_number(var_attr(&v, "valid_range"), 1, &number));
    assert_true(number == 2);
    assert_true(attr_number(var_attr(&v, "scale_factor"), 0, &number));
    assert_true(number == 0.5);
    assert_true(attr_number(var_attr(&v, "large"), 0, &number));
    assert_true(number == 0x1p64);
    assert_false(attr_number(var_attr(&v, "valid_range"), 2, &number));
    assert_false(attr_number(var_attr(&v, "units"), 0, &number));
    assert_false(attr_number(var_attr(&v, "unread"), 0, &number));
    assert_false(attr_number(NULL, 0, &number));
    assert_true(number == 0x1p64);
}

static void plain_names(void **state)
{
    (void)state;
    const Var root = {.name = "a/b", .group = 0}, inner = {.name = "/group/temp", .group = 1};
    assert_string_equal(var_plain_name(&root), "a/b");
    assert_string_equal(var_plain_name(&inner), "temp");
}

static const Case cases[] = {
    {"arena_gives_zeroed_aligned_memory", arena_gives_zeroed_aligned_memory},
    {"arena_respects_its_ceiling", arena_respects_its_ceiling},
    {"arena_refuses_impossible_sizes", arena_refuses_impossible_sizes},
    {"arena_copies_text", arena_copies_text},
    {"arena_grows_arrays", arena_grows_arrays},
    {"arena_may_be_emptied_twice", arena_may_be_emptied_twice},
    {"error_says_what_and_where", error_says_what_and_where},
    {"error_from_errno", error_from_errno},
    {"error_is_cut_between_characters", error_is_cut_between_characters},
    {"error_wrap_keeps_the_front", error_wrap_keeps_the_front},
    {"buffer_grows", buffer_grows},
    {"buffer_remembers_failure", buffer_remembers_failure},
    {"types", types},
    {"notes_are_kept_once", notes_are_kept_once},
    {"notes_without_room_are_dropped", notes_without_room_are_dropped},
    {"attributes", attributes},
    {"plain_names", plain_names},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
