/* wvr.h: line-of-sight files of older Radiometrics radiometers. */
#pragma once

#include "formats/format.h"

extern const Format format_wvr;
