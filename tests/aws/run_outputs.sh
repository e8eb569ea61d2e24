#!/usr/bin/env bash
# run_outputs.sh: runs over a bucket and a directory with a configuration that has outputs in a bucket and in a folder:
# their names and bytes are those that the documentation says (run_outputs.py); a second run touches nothing; what has
# changed is replaced; where one cannot be written that is one line, nobody is blamed, and the next run writes it.
set -euo pipefail
source "$(dirname "$0")/../support/outputs.bash"
outputs_up 5
cp -r "$FILES" "$WORK/tree"

run_ends 1 "$WORK/out" s3://lake/ "$WORK/tree"
outputs_ask "$WORK/out" same tables state="$WORK/before"
read -r count tables <<<"$(tr '\n' ' ' <<<"$ANSWERS")"
[ "$count" -ge 200 ] && [ "${tables% *}" = 5 ] || fail "only $count outputs, $tables"

# again: nothing is written, nothing is looked at
gate_forget
run_ends 1 "$WORK/out" s3://lake/ "$WORK/tree"
[ "$(gate_count ' /out')" = 0 ] || fail "a second run asks for outputs: $(gate_log ' /out')"

# one table is another one, one is a table no more: what there was of them is replaced, of the second by nothing
printf 'time,t\n2024-06-03T00:00:00Z,30\n2024-06-03T00:00:01Z,31\n2024-06-03T00:00:02Z,38\n' >"$WORK/small/table_3.csv"
head -c 400 /dev/zero >"$WORK/small/table_4.csv"
s3_tree lake small/ "$WORK/small" >/dev/null
rm "$WORK/small/table_4.csv"
run_ends 1 "$WORK/out" s3://lake/ "$WORK/tree"
outputs_ask "$WORK/out" tables state="$WORK/after" empty=r/lake/small/table_4.csv.ndjson forget
{ diff "$WORK/before" "$WORK/after" || true; } | sed -nE 's/^> ([^ ]*) .*/\1/p' >"$WORK/changed"
grep -vE '^(r/lake/small/table_[34].csv.ndjson|f-lake/small/table_[34].csv%2F|summary/2024/06/table_3\.[0-9a-f]{64})$' "$WORK/changed" &&
  fail "other outputs than those of the two tables are written"
[ "$(wc -l <"$WORK/changed")" = 5 ] || fail "not replaced: $(cat "$WORK/changed")"

# refused SAID ARGUMENT...: one line, nobody blamed
refused() {
  local said=$1
  shift
  run_ends 5 "$WORK/other" "$@"
  [ "$(wc -l <"$WORK/other.stderr")" = 1 ] && grep -qE "^weir: output to $said" "$WORK/other.stderr" ||
    { cat "$WORK/other.stderr" >&2; fail "not said: $said"; }
  "$WEIR" failures -o "$WORK/other" --format ndjson 2>"$WORK/none" | grep . && fail "a file is blamed for: $said"
  "$WEIR" files -o "$WORK/other" --format ndjson | grep -E '"state":"(done|partial|failed)"' && fail "recorded all the same: $said"
  return 0
}

# with a store, too, in which a file that is recorded counts as done for everybody
"$WEIR" tables create dynamodb:shared 2>"$WORK/none"
gate_fault '{"match": "^PUT /out/r/", "error": "AccessDenied", "status": 403, "times": -1}'
refused 's3://out/r/: .*access denied \(403 AccessDenied\)' --store dynamodb:shared s3://lake/met/
gate_no_faults
run_ends 0 "$WORK/other" --store dynamodb:shared s3://lake/met/
outputs_ask "$WORK/other" same forget
rm -rf "$WORK/other"
sed -i.good 's|s3://out/r/|s3://nowhere/r/|' "$WORK/weir.yaml"
refused 's3://nowhere/r/: .*no such bucket' s3://lake/met/
mv "$WORK/weir.yaml.good" "$WORK/weir.yaml"
rm -rf "$WORK/local"
: >"$WORK/local"
refused "$WORK/local: $WORK/local(/summary)?: Not a directory" s3://lake/met/
rm "$WORK/local"

# a folder that others may not write
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
  chmod 755 "$WORK"
  mkdir -m 755 "$WORK/local"
  rm -rf "$WORK/other"
  mkdir -m 777 "$WORK/other"
  mkdir "$WORK/bin"
  printf '#!/bin/sh\nexec setpriv --reuid 54321 --regid 54321 --clear-groups "%s" "$@"\n' "$WEIR" >"$WORK/bin/weir"
  chmod 755 "$WORK/bin/weir"
  if "$WORK/bin/weir" version >"$WORK/none" 2>&1; then
    WEIR=$WORK/bin/weir refused "$WORK/local: $WORK/local/summary: Permission denied" s3://lake/met/
  fi
  chmod -R a+rwX "$WORK/other"
fi
run_ends 0 "$WORK/other" s3://lake/met/
outputs_ask "$WORK/other" same
promise P5 "outputs of whole runs in a bucket and a folder, as documented, written once" "$count"
