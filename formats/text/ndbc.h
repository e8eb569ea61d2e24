/* ndbc.h: tables of the U.S. National Data Buoy Center. */
#pragma once

#include "formats/format.h"

extern const Format format_ndbc;
