#!/usr/bin/env bash
# gate_tls.sh: the gate over TLS: its certificate is checked, a body need not be hashed.
set -euo pipefail
source tests/support/aws.bash
sanitized && skip "none of our C in it"
aws_up --tls
"$AWS_PYTHON" - <<'PYTHON'
import os
import boto3
from botocore.config import Config
from botocore.exceptions import SSLError

settings = Config(request_checksum_calculation="when_required", s3={"payload_signing_enabled": False},
                  retries={"total_max_attempts": 1})
s3 = boto3.client("s3", config=settings)
s3.create_bucket(Bucket="secure")
s3.put_object(Bucket="secure", Key="key", Body=b"body")
assert s3.get_object(Bucket="secure", Key="key")["Body"].read() == b"body"
del os.environ["AWS_CA_BUNDLE"]
try:
    boto3.client("s3", config=settings).list_buckets()
    raise SystemExit("a certificate of nobody was trusted")
except SSLError:
    pass
PYTHON
[ "$(gate_log 'PUT /secure/key' | grep -c '"x-amz-content-sha256":"UNSIGNED-PAYLOAD"')" = 1 ] || fail "the body was hashed"
[ "$(gate_count 'GET /secure/key')" = 1 ] || fail "gate_count"
