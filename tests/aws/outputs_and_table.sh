#!/usr/bin/env bash
# outputs_and_table.sh: with a shared table, too, a file counts as done once its outputs are written: a run that was
# given up because they could not be, another ledger, all come to the same objects.
set -euo pipefail
source tests/support/bucket_runs.bash
aws_up
s3_make lake
s3_make out
mkdir "$WORK/small"
for ((i = 1; i <= 5; i++)); do printf 'time,t\n2024-06-03T00:00:00Z,%d\n' "$i" >"$WORK/small/table_$i.csv"; done
s3_tree lake small/ "$WORK/small" >/dev/null
printf 'outputs:\n  - to: s3://out/r/\n' >"$WORK/weir.yaml"
"$WEIR" tables create dynamodb:weir 2>/dev/null
run() { # OUT: its code in $RC
  RC=0
  "$WEIR" run -q -c "$WORK/weir.yaml" --patience 1s --store dynamodb:weir -o "$1" s3://lake/ 2>"$1.stderr" || RC=$?
}

gate_fault '{"match": "^PUT /out", "error": "SlowDown", "times": -1}'
AWS_MAX_ATTEMPTS=1 run "$WORK/first"
[ "$RC" = 5 ] || fail "outputs that cannot be written end with $RC: $(cat "$WORK/first.stderr")"
gate_no_faults
for out in first second; do # another folder: what the table has must be what was written
  run "$WORK/$out"
  [ "$RC" = 0 ] || fail "run again, it ends with $RC: $(cat "$WORK/$out.stderr")"
  [ "$(gate_count '^PUT /out/r/lake/small/table_[1-5].csv.ndjson .* 200')" = 5 ] || fail "$out: not all outputs are there, once"
done
"$WEIR" files -o "$WORK/second" --format ndjson | grep -c '"state":"done"' | grep -qx 5 || fail "the table does not know all"
