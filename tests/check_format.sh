#!/usr/bin/env bash
# check_format.sh: every C file is as clang-format would write it.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v clang-format >/dev/null || { echo "clang-format is missing"; exit 77; }
source tests/support/tree.bash
wrong=$(tracked | grep -zE '\.[ch]$' | xargs -0 clang-format --dry-run -Werror 2>&1 |
  sed -nE 's/^([^:]+):[0-9]+:[0-9]+: error: .*/\1/p' | sort -u) || true
[ -z "$wrong" ] || { printf 'to be formatted: clang-format -i %s\n' "$(echo $wrong)"; exit 1; }
