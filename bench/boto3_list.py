#!/usr/bin/env python3
"""boto3_list.py ENDPOINT: counts the keys of the bucket `bucket`, page after page."""
import sys

import boto3
from botocore.config import Config

client = boto3.client("s3", endpoint_url=sys.argv[1], config=Config(s3={"addressing_style": "path"}))
pages = client.get_paginator("list_objects_v2").paginate(Bucket="bucket")
print(sum(len(page.get("Contents", [])) for page in pages))
