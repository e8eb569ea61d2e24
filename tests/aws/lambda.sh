#!/usr/bin/env bash
# lambda.sh: a function of Lambda is given events in all forms that AWS has for objects in a bucket: each names files,
# and those are read, once. One process serves them all.
set -euo pipefail
source "$(dirname "$0")/../support/lambda.bash"
aws_up
mkdir "$WORK/files"
for name in s3 sns eventbridge sqs sqs-sns sqs-eventbridge request 'odd + 100%é' scheduled; do
  printf 'time,t\n2024-06-03T00:00:00Z,%d\n2024-06-03T00:00:01Z,7\n' "${#name}" >"$WORK/files/$name.csv"
done
: >"$WORK/files/marker"
s3_make lake
s3_tree lake in/ "$WORK/files" >/dev/null
s3_put lake in/folder/ "$WORK/files/marker"
printf 'sources:\n  - s3://lake/in/scheduled\n' >"$WORK/weir.yaml"

export WEIR_CONFIG=$WORK/weir.yaml
lambda_begin
batch='^response..\{"batchItemFailures":\[\]\}$'
for form in sqs sqs-sns sqs-eventbridge; do
  lambda_answers "$form" "$batch" "$form" lake "in/$form.csv"
done
for form in s3 sns eventbridge request; do
  lambda_answers "$form" "^response.*\"messages\":1,\"returned\":0,\"seen\":1,\"done\":1," "$form" lake "in/$form.csv"
done
lambda_answers "a key that has to be decoded" '"seen":1,"done":1,' s3 lake 'in/odd + 100%é.csv'
lambda_answers "the same through EventBridge, which does not encode" '"seen":1,"done":0,.*"skipped":1,' \
  eventbridge lake 'in/odd + 100%é.csv'
lambda_answers "a request in a message" "$batch" queue '{"uris": ["s3://lake/in/request.csv"]}'
lambda_answers "a test of the notifications" '^response.*"seen":0,' test lake
lambda_answers "the same in a message" "$batch" queue "$(event test lake)"
lambda_answers "what stands for a folder" '"seen":1,.*"ignored":1,' s3 lake in/folder/
lambda_answers "a schedule" '"event":"schedule","messages":0,"returned":0,"seen":1,"done":1,' schedule
lambda_answers "a schedule once more" '"seen":1,"done":0,.*"skipped":1,' schedule
lambda_answers "what is not there" '"seen":0,.*"vanished":1,' request lake in/nobody.csv
lambda_answers "an event of another service" '^error.Weir.BadEvent.*of aws:kinesis, which is not read here' \
  json '{"Records": [{"eventSource": "aws:kinesis", "kinesis": {"data": "SGVsbG8="}}]}'
lambda_answers "nothing that is known" '^error.Weir.BadEvent.*of no form that is known here' json '{"key1": "value1"}'
lambda_answers "no list" '^error.Weir.BadEvent.*has a message without an id' json '{"Records": [{"eventSource": "aws:sqs", "body": "x"}]}'
lambda_end

find "$WORK/files" -name '*.csv' -printf 'in/%f done\n' | LC_ALL=C sort >"$WORK/expected"
states "$WORK/out" | grep -v '^in/folder/ ignored$' >"$WORK/found"
cmp "$WORK/expected" "$WORK/found" || { diff "$WORK/expected" "$WORK/found"; fail "other files"; }
for form in s3 sns eventbridge sqs sqs-sns sqs-eventbridge request scheduled; do
  [ "$(gate_count "GET /lake/in/$form.csv .*200")" = 1 ] || fail "$form: not read once: $(gate_log "/$form.csv")"
done

# the same tables as a run has that lists the bucket
run_weir "$WORK/listed" s3://lake/in/
tables "$WORK/out" "$WORK/out.said"
tables "$WORK/listed" "$WORK/listed.said"
cmp "$WORK/listed.said/results.ndjson" "$WORK/out.said/results.ndjson" || fail "other results than those of weir run"
[ -s "$WORK/out.said/results.ndjson" ] || fail "no results at all"
grep -vE 'no such object|the event|Landlock|seccomp' "$WORK/log" | grep . && fail "said too much"
[ "$(wc -l <"$WORK/said")" = 16 ] || fail "not one line for each invocation that could be understood"
