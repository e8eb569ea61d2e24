#!/usr/bin/env bash
# open_csv.sh: what independent readers say of real CSV files, Weir says too, unconfigured.
set -euo pipefail
exec bash "$(dirname "$0")/../support/open_data.bash" csv
