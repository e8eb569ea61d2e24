/* csv_options.h: the option table, and what it cannot check by itself. */
#pragma once

#include "formats/csv/csv.h"

extern const Option csv_options[];
bool csv_options_check(const CsvOptions *o, Error *e) MUST_CHECK;
