#!/usr/bin/env bash
# open_ceilometer.sh: what independent readers say of real ceilometer messages, Weir says too.
set -euo pipefail
exec bash "$(dirname "$0")/../support/open_data.bash" ceilometer
