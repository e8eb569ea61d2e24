/* thies.h: telegrams of the Thies laser precipitation monitor. */
#pragma once

#include "formats/format.h"

extern const Format format_thies;
