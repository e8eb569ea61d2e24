/* ceilometer.h: messages of ceilometers as loggers keep them: CL31, CL51, CT25K, CS135, LD40. */
#pragma once

#include "formats/format.h"

extern const Format format_ceilometer;
