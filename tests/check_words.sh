#!/usr/bin/env bash
# check_words.sh: no path of one developer's machine stands in the project.
set -euo pipefail
cd "$(dirname "$0")/.."
source tests/support/tree.bash
# in brackets, so that this line does not find itself
words='(^|[^A-Za-z0-9._/-])/(wor[k]|roo[t]|far[m])/'
found=$(tracked | grep -zvE '^test_data/' | xargs -0 grep -InE "$words" || true)
[ -z "$found" ] || { echo "$found"; exit 1; }
