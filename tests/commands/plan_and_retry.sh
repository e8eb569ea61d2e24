#!/usr/bin/env bash
# plan_and_retry.sh: what plan says is what run does, and retry reads exactly what it was asked for.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
data=$WORK/data out=$WORK/out
mkdir -p "$data/sub" "$WORK/empty"
for name in a b sub/c; do printf 'x,y\n1,2\n3,4\n' >"$data/$name.csv"; done
printf 'CDF\x01\x00\x00' >"$data/cut.nc"
printf 'CDF\x01\x00\x00' >"$data/sub/cut.nc"
printf 'no data\n' >"$data/README.md"

code 0 plan -o "$out" "$data"
says '5 to read (48 B), 0 to skip, 1 to ignore, 0 that would fail'
code 0 plan -o "$out" --limit 2 "$data"
[ "$(grep -cE '^(read|fail) ' "$WORK/said")" = 2 ] || fail "plan --limit 2: $(cat "$WORK/said")"
code 3 plan -o "$out" "$WORK/empty"
code 3 run -o "$out" "$WORK/empty"
code 1 run -o "$out" "$data"
says '3 done, 2 failed, 1 ignored by rule'
code 0 plan -o "$out" "$data"
says '0 to read (0 B), 5 to skip, 1 to ignore, 0 that would fail'

# a plan that is stopped says so
mkfifo "$WORK/names"
"$WEIR" plan -o "$out" - <"$WORK/names" >"$WORK/said" 2>"$WORK/err" &
pid=$!
exec 9>"$WORK/names"
printf '%s\n' "$data/a.csv" >&9
sleep 0.5
kill -TERM "$pid"
printf '%s\n' "$data/b.csv" >&9
exec 9>&-
rc=0
wait "$pid" || rc=$?
[ "$rc" = 75 ] || fail "a plan that was stopped ended with $rc"
says '(stopped)'

# retry: --include, --exclude and paths hold; what is gone is said, not read
code 1 retry -o "$out" --exclude 'sub/**'
says '1 failed'
code 1 retry -o "$out" --include 'sub/*'
says '1 failed'
code 3 retry -o "$out" --exclude '*.nc'
says 'nothing that was asked for has failed'
code 3 retry -o "$out" "$data/a.csv"
code 2 retry -o "$out" --where 'klass=data'
rm "$data/cut.nc"
code 1 retry -o "$out"
says '1 file that failed is not there any more'
rm "$data/sub/cut.nc"
code 3 retry -o "$out"
says 'what failed is not there any more'
code 2 doctor extra
says 'takes no operand'
