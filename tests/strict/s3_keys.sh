#!/usr/bin/env bash
# s3_keys.sh: awkward keys (tests/aws/run_keys.py), as far as versitygw holds and tells them (s3_keys.py), are told
# exactly, fetched once, and found again when they are named.
set -euo pipefail
source "$(dirname "$0")/../support/strict.bash"
keys() { PYTHONPATH=$SUPPORT:$ROOT/tests/aws "$AWS_PYTHON" "$ROOT/tests/$1" "${@:2}" || fail "$*"; }
files() { "$WEIR" files -o "$WORK/out" --format ndjson >"$WORK/files.ndjson"; }

strict_up versitygw
count=$(keys strict/s3_keys.py "$WORK")
mkdir "$WORK/here"
cd "$WORK/here"
run_weir "$WORK/out" -j 2 s3://naughty
files
keys aws/run_keys.py files "$WORK" "$WORK/files.ndjson"
# the log has keys as they are, line ends too, before the path
fetched=$(grep -cE '/naughty/[^ ?]+ 200 .* weir/' "$WORK/access.log")
[ "$fetched" = "$count" ] || fail "$fetched objects fetched, and there are $count"
xargs -0 "$WEIR" retry --quiet -o "$WORK/out" <"$WORK/again" >"$WORK/retry.stdout" 2>&1 || true # 1 becomes 123
files
keys aws/run_keys.py again "$WORK" "$WORK/files.ndjson"
[ -z "$(ls -A)" ] || fail "a key became a file"
promise strict "versitygw: awkward keys told exactly, fetched once, found again" "$count"
