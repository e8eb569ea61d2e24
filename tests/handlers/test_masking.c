/* test_masking.c: attributes -> masks, limits, scale; by the rules of CF 1.8 and of netCDF4-python
 * 1.6. */
#include "handlers/masking.h"
#include "tests/support/cases.h"

#include <math.h>
#include <string.h>

#define INTEGER(value)                                                                             \
    {                                                                                              \
        .kind = NUMBER_INT, .i = (value)                                                           \
    }
#define UNSIGNED(value)                                                                            \
    {                                                                                              \
        .kind = NUMBER_UINT, .u = (value)                                                          \
    }
#define REAL(value)                                                                                \
    {                                                                                              \
        .kind = NUMBER_DOUBLE, .d = (value)                                                        \
    }
#define ONE(type, value)                                                                           \
    1, &(const type)                                                                               \
    {                                                                                              \
        value                                                                                      \
    }
#define TWO(type, first, second)                                                                   \
    2, (const type[])                                                                              \
    {                                                                                              \
        first, second                                                                              \
    }
#define TEXT(string) sizeof(string) - 1, (string)

enum { ATTRS_MAX = 5, MASKS_MAX = 4 };

typedef struct MaskingCase {
    const char *name;
    DataType type, base;
    DataType read_type; /* expected */
    bool no_default_fill;
    Attr attrs[ATTRS_MAX];
    size_t mask_count;
    Number masks[MASKS_MAX];
    size_t unpacked_count;
    double unpacked[MASKS_MAX];
    const char *note; /* the only one, or NULL: none */
} MaskingCase;

/* clang-format off */
static const MaskingCase mask_cases[] = {
    {"default fill of short", TYPE_SHORT, 0, TYPE_SHORT, false, {{0}}, 1, {INTEGER(-32767)}, 0,
     {0}, NULL},
    {"default fill of ushort", TYPE_USHORT, 0, TYPE_USHORT, false, {{0}}, 1, {UNSIGNED(65535)}, 0,
     {0}, NULL},
    {"default fill of int", TYPE_INT, 0, TYPE_INT, false, {{0}}, 1, {INTEGER(-2147483647)}, 0, {0},
     NULL},
    {"default fill of uint", TYPE_UINT, 0, TYPE_UINT, false, {{0}}, 1, {UNSIGNED(4294967295)}, 0,
     {0}, NULL},
    {"default fill of int64", TYPE_INT64, 0, TYPE_INT64, false, {{0}}, 1,
     {INTEGER(-9223372036854775806)}, 0, {0}, NULL},
    {"default fill of uint64", TYPE_UINT64, 0, TYPE_UINT64, false, {{0}}, 1,
     {UNSIGNED(18446744073709551614U)}, 0, {0}, NULL},
    {"default fill of float", TYPE_FLOAT, 0, TYPE_FLOAT, false, {{0}}, 1,
     {REAL(9.969209968386869e+36)}, 0, {0}, NULL},
    {"default fill of double", TYPE_DOUBLE, 0, TYPE_DOUBLE, false, {{0}}, 1,
     {REAL(9.969209968386869e+36)}, 0, {0}, NULL},
    {"none for one byte", TYPE_BYTE, 0, TYPE_BYTE, false, {{0}}, 0, {{0}}, 0, {0}, NULL},
    {"none for one byte, unsigned", TYPE_UBYTE, 0, TYPE_UBYTE, false, {{0}}, 0, {{0}}, 0, {0},
     NULL},
    {"none where it is data", TYPE_FLOAT, 0, TYPE_FLOAT, true, {{0}}, 0, {{0}}, 0, {0}, NULL},
    {"an enum reads as its base", TYPE_ENUM, TYPE_INT, TYPE_INT, false, {{0}}, 1,
     {INTEGER(-2147483647)}, 0, {0}, NULL},
    {"_FillValue in place of the default", TYPE_FLOAT, 0, TYPE_FLOAT, false, {{"_FillValue",
     TYPE_FLOAT, ONE(float, -999.9F)}}, 1, {REAL((double)-999.9F)}, 0, {0}, NULL},
    {"NaN as _FillValue needs no mask", TYPE_DOUBLE, 0, TYPE_DOUBLE, false, {{"_FillValue",
     TYPE_DOUBLE, ONE(double, NAN)}}, 0, {{0}}, 0, {0}, NULL},
    {"missing_value beside the default fill", TYPE_INT, 0, TYPE_INT, false, {{"missing_value",
     TYPE_INT, ONE(int32_t, -9999)}}, 2, {INTEGER(-2147483647), INTEGER(-9999)}, 0, {0}, NULL},
    {"both, and a vector", TYPE_INT, 0, TYPE_INT, false, {{"_FillValue", TYPE_INT, ONE(int32_t,
     1)}, {"missing_value", TYPE_INT, TWO(int32_t, 2, 1)}}, 2, {INTEGER(1), INTEGER(2)}, 0, {0},
     NULL},
    {"missing_value double for int, exact", TYPE_INT, 0, TYPE_INT, false, {{"_FillValue", TYPE_INT,
     ONE(int32_t, 1)}, {"missing_value", TYPE_DOUBLE, ONE(double, -999)}}, 2, {INTEGER(1),
     INTEGER(-999)}, 0, {0}, NULL},
    {"missing_value short for double", TYPE_DOUBLE, 0, TYPE_DOUBLE, true, {{"missing_value",
     TYPE_SHORT, ONE(int16_t, -999)}}, 1, {REAL(-999)}, 0, {0}, NULL},
    {"missing_value double for float is rounded", TYPE_FLOAT, 0, TYPE_FLOAT, true,
     {{"missing_value", TYPE_DOUBLE, ONE(double, 1e20)}}, 1, {REAL((double)1e20F)}, 0, {0}, NULL},
    {"missing_value unpacked", TYPE_SHORT, 0, TYPE_SHORT, true, {{"missing_value", TYPE_DOUBLE,
     ONE(double, -999.9)}, {"scale_factor", TYPE_DOUBLE, ONE(double, 0.1)}}, 0, {{0}}, 1, {-999.9},
     NULL},
    {"missing_value impossible", TYPE_SHORT, 0, TYPE_SHORT, true, {{"missing_value", TYPE_FLOAT,
     ONE(float, 1e20F)}}, 0, {{0}}, 0, {0},
     "variable v: missing_value can occur in no value of its type, not used"},
    {"missing_value as text", TYPE_FLOAT, 0, TYPE_FLOAT, true, {{"missing_value", TYPE_CHAR,
     TEXT("-9999")}}, 0, {{0}}, 0, {0}, "variable v: missing_value is not a number, not used"},
    {"missing_value empty", TYPE_FLOAT, 0, TYPE_FLOAT, true, {{"missing_value", TYPE_FLOAT, 0,
     NULL}}, 0, {{0}}, 0, {0}, "variable v: missing_value is not a number, not used"},
    {"_Unsigned on both sides", TYPE_BYTE, 0, TYPE_UBYTE, false, {{"_Unsigned", TYPE_CHAR,
     TEXT("true")}, {"_FillValue", TYPE_BYTE, ONE(int8_t, -1)}, {"missing_value", TYPE_SHORT,
     ONE(int16_t, 200)}}, 2, {UNSIGNED(255), UNSIGNED(200)}, 0, {0}, NULL},
    {"_Unsigned has no default fill", TYPE_SHORT, 0, TYPE_USHORT, false, {{"_Unsigned", TYPE_CHAR,
     TEXT("True")}}, 0, {{0}}, 0, {0}, NULL},
    {"_Unsigned 64 bits", TYPE_INT64, 0, TYPE_UINT64, false, {{"_Unsigned", TYPE_CHAR,
     TEXT("true")}, {"_FillValue", TYPE_INT64, ONE(int64_t, -1)}}, 1, {UNSIGNED(UINT64_MAX)}, 0,
     {0}, NULL},
    {"_Unsigned false", TYPE_BYTE, 0, TYPE_BYTE, false, {{"_Unsigned", TYPE_CHAR, TEXT("false")},
     {"_FillValue", TYPE_BYTE, ONE(int8_t, -1)}}, 1, {INTEGER(-1)}, 0, {0}, NULL},
    {"_Unsigned of float says nothing", TYPE_FLOAT, 0, TYPE_FLOAT, true, {{"_Unsigned", TYPE_CHAR,
     TEXT("true")}}, 0, {{0}}, 0, {0}, NULL},
    {"int64 keeps every digit", TYPE_INT64, 0, TYPE_INT64, false, {{"_FillValue", TYPE_INT64,
     ONE(int64_t, 9007199254740993)}}, 1, {INTEGER(9007199254740993)}, 0, {0}, NULL},
    {"text has no numbers", TYPE_STRING, 0, TYPE_STRING, false, {{0}}, 0, {{0}}, 0, {0}, NULL},
};
/* clang-format on */

static Var variable(DataType type, DataType base, const Attr *attrs)
{
    Var v = {.name = "v", .type = type, .base = base ? base : type, .attrs = attrs, .count = 1};
    while (v.attr_count < ATTRS_MAX && attrs[v.attr_count].name)
        v.attr_count++;
    return v;
}

static void check_notes(const Dataset *d, const char *name, const char *note)
{
    if (d->note_count != (note != NULL))
        fail_msg("%s: %zu notes", name, d->note_count);
    if (note)
        assert_string_equal(d->notes[0], note);
}

static void check_masks(const MaskingCase *c)
{
    Arena a = {0};
    Dataset d;
    dataset_init(&d, &a);
    Var v = variable(c->type, c->base, c->attrs);
    v.no_default_fill = c->no_default_fill;
    Unpacking u;
    masking_of_variable(&d, &v, NULL, &u);
    if (u.type != c->read_type || u.mask_count != c->mask_count)
        fail_msg("%s: type %s, %zu masks", c->name, type_name(u.type), u.mask_count);
    for (size_t i = 0; i < c->mask_count; i++) {
        assert_int_equal(u.masks[i].kind, c->masks[i].kind);
        if (u.masks[i].u != c->masks[i].u)
            fail_msg("%s: mask %zu", c->name, i);
    }
    assert_int_equal(u.unpacked_mask_count, c->unpacked_count);
    assert_memory_equal(u.unpacked_masks, c->unpacked, c->unpacked_count * sizeof(double));
    check_notes(&d, c->name, c->note);
    arena_deinit(&a);
}

static void masks(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(mask_cases); i++)
        check_masks(&mask_cases[i]);
}

static void many_missing_values(void **state)
{
    (void)state;
    static int32_t values[40];
    for (int32_t i = 0; i < 40; i++)
        values[i] = -i;
    Attr attr = {"missing_value", TYPE_INT, 40, values};
    Arena a = {0};
    Dataset d;
    dataset_init(&d, &a);
    Var v = {.name = "v", .type = TYPE_INT, .attrs = &attr, .attr_count = 1};
    Unpacking u;
    masking_of_variable(&d, &v, NULL, &u);
    assert_int_equal(u.mask_count, MASK_VALUES_MAX);
    check_notes(&d, "many", "variable v: missing_value has too many values, the first 32 are used");
    arena_deinit(&a);
}

typedef struct RangeCase {
    const char *name;
    DataType type;
    bool has_min, has_max;
    Attr attrs[ATTRS_MAX];
    Number min, max;
    const char *note;
} RangeCase;

/* clang-format off */
static const RangeCase range_cases[] = {
    {"valid_min and valid_max", TYPE_FLOAT, true, true, {{"valid_min", TYPE_FLOAT, ONE(float,
     -40)}, {"valid_max", TYPE_FLOAT, ONE(float, 50)}}, REAL(-40), REAL(50), NULL},
    {"only one", TYPE_DOUBLE, false, true, {{"valid_max", TYPE_INT, ONE(int32_t, 30)}}, {0},
     REAL(30), NULL},
    {"valid_range of float for int", TYPE_INT, true, true, {{"valid_range", TYPE_FLOAT, TWO(float,
     0, 100)}}, INTEGER(0), INTEGER(100), NULL},
    {"between two integers", TYPE_SHORT, true, true, {{"valid_range", TYPE_DOUBLE, TWO(double,
     -1.5, 9.5)}}, INTEGER(-1), INTEGER(9), NULL},
    {"rounded to float", TYPE_FLOAT, false, true, {{"valid_max", TYPE_DOUBLE, ONE(double, 0.1)}},
     {0}, REAL((double)0.1F), NULL},
    {"_Unsigned: 0..-6 is 0..65530", TYPE_SHORT, true, true, {{"_Unsigned", TYPE_CHAR,
     TEXT("true")}, {"_FillValue", TYPE_SHORT, ONE(int16_t, -1)}, {"valid_range", TYPE_SHORT,
     TWO(int16_t, 0, -6)}}, UNSIGNED(0), UNSIGNED(65530), NULL},
    {"valid_range wins", TYPE_INT, true, true, {{"valid_min", TYPE_INT, ONE(int32_t, 5)},
     {"valid_range", TYPE_INT, TWO(int32_t, 1, 2)}}, INTEGER(1), INTEGER(2), NULL},
    {"valid_range of one", TYPE_INT, false, false, {{"valid_range", TYPE_INT, ONE(int32_t, 1)}},
     {0}, {0}, "variable v: valid_range must be two numbers, not used"},
    {"valid_min of two", TYPE_INT, false, false, {{"valid_min", TYPE_INT, TWO(int32_t, 1, 2)}},
     {0}, {0}, "variable v: valid_min must be one number, not used"},
    {"valid_max is text", TYPE_INT, false, false, {{"valid_max", TYPE_CHAR, TEXT("9")}}, {0}, {0},
     "variable v: valid_max is not a number, not used"},
    {"valid_max is NaN", TYPE_DOUBLE, false, false, {{"valid_max", TYPE_DOUBLE, ONE(double, NAN)}},
     {0}, {0}, "variable v: valid_max is NaN, not used"},
    {"valid_max too large", TYPE_BYTE, false, false, {{"valid_max", TYPE_INT, ONE(int32_t, 300)}},
     {0}, {0}, "variable v: valid_max is outside of what its type can hold, not used"},
    {"upside down", TYPE_INT, false, false, {{"valid_range", TYPE_INT, TWO(int32_t, 2, 1)}}, {0},
     {0}, "variable v: valid_range lies above its maximum, not used"},
};
/* clang-format on */

static void check_range(const RangeCase *c)
{
    Arena a = {0};
    Dataset d;
    dataset_init(&d, &a);
    Var v = variable(c->type, 0, c->attrs);
    MaskingOptions o = {.valid_range_masks = true};
    Unpacking u;
    masking_of_variable(&d, &v, &o, &u);
    if (u.has_min != c->has_min || u.has_max != c->has_max)
        fail_msg("%s: min %d, max %d", c->name, u.has_min, u.has_max);
    if (c->has_min)
        assert_memory_equal(&u.valid_min.u, &c->min.u, sizeof c->min.u);
    if (c->has_max)
        assert_memory_equal(&u.valid_max.u, &c->max.u, sizeof c->max.u);
    assert_true(u.limits_mask);
    check_notes(&d, c->name, c->note);
    arena_deinit(&a);
}

static void valid_ranges(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(range_cases); i++)
        check_range(&range_cases[i]);
}

typedef struct ScaleCase {
    const char *name;
    Attr attrs[ATTRS_MAX];
    bool has_scale;
    double scale, offset;
    const char *note;
} ScaleCase;

static const StringView tenth = {"0.1", 3};

/* clang-format off */
static const ScaleCase scale_cases[] = {
    {"none", {{0}}, false, 1, 0, NULL},
    {"both", {{"scale_factor", TYPE_DOUBLE, ONE(double, 0.1)}, {"add_offset", TYPE_INT,
     ONE(int32_t, 5)}}, true, 0.1, 5, NULL},
    {"float keeps its bits", {{"scale_factor", TYPE_FLOAT, ONE(float, 0.1F)}}, true, (double)0.1F,
     0, NULL},
    {"offset alone", {{"add_offset", TYPE_DOUBLE, ONE(double, -273.15)}}, true, 1, -273.15, NULL},
    {"one and zero change nothing", {{"scale_factor", TYPE_DOUBLE, ONE(double, 1)}, {"add_offset",
     TYPE_DOUBLE, ONE(double, 0)}}, false, 1, 0, NULL},
    {"number as text", {{"scale_factor", TYPE_CHAR, TEXT("0.1")}}, true, 0.1, 0,
     "variable v: scale_factor is text, read as a number"},
    {"number as string", {{"scale_factor", TYPE_STRING, 1, &tenth}}, true, 0.1, 0,
     "variable v: scale_factor is text, read as a number"},
    {"one bad factor spoils both", {{"scale_factor", TYPE_INT, ONE(int32_t, 5)}, {"add_offset",
     TYPE_CHAR, TEXT("c")}}, false, 1, 0,
     "variable v: add_offset is not one finite number; values are reported as they are stored"},
    {"not finite", {{"scale_factor", TYPE_DOUBLE, ONE(double, INFINITY)}}, false, 1, 0,
     "variable v: scale_factor is not one finite number; values are reported as they are stored"},
    {"two", {{"scale_factor", TYPE_DOUBLE, TWO(double, 1, 2)}}, false, 1, 0,
     "variable v: scale_factor is not one finite number; values are reported as they are stored"},
    {"zero", {{"scale_factor", TYPE_DOUBLE, ONE(double, 0)}}, true, 0, 0,
     "variable v: scale_factor is 0: every value becomes add_offset"},
};
/* clang-format on */

static void scales(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(scale_cases); i++) {
        const ScaleCase *c = &scale_cases[i];
        Arena a = {0};
        Dataset d;
        dataset_init(&d, &a);
        Var v = variable(TYPE_SHORT, 0, c->attrs);
        Unpacking u;
        masking_of_variable(&d, &v, NULL, &u);
        if (u.has_scale != c->has_scale)
            fail_msg("%s", c->name);
        assert_true(u.scale == c->scale && u.offset == c->offset);
        check_notes(&d, c->name, c->note);
        arena_deinit(&a);
    }
}

static const Case cases[] = {
    {"masks", masks},
    {"many_missing_values", many_missing_values},
    {"valid_ranges", valid_ranges},
    {"scales", scales},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
