/* test_parts.c: what comes of a file in parts is what comes of it whole, and what arithmetic says.
 */
#include "tests/pipelines/parts_fixture.h"

#include <math.h>

static const uint64_t mib = 1024 * 1024;

static void check_close(double a, double b)
{
    if (!(isnan(a) && isnan(b)) && fabs(a - b) > 1e-12 * fabs(a))
        fail_msg("%.17g and %.17g", a, b);
}

static void check_number(const Number *a, const Number *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->u, b->u);
}

static void check_result(const SummaryResult *a, const SummaryResult *b)
{
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->valid, b->valid);
    assert_int_equal(a->missing, b->missing);
    assert_int_equal(a->has_values, b->has_values);
    check_number(&a->min, &b->min);
    check_number(&a->max, &b->max);
    check_number(&a->first, &b->first);
    check_number(&a->last, &b->last);
    check_close(a->mean, b->mean);
    check_close(a->std, b->std);
    assert_true(a->has_quantiles == b->has_quantiles && a->has_histogram == b->has_histogram);
    assert_memory_equal(&a->p05, &b->p05, 3 * sizeof a->p05);
    assert_memory_equal(a->histogram, b->histogram, sizeof a->histogram);
}

static void check_text(const char *a, const char *b)
{
    assert_string_equal(a ? a : "", b ? b : "");
}

static void check_same(const Report *a, const Report *b)
{
    assert_int_equal(a->state, b->state);
    assert_int_equal(a->rows_known, b->rows_known);
    assert_int_equal(a->rows, b->rows);
    check_text(a->time_variable, b->time_variable);
    check_text(a->first_time, b->first_time);
    check_text(a->last_time, b->last_time);
    check_text(a->stage, b->stage);
    check_text(a->error.message, b->error.message);
    check_text(a->error.code, b->error.code);
    check_text(a->error.place, b->error.place);
    check_text(a->text, b->text);
    assert_int_equal(a->note_count, b->note_count);
    for (size_t i = 0; i < a->note_count; i++)
        check_text(a->notes[i], b->notes[i]);
    assert_int_equal(a->variable_rows, b->variable_rows);
    for (size_t i = 0; i < a->variable_rows; i++) {
        check_text(a->variables[i].name, b->variables[i].name);
        check_text(a->variables[i].reason, b->variables[i].reason);
        check_text(a->variables[i].place, b->variables[i].place);
        check_result(&a->variables[i].result, &b->variables[i].result);
    }
}

/* Runs the file both ways; *out is the report that was merged. */
static void run_both(Unit *u, JobKind kind, size_t parts, Report *out)
{
    Report whole;
    pipeline_run_whole(&u->pipeline, kind, &u->in, &u->arena, &whole);
    assert_int_equal(whole.parts, 0);
    unit_run_in_parts(u, kind, parts, out);
    check_same(&whole, out);
}

static const SummaryResult *result_of(const Report *r, const char *name)
{
    for (size_t i = 0; i < r->variable_rows; i++)
        if (strcmp(r->variables[i].name, name) == 0)
            return &r->variables[i].result;
    fail_msg("no variable %s", name);
    return NULL;
}

/* Of the integers low, low + 1, ..., low + n - 1 in this order. */
static void check_ramp(const SummaryResult *r, double low, double n)
{
    assert_int_equal(r->n, (uint64_t)n);
    assert_int_equal(r->missing, 0);
    assert_int_equal(r->min.i, (int64_t)low);
    assert_int_equal(r->max.i, (int64_t)(low + n - 1));
    assert_int_equal(r->first.i, r->min.i);
    assert_int_equal(r->last.i, r->max.i);
    check_close(r->mean, low + (n - 1) / 2);
    check_close(r->std, sqrt(n * (n + 1) / 12));
    assert_true(fabs(r->p50 - r->mean) <= fabs(r->mean) * 0x1p-11);
}

/* ---- netCDF-3 */

/* time counts from a reference that another variable holds, and stands still for a step just where
 * the second part begins. */
static Classic make_fixed(void)
{
    enum { N = 786432, TIME = 1024, REFERENCE = TIME + 8 * N, RAMP = REFERENCE + 20 };
    static const char *const names[] = {"time", "letters"};
    static const ClassicVar vars[] = {
        {"time", "seconds since time_reference", CLASSIC_DOUBLE, {0}, 1, TIME},
        {"time_reference", NULL, CLASSIC_CHAR, {1}, 1, REFERENCE},
        {"ramp", "m", CLASSIC_INT, {0}, 1, RAMP},
    };
    Classic c = {.bytes = calloc(1, RAMP + 4 * N)};
    assert_non_null(c.bytes);
    classic_header(&c, 0, names, (uint32_t[]){N, 20}, 2);
    classic_vars(&c, vars, 3);
    for (uint32_t i = 0; i < N; i++) {
        classic_double(c.bytes + TIME + 8 * (size_t)i, i < 262144 ? i : i - 1.0);
        classic_int(c.bytes + RAMP + 4 * (size_t)i, i);
    }
    memcpy(c.bytes + REFERENCE, "2020-01-01T00:00:00Z", 20);
    c.length = RAMP + 4 * N;
    return c;
}

static void netcdf3_fixed(void **state)
{
    (void)state;
    Classic c = make_fixed();
    Unit u;
    Report r;
    unit_open(&u, c.bytes, c.length, 2 * mib);
    run_both(&u, JOB_RUN, 5, &r);
    assert_int_equal(r.state, REPORT_DONE);
    assert_string_equal(r.first_time, "2020-01-01T00:00:00Z");
    assert_string_equal(r.last_time, "2020-01-10T02:27:10Z"); /* 786,430 s */
    assert_int_equal(r.note_count, 1);
    assert_string_equal(r.notes[0], "variable time: time does not increase at 1 of 786431 steps");
    check_ramp(result_of(&r, "ramp"), 0, 786432);
    run_both(&u, JOB_SHOW, 5, &r);
    assert_non_null(strstr(r.text, "ramp"));
    unit_close(&u);
    free(c.bytes);
}

/* Records of 20,008 bytes; u is the number of its record. */
static Classic make_records(uint32_t records)
{
    enum { Z = 5000, RECORD = 8 + 4 * Z, TIME = 512 };
    static const char *const names[] = {"time", "z"};
    static const ClassicVar vars[] = {
        {"time", "days since 2000-01-01", CLASSIC_DOUBLE, {0}, 1, TIME},
        {"u", "m s-1", CLASSIC_INT, {0, 1}, 2, TIME + 8},
    };
    Classic c = {.bytes = calloc(records, RECORD + TIME)};
    assert_non_null(c.bytes);
    classic_header(&c, records, names, (uint32_t[]){0, Z}, 2);
    classic_vars(&c, vars, 2);
    for (uint32_t i = 0; i < records; i++) {
        uint8_t *record = c.bytes + TIME + (size_t)RECORD * i;
        classic_double(record, i);
        for (uint32_t k = 0; k < Z; k++)
            classic_int(record + 8 + 4 * (size_t)k, i);
    }
    c.length = TIME + (size_t)RECORD * records;
    return c;
}

static void netcdf3_cut_short(void **state)
{
    (void)state;
    Classic c = make_records(400);
    Unit u;
    Report r;
    unit_open(&u, c.bytes, 512 + 300 * 20008 + 9999, 2 * mib); /* 156, 144 records */
    run_both(&u, JOB_RUN, 2, &r);
    assert_int_equal(r.state, REPORT_PARTIAL);
    assert_string_equal(r.error.code, "truncated");
    assert_int_equal(r.rows, 300);
    assert_string_equal(r.last_time, "2000-10-26T00:00:00Z"); /* day 299 of a leap year */
    const SummaryResult *s = result_of(&r, "u");
    const double n = 300 * 5000;
    assert_int_equal(s->n, 300 * 5000);
    check_close(s->mean, 149.5);
    check_close(s->std, sqrt((300.0 * 300 - 1) / 12 * n / (n - 1)));
    unit_close(&u);
    free(c.bytes);
}

/* ---- HDF5 */

static uint8_t *make_ramp(size_t *size, hsize_t damaged)
{
    enum { N = 3000000, CHUNK = 65536 };
    const hsize_t chunk = CHUNK, length = N, offset = damaged * CHUNK;
    int *values = malloc(N * sizeof *values);
    assert_non_null(values);
    for (int i = 0; i < N; i++)
        values[i] = i;
    Making m;
    make(&m);
    add_data(m.file, "a", &(Data){.values = values});
    add_data(
        m.file, "ramp",
        &(Data){.rank = 1, .shape = {length}, .creation = chunked(1, &chunk, 4), .values = values});
    add_data(m.file, "second", &(Data){.rank = 1, .shape = {length}, .values = values + 0});
    free(values);
    hid_t ramp = H5Dopen2(m.file, "ramp", H5P_DEFAULT);
    haddr_t address;
    hsize_t stored;
    unsigned mask;
    OK(H5Dget_chunk_info_by_coord(ramp, &offset, &mask, &address, &stored));
    OK(H5Dclose(ramp));
    uint8_t *bytes = made(&m, size);
    memset(bytes + address + stored / 2, damaged ? 0xff : bytes[address + stored / 2],
           damaged ? stored / 4 : 1);
    return bytes;
}

static void hdf5_sound(void **state)
{
    (void)state;
    size_t size;
    uint8_t *bytes = make_ramp(&size, 0);
    Unit u;
    Report r;
    unit_open(&u, bytes, size, 4 * mib);
    run_both(&u, JOB_RUN, 5, &r); /* the rest of ramp with the first run of second */
    assert_int_equal(r.state, REPORT_DONE);
    check_ramp(result_of(&r, "ramp"), 0, 3e6);
    check_ramp(result_of(&r, "second"), 0, 3e6);
    unit_close(&u);
    free(bytes);
}

/* Chunk 20 of 46 lies in the second of the parts that ramp takes; the third can be read. */
static void hdf5_damaged_in_the_middle(void **state)
{
    (void)state;
    size_t size;
    uint8_t *bytes = make_ramp(&size, 20);
    Unit u;
    Report r;
    unit_open(&u, bytes, size, 4 * mib);
    run_both(&u, JOB_RUN, 5, &r); /* the rest of ramp with the first run of second */
    assert_int_equal(r.state, REPORT_PARTIAL);
    assert_string_equal(r.error.code, "damaged_chunk");
    assert_int_equal(result_of(&r, "ramp")->n, 0);
    check_ramp(result_of(&r, "second"), 0, 3e6);
    Arena a;
    arena_init(&a, 0);
    for (size_t i = 0; i < 5; i++) {
        PartAnswer answer = {.bytes = u.room, .capacity = ANSWER_ROOM};
        pipeline_part(&u.pipeline, i, &u.in, &a, &answer);
        assert_int_equal(answer.fault, i == 1); /* only that child has met it */
    }
    arena_deinit(&a);
    unit_close(&u);
    free(bytes);
}

static void hdf5_many_small_variables(void **state)
{
    (void)state;
    enum { VARS = 300, N = 20000 };
    int *values = malloc((N + VARS) * sizeof *values);
    assert_non_null(values);
    for (int i = 0; i < N + VARS; i++)
        values[i] = i;
    Making m;
    make(&m);
    for (int i = 0; i < VARS; i++) {
        char name[16];
        snprintf(name, sizeof name, "v%03d", i);
        add_data(m.file, name, &(Data){.rank = 1, .shape = {N}, .values = values + i});
    }
    hid_t text = H5Tcopy(H5T_C_S1), pair = H5Tcreate(H5T_COMPOUND, 8);
    OK(H5Tset_size(text, 8));
    OK(H5Tinsert(pair, "x", 0, H5T_NATIVE_INT));
    OK(H5Tinsert(pair, "y", 4, H5T_NATIVE_INT));
    add_data(m.file, "v150_pairs",
             &(Data){.type = pair, .rank = 1, .shape = {50}, .values = values});
    add_data(m.file, "v150_texts",
             &(Data){.type = text,
                     .rank = 1,
                     .shape = {3},
                     .values = "north\0\0\0\0\0\0\0\0\0\0\0south\0\0"});
    size_t size;
    uint8_t *bytes = made(&m, &size);
    Unit u;
    Report r;
    unit_open(&u, bytes, size, 4 * mib);
    run_both(&u, JOB_RUN, 6, &r); /* 53 variables of 80,000 bytes each */
    for (int i = 0; i < VARS; i++)
        check_ramp(&r.variables[i < 151 ? i : i + 2].result, i, N);
    assert_int_equal(result_of(&r, "v150_pairs")->n, 50);
    assert_int_equal(result_of(&r, "v150_texts")->n, 3);
    assert_int_equal(result_of(&r, "v150_texts")->missing, 1);
    unit_close(&u);
    free(bytes);
    free(values);
}

/* ---- answers that are not what they should be */

static void wrong_answers_are_refused(void **state)
{
    (void)state;
    Classic c = make_fixed();
    Unit u;
    Report r;
    size_t length;
    unit_open(&u, c.bytes, c.length, 2 * mib);
    uint8_t *answers = unit_read_parts(&u, 5, &length);
    u.parts.places[2].length--;
    unit_merge(&u, JOB_RUN, answers, length, &r);
    assert_string_equal(r.error.code, "bad_report");
    u.parts.places[2].length += 1 + length; /* beyond the end */
    unit_merge(&u, JOB_RUN, answers, length, &r);
    assert_string_equal(r.error.code, "truncated");
    u.parts.places[2].length -= length;
    u.parts.count = 4; /* the file has five */
    unit_merge(&u, JOB_RUN, answers, length, &r);
    assert_int_equal(r.error.kind, ERROR_RETRY);
    assert_string_equal(r.error.code, "changed");
    free(answers);
    unit_close(&u);
    free(c.bytes);
}

/* Whatever a child says: the merge ends, and its report can be told. */
static void any_damage_is_survived(void **state)
{
    (void)state;
    static uint8_t encoded[1 << 16];
    Classic c = make_fixed();
    Unit u;
    size_t length, refused = 0;
    uint64_t seed = 88172645463325252ULL;
    unit_open(&u, c.bytes, c.length, 2 * mib);
    uint8_t *good = unit_read_parts(&u, 5, &length), *bytes = malloc(length);
    assert_non_null(bytes);
    for (int round = 0; round < 400; round++) {
        memcpy(bytes, good, length);
        for (int k = 0; k < 1 + round % 3; k++) {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            const PartPlace *place = &u.parts.places[seed % 5];
            size_t near = k == 0 && place->length > 300 ? 300 : place->length;
            bytes[place->offset + (seed >> 8) % near] = (uint8_t)(seed >> 40);
        }
        Report r;
        unit_merge(&u, JOB_RUN, bytes, length, &r);
        refused += r.state != REPORT_DONE;
        assert_true(report_encode(&r, encoded, sizeof encoded) > 0);
        arena_reset(&u.arena);
    }
    assert_true(refused > 100);
    free(bytes);
    free(good);
    unit_close(&u);
    free(c.bytes);
}

static const Case cases[] = {
    {"netcdf3_fixed", netcdf3_fixed},
    {"netcdf3_cut_short", netcdf3_cut_short},
    {"hdf5_sound", hdf5_sound},
    {"hdf5_damaged_in_the_middle", hdf5_damaged_in_the_middle},
    {"hdf5_many_small_variables", hdf5_many_small_variables},
    {"wrong_answers_are_refused", wrong_answers_are_refused},
    {"any_damage_is_survived", any_damage_is_survived},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
