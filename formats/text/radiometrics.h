/* radiometrics.h: files of Radiometrics microwave radiometers. */
#pragma once

#include "formats/format.h"

extern const Format format_radiometrics;
