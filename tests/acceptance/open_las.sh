#!/usr/bin/env bash
# open_las.sh: what independent readers say of real LAS and LAZ point clouds, Weir says too.
set -euo pipefail
exec bash "$(dirname "$0")/../support/open_data.bash" las
