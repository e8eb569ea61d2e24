/* netcdf3.h: netCDF classic files: CDF-1, CDF-2 (64-bit offset), CDF-5 (64-bit data). */
#pragma once

#include "formats/format.h"

extern const Format format_netcdf3;
