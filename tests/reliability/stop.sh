#!/usr/bin/env bash
# stop.sh: the ways to end a run before its time. SIGINT, SIGTERM or SIGHUP once: what is being read is
# finished, the rest stays waiting, exit code 75; twice: at once. The same code when the zygote is
# killed. Nobody is left behind, however it ends, and a re-run completes it. STOPS from outside: how
# often each.
set -euo pipefail
source "$(dirname "$0")/../support/disturb.bash"
data=$WORK/data
"$GENERATE" demo "$data/demo"
"$GENERATE" many "$data/many" "${STOP_FILES:-2000}" mixed
truth "$data"

# start: a run in mid-work: MAIN, ZYGOTE and its CHILDREN, which stand still. What bash starts in the
# background ignores SIGINT, so that is undone.
start() {
  env --default-signal=INT,TERM,HUP "$WEIR" run -j 2 --timeout 60s -o "$WORK/round/out" "$data" \
    >"$WORK/round/stdout" 2>"$WORK/round/stderr" &
  MAIN=$!
  until [ -s "$WORK/round/out/ledger.db" ] && CHILDREN=$(children_of "${ZYGOTE:-0}") && [ "$(wc -w <<<"$CHILDREN")" -ge 2 ]; do
    kill -0 "$MAIN" 2>/dev/null || fail "it ended before it could be stopped: $(cat "$WORK/round/stderr")"
    ZYGOTE=$(children_of "$MAIN")
    sleep 0.01
  done
  sleep "0.0$((RANDOM % 90 + 10))"
  halt
}

# halt: the children stand still, each with a file in hand: none has been replaced meanwhile, and there
# was time to give them one.
halt() {
  while CHILDREN=$(children_of "$ZYGOTE"); do
    # shellcheck disable=SC2086 # one word a process
    kill -STOP $CHILDREN 2>/dev/null || true
    sleep 0.1
    [ "$(children_of "$ZYGOTE")" != "$CHILDREN" ] || break
    go_on
    kill -0 "$MAIN" 2>/dev/null || fail "it ended before it could be stopped: $(cat "$WORK/round/stderr")"
  done
}

# go_on: the children read again.
go_on() {
  # shellcheck disable=SC2086
  kill -CONT $CHILDREN 2>/dev/null || true
}

# ends_within MS WHAT: MAIN does; its exit code in RC. Zygote and children are gone soon after.
ends_within() {
  local begin=${EPOCHREALTIME/./} took_us left pid
  RC=0
  wait "$MAIN" 2>/dev/null || RC=$?
  took_us=$((${EPOCHREALTIME/./} - begin))
  [ "$took_us" -le $(($1 * 1000)) ] || fail "$2: ended after $took_us us"
  for _ in $(seq 100); do
    left=
    for pid in $ZYGOTE $CHILDREN; do
      [ ! -e "/proc/$pid/exe" ] || left+=" $pid" # a zombie that nobody collects has no exe
    done
    [ -n "$left" ] || return 0
    sleep 0.02
  done
  fail "$2: still there:$left"
}

# interrupted WHAT: it ended with code 75, and everything is made good by a re-run.
interrupted() {
  [ "$RC" = 75 ] || fail "$1: ended with $RC: $(tail -n 3 "$WORK/round/stderr")"
  resumes "$1"
}

resumes() {
  local waiting
  waiting=$("$WEIR" files -o "$WORK/round/out" --format ndjson | grep -c '"state":"waiting"') || true
  [ "$waiting" -gt 0 ] || fail "$1: it was over before it was stopped"
  nobody_blamed "$WORK/round/out" "$1"
  ends_well "$WORK/round/out" "$data" "$1"
}

says() {
  grep -qF "$1" "$WORK/round/stderr" || fail "no word of \"$1\" in: $(cat "$WORK/round/stderr")"
}

stop_once() {
  start
  kill "-$1" "$MAIN"
  sleep 0.2
  kill -0 "$MAIN" 2>/dev/null || fail "$1: does not finish what is being read"
  go_on
  ends_within 3000 "$1"
  says "stopping"
  interrupted "$1"
}

stop_twice() {
  start
  kill "-$1" "$MAIN"
  sleep 0.2
  kill "-$1" "$MAIN" 2>/dev/null || true
  ends_within 1000 "$1 twice"
  interrupted "$1 twice"
}

kill_zygote() {
  start
  kill -KILL "$ZYGOTE"
  ends_within 3000 "kill -9 of the zygote"
  says "run again"
  interrupted "kill -9 of the zygote"
}

kill_main() {
  start
  kill -KILL "$MAIN"
  ends_within 1000 "kill -9 of main"
  [ "$RC" = 137 ] || fail "kill -9 of main: ended with $RC"
  resumes "kill -9 of main"
}

done=0
for ((i = 0; i < ${STOPS:-1}; i++)); do
  for how in "stop_once INT" "stop_twice INT" "stop_once TERM" "stop_twice TERM" "stop_once HUP" kill_zygote kill_main; do
    fresh_round
    $how
    done=$((done + 1))
  done
done
promise P7 "stopped by a signal: ended in time, nobody left behind, resumed" "$done"
