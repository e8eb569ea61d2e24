#!/usr/bin/env bash
# from_table.sh: weir tables create; and --from answers from the shared table what the ledger answers, byte for byte.
set -euo pipefail
source "$(dirname "$0")/../support/aws.bash"

# expect CODE PATTERN ARGUMENT...: how it ends, and what it says on stderr.
expect() {
  local code=$1 pattern=$2 rc=0
  shift 2
  "$WEIR" "$@" >"$WORK/stdout" 2>"$WORK/stderr" || rc=$?
  [ "$rc" = "$code" ] || fail "weir $*: $rc, not $code: $(cat "$WORK/stderr")"
  [ -z "$pattern" ] || grep -qE -- "$pattern" "$WORK/stderr" || fail "weir $*: not \"$pattern\" but: $(cat "$WORK/stderr")"
}

aws_up
run_weir "$WORK/out" "$ROOT/test_data"
expect 2 'no DynamoDB table weather .*`weir tables create dynamodb:weather`' results --from dynamodb:weather
expect 0 'dynamodb:weather is ready' tables create dynamodb:weather
expect 0 'dynamodb:weather is ready' tables create dynamodb:weather
expect 0 'no files' files --from dynamodb:weather
"$BUILD/tests/test_orchestrator_shared_table" --do send dynamodb:weather "$WORK/out"

asked=0
for format in table csv ndjson json; do
  for table in results files failures "failures --all" "results --where type=double"; do
    # shellcheck disable=SC2086
    "$WEIR" $table --format "$format" -o "$WORK/out" >"$WORK/wanted"
    # shellcheck disable=SC2086
    "$WEIR" $table --format "$format" --from dynamodb:weather >"$WORK/told" 2>"$WORK/stderr" ||
      fail "$table: $(cat "$WORK/stderr")"
    cmp "$WORK/wanted" "$WORK/told" || fail "weir $table --format $format"
    asked=$((asked + 1))
  done
done
"$WEIR" export results -o "$WORK/out" --to "$WORK/wanted.csv" 2>/dev/null
expect 0 'rows written' export results --from dynamodb:weather --to "$WORK/told.csv"
cmp "$WORK/wanted.csv" "$WORK/told.csv" || fail "export"
# which run it was only the ledger knows
without_runs() { sed -e '/^ *run: /d' -e 's/, run [0-9]*$//' "$1"; }
for file in "$ROOT/test_data/broken/cut_short.nc" "$ROOT/test_data/broken/unknown.bin"; do
  "$WEIR" explain -o "$WORK/out" "$file" >"$WORK/wanted"
  expect 0 '' explain --from dynamodb:weather "$file"
  diff <(without_runs "$WORK/wanted") "$WORK/stdout" || fail "explain $file"
done
grep -q '^ledger .*state' "$WORK/stdout" || fail "explain: $(cat "$WORK/stdout")"

# a row of one file is gone: the others are told, and that one is not
"$AWS_PYTHON" - "$SUPPORT" <<'PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
import s3
client = s3.client("dynamodb")
row = next(i for i in client.scan(TableName="weather")["Items"] if i["kind"]["S"] == "variable")
client.delete_item(TableName="weather", Key={"pk": row["pk"], "sk": row["sk"]})
PYTHON
expect 0 'dynamodb:weather: 1 file is left out' files --format ndjson --from dynamodb:weather
files=$("$WEIR" files --format ndjson -o "$WORK/out" --where 'unit = ""' | wc -l)
left=$("$WEIR" files --format ndjson --from dynamodb:weather --where 'unit = ""' 2>/dev/null | wc -l)
[ "$left" = $((files - 1)) ] || fail "$left of $files files"

expect 2 'which tables' tables
expect 2 'which tables' tables drop dynamodb:weather
expect 2 'dynamodb:NAME' tables create weather
expect 2 'dynamodb:NAME' results --from s3://weather
gate_fault '{"match": "DynamoDB_20120810.Scan", "error": "InternalServerError", "status": 500, "times": -1}'
export AWS_MAX_ATTEMPTS=2
expect 5 'not available' results --from dynamodb:weather
[ ! -s "$WORK/stdout" ] || fail "half of a table"
gate_no_faults
AWS_SECRET_ACCESS_KEY=wrong expect 2 'secret|signature|credentials' results --from dynamodb:weather
AWS_ENDPOINT_URL=http://127.0.0.1:1 expect 5 'connect' results --from dynamodb:weather
promise P4 "questions answered by the shared table as by the ledger" "$asked"
