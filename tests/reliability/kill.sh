#!/usr/bin/env bash
# kill.sh: kill -9 at random moments, mostly of the whole process group, sometimes of the main process
# alone. After a re-run the tables equal those of an undisturbed run. KILLS, SEED from outside.
set -euo pipefail
source "$(dirname "$0")/../support/disturb.bash"
kills=${KILLS:-20}
SEED=${SEED:-$RANDOM}
echo "SEED=$SEED"
RANDOM=$SEED
data=$WORK/data
"$GENERATE" demo "$data/demo"
"$GENERATE" many "$data/many" 120 mixed
truth "$data"

# kill_once OUT: starts a run and kills it somewhere in the first 110 % of its usual time.
kill_once() {
  local after=$(((RANDOM * 32768 + RANDOM) % (TRUTH_US * 11 / 10 + 1))) pid
  setsid "$WEIR" run --quiet -j 2 -o "$1" "$data" >/dev/null 2>&1 &
  pid=$!
  sleep "$((after / 1000000)).$(printf %06d $((after % 1000000)))"
  if [ $((RANDOM % 4)) = 0 ]; then
    kill -9 "$pid" 2>/dev/null || true
  else
    kill -9 -- "-$pid" 2>/dev/null || kill -9 "$pid" 2>/dev/null || true
  fi
  wait "$pid" 2>/dev/null || true
}

done=0
while [ "$done" -lt "$kills" ]; do
  fresh_round
  for _ in $(seq $((RANDOM % 3 == 0 ? 2 : 1))); do
    kill_once "$WORK/round/out"
    done=$((done + 1))
    nobody_blamed "$WORK/round/out" "after kill $done, SEED=$SEED"
  done
  ends_well "$WORK/round/out" "$data" "after kill $done, SEED=$SEED"
done
promise P1-P2-P6 "killed at a random moment: nothing lost, doubled or torn; at work again within 2 s" "$done"
