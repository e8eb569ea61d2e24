#!/usr/bin/env bash
# options.sh: what each option of `weir run` does, seen from outside.
set -euo pipefail
source "$(dirname "$0")/../support/scripts.bash"
data=$WORK/data
mkdir -p "$data/sub"
for name in a.csv b.csv c.dat sub/d.csv; do printf 'x,y\n1,2\n3,4\n' >"$data/$name"; done
rows() { "$WEIR" files -o "$1" --format ndjson | python3 -c '
import json, sys
for row in map(json.loads, sys.stdin):
    print(row["state"], row["uri"].rsplit("/", 1)[1])'; }
run() { "$WEIR" run -o "$WORK/$1" "${@:2}" >"$WORK/$1.stdout" 2>"$WORK/$1.stderr"; }
is() { [ "$1" = "$2" ] || fail "$3: $1, expected $2"; }

run all "$data"
is "$(rows "$WORK/all" | grep -c ^done)" 4 "everything"
run include --include '*.csv' "$data"
is "$(rows "$WORK/include" | wc -l)" 3 "only what --include matches is listed"
run exclude --exclude 'sub/**' --exclude c.dat "$data"
is "$(rows "$WORK/exclude" | grep -c ^done)" 2 "what --exclude leaves"
is "$(rows "$WORK/exclude" | grep -c ^ignored)" 2 "what --exclude names is listed as ignored"
run limit --limit 3 "$data"
is "$(rows "$WORK/limit" | wc -l)" 3 "--limit"
run limit --limit 3 "$data"
is "$(rows "$WORK/limit" | wc -l)" 4 "--limit counts what is read, not what is skipped"
run quiet -q "$data"
is "$(cat "$WORK/quiet.stdout" "$WORK/quiet.stderr")" "" "--quiet says nothing"
run json --json "$data"
python3 - "$WORK/json.stdout" <<'PY'
import json, sys
said = json.load(open(sys.argv[1]))
assert said["done"] == 4 and said["exit_code"] == 0 and said["failed"] == 0, said
PY
printf '%s\0' "$data/a.csv" "$data/c.dat" | "$WEIR" run -q -o "$WORK/stdin" -
is "$(rows "$WORK/stdin" | wc -l)" 2 "names on standard input"
printf '%s\n' "$data/b.csv" >"$WORK/list"
"$WEIR" run -q -o "$WORK/listed" "@$WORK/list"
is "$(rows "$WORK/listed")" "done b.csv" "names in a file"
"$WEIR" run -q -o "$WORK/glob" "$data/*.csv"
is "$(rows "$WORK/glob" | wc -l)" 2 "a pattern that the shell did not expand"

# the configuration: sources, rules, the command line wins
cat >"$WORK/weir.yaml" <<YAML
sources: [data]
run: {jobs: 1, exclude: [b.csv]}
rules:
  - {match: "*.dat", ignore: true}
  - {match: "d.csv", format: csv, options: {names_line: 0}}
YAML
"$WEIR" run -q -c "$WORK/weir.yaml" -o "$WORK/config" --exclude a.csv
is "$(rows "$WORK/config" | grep -c ^ignored)" 3 "ignored by exclude of the file, of the command line and by a rule"
"$WEIR" results -o "$WORK/config" --where 'uri~*d.csv' --format ndjson >"$WORK/d"
grep -q '"variable":"column_1"' "$WORK/d" || { cat "$WORK/d" >&2; fail "the rule's options did not reach the reader"; }

rc=0
"$WEIR" export files -o "$WORK/all" --all --to "$WORK/never" 2>"$WORK/said" || rc=$?
is "$rc" 2 "export files --all is a mistake"
grep -q -- '--all is for failures only' "$WORK/said" || fail "export files --all: $(cat "$WORK/said")"
"$WEIR" export failures -o "$WORK/all" --all --to "$WORK/failures.csv" 2>/dev/null
[ -s "$WORK/failures.csv" ] || fail "export failures --all writes the table"
