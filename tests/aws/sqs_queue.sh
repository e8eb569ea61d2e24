#!/usr/bin/env bash
# sqs_queue.sh: queues of the emulator through the strict gate: sent, received, held, deleted, in order, with faults
# on the way; events of S3 arrive in one.
set -euo pipefail
source tests/support/aws.bash
aws_up
program=$BUILD/tests/test_stores_sqs_emulator
export EVENT_KEY=$'2026/a b+c %41=\xc3\xa9\n/~x.nc'

run() { "$program" "$1" >"$WORK/$1.out" 2>&1 || { cat "$WORK/$1.out"; fail "$1"; }; }
requests() { gate_count "AmazonSQS.$1 $2"; }

"$AWS_PYTHON" - <<'PYTHON' || fail "queues"
import os, boto3
url = {"endpoint_url": os.environ["EMULATOR_URL"], "region_name": os.environ["AWS_REGION"]}
sqs, s3 = boto3.client("sqs", **url), boto3.client("s3", **url)
for name in ("standard", "damaged"):
    sqs.create_queue(QueueName=name)
sqs.create_queue(QueueName="order.fifo", Attributes={"FifoQueue": "true"})
events = sqs.create_queue(QueueName="events")["QueueUrl"]
arn = sqs.get_queue_attributes(QueueUrl=events, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
s3.create_bucket(Bucket="watched")
s3.put_bucket_notification_configuration(Bucket="watched", NotificationConfiguration={"QueueConfigurations": [
    {"QueueArn": arn, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}]})
s3.put_object(Bucket="watched", Key=os.environ["EVENT_KEY"], Body=b"11 bytes ..")
s3.delete_object(Bucket="watched", Key=os.environ["EVENT_KEY"])
PYTHON

run standard
[ "$(requests SendMessageBatch 200)" = 3 ] || fail "25 messages are not sent in 3 requests"
[ "$(requests DeleteMessageBatch 200)" = 3 ] || fail "25 messages are not deleted in 3 requests"
[ "$(gate_count ' 40[0-9]')" = 0 ] || fail "the gate has refused something: $(gate_log ' 40[0-9]')"

# The same once more, while the service is not at its best.
gate_forget
gate_fault '[{"match": "SendMessageBatch", "error": "RequestThrottled", "times": 2},
  {"match": "DeleteMessageBatch", "failed": 3, "code": "InternalError", "sender_fault": false, "times": 2},
  {"match": "DeleteMessageBatch", "drop_reply": true},
  {"match": "ChangeMessageVisibilityBatch", "failed": 10, "code": "InternalError", "sender_fault": false},
  {"match": "GetQueueAttributes", "error": "InternalFailure", "status": 500},
  {"match": "GetQueueUrl", "reset_before": true}]'
run standard
gate_no_faults
[ "$(requests SendMessageBatch 400)" = 2 ] || fail "throttled: $(gate_log SendMessageBatch)"
[ "$(requests DeleteMessageBatch 200)" -ge 5 ] || fail "what had failed was not deleted again: $(gate_log DeleteMessageBatch)"

run fifo
gate_fault '{"match": "ReceiveMessage", "flip": 4000}'
run damaged
run events
