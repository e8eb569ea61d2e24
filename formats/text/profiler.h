/* profiler.h: winds and temperatures of NOAA PSL's radar wind profilers. */
#pragma once

#include "formats/format.h"

extern const Format format_profiler;
