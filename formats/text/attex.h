/* attex.h: files of the Attex MTP-5 radiometer. */
#pragma once

#include "formats/format.h"

extern const Format format_attex;
