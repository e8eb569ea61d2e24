#!/usr/bin/env bash
# syscalls.sh: kill -9 at a system call, for evenly spread (call, number) points of a small run.
# SYSCALLS from outside.
set -euo pipefail
source "$(dirname "$0")/../support/disturb.bash"
can_trace
data=$WORK/data
every_format "$data"
truth "$data"
trace_of "$data"
echo "$(wc -l <"$WORK/points") points"

done=0
while read -r call number; do
  fresh_round
  what="killed at $call number $number"
  injected "$what" "$WORK/round/out" "$data" -e trace="$call" -e inject="$call:signal=KILL:when=$number"
  ends_well "$WORK/round/out" "$data" "$what"
  done=$((done + 1))
done < <(some "${SYSCALLS:-15}" <"$WORK/points")
promise P1-P2-P6 "killed at a system call: nothing lost, doubled or torn" "$done"
