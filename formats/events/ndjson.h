/* ndjson.h: records in JSON: one a line (NDJSON), one after the other, or in an array.
 *
 * What becomes of fields, arrays and mixed types: docs/json.md. */
#pragma once

#include "formats/format.h"

extern const Format format_ndjson;
