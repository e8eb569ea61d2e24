/* generate.h: what the parts of the generator share: made-up signals, files, expected values.
 *
 * The generator writes with netCDF-C, HDF5 and plain bytes, never with Weir's own code, so that its
 * expected values are an independent source. It writes the same bytes every time: no clock, no
 * libm, one seed per file. A tool for tests: it ends with a message at the first trouble. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* FOLDER/NAME, allocated; folders on the way are made. */
char *file_path(const char *folder, const char *name);
FILE *file_create(const char *path);
void file_close(FILE *f, const char *path);
void file_write(const char *path, const void *bytes, size_t length);
uint8_t *file_read(const char *path, size_t *length);

/* Big-endian numbers at the end of a growing run of bytes, as in a netCDF-3 header. */
typedef struct Bytes {
    uint8_t *data;
    size_t length, capacity;
} Bytes;
void bytes_add(Bytes *b, const void *data, size_t length);
void bytes_u8(Bytes *b, uint8_t value);
void bytes_u32(Bytes *b, uint32_t value);
void bytes_u64(Bytes *b, uint64_t value);
void bytes_name(Bytes *b, const char *name); /* length, characters, padding to 4 */
void bytes_save(Bytes *b, const char *folder, const char *name); /* writes and frees */

/* Numbers that look like weather. */
typedef struct Random {
    uint64_t state;
} Random;
Random random_seed(const char *text, uint64_t salt);
uint64_t random_next(Random *r);
double random_between(Random *r, double low, double high);
double wave(double turns); /* like a sine, -1..1, period 1, in plain arithmetic */
double rounded(double value, double steps_per_unit);

/* The tables of what a reader must find in the demo files; tables: the folder for them, NULL: none.
 */
typedef struct Expected {
    FILE *variables, *files;
    char *folder;
} Expected;
Expected expected_open(const char *folder, const char *tables);
void expected_close(Expected *x);
/* values: unpacked, NaN where missing. */
void expected_variable(Expected *x, const char *file, const char *variable, const double *values,
                       size_t n);
/* A variable that must be listed with a reason and without statistics. */
void expected_unreadable(Expected *x, const char *file, const char *variable);

typedef struct ExpectedFile {
    const char *file, *state, *format, *model; /* "" : not checked */
    long rows;                                 /* < 0: not checked */
    const char *first_time, *last_time, *code;
} ExpectedFile;
void expected_file(Expected *x, const ExpectedFile *f);

/* The kinds of output. */
void generate_demo(const char *folder, const char *tables);
void generate_hostile(const char *folder, const char *tables);
void generate_hostile_hdf5(const char *folder);
/* tables: the folder for EXPECTED-hostile.tsv, NULL: none. */
void generate_hostile_damage(const char *folder, const char *tables);
void generate_hostile_text(const char *folder);
void generate_many(const char *folder, size_t count, const char *kind);
void generate_large(const char *folder);
void generate_ranges(const char *folder);

void demo_stations(Expected *x);   /* netCDF-3 */
void demo_profiles(Expected *x);   /* netCDF-4, groups, packed, CDF-5, HDF5 */
void demo_calendars(Expected *x);  /* model calendars */
void demo_tables(Expected *x);     /* CSV and other text */
void demo_toa5(Expected *x);       /* a Campbell logger */
void demo_casts(Expected *x);      /* WHP-Exchange bottles, Sea-Bird .cnv */
void demo_archive(Expected *x);    /* a zip of tables */
void demo_windcube(Expected *x);   /* .sta */
void demo_ceilometer(Expected *x); /* CL31 messages */
void demo_las(Expected *x);        /* laser points */
void demo_halo(Expected *x);       /* .hpl: a stare */
void demo_vad(Expected *x);        /* .hpl: scans */
void demo_events(Expected *x);     /* NDJSON */
void demo_rain(Expected *x);       /* Parsivel disdrometer */
void demo_broken(Expected *x);
