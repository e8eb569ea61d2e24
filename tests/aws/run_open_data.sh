#!/usr/bin/env bash
# run_open_data.sh: real files in a bucket give the tables that they give in a directory, byte for byte once the
# root in their URIs is replaced, in the ledger and in DynamoDB; a second run has nothing to do, on another machine either.
set -euo pipefail
source "$(dirname "$0")/../support/aws.bash"
data=$ROOT/../shared/data/open
[ -d "$data" ] || skip "no real files at ../shared/data/open"
aws_up
s3_make lake
s3_tree lake "raw/open/" "$data" >/dev/null
run_weir "$WORK/local" -j 2 "$data"
tables "$WORK/local" "$WORK/said-local"
store=dynamodb:weir
"$WEIR" tables create $store 2>"$WORK/stderr" || fail "$(cat "$WORK/stderr")"
run_weir "$WORK/remote" -j 2 --store $store s3://lake/raw/open/
tables "$WORK/remote" "$WORK/said-remote"
mkdir "$WORK/said-store"
for table in results files; do
  "$WEIR" $table --from $store --format ndjson >"$WORK/said-store/$table.ndjson" || fail "weir $table --from $store"
done
real=$(realpath "$data")
for table in results files; do
  sed "s#\"uri\":\"$real/#\"uri\":\"s3://lake/raw/open/#" "$WORK/said-local/$table.ndjson" | LC_ALL=C sort >"$WORK/expected"
  LC_ALL=C sort "$WORK/said-remote/$table.ndjson" >"$WORK/found"
  cmp "$WORK/expected" "$WORK/found" || { diff "$WORK/expected" "$WORK/found" | head -c 3000; fail "$table of the bucket"; }
  cmp "$WORK/said-remote/$table.ndjson" "$WORK/said-store/$table.ndjson" || fail "$table in DynamoDB"
done
calls=$(gate_count '^GET .* 20[06]$')
run_weir "$WORK/remote" -j 2 --store $store s3://lake/raw/open/
run_weir "$WORK/another" -j 2 --store $store s3://lake/raw/open/
[ "$(gate_count "^GET .* 20[06]\$")" -le $((calls + 4)) ] || fail "a second run fetches again"
tables "$WORK/another" "$WORK/said-another"
for table in results files failures; do
  cmp "$WORK/said-remote/$table.ndjson" "$WORK/said-another/$table.ndjson" || fail "$table on another machine"
done
promise P5 "objects of a bucket: the same tables as files, also in DynamoDB, in so many GETs" "$calls"
