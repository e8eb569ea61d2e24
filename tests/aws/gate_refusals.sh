#!/usr/bin/env bash
# gate_refusals.sh: the gate refuses what AWS refuses (gate_refusals.py).
set -euo pipefail
source tests/support/aws.bash
sanitized && skip "none of our C in it"
aws_up
"$AWS_PYTHON" tests/aws/gate_refusals.py
