#!/usr/bin/env bash
# open_windcube.sh: what independent readers say of real WindCube text files, Weir says too.
set -euo pipefail
exec bash "$(dirname "$0")/../support/open_data.bash" windcube
