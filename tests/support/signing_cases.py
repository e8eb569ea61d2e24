#!/usr/bin/env python3
"""signing_cases.py: makes tests/cases/signing/cases.json with botocore, a second implementation of
Signature Version 4. Needs botocore (PyPI); run it again only to change the cases:

    python3 signing_cases.py >../cases/signing/cases.json

It is given the URL as it is sent, its query not in order and without '=' where there is no value."""
import datetime
import json
import sys
from types import SimpleNamespace
from unittest import mock
from urllib.parse import quote

import botocore
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQ+x/y=="
BUCKET = "https://bucket.s3.eu-central-1.amazonaws.com"
LOCAL = "http://127.0.0.1:5000"


def case(name, path="/", query=(), headers=(), method="GET", origin=BUCKET, body="", region="eu-central-1",
         service="s3", token=None, time=1440938160, unsigned=False, normalize=False):
    return dict(name=name, method=method, origin=origin, path=path, query=[list(q) for q in query],
                headers=[list(h) for h in headers], body=body, region=region, service=service,
                access_key=KEY, secret_key=SECRET, token=token, time=time, unsigned_payload=unsigned,
                normalize=normalize)


CASES = [
    case("blank_and_plus_in_key", "/a b+c/d%20e"),
    case("percent_2b_in_query", "/", [("list-type", "2"), ("prefix", "a+b"), ("continuation-token", "1+2/3==")]),
    case("value_missing", "/", [("uploads", None)], method="POST"),
    case("value_empty", "/", [("prefix", ""), ("list-type", "2"), ("delimiter", "")]),
    case("value_missing_and_empty", "/k", [("versionId", "null"), ("tagging", None), ("a", "")]),
    case("double_slash", "//a//b//"),
    case("dot_segments", "/a/../b/./c/.."),
    case("unicode_key", "/Gr\u00f6\u00dfe/\u65e5\u672c\u8a9e/\U0001f40b"),
    case("all_punctuation", "/!\"#$%&'()*+,-.:;<=>?@[\\]^_`{|}~"),
    case("control_characters", "/line\nend\ttab\x7f"),
    case("punctuation_in_query", "/", [("prefix", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ")]),
    case("order_of_names", "/", [("b", "1"), ("a-", "2"), ("a", "4"), ("A", "3"), ("a", "3"), ("a%", "1"), ("\u00e9", "0")]),
    case("port", "/bucket/key", origin=LOCAL, region="us-east-1"),
    case("standard_port", "/key", origin="https://minio.example.org:443"),
    case("odd_port_of_tls", "/key", origin="https://minio.example.org:80"),
    case("ipv6", "/bucket/key", origin="http://[::1]:9000"),
    case("token", "/key", token=TOKEN),
    case("range_and_if_match", "/key", headers=[("range", "bytes=0-8388607"), ("if-match", '"9b2cf535f27731c974343645a3985328"')]),
    case("body_hashed", "/bucket/key", method="PUT", origin=LOCAL, body="Welcome to Amazon S3.\n\u00b0C",
         headers=[("content-type", "text/plain; charset=utf-8"), ("x-amz-meta-run-id", "  a   b  ")]),
    case("body_unsigned", "/key", method="PUT", body="not hashed", unsigned=True,
         headers=[("x-amz-checksum-crc32c", "AAAAAA==")]),
    case("meta_names_that_begin_alike", "/k", method="PUT", origin=LOCAL, body="x",
         headers=[("x-amz-meta-test-two", "2"), ("x-amz-meta-test", "1")]),
    case("unsigned_headers", "/k", headers=[("user-agent", "weir"), ("expect", "100-continue"), ("x-amzn-trace-id", "Root=1")]),
    case("dynamodb", method="POST", origin="https://dynamodb.us-east-1.amazonaws.com", region="us-east-1", service="dynamodb",
         body='{"TableName":"results"}', token=TOKEN,
         headers=[("x-amz-target", "DynamoDB_20120810.DescribeTable"), ("content-type", "application/x-amz-json-1.0")]),
    case("path_encoded_twice", "/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:f/invo cations", method="POST",
         origin="https://lambda.us-east-1.amazonaws.com", region="us-east-1", service="lambda", body="{}", normalize=True),
    case("leap_day_last_second", "/k", time=1709251199),
]


def sign(c):
    target = quote(c["path"], safe="/-._~")
    pairs = [quote(n, safe="-._~") + ("" if v is None else "=" + quote(v, safe="-._~")) for n, v in c["query"]]
    url = c["origin"] + target + ("?" + "&".join(pairs) if pairs else "")
    request = AWSRequest(method=c["method"], url=url, headers=dict(c["headers"]), data=c["body"].encode())
    s3 = {"payload_signing_enabled": not c["unsigned_payload"]}
    request.context["client_config"] = SimpleNamespace(s3=s3)
    kind = botocore.auth.S3SigV4Auth if c["service"] == "s3" else botocore.auth.SigV4Auth
    auth = kind(Credentials(c["access_key"], c["secret_key"], c["token"]), c["service"], c["region"])
    said = {}
    originals = auth.canonical_request, auth.string_to_sign

    def canonical_request(r):
        said["canonical_request"] = originals[0](r)
        return said["canonical_request"]

    def string_to_sign(r, canonical):
        said["string_to_sign"] = originals[1](r, canonical)
        return said["string_to_sign"]

    auth.canonical_request, auth.string_to_sign = canonical_request, string_to_sign
    moment = datetime.datetime.fromtimestamp(c["time"], datetime.timezone.utc)
    with mock.patch("botocore.auth.get_current_datetime", lambda *a, **k: moment.replace(tzinfo=None)):
        auth.add_auth(request)
    return dict(c, **said, authorization=request.headers["Authorization"])


print(f"made with botocore {botocore.__version__}", file=sys.stderr)
print("[" + ",\n".join(json.dumps(sign(c)) for c in CASES) + "]")
