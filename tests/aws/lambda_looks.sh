#!/usr/bin/env bash
# lambda_looks.sh: what an event does not say of its objects is asked for side by side; a look, an output, a table that
# hangs ends in time for the answer, nobody is blamed, and what comes again is done then.
set -euo pipefail
source "$(dirname "$0")/../support/lambda.bash"
aws_up
mkdir "$WORK/files"
for ((i = 1; i <= 12; i++)); do
  printf 'time,t\n2024-06-03T00:00:00Z,%d\n2024-06-03T00:00:01Z,7\n' "$i" >"$WORK/files/$i.csv"
done
s3_make out
s3_make lake
s3_tree lake "" "$WORK/files" >/dev/null

# in_time WHAT EXPECTED FORM...: an invocation that has 5 s, from when it was handed out, is answered within them.
in_time() {
  DEADLINE_S=5 lambda_answers "$@"
  gate_log '/runtime/invocation/([^n].* 202|next .*200)' | tail -n 2 |
    python3 -c 'import json, sys
next, answer = (json.loads(line) for line in sys.stdin)
sys.exit(not (next["target"].endswith("next") and 0 < answer["time"] - next["time"] < 5))' || fail "$1: answered too late"
  "$WEIR" failures -o "$WORK/out" --format ndjson 2>"$WORK/none" | grep . && fail "$1: a file is blamed"
  return 0
}

lambda_begin
# twelve looks of a second each
gate_fault '{"match": "^HEAD /lake/", "delay_s": 1, "times": -1}'
DEADLINE_S=12 lambda_answers "twelve slow looks" '^response.*"seen":12,"done":12,' request lake $(seq -f '%g.csv' 12)
gate_no_faults
[ "$(gate_count '^HEAD /lake/')" = 12 ] || fail "not looked at once each"

# one that hangs, in a request and in a message: what is before it is done
for i in 1 2 3; do s3_put lake "new$i.csv" "$WORK/files/$i.csv"; done
gate_fault '{"match": "^HEAD /lake/new2", "delay_s": 20, "times": -1}'
in_time "a look that hangs" '^error.Weir.Unfinished.*the time of the function was over' request lake new1.csv new2.csv
in_time "the same in a message" '^response..\{"batchItemFailures":\[\{"itemIdentifier":"m2"\}\]\}$' \
  queue "$(event request lake new1.csv)" "$(event request lake new2.csv)"
gate_no_faults
lambda_answers "in peace" '^response.*"seen":2,"done":1,.*"skipped":1,' request lake new1.csv new2.csv

# news of an object that was read already, which is looked at once more
old=$(event s3 lake 1.csv)
s3_put lake 1.csv "$WORK/files/2.csv"
new=$(event s3 lake 1.csv)
gate_fault '{"match": "^HEAD /lake/1.csv", "delay_s": 20, "times": -1}'
in_time "a second look that hangs" '^response..\{"batchItemFailures":\[\{"itemIdentifier":"m1"\}\]\}$' queue "$new"
gate_no_faults
lambda_answers "in peace" '"batchItemFailures":\[\]' queue "$old" "$new"
lambda_end

# an output, a table that hangs: nothing is recorded
"$WEIR" tables create dynamodb:shared 2>"$WORK/none"
printf 'outputs:\n  - to: s3://out/\n' >"$WORK/weir.yaml"
n=0
for hangs in '^(PUT|HEAD) /out/' 'DynamoDB_.*\.(BatchWriteItem|PutItem|TransactWriteItems)'; do
  n=$((n + 1))
  rm -rf "$WORK/out"
  WEIR_CONFIG=$WORK/weir.yaml WEIR_STORE=dynamodb:shared lambda_begin
  s3_put lake slow.csv "$WORK/files/$n.csv"
  gate_fault '[{"match": "'"${hangs//\\/\\\\}"'", "delay_s": 20, "times": -1}]'
  in_time "$hangs" '^response..\{"batchItemFailures":\[\{"itemIdentifier":"m1"\}\]\}$' sqs lake slow.csv
  gate_no_faults
  lambda_over "5"
  WEIR_CONFIG=$WORK/weir.yaml WEIR_STORE=dynamodb:shared lambda_begin
  lambda_answers "$hangs, in peace" '"batchItemFailures":\[\]' sqs lake slow.csv
  lambda_end
  s3 get out lake/slow.csv.ndjson | grep '"variable":"t"' | grep -q "\"min\":$n," || fail "$hangs: no output of the newest"
done
