#!/usr/bin/env bash
# hostile.sh: crafted files among good ones. They cost only themselves: every one gets a verdict, the
# good ones' results do not change by a byte, and nothing of other people's files comes out. Those that
# kill or hold up their reader get the verdict that the generator's list gives.
set -euo pipefail
HERE=$(dirname "$0")
source "$HERE/../support/scripts.bash"
"$GENERATE" many "$WORK/data/good" 200 mixed
run_weir "$WORK/clean" -j 2 "$WORK/data"
tables "$WORK/clean" "$WORK/truth"
"$GENERATE" hostile "$WORK/data/hostile" "$WORK/lists"
list=$WORK/lists/EXPECTED-hostile.tsv

# good_unchanged: the good files' rows of $WORK/said are those of $WORK/truth.
good_unchanged() {
  local table
  for table in results files; do
    grep -F "/data/good/" "$WORK/said/$table.ndjson" | cmp - "$WORK/truth/$table.ndjson" || fail "$table of good files changed"
  done
}

# ends_with CODE WHAT: of the command that has just ended.
ends_with() {
  [ "$RC" = "$1" ] || fail "$2 ended with $RC, not $1"
}

# those that kill or hold up their reader first: they have little time and memory
mkdir "$WORK/apart"
find "$WORK/data/hostile" -maxdepth 1 -type f -print0 | while IFS= read -rd '' file; do
  cut -f 1 "$list" | grep -qxF -- "${file##*/}" || mv -- "$file" "$WORK/apart"
done
mv "$WORK/data/hostile/mutants" "$WORK/apart"
limits=(--timeout 2s --memory 128MiB)
RC=0
"$WEIR" run --quiet -j 2 "${limits[@]}" -o "$WORK/hard" "$WORK/data" || RC=$?
ends_with 1 "weir run over files that kill their reader"
tables "$WORK/hard" "$WORK/said"
good_unchanged
python3 -B "$HERE/verdicts.py" "$list" "$WORK/data/hostile" "$WORK/said" 1 || fail "a wrong verdict"

# they are set aside: a second run loses no time on them
RC=0
begin=${EPOCHREALTIME/./}
"$WEIR" run --quiet -j 2 "${limits[@]}" -o "$WORK/hard" "$WORK/data" || RC=$?
took_us=$((${EPOCHREALTIME/./} - begin))
ends_with 1 "a second run"
[ "$took_us" -lt 2000000 ] || fail "a second run took $took_us us: it has read what was set aside"
tables "$WORK/hard" "$WORK/said"
python3 -B "$HERE/verdicts.py" "$list" "$WORK/data/hostile" "$WORK/said" 1 || fail "a second run changed a verdict"

# until somebody asks for it: the same verdicts again
RC=0
"$WEIR" retry --quiet -j 2 "${limits[@]}" -o "$WORK/hard" || RC=$?
ends_with 1 "weir retry"
tables "$WORK/hard" "$WORK/said"
good_unchanged
python3 -B "$HERE/verdicts.py" "$list" "$WORK/data/hostile" "$WORK/said" 2 || fail "weir retry changed a verdict"
killers=$(($(wc -l <"$list") - 1))
promise P3 "files that crash, hang or exhaust their reader among 200 good ones: verdict as expected" "$killers"

# then all the others
rm -r "$WORK/data/hostile"
mv "$WORK/apart" "$WORK/data/hostile"
run_weir "$WORK/out" -j 2 --timeout 20s "$WORK/data"
tables "$WORK/out" "$WORK/said"
good_unchanged
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
