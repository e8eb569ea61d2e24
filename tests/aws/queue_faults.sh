#!/usr/bin/env bash
# queue_faults.sh: weir watch while SQS and S3 are not at their best, and while the queue is away: everything is read,
# nobody is blamed, nothing is left in the queue. A FIFO queue; a listing beside the events; what weir died of.
set -euo pipefail
source tests/support/queue_runs.bash
sanitized && skip "it mostly waits: the release suite does it"
aws_up
mkdir "$WORK/small"
for ((i = 1; i <= 30; i++)); do printf 'time,t\n2024-06-03T00:00:00Z,%d\n' "$i" >"$WORK/small/table_$i.csv"; done
s3_make lake
s3_tree lake small/ "$WORK/small" >/dev/null
run_weir "$WORK/calm" s3://lake/
look "$WORK/calm" >"$WORK/expected"

# replies that are lost on the way (what they held comes again after 6 s), refusals, batches that fail in part
queues make events 6
queues tell lake events mixed+duplicates+shuffled >/dev/null
gate_fault '[{"match": "ReceiveMessage", "error": "InternalFailure", "status": 500, "times": 2},
  {"match": "ReceiveMessage", "drop_reply": true, "skip": 1},
  {"match": "ReceiveMessage", "flip": 700, "skip": 2},
  {"match": "GetQueueAttributes", "error": "RequestThrottled"},
  {"match": "DeleteMessageBatch", "failed": 3, "code": "InternalError", "sender_fault": false, "times": 2},
  {"match": "DeleteMessageBatch", "drop_reply": true},
  {"match": "DeleteMessageBatch", "failed": 2, "code": "ReceiptHandleIsInvalid", "sender_fault": true, "skip": 3},
  {"match": "DeleteMessageBatch", "error": "InternalFailure", "status": 500, "times": 7, "skip": 4},
  {"match": "^GET /lake/small/table_7", "error": "SlowDown", "times": 3}]'
watch_begins "$WORK/faults" --queue events
queue_empties events
watch_ends "$WORK/faults" 0
is_calm "$WORK/faults" "faults of SQS"
gate_ask GET faults >"$WORK/rules"
python3 -c 'import json, sys; sys.exit(any(not r["used"] for r in json.load(sys.stdin)))' <"$WORK/rules" ||
  fail "not every fault has happened: $(cat "$WORK/rules")"
gate_no_faults

# objects that arrive damaged, again and again: no verdict, so their messages come again, until they are whole
queues tell lake events s3 >/dev/null
gate_fault '{"match": "^GET /lake/small/table_2.", "flip": 20, "times": 36}'
watch_begins "$WORK/damaged" --queue events
queue_empties events
watch_ends "$WORK/damaged" 0
gate_no_faults
is_calm "$WORK/damaged" "objects that arrived damaged"
grep -q '"code":"checksum".*"cleared":"' "$WORK/damaged.said/failures.ndjson" || "$WEIR" failures --all -o "$WORK/damaged" --format ndjson |
  grep -q '"code":"checksum"' || fail "nothing arrived damaged"

# S3 is away for longer than anyone is patient: it stops, and others have the messages at once
queues tell lake events s3 >/dev/null
gate_fault '{"match": "^GET /lake/small/", "reset_before": true, "times": -1}'
watch_begins "$WORK/world" --patience 0.2s --queue events
RC=0
wait "$WATCH" || RC=$?
[ "$RC" = 75 ] || fail "without S3 weir watch ended with $RC"
blames_nobody "$WORK/world" "objects that could not be had"
[ "$(queues state events)" = "30 0" ] || fail "waiting and in flight: $(queues state events), not 30 0"
gate_no_faults
watch_begins "$WORK/world" --queue events
queue_empties events
watch_ends "$WORK/world" 0
is_calm "$WORK/world" "objects that could not be had, then could"

# the queue is away for some seconds
watch_begins "$WORK/away" --patience 1s --queue events
sleep 1
gate_dies
sleep 4
gate_lives
queues tell lake events eventbridge >/dev/null
queue_empties events
lines 1 'paused: queue events: receiving messages' "$WORK/away"
lines 1 'going on' "$WORK/away"
watch_ends "$WORK/away" 0
is_calm "$WORK/away" "the queue was away"
# it is deleted: that is no outage
queues make doomed 30
watch_begins "$WORK/doomed" --queue doomed
sleep 1
queues delete doomed
RC=0
wait "$WATCH" || RC=$?
[ "$RC" = 4 ] || fail "without its queue weir watch ended with $RC"
lines 1 'queue doomed: receiving messages: no such queue' "$WORK/doomed"

# in order, one message of a group at a time
queues make events.fifo 30
queues tell lake events.fifo mixed+together >/dev/null
gate_fault '{"match": "^GET /lake/small/table_1", "flip": 20, "times": 6}'
watch_begins "$WORK/fifo" --queue events.fifo
queue_empties events.fifo
watch_ends "$WORK/fifo" 0
gate_no_faults
is_calm "$WORK/fifo" "a FIFO queue"

# what no event tells of is listed
queues make silent 30
watch_begins "$WORK/listed" --queue silent --reconcile 1s s3://lake/small/
sleep 2
printf 'time,t\n2024-06-03T00:00:00Z,31\n' >"$WORK/small/table_31.csv"
s3_put lake small/table_31.csv "$WORK/small/table_31.csv"
for ((tries = 0; tries < 100; tries++)); do
  [ "$("$WEIR" files -o "$WORK/listed" --format ndjson 2>/dev/null | grep -c '"state":"done"')" = 31 ] && break
  sleep 0.3
done
watch_ends "$WORK/listed" 0
run_weir "$WORK/calm" s3://lake/
look "$WORK/calm" >"$WORK/expected"
is_calm "$WORK/listed" "listed beside the events"

# what weir died of twice is read while nothing else is
queues make alone 30
run_weir "$WORK/alone" s3://lake/small/table_1.csv
"$AWS_PYTHON" - "$WORK/alone/ledger.db" <<'PYTHON'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as db:
    assert db.execute("UPDATE files SET state = 'waiting', starts = 2").rowcount == 1
PYTHON
gate_fault '{"match": "^GET /lake/small/table_1[.]csv", "delay_s": 5, "times": 1}'
gate_forget
watch_begins "$WORK/alone" --queue alone
queues send alone '{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"lake"},"object":{"key":"small/table_1.csv"}}}]}'
"$AWS_PYTHON" - "$WORK/alone/ledger.db" <<'PYTHON'
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1])
while db.execute("SELECT starts FROM files").fetchone() != (3,):
    time.sleep(0.02)
PYTHON
queues tell lake alone s3 >/dev/null
sleep 1
[ "$("$WEIR" files -o "$WORK/alone" --format ndjson | grep -c '"state":"done"')" = 0 ] || fail "it was not read alone"
queue_empties alone
watch_ends "$WORK/alone" 0
gate_no_faults
is_calm "$WORK/alone" "a file that weir died of"

# a stop is heeded while each look at an object that has changed takes long
for ((i = 1; i <= 30; i++)); do printf 'time,t\n2024-06-03T00:00:00Z,1%d\n' "$i" >"$WORK/small/table_$i.csv"; done
s3_tree lake small/ "$WORK/small" >/dev/null
queues make slow 30
queues tell lake slow s3 >/dev/null
gate_fault '{"match": "^HEAD /lake/small/", "delay_s": 2, "times": -1}'
watch_begins "$WORK/alone" --queue slow
sleep 3
SECONDS=0
watch_ends "$WORK/alone" 0
[ "$SECONDS" -lt 15 ] || fail "a stop was heeded after $SECONDS s"
gate_no_faults
