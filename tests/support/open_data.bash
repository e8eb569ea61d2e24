#!/usr/bin/env bash
# open_data.bash KIND: runs Weir over the folder of real files beside the project and compares what it
# says with what independent readers say; tests/acceptance/known_differences.tsv lists where those are
# proven wrong.
set -euo pipefail
source "$(dirname "$0")/scripts.bash"
data=$ROOT/../shared/data/open
check=$ROOT/../shared/check/check.py
[ -d "$data" ] && [ -f "$check" ] || skip "no real files at ../shared/data/open"
run_weir "$WORK/out" -j 2 "$data"
tables "$WORK/out" "$WORK/said"
rc=0
python3 -B "$check" "$data" "$WORK/said/results.ndjson" "$WORK/said/files.ndjson" --only "$1" --list 100000 \
  >"$WORK/compared" || rc=$?
python3 -B "$SUPPORT/known_differences.py" "$ROOT/tests/acceptance/known_differences.tsv" "$1" "$rc" <"$WORK/compared"
