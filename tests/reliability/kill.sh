#!/usr/bin/env bash
# kill.sh: kill -9 at random moments: of the whole process group, of main, of the zygote or of a child
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

# victim PID: whom to kill, as kill takes it; nothing where it is not there (yet, or any more).
victim() {
  local zygote children
  case $((RANDOM % 6)) in
    0) echo "$1" ;;
    1) children_of "$1" ;;
    2)
      zygote=$(children_of "$1")
      children=$(children_of "${zygote:-0}")
      echo "${children%% *}"
      ;;
    *) echo "-$1" ;;
  esac
}

# kill_once OUT: starts a run and kills it somewhere in the first 110 % of its usual time.
kill_once() {
  local after=$(((RANDOM * 32768 + RANDOM) % (TRUTH_US * 11 / 10 + 1))) pid whom rc=0
  setsid "$WEIR" run --quiet -j 2 -o "$1" "$data" >/dev/null 2>&1 &
  pid=$!
  sleep "$((after / 1000000)).$(printf %06d $((after % 1000000)))"
  whom=$(victim "$pid")
  # shellcheck disable=SC2086 # one word, or none
  kill -9 -- $whom 2>/dev/null || kill -9 "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || rc=$?
  case $rc in
    0 | 1 | 75 | 137) ;;
    *) fail "kill -9 of $whom (main is $pid): ended with $rc" ;;
  esac
}

# at_work_soon OUT WHAT: the first file of a re-run is recorded within 2 s.
at_work_soon() {
  local begin=${EPOCHREALTIME/./} took_us
  run_weir "$1" -j 2 --limit 1 "$data"
  took_us=$((${EPOCHREALTIME/./} - begin))
  [ "$took_us" -le 2000000 ] || fail "$2: at work again after $took_us us"
  slowest_us=$((took_us > slowest_us ? took_us : slowest_us))
}

done=0 slowest_us=0
while [ "$done" -lt "$kills" ]; do
  fresh_round
  for _ in $(seq $((RANDOM % 3 == 0 ? 2 : 1))); do
    kill_once "$WORK/round/out"
    done=$((done + 1))
    nobody_blamed "$WORK/round/out" "after kill $done, SEED=$SEED"
  done
  at_work_soon "$WORK/round/out" "after kill $done, SEED=$SEED"
  ends_well "$WORK/round/out" "$data" "after kill $done, SEED=$SEED"
done
echo "at work again after at most $((slowest_us / 1000)) ms"
promise P1-P2-P6 "killed at a random moment: nothing lost, doubled or torn; at work again within 2 s" "$done"
