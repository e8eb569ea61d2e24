#!/usr/bin/env bash
# gate_faults.sh: the faults of the gate do what they say (gate_faults.py).
set -euo pipefail
source tests/support/aws.bash
sanitized && skip "none of our C in it"
aws_up
"$AWS_PYTHON" tests/aws/gate_faults.py
