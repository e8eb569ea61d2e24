#!/usr/bin/env bash
# test_data_expected.sh: of test_data/ Weir says what the generator knows, having written it.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
rc=0
"$WEIR" run --quiet -o "$WORK/out" "$ROOT/test_data" || rc=$?
[ "$rc" = 1 ] || fail "broken files must give exit code 1, not $rc"
tables "$WORK/out" "$WORK/said"
python3 -B "$SUPPORT/expected.py" "$ROOT/test_data" "$ROOT/tests/cases/test_data" "$WORK/said"
