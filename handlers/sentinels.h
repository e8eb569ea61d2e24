/* sentinels.h: numbers that look like "missing" although the file does not say so. */
#pragma once

#include "core/dataset.h"
#include "core/summary.h"

/* Adds a note where the smallest or greatest value is a usual sentinel (-999, 99.99, 1e20, ...),
 * stands at or beyond the edge of the type's common use and far from all other values. Such values
 * are never masked: pressures of 99.99 exist. */
void sentinels_note(Dataset *d, const Var *v, const SummaryResult *r);
