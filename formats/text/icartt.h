/* icartt.h: ICARTT, the format of airborne and ground data of NASA's field campaigns. */
#pragma once

#include "formats/format.h"

extern const Format format_icartt;
