#!/usr/bin/env bash
# run_faults.sh: FAULTS scenarios (8) of a bad network and services with bad days: after each the tables are those of
# an undisturbed run, in the ledger and in DynamoDB, no file is blamed, and no secret is written anywhere. With a number
# of scenarios of one's own the real files are in the bucket as well, where they are there, and what independent readers
# say of them is compared each time.
set -euo pipefail
source "$(dirname "$0")/../support/aws.bash"
sanitized && standard=3 || standard=8
faults=${FAULTS:-$standard}
aws_up
s3_make lake
s3_tree lake "" "$ROOT/test_data" >/dev/null
# one that is fetched in runs of bytes
python3 -c 'for i in range(900000): print(f"2024-06-03T00:00:{i % 60:02d}Z,{i},{i / 7:.6f}")' >"$WORK/large.csv"
s3_put lake large/table.csv "$WORK/large.csv"

look() { # OUT: what a run has left, without the times of failures
  tables "$1" "$1.said"
  sed -E -i 's/"time":"[^"]*"//' "$1.said/failures.ndjson"
  cat "$1.said/results.ndjson" "$1.said/files.ndjson" "$1.said/failures.ndjson"
}

check() { # OUT: the differences from what independent readers say
  python3 -B "$readers" "$open_data" "$1.said/results.ndjson" "$1.said/files.ndjson" --list 100000 || true
}

open_data=$ROOT/../shared/data/open readers=$ROOT/../shared/check/check.py
[ -n "${FAULTS:-}" ] && [ -d "$open_data" ] && [ -f "$readers" ] || open_data=
[ -z "$open_data" ] || s3_tree lake open/ "$open_data" >/dev/null

run_weir "$WORK/calm" -j 2 s3://lake/
look "$WORK/calm" >"$WORK/expected"
[ -z "$open_data" ] || check "$WORK/calm" >"$WORK/compared"
[ "$(grep -c '"uri":"s3://lake/large/table.csv"' "$WORK/expected")" = 4 ] || fail "the large table is not there"
for ((seed = 1; seed <= $faults; seed++)); do
  gate_no_faults
  rules=$(python3 "$SUPPORT/fault_plans.py" "$seed" 2>"$WORK/plan")
  gate_fault "$rules"
  out=$WORK/out-$seed
  "$WEIR" tables create "dynamodb:faults-$seed" 2>"$WORK/stderr" || fail "$(cat "$WORK/stderr")"
  AWS_MAX_ATTEMPTS=5 run_weir "$out" -j 2 --store "dynamodb:faults-$seed" s3://lake/
  gate_no_faults
  look "$out" >"$WORK/found"
  cmp -s "$WORK/expected" "$WORK/found" || {
    diff "$WORK/expected" "$WORK/found" | cut -c1-600 | head -n 12
    cat "$out.stderr"
    fail "scenario $seed ($(cat "$WORK/plan")): $rules"
  }
  for table in results files; do
    "$WEIR" $table --from "dynamodb:faults-$seed" --format ndjson | cmp -s "$out.said/$table.ndjson" - ||
      fail "scenario $seed ($(cat "$WORK/plan")): other $table in DynamoDB: $rules"
  done
  [ -z "$open_data" ] || check "$out" | cmp -s "$WORK/compared" - || fail "scenario $seed: not what independent readers say"
  grep -rqF "$AWS_SECRET_ACCESS_KEY" "$out" "$out.stderr" "$out.stdout" && fail "scenario $seed: a secret was written"
  rm -rf "$out" "$out".*
done
promise P5 "scenarios of a bad network: the same tables, no file blamed" "$faults"
