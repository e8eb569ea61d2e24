# bucket_runs.bash: runs over a bucket that something happens to: what they leave, how fast they go.
source "$(dirname "${BASH_SOURCE[0]}")/aws.bash"

# bucket_fill BUCKET TABLES: the demo files, and so many small tables in small/.
bucket_fill() {
  mkdir -p "$WORK/small"
  for ((i = 1; i <= $2; i++)); do
    printf 'time,t\n2024-06-03T00:00:00Z,%d\n2024-06-03T00:00:01Z,%d\n' "$i" $((i * i)) >"$WORK/small/table_$i.csv"
  done
  s3_make "$1"
  s3_tree "$1" "" "$ROOT/test_data" >/dev/null
  s3_tree "$1" small/ "$WORK/small" >/dev/null
}

# bucket_pace BUCKET KEYS: pages of so many keys, five a second, so that something can happen in the middle.
bucket_pace() {
  gate_fault '[{"match": "^GET /'"$1"'/?[?]", "max_keys": '"$2"', "delay_s": 0.2, "times": -1},
               {"match": "^GET /'"$1"'/.", "delay_s": 0.1, "times": -1}]'
}

# look OUT: what a run has left, without the times of failures and those that are over.
look() {
  tables "$1" "$1.said"
  sed -E -e '/"cleared":"/d' -e 's/"time":"[^"]*"//' "$1.said/failures.ndjson" |
    cat "$1.said/results.ndjson" "$1.said/files.ndjson" -
}

# is_calm OUT WHAT: the tables are those in $WORK/expected, but for how often a file was tried.
is_calm() {
  look "$1" | sed -E 's/"attempts":[0-9]+//' >"$WORK/found"
  sed -E 's/"attempts":[0-9]+//' "$WORK/expected" | cmp -s - "$WORK/found" && return 0
  diff "$WORK/expected" "$WORK/found" | cut -c1-600 | head -n 12
  cat "$1.stderr"
  fail "$2: other tables"
}

# blames_nobody OUT WHAT: no file has failed that does not in a calm run.
blames_nobody() {
  local table
  look "$1" >"$WORK/meanwhile"
  for table in meanwhile expected; do
    sed -nE 's/^\{"uri":"([^"]*)".*"state":"(failed|partial)".*/\1/p' "$WORK/$table" | LC_ALL=C sort -u >"$WORK/$table.blamed"
  done
  LC_ALL=C comm -23 "$WORK/meanwhile.blamed" "$WORK/expected.blamed" | grep . && fail "$2: these files are blamed"
  return 0
}

# run_ends CODES OUT ARGUMENT...: `weir run`, quiet, whose code is one of CODES; it is in $RC.
run_ends() {
  local codes=$1 out=$2
  shift 2
  RC=0
  timeout 100 "$WEIR" run --quiet -j 2 -o "$out" "$@" >"$out.stdout" 2>"$out.stderr" || RC=$?
  [[ " $codes " = *" $RC "* ]] || { cat "$out.stderr" >&2; fail "weir run $* ended with $RC and not with one of $codes"; }
}

# run_begins OUT ARGUMENT...: the same in the background, its process id in $RUN; run_over CODES OUT waits for it.
run_begins() {
  local out=$1
  shift
  "$WEIR" run --quiet -j 2 -o "$out" "$@" >"$out.stdout" 2>"$out.stderr" &
  RUN=$!
}
run_over() {
  RC=0
  wait "$RUN" || RC=$?
  [[ " $1 " = *" $RC "* ]] || { cat "$2.stderr" >&2; fail "the run ended with $RC and not with one of $1"; }
}

# lines COUNT REGEX OUT: so many lines of a run's stderr.
lines() {
  [ "$(grep -cE "$2" "$3.stderr")" = "$1" ] || { cat "$3.stderr" >&2; fail "not said $1 times: $2"; }
}

# gate_dies, gate_lives: the gate is killed; it is there again, on its port, with its memory gone.
gate_dies() {
  kill -9 "${AWS_PIDS[-1]}"
  wait "${AWS_PIDS[-1]}" 2>/dev/null || true
  unset 'AWS_PIDS[-1]'
}
gate_lives() {
  server gate python3 "$SUPPORT/gate.py" --port "$GATE_PORT" --upstream "${EMULATOR_URL#http://}" --log "$WORK/gate.ndjson" \
    --key "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"
}
