#!/usr/bin/env bash
# run_open_data.sh: real files in a bucket give the tables that they give in a directory, byte for byte once the
# root in their URIs is replaced; a second run has nothing to do.
set -euo pipefail
source "$(dirname "$0")/../support/aws.bash"
data=$ROOT/../shared/data/open
[ -d "$data" ] || skip "no real files at ../shared/data/open"
aws_up
s3_make lake
s3_tree lake "raw/open/" "$data" >/dev/null
run_weir "$WORK/local" -j 2 "$data"
tables "$WORK/local" "$WORK/said-local"
run_weir "$WORK/remote" -j 2 s3://lake/raw/open/
tables "$WORK/remote" "$WORK/said-remote"
real=$(realpath "$data")
for table in results files; do
  sed "s#\"uri\":\"$real/#\"uri\":\"s3://lake/raw/open/#" "$WORK/said-local/$table.ndjson" | LC_ALL=C sort >"$WORK/expected"
  LC_ALL=C sort "$WORK/said-remote/$table.ndjson" >"$WORK/found"
  cmp "$WORK/expected" "$WORK/found" || { diff "$WORK/expected" "$WORK/found" | head -c 3000; fail "$table of the bucket"; }
done
calls=$(gate_count '^GET .* 20[06]$')
run_weir "$WORK/remote" -j 2 s3://lake/raw/open/
[ "$(gate_count "^GET .* 20[06]\$")" -le $((calls + 2)) ] || fail "a second run fetches again"
promise P5 "objects of a bucket: the same tables as files, in so many GETs" "$calls"
