"""lambda.py URL FORM ...: one invocation of the function at URL; prints the reply.

    s3 BUCKET KEY...     a notification of S3, a record for each key
    sqs BUCKET KEY...    a batch of messages, with a notification in each
    json TEXT"""
import json
import sys
import urllib.parse
import urllib.request

import botocore.exceptions
import s3


def record(bucket, key):
    thing = {"key": urllib.parse.quote_plus(key, safe="/"), "sequencer": "0055AED6DCD90281E5", "size": 1, "eTag": "0" * 32}
    try:
        told = s3.client().head_object(Bucket=bucket, Key=key)
        thing |= {"size": told["ContentLength"], "eTag": told["ETag"].strip('"')}
    except botocore.exceptions.ClientError:
        pass
    return {"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1", "eventTime": "2026-03-01T12:00:00.000Z",
            "eventName": "ObjectCreated:Put", "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": bucket}, "object": thing}}


def event(form, *words):
    if form == "json":
        return json.loads(words[0])
    records = [record(words[0], key) for key in words[1:]]
    if form == "s3":
        return {"Records": records}
    return {"Records": [{"messageId": f"m{i}", "receiptHandle": "r", "eventSource": "aws:sqs", "awsRegion": "us-east-1",
                         "attributes": {"ApproximateReceiveCount": "1"}, "body": json.dumps({"Records": [one]})}
                        for i, one in enumerate(records, 1)]}


body = json.dumps(event(*sys.argv[2:])).encode()
with urllib.request.urlopen(urllib.request.Request(sys.argv[1], body, method="POST"), timeout=60) as reply:
    print(reply.read().decode())
