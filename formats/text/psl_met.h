/* psl_met.h: surface meteorology of NOAA PSL. */
#pragma once

#include "formats/format.h"

extern const Format format_psl_met;
