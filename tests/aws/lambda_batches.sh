#!/usr/bin/env bash
# lambda_batches.sh: batches of messages of which some cannot be done with: those come again and no others; what comes
# again is not read again; of several records of one key the newest counts.
set -euo pipefail
source "$(dirname "$0")/../support/lambda.bash"
aws_up
mkdir "$WORK/files"
for ((i = 1; i <= 8; i++)); do
  printf 'time,t\n2024-06-03T00:00:00Z,%d\n2024-06-03T00:00:01Z,7\n' "$i" >"$WORK/files/$i.csv"
done
head -c 3000 "$ROOT/test_data/met/kvnmetM1.b1.20240601.000000.cdf" >"$WORK/files/bad.cdf"
s3_make lake
s3_tree lake "" "$WORK/files" >/dev/null
gets() { gate_count "^GET /lake/$1.*200"; }
about() { event "${2:-s3}" lake "$1"; }

lambda_begin
# of six messages: good, one that may not be read, bad file, gone, no message at all, good
gate_fault '{"match": "^GET /lake/2.csv", "error": "AccessDenied", "status": 403, "times": -1}'
six=("$(about 1.csv)" "$(about 2.csv)" "$(about bad.cdf)" "$(about nobody.csv)" "a text" "$(about 3.csv eventbridge)")
lambda_answers "a batch with bad ones" \
  '^response..\{"batchItemFailures":\[\{"itemIdentifier":"m2"\},\{"itemIdentifier":"m5"\}\]\}$' queue "${six[@]}"
grep -q 'weir: message m5: no event of S3: ' "$WORK/log" || fail "not said what is wrong with m5: $(cat "$WORK/log")"
states "$WORK/out" >"$WORK/found"
printf '%s\n' '1.csv done' '2.csv failed' '3.csv done' 'bad.cdf failed' | cmp - "$WORK/found" || fail "other states: $(cat "$WORK/found")"

# the two come again: one is mended, and a message that was deleted comes a second time
gate_no_faults
lambda_answers "what comes again" '^response..\{"batchItemFailures":\[\{"itemIdentifier":"m2"\}\]\}$' \
  queue "$(about 2.csv)" "a text" "$(about 1.csv)" "$(about bad.cdf)"
for name in 1.csv 2.csv bad.cdf; do
  [ "$(gets "$name")" = 1 ] || fail "$name: not read once: $(gate_log "/$name")"
done
states "$WORK/out" | grep -q '^2.csv done$' || fail "2.csv was not read when it could be"

# the same but for S3 itself, which has nobody who sorts out messages
gate_fault '{"match": "^GET /lake/4.csv", "error": "AccessDenied", "status": 403}'
lambda_answers "an object that may not be read" '^error.Weir.Unfinished.*"errorType":"Weir.Unfinished"' s3 lake 4.csv
lambda_answers "once more" '^response.*"done":1,' s3 lake 4.csv

# a message of several records, an object of several messages
gate_fault '{"match": "^GET /lake/5.csv", "error": "AccessDenied", "status": 403}'
lambda_answers "several of one" '^response..\{"batchItemFailures":\[\{"itemIdentifier":"m1"\},\{"itemIdentifier":"m3"\}\]\}$' \
  queue "$(event s3 lake 1.csv 5.csv)" "$(about 6.csv)" "$(about 5.csv)"
[ "$(gets 6.csv)" = 1 ] || fail "6.csv"

# a queue that keeps an order: behind the first failure of a group all of that group
gate_fault '{"match": "^GET /lake/5.csv", "error": "AccessDenied", "status": 403}'
lambda_answers "groups" '^response..\{"batchItemFailures":\[\{"itemIdentifier":"m2"\},\{"itemIdentifier":"m4"\}\]\}$' \
  queue --fifo a,a,b,a "$(about 1.csv)" "$(about 5.csv)" "$(about 6.csv)" "$(about 3.csv)"

# the newest record counts, wherever it stands: removed, then not
s3_put lake 7.csv "$WORK/files/7.csv"
lambda_answers "removed meanwhile" '"batchItemFailures":\[\]' \
  queue "$(event removed lake 7.csv 0055AED6DCD90281E6)" "$(about 7.csv)"
[ "$(gets 7.csv)" = 0 ] || fail "what was removed is read"
lambda_answers "there again" '"batchItemFailures":\[\]' queue "$(about 7.csv)" "$(event removed lake 7.csv 0055AED6DCD90281E4)"
[ "$(gets 7.csv)" = 1 ] || fail "what is there is not read"

# old news: the object has been replaced since, before and after it was read
old=$(about 8.csv)
s3_put lake 8.csv "$WORK/files/1.csv"
lambda_answers "replaced before it was read" '"batchItemFailures":\[\]' queue "$old"
lambda_answers "replaced before this was told" '"batchItemFailures":\[\]' queue "$old"
[ "$(gets 8.csv)" = 1 ] || fail "the newer version is not read once: $(gate_log /8.csv)"
"$WEIR" results -o "$WORK/out" --format ndjson | grep '/8.csv".*"variable":"t"' | grep -q '"min":1,' || fail "not the newer version"
lambda_end

# another environment knows nothing but what is in the table
tables_make made
gate_forget
for environment in first second; do
  rm -rf "$WORK/out"
  WEIR_STORE=dynamodb:made lambda_begin
  lambda_answers "with a table, $environment" '"batchItemFailures":\[\]' queue "$(about 1.csv)" "$(about bad.cdf)"
  lambda_end
done
for name in 1.csv bad.cdf; do
  [ "$(gets "$name")" = 1 ] || fail "with a table, $name is not read once: $(gate_log "/$name")"
done
