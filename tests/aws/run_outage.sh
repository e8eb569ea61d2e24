#!/usr/bin/env bash
# run_outage.sh: S3 hangs, goes away and comes back in the middle of a run (after OUTAGE_S, 8); weir is stopped meanwhile,
# or killed at any moment (KILLS, 10): no file is blamed, and the tables in the end are those of a calm run.
set -euo pipefail
source "$(dirname "$0")/../support/bucket_runs.bash"
sanitized && [ -z "${KILLS:-}" ] && skip "it mostly waits: the release suite does it"

aws_up
bucket_fill lake 30
begin=${EPOCHREALTIME/./}
run_weir "$WORK/calm" -j 2 s3://lake/
calm_us=$((${EPOCHREALTIME/./} - begin))
look "$WORK/calm" >"$WORK/expected"

# away: it hangs, then there is nothing, then it is there again
away_s=${OUTAGE_S:-8}
bucket_pace lake 20
run_begins "$WORK/away" s3://lake/
sleep 1
kill -STOP "${AWS_PIDS[-1]}"
sleep 3
gate_dies
sleep $((away_s - 3))
gate_lives
run_over "0 1" "$WORK/away"
lines 1 'paused: .*no connection.*trying again for 15 min' "$WORK/away"
lines 1 'going on' "$WORK/away"
is_calm "$WORK/away" "away for $away_s s"
promise P5 "seconds of an outage in the middle of a run: the same tables" "$away_s"

# what is listed already waits as well, and says so
gate_fault '{"match": "^GET /lake/small/", "reset_before": true, "times": -1}'
run_ends 75 "$WORK/late" --patience 0.3s s3://lake/small/
lines 1 '^weir: reading s3://lake/small/' "$WORK/late" # and not one line for each
blames_nobody "$WORK/late" "objects that cannot be had"
run_begins "$WORK/late" s3://lake/small/
sleep 2.5
gate_no_faults
run_over 0 "$WORK/late"
lines 1 'paused: reading s3://lake/small/' "$WORK/late"
lines 1 'going on' "$WORK/late"

# away for longer than the run is patient
bucket_pace lake 20
run_begins "$WORK/long" --patience 2s s3://lake/
sleep 1
gate_dies
run_over "4 75" "$WORK/long" # the listing has failed, or files wait
lines 1 'paused: ' "$WORK/long"
blames_nobody "$WORK/long" "away for longer than 2 s"
gate_lives
run_ends "0 1" "$WORK/long" s3://lake/
is_calm "$WORK/long" "away for longer than 2 s, and a further run"

# stopped while nothing answers
bucket_pace lake 20
run_begins "$WORK/stop" s3://lake/
sleep 1
kill -STOP "${AWS_PIDS[-1]}"
sleep 0.5
begin=$SECONDS
kill -TERM "$RUN"
run_over 75 "$WORK/stop"
took=$((SECONDS - begin))
kill -CONT "${AWS_PIDS[-1]}"
[ "$took" -le 10 ] || fail "a run that is stopped in an outage ended after $took s"
gate_no_faults
run_ends "0 1" "$WORK/stop" s3://lake/
is_calm "$WORK/stop" "stopped in an outage, and a further run"

# killed five times, then left alone
for ((round = 1; round <= ${KILLS:-10} / 5; round++)); do
  out=$WORK/kill-$round
  for kill in 1 2 3 4 5; do
    us=$(((RANDOM * 32768 + RANDOM) % (calm_us * 5 / 4)))
    run_begins "$out" s3://lake/
    sleep "$((us / 1000000)).$(printf %06d $((us % 1000000)))"
    kill -9 "$RUN" 2>/dev/null || true
    { wait "$RUN" || true; } 2>/dev/null
  done
  run_ends "0 1" "$out" s3://lake/
  is_calm "$out" "killed five times, the last time after $us us"
done
promise P5 "kills of runs over a bucket: the same tables" "$((${KILLS:-10} / 5 * 5))"
