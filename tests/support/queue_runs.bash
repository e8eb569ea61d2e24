# queue_runs.bash: weir watch over a queue of the emulator that something happens to.
source "$(dirname "${BASH_SOURCE[0]}")/bucket_runs.bash"

queues() { "$AWS_PYTHON" "$SUPPORT/queues.py" "$@" || fail "queues.py $*"; }

# watch_begins OUT ARGUMENT...: `weir watch` in the background, its process id in $WATCH.
watch_begins() {
  local out=$1
  shift
  "$WEIR" watch -q -j 2 -o "$out" "$@" >"$out.stdout" 2>>"$out.stderr" &
  WATCH=$!
}

# watch_ends OUT CODES: told to stop; its code is one of CODES.
watch_ends() {
  RC=0
  kill -TERM "$WATCH"
  wait "$WATCH" || RC=$?
  [[ " $2 " = *" $RC "* ]] || { cat "$1.stderr" >&2; fail "weir watch ended with $RC and not with one of $2"; }
}

# queue_empties NAME [SECONDS]: nothing waits and nothing is in flight, before long.
queue_empties() { queues await "$1" "${2:-60}"; }
