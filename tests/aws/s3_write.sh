#!/usr/bin/env bash
# s3_write.sh: objects of all sizes and names, with and without conditions, are written as they are (s3_write.py).
set -euo pipefail
source "$(dirname "$0")/../support/aws.bash"
export PROGRAM=$BUILD/tests/test_stores_s3_write WORK
write() { PYTHONPATH=$SUPPORT:$ROOT/tests/aws "$AWS_PYTHON" "$ROOT/tests/aws/s3_write.py" "$1" || fail "s3_write.py $1"; }
aws_up
write plain
[ "$(gate_log '^PUT ' | grep -c UNSIGNED-PAYLOAD)" = 0 ] || fail "a body is not signed, though there is no TLS"
aws_down
aws_up --tls
write tls
[ "$(gate_log '^PUT ' | grep -c UNSIGNED-PAYLOAD)" -ge 5 ] || fail "bodies are hashed, though there is TLS"
