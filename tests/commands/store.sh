#!/usr/bin/env bash
# store.sh: what cannot be written or read is told, with the exit code that a scheduler acts on; nothing
# is ever lost in silence on standard output.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
data=$WORK/data out=$WORK/out
mkdir -p "$data"
printf 'time,temp\n2020-01-01T00:00:00Z,1.5\n2020-01-01T00:01:00Z,2.5\n' >"$data/a.csv"
printf 'CDF\x01\x00\x00' >"$data/cut.nc"
run_weir "$out" "$data"

# expect CODE TEXT ARGUMENT...: weir ends with CODE and says TEXT on stderr.
expect() {
  local code=$1 text=$2 rc=0
  shift 2
  "$WEIR" "$@" >"$WORK/stdout" 2>"$WORK/said" || rc=$?
  [ "$rc" = "$code" ] || { cat "$WORK/said" >&2; fail "weir $* ended with $rc, not $code"; }
  [ -z "$text" ] || grep -qF -- "$text" "$WORK/said" || { cat "$WORK/said" >&2; fail "weir $* did not say: $text"; }
}

# standard output that is full: every command says so, once, and ends with 5
for words in results 'files --format csv' 'failures --format json' "plan $data" "show $data/a.csv" "explain $data/a.csv" \
  help 'run --help' manual 'completion bash' doctor version "run --json $data"; do
  rc=0
  # shellcheck disable=SC2086 # several words
  WEIR_OUT=$out "$WEIR" $words >/dev/full 2>"$WORK/said" || rc=$?
  [ "$rc" = 5 ] || fail "weir $words >/dev/full ended with $rc"
  [ "$(grep -c 'No space left on device' "$WORK/said")" = 1 ] || { cat "$WORK/said" >&2; fail "weir $words >/dev/full"; }
done
"$WEIR" results -o "$out" --format ndjson | head -n 1 >/dev/null || fail "a reader that goes away is no error"

# another weir is at work: try again later, and its process is named
python3 - "$out/ledger.lock" >/dev/null 2>&1 <<'PY' &
import fcntl, os, struct, sys, time
fd = os.open(sys.argv[1], os.O_RDWR)
F_OFD_SETLK = 37
fcntl.fcntl(fd, F_OFD_SETLK, struct.pack("hhqqi", fcntl.F_WRLCK, 0, 0, 0, 0))
open(sys.argv[1] + ".held", "w").close()
time.sleep(20)
PY
holder=$!
until [ -e "$out/ledger.lock.held" ]; do sleep 0.02; done
expect 75 'in use by another weir (process ' run -o "$out" "$data"
expect 75 'in use by another weir (process ' retry -o "$out"
expect 0 '' files -o "$out"
kill "$holder"
wait "$holder" 2>/dev/null || true

# a store that is not available: 5; a folder that was never one of weir's: 2
expect 5 'Not a directory' run -o "$data/a.csv/out" "$data"
mkdir -p "$WORK/folder/ledger.db" "$WORK/damaged" "$WORK/newer"
expect 5 'Is a directory' run -o "$WORK/folder" "$data"
expect 5 'Is a directory' files -o "$WORK/folder"
cp "$out/ledger.db" "$WORK/damaged"
python3 - "$WORK/damaged/ledger.db" <<'PY'
import os, sys
with open(sys.argv[1], "r+b") as f:
    f.seek(4096)
    f.write(b"\xff" * (os.path.getsize(sys.argv[1]) - 4096))
PY
for words in "run $data" "plan $data" files retry "explain $data/a.csv" 'export files'; do
  # shellcheck disable=SC2086
  WEIR_OUT=$WORK/damaged expect 5 '' $words
  grep -q 'is damaged' "$WORK/said" "$WORK/stdout" || fail "$words does not say that the ledger is damaged"
done
cp "$out/ledger.db" "$WORK/newer"
python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute("PRAGMA user_version = 99")' "$WORK/newer/ledger.db"
for words in "run $data" "plan $data" files retry; do
  # shellcheck disable=SC2086
  WEIR_OUT=$WORK/newer expect 2 'newer weir' $words
done
expect 2 'no ledger' retry -o "$WORK/never"
[ ! -e "$WORK/never" ] || fail "retry made a folder"

# a question with an empty answer says that it was understood; only to people
expect 0 'no files for which that is true' files -o "$out" --where state=waiting
expect 0 '' files -o "$out" --where state=waiting --format csv
[ ! -s "$WORK/said" ] || fail "files --format csv talks"

# export: what a link leads to is replaced, a device is written and stays one
cd "$WORK"
ln -s real.csv link.csv
: >real.csv
expect 0 '2 rows written to link.csv' export files -o "$out" --to link.csv
[ -L link.csv ] || fail "export replaced the link"
[ "$(wc -l <real.csv)" = 3 ] || fail "export through a link: $(cat real.csv)"
expect 0 '1 row written' export failures -o "$out" --to /dev/stdout
grep -q truncated "$WORK/stdout" || fail "export --to /dev/stdout"
mkfifo pipe
cat pipe >piped &
reader=$!
expect 0 '2 rows written' export files -o "$out" --to pipe
wait "$reader"
cmp -s piped real.csv && [ -p pipe ] || fail "export into a FIFO"
expect 2 'is a directory' export files -o "$out" --to folder
expect 5 'none/x.csv cannot be made: No such file' export files -o "$out" --to none/x.csv
[ -z "$(find . -name '*.tmp-*')" ] || fail "export left a draft behind"
