#!/usr/bin/env bash
# dynamodb.sh: rows of tables on dynalite, which checks requests more closely than AWS's own emulator, and on that
# (DynamoDB Local), which has transactions (dynamodb.py). Neither verifies signatures: the gate does that.
# dynalite has no transactions: a shared table there is one line, and no file is blamed.
set -euo pipefail
source "$(dirname "$0")/../support/strict.bash"
export PROGRAM=$BUILD/tests/test_stores_dynamodb
server=${1:?dynalite or dynamodb_local}
strict_up "$server"
"$AWS_PYTHON" "$ROOT/tests/strict/dynamodb.py" 2>"$WORK/said" || { cat "$WORK/said"; fail "dynamodb.py on $server"; }
if [ "$server" = dynalite ]; then
  "$WEIR" tables create dynamodb:none >"$WORK/create" 2>&1 || fail "tables create: $(cat "$WORK/create")"
  rc=0
  "$WEIR" run --quiet --patience 1 -o "$WORK/none" --store dynamodb:none "$ROOT/test_data/broken" 2>"$WORK/none.stderr" || rc=$?
  [ "$rc" = 5 ] || fail "without transactions weir run ended with $rc: $(cat "$WORK/none.stderr")"
  [ "$(grep -c . "$WORK/none.stderr")" = 1 ] || fail "not one line: $(cat "$WORK/none.stderr")"
  grep -q 'DynamoDB table none: .*the service cannot do this (400 UnknownOperationException)' "$WORK/none.stderr" || fail "other words: $(cat "$WORK/none.stderr")"
  [ -z "$("$WEIR" failures -o "$WORK/none" --format ndjson)" ] || fail "a file is blamed"
fi
promise strict "$server: cases of tables" "$(sed -n 's/^Ran \([0-9]*\) tests.*/\1/p' "$WORK/said")"
