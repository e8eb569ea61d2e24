#!/usr/bin/env python3
"""queues.py: queues of S3's events for tests, straight at the emulator ($EMULATOR_URL), past the gate.

    queues.py make NAME [VISIBILITY_S [MAX_RECEIVES]]   with MAX_RECEIVES also NAME-dead; NAME.fifo is a FIFO queue
    queues.py delete NAME
    queues.py follow BUCKET NAME                        S3 tells the queue of the bucket's objects
    queues.py tell BUCKET NAME WAY [SEED]               an event of each object, sent WAY (see below); prints how many
    queues.py send NAME BODY...                         any messages; "-": each line of the standard input
    queues.py await NAME SECONDS                        until nothing waits and nothing is in flight, or says what is
    queues.py state NAME                                "WAITING IN_FLIGHT"
    queues.py bodies NAME                               takes all that is visible: a JSON string a line

WAY: s3, sns, sns-raw, eventbridge, or mixed: by turns; +duplicates: every fifth comes twice; +shuffled: in any order;
+together: ten records in a message, where the way allows it."""
import json
import random
import sys
import time
import urllib.parse

from s3 import client


def url(name):
    return client("sqs").get_queue_url(QueueName=name)["QueueUrl"]


def arn(name):
    attributes = client("sqs").get_queue_attributes(QueueUrl=url(name), AttributeNames=["QueueArn"])
    return attributes["Attributes"]["QueueArn"]


def make(name, visibility_s="30", max_receives=None):
    sqs = client("sqs")
    attributes = {"VisibilityTimeout": visibility_s}
    fifo = name.endswith(".fifo")
    if fifo:
        attributes |= {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    if max_receives:
        dead = f"{name.removesuffix('.fifo')}-dead{'.fifo' if fifo else ''}"
        sqs.create_queue(QueueName=dead, Attributes={"FifoQueue": "true"} if fifo else {})
        attributes["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": arn(dead), "maxReceiveCount": max_receives})
    sqs.create_queue(QueueName=name, Attributes=attributes)


def delete(name):
    client("sqs").delete_queue(QueueUrl=url(name))


def follow(bucket, name):
    client().put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={
        "QueueConfigurations": [{"QueueArn": arn(name), "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}]})


def record(bucket, key, size, etag, sequencer):
    """"Event message structure", Amazon S3 User Guide."""
    written = urllib.parse.quote_plus(key, safe="/")
    return {"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1",
            "eventTime": "2026-01-01T00:00:00.000Z", "eventName": "ObjectCreated:Put",
            "s3": {"s3SchemaVersion": "1.0", "configurationId": "all",
                   "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
                   "object": {"key": written, "size": size, "eTag": etag, "sequencer": f"{sequencer:016X}"}}}


def wrapped(message, number):
    """"HTTP/HTTPS notification JSON format", Amazon SNS Developer Guide."""
    return json.dumps({"Type": "Notification", "MessageId": f"sns-{number}",
                       "TopicArn": "arn:aws:sns:us-east-1:123456789012:objects",
                       "Subject": "Amazon S3 Notification", "Message": message, "SignatureVersion": "1"})


def bridged(bucket, key, size, etag, sequencer):
    """"EventBridge event message structure", Amazon S3 User Guide."""
    return json.dumps({"version": "0", "id": f"eb-{sequencer}", "detail-type": "Object Created", "source": "aws.s3",
                       "account": "123456789012", "time": "2026-01-01T00:00:00Z", "region": "us-east-1",
                       "resources": [f"arn:aws:s3:::{bucket}"],
                       "detail": {"version": "0", "bucket": {"name": bucket},
                                  "object": {"key": key, "size": size, "etag": etag, "sequencer": f"{sequencer:016X}"},
                                  "request-id": "C3D13FE58DE4C810", "reason": "PutObject"}})


def messages(bucket, way, together):
    """The bodies for all objects of a bucket."""
    objects = []
    for page in client().get_paginator("list_objects_v2").paginate(Bucket=bucket):
        objects += [(o["Key"], o["Size"], o["ETag"].strip('"')) for o in page.get("Contents", [])]
    ways = ["s3", "sns", "sns-raw", "eventbridge"] if way == "mixed" else [way]
    bodies, n = [], 0
    while n < len(objects):
        now = ways[len(bodies) % len(ways)]
        some = objects[n:n + (10 if together and now != "eventbridge" else 1)]
        if now == "eventbridge":
            bodies.append(bridged(bucket, *some[0], 1000 + n))
        else:
            body = json.dumps({"Records": [record(bucket, *o, 1000 + n + i) for i, o in enumerate(some)]})
            bodies.append(wrapped(body, n) if now == "sns" else body)
        n += len(some)
    return bodies


def send_all(name, bodies, groups=None):
    sqs, to = client("sqs"), url(name)
    for first in range(0, len(bodies), 10):
        entries = [{"Id": str(i), "MessageBody": body} for i, body in enumerate(bodies[first:first + 10])]
        for i, entry in enumerate(entries):
            if name.endswith(".fifo"):
                entry |= {"MessageGroupId": groups[first + i] if groups else "all",
                          "MessageDeduplicationId": f"{first + i}"}
        failed = sqs.send_message_batch(QueueUrl=to, Entries=entries).get("Failed")
        assert not failed, failed


def tell(bucket, name, how, seed="1"):
    way, *more = how.split("+")
    chance = random.Random(int(seed))
    bodies = messages(bucket, way, "together" in more)
    if "duplicates" in more:
        bodies += bodies[::5]
    if "shuffled" in more:
        chance.shuffle(bodies)
    send_all(name, bodies)
    print(len(bodies))


def send(name, *bodies):
    send_all(name, [line.rstrip("\n") for line in sys.stdin] if bodies == ("-",) else list(bodies))


def counts_of(sqs, of):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=of, AttributeNames=names)["Attributes"]
    return [found[n] for n in names]


def state(name):
    print(*counts_of(client("sqs"), url(name)))


def await_empty(name, seconds):
    """Several times in a row, because the emulator does not count both at the same moment."""
    sqs, of, end = client("sqs"), url(name), time.monotonic() + float(seconds)
    empty = 0
    while empty < 5:
        counts = counts_of(sqs, of)
        empty = empty + 1 if counts == ["0", "0"] else 0
        if time.monotonic() > end:
            sys.exit(f"{name}: {counts[0]} wait, {counts[1]} are in flight")
        time.sleep(0.1)


def bodies(name):
    sqs, of = client("sqs"), url(name)
    while True:
        found = sqs.receive_message(QueueUrl=of, MaxNumberOfMessages=10, VisibilityTimeout=60).get("Messages", [])
        for message in found:
            print(json.dumps(message["Body"]))
        if not found:
            return


COMMANDS = {"make": make, "delete": delete, "follow": follow, "tell": tell, "send": send, "await": await_empty, "state": state, "bodies": bodies}

if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    COMMANDS[sys.argv[1]](*sys.argv[2:])
