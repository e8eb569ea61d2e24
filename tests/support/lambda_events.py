#!/usr/bin/env python3
"""lambda_events.py: events as AWS's Lambda Developer Guide and S3 User Guide show them.

    lambda_events.py FORM BUCKET KEY...      FORM: s3 sns eventbridge sqs sqs-sns sqs-eventbridge request
    lambda_events.py queue [--fifo GROUP,...] BODY...     an event of SQS with these bodies, ids m1, m2, ...
    lambda_events.py test BUCKET | schedule | json TEXT
    lambda_events.py removed BUCKET KEY SEQUENCER         S3 says that the object was removed
    lambda_events.py ask SECONDS ...         an invocation with the event of ...; the reply to it: kind, type of error
                                             and body, separated by tabs

Sizes and ETags are those of the emulator; a key that is not there has none of its own."""
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

# for the emulator it is enough to know whom it is for
SIGNED = "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
TIME = "2026-03-01T12:00:00.000Z"


def described(bucket, key):
    url = f"{os.environ['EMULATOR_URL']}/{bucket}/{urllib.parse.quote(key)}"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Authorization": SIGNED}, method="HEAD")) as head:
            return int(head.headers["Content-Length"]), head.headers["ETag"].strip('"')
    except urllib.error.HTTPError:
        return 1024, "d41d8cd98f00b204e9800998ecf8427e"


def record(bucket, key, sequencer="0055AED6DCD90281E5", removed=False):
    size, etag = described(bucket, key)
    thing = {"key": urllib.parse.quote_plus(key, safe="/"), "size": size, "eTag": etag, "sequencer": sequencer}
    if removed:
        del thing["size"], thing["eTag"]
    return {"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1", "eventTime": TIME,
            "eventName": "ObjectRemoved:Delete" if removed else "ObjectCreated:Put",
            "userIdentity": {"principalId": "EXAMPLE"}, "requestParameters": {"sourceIPAddress": "127.0.0.1"},
            "responseElements": {"x-amz-request-id": "EXAMPLE123456789", "x-amz-id-2": "EXAMPLE123/5678abcdef"},
            "s3": {"s3SchemaVersion": "1.0", "configurationId": "testConfigRule",
                   "bucket": {"name": bucket, "ownerIdentity": {"principalId": "EXAMPLE"}, "arn": f"arn:aws:s3:::{bucket}"},
                   "object": thing}}


def notice(bucket, keys):
    return {"Records": [record(bucket, key) for key in keys]}


def envelope(message):
    return {"Type": "Notification", "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
            "TopicArn": "arn:aws:sns:us-east-1:123456789012:sns-lambda", "Subject": "Amazon S3 Notification",
            "Message": json.dumps(message), "Timestamp": TIME, "SignatureVersion": "1", "Signature": "EXAMPLE",
            "SigningCertURL": "EXAMPLE", "UnsubscribeURL": "EXAMPLE"}


def topic(message):
    return {"Records": [{"EventVersion": "1.0", "EventSource": "aws:sns",
                         "EventSubscriptionArn": "arn:aws:sns:us-east-1:123456789012:sns-lambda:21be56ed",
                         "Sns": envelope(message) | {"MessageAttributes": {}}}]}


def bridge(bucket, key):
    size, etag = described(bucket, key)
    return {"version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103", "detail-type": "Object Created",
            "source": "aws.s3", "account": "111122223333", "time": "2026-03-01T12:00:00Z", "region": "us-east-1",
            "resources": [f"arn:aws:s3:::{bucket}"],
            "detail": {"version": "0", "bucket": {"name": bucket},
                       "object": {"key": key, "size": size, "etag": etag, "sequencer": "0062E99A88DC407460"},
                       "request-id": "N4N7GDK58NMKJ12R", "requester": "123456789012", "source-ip-address": "1.2.3.4",
                       "reason": "PutObject"}}


def schedule():
    return {"version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "detail-type": "Scheduled Event",
            "source": "aws.events", "account": "123456789012", "time": "2015-10-08T16:53:06Z", "region": "us-east-1",
            "resources": ["arn:aws:events:us-east-1:123456789012:rule/my-scheduled-rule"], "detail": {}}


def test(bucket):
    return {"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": TIME, "Bucket": bucket,
            "RequestId": "5582815E1AEA5ADF", "HostId": "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR"}


def queue(bodies, groups=()):
    records = []
    for i, body in enumerate(bodies, 1):
        attributes = {"ApproximateReceiveCount": "1", "SentTimestamp": "1545082649183", "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                      "ApproximateFirstReceiveTimestamp": "1545082649185"}
        if groups:
            attributes |= {"MessageGroupId": groups[i - 1], "SequenceNumber": f"{i:020}", "MessageDeduplicationId": str(i)}
        records.append({"messageId": f"m{i}", "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a", "body": body,
                        "attributes": attributes, "messageAttributes": {}, "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
                        "eventSource": "aws:sqs", "awsRegion": "us-east-1",
                        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:my-queue" + (".fifo" if groups else "")})
    return {"Records": records}


FORMS = {
    "s3": notice,
    "sns": lambda bucket, keys: topic(notice(bucket, keys)),
    "eventbridge": lambda bucket, keys: bridge(bucket, keys[0]),
    "sqs": lambda bucket, keys: queue([json.dumps(notice(bucket, [key])) for key in keys]),
    "sqs-sns": lambda bucket, keys: queue([json.dumps(envelope(notice(bucket, [key]))) for key in keys]),
    "sqs-eventbridge": lambda bucket, keys: queue([json.dumps(bridge(bucket, key)) for key in keys]),
    "request": lambda bucket, keys: {"uris": [f"s3://{bucket}/{key}" for key in keys]},
}


def make(what, *rest):
    if what == "queue":
        fifo = rest[0] == "--fifo"
        return queue(rest[2:], rest[1].split(",")) if fifo else queue(rest)
    if what == "removed":
        return {"Records": [record(*rest, removed=True)]}
    if what in FORMS:
        return FORMS[what](rest[0], rest[1:])
    return {"test": test, "schedule": schedule, "json": json.loads}[what](*rest)


def gate(method, what, body=None):
    url = f"{os.environ['AWS_ENDPOINT_URL']}/__gate/{what}"
    with urllib.request.urlopen(urllib.request.Request(url, body, method=method), timeout=60) as answer:
        return json.load(answer)


def ask(seconds, *what):
    made = make(*what)
    mine = gate("POST", "events", json.dumps({"event": made, "deadline_s": float(seconds)}).encode())[0]
    until = time.monotonic() + 60
    while time.monotonic() < until:
        replies = gate("GET", "replies")
        for reply in replies:
            if reply["id"] == mine:
                return "\t".join((reply["kind"], reply["error_type"] or "", reply["body"]))
        gate("GET", f"replies?count={len(replies) + 1}&wait_s=1")
    sys.exit("no reply")


if sys.argv[1] == "ask":
    print(ask(*sys.argv[2:]))
else:
    print(json.dumps(make(*sys.argv[1:])))
