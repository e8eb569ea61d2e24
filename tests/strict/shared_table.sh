#!/usr/bin/env bash
# shared_table.sh: the shared table on DynamoDB Local, which has the transactions of DynamoDB: objects on versitygw are
# read into it by one weir and by two at the same time; what it says is byte for byte what a ledger of its own says.
set -euo pipefail
source "$(dirname "$0")/../support/bucket_runs.bash"
source "$(dirname "$0")/../support/strict.bash"
strict_up versitygw dynamodb_local
s3_make lake
s3_tree lake "" "$ROOT/test_data" >/dev/null
run_weir "$WORK/alone" -j 2 s3://lake
tables "$WORK/alone" "$WORK/alone.said"

# from_table NAME FOLDER: what `weir TABLE --from dynamodb:NAME` says
from_table() {
  mkdir -p "$2"
  for table in results files failures; do
    "$WEIR" "$table" --from "dynamodb:$1" --format ndjson >"$2/$table.ndjson" || fail "weir $table --from dynamodb:$1"
  done
}
# same FOLDER WHAT: but for times, and how often a file was tried
same() {
  local table
  for table in results files failures; do
    for of in alone.said "$1"; do sed -E -e 's/"time":"[^"]*"//' "$WORK/$of/$table.ndjson" >"$WORK/${of/\//.}.$table"; done
    cmp "$WORK/alone.said.$table" "$WORK/$1.$table" || { diff "$WORK/alone.said.$table" "$WORK/$1.$table" | cut -c1-500 | head -n 6; fail "$2: other $table"; }
  done
}

"$WEIR" tables create dynamodb:runs >"$WORK/create" 2>&1 || fail "tables create: $(cat "$WORK/create")"
run_weir "$WORK/one" -j 2 --store dynamodb:runs s3://lake
from_table runs "$WORK/from-one"
same from-one "the table after a run"
[ "$(PYTHONPATH=$SUPPORT "$AWS_PYTHON" -c '
import s3
client = s3.client("dynamodb")
print(sum(page["Count"] for page in client.get_paginator("scan").paginate(TableName="runs", FilterExpression="sk = :s",
                                                                          ExpressionAttributeValues={":s": {"S": "#*"}})))')" = \
  "$(sed -nE 's/^\{"uri":"([^"]*)","unit":"".*/\1/p' "$WORK/alone.said/files.ndjson" | sort -u | wc -l)" ] || fail "boto3 finds other files in the table"
# another weir, with an empty ledger: everything is known
before=$(grep -c s3_GetObject "$WORK/access.log")
run_weir "$WORK/other" -j 2 --store dynamodb:runs s3://lake
[ "$(grep -c s3_GetObject "$WORK/access.log")" = "$before" ] || fail "what the table knows is fetched again"
tables "$WORK/other" "$WORK/other.said"
same other.said "the ledger of a weir that came later"

# two at the same time
"$WEIR" tables create dynamodb:both >"$WORK/create" 2>&1 || fail "tables create: $(cat "$WORK/create")"
run_begins "$WORK/first" --store dynamodb:both s3://lake
run_weir "$WORK/second" -j 2 --store dynamodb:both s3://lake
run_over "0 1" "$WORK/first"
from_table both "$WORK/from-both"
same from-both "the table after two runs at the same time"
promise strict "dynamodb_local: the shared table says what a ledger says" 4

# numbers that DynamoDB does not have, many long names
python3 -c '
print("time,a,b," + ",".join(f"column {i} " + "x" * 150 for i in range(300)))
for i in range(3): print(f"2024-06-03T00:00:0{i}Z,1e300,{i}e-200," + ",".join(["1"] * 300))' >"$WORK/wide.csv"
s3_make wide
s3_put wide wide.csv "$WORK/wide.csv"
run_weir "$WORK/wide" s3://wide
tables "$WORK/wide" "$WORK/alone.said"
"$WEIR" tables create dynamodb:wide >"$WORK/create" 2>&1
run_weir "$WORK/wide-one" --store dynamodb:wide s3://wide
from_table wide "$WORK/from-wide"
same from-wide "a table of many columns"
promise strict "dynamodb_local: numbers out of range, long names" 1
