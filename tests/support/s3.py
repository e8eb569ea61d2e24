#!/usr/bin/env python3
"""s3.py: sets up buckets for tests, straight at the emulator ($EMULATOR_URL), past the gate.

    s3.py make BUCKET                        s3.py put BUCKET KEY FILE
    s3.py tree BUCKET PREFIX FOLDER          every file below FOLDER, its path in bytes as the key
    s3.py many BUCKET PREFIX COUNT [SIZE]    PREFIX0000000, ... at thousands a second
    s3.py keys BUCKET [PREFIX]               one JSON string a line
    s3.py get BUCKET KEY                     the bytes to stdout
    s3.py delete BUCKET KEY"""
import json
import os
import sys
import urllib.request

import boto3
from botocore.config import Config


def client(service="s3", url=None, **more):
    """A boto3 client of the emulator, or of the gate with its url; tests import this."""
    more.setdefault("aws_access_key_id", os.environ["AWS_ACCESS_KEY_ID"])
    more.setdefault("aws_secret_access_key", os.environ["AWS_SECRET_ACCESS_KEY"])
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, read_timeout=120)
    url = url or os.environ.get("EMULATOR_URL_" + service.upper()) or os.environ["EMULATOR_URL"]
    return boto3.client(service, endpoint_url=url,
                        region_name=os.environ.get("AWS_REGION", "us-east-1"), config=config, **more)


def make(bucket):
    client().create_bucket(Bucket=bucket)


def put(bucket, key, path):
    with open(path, "rb") as f:
        client().put_object(Bucket=bucket, Key=key, Body=f.read())


def tree(bucket, prefix, folder):
    s3, count = client(), 0
    for directory, _, names in os.walk(folder):
        for name in sorted(names):
            path = os.path.join(directory, name)
            with open(path, "rb") as f:
                s3.put_object(Bucket=bucket, Key=prefix + os.path.relpath(path, folder), Body=f.read())
            count += 1
    print(count)


def many(bucket, prefix, count, size="1"):
    asked = {"bucket": bucket, "prefix": prefix, "count": int(count), "size": int(size)}
    urllib.request.urlopen(urllib.request.Request(os.environ["EMULATOR_URL"] + "/__emulator/many",
                                                  json.dumps(asked).encode(), method="POST")).close()


def keys(bucket, prefix=""):
    for page in client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for one in page.get("Contents", []):
            print(json.dumps(one["Key"]))


def get(bucket, key):
    sys.stdout.buffer.write(client().get_object(Bucket=bucket, Key=key)["Body"].read())


def delete(bucket, key):
    client().delete_object(Bucket=bucket, Key=key)


COMMANDS = {"make": make, "put": put, "tree": tree, "many": many, "keys": keys, "get": get, "delete": delete}

if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    COMMANDS[sys.argv[1]](*sys.argv[2:])
