#!/usr/bin/env bash
# exit_codes.sh: every exit code of the contract, and an error that says what to do.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
data=$WORK/data out=$WORK/out
mkdir -p "$data/good" "$data/bad" "$data/nothing"
printf 'time,temp\n2020-01-01T00:00:00Z,1.5\n2020-01-01T00:01:00Z,2.5\n' >"$data/good/a.csv"
printf 'CDF\x01\x00\x00' >"$data/bad/cut.nc"
printf '# about this data\n' >"$data/nothing/README.md"

# expect CODE TEXT ARGUMENT...: weir ends with CODE and says TEXT on stdout or stderr.
expect() {
  local code=$1 text=$2 rc=0
  shift 2
  "$WEIR" "$@" >"$WORK/said" 2>&1 || rc=$?
  [ "$rc" = "$code" ] || { cat "$WORK/said" >&2; fail "weir $* ended with $rc, not $code"; }
  grep -qF -- "$text" "$WORK/said" || { cat "$WORK/said" >&2; fail "weir $* did not say: $text"; }
}

expect 0 '1 done' run -o "$out" "$data/good"
expect 0 'done before' run -o "$out" "$data/good"
expect 1 'truncated' run -o "$out" "$data"
expect 1 'failed before' run -o "$out" "$data"
expect 2 'did you mean --jobs' run --job 2 "$data"
expect 2 'did you mean run' rum "$data"
expect 2 'nope' run -o "$out" "$WORK/nope"
expect 2 'timeout' run --timeout never "$data"
expect 2 'name a directory' run
expect 3 'ignored by rule' run -o "$WORK/out3" "$data/nothing"
expect 3 '1 ignored by rule' run -o "$WORK/out3" "$data/nothing"
expect 2 'ledger' files -o "$WORK/never"
expect 2 'state' files -o "$out" --where 'stat=done'
expect 0 'Usage: weir run' run --help
expect 0 'Commands:' help
expect 0 'weir ' version
printf 'runn: {}\n' >"$WORK/bad.yaml"
expect 2 "$WORK/bad.yaml:1:1" check "$WORK/bad.yaml"
expect 2 'did you mean' check "$WORK/bad.yaml"
printf 'run: {jobs: 1}\n' >"$WORK/good.yaml"
expect 0 'is good' check "$WORK/good.yaml"
printf 'not a ledger, but long enough to be looked at as one: %s' "$(seq 200)" >"$WORK/ledger.db"
mkdir "$WORK/foreign" && mv "$WORK/ledger.db" "$WORK/foreign/ledger.db"
sum=$(cksum <"$WORK/foreign/ledger.db")
expect 2 'foreign' run -o "$WORK/foreign" "$data/good"
[ "$sum" = "$(cksum <"$WORK/foreign/ledger.db")" ] || fail "a foreign file was touched"
