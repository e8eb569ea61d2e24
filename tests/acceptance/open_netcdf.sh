#!/usr/bin/env bash
# open_netcdf.sh: what independent readers say of real netCDF and HDF5 files, Weir says too.
set -euo pipefail
exec bash "$(dirname "$0")/../support/open_data.bash" netcdf
