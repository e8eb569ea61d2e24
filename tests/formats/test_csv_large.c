/* test_csv_large.c: tables of more than one chunk, and a public collection of hard cases. */
#include "core/json.h"
#include "tests/formats/csv_open.h"

/* --- large ---------------------------------------------------------------------------------- */

enum { LARGE_ROWS = 120000, ROWS_OF_A_CHUNK = 20000 };

static void large_tables_come_whole(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, "n,x,remark\n");
    for (int i = 0; i < LARGE_ROWS; i++)
        buffer_printf(&text, "%d,%d.25,\"line %d,\nand \"\"more\"\"\"\r\n", i, i % 1000, i);
    TableSums sums[TABLE_VARIABLES_MAX] = {0};
    Table *t = table_of("x.csv", text.bytes, text.length);
    table_read_well(t, sums);
    assert_int_equal(t->dataset->rows, LARGE_ROWS);
    assert_int_equal(sums[0].rows, LARGE_ROWS);
    assert_true(sums[0].sum == (double)LARGE_ROWS * (LARGE_ROWS - 1) / 2);
    assert_true(sums[1].sum == 120 * 499500.0 + 120000 * 0.25);
    assert_string_equal(sums[2].first_text, "line 0,\nand \"more\"");
    assert_string_equal(sums[2].last_text, "line 119999,\nand \"more\"");
    assert_true(t->arena.used < 32U << 20);
    table_free(t);
}

static void check_encoded(const Buffer *file, const char *encoding)
{
    TableSums sums[TABLE_VARIABLES_MAX] = {0};
    Table *t = table_of("x.csv", file->bytes, file->length);
    table_read_well(t, sums);
    assert_int_equal(sums[0].rows, 100000);
    assert_true(sums[0].sum == 99999.0 * 100000 / 2);
    assert_string_equal(sums[1].last_text, "\xc3\xa4\xc2\xb0");
    assert_true(table_has_note(t, encoding));
    table_free(t);
}

static void encodings_survive_chunks(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0}, wide = {0};
    buffer_string(&text, "n,s\n");
    for (int i = 0; i < 100000; i++)
        buffer_printf(&text, "%d,\xe4\xb0\n", i);
    for (size_t i = 0; i < text.length; i++) {
        buffer_char(&wide, text.bytes[i]);
        buffer_char(&wide, '\0');
    }
    check_encoded(&text, "windows-1252");
    check_encoded(&wide, "utf-16le");
}

/* Whole numbers with one decimal far behind the first chunk. */
static void late_decimals(Buffer *text)
{
    buffer_string(text, "n,x\n");
    for (int i = 0; i < 300000; i++)
        buffer_string(text, i == 150001 ? "7,0.5\n" : "7,3\n");
}

static void small_tables_are_looked_at_whole(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    late_decimals(&text);
    TableSums sums[TABLE_VARIABLES_MAX] = {0};
    Table *t = table_of("x.csv", text.bytes, text.length);
    table_read_well(t, sums);
    assert_int_equal(t->dataset->vars[1].type, TYPE_DOUBLE);
    assert_true(sums[1].sum == 299999 * 3.0 + 0.5);
    table_free(t);
}

static void a_changed_type_fails_its_column(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    late_decimals(&text);
    TableSums sums[TABLE_VARIABLES_MAX] = {0};
    Table *t = table_of("x.csv", text.bytes, text.length);
    table_option(t, "sample=64K"); /* one window, at the end */
    table_read_well(t, sums);
    assert_true(sums[1].failed);
    assert_string_equal(sums[1].error.code, "type_changes");
    assert_non_null(strstr(sums[1].error.message, "line 150003"));
    assert_false(sums[0].failed);
    assert_true(sums[0].sum == 7 * 300000.0);
    table_free(t);
}

static void late_dates_decide(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, "date,x\n");
    for (int i = 0; i < 100000; i++)
        buffer_string(&text, i == 99999 ? "13/01/1970,1\n" : "02/01/1970,1\n");
    TableSums sums[TABLE_VARIABLES_MAX] = {0};
    Table *t = table_of("x.csv", text.bytes, text.length);
    table_read_well(t, sums);
    assert_int_equal(t->dataset->time_var, 0);
    assert_true(sums[0].last == 12 * 86400.0);
    table_free(t);
}

static void an_open_quote_costs_one_line(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, "n,s\n");
    for (int i = 0; i < 300000; i++)
        buffer_printf(&text, i == 1000 ? "%d,\"s\n" : "%d,s\n", i);
    TableSums sums[TABLE_VARIABLES_MAX] = {0};
    Table *t = table_of("x.csv", text.bytes, text.length);
    table_read_well(t, sums);
    assert_int_equal(t->dataset->rows, 300000);
    assert_true(table_has_note(t, "never closed"));
    table_free(t);
}

static void an_endless_line_is_refused(void **state)
{
    (void)state;
    auto_buffer Buffer text = {0};
    buffer_string(&text, "a,b\n1,2\n3,4\n");
    for (int i = 0; i < 400000; i++)
        buffer_string(&text, "xxxxxxxx");
    TableSums sums[TABLE_VARIABLES_MAX] = {0};
    Table *t = table_of("x.csv", text.bytes, text.length);
    if (table_open(t))
        assert_false(table_read(t, sums));
    assert_string_equal(t->error.code, "record_too_long");
    table_free(t);
}

static void wide_tables_are_read(void **state)
{
    (void)state;
    enum { COLUMNS = 5000, ROWS = 40 };
    auto_buffer Buffer text = {0};
    for (int row = 0; row <= ROWS; row++)
        for (int k = 0; k < COLUMNS; k++)
            buffer_printf(&text, row ? "%d.5%c" : "v%d%c", k, k == COLUMNS - 1 ? '\n' : ',');
    Table *t = table_of("x.csv", text.bytes, text.length);
    assert_ok(table_open(t), &t->error);
    assert_int_equal(t->dataset->var_count, COLUMNS);
    uint64_t values = 0;
    for (Block b; table_next(t, &b);)
        values += b.count;
    assert_int_equal(values, COLUMNS * ROWS);
    assert_true(t->arena.used < 32U << 20);
    table_free(t);
}

/* --- a public collection of hard cases ------------------------------------------------------ */

#define SPECTRUM TESTS "/../../shared/data/open/csv/csv-spectrum"

static void read_file(const char *path, Buffer *out)
{
    char bytes[4096];
    FILE *f = fopen(path, "rb");
    if (!f)
        case_skip("the folder ../shared/data/open is not there");
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, f)) > 0;)
        buffer_append(out, bytes, n);
    fclose(f);
    buffer_string(out, "");
}

/* Leaves out the blanks between tokens. */
static void squeeze(Buffer *b)
{
    if (!b->bytes)
        return;
    size_t length = 0;
    bool inside = false;
    for (size_t i = 0; i < b->length; i++) {
        char c = b->bytes[i];
        inside ^= c == '"' && (i == 0 || b->bytes[i - 1] != '\\');
        if (inside || !strchr(" \n\r\t", c))
            b->bytes[length++] = c;
    }
    b->bytes[length] = '\0';
    b->length = length;
}

/* All cells as text, an object a row. */
static void rows_to_json(Table *t, Buffer *out)
{
    enum { CELLS = 64 };
    char *cells[TABLE_VARIABLES_MAX][CELLS] = {0};
    uint64_t rows = 0;
    for (Block b; table_next(t, &b); rows = b.count)
        for (uint64_t i = 0; i < b.count; i++)
            cells[b.var][i] = arena_copy(&t->arena, b.strings[i].bytes, b.strings[i].length);
    Json j = {.out = out};
    json_array_begin(&j);
    for (uint64_t i = 0; i < rows; i++) {
        json_object_begin(&j);
        for (size_t v = 0; v < t->dataset->var_count; v++) {
            json_key(&j, t->dataset->vars[v].name);
            json_text(&j, cells[v][i]);
        }
        json_object_end(&j);
    }
    json_array_end(&j);
}

/* Opens the table once more with every column as text. */
static void open_as_text(Table *t)
{
    char setting[256];
    assert_ok(table_open(t), &t->error);
    for (size_t v = 0; v < t->dataset->var_count; v++) {
        snprintf(setting, sizeof setting, "types=%s=string", t->dataset->vars[v].name);
        table_option(t, setting);
    }
    assert_ok(table_open(t), &t->error);
}

static void check_twin(const char *name)
{
    char path[512];
    auto_buffer Buffer file = {0}, twin = {0}, found = {0};
    snprintf(path, sizeof path, SPECTRUM "/csvs/%s.csv", name);
    read_file(path, &file);
    snprintf(path, sizeof path, SPECTRUM "/json/%s.json", name);
    read_file(path, &twin);
    Table *t = table_of("x.csv", file.bytes, file.length);
    open_as_text(t);
    rows_to_json(t, &found);
    squeeze(&twin);
    squeeze(&found);
    assert_string_equal(found.bytes, twin.bytes);
    table_free(t);
}

static void csv_spectrum_cell_by_cell(void **state)
{
    (void)state;
    /* location_coordinates is left out: its twin has another telephone number. */
    static const char *const names[] = {
        "comma_in_quotes", "empty", "escaped_quotes", "json", "newlines", "quotes_and_newlines",
        "simple",          "utf8"};
    for (size_t i = 0; i < CASES(names); i++)
        check_twin(names[i]);
}

static const Case cases[] = {
    {"large_tables_come_whole", large_tables_come_whole},
    {"encodings_survive_chunks", encodings_survive_chunks},
    {"small_tables_are_looked_at_whole", small_tables_are_looked_at_whole},
    {"a_changed_type_fails_its_column", a_changed_type_fails_its_column},
    {"late_dates_decide", late_dates_decide},
    {"an_open_quote_costs_one_line", an_open_quote_costs_one_line},
    {"an_endless_line_is_refused", an_endless_line_is_refused},
    {"wide_tables_are_read", wide_tables_are_read},
    {"csv_spectrum_cell_by_cell", csv_spectrum_cell_by_cell},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
