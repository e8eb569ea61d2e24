#!/usr/bin/env bash
# mutants.sh: damaged copies of the files of every format, in one run: each gets one verdict in bounded
# time, none waits, and no reader of our own crashes, hangs or takes too much. MUTANTS from outside: how
# many of each format.
set -euo pipefail
HERE=$(dirname "$0")
source "$HERE/../support/scripts.bash"
count=${MUTANTS:-20}
mkdir -p "$WORK/sound"
cp -r "$ROOT/test_data" "$ROOT/tests/cases/laz" "$WORK/sound"
run_weir "$WORK/clean" -j 2 "$WORK/sound"
tables "$WORK/clean" "$WORK/truth"
python3 -B "$HERE/mutants.py" make "$WORK/truth/files.ndjson" "$WORK/mutants" "$count"
total=$(find "$WORK/mutants" -type f -printf x | wc -c)

# a hundredth of a second each is much
rc=0
timeout $((120 + total / 20)) "$WEIR" run --quiet -j 2 --timeout 20s -o "$WORK/out" "$WORK/mutants" \
  >"$WORK/stdout" 2>"$WORK/stderr" || rc=$?
[ "$rc" -le 1 ] || { cat "$WORK/stderr" >&2; fail "weir run over mutants ended with $rc"; }
tables "$WORK/out" "$WORK/said"
python3 -B "$HERE/mutants.py" check "$WORK/said/files.ndjson" "$WORK/mutants" || fail "a mutant without a proper verdict"
promise P3 "mutants of every format: one verdict each, no reader of our own crashed or hung" "$total"
