/* gml_met.h: meteorology of the NOAA GML baseline observatories. */
#pragma once

#include "formats/format.h"

extern const Format format_gml_met;
