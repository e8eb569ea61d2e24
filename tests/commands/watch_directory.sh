#!/usr/bin/env bash
# watch_directory.sh: weir watch DIR while files come in slowly, all at once, and while it is killed: what it leaves is
# what a run leaves over the same files.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
SEED=${SEED:-$RANDOM}
echo "SEED=$SEED"
RANDOM=$SEED
data=$WORK/data out=$WORK/out PID=
trap 'rc=$?; [ -z "$PID" ] || kill -9 "$PID" 2>/dev/null || true; finish $rc' EXIT

# watch ARGUMENT...: in the background; its process id in $PID.
watch() {
  "$WEIR" watch -j 2 -o "$out" "$@" >"$WORK/watch.stdout" 2>"$WORK/watch.stderr" &
  PID=$!
}

# until_true WHAT COMMAND...: asks again and again, not for ever.
until_true() {
  local what=$1 end=$((SECONDS + 60))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || { cat "$WORK/watch.stderr"; fail "$what: not after a minute"; }
    kill -0 "$PID" 2>/dev/null || { cat "$WORK/watch.stderr"; fail "$what: the watch has ended"; }
    sleep 0.1
  done
}

settled() { # COUNT: so many files have an outcome
  [ -s "$out/ledger.db" ] || return 1
  [ "$("$WEIR" files -o "$out" --format csv --where 'unit="" and state!=waiting' 2>/dev/null | wc -l)" = $(($1 + 1)) ]
}

files_below() { find "$1" -type f | wc -l; }

stop() { # CODE: it ends with this one
  local rc=0
  kill -TERM "$PID"
  wait "$PID" || rc=$?
  PID=
  [ "$rc" = "$1" ] || { cat "$WORK/watch.stderr"; fail "ended with $rc, not $1"; }
}

# as_a_run WHAT [SED]: the tables are those of a run over the same files.
as_a_run() {
  local table
  rm -rf "$WORK/run"
  run_weir "$WORK/run" "$data"
  tables "$out" "$WORK/said"
  tables "$WORK/run" "$WORK/truth"
  for table in results files; do
    cmp -s <(sed -E "${2:-}" "$WORK/truth/$table.ndjson") <(sed -E "${2:-}" "$WORK/said/$table.ndjson") && continue
    diff "$WORK/truth/$table.ndjson" "$WORK/said/$table.ndjson" | cut -c1-400 | head -n 6
    fail "$1: other $table"
  done
}

# ---- three ways to write, at the same time
mkdir -p "$data"
mkdir "$data/before"
cp "$ROOT"/test_data/met/* "$data/before"
watch --settle 0.5s "$data"

copied() { cp -r "$ROOT/test_data" "$data/copied"; }
renamed() { # as rsync does
  local from to
  (cd "$ROOT/test_data" && find . -type f -print0) | while IFS= read -r -d '' from; do
    to=$data/renamed/$from
    mkdir -p "${to%/*}"
    cp "$ROOT/test_data/$from" "${to%/*}/.${to##*/}.a1B2c3"
    mv "${to%/*}/.${to##*/}.a1B2c3" "$to"
  done
}
in_pieces() { # some held open, some opened again for each piece
  python3 - "$ROOT/test_data" "$data/pieces" <<'PYTHON'
import os, sys, time
source, target = sys.argv[1:]
files = sorted(os.path.join(where, name) for where, _, names in os.walk(source) for name in names)
for n, path in enumerate(files):
    to = os.path.join(target, os.path.relpath(path, source))
    os.makedirs(os.path.dirname(to), exist_ok=True)
    content = open(path, "rb").read()
    cuts = [len(content) * i // 4 for i in range(5)]
    if n % 2:
        for begin, end in zip(cuts, cuts[1:]):
            with open(to, "ab") as out:
                out.write(content[begin:end])
            time.sleep(0.01)
    else:
        with open(to, "wb", buffering=0) as out:
            for begin, end in zip(cuts, cuts[1:]):
                out.write(content[begin:end])
                time.sleep(0.8 if n == 0 else 0.01)  # once longer than it takes to settle
PYTHON
}
copied & jobs=($!)
renamed & jobs+=($!)
in_pieces & jobs+=($!)
for job in "${jobs[@]}"; do wait "$job"; done
until_true "everything that was written" settled "$(files_below "$data")"
stop 1 # there are damaged files among them
grep -q 'failed' "$WORK/watch.stderr" || fail "no summary"
as_a_run "slow writers"
promise WATCH "files that come in slowly: the same tables as a run's, byte for byte" "$(files_below "$data")"

# nothing, and it is no fault; stopped in the middle: 75, and the next one goes on
rm -rf "$data" "$out"
mkdir -p "$data"
watch "$data"
until_true "a ledger" test -s "$out/ledger.db"
stop 0
"$GENERATE" many "$data/some" 400 mixed
watch "$data"
until_true "a file" test -s "$out/ledger.db"
until_true "the first files" eval '[ "$("$WEIR" files -o "$out" --format csv | wc -l)" -gt 20 ]'
stop 75
watch "$data"
until_true "the others" settled 400
stop 0
rm -rf "$data" "$out"
mkdir -p "$data"

# ---- 5,000 at once, and killed meanwhile
many=5000
sanitized && many=1000
"$GENERATE" many "$WORK/many" "$many" mixed
total=$(files_below "$WORK/many")
watch --settle 0.1s "$data"
cp -r "$WORK/many" "$data/many" &
copy=$!
kills=${KILLS:-5}
for ((i = 0; i < kills; i++)); do
  sleep "0.$(printf %03d $((RANDOM % 500)))"
  kill -9 "$PID"
  wait "$PID" 2>/dev/null || true
  watch --settle 0.1s "$data"
done
wait "$copy"
until_true "all $many files" settled "$total"
kill -TERM "$PID"
rc=0
wait "$PID" || rc=$?
PID=
[ "$rc" -le 1 ] || { cat "$WORK/watch.stderr"; fail "after kills, SEED=$SEED: ended with $rc"; }
as_a_run "killed $kills times, SEED=$SEED" 's/"attempts":[0-9]+//'
run_weir "$out" "$data"
promise WATCH "killed while files come in: nothing lost, doubled or half read" "$kills"

# ---- a sidecar says when
rm -rf "$data" "$out"
mkdir -p "$data"
watch --settle 0.1s --sidecar .done "$data"
printf 'time,t\n2020-01-01T00:00:00Z,1\n' >"$data/a.csv"
printf 'time,t\n2020-01-01T00:00:00Z,2\n' >"$data/b.csv"
touch "$data/b.csv.done"
until_true "the one with a sidecar" settled 2
"$WEIR" files -o "$out" --format csv --where 'uri~*a.csv' | grep -q csv, && fail "a.csv was read without its sidecar"
"$WEIR" files -o "$out" --format csv --where 'uri~*.done' | grep -q ignored || fail "the sidecar is no data"
stop 0

# ---- refused by name
refused() {
  local rc=0 text=$1
  shift
  "$WEIR" watch -o "$WORK/none" "$@" >"$WORK/refused" 2>&1 || rc=$?
  [ "$rc" = 2 ] && grep -qF -- "$text" "$WORK/refused" || { cat "$WORK/refused"; fail "watch $*: $rc"; }
}
refused 'for run and plan' --since 7d "$data"
refused 'name a directory'
refused '--queue' "$data" s3://bucket/prefix
refused 'no directory' "$data/a.csv"
refused 'missing' "$data/missing"
refused '--sidecar' --sidecar a/b "$data"
