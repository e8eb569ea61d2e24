/* hdf5.h: HDF5 files, those of netCDF-4 and all others.
 *
 * One reader under two names, because people speak of two formats. Which of them a file is shows
 * only when it is open (Dataset.format); the probes guess it from the first bytes. */
#pragma once

#include "formats/format.h"

extern const Format format_netcdf4;
extern const Format format_hdf5;

/* Of the HDF5 library that is loaded: "1.10.8". "unknown" if it does not start. */
void hdf5_version(char *out, size_t size);
