/* sentinels.h: numbers that look like "missing" although the file does not say so. */
#pragma once

#include "core/dataset.h"
#include "core/summary.h"

/* Adds a note where the smallest or greatest value is a usual sentinel (-999, 99.99, 1e20, ...),
 * and far from all other values. Below 900 only where it occurs more than once, in less than half
 * of the values, and not as a percentage. Such values are never masked: pressures of 99.99 exist.
 */
void sentinels_note(Dataset *d, const Var *v, const SummaryResult *r);
