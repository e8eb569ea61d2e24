#!/usr/bin/env bash
# life_of_a_file.sh: skipped when done, read again when changed, forced, retried, repaired, forgotten.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
data=$WORK/data out=$WORK/out
mkdir -p "$data"
table() { printf 'time,temp\n2020-01-01T00:00:00Z,%s\n2020-01-01T00:01:00Z,%s\n' "$1" "$2"; }
# said FIELD TABLE WHERE: one field of the only row
said() {
  "$WEIR" "$2" -o "$out" --format ndjson --where "$3" |
    python3 -c 'import json,sys; rows=[json.loads(l) for l in sys.stdin]; assert len(rows)==1, rows; print(rows[0][sys.argv[1]])' "$1"
}
is() { [ "$1" = "$2" ] || fail "$3: is $1, expected $2"; }
count() { "$WEIR" "$1" -o "$out" --format ndjson | wc -l; }

table 1.5 2.5 >"$data/a.csv"
printf 'CDF\x01\x00\x00' >"$data/b.nc"
run_weir "$out" "$data"
is "$(said mean results 'variable=temp')" 2 "the mean"
is "$(said attempts files 'uri~*a.csv')" 1 "attempts of a good file"
is "$(count failures)" 1 "failures"

run_weir "$out" "$data"
is "$(said attempts files 'uri~*a.csv')" 1 "attempts after a second run"
is "$(said attempts files 'uri~*b.nc')" 1 "attempts of a file set aside"

run_weir "$out" --force "$data"
is "$(said attempts files 'uri~*a.csv')" 2 "attempts after --force"

sleep 0.01
table 3.5 4.5 >"$data/a.csv"
run_weir "$out" "$data"
is "$(said mean results 'variable=temp')" 4 "the mean of the changed file"

# the broken file is repaired in place: retry reads it, the failures are cleared but kept
table 7 9 >"$data/b.nc"
rc=0
"$WEIR" retry -q -o "$out" || rc=$?
is "$rc" 0 "retry of a repaired file"
is "$(said state files 'uri~*b.nc')" done "state after the repair"
is "$(count failures)" 0 "failures after the repair"
[ "$("$WEIR" failures --all -o "$out" --format ndjson | wc -l)" -ge 2 ] || fail "--all must keep the cleared ones"

# other options for the same file: read again
printf 'statistics: {quantiles: false}\n' >"$WORK/weir.yaml"
run_weir "$out" -c "$WORK/weir.yaml" "$data"
is "$(said p50 results 'variable=temp and uri~*a.csv')" None "no quantiles when switched off"

# OUT inside the data is never taken for input
"$WEIR" run -q -o "$data/out" "$data"
[ "$("$WEIR" files -o "$data/out" --format ndjson | wc -l)" = 2 ] || fail "OUT was read as input"

# plan writes nothing
before=$(sha256sum "$out/ledger.db")
"$WEIR" plan -o "$out" "$data" >"$WORK/plan"
grep -q 'nothing was written' "$WORK/plan" || fail "plan"
"$WEIR" plan -o "$WORK/none" "$data" >/dev/null
[ ! -e "$WORK/none" ] || fail "plan made a folder"
[ "$before" = "$(sha256sum "$out/ledger.db")" ] || fail "plan changed the ledger"

# export: whole files, the same rows as the commands print
"$WEIR" export results -o "$out" --format ndjson --to "$WORK/r.ndjson" 2>/dev/null
"$WEIR" results -o "$out" --format ndjson | cmp - "$WORK/r.ndjson"
"$WEIR" export files -o "$out" --to "$WORK/f.csv" 2>/dev/null
python3 -c 'import csv,sys; assert len(list(csv.DictReader(open(sys.argv[1]))))==2' "$WORK/f.csv"

# show and explain speak of every format
"$WEIR" show "$data/a.csv" | grep -q 'temp' || fail "show"
"$WEIR" explain -o "$out" "$data/a.csv" >"$WORK/explain"
for word in 'probes' 'csv' 'separator' 'pipeline' 'done'; do
  grep -q "$word" "$WORK/explain" || { cat "$WORK/explain" >&2; fail "explain says nothing of $word"; }
done
