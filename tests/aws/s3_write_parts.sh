#!/usr/bin/env bash
# s3_write_parts.sh: an object in parts is there once and whole, whatever becomes of one of its calls (s3_write.py).
set -euo pipefail
source "$(dirname "$0")/../support/aws.bash"
export PROGRAM=$BUILD/tests/test_stores_s3_write WORK
aws_up
export AWS_MAX_ATTEMPTS=3
PYTHONPATH=$SUPPORT:$ROOT/tests/aws "$AWS_PYTHON" "$ROOT/tests/aws/s3_write.py" parts || fail "s3_write.py parts"
