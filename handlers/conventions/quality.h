/* quality.h: what the values of a quality variable mean, in whichever way its file says it. */
#pragma once

#include "core/dataset.h"
#include "handlers/conventions/flags.h"

/* One file's quality variables. What the file says of all of them is read once for each size. */
typedef struct Quality {
    const Dataset *dataset;
    Dataset *notes; /* takes notes of what does not fit */
    struct {
        bool known;
        Flags flags;
    } global[sizeof(uint64_t) + 1]; /* by the size of a value */
} Quality;

/* Reads the description of a quality variable into `f` (which is zeroed):
 *   flag_masks / flag_values with flag_meanings and flag_assessments (CF 3.5; tsdat);
 *   bit_N_description, bit_N_assessment and flag_N_description, flag_N_assessment (ARM);
 *   the same of the whole file, qc_bit_N_description (ARM);
 *   lines "0x4 = ...", "bit 3 = ...", "2 = ..." in free text (ARM before 2009; "simple QC");
 *   Argo's reference tables 2 and 2a.
 * False: it is none, or nothing says what it means. */
bool quality_flags(Quality *q, const Var *v, Flags *f);

/* quality_text.c: tests from lines of free text. */
void quality_text(const char *text, Arena *a, Flags *f);
/* What a word of assessment says: "Bad", "Incorrect", ... */
Verdict quality_verdict(const char *word, size_t length);
