#!/usr/bin/env bash
# open_text.sh: what independent readers say of real files of instruments in text, Weir says too.
set -euo pipefail
exec bash "$(dirname "$0")/../support/open_data.bash" text
