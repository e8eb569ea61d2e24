/* cnv.h: Sea-Bird's converted data, .cnv (and .ros, which is the same). */
#pragma once

#include "formats/format.h"

extern const Format format_cnv;
