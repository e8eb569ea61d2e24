/* toa5.h: tables of Campbell Scientific loggers in text, TOA5 and TOACI1. */
#pragma once

#include "formats/format.h"

extern const Format format_toa5;
