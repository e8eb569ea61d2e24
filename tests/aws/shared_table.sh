#!/usr/bin/env bash
# shared_table.sh: what a ledger has of its files goes into the shared table and back, as boto3 and sqlite3 see it,
# also when requests fail, replies are lost, and several write at the same time (shared_table.py).
set -euo pipefail
source "$(dirname "$0")/../support/aws.bash"
aws_up
export PROGRAM=$BUILD/tests/test_orchestrator_shared_table
mkdir "$WORK/tree"
cp -r "$ROOT"/test_data/broken "$ROOT"/test_data/met "$WORK/tree"
run_weir "$WORK/base" --quiet "$WORK/tree"
WORK=$WORK "$AWS_PYTHON" "$ROOT/tests/aws/shared_table.py"
