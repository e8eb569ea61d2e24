#!/usr/bin/env bash
# identical.sh: the same tables, byte for byte, whatever the number of threads. Failures may differ in
# the time and in how often was tried.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
data=$WORK/data
"$GENERATE" demo "$data/demo"
"$GENERATE" many "$data/many" 60 mixed
"$GENERATE" large "$data/large"
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
# The large files are read in parts: what comes of them is known by arithmetic.
python3 -B - "$WORK/said8/results.ndjson" "$WORK/said8/files.ndjson" <<'PYTHON' || fail "files that are read in parts"
import json, math, os, sys

results, files = ([json.loads(line) for line in open(path)] for path in sys.argv[1:])
rows, columns = 10000, 1000
n = rows * columns
spread = math.sqrt((rows**2 - 1) / 12 * n / (n - 1))
seen = {(os.path.basename(r["uri"]), r["variable"]): r for r in results}
for name in ("large.nc", "large_classic.nc", "large_damaged.nc"):
    row, time, wave = (seen[name, v] for v in ("row", "time", "wave"))
    assert (row["n"], row["missing"], row["min"], row["max"]) == (n, 0, 0, rows - 1), row
    assert math.isclose(row["mean"], (rows - 1) / 2, rel_tol=1e-13), row
    assert math.isclose(row["std"], spread, rel_tol=1e-12), row
    assert abs(row["p50"] - row["mean"]) < row["mean"] / 4096, row
    assert (row["first"], row["last"]) == (0, rows - 1), row
    assert (time["n"], time["max"]) == (rows, 60 * (rows - 1)), time
    if name == "large_damaged.nc":
        assert wave["mean"] is None and "chunk" in wave["reason"], wave
    else:
        assert (wave["n"], wave["min"], wave["max"]) == (n, 0, 1023.75), wave
    file = next(f for f in files if f["uri"].endswith("/" + name))
    assert file["state"] == ("partial" if name == "large_damaged.nc" else "done"), file
    assert (file["rows"], file["last_time"]) == (rows, "2024-06-07T22:39:00Z"), file
PYTHON
promise P13 "the same tables byte for byte with 1, 2 and 8 threads" 3
