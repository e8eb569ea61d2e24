#!/usr/bin/env bash
# put.sh: weir put onto versitygw and its events into ElasticMQ, two servers for two services: the objects are the
# files, with a checksum that the server has checked; a second call writes nothing. Then weir watch over that queue
# leaves the tables of a run that lists the bucket, and an empty queue.
set -euo pipefail
source "$(dirname "$0")/../support/queue_runs.bash"
source "$(dirname "$0")/../support/strict.bash"
strict_up versitygw elasticmq
s3_make lake
queues make events 30
# put CODE REGEX ARGUMENT...
put() {
  local rc=0
  "$WEIR" put "${@:3}" >"$WORK/said" 2>&1 || rc=$?
  [ "$rc" = "$1" ] || fail "put ${*:3} ended with $rc: $(cat "$WORK/said")"
  grep -qE -- "$2" "$WORK/said" || fail "put ${*:3} did not say '$2': $(cat "$WORK/said")"
}
puts() { grep -cE 's3_(PutObject|UploadPart) ' "$WORK/access.log" || true; }

mkdir "$WORK/tree"
cp -r "$ROOT/test_data/." "$WORK/tree/"
mkdir -p "$WORK/tree/a b+c %41"
printf 'time,t\n2024-06-03T00:00:00Z,1\n' >"$WORK/tree/a b+c %41/"$'\xc3\xa9\n'"ü.csv"
python3 -c 'print("time,a"); [print(f"2024-06-03T00:00:{i % 60:02d}Z,{i}") for i in range(800000)]' >"$WORK/tree/large.csv"
count=$(find "$WORK/tree" -type f -printf x | wc -c)
put 0 "^weir: $count objects written, .* $count events sent" --events events "$WORK/tree" s3://lake/in/
[ "$(PYTHONPATH=$SUPPORT "$AWS_PYTHON" "$ROOT/tests/aws/put.py" same lake in/ "$WORK/tree")" = "$count" ] || fail "other objects"
before=$(puts)
put 0 "^weir: 0 objects written, .*, $count there already" "$WORK/tree" s3://lake/in/
[ "$(puts)" = "$before" ] || fail "what was there was written again"
put 0 "^weir: .* events sent" --events events --duplicate 20 --shuffle 3 "$WORK/tree" s3://lake/in/
printf 'time,t\n' >"$WORK/large.csv"
put 0 '^weir: 0 objects written, .*, 1 left as they are' --if-absent "$WORK/large.csv" s3://lake/in/
promise strict "versitygw: files written, with their checksums" "$count"

run_weir "$WORK/calm" -j 2 s3://lake/
look "$WORK/calm" >"$WORK/expected"
watch_begins "$WORK/watched" --queue events
queue_empties events 120
watch_ends "$WORK/watched" "0 1"
is_calm "$WORK/watched" "events from ElasticMQ"
promise strict "elasticmq: events of objects taken, each told once, queue empty" "$count"
