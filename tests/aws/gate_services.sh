#!/usr/bin/env bash
# gate_services.sh: metadata, credentials and Lambda of the gate are as AWS has them (gate_services.py).
set -euo pipefail
source tests/support/aws.bash
sanitized && skip "none of our C in it"
aws_up
"$AWS_PYTHON" tests/aws/gate_services.py
