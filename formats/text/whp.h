/* whp.h: WHP-Exchange, the comma-separated format of hydrographic bottle and CTD data. */
#pragma once

#include "formats/format.h"

extern const Format format_whp;
