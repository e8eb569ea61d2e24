/* test_csv.c: tables read whole, cell by cell, without being told how.
 *
 * What each must hold stands beside it in tests/cases/csv, written by Python's csv module. */
#include "core/json.h"
#include "core/time.h"
#include "tests/formats/csv_open.h"

#include <math.h>
#include <stdio.h>

enum { FILE_SIZE_MAX = 1 << 20, VARIABLES_MAX = 64 };

static void read_file(const char *path, Buffer *out)
{
    char bytes[4096];
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("cannot open %s", path);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, f)) > 0;)
        buffer_append(out, bytes, n);
    fclose(f);
    if (!out->bytes)
        buffer_string(out, "");
}

static const char *units_of(const Var *v)
{
    const char *units = var_attr_text(v, "units");
    return units ? units : "";
}

static void put_instant(Json *j, double seconds)
{
    char text[INSTANT_TEXT_SIZE];
    Instant instant = {.seconds = (int64_t)floor(seconds)};
    instant_to_text(text, instant, CALENDAR_STANDARD);
    json_text(j, text);
}

static void put_value(Json *j, const Block *b, uint64_t i, bool time)
{
    if (b->type == TYPE_STRING) {
        json_string(j, b->strings[i].bytes, b->strings[i].length);
    } else if (b->type == TYPE_INT64) {
        int64_t value = ((const int64_t *)b->values)[i];
        if (value == INT64_MIN)
            json_null(j);
        else
            json_int(j, value);
    } else {
        double value = ((const double *)b->values)[i];
        if (time && isfinite(value))
            put_instant(j, value);
        else
            json_double(j, value);
    }
}

/* The values of each variable, as they come. */
static void values_to_json(Table *t, Buffer values[VARIABLES_MAX])
{
    Json lists[VARIABLES_MAX];
    for (size_t i = 0; i < VARIABLES_MAX; i++)
        lists[i] = (Json){.out = &values[i]};
    for (Block b; table_next(t, &b);) {
        bool time =
            strcmp(units_of(&t->dataset->vars[b.var]), "seconds since 1970-01-01T00:00:00Z") == 0;
        for (uint64_t i = 0; i < b.count; i++)
            put_value(&lists[b.var], &b, i, time);
    }
}

/* All cells as the .json files have them. */
static void table_to_json(Table *t, Buffer *out)
{
    Dataset *d = t->dataset;
    Buffer values[VARIABLES_MAX] = {0};
    assert_true(d->var_count <= VARIABLES_MAX);
    values_to_json(t, values);
    buffer_printf(out, "{\"rows\":%llu,\"time\":", (unsigned long long)d->rows);
    json_text(&(Json){.out = out}, d->time_var == NO_VAR ? NULL : d->vars[d->time_var].name);
    buffer_string(out, ",\"columns\":[");
    for (size_t i = 0; i < d->var_count; i++) {
        buffer_string(out, i ? ",\n{\"name\":" : "\n{\"name\":");
        json_text(&(Json){.out = out}, d->vars[i].name);
        buffer_string(out, ",\"units\":");
        json_text(&(Json){.out = out}, units_of(&d->vars[i]));
        buffer_printf(out, ",\"type\":\"%s\",\"values\":[%s]}", type_name(d->vars[i].type),
                      values[i].bytes ? values[i].bytes : "");
        buffer_deinit(&values[i]);
    }
    buffer_string(out, "\n]}\n");
}

static void check_file(const char *name)
{
    char path[512];
    auto_buffer Buffer file = {0}, expected = {0}, found = {0};
    snprintf(path, sizeof path, TESTS "/cases/csv/%s", name);
    read_file(path, &file);
    snprintf(path, sizeof path, TESTS "/cases/csv/%s.json", name);
    read_file(path, &expected);
    Table *t = table_of(name, file.bytes, file.length);
    Probe p = {0};
    format_csv.probe(&t->in, &t->options, &p);
    if (p.sure != SURE_BY_LOOKS)
        fail_msg("not taken for a table: %s", p.evidence);
    assert_ok(table_open(t), &t->error);
    table_to_json(t, &found);
    assert_string_equal(found.bytes, expected.bytes);
    assert_true(t->dataset->rows_known);
    table_free(t);
}

#define FILES(X)                                                                                   \
    X(comma_brackets, csv)                                                                         \
    X(semicolon_decimal_comma, csv)                                                                \
    X(tab_trailing, txt)                                                                           \
    X(blanks_comment_names, dat)                                                                   \
    X(bar, csv)                                                                                    \
    X(quote_single, csv)                                                                           \
    X(backslash, csv)                                                                              \
    X(preamble, csv)                                                                               \
    X(units_row, csv)                                                                              \
    X(units_row_brackets, txt)                                                                     \
    X(latin1, csv)                                                                                 \
    X(utf16, csv)                                                                                  \
    X(bytes_beyond_utf8, csv)                                                                      \
    X(cr_only, csv)                                                                                \
    X(line_ends_mixed, csv)                                                                        \
    X(nul_tail, csv)                                                                               \
    X(no_names, csv)                                                                               \
    X(repeated_names, csv)                                                                         \
    X(short_rows, csv)                                                                             \
    X(long_row, csv)                                                                               \
    X(cut_row, csv)                                                                                \
    X(missing_words, csv)                                                                          \
    X(contradiction, csv)                                                                          \
    X(words_and_numbers, csv)                                                                      \
    X(date_clock, csv)                                                                             \
    X(hour_minute, txt)                                                                            \
    X(year_doy_hhmm, csv)                                                                          \
    X(packed_date, csv)                                                                            \
    X(hour_stamp, txt)                                                                             \
    X(minute_stamp, csv)                                                                           \
    X(epoch_ms, csv)                                                                               \
    X(ambiguous_date, csv)                                                                         \
    X(month_first, csv)                                                                            \
    X(half_days, csv)                                                                              \
    X(month_words, csv)                                                                            \
    X(colon_dates, csv)                                                                            \
    X(midnight_24, csv)                                                                            \
    X(zone_in_header, csv)                                                                         \
    X(zone_named, csv)                                                                             \
    X(zone_in_cells, csv)                                                                          \
    X(usgs, rdb)                                                                                   \
    X(logger_plot, csv)                                                                            \
    X(r_style, txt)                                                                                \
    X(names_again, csv)                                                                            \
    X(stray_lines, csv)                                                                            \
    X(numbers, csv)                                                                                \
    X(all_quoted, csv)                                                                             \
    X(quoted_lines, csv)                                                                           \
    X(unclosed_quote, csv)                                                                         \
    X(comments_within, csv)                                                                        \
    X(one_column, csv)                                                                             \
    X(names_only, csv)                                                                             \
    X(numbered_list, txt)                                                                          \
    X(ruler, txt)                                                                                  \
    X(ndbc, txt)                                                                                   \
    X(prefixed_date, txt)                                                                          \
    X(remarks_below, csv)                                                                          \
    X(title_rows, csv)                                                                             \
    X(meta_above, csv)                                                                             \
    X(lone_hash, csv)                                                                              \
    X(index_semicolon, csv)                                                                        \
    X(numbered_columns, csv)                                                                       \
    X(years_above, csv)                                                                            \
    X(sep_line, csv)                                                                               \
    X(sunrise, csv)                                                                                \
    X(parts_float, csv)                                                                            \
    X(parts_clock, csv)                                                                            \
    X(min_max, csv)                                                                                \
    X(hour_fraction, csv)                                                                          \
    X(written_when, csv)                                                                           \
    X(mail_dates, csv)                                                                             \
    X(clock_first, csv)                                                                            \
    X(even_clock, csv)                                                                             \
    X(quoted_blanks, csv)                                                                          \
    X(short_words, csv)                                                                            \
    X(local_and_gmt, csv)                                                                          \
    X(zone_of_posix, csv)                                                                          \
    X(hash_names, csv)                                                                             \
    X(units_since, csv)                                                                            \
    X(clock_in_a_zone, csv)                                                                        \
    X(shifted_row, csv)

#define FUNCTION(name, ending)                                                                     \
    static void file_##name(void **state)                                                          \
    {                                                                                              \
        (void)state;                                                                               \
        check_file(#name "." #ending);                                                             \
    }
FILES(FUNCTION)

#define ROW(name, ending) {"file_" #name, file_##name},
static const Case cases[] = {FILES(ROW)};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
