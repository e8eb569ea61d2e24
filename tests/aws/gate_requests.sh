#!/usr/bin/env bash
# gate_requests.sh: the gate lets pass what boto3 asks (gate_requests.py).
set -euo pipefail
source tests/support/aws.bash
sanitized && skip "none of our C in it"
aws_up
"$AWS_PYTHON" tests/aws/gate_requests.py
