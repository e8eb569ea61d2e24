/* signature_text.h: kinds of text by their first lines. */
#pragma once

#include "core/input.h"

/* NULL: no kind of text that is known. */
const char *signature_of_text(const Input *in, bool *is_data);
