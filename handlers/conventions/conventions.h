/* conventions.h: the handler that recognises by which convention a file was written (ARM, CF,
 * Argo, ODIM, CfRadial, ...), says why, and adds what the convention lets one count: quality flags,
 * profiles, sweeps. docs/conventions.md has the rules. */
#pragma once

#include "handlers/handler.h"

extern const Handler handler_conventions; /* no options */
