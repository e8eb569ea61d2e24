/* surfrad.h: radiation tables of NOAA GML: SURFRAD, SOLRAD and the baseline observatories. */
#pragma once

#include "formats/format.h"

extern const Format format_surfrad;
