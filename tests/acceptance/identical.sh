#!/usr/bin/env bash
# identical.sh: the same tables, byte for byte, whatever the number of threads. Failures may differ in
# the time and in how often was tried.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
data=$WORK/data
"$GENERATE" demo "$data/demo"
"$GENERATE" many "$data/many" 60 mixed
for jobs in 1 2 8; do
  run_weir "$WORK/out$jobs" -j "$jobs" "$data"
  tables "$WORK/out$jobs" "$WORK/said$jobs"
  python3 -B "$ROOT/tests/reliability/checker.py" normal "$WORK/said$jobs/failures.ndjson" >"$WORK/failures$jobs"
  [ -s "$WORK/said$jobs/results.ndjson" ] || fail "no results"
  [ "$jobs" = 1 ] && continue
  cmp "$WORK/said1/results.ndjson" "$WORK/said$jobs/results.ndjson"
  cmp "$WORK/said1/files.ndjson" "$WORK/said$jobs/files.ndjson"
  cmp "$WORK/failures1" "$WORK/failures$jobs"
done
promise P13 "the same tables byte for byte with 1, 2 and 8 threads" 3
