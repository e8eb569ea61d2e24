#!/usr/bin/env bash
# run_queue.sh: two weirs share a queue of events, and either is killed at any moment (QUEUE_KILLS, 6): every file is read,
# what they have found together is what one calm run finds, the queue is empty in the end, and in the dead-letter queue
# is what is no event, and nothing else. In turn they have ledgers of their own, and a table together. With a number of
# kills of one's own the real files are in the bucket as well, where they are there.
set -euo pipefail
source "$(dirname "$0")/../support/queue_runs.bash"
sanitized && [ -z "${QUEUE_KILLS:-}" ] && skip "it mostly waits: the release suite does it"
aws_up
bucket_fill lake 30
delay_s=0.3 span_s=2
open_data=$ROOT/../shared/data/open
if [ -n "${QUEUE_KILLS:-}" ] && [ -d "$open_data" ]; then
  s3_tree lake open/ "$open_data" >/dev/null
  delay_s=0.05 span_s=6
fi
run_weir "$WORK/calm" -j 2 s3://lake/
tables "$WORK/calm" "$WORK/calm.said"
python3 "$SUPPORT/union.py" "$WORK/calm.said" >"$WORK/expected"
printf '%s\n' 'no event' '{"Records":[]}' >"$WORK/poison"

worker() { # begins worker a or b of the round; its process id in ${PIDS[a]}
  watch_begins "$WORK/$queue-$1" --queue "$queue" "${store[@]}"
  PIDS[$1]=$WATCH
}

# apart: what the two ledgers have, together and merged.
apart() {
  local one
  for one in a b; do tables "$WORK/$queue-$one" "$WORK/$queue-$one.said"; done
  python3 "$SUPPORT/union.py" "$WORK/$queue-a.said" "$WORK/$queue-b.said" >"$WORK/found" || fail "round $round: the two do not agree"
  cmp -s "$WORK/expected" "$WORK/found" || { diff "$WORK/expected" "$WORK/found" | cut -c1-600 | head -n 12; fail "round $round: other tables"; }
  "$WEIR" merge -o "$WORK/$queue-both" "$WORK/$queue-a" "$WORK/$queue-b" >"$WORK/merge.said" 2>&1 || fail "round $round: weir merge: $(cat "$WORK/merge.said")"
  tables "$WORK/$queue-both" "$WORK/$queue-both.said"
  python3 "$SUPPORT/union.py" "$WORK/$queue-both.said" | cmp -s "$WORK/expected" - || fail "round $round: other tables, merged"
}

# together: what the table has, byte for byte: also how often each file was tried.
together() {
  local table
  for table in results files; do
    "$WEIR" $table --from "${store[1]}" --format ndjson >"$WORK/$table.found" || fail "round $round: weir $table --from ${store[1]}"
    cmp -s "$WORK/calm.said/$table.ndjson" "$WORK/$table.found" && continue
    diff "$WORK/calm.said/$table.ndjson" "$WORK/$table.found" | cut -c1-600 | head -n 12
    fail "round $round: other $table in the table"
  done
}

declare -A PIDS
per_round=3
for ((round = 1; round <= (${QUEUE_KILLS:-6} + per_round - 1) / per_round; round++)); do
  queue=round-$round
  store=()
  if [ $((round % 2)) = 0 ]; then
    store=(--store "dynamodb:$queue")
    "$WEIR" tables create "${store[1]}" 2>"$WORK/stderr" || fail "$(cat "$WORK/stderr")"
  fi
  queues make "$queue" 6 20 # messages of the dead are there again after 6 s
  queues tell lake "$queue" mixed+duplicates+shuffled "$round" >/dev/null
  queues send "$queue" - <"$WORK/poison"
  gate_no_faults
  gate_fault '[{"match": "ReceiveMessage", "delay_s": 0.2, "times": -1}, {"match": "^GET /lake/", "delay_s": '$delay_s', "times": -1}]'
  worker a
  worker b
  for ((kill = 1; kill <= per_round; kill++)); do
    sleep "$((RANDOM % span_s)).$(printf %03d $((RANDOM % 1000)))"
    one=$([ $((RANDOM % 2)) = 0 ] && echo a || echo b)
    kill -9 "${PIDS[$one]}"
    { wait "${PIDS[$one]}" || true; } 2>/dev/null
    worker "$one"
    [ "$kill" != 2 ] || queues tell lake "$queue" mixed+together+shuffled "$round" >/dev/null # everything once more
  done
  queue_empties "$queue" 120
  for one in a b; do
    WATCH=${PIDS[$one]}
    watch_ends "$WORK/$queue-$one" "0 1"
  done
  if [ ${#store[@]} = 0 ]; then apart; else together; fi
  queues bodies "$queue-dead" | python3 -c 'import json, sys; print(*sorted(map(json.loads, sys.stdin)), sep="\n")' >"$WORK/dead"
  LC_ALL=C sort "$WORK/poison" | cmp -s - <(LC_ALL=C sort "$WORK/dead") || fail "round $round: the dead-letter queue has: $(cat "$WORK/dead")"
  [ "$(queues state "$queue")" = "0 0" ] || fail "round $round: the queue is not empty"
done
promise P2 "kills of two weirs on one queue of events: nothing lost, the same tables" "$(((round - 1) * per_round))"
