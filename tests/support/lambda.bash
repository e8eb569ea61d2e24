# lambda.bash: the program as a function of Lambda, behind the gate's Runtime API.
source "$(dirname "${BASH_SOURCE[0]}")/aws.bash"

# lambda_begin [ARGUMENT...]: $FUNCTION is its process id, $WORK/out its folder, $WORK/log and $WORK/said what it says.
lambda_begin() {
  export AWS_LAMBDA_RUNTIME_API=127.0.0.1:$GATE_PORT AWS_LAMBDA_FUNCTION_MEMORY_SIZE=3000 WEIR_OUT=$WORK/out
  "$WEIR" "$@" 2>>"$WORK/log" >>"$WORK/said" &
  FUNCTION=$!
}

# lambda_over CODES: waits for its end.
lambda_over() {
  local rc=0
  wait "$FUNCTION" || rc=$?
  [[ " $1 " = *" $rc "* ]] || { cat "$WORK/log" >&2; fail "the function ended with $rc and not with one of $1"; }
}
lambda_end() {
  kill "$FUNCTION"
  lambda_over 0
}

# lambda_answers WHAT EXPECTED FORM...: the reply to an event (tests/support/lambda_events.py) holds the regular
# expression. The function has $DEADLINE_S (60) seconds.
lambda_answers() {
  local what=$1 expected=$2 reply
  shift 2
  reply=$(event ask "${DEADLINE_S:-60}" "$@") || { cat "$WORK/log" >&2; fail "$what: no reply"; }
  grep -qE "$expected" <<<"$reply" || { cat "$WORK/log" >&2; fail "$what: $reply"; }
}

# event FORM...: as AWS makes it.
event() { python3 "$SUPPORT/lambda_events.py" "$@" || fail "lambda_events.py $*"; }
# states OUT: "KEY STATE" of each file.
states() { "$WEIR" files -o "$1" --format ndjson | sed -nE 's|^\{"uri":"s3://[^/]*/([^"]*)","unit":"","state":"([^"]*)".*|\1 \2|p'; }
