#!/usr/bin/env bash
# s3_write.sh: what stores/aws/s3.h writes on versitygw is what boto3 finds: in one call and in parts, with a checksum of
# the whole, on conditions (s3_objects.py).
set -euo pipefail
source "$(dirname "$0")/../support/strict.bash"
export PROGRAM=$BUILD/tests/test_stores_s3_write WORK
strict_up versitygw
PYTHONPATH=$SUPPORT:$ROOT/tests/aws "$AWS_PYTHON" "$ROOT/tests/strict/s3_objects.py" >"$WORK/said" || { tail -n 5 "$WORK/access.log" >&2; fail "s3_objects.py"; }
promise strict "versitygw: objects written, conditions kept" "$(cat "$WORK/said")"
