#!/usr/bin/env bash
# open_hpl.sh: what independent readers say of real Halo Doppler lidar files, Weir says too.
set -euo pipefail
exec bash "$(dirname "$0")/../support/open_data.bash" hpl
