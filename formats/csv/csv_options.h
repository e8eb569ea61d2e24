/* csv_options.h: the option table, and what it cannot check by itself. */
#pragma once

#include "formats/csv/csv.h"

extern const Option csv_options[];
bool csv_options_check(const CsvOptions *o, Error *e) MUST_CHECK;
/* The mark that the value of `key` stands for: a single character, or a word such as tab; 0: none.
 */
bool csv_mark(const char *key, const char *text, char *out, Error *e) MUST_CHECK;
