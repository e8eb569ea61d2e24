#!/usr/bin/env bash
# lambda_faults.sh: a function that runs out of time, cannot tell its answer, cannot begin, or is asked to end.
set -euo pipefail
source "$(dirname "$0")/../support/lambda.bash"
aws_up
mkdir "$WORK/files"
for ((i = 1; i <= 60; i++)); do
  printf 'time,t\n2024-06-03T00:00:00Z,%d\n2024-06-03T00:00:01Z,7\n' "$i" >"$WORK/files/$i.csv"
done
s3_make lake
s3_tree lake "" "$WORK/files" >/dev/null
api=/2018-06-01/runtime

# no time to begin anything
lambda_begin
DEADLINE_S=0.7 lambda_answers "no time" '^response.*"itemIdentifier":"m1".*"itemIdentifier":"m2"' sqs lake 1.csv 2.csv
[ "$(gate_count '^GET /lake')" = 0 ] || fail "something was begun"
DEADLINE_S=0.7 lambda_answers "no time for what S3 says" '^error.Weir.Unfinished.*the time of the function was over' s3 lake 1.csv
[ -z "$(states "$WORK/out")" ] || fail "files are told that were not begun"

# time for some of them: those are not given back, the others are, and not one is lost
gate_fault '{"match": "^GET /lake/[3-6][0-9]", "delay_s": 9, "times": -1}'
keys=$(seq -f '%g.csv' 1 60)
reply=$(event ask 6 sqs lake $keys)
gate_no_faults
[ "$(grep -o '"m[0-9]*"' <<<"$reply" | tr '\n' ' ')" = "$(printf '"m%d" ' $(seq 30 60))" ] || fail "not m30 to m60 come back: $reply"
states "$WORK/out" >"$WORK/found"
[ "$(grep -c ' done$' "$WORK/found")" = 29 ] || fail "not 29 are done: $(cat "$WORK/found")"
lambda_answers "the rest" '"batchItemFailures":\[\]' sqs lake $keys
[ "$(states "$WORK/out" | grep -c ' done$')" = 60 ] || fail "not all done"

# an object that does not come: given up in time, and nobody's fault
s3_put lake stuck.csv "$WORK/files/1.csv"
gate_fault '{"match": "^GET /lake/stuck", "stall_after": 10, "stall_s": 8}'
DEADLINE_S=4 lambda_answers "an object that does not come" '^response.*"itemIdentifier":"m1"' sqs lake stuck.csv
gate_no_faults
"$WEIR" failures -o "$WORK/out" --format ndjson 2>"$WORK/none" | grep . && fail "a file is blamed"
lambda_answers "the same in peace" '"batchItemFailures":\[\]' sqs lake stuck.csv

# answers that are not taken
gate_fault '{"match": "^POST '$api'/invocation/.*/response", "drop_reply": true}'
lambda_answers "the reply to an answer is lost" '"batchItemFailures":\[\]' sqs lake 1.csv
lambda_answers "and the next one" '"batchItemFailures":\[\]' sqs lake 1.csv
gate_fault '[{"match": "^POST '$api'/invocation/.*/response", "reset_before": true},
             {"match": "^POST '$api'/invocation/.*/response", "reply": {"status": 503}}]'
lambda_answers "an answer that arrives at the third try" '"batchItemFailures":\[\]' sqs lake 1.csv
gate_fault '{"match": "^POST '$api'/invocation/.*/response", "reply": {"status": 413}}'
lambda_answers "an answer that is too large" '^error.Weir.AnswerTooLarge.*more than Lambda takes' sqs lake 1.csv
gate_fault '[{"match": "^GET '$api'/invocation/next", "reply": {"status": 502}},
             {"match": "^GET '$api'/invocation/next", "reset_before": true}]'
lambda_answers "two calls for the next that fail" '"batchItemFailures":\[\]' sqs lake 1.csv
lambda_answers "and one more" '"batchItemFailures":\[\]' sqs lake 1.csv
lambda_end

# what ends it
lambda_begin
gate_fault '{"match": "^POST '$api'/invocation/.*/response", "reply": {"status": 500}}'
gate_ask POST events '{"event": {"uris": ["s3://lake/1.csv"]}}' >/dev/null
lambda_over 5
grep -q 'it answers 500: this environment is over' "$WORK/log" || fail "500: $(cat "$WORK/log")"
gate_fault '{"match": "^GET '$api'/invocation/next", "reply": {"status": 403}, "times": 3}'
lambda_begin
lambda_over 5
grep -q 'it answers 403; 3 times in a row' "$WORK/log" || fail "403: $(cat "$WORK/log")"
gate_no_faults

# asked to end while it works: what runs is finished and answered
lambda_begin lambda -j 1
gate_fault '{"match": "^GET /lake/t", "delay_s": 1}'
s3_put lake t.csv "$WORK/files/1.csv"
(sleep 0.6; kill "$FUNCTION") &
lambda_answers "asked to end while it works" '^response|^error.Weir.Unfinished' sqs lake t.csv
lambda_over 0
gate_no_faults

# it cannot begin
says_why() { # WHAT REGEX
  lambda_over 2
  grep -qE "$2" <<<"$(gate_ask GET replies)" || fail "$1: $(gate_ask GET replies)"
  grep -qE "\"kind\": \"init/error\".*Weir.CannotBegin" <<<"$(gate_ask GET replies)" || fail "$1: no init/error"
}
printf 'sources: 1\nrum: {}\n' >"$WORK/wrong.yaml"
WEIR_CONFIG=$WORK/wrong.yaml lambda_begin
says_why "a configuration" 'wrong.yaml:2:1: .*rum'
lambda_begin lambda --no-such-option
says_why "an option" 'no option --no-such-option'
AWS_ACCESS_KEY_ID='' AWS_SECRET_ACCESS_KEY='' lambda_begin
says_why "no credentials" 'no AWS credentials'
WEIR_STORE=dynamodb:nowhere lambda_begin
says_why "no table" 'nowhere'
unset AWS_LAMBDA_RUNTIME_API
rc=0
"$WEIR" lambda -o "$WORK/other" 2>"$WORK/alone" || rc=$?
[ "$rc" = 2 ] && grep -q 'AWS_LAMBDA_RUNTIME_API is not set' "$WORK/alone" || fail "without Lambda: $rc, $(cat "$WORK/alone")"
