#!/usr/bin/env bash
# queue_events.sh: weir watch over events of S3: every envelope, duplicates, out of order, many in a message; what is
# no event; what lies elsewhere; what was removed. The tables are those of a run over the bucket.
set -euo pipefail
source tests/support/queue_runs.bash
aws_up
bucket_fill lake 30
run_weir "$WORK/calm" -j 2 s3://lake/
look "$WORK/calm" >"$WORK/expected"

queues make events 30
for way in mixed mixed+together+duplicates+shuffled; do
  sent=$(queues tell lake events "$way")
  rm -rf "$WORK/out"
  : >"$WORK/out.stderr"
  watch_begins "$WORK/out" --queue events
  queue_empties events
  watch_ends "$WORK/out" 1 # test_data has files that are broken
  is_calm "$WORK/out" "$way"
  [ "$sent" -ge 14 ] || fail "$way: only $sent messages"
done
[ "$(gate_count ' 4[0-9][0-9]')" = 0 ] || fail "the gate has refused something: $(gate_log ' 4[0-9][0-9]')"

# S3 tells of a bucket of its own: a test message, keys that need care, one that is gone by the time, other prefixes
s3_make watched
queues make told 30
queues follow watched told
printf 'time,t\n2024-06-03T00:00:00Z,1\n' >"$WORK/one.csv"
for key in $'in/b+c %41=\xc3\xa9\n.csv' in/gone.csv "in/a b.csv" out/c.csv in/replaced.csv; do s3_put watched "$key" "$WORK/one.csv"; done
printf 'time,t\n2024-06-03T00:00:00Z,2\n2024-06-03T00:00:01Z,3\n' >"$WORK/two.csv"
s3_put watched in/replaced.csv "$WORK/two.csv"
s3 delete watched in/gone.csv
"$WEIR" watch -j 2 -o "$WORK/told" --queue told s3://watched/in/ >"$WORK/told.stdout" 2>"$WORK/told.stderr" &
WATCH=$!
queue_empties told
watch_ends "$WORK/told" 0
lines 1 '^8 messages, 5 events taken up' "$WORK/told"
lines 1 '1  events of objects that were removed' "$WORK/told"
lines 1 '1  events of keys that are not meant here' "$WORK/told"
run_weir "$WORK/told-run" s3://watched/in/
look "$WORK/told-run" >"$WORK/expected"
[ "$(grep -c '"state":"done"' "$WORK/expected")" = 3 ] || fail "the bucket has not 3 objects: $(cat "$WORK/expected")"
is_calm "$WORK/told" "events that S3 sends"
[ "$(gate_count 'GET /watched/out')" = 0 ] || fail "a key that is not meant was read"

# what is no event of S3: kept here, or left to the dead-letter queue
queues make plain 30
queues make strict 30 3
printf '%s\n' '{"Records": "none"}' 'hello' '{"Type":"Notification","TopicArn":"a","Message":"{}"}' >"$WORK/poison"
for queue in plain strict; do
  queues send "$queue" - <"$WORK/poison"
  queues tell watched "$queue" s3 >/dev/null
done
"$WEIR" watch -j 2 -o "$WORK/plain" --queue plain >"$WORK/plain.stdout" 2>"$WORK/plain.stderr" &
WATCH=$!
queue_empties plain
watch_ends "$WORK/plain" 0
lines 3 'message [0-9a-f-]*: .*no event of S3: .*; it is kept in the folder poison of OUT|message .*: Type.*|message .*' "$WORK/plain"
lines 1 '3  messages that are no event of S3, kept' "$WORK/plain"
for name in "$WORK"/plain/poison/*; do cat "$name"; echo; done | sort >"$WORK/kept"
sort "$WORK/poison" | cmp - "$WORK/kept" || fail "what is kept is not what came: $(cat "$WORK/kept")"
"$WEIR" watch -j 2 -o "$WORK/strict" --queue strict >"$WORK/strict.stdout" 2>"$WORK/strict.stderr" &
WATCH=$!
queue_empties strict
watch_ends "$WORK/strict" 0
lines 3 'it is left to the dead-letter queue' "$WORK/strict"
[ ! -e "$WORK/strict/poison" ] || fail "poison is kept although there is a dead-letter queue"
queues bodies strict-dead | python3 -c 'import json, sys; print(*sorted(map(json.loads, sys.stdin)), sep="\n")' >"$WORK/dead"
LC_ALL=C sort "$WORK/poison" | cmp - <(LC_ALL=C sort "$WORK/dead") || fail "the dead-letter queue has: $(cat "$WORK/dead")"

# what cannot be begun with
ends() { local rc=0; "$WEIR" watch -o "$WORK/no" "${@:2}" >"$WORK/no.stdout" 2>"$WORK/no.stderr" || rc=$?; [ "$rc" = "$1" ] || fail "weir watch ${*:2} ended with $rc: $(cat "$WORK/no.stderr")"; }
ends 2 --queue events /tmp
lines 1 '/tmp: events are of buckets' "$WORK/no"
ends 2 --queue nowhere
lines 1 'queue nowhere: .*no such queue' "$WORK/no"
RC=0
"$WEIR" work -o "$WORK/no" >"$WORK/no.stdout" 2>"$WORK/no.stderr" || RC=$?
[ "$RC" = 2 ] || fail "weir work without a queue ended with $RC"
lines 1 'name the queue: --queue' "$WORK/no"
ends 2 --queue events --reconcile 1h
lines 1 'name s3://bucket/prefix' "$WORK/no"
ends 2 --queue events --prefix s3://watched/in/
lines 1 'a prefix with its bucket stands by itself' "$WORK/no"
ends 2 --prefix in/ "$WORK"
lines 1 'are for queues, not for' "$WORK/no"

# prefixes of keys, whatever the bucket is called
queues make prefixed 30
[ "$(queues tell watched prefixed s3)" = 4 ] || fail "not 4 events of the 4 objects"
"$WEIR" watch -j 2 -o "$WORK/prefixed" --queue prefixed --prefix nowhere/ --prefix in/ >"$WORK/prefixed.stdout" \
  2>"$WORK/prefixed.stderr" &
WATCH=$!
queue_empties prefixed
watch_ends "$WORK/prefixed" 0
lines 1 '^4 messages, 3 events taken up' "$WORK/prefixed"
lines 1 '1  events of keys that are not meant here' "$WORK/prefixed"
tables "$WORK/prefixed" "$WORK/prefixed.said"
tables "$WORK/told-run" "$WORK/told-run.said"
cmp "$WORK/prefixed.said/results.ndjson" "$WORK/told-run.said/results.ndjson" || fail "--prefix in/: other results than of a run"
