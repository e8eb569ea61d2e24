/* btl.h: Sea-Bird's bottle summary, .btl. */
#pragma once

#include "formats/format.h"

extern const Format format_btl;
