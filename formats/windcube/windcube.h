/* windcube.h: text files of WindCube profiling lidars (Leosphere, Vaisala): statistics (.sta,
 * .stdsta) and single lines of sight (.rtd, .stdrtd). What becomes of them: docs/windcube.md. */
#pragma once

#include "formats/format.h"

extern const Format format_windcube_sta, format_windcube_rtd;
