#!/usr/bin/env bash
# run_credentials.sh: credentials that end, change, are refused or cannot be had in the middle of a run over a bucket,
# a bucket elsewhere, a clock that is wrong: what can be mended is mended, the rest is one clear line, and no file is
# blamed for it.
set -euo pipefail
source "$(dirname "$0")/../support/bucket_runs.bash"
aws_up
bucket_fill lake 10
run_weir "$WORK/calm" -j 2 s3://lake/
look "$WORK/calm" >"$WORK/expected"

# refused CODE REGEX BUCKET: nothing is read, one line says why, and there is no secret in it.
refused() {
  local out=$WORK/refused
  rm -rf "$out"
  run_ends "$1" "$out" "$3"
  lines 1 . "$out"
  lines 1 "$2" "$out"
  grep -F "$AWS_SECRET_ACCESS_KEY" "$out.stderr" && fail "a secret was said"
  [ ! -s "$out/ledger.db" ] || [ -z "$("$WEIR" files -o "$out" --format ndjson)" ] || fail "$2: files are told"
}
AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/wrong refused 4 'credentials are not accepted \(403 SignatureDoesNotMatch\).*check AWS_ACCESS_KEY_ID' s3://lake
AWS_ACCESS_KEY_ID=AKIANOBODY refused 4 'credentials are not accepted \(403 InvalidAccessKeyId\)' s3://lake
refused 4 's3://nobucket/x: no such bucket \(404 NoSuchBucket\).*check its name' s3://nobucket/x
gate_fault '{"match": "^GET /lake/?[?]", "error": "AccessDenied", "status": 403, "times": -1}'
refused 4 'listing s3://lake/: access denied \(403 AccessDenied\)' s3://lake
gate_no_faults
(
  secret=$AWS_SECRET_ACCESS_KEY
  unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
  run_ends 2 "$WORK/none" s3://lake
  lines 1 'no AWS credentials: .*set AWS_ACCESS_KEY_ID' "$WORK/none"
  AWS_ACCESS_KEY_ID=$secret
)

# what is mended by itself
mended() { # WHAT
  run_ends "0 1" "$WORK/mended" s3://lake/
  lines 0 . "$WORK/mended"
  is_calm "$WORK/mended" "$1"
  rm -rf "$WORK/mended" "$WORK/mended".*
}
for status in 400 301; do
  gate_ask POST buckets '{"lake": {"region": "eu-west-1", "status": '$status'}}' >/dev/null
  mended "a bucket in another region, $status"
done
gate_ask POST buckets '{"lake": {"region": "us-east-1"}}' >/dev/null
for shift_s in 1200 -1200; do
  gate_ask POST clock '{"shift_s": '$shift_s'}' >/dev/null
  mended "a clock $shift_s s off"
done
gate_ask POST clock '{"shift_s": 0}' >/dev/null

# one object that is nobody's to read: its failure alone
gate_fault '{"match": "^GET /lake/small/table_7.csv", "error": "AccessDenied", "status": 403, "times": -1}'
run_ends 1 "$WORK/denied" s3://lake/
"$WEIR" failures -o "$WORK/denied" --format ndjson | grep '"uri":"s3://lake/small/table_7.csv"' >"$WORK/denied.one" || fail "the denied object has not failed"
grep -q '"stage":"fetch","class":"world","code":"access_denied"' "$WORK/denied.one" || fail "denied: $(cat "$WORK/denied.one")"
gate_no_faults
run_ends "0 1" "$WORK/denied" s3://lake/
is_calm "$WORK/denied" "an object that was denied, and a further run"

# a 404 that is not in S3's words: nobody has said that the object is gone
gate_fault '{"match": "^GET /lake/small/table_7.csv", "reply": {"status": 404, "body": "<html>nothing here</html>"}, "times": -1}'
run_ends 1 "$WORK/elsewhere" s3://lake/
"$WEIR" failures -o "$WORK/elsewhere" --format ndjson | grep '"uri":"s3://lake/small/table_7.csv"' |
  grep -q '"code":"no_such_key"' || fail "a 404 of a proxy: $("$WEIR" failures -o "$WORK/elsewhere" --format ndjson)"
gate_no_faults

# from here on they come from a service and end
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
bucket_pace lake 4
metadata() { gate_ask POST metadata "$1" >/dev/null; }
container() { export AWS_CONTAINER_CREDENTIALS_FULL_URI=$AWS_ENDPOINT_URL/container/credentials AWS_EC2_METADATA_DISABLED=true; }
instance() {
  unset AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_EC2_METADATA_DISABLED
  export AWS_EC2_METADATA_SERVICE_ENDPOINT=$AWS_ENDPOINT_URL
}
keys_used() { gate_log '^GET /lake' | grep -oE '"access_key":"[^"]*"' | sort -u | wc -l; }

container
metadata '{"lifetime_s": 2, "rotate_s": 0.5}'
gate_forget
run_ends "0 1" "$WORK/short" s3://lake/
lines 0 . "$WORK/short"
[ "$(keys_used)" -ge 2 ] || fail "credentials of 2 s were not renewed"
is_calm "$WORK/short" "credentials of 2 s"

# ended before their time, and an instance that has forgotten its tokens
instance
metadata '{"lifetime_s": 3600, "rotate_s": 3600, "rotate": true}'
gate_forget
run_begins "$WORK/ended" s3://lake/
sleep 0.7
metadata '{"rotate": true, "forget_tokens": true}'
gate_ask POST expire '"*"' >/dev/null
run_over "0 1" "$WORK/ended"
[ "$(keys_used)" -ge 2 ] || fail "credentials that had ended were not renewed"
is_calm "$WORK/ended" "credentials that end in mid-run"

# and no new ones: the run stops, another one finishes it
gate_no_faults
bucket_pace lake 1 # it is over before the end
run_begins "$WORK/gone" s3://lake/
sleep 0.7
metadata '{"code": "Failed"}'
gate_ask POST expire '"*"' >/dev/null
run_over 75 "$WORK/gone"
grep -q 'the credentials have expired (400 ExpiredToken).*no new ones: instance metadata' "$WORK/gone.stderr" || { cat "$WORK/gone.stderr"; fail "not said why"; }
[ "$(wc -l <"$WORK/gone.stderr")" -le 2 ] || fail "said too often: $(cat "$WORK/gone.stderr")" # listing and reading, once each
blames_nobody "$WORK/gone" "credentials that are gone"
metadata '{"code": "Success", "rotate": true}'
gate_no_faults
run_ends "0 1" "$WORK/gone" s3://lake/
is_calm "$WORK/gone" "credentials that were gone, and a further run"

# a crash leaves nothing in which a key could be found
mkdir "$WORK/crash"
(
  cd "$WORK/crash"
  ulimit -c "$(ulimit -H -c)"
  bucket_pace lake 1
  run_begins "$WORK/crashed" s3://lake/
  sleep 0.7
  [ "$(awk '/^Max core file size/ {print $5}' "/proc/$RUN/limits")" -le 1 ] || fail "a crash would leave a core file"
  kill -ABRT "$RUN"
  run_over 134 "$WORK/crashed"
) 2>/dev/null || fail "a crash: a core file, or another end"
[ -z "$(ls -A "$WORK/crash")" ] || fail "a crash left $(ls -A "$WORK/crash")"
gate_no_faults
promise P5 "credentials that end, change or are refused: mended or one line" 14
