"""put.py: what `weir put` and `weir replay` have done, seen by boto3 straight at the emulator.

    put.py same BUCKET PREFIX FOLDER       the objects are the files, byte by byte, and no others are there
    put.py queue NAME                      makes a queue
    put.py events QUEUE [BUCKET]           takes all messages: "key size etag region name" a line, in order; each
                                           is S3's, and agrees with the object where BUCKET is given
    put.py stamp BUCKET KEY TIME...        objects KEY0, KEY1, ... made at these times"""
import datetime
import json
import os
import sys
import urllib.request
from urllib.parse import unquote_plus

import s3


def same(bucket, prefix, folder):
    emulator, files, objects = s3.client(), {}, {}
    for directory, _, names in os.walk(os.fsencode(folder)):
        for name in names:
            path = os.path.join(directory, name)
            with open(path, "rb") as f:
                files[prefix + os.path.relpath(path, os.fsencode(folder)).decode()] = f.read()
    for page in emulator.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for o in page.get("Contents", []):
            objects[o["Key"]] = emulator.get_object(Bucket=bucket, Key=o["Key"])["Body"].read()
    if files != objects:
        sys.exit(f"other: {sorted(k for k in files.keys() | objects.keys() if files.get(k) != objects.get(k))[:5]!r}")
    print(len(files))


def queue(name):
    fifo = {"Attributes": {"FifoQueue": "true"}} if name.endswith(".fifo") else {}
    print(s3.client("sqs").create_queue(QueueName=name, **fifo)["QueueUrl"])


def events(name, bucket=None):
    sqs, emulator = s3.client("sqs"), s3.client()
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for m in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])
            (record,) = json.loads(m["Body"])["Records"]
            assert record["eventSource"] == "aws:s3" and record["eventVersion"].startswith("2."), record
            datetime.datetime.fromisoformat(record["eventTime"].replace("Z", "+00:00"))
            o, b = record["s3"]["object"], record["s3"]["bucket"]
            assert b["arn"] == f"arn:aws:s3:::{b['name']}" and " " not in o["key"], record
            key = unquote_plus(o["key"])
            if bucket:
                there = emulator.head_object(Bucket=bucket, Key=key)
                assert (o["size"], o["eTag"]) == (there["ContentLength"], there["ETag"].strip('"')), (record, there)
                assert b["name"] == bucket and record["awsRegion"] == "us-east-1", record
            print(json.dumps(key), o["size"], record["eventName"])


def stamp(bucket, key, *times):
    emulator = s3.client()
    for n, _ in enumerate(times):
        emulator.put_object(Bucket=bucket, Key=f"{key}{n}", Body=b"%d" % n)
    asked = {"bucket": bucket, "times": {f"{key}{n}": t for n, t in enumerate(times)}}
    urllib.request.urlopen(urllib.request.Request(os.environ["EMULATOR_URL"] + "/__emulator/times",
                                                  json.dumps(asked).encode(), method="POST")).close()


if __name__ == "__main__":
    {"same": same, "queue": queue, "events": events, "stamp": stamp}[sys.argv[1]](*sys.argv[2:])
