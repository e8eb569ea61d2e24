#!/usr/bin/env bash
# run_keys.sh: 600 awkward keys (run_keys.py): each is told exactly, fetched once, can be named again to show, explain
# and retry, and never becomes a path of this machine.
set -euo pipefail
source "$(dirname "$0")/../support/aws.bash"
keys() { PYTHONPATH=$SUPPORT "$AWS_PYTHON" "$ROOT/tests/aws/run_keys.py" "$@" || fail "run_keys.py $*"; }
fetched() { gate_log '^GET ' | keys fetched "$WORK" "$1"; }
uris() { tr -cd '\0' <"$WORK/$1" | wc -c; }
files() { "$WEIR" files -o "$WORK/out" --format ndjson >"$WORK/files.ndjson"; }

aws_up
count=$(keys make "$WORK")
# what is in this folder would be found, were a key a path
mkdir -p "$WORK/here/inner" "$WORK/here/a"
cd "$WORK/here"
echo "not,a,table,of,the,bucket" | tee decoy.csv inner/decoy.csv a/b >README
find . | LC_ALL=C sort >"$WORK/here.before"

run_weir "$WORK/out" -j 2 s3://naughty
fetched all
files
keys files "$WORK" "$WORK/files.ndjson"

gate_forget
xargs -0 "$WEIR" retry --quiet -o "$WORK/out" <"$WORK/again" >"$WORK/retry.stdout" 2>&1 || true # 1 becomes 123
files
keys again "$WORK" "$WORK/files.ndjson"

gate_forget
xargs -0 "$WEIR" show <"$WORK/all" >"$WORK/show.stdout" 2>&1 || true
fetched all
[ "$(grep -c ' t(row) ;' "$WORK/show.stdout")" = $((count - $(uris bad))) ] || fail "show does not show all"

gate_forget
xargs -0 "$WEIR" explain -o "$WORK/out" <"$WORK/third" >"$WORK/explain.stdout" 2>&1 ||
  fail "explain: $(tail -n 1 "$WORK/explain.stdout")"
fetched third
[ "$(grep -cE '^ledger +state: (done|failed)$' "$WORK/explain.stdout")" = "$(uris third)" ] ||
  fail "explain does not know all"

for key in nobody /nobody nobody/ nobody//x; do
  rc=0
  "$WEIR" show "s3://naughty/$key" >"$WORK/nobody.stdout" 2>"$WORK/nobody.stderr" || rc=$?
  [ "$rc" = 2 ] && [ "$(cat "$WORK/nobody.stderr")" = "weir: s3://naughty/$key: there is no such object" ] ||
    fail "show of $key, which is not there, ended with $rc: $(cat "$WORK/nobody.stderr")"
done

if command -v strace >/dev/null && strace -f -o /dev/null true 2>/dev/null && ! sanitized; then
  strace -f -qq -s 4096 -e trace=%file -o "$WORK/trace" "$WEIR" run --quiet -j 2 -o "$WORK/traced" s3://naughty \
    >"$WORK/traced.stdout" 2>&1 || [ $? = 1 ] || fail "under strace: $(tail -n 1 "$WORK/traced.stdout")"
  keys paths "$WORK/trace"
fi
find . | LC_ALL=C sort | cmp - "$WORK/here.before" || fail "a key became a file"
promise P5 "awkward keys told exactly, fetched once, found again" "$count"
