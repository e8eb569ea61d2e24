/* netcdf.h: what the netCDF-3 and netCDF-4 readers have in common. */
#pragma once

#include "core/dataset.h"

/* Fills in what follows from a complete schema: the convention (the global attribute Conventions)
 * and the number of rows, which is the length of the unlimited dimension that variables use (the
 * one called time, if there are several). Without such a dimension rows stay unknown. */
void netcdf_conclude(Dataset *d);
