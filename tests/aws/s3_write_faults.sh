#!/usr/bin/env bash
# s3_write_faults.sh: objects are written once and whole, or not at all and nothing of them is left, whatever becomes of
# the calls (s3_write.py).
set -euo pipefail
source "$(dirname "$0")/../support/aws.bash"
export PROGRAM=$BUILD/tests/test_stores_s3_write WORK
aws_up
export AWS_MAX_ATTEMPTS=3
PYTHONPATH=$SUPPORT:$ROOT/tests/aws "$AWS_PYTHON" "$ROOT/tests/aws/s3_write.py" faults || fail "s3_write.py faults"
