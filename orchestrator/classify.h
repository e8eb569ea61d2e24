/* classify.h: which pipeline for which object, and why.
 *
 * Order: pattern rules of the configuration (first match wins), then the content (in the sandbox),
 * then, only for what no format recognises, the rules that say what is no data at all. */
#pragma once

#include "core/arena.h"
#include "core/error.h"
#include "core/regex.h"
#include "pipelines/pipeline.h"

typedef struct Rule {
    const char *glob;  /* text_glob on the absolute path, or on the last part if it has no '/' */
    const char *regex; /* PCRE2, searched in the absolute path; exactly one of the two is set */
    Regex *compiled;
    bool ignore;              /* listed as ignored and never opened */
    const Pipeline *pipeline; /* set unless ignore */
    bool output;              /* made of `outputs:`, not written as a rule */
    const char *text;         /* for people: "rule 3 (weir.yaml:12): match *.lst" */
} Rule;

typedef struct Choice {
    const Pipeline *pipeline; /* NULL: ignored */
    const char *rule;         /* the rule's text, or "by content" */
} Choice;

/* The first rule that matches the path, else (false) the pipeline `standard` by content. */
bool classify(const Rule *rules, size_t count, const Pipeline *standard, const char *path,
              Choice *out);

/* Whether it is taken for what `outputs:` has written. */
bool classify_output(const Rule *rules, size_t count, const char *path);

/* One row of the table of names that are no data. */
typedef struct NoDataRule {
    const char *glob; /* in lower case; text_glob as for rules */
    const char *why;  /* "picture (*.png)" */
} NoDataRule;
/* In the order in which they are tried; ends with a NULL glob. */
extern const NoDataRule no_data_rules[];

/* For what no format recognises: why it is no data ("picture (*.png)", "hidden file (.*)",
 * "script (*.py)", ...), or NULL where it could be data. Upper and lower case are the same. */
const char *classify_no_data(const char *path);
