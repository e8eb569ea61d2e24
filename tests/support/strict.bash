# strict.bash: other people's servers for a test of `make strict`: brought by tests/strict/get.sh, on ports of their
# own, ended by their process ids with the test.
source "$(dirname "${BASH_SOURCE[0]}")/aws.bash"

# strict_get SERVER: its folder is in $SERVER_FOLDER.
strict_get() {
  local rc=0
  SERVER_FOLDER=$(bash "$ROOT/tests/strict/get.sh" "$1" 2>"$WORK/get.stderr") || rc=$?
  [ "$rc" = 77 ] && skip "$(tail -n 1 "$WORK/get.stderr")"
  [ "$rc" = 0 ] || fail "get.sh $1: $(cat "$WORK/get.stderr")"
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# strict_serve NAME PORT COMMAND...: starts it and waits until the port answers.
strict_serve() {
  local name=$1 port=$2 tries
  shift 2
  (cd "$WORK" && exec nice "$@") >"$WORK/$name.log" 2>&1 </dev/null &
  AWS_PIDS+=($!)
  for ((tries = 0; tries < 600; tries++)); do
    (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return 0
    kill -0 "${AWS_PIDS[-1]}" 2>/dev/null || break
    sleep 0.1
  done
  cat "$WORK/$name.log" >&2
  fail "$name does not start"
}

# strict_up SERVER...: starts them. Each answers for its own service: the program finds it by AWS_ENDPOINT_URL_SERVICE,
# the helpers in tests/support by EMULATOR_URL_SERVICE; nobody answers for any other.
strict_up() {
  local server
  aws_python
  aws_environment 0
  for server in "$@"; do
    strict_get "$server"
    PORT=$(free_port)
    "start_$server" "$PORT"
  done
}

# answers_for SERVICE
answers_for() { export "AWS_ENDPOINT_URL_$1=http://127.0.0.1:$PORT" "EMULATOR_URL_$1=http://127.0.0.1:$PORT"; }

# its log of requests is $WORK/access.log, its objects are files in $WORK/buckets
start_versitygw() {
  mkdir -p "$WORK/buckets"
  GOMAXPROCS=2 ROOT_ACCESS_KEY=$AWS_ACCESS_KEY_ID ROOT_SECRET_KEY=$AWS_SECRET_ACCESS_KEY strict_serve versitygw "$1" \
    "$SERVER_FOLDER/versitygw" --port "127.0.0.1:$1" --keep-alive --access-log "$WORK/access.log" posix "$WORK/buckets"
  answers_for S3
}

start_dynalite() {
  strict_serve dynalite "$1" node "$SERVER_FOLDER/node_modules/dynalite/cli.js" --host 127.0.0.1 --port "$1" \
    --createTableMs 100 --deleteTableMs 0
  answers_for DYNAMODB
}

# strict_java NAME PORT OPTION...: small, on two cores
strict_java() { strict_serve "$1" "$2" java -XX:ActiveProcessorCount=2 -Xmx512m -cp "$SERVER_FOLDER/lib/*" "${@:3}"; }

start_dynamodb_local() {
  strict_java dynamodb_local "$1" software.amazon.dynamodb.services.local.main.ServerRunner -inMemory -sharedDb \
    -disableTelemetry -port "$1"
  answers_for DYNAMODB
}

start_elasticmq() {
  cat >"$WORK/elasticmq.conf" <<CONF
include classpath("application.conf")
rest-sqs { bind-hostname = "127.0.0.1", bind-port = $1, sqs-limits = strict }
rest-stats { enabled = false }
node-address { protocol = http, host = 127.0.0.1, port = $1, context-path = "" }
CONF
  strict_java elasticmq "$1" -Dconfig.file="$WORK/elasticmq.conf" org.elasticmq.server.Main
  answers_for SQS
}

# the function is $WEIR; it is invoked at http://127.0.0.1:$PORT
start_aws_lambda_rie() {
  FUNCTION_URL=http://127.0.0.1:$1/2015-03-31/functions/function/invocations
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE=3000 AWS_LAMBDA_FUNCTION_TIMEOUT=60 WEIR_OUT=$WORK/out strict_serve aws_lambda_rie "$1" \
    "$SERVER_FOLDER/aws-lambda-rie" --runtime-interface-emulator-address "127.0.0.1:$1" \
    --runtime-api-address "127.0.0.1:$(free_port)" "$WEIR"
}
