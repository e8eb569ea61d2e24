#!/usr/bin/env bash
# hostile.sh: crafted files among good ones. They cost only themselves: every one gets a verdict, the
# good ones' results do not change by a byte, and nothing of other people's files comes out.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
"$GENERATE" many "$WORK/data/good" 200 mixed
run_weir "$WORK/clean" -j 2 "$WORK/data"
tables "$WORK/clean" "$WORK/truth"
"$GENERATE" hostile "$WORK/data/hostile"
run_weir "$WORK/out" -j 2 --timeout 20s "$WORK/data"
tables "$WORK/out" "$WORK/said"

for table in results files; do
  grep -F "/data/good/" "$WORK/said/$table.ndjson" | cmp - "$WORK/truth/$table.ndjson" || fail "$table of good files changed"
done
hostile=$(find "$WORK/data/hostile" -type f -printf x | wc -c)
listed=$(grep -cF "/data/hostile/" "$WORK/said/files.ndjson") || true
[ "$hostile" = "$listed" ] || fail "$hostile hostile files, $listed listed"
! grep -E '"state":"(waiting)"' "$WORK/said/files.ndjson" || fail "a hostile file has no verdict"

# the first characters of /etc/passwd as text, and as the numbers that external storage would give
! grep -rqaF "root:x:0:0" "$WORK/out" || fail "/etc/passwd came out"
python3 -B - "$WORK/said/results.ndjson" <<'PYTHON'
import json, sys
leaked = [r for r in map(json.loads, open(sys.argv[1], encoding="utf-8"))
          if r["uri"].endswith("hdf5_external_storage.h5") and r.get("mean") is not None]
sys.exit(f"values of /etc/passwd came out: {leaked}" if leaked else 0)
PYTHON
promise P3-P4 "crafted files among 200 good ones: each has a verdict, no good result changed" "$hostile"
