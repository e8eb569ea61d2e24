#!/usr/bin/env bash
# sqs.sh: stores/aws/sqs.h against ElasticMQ, which refuses receipts that are not the last ones of their messages: sent,
# received, held, let go, deleted; FIFO groups.
set -euo pipefail
source "$(dirname "$0")/../support/strict.bash"
program=$BUILD/tests/test_stores_sqs_emulator
strict_up elasticmq
PYTHONPATH=$SUPPORT "$AWS_PYTHON" - <<'PYTHON' || fail "queues"
import s3
sqs = s3.client("sqs")
sqs.create_queue(QueueName="standard")
sqs.create_queue(QueueName="order.fifo", Attributes={"FifoQueue": "true"})
PYTHON
for case in standard fifo; do
  "$program" "$case" >"$WORK/$case.out" 2>&1 || { cat "$WORK/$case.out"; fail "$case"; }
  grep -q PASSED "$WORK/$case.out" || fail "$case: $(cat "$WORK/$case.out")"
done
promise strict "elasticmq: standard and FIFO queue" 2
