# aws.bash: an AWS for a test script: the emulator and the strict gate in front of it, on ports of their own.
source "$(dirname "${BASH_SOURCE[0]}")/scripts.bash"
export PYTHONDONTWRITEBYTECODE=1
AWS_PIDS=()
trap 'rc=$?; aws_down; finish $rc' EXIT

# aws_python: makes the Python with boto3 and moto (once for all tests), or skips; it is in $AWS_PYTHON.
aws_python() {
  AWS_PYTHON=$(bash "$SUPPORT/venv.sh" 2>"$WORK/venv.stderr") || skip "$(tail -n 1 "$WORK/venv.stderr")"
  export AWS_PYTHON
}

# aws_environment PORT [SCHEME]: what the program under test finds; nothing of the person who runs the tests.
aws_environment() {
  local name
  for name in $(compgen -e | grep -iE '^AWS_|_proxy$' | grep -vx AWS_PYTHON); do unset "$name"; done
  mkdir -p "$WORK/home"
  export HOME=$WORK/home AWS_CONFIG_FILE=$WORK/home/config AWS_SHARED_CREDENTIALS_FILE=$WORK/home/credentials
  # the pair of AWS's own documents
  export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
  export AWS_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true
  export AWS_ENDPOINT_URL=${2:-http}://127.0.0.1:$1 GATE_PORT=$1
}

# server NAME COMMAND...: starts a server that prints its port; the port is in $PORT.
server() {
  local name=$1 tries
  shift
  : >"$WORK/$name.port"
  "$@" >"$WORK/$name.port" 2>"$WORK/$name.log" &
  AWS_PIDS+=($!)
  for ((tries = 0; tries < 600; tries++)); do
    read -r PORT <"$WORK/$name.port" && return 0
    kill -0 "${AWS_PIDS[-1]}" 2>/dev/null || break
    sleep 0.05
  done
  cat "$WORK/$name.log" >&2
  fail "$name does not start"
}

# aws_up [OPTION_OF_GATE...]: both servers; with --tls, the gate speaks TLS with a certificate of its own.
aws_up() {
  local scheme=http options=()
  aws_python
  aws_environment 0
  if [ "${1:-}" = --tls ]; then
    shift
    scheme=https
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=gate \
      -addext "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:*.localhost" -keyout "$WORK/gate.key" \
      -out "$WORK/gate.pem" 2>"$WORK/openssl.log" || fail "openssl req: $(cat "$WORK/openssl.log")"
    options=(--tls "$WORK/gate.pem" "$WORK/gate.key")
  fi
  server emulator "$AWS_PYTHON" "$SUPPORT/emulator.py"
  local emulator=$PORT
  server gate python3 "$SUPPORT/gate.py" --upstream "127.0.0.1:$emulator" --log "$WORK/gate.ndjson" \
    --key "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" "${options[@]}" "$@"
  aws_environment "$PORT" "$scheme"
  export EMULATOR_URL=http://127.0.0.1:$emulator
  [ "$scheme" = http ] || export AWS_CA_BUNDLE=$WORK/gate.pem
  gate_ask GET ready >/dev/null
}

aws_down() {
  local pid
  for pid in "${AWS_PIDS[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  AWS_PIDS=()
}

# gate_ask METHOD WHAT [JSON]: /__gate/WHAT; the answer on stdout.
gate_ask() {
  python3 - "$@" <<'PYTHON' || fail "gate: $*"
import os, ssl, sys, urllib.request
body = sys.argv[3].encode() if len(sys.argv) > 3 else None
url = f"{os.environ['AWS_ENDPOINT_URL']}/__gate/{sys.argv[2]}"
ca = os.environ.get("AWS_CA_BUNDLE")
try:
    with urllib.request.urlopen(urllib.request.Request(url, body, method=sys.argv[1]), timeout=60,
                                context=ssl.create_default_context(cafile=ca) if ca else None) as answer:
        sys.stdout.buffer.write(answer.read())
except urllib.error.HTTPError as error:
    sys.exit(error.read().decode())
PYTHON
}

# gate_fault JSON: one rule or a list of them (docs/aws_tests.md), after those that are there.
gate_fault() { gate_ask POST faults "$1" >/dev/null; }
gate_no_faults() { gate_ask DELETE faults >/dev/null; }
gate_forget() { gate_ask DELETE log >/dev/null; }

query() { python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1], safe=""))' "$1"; }
# gate_log [REGEX], gate_count [REGEX]: requests whose "METHOD target x-amz-target status" holds it.
gate_log() { gate_ask GET "log?match=$(query "${1:-}")"; }
gate_count() { gate_ask GET "count?match=$(query "${1:-}")"; }

s3() { "$AWS_PYTHON" "$SUPPORT/s3.py" "$@" || fail "s3.py $*"; }
s3_make() { s3 make "$@"; }
s3_put() { s3 put "$@"; }
s3_tree() { s3 tree "$@"; }
s3_many() { s3 many "$@"; }
s3_keys() { s3 keys "$@"; }
# tables_make NAME: the tables of a store, made without Weir.
tables_make() { "$AWS_PYTHON" "$SUPPORT/tables.py" "$@" || fail "tables.py $*"; }
