#!/usr/bin/env bash
# check_checker.sh: tests/reliability/checker.py sees each kind of loss, doubling and leftover.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wrong=0

file() { printf '{"uri":"%s","unit":"","state":"%s","code":%s,"attempts":%s}\n' "$work/data/$1" "$2" "$3" "$4"; }
failure() { printf '{"uri":"%s","unit":"","class":"%s","code":"%s","time":"%s","attempts":1}\n' "$work/data/$1" "$2" "$3" "$4"; }

# fresh: a sound ending of two good files and one broken one, which took another number of attempts
fresh() {
  rm -rf "${work:?}"/*
  mkdir -p "$work"/{out,data,truth,said}
  touch "$work"/data/{a,b,c}
  python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("CREATE TABLE t(x)")' "$work/out/ledger.db"
  for side in truth said; do
    echo '{"uri":"a","unit":"","variable":"t","mean":1.5}' >"$work/$side/results.ndjson"
    { file a done null 1; file b done null 1; file c failed '"truncated"' $([ $side = said ] && echo 3 || echo 1); } >"$work/$side/files.ndjson"
    failure c data truncated "2024-06-01T00:00:0$((RANDOM % 10))Z" >"$work/$side/failures.ndjson"
  done
}

# expect 0|1 WHAT COMMAND...
expect() {
  local want=$1 what=$2 rc=0
  shift 2
  python3 -B tests/reliability/checker.py "$@" >"$work/log" 2>&1 || rc=$?
  if [ "$rc" != "$want" ] || { [ "$rc" = 1 ] && grep -q Traceback "$work/log"; }; then
    echo "$what: exit $rc, expected $want"
    cat "$work/log"
    wrong=1
  fi
}
end=("end" "$work/out" "$work/said" "$work/truth" "$work/data")

fresh
expect 0 "a sound ending" "${end[@]}"
expect 0 "nobody blamed" blame "$work/said" "$work/truth"
fresh && sed -i 2d "$work/said/files.ndjson"
expect 1 "a lost file" "${end[@]}"
fresh && cp "$work/said/files.ndjson" "$work/truth/" && sed -i 2p "$work/said/files.ndjson"
expect 1 "a doubled file" "${end[@]}"
fresh && sed -i p "$work/said/results.ndjson"
expect 1 "a doubled result" "${end[@]}"
fresh && sed -i s/1.5/1.25/ "$work/said/results.ndjson"
expect 1 "another number" "${end[@]}"
fresh && : >"$work/said/failures.ndjson"
expect 1 "a lost failure" "${end[@]}"
fresh && failure c crash forbidden x >>"$work/said/failures.ndjson"
expect 0 "an attempt that strace spoilt, of a file that fails in any case" "${end[@]}"
fresh && failure a crash forbidden x >>"$work/said/failures.ndjson"
expect 1 "the same, left behind for a good file" "${end[@]}"
fresh && failure c crash crash x >>"$work/said/failures.ndjson"
expect 1 "one failure more" "${end[@]}"
fresh && sed -i 's/"state":"done"/"state":"waiting"/' "$work"/{said,truth}/files.ndjson
expect 1 "a file that still waits" "${end[@]}"
fresh && touch "$work/data/new"
expect 1 "a file nobody listed" "${end[@]}"
fresh && touch "$work/out/result.tmp"
expect 1 "a leftover" "${end[@]}"
fresh && head -c 3000 /dev/zero | tr '\0' x | dd of="$work/out/ledger.db" bs=1 seek=40 conv=notrunc status=none
python3 -B tests/reliability/checker.py "${end[@]}" >/dev/null 2>&1 && { echo "a torn ledger passes"; wrong=1; }
fresh && sed -i '1s/"done","code":null/"failed","code":"io"/' "$work/said/files.ndjson"
failure a world io x >>"$work/said/failures.ndjson"
expect 0 "failed because of the world" blame "$work/said" "$work/truth"
sed -i 's/"world"/"data"/' "$work/said/failures.ndjson"
expect 1 "blamed for the world" blame "$work/said" "$work/truth"
exit $wrong
