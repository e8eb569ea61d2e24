#!/usr/bin/env bash
# outputs.sh: the rows of each file as an object in a bucket and as a file in a folder are those that `weir results` and
# `weir files` print (outputs.py); writing them again changes nothing, whatever goes wrong meanwhile.
set -euo pipefail
source "$(dirname "$0")/../support/aws.bash"
program=$BUILD/tests/test_orchestrator_outputs
check() { PYTHONPATH=$SUPPORT "$AWS_PYTHON" "$ROOT/tests/aws/outputs.py" "$WORK" "$@" || fail "outputs.py $*"; }
write() { # the outputs of all files
  xargs -0 "$program" --do "$WORK/weir.yaml" "$WORK/out" <"$WORK/uris" 2>"$WORK/said"
}
written() { gate_count '^PUT .* 200'; }

aws_up
s3_make out
s3_make data
mkdir -p "$WORK/tree/.." "$WORK/tree/a b"
cp -r "$ROOT/test_data/lake" "$ROOT/test_data/broken" "$WORK/tree/"
printf 'time,t\n2024-06-03T00:00:00Z,1\n2024-06-03T00:00:01Z,2\n' >"$WORK/tree/a b/%2e%2e"$'\n'".csv"
s3_put data $'../x//\xc3\xa9+y/..' "$WORK/tree/a b/%2e%2e"$'\n'".csv"
cat >"$WORK/weir.yaml" <<'YAML'
outputs:
  - to: s3://out/r/
  - to: s3://out/units-
    what: files
    key: "{bucket}/{key}/{unit}"
    where: "state!=failed"
  - to: local
    key: "{pipeline}/{first_time:%Y/%m}/{stem}.{work_key}.ndjson"
YAML
run_weir "$WORK/out" "$WORK/tree" s3://data
"$WEIR" results -o "$WORK/out" --format ndjson >"$WORK/results"
"$WEIR" files -o "$WORK/out" --format ndjson >"$WORK/files"
check uris

write || fail "$(cat "$WORK/said")"
count=$(check same)
[ "$count" -ge 30 ] || fail "only $count objects and files"
# again: nothing is written, no file is touched
find "$WORK/local" -type f -printf '%p %i %T@\n' | sort >"$WORK/before"
gate_forget
write || fail "$(cat "$WORK/said")"
[ "$(written)" = 0 ] || fail "objects are written again: $(gate_log '^PUT .* 200')"
find "$WORK/local" -type f -printf '%p %i %T@\n' | sort | cmp - "$WORK/before" || fail "files are written again"
[ -z "$(find "$WORK/local" -name '*.tmp')" ] || fail "drafts are left"
# what is there with other bytes is replaced, also by an empty one where there are no rows any more
check spoil
gate_fault '[{"match": "^PUT ", "error": "SlowDown", "times": 3}, {"match": "^PUT ", "drop_reply": true, "times": 3},
  {"match": "^PUT ", "reset_before": true, "times": 3}, {"match": "^HEAD ", "error": "InternalError", "status": 500, "times": 3},
  {"match": "^PUT ", "error": "ConditionalRequestConflict", "status": 409, "times": 3}]'
write || fail "$(cat "$WORK/said")"
gate_no_faults
check same >/dev/null

# what the world does not allow is no file's fault, and one line
gate_fault '{"match": "^PUT ", "error": "SlowDown", "times": -1}'
check spoil
AWS_MAX_ATTEMPTS=1 write && fail "written though nothing can be"
grep -qE '^RETRY throttled: output to s3://out/' "$WORK/said" || fail "$(cat "$WORK/said")"
gate_no_faults
write || fail "$(cat "$WORK/said")"
check same >/dev/null
# killed before a file has a name, and before the name is where it belongs; a filesystem without files without names
if command -v strace >/dev/null && strace -f -o /dev/null true 2>/dev/null && ! sanitized; then
  traced() { xargs -0 strace -f -qq -o "$WORK/trace" "$@" "$program" --do "$WORK/weir.yaml" "$WORK/out" <"$WORK/uris" 2>"$WORK/said"; }
  check spoil
  for call in rename linkat fsync; do
    killed=0
    { traced -e inject=$call:signal=KILL:when=1 || killed=1; } 2>/dev/null
    [ $killed = 1 ] || fail "not killed at $call"
  done
  write || fail "$(cat "$WORK/said")"
  check same >/dev/null
  check spoil
  folders=()
  while read -r folder; do folders+=(-P "$folder/"); done < <(find "$WORK/local" -type d)
  traced "${folders[@]}" -e inject=openat:error=EOPNOTSUPP:when=1 || fail "$(cat "$WORK/said")"
  grep -q 'O_TMPFILE.*EOPNOTSUPP.*INJECTED' "$WORK/trace" || fail "there were files without names"
  check same >/dev/null
fi
sed 's|s3://out/r/|s3://nowhere/|' -i "$WORK/weir.yaml"
write && fail "written to a bucket that is not there"
grep -q '^SETUP no_such_bucket: output to s3://nowhere/: ' "$WORK/said" || fail "$(cat "$WORK/said")"

# mistakes are told with their place
mistake() {
  printf 'outputs:\n%s\n' "$1" >"$WORK/bad.yaml"
  "$WEIR" check "$WORK/bad.yaml" >"$WORK/said" 2>&1 && fail "good: $1"
  grep -qF -- "$2" "$WORK/said" || fail "'$2' was not said: $(cat "$WORK/said")"
}
mistake '  - too: x' 'bad.yaml:2:5: unknown key `too` (did you mean `to`?)'
mistake '  - what: files' 'bad.yaml:2:5: output 1 needs `to`'
mistake $'  - to: x\n    key: "{stemm}.x"' 'bad.yaml:3:10: `{stemm}.x`: unknown field {stemm} (did you mean {stem}?)'
mistake $'  - to: x\n    what: result' 'bad.yaml:3:11: unknown table `result` (did you mean `results`?)'
mistake $'  - to: x\n    where: "stat=done"' 'bad.yaml:3:12: --where: there is no field "stat"'
mistake $'  - to: gs://x' 'must be s3://bucket/prefix or a folder'
promise P5 "results as objects and files, the same when written again" "$count"
