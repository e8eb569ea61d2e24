/* format.h: what a file format is to Weir.
 *
 * A format is one file (with helpers of its own) and one line in formats.c. Formats know nothing of
 * each other, of stores or of pipelines. They run in the sandbox: they read through Input and
 * allocate from the arena, and may do nothing else. */
#pragma once

#include "core/dataset.h"
#include "core/error.h"
#include "core/input.h"
#include "core/options.h"
#include "core/summary.h"
#include "formats/unpack.h"

/* How sure a probe is, in rising order. The highest wins; equals by order in the table. */
typedef enum Sureness {
    SURE_NO,
    SURE_BY_NAME,    /* only the name says so */
    SURE_BY_LOOKS,   /* the content looks like it: text tables */
    SURE_BY_CONTENT, /* magic bytes or a header that nothing else has */
} Sureness;

enum { EVIDENCE_SIZE = 256 };
typedef struct Probe {
    Sureness sure;
    char evidence[EVIDENCE_SIZE]; /* one phrase for a person: "'CDF' 01 at byte 0", "why not" too */
} Probe;

typedef struct Reader Reader;

/* What open() gives back. The format's own struct begins with it. */
struct Reader {
    Dataset *dataset; /* complete after open(), but for rows and notes of text formats */
    bool tainted;     /* its library met a fault that no failure tells: it may have harmed its own
                         memory, the process must not read another file */
};

/* Limits of one job, so that a format can refuse before it allocates. */
typedef struct FormatLimits {
    uint64_t max_decoded_bytes; /* of one file after decompression; 0: no limit */
    uint64_t part_bytes; /* of a part after decompression, about; 0: as parts.c thinks best */
} FormatLimits;

typedef struct Format {
    const char *name;    /* "csv": the word in results, rules and configuration */
    const char *summary; /* one line for people */
    const char
        *extensions; /* usual name endings, blank-separated ("nc cdf nc4"): hints for the probe */
    const Option *options; /* table for formats: NAME: in the configuration, or NULL */
    size_t options_size;   /* bytes of the options struct */
    /* What the table cannot check: options that must fit together. ERROR_SETUP, with the place
     * "KEY N" where item N (from 0) of the option KEY is to blame. May be NULL. */
    bool (*check)(const void *options, Arena *a, Error *e);

    /* Looks at in->head and in->name (and reads more where it must); fills *p. Never fails: what it
     * cannot read is SURE_NO with the reason as evidence. */
    void (*probe)(const Input *in, const void *options, Probe *p);

    /* Reads the schema. ERROR_DATA with code and place where the file is bad. */
    bool (*open)(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                 Reader **out, Error *e);

    /* The next run of values; *end is set (and the block untouched) behind the last one. A variable
     * that cannot be read comes as one block with `failed`; false means that the file as a whole
     * cannot be read any further: what came before counts (partial). */
    bool (*next)(Reader *r, Block *out, bool *end, Error *e);

    /* For formats whose files several processes can read at the same time, each one part (ranges of
     * variables, of records, of points: parts.h); NULL: a file is always read as a whole.
     *
     * How many parts the opened file has, at most PARTS_MAX: from its schema and its size alone,
     * and the same each time that it is opened. 1: small, or it cannot be cut. Nothing of the
     * dataset but its notes may change after open(). */
    size_t (*parts)(Reader *r);
    /* Restricts next() to one part, before it is called for the first time. Blocks keep their
     * `start`. The parts in their order give what next() gives without, but for what lies behind a
     * failure: a variable or a file that cannot be read any further ends its own part only. */
    bool (*part)(Reader *r, size_t index, Error *e);

    /* After the last block of a whole file: adds what follows from all values as facts and notes.
     * results[i] is of dataset->vars[i]; all zero where that could not be read. May be NULL. */
    void (*conclude)(Reader *r, const SummaryResult *results);

    /* Accepts NULL. The arena frees the memory; this closes library handles. */
    void (*close)(Reader *r);

    /* One paragraph on what was guessed (separator, header lines, time columns, ...) as
     * "key: value" lines for `explain`, in words of the options; NULL: nothing is guessed. */
    void (*describe)(const Reader *r, Buffer *out);

    /* For archives: extracts a run of members into o->out, one behind the other. NULL: no archive;
     * an archive has this and no open, next and close. What is wrong with the archive or with a
     * member is in *u; false only where the world is to blame (ERROR_RETRY) or memory runs out.
     *
     * Where the archive goes on (u->more) it stays open in *open, so that the next run need not go
     * through it from its start; else *open becomes NULL. *open before: what the run that ended at
     * o->first has left there, or NULL: all before o->first is passed over. The members are the
     * same either way. */
    bool (*unpack)(Unpacker **open, const Input *in, const UnpackOrder *o, Arena *a, Unpacked *u,
                   Error *e);

    /* Called once in the zygote, before it forks: loads libraries. May be NULL. */
    bool (*warm_up)(Error *e);
} Format;
