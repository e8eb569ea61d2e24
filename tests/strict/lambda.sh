#!/usr/bin/env bash
# lambda.sh: AWS's own Runtime Interface Emulator starts the program as the function and hands it events by HTTP; the
# objects lie on versitygw. The tables are those of a run that lists the bucket.
set -euo pipefail
source "$(dirname "$0")/../support/bucket_runs.bash"
source "$(dirname "$0")/../support/strict.bash"
strict_up versitygw aws_lambda_rie
invoke() { PYTHONPATH=$SUPPORT "$AWS_PYTHON" "$ROOT/tests/strict/lambda.py" "$FUNCTION_URL" "$@" || { cat "$WORK/aws_lambda_rie.log" >&2; fail "lambda.py $*"; }; }
# answers WHAT REGEX ARGUMENT...
answers() {
  local said
  said=$(invoke "${@:3}")
  grep -qE "$2" <<<"$said" || { cat "$WORK/aws_lambda_rie.log" >&2; fail "$1: $said"; }
}

s3_make lake
s3_tree lake "" "$ROOT/test_data/met" >/dev/null
printf 'time,t\n2024-06-03T00:00:00Z,1\n' >"$WORK/odd.csv"
s3_put lake $'odd + 100%\xc3\xa9/a b.csv' "$WORK/odd.csv"
mapfile -t keys < <(cd "$ROOT/test_data/met" && find . -type f -printf '%P\n' | LC_ALL=C sort)
first=${keys[0]}
answers "an event of S3" '"messages":1,"returned":0,"seen":1,"done":1,' s3 lake $'odd + 100%\xc3\xa9/a b.csv'
answers "messages of a queue" '^\{"batchItemFailures":\[\]\}$' sqs lake "${keys[@]}"
answers "one of them once more" '"seen":1,"done":0,.*"skipped":1,' s3 lake "$first"
answers "what is not there" '"vanished":1,' s3 lake nobody.csv
answers "no event" 'Weir.BadEvent' json '{"key1": "value1"}'
answers "after a failure" '"skipped":1,' s3 lake "$first"
run_weir "$WORK/listed" -j 2 s3://lake
look "$WORK/listed" >"$WORK/expected"
is_calm "$WORK/out" "the function"
[ "$(grep -c "exec '" "$WORK/aws_lambda_rie.log")" = 1 ] || fail "the function was not started once: $(cat "$WORK/aws_lambda_rie.log")"
promise strict "aws-lambda-rie: events answered by the function" 6
