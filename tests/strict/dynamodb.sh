#!/usr/bin/env bash
# dynamodb.sh: rows of tables on dynalite, which checks requests more closely than AWS's own emulator, and on that
# (DynamoDB Local), which has transactions (dynamodb.py). Neither verifies signatures: the gate does that.
set -euo pipefail
source "$(dirname "$0")/../support/strict.bash"
export PROGRAM=$BUILD/tests/test_stores_dynamodb
server=${1:?dynalite or dynamodb_local}
strict_up "$server"
"$AWS_PYTHON" "$ROOT/tests/strict/dynamodb.py" 2>"$WORK/said" || { cat "$WORK/said"; fail "dynamodb.py on $server"; }
promise strict "$server: cases of tables" "$(sed -n 's/^Ran \([0-9]*\) tests.*/\1/p' "$WORK/said")"
