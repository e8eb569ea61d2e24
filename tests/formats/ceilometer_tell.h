/* ceilometer_tell.h: a log of ceilometer messages, read and told as text: for table-driven tests.
 *
 * The checksums are Python's binascii.crc_hqx(text, 0xffff) ^ 0xffff over the text with CR LF, from
 * behind SOH to ETX; the values are worked out by hand from the manuals' tables. */
#pragma once

#include "core/buffer.h"
#include "formats/ceilometer/ceilometer.h"
#include "tests/support/read_format.h"

#include <math.h>

#define ST "10 00150 ///// ///// 00000000C080"
#define SKY "3 055  5 170  0 ///  0 ///  0 ///"
#define PAR "00100 10 0004 098 +24 100 12 0003 L0016HN15 002"
#define GATES "0000e0001bfffff00010"
#define SOH "\x01"
#define STX "\x02"
#define ETX "\x03"
#define EOT "\x04"

/* As the instrument sends it. */
#define CL31                                                                                       \
    SOH "CL020221" STX "\r\n" ST "\r\n"                                                            \
        "  " SKY "\r\n" PAR "\r\n" GATES "\r\n" ETX "f323" EOT "\r\n"
#define STAMP "-2020-04-10 00:00:58\r\n"
#define STAMP2 "-2020-04-10 00:01:58\r\n"

/* What goes in, the variables to be told, and what they must be; "_": missing. */
typedef struct MessageCase {
    const char *text, *names, *expected;
} MessageCase;

static inline double value_at(const ReadVar *v, DataType type, size_t i)
{
    int8_t byte;
    int64_t wide;
    double number;
    if (type == TYPE_BYTE) {
        memcpy(&byte, v->bytes + i, sizeof byte);
        return byte == -127 ? NAN : byte;
    }
    if (type == TYPE_INT64) {
        memcpy(&wide, v->bytes + i * sizeof wide, sizeof wide);
        return wide == -1 ? NAN : (double)wide;
    }
    assert_int_equal(type, TYPE_DOUBLE);
    memcpy(&number, v->bytes + i * sizeof number, sizeof number);
    return number;
}

static inline void tell_variable(const ReadFile *f, const char *name, Buffer *out)
{
    size_t i = 0;
    while (i < f->d->var_count && strcmp(f->d->vars[i].name, name) != 0)
        i++;
    buffer_printf(out, "%s:", name);
    if (i == f->d->var_count)
        buffer_string(out, " none");
    else
        assert_int_equal(f->vars[i].n, f->d->vars[i].count);
    for (size_t k = 0; i < f->d->var_count && k < f->vars[i].n; k++) {
        double value = value_at(&f->vars[i], f->d->vars[i].type, k);
        if (isnan(value))
            buffer_string(out, " _");
        else
            buffer_printf(out, " %.15g", value);
    }
    buffer_string(out, "\n");
}

static inline void tell(ReadFile *f, const char *names, Buffer *out)
{
    char name[64];
    if (!f->d) {
        buffer_printf(out, "refused: %s at %s\n", f->error.code, f->error.place);
        return;
    }
    for (const char *p = names; *p; p += strspn(p, " ")) {
        size_t length = strcspn(p, " ");
        snprintf(name, sizeof name, "%.*s", (int)length, p);
        tell_variable(f, name, out);
        p += length;
    }
    buffer_printf(out, "%s, rows %llu\n", f->d->model, (unsigned long long)f->d->rows);
    assert_true(f->d->rows_known);
    for (size_t i = 0; i < f->d->note_count; i++)
        buffer_printf(out, "note: %s\n", f->d->notes[i]);
    if (f->broken)
        buffer_printf(out, "fails: %s at %s\n", f->error.code, f->error.place);
}

static inline void check(const char *text, size_t length, const char *names, const char *expected)
{
    auto_buffer Buffer out = {0};
    ReadFile f;
    read_all(&f, &format_ceilometer, text, length);
    tell(&f, names, &out);
    read_close(&f);
    assert_string_equal(out.bytes, expected);
}

static inline void check_all(const MessageCase *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check(cases[i].text, strlen(cases[i].text), cases[i].names, cases[i].expected);
}
