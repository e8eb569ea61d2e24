#!/usr/bin/env bash
# check_size.sh: no source file is longer than 500 lines; split it by job.
set -euo pipefail
cd "$(dirname "$0")/.."
source tests/support/tree.bash
limit=500
long=$(tracked | grep -zE '(\.([ch]|sh|bash|py|cmake)|CMakeLists\.txt|Makefile)$' | xargs -0 awk -v limit=$limit '
  FNR == limit + 1 { print FILENAME ": more than " limit " lines"; nextfile }')
[ -z "$long" ] || { echo "$long"; exit 1; }
