#!/usr/bin/env bash
# dynamodb.sh: rows of tables, put and read through the gate, are what boto3 finds, also when the service takes a
# part, throttles, damages its replies or loses them (dynamodb.py).
set -euo pipefail
source "$(dirname "$0")/../support/aws.bash"
aws_up
export PROGRAM=$BUILD/tests/test_stores_dynamodb
"$AWS_PYTHON" "$ROOT/tests/aws/dynamodb.py"
