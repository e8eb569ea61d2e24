#!/usr/bin/env bash
# run_outputs_ways.sh: outputs of shards, which `weir merge` does not write again, of `weir retry` and of `weir watch`;
# what is written beside the files that are read is not read.
set -euo pipefail
source "$(dirname "$0")/../support/outputs.bash"
outputs_up 8

# two shards write what one run would; their ledgers, merged, are of the same outputs
for shard in 1 2; do
  run_ends "0 1" "$WORK/shard-$shard" --shard $shard/2 s3://lake/
done
gate_forget
"$WEIR" merge -o "$WORK/merged" "$WORK/shard-1" "$WORK/shard-2" 2>"$WORK/merged.stderr" || fail "weir merge"
[ "$(gate_count .)" = 0 ] || fail "weir merge asks AWS"
outputs_ask "$WORK/merged" same tables
[ "${ANSWERS##*$'\n'}" = 8 ] || fail "shards: $ANSWERS"

# a table that could not be read and can be now: nobody but `weir retry` would read it again
failed=$("$WEIR" files -o "$WORK/merged" --where 'state = failed' --format ndjson | grep -c .)
gate_fault '{"match": "^GET /lake/small/table_5", "error": "InvalidObjectState", "status": 403, "times": -1}'
run_ends 1 "$WORK/once" s3://lake/small/
gate_no_faults
outputs_python "$WORK/once" "$WORK/local" empty=r/lake/small/table_5.csv.ndjson >"$WORK/none" || fail "not emptied: table_5"
RC=0
"$WEIR" retry --quiet -o "$WORK/once" 2>"$WORK/once.stderr" || RC=$?
[ "$RC" = 0 ] || fail "weir retry ended with $RC"
outputs_ask "$WORK/once" tables
[ "$ANSWERS" = 8 ] && [ "$failed" -gt 0 ] || fail "after weir retry: $ANSWERS"
outputs_ask "$WORK/merged" forget

# a directory that is watched, with outputs in it and beside it in the bucket; and a bucket that holds its own
mkdir "$WORK/tree"
cp "$WORK/small/"table_[12].csv "$WORK/tree"
cat >"$WORK/tree/weir.yaml" <<'YAML'
outputs:
  - to: s3://out/r/
  - to: "written [1]*"
  - to: .
    what: files
    key: "{stem}.said"
YAML
export WEIR_CONFIG=$WORK/tree/weir.yaml
"$WEIR" watch --quiet -o "$WORK/watch" "$WORK/tree" 2>"$WORK/watch.stderr" &
watcher=$!
object="written [1]*/local"$WORK/tree/table_
comes() {
  local i
  for ((i = 0; i < 150; i++)); do
    [ ! -e "$WORK/tree/$1" ] || return 0
    sleep 0.1
  done
  cat "$WORK/watch.stderr" >&2
  fail "$1 does not come"
}
comes "${object}1.csv.ndjson"
cp "$WORK/small/table_3.csv" "$WORK/tree"
comes "${object}3.csv.ndjson"
comes table_3.said
sleep 1
kill "$watcher"
rc=0
wait "$watcher" || rc=$? # 75: the newest outputs may not have been listed yet
[ $rc = 0 ] || [ $rc = 75 ] || fail "weir watch ended with $rc"
find "$WORK/tree" -type f -printf '%P\n' | LC_ALL=C sort >"$WORK/found"
printf '%s\n' table_{1,2,3}.{csv,said} weir.yaml weir.said "${object}"{1,2,3}.csv.ndjson | LC_ALL=C sort | diff - "$WORK/found" ||
  fail "other files than those"
for i in 1 2 3; do
  "$WEIR" results -o "$WORK/watch" --format ndjson --where "uri = $WORK/tree/table_$i.csv" | cmp - "$WORK/tree/$object$i.csv.ndjson" || fail "table_$i"
  s3 get out "r/local$WORK/tree/table_$i.csv.ndjson" | cmp - "$WORK/tree/$object$i.csv.ndjson" || fail "table_$i in the bucket"
done
for i in 1 2; do
  run_ends "3" "$WORK/own" s3://out/
  "$WEIR" files -o "$WORK/own" --format ndjson | grep -v '"state":"ignored"' && fail "outputs are read"
done
exit 0
