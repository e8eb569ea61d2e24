#!/usr/bin/env bash
# replay.sh: weir replay: a notification for each object of the time asked for, in the order of their times (put.py).
set -euo pipefail
source "$(dirname "$0")/../support/aws.bash"
py() { PYTHONPATH=$SUPPORT "$AWS_PYTHON" "$ROOT/tests/aws/put.py" "$@" || fail "put.py $*"; }
replay() {
  local code=0 wanted=$1
  shift
  "$WEIR" replay "$@" >"$WORK/stdout" 2>"$WORK/said" || code=$?
  [ "$code" = "$wanted" ] || fail "replay $* ended with $code: $(cat "$WORK/said")"
}
said() { grep -qE -- "$1" "$WORK/said" || fail "'$1' was not said: $(cat "$WORK/said")"; }

aws_up
s3_make data
py queue again >/dev/null
py stamp data "a/ü +%41" 2019-06-03T00:00:04+00:00 2019-06-03T00:00:02+00:00 2019-06-03T00:00:00+00:00 2020-01-01T00:00:00+00:00
s3_many data many/ 90

# all, in pages
gate_fault '[{"match": "list-type", "drop_reply": true}, {"match": "list-type", "max_keys": 20, "times": -1}, {"match": "SendMessageBatch", "error": "RequestThrottled", "times": 2},
  {"match": "SendMessageBatch", "skip": 4, "failed": 3}]'
replay 0 s3://data --queue again
gate_no_faults
said '^weir: 94 events sent, of 94 objects$'
[ "$(py events again | sort -u | wc -l)" = 94 ] || fail "not all were told"
# by time: from it on, before it
replay 0 s3://data/a --queue again --from 2019-06-03T00:00:02Z --to 2020-01-01
said '^weir: 2 events sent, of 4 objects$'
py events again data >"$WORK/chosen"
printf '"a/\\u00fc +%%410" 1 ObjectCreated:Put\n"a/\\u00fc +%%411" 1 ObjectCreated:Put\n' | cmp - <(sort "$WORK/chosen") ||
  fail "other objects: $(cat "$WORK/chosen")"
# in the order of their times, twice as fast: 4 s become 2
start=$(date +%s%N)
replay 0 s3://data/a/ --queue again --to 2019-06-04 --speed 2
took=$((($(date +%s%N) - start) / 1000000))
{ [ "$took" -ge 1950 ] && [ "$took" -lt 8000 ]; } || fail "4 s at twice the speed took $took ms"
[ "$(py events again data | cut -d' ' -f2 | tr -d '\n')" = '+%412"+%411"+%410"' ] || fail "another order"
start=$(date +%s%N)
replay 0 s3://data/many/000001 --queue again --rate 20
took=$((($(date +%s%N) - start) / 1000000))
[ "$took" -ge 430 ] || fail "10 at 20 a second took $took ms"

replay 3 s3://data/none --queue again
replay 2 s3://data
replay 2 s3://data --queue nowhere
replay 2 s3://data --queue again --from yesterday
said 'allowed: 2019-06-01'
replay 2 s3://data --queue again --from 2020-01-01 --to 2019-01-01
replay 4 s3://nowhere --queue again
