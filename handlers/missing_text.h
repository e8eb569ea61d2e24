/* missing_text.h: words that mean "no value" in a text cell. */
#pragma once

#include "core/text.h"

#include <stdbool.h>

/* True for an empty or blank cell and for the missing tokens, in any case. Words that could be data
 * ("none", "unknown") are not among them. */
bool missing_text(StringView cell);
