#!/usr/bin/env bash
# run_ranges.sh: with --ranges the tables are those of objects that are fetched whole, fewer bytes are fetched where
# fewer are read, each of them once; and nothing that befalls a reader or the bucket meanwhile is a file's fault.
set -euo pipefail
source "$(dirname "$0")/../support/bucket_runs.bash"
aws_up
mkdir "$WORK/files"
"$GENERATE" ranges "$WORK/files"
s3_make lake
s3_tree lake wide/ "$WORK/files" >/dev/null
s3_make demo
s3_tree demo "" "$ROOT/test_data" >/dev/null

# fetched KEY: of the GETs that were served: bytes, and "overlap" or "no if-match" where there is such a thing.
fetched() {
  gate_log "GET /lake/$1" | python3 -c '
import json, re, sys
total, runs = 0, []
for line in sys.stdin:
    entry = json.loads(line)
    headers = entry["headers"]
    if "if-match" not in headers:
        sys.exit("no if-match: " + line)
    if entry["status"] not in (200, 206) or (entry.get("fault") or {}).get("reset_after"):
        continue
    total += entry["sent"]
    span = re.fullmatch(r"bytes=(\d+)-(\d+)", headers.get("range", "bytes=0-999999999"))
    runs.append((int(span[1]), int(span[2])))
runs.sort()
if any(b[0] <= a[1] for a, b in zip(runs, runs[1:])):
    sys.exit(f"overlap: {runs}")
print(total)'
}
size() { stat -c %s "$WORK/files/$1"; }
# after_head NAME TIMES FAULT: what befalls the ranges of an object that are read next, but not its head.
after_head() { gate_fault '{"match": "^GET /lake/wide/'"$1"'", "skip": 1, "times": '"$2, $3"'}'; }
# await_gets KEY COUNT: until so many were asked for
await_gets() {
  for ((tries = 0; tries < 200; tries++)); do
    [ "$(gate_count "GET /lake/wide/$1")" -ge "$2" ] && return 0
    sleep 0.05
  done
  fail "$1 is not read"
}

run_weir "$WORK/demo" s3://demo/
run_weir "$WORK/demo-ranges" --ranges s3://demo/
look "$WORK/demo" >"$WORK/expected"
is_calm "$WORK/demo-ranges" "--ranges, small files of all formats"

run_weir "$WORK/calm" -j 2 s3://lake/
look "$WORK/calm" >"$WORK/expected"
for jobs in 1 2 8; do
  gate_forget
  run_weir "$WORK/ranges-$jobs" -j "$jobs" --ranges s3://lake/
  is_calm "$WORK/ranges-$jobs" "--ranges -j $jobs"
  hidden=$(fetched wide/hidden.h5)
  [ "$hidden" -lt $(($(size hidden.h5) / 2)) ] || fail "-j $jobs: $hidden bytes of hidden.h5, of which 12 MiB are not read"
  for name in all.h5 records.nc; do
    [ "$(fetched "wide/$name")" = "$(size "$name")" ] || fail "-j $jobs: $(fetched "wide/$name") bytes of $name"
  done
done

# what is said of it
gate_forget
"$WEIR" run -o "$WORK/said" --ranges s3://lake/wide/hidden.h5 2>"$WORK/said.stderr" || [ $? = 1 ]
grep -qE '^  fetched [0-9.]+ MiB of 16[.]0 MiB$' "$WORK/said.stderr" || fail "$(cat "$WORK/said.stderr")"
gate_forget
"$WEIR" run -o "$WORK/json" -q --json --ranges s3://lake/wide/ >"$WORK/json.said" || [ $? = 1 ]
python3 - "$WORK/json.said" $(($(size all.h5) + $(size hidden.h5) + $(size records.nc))) <<'PYTHON' || fail "$(cat "$WORK/json.said")"
import json, sys
said = json.load(open(sys.argv[1]))
assert said["object_bytes"] == int(sys.argv[2]) > said["fetched_bytes"] > int(sys.argv[2]) / 4
PYTHON
gate_forget
"$WEIR" explain --ranges s3://lake/wide/all.h5 >"$WORK/explain" 2>&1
"$WEIR" explain s3://lake/wide/all.h5 >"$WORK/explain.whole" 2>"$WORK/stderr"
grep -q '^weir: s3://lake/wide/all.h5: fetched .* of ' "$WORK/explain" || fail "$(cat "$WORK/explain")"
grep -v '^weir: ' "$WORK/explain" | cmp - "$WORK/explain.whole"
"$WEIR" show --ranges s3://lake/wide/records.nc >"$WORK/show" 2>"$WORK/stderr"
"$WEIR" show s3://lake/wide/records.nc | cmp - "$WORK/show"
grep -q '^weir: s3://lake/wide/records.nc: fetched 4.0 MiB of 4.0 MiB' "$WORK/stderr" || fail "$(cat "$WORK/stderr")"

# a bad network
gate_forget
gate_fault '[{"match": "^GET /lake/wide/", "every": 3, "times": 6, "error": "SlowDown"},
             {"match": "^GET /lake/wide/", "every": 4, "times": 4, "reset_after": 70000}]'
run_weir "$WORK/faults" -j 2 --ranges s3://lake/
gate_no_faults
is_calm "$WORK/faults" "refusals and resets"
[ "$(gate_count 'GET /lake/wide/.* 503')" -gt 2 ] || fail "nothing was refused"

# away in the middle of it: what has come is kept
gate_forget
after_head all.h5 -1 '"reset_before": true'
run_begins "$WORK/away" --ranges s3://lake/
for ((tries = 0; tries < 100; tries++)); do
  grep -qs paused "$WORK/away.stderr" && break
  sleep 0.1
done
gate_no_faults
run_over "0 1" "$WORK/away"
lines 1 'paused: reading s3://lake/wide/all.h5' "$WORK/away"
lines 1 'going on' "$WORK/away"
is_calm "$WORK/away" "away for a while"
[ "$(fetched wide/all.h5)" = "$(size all.h5)" ] || fail "fetched more than once: $(fetched wide/all.h5)"

# it is not the reader's time that the network takes
after_head records.nc 1 '"delay_s": 2'
run_ends 0 "$WORK/slow" --ranges --timeout 0.5s s3://lake/wide/records.nc
gate_no_faults

# its reader is killed while it waits
after_head all.h5 1 '"delay_s": 2'
gate_forget
run_begins "$WORK/killed" -j 1 --ranges s3://lake/
await_gets all.h5 1
sleep 0.5
killed=0
for zygote in $(pgrep -P "$RUN"); do
  for child in $(pgrep -P "$zygote"); do
    kill -9 "$child" && killed=1
  done
done
[ "$killed" = 1 ] || fail "no reader to kill"
run_over "0 1" "$WORK/killed"
gate_no_faults
is_calm "$WORK/killed" "a reader that waits is killed"
[ "$(fetched wide/all.h5)" = "$(size all.h5)" ] || fail "fetched more than once"

# stopped while a reader waits
after_head all.h5 -1 '"delay_s": 10'
gate_forget
run_begins "$WORK/stop" --ranges s3://lake/
await_gets all.h5 1
sleep 0.5
begin=$SECONDS
kill -TERM "$RUN"
run_over 75 "$WORK/stop"
[ $((SECONDS - begin)) -le 5 ] || fail "a run that is stopped while a reader waits ended after $((SECONDS - begin)) s"
gate_no_faults
blames_nobody "$WORK/stop" "stopped while a reader waits"
run_ends "0 1" "$WORK/stop" --ranges s3://lake/
is_calm "$WORK/stop" "stopped, and a further run"

# one object that may not be read any more
after_head all.h5 -1 '"status": 403, "error": "AccessDenied"'
run_ends 1 "$WORK/denied" --ranges s3://lake/wide/
gate_no_faults
"$WEIR" failures -o "$WORK/denied" --format ndjson | grep all.h5 | grep -q '"stage":"fetch","class":"world","code":"access_denied"' ||
  fail "$("$WEIR" failures -o "$WORK/denied" --format ndjson)"

# replaced, and then deleted, while a reader waits for it
in_the_middle() { # KEY OUT COMMAND...
  local key=$1 out=$2
  shift 2
  gate_forget
  after_head "$key" -1 '"reset_before": true'
  run_begins "$out" --ranges "s3://lake/wide/$key"
  await_gets "$key" 2
  "$@"
  gate_no_faults
}
in_the_middle all.h5 "$WORK/replaced" s3_put lake wide/all.h5 "$WORK/files/records.nc"
run_over 0 "$WORK/replaced"
[ "$(gate_count 'GET /lake/wide/all.h5.* 412')" -gt 0 ] || fail "it was not replaced in the middle"
"$WEIR" files -o "$WORK/replaced" --format ndjson | grep '"format":"netcdf3"' | grep -q '"size_bytes":'"$(size records.nc)," ||
  fail "$("$WEIR" files -o "$WORK/replaced" --format ndjson)"
in_the_middle records.nc "$WORK/gone" s3 delete lake wide/records.nc
run_over "0 3" "$WORK/gone"
[ "$(gate_count 'GET /lake/wide/records.nc.* 404')" -gt 0 ] || fail "it was not deleted in the middle"
[ "$("$WEIR" files -o "$WORK/gone" --format ndjson | wc -l)" = 0 ] || fail "what is gone is listed"
